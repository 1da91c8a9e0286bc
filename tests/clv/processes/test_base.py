"""Laws of all repeat-buying models: derivatives, probabilities, limits, units, and what simulation says."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import loggamma

from kundenmetrik import clv
from kundenmetrik.clv.data.histories import Histories, newcomers
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.customer_likelihood import Likelihood, customer_likelihood
from kundenmetrik.clv.models.nbd import NBD
from kundenmetrik.clv.processes import erlang_renewals as renewals
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidData, InvalidType

CONTINUOUS: list[tuple[RepeatBuying, tuple[float, ...]]] = [
    (clv.BetaGeo(), (0.8, 6.0, 0.8, 2.5)),
    (clv.ModifiedBetaGeo(), (0.8, 6.0, 0.6, 2.5)),
    (clv.ParetoNBD(), (0.8, 6.0, 0.7, 12.0)),
    (NBD(), (0.8, 6.0)),
    (clv.BetaGeo(k=2), (0.8, 3.0, 0.8, 2.5)),
    (clv.ModifiedBetaGeo(k=3), (0.8, 2.0, 0.6, 2.5)),
]
DISCRETE = (clv.BetaGeoBetaBinomial(), (1.2, 0.75, 0.66, 2.8))
EVERY = [*CONTINUOUS, DISCRETE]
named = pytest.mark.parametrize(("model", "params"), EVERY, ids=lambda part: repr(part))
continuous = pytest.mark.parametrize(("model", "params"), CONTINUOUS, ids=lambda part: repr(part))


def base_of(model: RepeatBuying, params: tuple[float, ...], seed: int, customers: int = 600) -> Purchases:
    rng = np.random.default_rng(seed)
    whole = isinstance(model, clv.BetaGeoBetaBinomial)
    horizon = np.full(customers, 8.0) if whole else rng.integers(140, 400, customers) / 7
    who, when, _ = model._draw(params, horizon, rng)
    times = when if whole else np.minimum(np.ceil(when * 7) / 7, horizon[who])
    frequency, recency = np.bincount(who, minlength=customers), np.zeros(customers)
    np.maximum.at(recency, who, times)
    return Purchases.from_summary(frequency, recency, horizon, unit="week")


def some(model: RepeatBuying) -> Histories:
    if isinstance(model, clv.BetaGeoBetaBinomial):
        return Histories(np.array([0, 1, 3, 5]), np.array([0.0, 2, 6, 5]), np.array([8.0, 8, 8, 5]))
    return Histories(np.array([0, 1, 4, 30]), np.array([0.0, 3.5, 30.0, 38.0]), np.array([39.0, 39, 30, 40]))


@named
def test_gradient_and_hessian_are_those_of_the_likelihood(model: RepeatBuying, params: tuple[float, ...]) -> None:
    """The Hessian against differences of the gradient, the gradient against Richardson's differences of the value."""
    likelihood, _ = customer_likelihood(model, base_of(model, params, seed=1), "likelihood")
    theta = np.log(params) + 0.1
    _, gradient, hessian = likelihood(theta, 1, 24)
    size = np.abs(gradient).max()
    for place, step in enumerate(np.eye(len(theta))):
        fine, coarse = (
            (likelihood(theta + h * step, 1, 24)[0] - likelihood(theta - h * step, 1, 24)[0]) / (2 * h)
            for h in (1e-3, 2e-3)
        )
        assert abs((4 * fine - coarse) / 3 - gradient[place]) < 1e-8 * size
        up, down = (likelihood(theta + h * step, 1, 24)[1] for h in (1e-4, -1e-4))
        assert np.abs((up - down) / 2e-4 - hessian[place]).max() < 1e-6 * np.abs(hessian).max()


def complex_geometric(theta: Any, cells: Any, offset: int) -> Any:
    """The log-likelihood from gamma functions of complex numbers: a second derivation."""
    r, alpha, a, b = np.exp(theta)
    x, d = cells.frequency, cells.frequency + offset

    def log_beta(p: Any, q: Any) -> Any:
        return loggamma(p) + loggamma(q) - loggamma(p + q)

    level = loggamma(r + x) - loggamma(r) + r * np.log(alpha) + log_beta(a, b + d) - log_beta(a, b)
    alive = -(r + x) * np.log(alpha + cells.age)
    dead = np.log(a / np.where(d > 0, b + d - 1, 1.0)) - (r + x) * np.log(alpha + cells.recency)
    return cells.count @ (level + alive + np.log(1.0 + np.where(d > 0, np.exp(dead - alive), 0.0)))


