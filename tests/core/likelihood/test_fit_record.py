"""The fit record: one face for all families, three intervals with one meaning, equality through JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kundenmetrik import clv, retention
from kundenmetrik.core.likelihood.fit_record import FitRecord
from kundenmetrik.errors import UnknownName


def spend() -> clv.SpendFit:
    rng = np.random.default_rng(0)
    bought = rng.integers(0, 6, 300)
    own = 15.0 / rng.standard_gamma(4.0, 300)
    mean = own * rng.standard_gamma(6.0 * np.maximum(bought, 1)) / np.maximum(bought, 1)
    amount, last = np.where(bought > 0, mean, np.nan), np.where(bought > 0, 30.0, 0.0)
    return clv.GammaGamma().fit(clv.Purchases.from_summary(bought, last, np.full(300, 39.0), amount, unit="week"))


def repeat() -> clv.RepeatFit:
    bought, last = [0, 0, 0, 1, 4, 12, 3, 6], [0, 0, 0, 9, 8, 38, 30, 7]
    return clv.ModifiedBetaGeo().fit(clv.Purchases.from_summary(bought * 40, last * 40, [39] * 320, unit="week"))


def contracts() -> retention.ContractFit:
    return retention.ShiftedBetaGeo().fit([1000, 869, 743, 653, 593, 551, 517, 491], unit="year")


FITS = [spend, repeat, contracts]


@pytest.mark.parametrize("make", FITS)
def test_one_face(make: Any) -> None:
    fit = make()
    assert isinstance(fit, FitRecord)
    size = len(fit.names)
    assert list(fit.params) == list(fit.std_errors) == list(fit.covariance.index) == list(fit.names)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), list(fit.std_errors.values()))
    assert fit.aic == pytest.approx(2 * size - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(np.log(fit.n) * size - 2 * fit.log_likelihood)
    read = type(fit).from_json(fit.to_json())
    assert read == fit
    assert hash(read) == hash(fit)
    assert read.to_frame().equals(fit.to_frame())


@pytest.mark.parametrize("make", FITS)
def test_three_intervals(make: Any) -> None:
    fit, z = make(), 1.6448536269514722
    for name in fit.names:
        value, error = fit.params[name], fit.std_errors[name]
        assert fit.interval(name, method="wald", confidence=0.9) == pytest.approx(
            (value - z * error, value + z * error)
        )
        factor = np.exp(z * error / value)
        assert fit.interval(name, method="log", confidence=0.9) == pytest.approx((value / factor, value * factor))
        low, high = fit.interval(name, confidence=0.9)
        assert low < value < high
        assert (low, high) == fit.interval(name, method="profile", confidence=0.9)
        wide = fit.interval(name, confidence=0.99)
        assert wide[0] < low < high <= wide[1]
    with pytest.raises(UnknownName, match="alpa"):
        fit.interval("alpa")
    with pytest.raises(UnknownName, match="score"):
        fit.interval(fit.names[0], method="score")
