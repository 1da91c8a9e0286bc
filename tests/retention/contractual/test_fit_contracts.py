"""Fits of contract models: shapes without an end, open ends of a profile, what a fit says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kundenmetrik import errors, retention


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "survivors"),
    [
        ("DiscreteWeibull", [1000, 1000, 0, 0]),
        ("DiscreteWeibull", [1000, 1000, 1000, 0]),
        ("BetaDiscreteWeibull", [1000, 1000, 1000, 0]),
        ("BetaDiscreteWeibull", [1000, 1000, 1, 0]),
        ("BetaDiscreteWeibull", [1000, 1000, 500, 500]),
    ],
)
def test_a_shape_without_end_is_refused(model: Any, survivors: Any) -> None:
    # nobody is lost at first and then many at once: c grows without end
    with pytest.raises(errors.FitRefused, match="no maximum at finite parameters"):
        getattr(retention, model)().fit(survivors)


def test_open_ends_of_a_profile() -> None:
    # 60 customers do not tell a ridge from a finite alpha: the upper limit is open
    fit = retention.ShiftedBetaGeo().fit([60, 48, 39, 33])
    low, high = fit.interval("alpha")
    assert 0 < low < fit.params["alpha"]
    assert high == np.inf
    closed = fit.interval("alpha", method="log")
    assert np.isfinite(closed).all()


def test_what_a_fit_says() -> None:
    fit = retention.ShiftedBetaGeo().fit([100, 80, 68, 60], unit="year")
    assert fit.headline == f"ShiftedBetaGeo fit of 100 contracts: log-likelihood {fit.log_likelihood:.2f}, unit year"
    assert repr(fit).startswith(fit.headline)
    assert "95% CI, profile interval" in repr(fit)
    table = fit.to_frame().set_index("parameter")
    assert tuple(table.loc["beta", ["low", "high"]]) == fit.interval("beta")
    assert repr(fit).splitlines()[-1].startswith("notes: starts_at_100")
    assert fit.aic == pytest.approx(4 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(2 * np.log(100) - 2 * fit.log_likelihood)
    limit = retention.ShiftedBetaGeo().fit([1000, 800, 640])
    assert limit.limit_params["theta"] == pytest.approx(0.2)
    with pytest.raises(errors.UnknownName):
        fit.interval("gamma")
    with pytest.raises(errors.InvalidArgument):
        fit.discounted_lifetime(0.1, renewals=0)