@pytest.mark.parametrize("model", [clv.BetaGeo(), clv.ModifiedBetaGeo()], ids=repr)
def test_the_gradient_against_the_complex_step(model: Any) -> None:
    likelihood, _ = customer_likelihood(model, base_of(model, (0.8, 6.0, 0.8, 2.5), seed=2), "likelihood")
    theta = np.log([0.7, 5.0, 0.9, 2.0])
    value, gradient, _ = likelihood(theta)
    assert value == pytest.approx(complex_geometric(theta, likelihood.cells, model._offset).real, rel=1e-12)
    for place, step in enumerate(np.eye(4)):
        exact = complex_geometric(theta + 1e-30j * step, likelihood.cells, model._offset).imag / 1e-30
        assert gradient[place] == pytest.approx(exact, rel=1e-10, abs=1e-9)


def complex_nbd(theta: Any, cells: Any) -> Any:
    r, alpha = np.exp(theta)
    x = cells.frequency
    return cells.count @ (loggamma(r + x) - loggamma(r) + r * np.log(alpha) - (r + x) * np.log(alpha + cells.age))


def complex_pareto(theta: Any, cells: Any) -> Any:
    """The integral over the time of dropout cut into 40 equal parts: no transformation, no common nodes."""
    r, alpha, s, beta = np.exp(theta)
    x, last, age = cells.frequency, cells.recency, cells.age
    places, weights = np.polynomial.legendre.leggauss(30)
    cuts = last + (age - last) * np.linspace(0.0, 1.0, 41)[:, None]
    middle, half = (cuts[1:] + cuts[:-1]) / 2, (cuts[1:] - cuts[:-1]) / 2
    at = middle[:, None] + half[:, None] * places[:, None]
    alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    dead = np.exp(-(r + x) * np.log(alpha + at) - (s + 1) * np.log(beta + at) - alive)
    odds = s * np.einsum("q,pqc,pc->c", weights, dead, half)
    level = loggamma(r + x) - loggamma(r) + r * np.log(alpha) + s * np.log(beta)
    return cells.count @ (level + alive + np.log(1.0 + odds))


def complex_beta_binomial(theta: Any, cells: Any) -> Any:
    a, b, c, d = np.exp(theta)

    def log_beta(p: Any, q: Any) -> Any:
        return loggamma(p) + loggamma(q) - loggamma(p + q)

    total = 0.0
    for x, last, n, count in zip(cells.frequency, cells.recency, cells.age, cells.count, strict=True):
        chance = np.exp(log_beta(a + x, b + n - x) + log_beta(c, d + n))
        for m in np.arange(last, n):
            chance = chance + np.exp(log_beta(a + x, b + m - x) + log_beta(c + 1, d + m))
        total = total + count * (np.log(chance) - log_beta(a, b) - log_beta(c, d))
    return total


@pytest.mark.parametrize(
    ("model", "params", "other"),
    [(*CONTINUOUS[3], complex_nbd), (*CONTINUOUS[2], complex_pareto), (*DISCRETE, complex_beta_binomial)],
    ids=["NBD", "ParetoNBD", "BetaGeoBetaBinomial"],
)
def test_the_gradient_of_the_others_against_the_complex_step(model: Any, params: Any, other: Any) -> None:
    likelihood, _ = customer_likelihood(model, base_of(model, params, seed=2, customers=200), "likelihood")
    theta = np.log(params) + 0.1
    value, gradient, _ = likelihood(theta, 1, model._nodes[1])
    assert value == pytest.approx(other(theta, likelihood.cells).real, rel=1e-12)
    for place, step in enumerate(np.eye(len(theta))):
        exact = other(theta + 1e-30j * step, likelihood.cells).imag / 1e-30
        assert gradient[place] == pytest.approx(exact, rel=1e-10, abs=1e-9)


