"""Counts: exact, additive, with an identity, margins, subsets and JSON."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.errors import InvalidArgument, UnknownName

CELLS = ("no", "perhaps", "yes")
NAMES = ("shop", "month")
KEYS = st.tuples(st.sampled_from(["A", "B", "C", None]), st.sampled_from(["2026-01", "2026-02"]))


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    keys = draw(st.lists(KEYS, unique=True, max_size=5))
    numbers = st.lists(st.integers(0, 2**40), min_size=3, max_size=3)
    table = np.array([draw(numbers) for _ in keys], dtype=np.int64).reshape(len(keys), 3)
    lost = np.array([draw(st.integers(0, 9)) for _ in keys], dtype=np.int64)
    return Counts(groups=Groups(names=NAMES, keys=tuple(keys)), cells=CELLS, table=table, excluded={"missing": lost})


@given(counts(), counts(), counts())
def test_addition_is_associative_and_commutative_with_an_identity(a: Counts, b: Counts, c: Counts) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Counts.empty(CELLS, NAMES) == a
    assert sum([a, b]) == a + b


@given(counts(), counts())
def test_what_was_added_can_be_taken_away(a: Counts, b: Counts) -> None:
    left = (a + b) - b
    assert left.subset(a.groups.keys) == a
    assert left.n.sum() == a.n.sum()


@given(counts())
def test_margins_are_sums(a: Counts) -> None:
    whole = a.margin()
    assert whole.groups.keys == ((),)
    assert np.array_equal(whole.table[0], a.table.sum(axis=0))
    assert a.margin("shop").margin() == whole
    for key, row in zip(a.margin("shop").groups.keys, a.margin("shop").table, strict=True):
        by_hand = sum((a.table[i] for i, own in enumerate(a.groups.keys) if own[0] == key[0]), np.zeros(3, np.int64))
        assert np.array_equal(row, by_hand)


@given(counts())
def test_json_gives_back_the_same(a: Counts) -> None:
    back = Counts.from_json(a.to_json())
    assert back == a
    assert back.table.dtype == a.table.dtype


@given(counts(), counts())
def test_a_subset_of_a_sum_is_the_sum_of_the_subsets(a: Counts, b: Counts) -> None:
    both = a + b
    for key in both.groups.keys:
        row = sum((part.subset([key]).table[0] for part in (a, b) if key in part.groups.keys), np.zeros(3, np.int64))
        assert np.array_equal(both.subset([key]).table[0], row)


def test_an_overflow_is_an_error_not_a_negative_count() -> None:
    big = Counts(cells=("x",), table=np.array([[2**62]]))
    with pytest.raises(InvalidArgument, match=r"sum to less than 2\*\*63"):
        big + big


def test_weighted_counts_carry_what_kish_needs() -> None:
    weights = np.array([1.0, 2.0, 0.5])
    counts = Counts(
        cells=("a", "b"),
        table=np.array([[weights[:2].sum(), weights[2]]]),
        squares=np.array([[(weights[:2] ** 2).sum(), weights[2] ** 2]]),
        raw=np.array([[2, 1]]),
    )
    assert counts.effective.sum() == pytest.approx(weights.sum() ** 2 / (weights**2).sum(), rel=1e-15)
    assert counts.rows.tolist() == [3]
    doubled = counts + counts
    assert doubled.effective.sum() == pytest.approx(2 * counts.effective.sum(), rel=1e-15)


def test_only_like_is_added_to_like() -> None:
    a = Counts(cells=("x",), table=np.array([[1]]))
    with pytest.raises(InvalidArgument, match="have the same cells"):
        a + Counts(cells=("y",), table=np.array([[1]]))
    with pytest.raises(InvalidArgument, match="both weighted or both unweighted"):
        a + Counts(cells=("x",), table=np.array([[1.0]]), squares=np.array([[1.0]]), raw=np.array([[1]]))
    with pytest.raises(InvalidArgument, match="be part of these counts"):
        a - Counts(cells=("x",), table=np.array([[2]]))
    with pytest.raises(UnknownName, match="'A'"):
        Counts(groups=Groups(names=("shop",), keys=(("A",),)), cells=("x",), table=np.array([[1]])).subset(["B"])


def test_clustered_counts_neither_add_nor_have_margins() -> None:
    shops = Groups(names=("shop",), keys=(("A",),))
    clustered = Counts(groups=shops, cells=("x",), table=np.array([[1]]), design=np.array([2.0]))
    with pytest.raises(InvalidArgument, match="a cluster may span"):
        clustered + clustered
    with pytest.raises(InvalidArgument, match="a cluster may span"):
        clustered.margin()


def test_the_frame_shows_keys_cells_and_what_was_excluded() -> None:
    groups = Groups(names=("shop",), keys=(("A",), (None,)))
    counts = Counts(
        groups=groups, cells=(0, 1), table=np.array([[1, 2], [3, 4]]), excluded={"missing": np.array([5, 6])}
    )
    frame = counts.to_frame()
    assert list(frame.columns) == ["shop", "0", "1", "excluded_missing"]
    assert frame["excluded_missing"].tolist() == [5, 6]


def test_collapsing_cells_adds_them() -> None:
    counts = Counts(cells=(0, 1, 2), table=np.array([[1, 2, 3]]))
    assert counts.collapse(("low", "high"), [0, 0, 1]).table.tolist() == [[3, 3]]
