"""The completion of the newest periods, its errors and its limits."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.complaints import nowcast
from kundenmetrik.errors import FitRefused, InvalidArgument

NAN = math.nan


@given(
    levels=st.lists(st.integers(1, 1000), min_size=3, max_size=8),
    parts=st.lists(st.integers(1, 20), min_size=3, max_size=8),
)
def test_constant_factors_are_reproduced_exactly(levels: list[int], parts: list[int]) -> None:
    width = min(len(levels), len(parts))
    full = np.outer(levels[:width], parts[:width]).astype(float)
    seen = np.add.outer(np.arange(width), np.arange(width)) < width
    for method in ("over_dispersed_poisson", "mack"):
        found = nowcast(np.where(seen, full, NAN), method=method)
        np.testing.assert_allclose(found.ultimate, full.sum(axis=1), rtol=1e-9)
    assert found.reported.tolist() == np.where(seen, full, 0).sum(axis=1).tolist()


def test_what_a_nowcast_says() -> None:
    table = [[50, 25, 5], [60, 28, NAN], [40, NAN, NAN]]
    found = nowcast(pd.DataFrame(table, index=["2025-01", "2025-02", "2025-03"]), sales=[1000, 0, 800])
    frame = found.to_frame()
    expected = ["period", "reported", "developed", "outstanding", "ultimate", "low", "high"]
    assert list(frame.columns) == [*expected, "sales", "tgw_reported", "tgw", "tgw_low", "tgw_high"]
    assert frame["period"].tolist() == ["2025-01", "2025-02", "2025-03"]
    assert math.isnan(frame["tgw"][1])
    assert frame["tgw"][2] == pytest.approx(1000 * found.ultimate[2] / 800)
    assert (found.low <= found.ultimate).all()
    assert (found.ultimate <= found.high).all()
    assert found.low[0] == found.high[0] == 80
    assert "last_delay_is_final" in found.notes


def test_a_period_without_reports_is_not_taken_for_a_good_one() -> None:
    found = nowcast([[50, 25, 5], [60, 28, NAN], [0, NAN, NAN]])
    assert found.ultimate[2] == 0
    assert math.isnan(found.high[2])
    assert "nothing_reported_yet" in found.notes


def test_delays_at_which_nothing_was_known() -> None:
    with pytest.raises(FitRefused, match="delay 0"):
        nowcast([[0, 5], [0, NAN]])
    found = nowcast([[0, 0], [0, NAN]])
    assert found.ultimate.tolist() == [0, 0]
    assert "empty_delay" in found.notes


def test_nowcast_refusals() -> None:
    with pytest.raises(InvalidArgument, match="sales"):
        nowcast([[1, 2], [3, NAN]], sales=[10])
    with pytest.raises(InvalidArgument, match="method"):
        nowcast([[1, 2], [3, NAN]], method="bootstrap")


def test_a_triangle_too_small_for_an_error_has_none() -> None:
    found = nowcast([[50, 25], [40, NAN]])
    assert found.ultimate.tolist() == [75, 60]
    assert math.isnan(found.dispersion)
    assert math.isnan(found.high[1])


def test_prediction_limits_cover() -> None:
    """300 drawn triangles of 12 months, three times Poisson's variance: the limits of the newest month."""
    rng = np.random.default_rng(9)
    share = np.array([0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
    seen = np.arange(6)[None, :] < 12 - np.arange(12)[:, None]
    hits = {"over_dispersed_poisson": 0, "mack": 0}
    for _ in range(300):
        mean = rng.uniform(150, 400, 12)[:, None] * share[None, :]
        full = rng.poisson(rng.gamma(mean / 2, 2.0)).astype(float)
        for method in hits:
            found = nowcast(np.where(seen, full, NAN), method=method)
            hits[method] += bool(found.low[-1] <= full[-1].sum() <= found.high[-1])
    assert 0.91 <= hits["over_dispersed_poisson"] / 300 <= 0.99
    assert 0.88 <= hits["mack"] / 300 <= 0.99


def test_a_small_triangle_is_not_certain() -> None:
    """All three rows grow alike, so nothing scatters; the counts are Poisson's all the same.

    The second row's 6 to come are 90 * 5 / 75: by the delta method their variance is 6 + 36 (1/90 + 1/5 + 1/75).
    """
    found = nowcast([[50, 25, 5], [60, 30, NAN], [40, NAN, NAN]])
    assert found.outstanding.tolist() == pytest.approx([0, 6, 24])
    assert found.dispersion == 0
    assert found.standard_error[1] == pytest.approx(math.sqrt(6 + 36 * (1 / 90 + 1 / 5 + 1 / 75)))
    assert found.low[2] < 58
    assert found.high[2] > 70
    assert found.notes == ("last_delay_is_final", "poisson_floor")


def test_counts_that_scatter_more_keep_their_own_dispersion() -> None:
    found = nowcast([[50, 25, 5], [60, 90, NAN], [40, NAN, NAN]])
    assert found.dispersion > 1
    assert "poisson_floor" not in found.notes


def test_amounts_have_no_floor_and_no_certainty() -> None:
    """A dispersion depends on the unit of amounts: in millions it is a thousandth of that in thousands."""
    table = np.array([[50.5, 25.25, 5], [60, 33, NAN], [40, NAN, NAN]])
    one, small = nowcast(table), nowcast(table / 1000)
    np.testing.assert_allclose(small.high * 1000, one.high)
    assert "poisson_floor" not in one.notes
    exact = nowcast([[50.5, 25.25, 5], [60, 30, NAN], [40, NAN, NAN]])
    assert np.isnan(exact.high).tolist() == np.isnan(exact.low).tolist() == [False, True, True]
    assert "no_scatter" in exact.notes
    assert "no_scatter" in nowcast([[50, 25, 5], [60, 30, NAN], [40, NAN, NAN]], method="mack").notes


def test_an_unknown_dispersion_is_said() -> None:
    assert nowcast([[50, 25], [40, NAN]]).notes == ("last_delay_is_final", "dispersion_unknown")


def test_counts_that_sum_to_less_than_nothing() -> None:
    table = [[5, -3, 2], [6, -2, NAN], [4, NAN, NAN]]
    with pytest.raises(FitRefused, match=r"delay 1 sum to less than 0.*method='mack'"):
        nowcast(table)
    with pytest.raises(FitRefused, match="period 1 sum to less than 0"):
        nowcast([[5, 3, 2], [-6, 2, NAN], [4, NAN, NAN]])
    assert nowcast(table, method="mack").ultimate.tolist() == pytest.approx([4, 8, 4 * 6 / 11 * 2])
    falling = nowcast([[9, -2, -1], [8, -3, NAN], [7, NAN, NAN]], method="mack")
    assert falling.outstanding[1:].max() < 0
    assert np.isnan(falling.high[1:]).all()
    assert "negative_outstanding" in falling.notes


def test_single_corrections_are_counts_like_others() -> None:
    found = nowcast([[50, 25, -2], [60, 28, 5], [40, 22, NAN], [55, NAN, NAN]])
    assert np.isfinite(found.high).all()


@pytest.mark.slow
def test_the_limits_of_small_triangles_cover() -> None:
    """600 drawn triangles of three months of Poisson counts: without the floor 95 percent limits hold in 7 of 10."""
    rng = np.random.default_rng(4)
    mean = np.array([60.0, 70.0, 65.0])[:, None] * np.array([0.55, 0.3, 0.15])[None, :]
    seen = np.add.outer(np.arange(3), np.arange(3)) < 3
    hits = 0
    for _ in range(600):
        full = rng.poisson(mean).astype(float)
        found = nowcast(np.where(seen, full, NAN))
        hits += bool(found.low[-1] <= full[-1].sum() <= found.high[-1])
    assert hits / 600 >= 0.93