@named
def test_a_fit_is_certified(model: RepeatBuying, params: tuple[float, ...]) -> None:
    fit = model.fit(base_of(model, params, seed=3, customers=4_000))  # type: ignore[attr-defined]
    assert fit.convergence.gradient <= 1e-9
    assert np.linalg.eigvalsh(fit.theta_covariance)[0] > 0.0
    assert list(fit.params) == list(model.parameters)
    truth = np.log(params)
    off = (fit.theta - truth) / np.sqrt(np.diag(fit.theta_covariance))
    assert np.abs(off).max() < 4.0


@named
def test_probabilities_sum_to_one_and_mean_to_the_expectation(model: RepeatBuying, params: tuple[float, ...]) -> None:
    n, horizon = np.arange(600), 6.0
    chance = model._distribution(params, some(model), horizon, n)
    assert chance.sum(axis=1) == pytest.approx(1.0, abs=1e-10)
    assert (chance > -1e-15).all()
    assert chance @ n == pytest.approx(model._expected_purchases(params, some(model), horizon), rel=1e-7)


@named
def test_time_only_adds_purchases_and_takes_life(model: RepeatBuying, params: tuple[float, ...]) -> None:
    past = some(model)
    spans = [0.0, 1.0, 4.0, 50.0, 1_000.0]
    expected = np.array([model._expected_purchases(params, past, span) for span in spans])
    alive = np.array([model._probability_alive(params, past, span) for span in spans])
    assert (expected[0] == 0.0).all()
    assert (np.diff(expected, axis=0) > 0.0).all()
    assert (np.diff(alive, axis=0) <= 0.0).all()
    assert ((alive >= 0.0) & (alive <= 1.0)).all()
    later = model._expected_purchases(params, past, 46.0, 4.0)
    assert later == pytest.approx(expected[3] - expected[2], rel=1e-9)


@named
def test_discounting_has_its_limits(model: RepeatBuying, params: tuple[float, ...]) -> None:
    past = some(model)
    near = model._discounted_purchases(params, past, 1e-12, 40.0)
    assert near == pytest.approx(model._expected_purchases(params, past, 40.0), rel=1e-9)
    far, ever = (model._discounted_purchases(params, past, 0.02, span) for span in (3_000.0, np.inf))
    assert far == pytest.approx(ever, rel=1e-7)
    assert (model._discounted_purchases(params, past, 0.02, 40.0) < near).all()
    assert model._discounted_purchases(params, past, 0.0, 40.0) == pytest.approx(near, rel=1e-9)


@continuous
def test_what_is_never_discounted_is_infinite_where_the_mean_is(model: RepeatBuying, params: tuple[float, ...]) -> None:
    assert np.isinf(model._discounted_purchases(params, some(model), 0.0, np.inf)).all()


@pytest.mark.parametrize(
    ("model", "params"),
    [
        (clv.BetaGeo(), (0.8, 6.0, 2.5, 4.0)),
        (clv.ParetoNBD(), (0.8, 6.0, 2.5, 30.0)),
        (DISCRETE[0], (1.2, 0.8, 2.5, 3.0)),
    ],
    ids=repr,
)
def test_the_endless_mean_is_the_limit_of_the_horizon(model: RepeatBuying, params: tuple[float, ...]) -> None:
    span = 100_000.0 if isinstance(model, clv.BetaGeoBetaBinomial) else 1e9
    ever = model._discounted_purchases(params, some(model), 0.0, np.inf)
    assert model._expected_purchases(params, some(model), span) == pytest.approx(ever, rel=1e-4)


@named
def test_those_who_are_alive_are_as_many_as_their_histories_say(model: RepeatBuying, params: tuple[float, ...]) -> None:
    """The truth that a simulation tells against P(alive), over all and in four bands of it, for ages that differ."""
    many = 4_000 if model._costly else 20_000
    rng = np.random.default_rng(8)
    horizon = rng.integers(2, 12, many).astype(float)
    who, when, alive = model._draw(params, horizon, rng)
    last = np.zeros(many)
    np.maximum.at(last, who, when)
    if getattr(model, "k", 1) > 1:
        return  # the phase of the last gap is not in the history
    chance = model._probability_alive(params, Histories(np.bincount(who, minlength=many), last, horizon))
    bands = [np.ones(many, bool), *((chance >= low) & (chance < low + 0.25) for low in (0.0, 0.25, 0.5, 0.75))]
    for band in (band for band in bands if band.sum() > 100):
        spread = np.sqrt((chance[band] * (1.0 - chance[band])).sum())
        assert abs(alive[band].sum() - chance[band].sum()) <= 4.0 * spread


