"""Survival curves and log-rank tests against lifelines, on 200 drawn data sets and on the data it ships."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from kundenmetrik import retention

pytestmark = pytest.mark.oracle
lifelines = pytest.importorskip("lifelines")

SEEDS = range(200)
FORMS = {"logrank": None, "wilcoxon": "wilcoxon", "tarone-ware": "tarone-ware", "peto": "peto"}


def drawn(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 120))
    whole = rng.integers(0, int(rng.integers(2, 40)), size)
    duration = (whole, whole * 0.37, rng.exponential(20.0, size))[seed % 3]
    churned = rng.random(size) < rng.uniform(0.2, 1.0)
    group = rng.integers(0, 2 + seed % 4, size)
    return rng, duration, churned, group


@pytest.mark.parametrize("seed", SEEDS)
def test_curve(seed: int) -> None:
    _, duration, churned, _ = drawn(seed)
    mine = retention.survival(duration, churned).to_frame()
    fitter = lifelines.KaplanMeierFitter().fit(duration, churned)
    theirs = fitter.survival_function_["KM_estimate"].loc[mine["time"]].to_numpy()
    np.testing.assert_allclose(mine["survival"], theirs, rtol=1e-9, atol=1e-12)
    table = fitter.event_table.loc[mine["time"]]
    for name, theirs_name in (("at_risk", "at_risk"), ("events", "observed"), ("censored", "censored")):
        assert mine[name].tolist() == table[theirs_name].tolist()
    # Where nobody is left the variance has no value: NaN here, while lifelines draws the limits on at 0.
    left = (mine["survival"] > 0).to_numpy()
    limits = fitter.confidence_interval_.loc[mine["time"]].to_numpy()[left]
    np.testing.assert_allclose(mine[["low", "high"]].to_numpy()[left], limits, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_median_and_restricted_mean(seed: int) -> None:
    _, duration, churned, _ = drawn(seed)
    curve = retention.survival(duration, churned)
    fitter = lifelines.KaplanMeierFitter().fit(duration, churned)
    median, theirs = curve.median(), fitter.median_survival_time_
    # lifelines compares the rounded product with one half; a curve that meets one half exactly may miss it.
    meets = np.isclose(fitter.survival_function_["KM_estimate"], 0.5, rtol=0, atol=1e-9).any()
    if not meets:
        assert median.value == theirs or (np.isnan(median.value) and np.isinf(theirs))
    horizon = float(np.max(duration)) * 0.8
    mean = curve.restricted_mean(horizon)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        area, variance = lifelines.utils.restricted_mean_survival_time(fitter, t=horizon, return_variance=True)
    assert mean.value == pytest.approx(area, rel=1e-9, abs=1e-12)
    # lifelines takes 2 * integral(t S) - area^2, the variance of one lifetime and not of the mean: no oracle for it.
    assert variance >= 0


@pytest.mark.parametrize("seed", SEEDS)
def test_late_entry(seed: int) -> None:
    rng, duration, churned, _ = drawn(seed)
    duration = duration + 1.0
    entry = np.where(rng.random(duration.size) < 0.5, 0.0, duration * rng.uniform(0.1, 0.9, duration.size))
    entry[int(np.argmax(duration))] = 0.0  # somebody is always at risk, or lifelines refuses
    mine = retention.survival(duration, churned, entry=entry).to_frame()
    fitter = lifelines.KaplanMeierFitter().fit(duration, churned, entry=entry)
    theirs = fitter.survival_function_["KM_estimate"].loc[mine["time"]].to_numpy()
    np.testing.assert_allclose(mine["survival"], theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_nelson_aalen(seed: int) -> None:
    _, duration, churned, _ = drawn(seed)
    mine = retention.survival(duration, churned).cumulative_hazard()
    fitter = lifelines.NelsonAalenFitter(nelson_aalen_smoothing=False).fit(duration, churned)
    theirs = fitter.cumulative_hazard_["NA_estimate"].loc[mine["time"]].to_numpy()
    np.testing.assert_allclose(mine["cumulative_hazard"], theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("method", FORMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_logrank(seed: int, method: str) -> None:
    _, duration, churned, group = drawn(seed)
    if np.unique(group).size < 2 or not churned.any():
        pytest.skip("nothing to compare")
    mine = retention.logrank(duration, churned, group, method=method)
    theirs = lifelines.statistics.multivariate_logrank_test(duration, group, churned, weightings=FORMS[method])
    if mine.df != np.unique(group).size - 1:
        # A group that is never at risk at a loss has no information; lifelines still counts its degree of freedom.
        assert mine.df < np.unique(group).size - 1
        return
    assert mine.statistic == pytest.approx(theirs.test_statistic, rel=1e-9, abs=1e-9)
    assert mine.p_value == pytest.approx(theirs.p_value, rel=1e-8, abs=1e-9)


def test_waltons() -> None:
    data = lifelines.datasets.load_waltons()
    curve = retention.survival(data["T"], data["E"])
    printed = {6: "0.993865", 22: "0.888957", 33: "0.802531", 56: "0.429903", 60: "0.311524"}
    assert {t: f"{curve.at(t).value:.6f}" for t in printed} == printed
    assert f"{retention.logrank(data['T'], data['E'], data['group']).statistic:.6f}" == "122.249126"


def test_g3_against_r() -> None:
    # R's survival package, as quoted in lifelines' tests
    data = lifelines.datasets.load_g3()
    control = data[data["group"] == "Control"] if "Control" in set(data["group"]) else data[data["group"] != "RIT"]
    curve = retention.survival(control["time"], control["event"])
    expected = {
        9: (0.833, 0.2731, 0.975),
        19: (0.667, 0.1946, 0.904),
        32: (0.5, 0.1109, 0.804),
        34: (0.333, 0.0461, 0.676),
    }
    for t, (share, low, high) in expected.items():
        found = curve.at(t)
        assert (round(found.value, 3), round(found.low, 4), round(found.high, 3)) == (share, low, high)


def test_lymphoma_and_dd() -> None:
    lymphoma, dd = lifelines.datasets.load_lymphoma(), lifelines.datasets.load_dd()
    found = retention.logrank(lymphoma["Time"], lymphoma["Censor"], lymphoma["Stage_group"])
    assert f"{found.statistic:.5f}" == "6.70971"
    found = retention.logrank(dd["duration"], dd["observed"], dd["regime"])
    assert (f"{found.statistic:.4f}", found.df) == ("322.5991", dd["regime"].nunique() - 1)


def test_what_lifelines_gets_wrong() -> None:
    # A flag of 2 and a duration of -1 are taken silently there; here they are refused with their rows.
    with pytest.raises(ValueError, match="churned must be True or False"):
        retention.survival([1, 2, 3], [2, 0, 1])
    with pytest.raises(ValueError, match="duration must be finite and at least 0"):
        retention.survival([1, -1, 3], [True, False, True])
