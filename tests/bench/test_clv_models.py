"""Fits and predictions against lifetimes, in CPU time of one run; validation and standard errors are timed too."""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.data.histories import Histories
from kundenmetrik.clv.data.purchases import Purchases

lifetimes = pytest.importorskip("lifetimes")
pytestmark = [pytest.mark.bench, pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]

HERE = Path(__file__).parent


def cpu(task: Callable[[], Any]) -> float:
    begin = time.process_time()
    task()
    return time.process_time() - begin


def ratio(theirs: Callable[[], Any], ours: Callable[[], Any], rounds: int, repeats: int = 5) -> float:
    """The best of several interleaved rounds each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pairs = [(cpu(theirs), min(cpu(ours) for _ in range(repeats))) for _ in range(rounds)]
    return min(one for one, _ in pairs) / min(two for _, two in pairs)


@pytest.fixture(scope="module")
def columns(cdnow_base: Purchases) -> tuple[np.ndarray, ...]:
    return cdnow_base.frequency.copy(), cdnow_base.recency.copy(), cdnow_base.age.copy(), cdnow_base.spend.copy()


def cohort(customers: int, seed: int = 0, wide: bool = False) -> tuple[np.ndarray, ...]:
    """BG/NBD customers in whole days told in weeks: of one quarter, or born over a year."""
    rng = np.random.default_rng(seed)
    days = rng.integers(7 * 26 if wide else 189, 7 * 78 if wide else 273, customers)
    who, when, _ = clv.BetaGeo()._draw((0.25, 4.4, 0.8, 2.4), days / 7, rng)
    frequency, last = np.bincount(who, minlength=customers), np.zeros(customers)
    np.maximum.at(last, who, np.minimum(np.ceil(when * 7), days[who]))
    return frequency, last / 7, days / 7


def spend_of(frequency: np.ndarray, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    nu = rng.standard_gamma(3.7, len(frequency)) / 15.4
    total = rng.standard_gamma(np.maximum(6.2 * frequency, 1e-9)) / nu
    return np.where(frequency > 0, total / np.maximum(frequency, 1), np.nan)


def base_of(*columns: np.ndarray) -> Purchases:
    return Purchases.from_summary(*columns, unit="week")


FITS = [
    ("BetaGeo", "BetaGeoFitter", 2_357, 20, 8),
    ("BetaGeo", "BetaGeoFitter", 100_000, 60, 2),
    ("BetaGeo", "BetaGeoFitter", 1_000_000, 100, 1),
    ("ParetoNBD", "ParetoNBDFitter", 2_357, 35, 3),
    ("ParetoNBD", "ParetoNBDFitter", 100_000, 100, 1),
    ("ParetoNBD", "ParetoNBDFitter", 1_000_000, 400, 1),
]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "fitter", "customers", "goal", "rounds"), FITS)
def test_fits(
    columns: tuple[np.ndarray, ...], model: str, fitter: str, customers: int, goal: float, rounds: int
) -> None:
    data = columns[:3] if customers == 2_357 else cohort(customers)
    own = getattr(clv, model)()
    found = ratio(lambda: getattr(lifetimes, fitter)().fit(*data), lambda: own.fit(base_of(*data)), rounds)
    print(f"{model} fit, {customers:,} customers: {found:.1f} times lifetimes")
    assert found >= goal


@pytest.mark.slow
def test_the_fit_of_wide_births() -> None:
    data = cohort(1_000_000, wide=True)
    found = ratio(lambda: lifetimes.BetaGeoFitter().fit(*data), lambda: clv.BetaGeo().fit(base_of(*data)), 1, 3)
    print(f"BetaGeo fit, 1,000,000 customers, wide births: {found:.1f} times lifetimes")
    assert found >= 50


@pytest.mark.slow
@pytest.mark.parametrize(("customers", "rounds"), [(2_357, 8), (100_000, 3), (1_000_000, 2)])
def test_spend(columns: tuple[np.ndarray, ...], customers: int, rounds: int) -> None:
    if customers == 2_357:
        data, spend = columns[:3], columns[3]
    else:
        data = cohort(customers)
        spend = spend_of(data[0])
    repeat = data[0] > 0
    base = base_of(*data, spend)
    found = ratio(
        lambda: lifetimes.GammaGammaFitter().fit(data[0][repeat], spend[repeat]),
        lambda: clv.GammaGamma().fit(base),
        rounds,
    )
    print(f"GammaGamma fit, {customers:,} customers: {found:.1f} times lifetimes")
    assert found >= 18


PREDICTIONS = [
    ("BetaGeo", "BetaGeoFitter", 1_000, 1),
    ("BetaGeo", "BetaGeoFitter", 2_357, 1),
    ("BetaGeo", "BetaGeoFitter", 1_000_000, 5),
    ("ParetoNBD", "ParetoNBDFitter", 1_000, 1),
    ("ParetoNBD", "ParetoNBDFitter", 2_357, 1),
    ("ParetoNBD", "ParetoNBDFitter", 1_000_000, 4),
]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "fitter", "customers", "goal"), PREDICTIONS)
def test_predictions(columns: tuple[np.ndarray, ...], model: str, fitter: str, customers: int, goal: float) -> None:
    """P(alive) and expected purchases in 39 weeks for all customers."""
    small = columns[:3]
    theirs, ours = getattr(lifetimes, fitter)().fit(*small), getattr(clv, model)().fit(base_of(*small))
    data = cohort(customers) if customers > 2_357 else tuple(column[:customers] for column in small)
    base = base_of(*data)

    def they() -> None:
        theirs.conditional_probability_alive(*data)
        theirs.conditional_expected_number_of_purchases_up_to_time(39, *data)

    def we() -> None:
        assert len(ours.probability_alive(purchases=base)) == customers
        assert len(ours.expected_purchases(39, purchases=base)) == customers

    found = ratio(they, we, 8 if customers < 10_000 else 3)
    print(f"{model} predictions, {customers:,} customers: {found:.1f} times lifetimes")
    assert found >= goal


def test_the_same_numbers_as_lifetimes(columns: tuple[np.ndarray, ...]) -> None:
    """What is compared in speed is the same: parameters to what its optimiser reaches, predictions to the digits."""
    x, last, age, _ = columns
    theirs, ours = lifetimes.BetaGeoFitter().fit(x, last, age), clv.BetaGeo().fit(base_of(x, last, age))
    assert list(theirs.params_) == pytest.approx(list(ours.params.values()), rel=1e-4)
    model, params = ours.model, tuple(float(value) for value in theirs.params_)
    alive = theirs.conditional_probability_alive(x, last, age)
    assert model._probability_alive(params, ours.data) == pytest.approx(np.asarray(alive), rel=1e-10)
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(39, x, last, age)
    past = Histories(x, last, age)
    assert model._expected_purchases(params, past, 39.0) == pytest.approx(np.asarray(expected), rel=1e-9)


def against_clvkit(data: tuple[np.ndarray, ...], rounds: int) -> float:
    clvkit = pytest.importorskip("clvkit")
    table = pd.DataFrame(dict(zip(("frequency", "recency", "T"), data, strict=True)))
    settings = {"time_unit": "W", "has_monetary": False, "on_negative": "raise"}
    base = clvkit.CustomerBase(table, observation_period_end=pd.Timestamp("1997-09-30"), **settings)
    theirs, ours = clvkit.BGNBD().fit(base), clv.BetaGeo().fit(base_of(*data))
    assert ours.log_likelihood >= theirs.log_likelihood_ - 1e-6 * abs(theirs.log_likelihood_)
    return ratio(lambda: clvkit.BGNBD().fit(base), lambda: clv.BetaGeo().fit(base_of(*data)), rounds)


@pytest.mark.slow
def test_fits_against_clvkit(columns: tuple[np.ndarray, ...]) -> None:
    found = against_clvkit(columns[:3], 3)
    print(f"BetaGeo fit, 2,357 customers: {found:.1f} times clvkit")
    assert found >= 80


@pytest.mark.slow
def test_large_fits_against_clvkit() -> None:
    """In a process of their own: clvkit takes so much fresh memory that it depends on what ran before."""
    pytest.importorskip("clvkit")
    code = "import test_clv_models as here; print(here.against_clvkit(here.cohort(100_000), 2))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE)
    found = float(run.stdout.split()[-1])
    print(f"BetaGeo fit, 100,000 customers: {found:.1f} times clvkit")
    assert found >= 800
