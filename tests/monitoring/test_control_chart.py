"""Control charts: limits, baselines, conventions of sigma_z, signals, and the ends of the scale."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, UnknownName
from kundenmetrik.monitoring import NELSON_RUN, WESTERN_ELECTRIC, Rule, control_chart

COLUMNS = ["period", "complaints", "sales", "tgw", "centre", "lower", "upper", "signal", "rules"]


series = st.lists(st.tuples(st.integers(0, 80), st.integers(1, 2_000)), min_size=3, max_size=24)


def test_the_columns() -> None:
    found = control_chart([5, 9, 4], [1000, 1100, 900])
    assert list(found.to_frame().columns) == COLUMNS
    assert found.to_frame()["complaints"].tolist() == [5, 9, 4]
    assert found.to_frame()["signal"].dtype == bool
    assert "3 periods" in repr(found)


def test_limits_by_hand() -> None:
    """16 complaints on 4,000 sales: rate 4 per 1,000; 3 root(4 / 1) = 6 at 1,000 sales, 3 root(4 / 2) at 2,000."""
    found = control_chart([4, 4, 8], [1000, 1000, 2000])
    assert found.centre == 4
    np.testing.assert_allclose(found.upper, [10, 10, 4 + 3 * math.sqrt(2)])
    np.testing.assert_allclose(found.lower, [0, 0, 0])


@given(rows=series)
def test_a_factor_of_one_turns_laney_into_u(rows: list[tuple[int, int]]) -> None:
    x, n = zip(*rows, strict=True)
    plain = control_chart(x, n)
    if not 0 < plain.sigma_z_by["moving_range"] < 1:
        return
    laney = control_chart(x, n, method="laney", floor=1.0)
    assert laney.sigma_z == 1
    np.testing.assert_array_equal(plain.upper, laney.upper)
    np.testing.assert_array_equal(plain.lower, laney.lower)


@given(rows=series, factor=st.sampled_from([2, 10, 1000]))
def test_rates_scale_with_per(rows: list[tuple[int, int]], factor: int) -> None:
    x, n = zip(*rows, strict=True)
    small, large = control_chart(x, n, per=1), control_chart(x, n, per=factor)
    np.testing.assert_allclose(large.upper, factor * small.upper, rtol=1e-12)
    np.testing.assert_allclose(large.tgw, factor * small.tgw, rtol=1e-12)
    np.testing.assert_array_equal(large.signal, small.signal)


@given(rows=series, move=st.integers(-500, 500))
def test_moving_all_periods_changes_labels_only(rows: list[tuple[int, int]], move: int) -> None:
    x, n = zip(*rows, strict=True)
    months = pd.period_range("2020-01", periods=len(x), freq="M")
    here, there = control_chart(x, n, period=months), control_chart(x, n, period=months + move)
    pd.testing.assert_frame_equal(here.to_frame().drop(columns="period"), there.to_frame().drop(columns="period"))
    assert there.period == list(months + move)


@given(rows=series, factor=st.integers(2, 50))
def test_complaints_and_sales_times_k_keep_the_centre(rows: list[tuple[int, int]], factor: int) -> None:
    x, n = (np.array(column) for column in zip(*rows, strict=True))
    assert control_chart(factor * x, factor * n).centre == pytest.approx(control_chart(x, n).centre, rel=1e-12)


def test_the_same_exposure_added_to_equal_rates_leaves_the_centre() -> None:
    x, n = np.array([4, 6, 10]), np.array([400, 600, 1000])
    assert control_chart(x + 2, n + 200).centre == control_chart(x, n).centre == 10


def test_sigma_z_by_hand() -> None:
    """Equal sales, counts 4, 16, 10: centre 10, z -6, 6, 0 over root 10; moving ranges 12 and 6."""
    found = control_chart([4, 16, 10], [1, 1, 1], per=1)
    mean_range = 9 / math.sqrt(10)
    assert found.sigma_z == pytest.approx(mean_range / 1.128)
    assert found.sigma_z_by["moving_range_exact"] == pytest.approx(mean_range * math.sqrt(math.pi) / 2)
    assert found.sigma_z_by["standard_deviation"] == pytest.approx(6 / math.sqrt(10))
    assert control_chart([4, 16, 10], [1, 1, 1], sigma_z="standard_deviation").sigma_z == pytest.approx(
        6 / math.sqrt(10)
    )
    assert found.dispersion == pytest.approx(72 / 10 / 2)


def test_the_exact_constant_is_the_mean_range_of_two_normal_values() -> None:
    found = control_chart([4, 16, 10], [1, 1, 1]).sigma_z_by
    # E|Z1 - Z2| of two standard normal values, by integration of the folded normal with variance 2.
    expected = stats.foldnorm.mean(0, scale=math.sqrt(2))
    assert found["moving_range"] * 1.128 / found["moving_range_exact"] == pytest.approx(expected)


def test_probability_limits_have_the_chance_of_three_sigma() -> None:
    n = np.array([10.0, 200.0, 5_000.0])
    found = control_chart([1, 20, 500], n, per=1, limits="probability")
    mean, tail = found.centre * n, stats.norm.cdf(-3)
    assert (stats.poisson.sf(np.round(found.upper * n), mean) <= tail).all()
    assert (stats.poisson.sf(np.round(found.upper * n) - 1, mean) > tail).all()
    lower = np.round(found.lower * n)
    assert (stats.poisson.cdf(lower - 1, mean) <= tail).all()
    assert (stats.poisson.cdf(lower, mean) > tail).all()


def test_probability_limits_signal_what_is_outside_them() -> None:
    quiet = [10] * 30
    for count, expected in ((21, False), (22, True)):
        found = control_chart([*quiet, count], [1] * 31, limits="probability", baseline=[True] * 30 + [False])
        assert bool(found.signal[-1]) is expected
        assert bool(stats.poisson.sf(count - 1, 10) < stats.norm.cdf(-3)) is expected


def test_the_baseline_sets_the_centre() -> None:
    quiet = control_chart([10, 10, 10, 30], [100] * 4, baseline=[True, True, True, False])
    assert quiet.centre == 100
    assert quiet.signal.tolist() == [False, False, False, True]
    with pytest.raises(InvalidArgument, match="baseline"):
        control_chart([1, 2], [3, 4], baseline=[True])


def test_overdispersion_is_said() -> None:
    wild = control_chart([1, 60, 2, 55, 3, 70], [1000] * 6)
    assert wild.notes == ("overdispersed",)
    assert wild.dispersion > 10
    assert control_chart([1, 60, 2, 55, 3, 70], [1000] * 6, method="laney").notes == ()
    assert control_chart([10, 11, 9, 12], [1000] * 4).notes == ()


def test_months_without_sales_are_undefined() -> None:
    for complaints in (0, 5):
        found = control_chart([4, complaints, 6], [100, 0, 100])
        assert math.isnan(found.tgw[1])
        assert math.isnan(found.upper[1])
        assert found.signal.tolist() == [False, False, False]
        assert found.centre == 50
        assert found.notes == ("no_exposure",)
    assert control_chart([4, 0, 6], [100, 0, 100]).sigma_z == control_chart([4, 6], [100, 100]).sigma_z


def test_the_ends_of_the_scale() -> None:
    nothing = control_chart([0, 0, 0], [10, 10, 10])
    assert nothing.centre == 0
    assert not nothing.signal.any()
    assert nothing.notes == ("no_complaints",)
    single = control_chart([5], [10])
    assert math.isnan(single.dispersion)
    assert math.isnan(single.sigma_z)
    assert single.notes == ("one_period",)
    assert math.isnan(control_chart([], []).centre)
    assert math.isnan(control_chart([0, 0], [0, 0]).centre)
    large = control_chart([2**33, 2**33 + 100_000], [10**9, 10**9], per=1)
    assert large.to_frame()["complaints"].tolist() == [2**33, 2**33 + 100_000]


def test_equal_rates_never_signal() -> None:
    x, n = [1, 3, 7, 11, 9], [10, 30, 70, 110, 90]
    found = control_chart(x, n, method="laney", per=7, rules=WESTERN_ELECTRIC)
    assert found.sigma_z == pytest.approx(0, abs=1e-12)
    assert not found.signal.any()


def test_more_complaints_than_sales() -> None:
    found = control_chart([1405, 1287], [1000, 1000])
    assert found.tgw.tolist() == [1405, 1287]


def test_all_faults_at_once() -> None:
    with pytest.raises(InvalidData) as caught:
        control_chart([1.5, -2, float("nan"), 4], [10, float("inf"), -1, 10])
    codes = {(fault.column, fault.code): fault.rows for fault in caught.value.faults}
    assert codes == {
        ("complaints", "not_whole"): (0,),
        ("complaints", "ge"): (1,),
        ("complaints", "missing"): (2,),
        ("sales", "not_finite"): (1,),
        ("sales", "ge"): (2,),
    }


def test_what_cannot_be_a_column() -> None:
    with pytest.raises(InvalidType, match="complaints"):
        control_chart(["a", "b"], [1, 2])
    with pytest.raises(InvalidType, match="complaints"):
        control_chart([True, False], [1, 2])
    with pytest.raises(InvalidArgument, match="sales"):
        control_chart([1, 2], [1, 2, 3])
    with pytest.raises(InvalidArgument, match="index"):
        control_chart(pd.Series([1, 2], index=[0, 1]), pd.Series([1, 2], index=[1, 0]))
    with pytest.raises(InvalidArgument, match="per"):
        control_chart([1], [1], per=0)
    with pytest.raises(UnknownName, match="laney"):
        control_chart([1], [1], method="lany")
    with pytest.raises(InvalidArgument, match="three_sigma"):
        control_chart([1], [1], method="laney", limits="probability")


def test_the_index_names_the_periods() -> None:
    months = pd.Index(["2025-01", "2025-02"])
    found = control_chart(pd.Series([1, 2], index=months), pd.Series([10, 20], index=months))
    assert found.period == ["2025-01", "2025-02"]


def test_inputs_stay_as_they_are() -> None:
    x, n = np.array([1, 2, 3]), np.array([10.0, 20.0, 30.0])
    control_chart(x, n, method="laney")
    assert x.tolist() == [1, 2, 3]
    assert n.tolist() == [10, 20, 30]


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, lambda v: pd.Series(v, dtype="Int64"), pd.array])
def test_containers(kind: Callable[..., Any] | type) -> None:
    plain = control_chart([5, 9, 4], [1000, 1100, 900]).to_frame()
    pd.testing.assert_frame_equal(control_chart(kind([5, 9, 4]), kind([1000, 1100, 900])).to_frame(), plain)


def test_run_rules() -> None:
    steady = [10] * 20
    drift = [*steady, *[13] * 9]
    base = [True] * 20 + [False] * 9
    plain = control_chart(drift, [1] * 29, baseline=base)
    assert not plain.signal.any()
    found = control_chart(drift, [1] * 29, baseline=base, rules=WESTERN_ELECTRIC)
    assert np.flatnonzero(found.fired["run_of_eight"]).tolist() == [27, 28]
    assert found.to_frame()["rules"].iloc[-1] == "run_of_eight"
    assert np.flatnonzero(control_chart(drift, [1] * 29, baseline=base, rules=NELSON_RUN).signal).tolist() == [28]


def test_zone_rules_need_one_side() -> None:
    """Two standard errors are 20 above 100; two of three beyond them on the same side fire, on two sides not."""
    base = [True] * 10 + [False] * 3
    rule = (Rule(name="two_of_three", points=2, of=3, sigmas=2),)
    same = control_chart([*[100] * 10, 125, 100, 125], [1] * 13, baseline=base, rules=rule)
    assert np.flatnonzero(same.signal).tolist() == [12]
    other = control_chart([*[100] * 10, 125, 100, 75], [1] * 13, baseline=base, rules=rule)
    assert not other.signal.any()


def test_a_month_without_sales_breaks_a_run() -> None:
    rule = (Rule(name="three", points=3, of=3, sigmas=0),)
    base = [True] * 4 + [False] * 4
    x = [10, 10, 10, 10, 12, 12, 0, 12]
    assert not control_chart(x, [1, 1, 1, 1, 1, 1, 0, 1], baseline=base, rules=rule).signal.any()
    assert control_chart([*x[:6], 12, 12], [1] * 8, baseline=base, rules=rule).signal.any()


def test_rules_are_checked() -> None:
    with pytest.raises(InvalidArgument, match="of"):
        Rule(name="x", points=3, of=2, sigmas=1)
    with pytest.raises(InvalidType, match="Rule"):
        control_chart([1], [1], rules=["outside"])


def test_runs_by_hand() -> None:
    found = control_chart([8, 12, 12, 12, 8, 8, 12, 8], [1] * 8, baseline=[True] * 8).runs
    assert (found.longest, found.crossings) == (3, 4)
    assert found.longest_usual == 6
    assert found.crossings_usual == stats.binom.ppf(0.05, 7, 0.5)
    assert found.signal is False
    shift = control_chart([8] * 10 + [12] * 10, [1] * 20).runs
    assert (shift.longest, shift.crossings, shift.signal) == (10, 1, True)
    assert control_chart([5], [1]).runs.signal is False


def test_four_sigmas_are_four() -> None:
    """The last rate stands 3.68 standard errors above the centre: outside the chart's limits, not beyond four."""
    at = ([100] * 20 + [139], [1000] * 21)
    four, three_and_a_half = (Rule(name="far", points=1, of=1, sigmas=sigmas) for sigmas in (4, 3.5))
    assert round(float(control_chart(*at).distance[-1]), 2) == 3.68
    assert control_chart(*at).signal[-1]
    assert not control_chart(*at, rules=[four]).signal.any()
    assert np.flatnonzero(control_chart(*at, rules=[three_and_a_half]).signal).tolist() == [20]
    assert np.flatnonzero(control_chart([100] * 20 + [61], [1000] * 21, rules=[three_and_a_half]).signal).tolist() == [
        20
    ]


RATE = km.TGW("bad", "sold")


def test_charts_of_a_table_say_which_months_are_missing() -> None:
    months = ["2025-01", "2025-02", "2025-03", "2025-04"]
    for bad, sold, note in ((None, 900, "counts_missing"), (0, 0, "no_exposure")):
        frame = pd.DataFrame({"month": months, "bad": [5, bad, 4, 6], "sold": [1000, sold, 900, 1000]})
        table = km.measure(frame, RATE, by="month")
        assert km.monitoring.control_chart(table).notes == (note,)
        assert km.segments.funnel(table).notes == (note,)
        assert km.monitoring.ewma(table, width=3).notes == (note,)