@named
def test_simulation_agrees(model: RepeatBuying, params: tuple[float, ...]) -> None:
    """Means of simulated newcomers within four standard errors."""
    many = 4_000 if model._costly else 40_000
    rng, horizon = np.random.default_rng(4), 8.0
    who, when, _ = model._draw(params, np.full(many, 2 * horizon), rng)
    early = np.bincount(who[when <= horizon], minlength=many)
    late = np.bincount(who[when > horizon], minlength=many)
    expected = model._expected_purchases(params, newcomers(1), horizon)[0]
    assert abs(early.mean() - expected) < 4 * early.std() / np.sqrt(many)
    chance = model._distribution(params, newcomers(1), horizon, np.arange(4))[0]
    shares = np.bincount(early, minlength=4)[:4] / many
    assert (np.abs(shares - chance) < 4 * np.sqrt(chance * (1 - chance) / many) + 1e-12).all()
    last = np.zeros(many)
    np.maximum.at(last, who[when <= horizon], when[when <= horizon])
    past = Histories(early, last, np.full(many, horizon))
    gap = late - model._expected_purchases(params, past, horizon)
    assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(many)
    rate = 0.05
    paid = np.bincount(who, np.exp(-rate * when), minlength=many)
    present = model._discounted_purchases(params, newcomers(1), rate, 2 * horizon)[0]
    assert abs(paid.mean() - present) < 4 * paid.std() / np.sqrt(many)


@continuous
@given(factor=st.sampled_from([1 / 7, 7.0, 365.25 / 84]))
def test_another_unit_of_time_tells_the_same(model: RepeatBuying, params: tuple[float, ...], factor: float) -> None:
    scaled = tuple(
        value * factor if name in ("alpha", "beta") else value
        for name, value in zip(model.parameters, params, strict=True)
    )
    past = some(model)
    other = Histories(past.frequency, past.recency * factor, past.age * factor)
    assert model._probability_alive(scaled, other) == pytest.approx(model._probability_alive(params, past), rel=1e-11)
    assert model._expected_purchases(scaled, other, 12 * factor) == pytest.approx(
        model._expected_purchases(params, past, 12.0), rel=1e-11
    )
    one, two = (model._likelihood_terms(p, h, 24).value for p, h in ((params, past), (scaled, other)))
    k = getattr(model, "k", 1)
    assert two == pytest.approx(one - k * past.frequency * np.log(factor), rel=1e-11)


def test_a_fit_does_not_depend_on_order_or_unit() -> None:
    base = base_of(clv.BetaGeo(), (0.8, 6.0, 0.8, 2.5), seed=5)
    order = np.random.default_rng(0).permutation(len(base))
    one, two, days = (clv.BetaGeo().fit(b) for b in (base, base.select(order), base.to_unit("day")))
    assert one.theta == pytest.approx(two.theta, abs=1e-12)
    assert list(days.params.values()) == pytest.approx(np.array(list(one.params.values())) * [1, 7, 1, 1], rel=1e-8)
    assert days.log_likelihood == pytest.approx(one.log_likelihood - base.frequency.sum() * np.log(7), rel=1e-12)
    whole = Likelihood(model=clv.BetaGeo(), cells=_rows(base))(one.theta)[0]
    assert whole == pytest.approx(one.log_likelihood, rel=1e-12)


def _rows(base: Purchases) -> Any:
    return clv.Cells(frequency=base.frequency, recency=base.recency, age=base.age, count=np.ones(len(base), dtype=int))


