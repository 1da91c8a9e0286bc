"""Many segments: comparison with the rest, shrinkage, ranks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kundenmetrik.complaints import rate_ratio
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidData, UnknownName
from kundenmetrik.segments import compare_rates, heterogeneity, rank, shrink

SHOPS = ([12, 9, 40, 11], [1000, 900, 1100, 1000])
segments = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3_000)), min_size=2, max_size=12)


def test_each_segment_against_the_rest() -> None:
    found = compare_rates(*SHOPS, adjust=None, method="conditional_central")
    for row, (x, n) in enumerate(zip(*SHOPS, strict=True)):
        pair = rate_ratio(x, n, sum(SHOPS[0]) - x, sum(SHOPS[1]) - n, method="conditional_central")
        assert found.p_value[row] == pytest.approx(pair.p_value)
        assert found.ratio[row] == pytest.approx(pair.value)
        assert found.ratio_low[row] == pytest.approx(pair.low)
        assert found.value[row] - found.baseline_value[row] == pytest.approx(found.difference[row])
        limits = (found.difference_low[row], found.difference_high[row])
        assert (found.difference[row], *limits) == pytest.approx(
            (pair.difference.value, pair.difference.low, pair.difference.high)
        )
    assert found.p_adjusted.tolist() == found.p_value.tolist()


def test_adjustments() -> None:
    raw = compare_rates(*SHOPS, adjust=None).p_value
    order = np.sort(raw)
    holm = compare_rates(*SHOPS)
    assert holm.p_adjusted.min() == pytest.approx(4 * order[0])
    shares = compare_rates(*SHOPS, adjust="fdr_bh")
    assert shares.p_adjusted.max() == pytest.approx(order[-1])
    assert (shares.p_adjusted <= holm.p_adjusted + 1e-15).all()
    assert holm.clear.tolist() == [False, False, True, False]
    assert holm.heterogeneity == heterogeneity(*SHOPS)


def test_against_a_named_segment() -> None:
    found = compare_rates(*SHOPS, by=["A", "B", "C", "D"], baseline="A")
    assert math.isnan(found.p_value[0])
    assert math.isnan(found.ratio[0])
    assert np.isnan([found.baseline_value[0], found.difference[0], found.difference_low[0]]).all()
    assert found.baseline_value[1:].tolist() == [found.value[0]] * 3
    columns = ["value", "low", "high", "baseline_value", "difference", "difference_low", "difference_high"]
    assert found.to_frame().columns[3:10].tolist() == columns
    assert found.ratio[2] == pytest.approx((40 / 1100) / (12 / 1000))
    assert found.p_adjusted[2] == pytest.approx(3 * found.p_value[2])
    with pytest.raises(UnknownName, match="baseline"):
        compare_rates(*SHOPS, by=["A", "B", "C", "D"], baseline="E")
    with pytest.raises(InvalidArgument, match="rest"):
        compare_rates([1], [10])


@given(rows=segments)
def test_the_pooled_rate_lies_between_the_segments(rows: list[tuple[int, int]]) -> None:
    x, n = (np.array(column) for column in zip(*rows, strict=True))
    tgw = compare_rates(x, n).value
    pooled = 1000 * x.sum() / n.sum()
    assert tgw.min() <= pooled * (1 + 1e-12)
    assert tgw.max() >= pooled * (1 - 1e-12)


@given(rows=segments, seed=st.integers(0, 100))
def test_the_order_of_segments_permutes_rows_only(rows: list[tuple[int, int]], seed: int) -> None:
    x, n = (np.array(column) for column in zip(*rows, strict=True))
    order = np.random.default_rng(seed).permutation(len(x))
    here, there = compare_rates(x, n), compare_rates(x[order], n[order])
    np.testing.assert_allclose(here.p_adjusted[order], there.p_adjusted, rtol=1e-9)
    places, moved = rank(x, n), rank(x[order], n[order])
    assert places.low[order].tolist() == moved.low.tolist()
    assert places.high[order].tolist() == moved.high.tolist()


def test_shrinkage_by_the_formula() -> None:
    x, n = np.array([2, 60, 15, 90]), np.array([20, 3000, 1500, 2500])
    found = shrink(x, n)
    rate = found.common / 1000
    prior = 1 / found.alpha
    np.testing.assert_allclose(found.shrunk, 1000 * (prior + x) / (prior / rate + n))
    np.testing.assert_allclose(found.weight, n / (prior / rate + n))
    posterior = stats.gamma(prior + x, scale=1000 / (prior / rate + n))
    np.testing.assert_allclose(found.low, posterior.ppf(0.025))
    np.testing.assert_allclose(found.high, posterior.ppf(0.975))
    np.testing.assert_allclose(found.p_above, posterior.sf(found.common))


@given(rows=segments)
def test_shrunk_rates_lie_between_own_and_common(rows: list[tuple[int, int]]) -> None:
    x, n = (np.array(column) for column in zip(*rows, strict=True))
    if x.sum() == 0:
        return
    found = shrink(x, n)
    low, high = np.minimum(found.tgw, found.common), np.maximum(found.tgw, found.common)
    assert (found.shrunk >= low * (1 - 1e-9)).all()
    assert (found.shrunk <= high * (1 + 1e-9)).all()


def test_shrinkage_comes_nearer_to_the_truth() -> None:
    rng = np.random.default_rng(7)
    truth = rng.gamma(9, 10 / 9, 200)
    n = rng.integers(50, 2_000, 200)
    x = rng.poisson(truth * n / 1000)
    found = shrink(x, n)
    own, better = ((rates - truth) ** 2 for rates in (found.tgw, found.shrunk))
    assert better.mean() < 0.6 * own.mean()
    covered = ((found.low <= truth) & (truth <= found.high)).mean()
    assert 0.9 <= covered <= 0.99


def test_shrinkage_without_differences_and_without_data() -> None:
    same = shrink([5, 5], [100, 100])
    assert same.notes == ("no_heterogeneity",)
    assert same.shrunk.tolist() == [50, 50]
    assert same.low[0] < 50 < same.high[0]
    empty = shrink([5, 0, 25], [100, 0, 100])
    assert math.isnan(empty.tgw[1])
    assert empty.shrunk[1] == pytest.approx(empty.common)
    for complaints, sales in (([0, 0], [10, 10]), ([5], [10]), ([5, 3], [10, 0])):
        with pytest.raises(FitRefused, match="shrinkage"):
            shrink(complaints, sales)


def test_ranks() -> None:
    found = rank(*SHOPS)
    assert found.rank.tolist() == [2, 4, 1, 3]
    assert found.low.tolist() == [2, 2, 1, 2]
    assert found.high.tolist() == [4, 4, 1, 4]


def test_equal_rates_share_the_better_rank_and_all_places() -> None:
    found = rank([5, 5, 5], [100, 100, 100])
    assert found.rank.tolist() == [1, 1, 1]
    assert found.low.tolist() == [1, 1, 1]
    assert found.high.tolist() == [3, 3, 3]


def test_true_ranks_are_covered() -> None:
    """400 drawn lists of six segments, two of them tied: the true places lie inside for all segments at once."""
    rng = np.random.default_rng(8)
    truth = np.array([10.0, 12.0, 12.0, 20.0, 21.0, 40.0])
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = (truth[None, :] >= truth[:, None]).sum(axis=1)
    hits = 0
    for _ in range(400):
        found = rank(rng.poisson(truth * 5), [5_000] * 6)
        hits += bool(((found.low <= first) & (found.high >= last)).all())
    assert hits / 400 >= 0.95


def test_a_segment_without_sales_has_no_rank() -> None:
    with pytest.raises(InvalidData, match="sales must be above 0"):
        rank([5, 3], [100, 0])
