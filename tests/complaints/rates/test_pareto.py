"""Reasons by weight: counts, severities, shares, and the places they could have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.complaints import pareto
from kundenmetrik.errors import InvalidArgument, InvalidData

COLUMNS = ["reason", "complaints", "share", "cumulative", "rank", "rank_low", "rank_high"]
words = st.lists(st.sampled_from(["late", "broken", "rude", "wrong", None]), min_size=1, max_size=60)


@given(reasons=words)
def test_counts_and_shares(reasons: list[str | None]) -> None:
    found = pareto(reasons, rng=1, draws=50)
    known = [reason for reason in reasons if reason is not None]
    assert dict(zip(found.reason, found.complaints.tolist(), strict=True)) == {w: known.count(w) for w in set(known)}
    assert dict(found.excluded) == ({"missing": len(reasons) - len(known)} if len(known) < len(reasons) else {})
    assert (np.diff(found.complaints) <= 0).all()
    if known:
        assert found.cumulative[-1] == pytest.approx(1)
        assert (found.rank_low <= found.rank).all()
        assert (found.rank <= found.rank_high).all()


def test_columns() -> None:
    assert list(pareto(["a", "b"], rng=1).to_frame().columns) == COLUMNS
    weighted = pareto(["a", "b"], severity=[1, 2], rng=1)
    assert list(weighted.to_frame().columns) == [*COLUMNS[:2], "severity", *COLUMNS[2:]]


def test_severity_decides_the_order() -> None:
    found = pareto(["late", "broken", "late", "late"], severity=[1, 9, 2, 3], rng=1)
    assert found.reason == ["broken", "late"]
    assert found.severity is not None
    assert found.severity.tolist() == [9, 6]
    assert found.share.tolist() == [0.6, 0.4]
    assert found.complaints.tolist() == [1, 3]


def test_counted_rows_are_repeated_rows() -> None:
    counted = pareto(["late", "broken"], count=[300, 200], rng=3).to_frame()
    repeated = pareto(["late"] * 300 + ["broken"] * 200, rng=3).to_frame()
    pd.testing.assert_frame_equal(counted, repeated)


def test_equal_reasons_share_the_better_place() -> None:
    found = pareto(["b", "a", "c", "c"], rng=1)
    assert found.reason == ["c", "a", "b"]
    assert found.rank.tolist() == [1, 2, 2]
    assert found.rank_high.tolist()[1:] == [3, 3]


def test_the_bootstrap_of_rows_has_the_same_law() -> None:
    """Resampling the rows themselves gives the same limits of the places as drawing the counts of equal rows."""
    reasons = np.repeat(["a", "b", "c", "d"], [30, 24, 20, 6])
    severity = np.tile([1.0, 5.0], 40)
    found = pareto(reasons, severity=severity, rng=4, draws=6_000)
    rng = np.random.default_rng(5)
    ranks = []
    for _ in range(6_000):
        rows = rng.integers(0, 80, 80)
        sums = np.array([severity[rows][reasons[rows] == name].sum() for name in found.reason])
        ranks.append(1 + (sums[None, :] > sums[:, None]).sum(axis=1))
    low = np.quantile(ranks, 0.025, axis=0, method="inverted_cdf")
    high = np.quantile(ranks, 0.975, axis=0, method="inverted_cdf")
    assert np.abs(found.rank_low - low).max() <= 1
    assert np.abs(found.rank_high - high).max() <= 1
    assert found.rank_high[-1] == 4


def test_many_complaints_make_the_order_sure() -> None:
    found = pareto(["a", "b"], count=[600_000, 400_000], rng=1)
    assert found.rank_low.tolist() == found.rank_high.tolist() == [1, 2]


def test_the_ends() -> None:
    assert pareto([], rng=1).reason == []
    assert dict(pareto([None, None], rng=1).excluded) == {"missing": 2}
    weightless = pareto(["a", "b"], severity=[0, 0], rng=1)
    assert np.isnan(weightless.share).all()
    assert pareto(["a", "a", "b"], rng=1).to_frame().equals(pareto(["a", "a", "b"], rng=1).to_frame())
    large = pareto(["a", "b"], count=[2**40, 2**39], rng=1)
    assert large.complaints.tolist() == [2**40, 2**39]


def test_refusals() -> None:
    with pytest.raises(InvalidData, match="severity"):
        pareto(["a", "b"], severity=[1, -2])
    with pytest.raises(InvalidData, match="count"):
        pareto(["a", "b"], count=[1, 1.5])
    with pytest.raises(InvalidArgument, match="count"):
        pareto(["a"] * 600, count=[2**53] * 600)
    with pytest.raises(InvalidArgument, match="severity"):
        pareto(["a", "b"], severity=[1])