def test_models_nest() -> None:
    past = some(clv.BetaGeo())
    without = NBD()._likelihood_terms((0.8, 6.0), past, 0).value
    for model, params in (
        (clv.BetaGeo(), (0.8, 6.0, 1e-13, 2.0)),
        (clv.ModifiedBetaGeo(), (0.8, 6.0, 1e-13, 2.0)),
        (clv.ParetoNBD(), (0.8, 6.0, 1e-13, 2.0)),
    ):
        assert model._likelihood_terms(params, past, 24).value == pytest.approx(without, abs=1e-10)
    assert clv.BetaGeo(k=1) == clv.BetaGeo()


@named
def test_json_and_pickle_lose_nothing(model: RepeatBuying, params: tuple[float, ...]) -> None:
    base = base_of(model, params, seed=6, customers=2_000)
    fit = model.fit(base)  # type: ignore[attr-defined]
    read = clv.RepeatFit.from_json(fit.to_json())
    assert read.model == fit.model
    assert read.params == fit.params
    assert read.to_json() == fit.to_json()
    for one in (read.expected_purchases(4, purchases=base), pickle.loads(pickle.dumps(fit)).expected_purchases(4)):
        assert one.value.tolist() == fit.expected_purchases(4).value.tolist()
    with pytest.raises(InvalidArgument, match="purchases must be given"):
        read.probability_alive()


@named
def test_posterior_rates_are_those_of_the_simulation(model: RepeatBuying, params: tuple[float, ...]) -> None:
    """The mean of the posterior means is the prior mean."""
    rng, many = np.random.default_rng(7), 20_000
    horizon = np.full(many, 8.0)
    who, when, _ = model._draw(params, horizon, rng)
    last = np.zeros(many)
    np.maximum.at(last, who, when)
    past = Histories(np.bincount(who, minlength=many), last, horizon)
    for name in model._rates:
        mean = model._posterior_rate(params, past, name)
        assert abs(mean.mean() - model._mean_rate(params, name)) < 4 * mean.std() / np.sqrt(many) + 1e-12


@named
def test_the_next_purchase_comes_when_the_distribution_says(model: RepeatBuying, params: tuple[float, ...]) -> None:
    past = some(model)
    when = model._next_purchase(params, past, 0.2)
    for place, time in enumerate(when):
        if np.isfinite(time):
            one = past.take([place])
            bought = 1.0 - model._distribution(params, one, float(time), np.array([0]))[0, 0]
            before = 1.0 - model._distribution(params, one, max(time - 1.0, 0.0), np.array([0]))[0, 0]
            assert bought >= 0.2 - 1e-9
            assert before < 0.2 if model == DISCRETE[0] else bought == pytest.approx(0.2, abs=1e-8)


MODELS = {
    model.name: model for model in (clv.BetaGeo, clv.ModifiedBetaGeo, clv.ParetoNBD, clv.BetaGeoBetaBinomial, clv.NBD)
}
CONTINUOUS_NAMES = ["BetaGeo", "ModifiedBetaGeo", "ParetoNBD"]


@pytest.mark.parametrize("name", MODELS)
def test_what_identifies_nothing_is_refused(name: str) -> None:
    model = MODELS[name]()
    once = Purchases.from_summary([0] * 50, [0.0] * 50, list(range(10, 60)), unit="week")
    with pytest.raises(FitRefused, match="no customer bought again"):
        model.fit(once)
    with pytest.raises(FitRefused, match="fewer than two"):
        model.fit(Purchases.from_summary([2], [3.0], [9.0], unit="week"))
    with pytest.raises(FitRefused, match="identical"):
        model.fit(Purchases.from_summary([3] * 40, [9.0] * 40, [12.0] * 40, unit="week"))
    with pytest.raises(InvalidType, match="purchases"):
        model.fit([1, 2, 3])


@pytest.mark.parametrize("name", CONTINUOUS_NAMES)
def test_a_limit_has_a_name(name: str) -> None:
    """Without dropout the data are an NBD, and that is said."""
    model = MODELS[name]()
    refused = 0
    for seed in range(4):
        base = base_of(NBD(), (1.0, 5.0), seed=seed, customers=800)
        without = NBD().fit(base)
        outcome = _outcome(model, base)
        refused += isinstance(outcome, str)
        if isinstance(outcome, str):
            assert "nobody ever drops out" in outcome or "same probability" in outcome
        else:
            assert outcome.log_likelihood >= without.log_likelihood
    assert refused > 0


