"""A refused fit names the limit with the highest likelihood, and what it advises leads to a better model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy

from kundenmetrik import clv
from kundenmetrik.clv.fits.limit_likelihood import limit_log_likelihood
from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.errors import FitRefused

START = np.log([1.0, 5.0, 0.5, 1.0])
SPLIT = "some customers leave at once and the others never"
ONCE = 300


def left_at_once() -> clv.Purchases:
    """700 who never leave, rate Gamma(1, 5) over 52 weeks, and 300 who left at once."""
    u = (np.arange(700) + 0.5) / 700
    x = np.r_[np.floor(np.log(1 - u) / np.log(52 / 57)).astype(int), np.zeros(ONCE, int)]
    return clv.Purchases.from_summary(x, np.where(x > 0, 52 * x / (x + 1.0), 0), np.full(1000, 52.0), unit="week")


def occasions(seed: int = 1) -> clv.Purchases:
    """700 with a beta-binomial number of gifts in 8 years, and 300 who left at once."""
    rng = np.random.default_rng(seed)
    bought = rng.random((1000, 8)) < rng.beta(1.2, 0.75, 1000)[:, None]
    bought[:ONCE] = False
    last = np.where(bought.any(axis=1), 8 - np.argmax(bought[:, ::-1], axis=1), 0)
    return clv.Purchases.from_summary(bought.sum(axis=1), last, np.full(1000, 8.0), unit="year")


def drawn(seed: int, share: float = 0.3) -> clv.Purchases:
    rng = np.random.default_rng(seed)
    x = rng.poisson(rng.gamma(1.0, 0.2, 2000) * 52 * (rng.random(2000) >= share))
    last = np.where(x > 0, 52 * rng.beta(np.maximum(x, 1), 1), 0.0)
    return clv.Purchases.from_summary(x, last, np.full(2000, 52.0), unit="week")


def refusal(model: Any, base: clv.Purchases) -> FitRefused:
    with pytest.raises(FitRefused) as caught:
        model.fit(base)
    return caught.value


@pytest.mark.parametrize("model", [clv.ParetoNBD(), clv.ModifiedBetaGeo()], ids=str)
def test_the_likelihood_at_the_limits_is_that_of_the_simpler_models(model: Any) -> None:
    """Worked out apart from the library: 39 below the split lie the NBD and the best single probability, which is 0."""
    cells = left_at_once().cells()
    found = {name: limit_log_likelihood(model, cells, name, START) for name in ("no_dropout", "one_dropout", "split")}
    assert found["split"] == pytest.approx(-17_151.45, abs=0.005)
    assert found["no_dropout"] == pytest.approx(-17_190.46, abs=0.005)
    assert found["one_dropout"] == pytest.approx(-17_190.46, abs=0.02)
    assert clv.NBD().fit(left_at_once()).log_likelihood == pytest.approx(found["no_dropout"], abs=1e-3)


def test_a_split_of_the_first_repeat_purchase_is_that_of_the_beta_geometric_model() -> None:
    """By hand: who leaves after the first repeat purchase has bought once, at that moment."""
    base = clv.Purchases.from_summary([0, 1, 1, 3], [0.0, 2.0, 9.0, 8.0], [10.0] * 4, unit="week")
    cells, params = base.cells(), (0.8, 6.0, 1e-12, 1.0)
    stays = clv.BetaGeo()._likelihood_terms(params, cells, 0).value
    leaves = clv.BetaGeo()._leaving_at_once(params, cells, stays)
    density = np.log(0.8) + 0.8 * np.log(6.0) - 1.8 * np.log(6.0 + np.array([2.0, 9.0]))
    np.testing.assert_allclose(leaves[cells.frequency == 1], density, rtol=1e-9)
    assert leaves[cells.frequency == 0] == stays[cells.frequency == 0]
    assert np.isneginf(leaves[cells.frequency == 3]).all()


def test_occasions_have_the_likelihoods_of_their_limits() -> None:
    base = occasions()
    x, many = np.unique(base.frequency, return_counts=True)

    def loss(theta: Any, split: bool) -> float:
        a, b = np.exp(theta[:2])
        own = scipy.special.betaln(a + x, b + 8 - x) - scipy.special.betaln(a, b)
        q = scipy.special.expit(theta[2]) if split else 0.0
        return -float(many @ np.log(q * (x == 0) + (1 - q) * np.exp(own)))

    for name, start in (("split", [0.2, -0.3, -1.0]), ("no_dropout", [0.0, 0.0])):
        right = scipy.optimize.minimize(loss, start, args=(name == "split",), method="Nelder-Mead")
        found = limit_log_likelihood(clv.BetaGeoBetaBinomial(), base.cells(), name, START)
        assert found == pytest.approx(-right.fun, abs=1e-3)


@pytest.mark.parametrize("model", [clv.ParetoNBD(), clv.ModifiedBetaGeo()], ids=str)
def test_a_refused_fit_names_the_split(model: Any) -> None:
    said = str(refusal(model, left_at_once()))
    assert SPLIT in said
    assert "NBD() instead" not in said
    assert SPLIT in str(refusal(clv.BetaGeoBetaBinomial(), occasions()))


@pytest.mark.parametrize(
    ("model", "seeds"), [(clv.ModifiedBetaGeo(), (1, 2, 3, 4)), (clv.ParetoNBD(), (1, 3))], ids=str
)
def test_random_bases_that_are_split_are_said_to_be(model: Any, seeds: tuple[int, ...]) -> None:
    """30 % of 2,000 customers left at once; all of these named another limit, up to 87 lower."""
    for seed in seeds:
        assert SPLIT in str(refusal(model, drawn(seed)))


def test_where_nobody_leaves_the_advice_is_the_nbd() -> None:
    for seed, model in ((1, clv.ModifiedBetaGeo()), (1, clv.ParetoNBD()), (1, clv.BetaGeo())):
        said = str(refusal(model, drawn(seed, share=0.0)))
        assert "nobody ever drops out" in said
        assert "Fit NBD() instead" in said


@pytest.mark.parametrize(
    ("model", "followed"),
    [
        (clv.ParetoNBD(), lambda base: clv.ModifiedBetaGeo().fit(base, method="map")),
        (clv.ModifiedBetaGeo(), lambda base: clv.ModifiedBetaGeo().fit(base, method="map")),
    ],
    ids=["ParetoNBD", "ModifiedBetaGeo"],
)
def test_following_the_advice_leads_to_a_better_model(model: Any, followed: Any) -> None:
    """One purchase and no more: 56.1 to come of 361 customers by the truth, 128.1 by the NBD that was advised."""
    base = left_at_once()
    assert 'method="map"' in refusal(model, base).remedy
    found: RepeatFit = followed(base)
    assert found.log_likelihood > clv.NBD().fit(base).log_likelihood + 30
    once = base.frequency == 0
    assert found.expected_purchases(52).value[once].sum() == pytest.approx(56.1, rel=0.03)


def test_the_posterior_mode_is_looked_for_in_all_corners_of_the_dropout() -> None:
    """The lower mode near the split, which no start saw, is told."""
    found = clv.ParetoNBD().fit(left_at_once(), method="map")
    assert "lower_optimum" in found.notes
    gifts = clv.BetaGeoBetaBinomial().fit(occasions(), method="map")
    split = limit_log_likelihood(clv.BetaGeoBetaBinomial(), occasions().cells(), "split", START)
    assert gifts.log_likelihood > split - 3.0