def _outcome(model: RepeatBuying, base: Purchases) -> Any:
    try:
        return model.fit(base)  # type: ignore[attr-defined]
    except FitRefused as refusal:
        return str(refusal)


def test_periods_are_whole() -> None:
    with pytest.raises(InvalidData, match="recency must be whole periods"):
        clv.BetaGeoBetaBinomial().fit(Purchases.from_summary([1, 2], [1.5, 2.0], [6.0, 6.0], unit="year"))
    with pytest.raises(InvalidData, match="at most recency"):
        clv.BetaGeoBetaBinomial().fit(Purchases.from_summary([3, 2], [2.0, 2.0], [6.0, 6.0], unit="year"))
    fit = DISCRETE[0].fit(base_of(*DISCRETE, seed=8, customers=2_000))
    with pytest.raises(InvalidData, match="recency must be whole periods"):
        fit.probability_alive(purchases=Purchases.from_summary([1], [1.5], [6.0], unit="week"))
    with pytest.raises(InvalidArgument, match="whole number of periods"):
        fit.expected_purchases(2.5)


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "2"])
def test_k_is_a_whole_number(k: Any) -> None:
    with pytest.raises((InvalidArgument, InvalidType)):
        clv.BetaGeo(k=k)


@pytest.mark.parametrize("k", [2, 3, 6])
@pytest.mark.parametrize("horizon", [4.0, 39.0, 520.0])
def test_regular_purchases_are_the_sum_over_their_numbers(k: int, horizon: float) -> None:
    """E = sum over n of P(stays through n - 1) P(the n-th comes in time), term by term without an integral."""
    x = np.array([0, 1, 10, 100, 1_000])
    past = Histories(x, np.where(x > 0, 38.0, 0.0), np.full(5, 39.0))
    for params in ((0.8, 6.0, 0.8, 2.5), (3.0, 2.0, 0.2, 5.0)):
        model = clv.BetaGeo(k=k)
        state, phases = model._state(params, past), model._phases(params, past)
        total = np.zeros(5)
        for first in range(1, 40_001, 4_000):
            n = np.arange(first, first + 4_000)
            total += renewals.regular_at_least(state, np.full(5, horizon), n, phases).sum(axis=1)
        found = model._expected_if_alive(params, past, np.full(5, horizon))
        np.testing.assert_allclose(found, total, rtol=1e-11)


@pytest.mark.parametrize("k", [2, 3, 6])
@pytest.mark.parametrize(("rate", "horizon"), [(0.0018, np.inf), (0.05, np.inf), (3.0, np.inf), (0.0018, 52.0)])
def test_regular_purchases_are_discounted_to_ten_digits(k: int, rate: float, horizon: float) -> None:
    """Against many more moments in panels, at which no wave of renewals is missed."""
    x = np.array([0, 3, 100, 1_000])
    past, params, model = (
        Histories(x, np.where(x > 0, 38.0, 0.0), np.full(4, 39.0)),
        (0.8, 6.0, 0.8, 2.5),
        clv.BetaGeo(k=k),
    )
    end = min(horizon, 42.0 / rate)
    edges = np.expm1(np.linspace(0.0, np.log1p(end), 41))
    places, weights = np.polynomial.legendre.leggauss(24)
    time = (edges[:-1, None] + np.diff(edges)[:, None] * (places + 1.0) / 2.0).ravel()
    width = (np.diff(edges)[:, None] * weights / 2.0).ravel()
    many = past.take(np.repeat(np.arange(4), time.size))
    expected = model._expected_if_alive(params, many, np.tile(time, 4)).reshape(4, -1)
    exact = rate * (width * np.exp(-rate * time) * expected).sum(axis=1)
    if np.isfinite(horizon):
        exact += np.exp(-rate * horizon) * model._expected_if_alive(params, past, np.full(4, horizon))
    exact *= model._probability_alive(params, past)
    np.testing.assert_allclose(model._discounted_purchases(params, past, rate, horizon), exact, rtol=1e-10)
