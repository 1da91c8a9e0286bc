"""Published fits of contractual models at their printed digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kundenmetrik import retention
from kundenmetrik.retention.contractual.lifetime_model import remaining_lifetime
from kundenmetrik.retention.contractual.shifted_beta_geo import ShiftedBetaGeo
from tests.builders import printed

# Fader and Hardie (2007), Journal of Interactive Marketing 21(1), table 1 (percent of 1,000 customers), years 0 to 12.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
DATA = {"regular": REGULAR, "high_end": HIGH_END}

# Fader and Hardie (2007), appendix B; Fader et al. (2018), Journal of Interactive Marketing 43, tables 3 and 4;
# further digits recomputed.
FITS = [
    ("ShiftedBetaGeo", "regular", 4, ("0.76367", "1.29583"), "-1401.5594"),
    ("ShiftedBetaGeo", "regular", 7, ("0.70408", "1.18204"), "-1680.2652"),
    ("ShiftedBetaGeo", "high_end", 4, ("1.28098", "7.79038"), "-1225.1349"),
    ("ShiftedBetaGeo", "high_end", 7, ("0.66809", "3.80609"), "-1611.1581"),
    ("BetaDiscreteWeibull", "regular", 4, ("0.523", "0.894", "1.196"), "-1401.3831"),
    ("BetaDiscreteWeibull", "regular", 7, ("0.45561", "0.77933", "1.28345"), "-1679.6028"),
    ("BetaDiscreteWeibull", "high_end", 4, ("0.25934", "1.72255", "1.58436"), "-1222.7493"),
    ("BetaDiscreteWeibull", "high_end", 7, ("0.21425", "1.42657", "1.72356"), "-1605.3142"),
    ("DiscreteWeibull", "regular", 4, ("0.3739", "0.6359"), "-1404.0082"),
    ("DiscreteWeibull", "high_end", 4, ("0.1384", "0.9101"), "-1226.5489"),
]
CURVES = [  # model, cohort, share still there after 8 to 12 renewals, in percent
    ("ShiftedBetaGeo", "high_end", "46.04 43.58 41.42 39.51 37.80"),
    ("ShiftedBetaGeo", "regular", "22.01 20.44 19.12 17.99 17.00"),
    ("BetaDiscreteWeibull", "high_end", "46.78 44.83 43.16 41.69 40.39"),
]
RESIDUAL = [  # Fader and Hardie (2010), Marketing Science 29(1), table 3: before renewals 1 to 5 at 10 %
    ((3.80, 15.20), "3.31 3.45 3.59 3.72 3.84", "3.3098 3.4510 3.5865 3.7168 3.8421"),
    ((0.067, 0.267), None, "7.6708 9.4553 9.8508 10.0562 10.1886"),
]


def fitted(model: str, cohort: str, renewals: int) -> Any:
    return getattr(retention, model)().fit(DATA[cohort][: renewals + 1], unit="year")


@pytest.mark.parametrize(("model", "cohort", "renewals", "params", "log_likelihood"), FITS)
def test_fits(model: str, cohort: str, renewals: int, params: tuple[Any, ...], log_likelihood: str) -> None:
    fit = fitted(model, cohort, renewals)
    found = [printed(value, like) for value, like in zip(fit.params.values(), params, strict=True)]
    assert found == list(params)
    assert printed(fit.log_likelihood, log_likelihood) == log_likelihood
    assert fit.notes == ()


@pytest.mark.parametrize(("model", "cohort", "shares"), CURVES)
def test_curves(model: str, cohort: str, shares: str) -> None:
    found = 100 * fitted(model, cohort, 7).survival(np.arange(8, 13))
    assert [printed(value, "0.00") for value in found] == shares.split()


@pytest.mark.parametrize(
    ("alpha", "beta", "value"),
    [(1.0, 1.0, "-2115.5"), (0.01, 0.01, "-2741.7")],
)
def test_likelihood_at_starting_values(alpha: float, beta: float, value: str) -> None:
    # Fader and Hardie (2007), appendix B: the worksheet before and after a change of the starting values
    data = retention.Renewals.from_survivors(HIGH_END[:8])
    found = ShiftedBetaGeo._log_likelihood(np.array([alpha, beta]), data.ages, data.lost, data.kept)
    assert printed(found, value) == value


def test_retention_rises() -> None:
    assert [f"{r:.4f}" for r in fitted("ShiftedBetaGeo", "high_end", 7).retention([1, 2, 3, 4])] == [
        "0.8507",
        "0.8780",
        "0.8968",
        "0.9106",
    ]


def test_discounted_lifetimes() -> None:
    values = [fitted("ShiftedBetaGeo", cohort, 7).discounted_lifetime(0.1) for cohort in ("high_end", "regular")]
    assert [f"{value:.4f}" for value in values] == ["5.9223", "3.6949"]


@pytest.mark.parametrize(("params", "table", "digits"), RESIDUAL)
def test_residual_lifetimes(params: tuple[float, float], table: str | None, digits: str) -> None:
    law, natural = ShiftedBetaGeo, np.array(params)
    found = [
        float(np.exp(law._log_retention(natural, np.array(float(n))))) * remaining_lifetime(law, natural, 0.1, n)
        for n in range(1, 6)
    ]
    assert [f"{value:.4f}" for value in found] == digits.split()
    if table is not None:
        assert [f"{value:.2f}" for value in found] == table.split()


@pytest.mark.parametrize(("params", "value"), [((3.80, 15.20), "4.0089"), ((0.067, 0.267), "7.9735")])
def test_value_of_a_new_customer(params: tuple[float, float], value: str) -> None:
    assert f"{remaining_lifetime(ShiftedBetaGeo, np.array(params), 0.1, 0):.4f}" == value


def test_likelihood_ratio() -> None:
    # an independent replication of Fader et al. (2018) prints LR .35, p .553 for Regular with four renewals
    found = retention.likelihood_ratio(
        fitted("ShiftedBetaGeo", "regular", 4), fitted("BetaDiscreteWeibull", "regular", 4)
    )
    assert (f"{found.statistic:.2f}", f"{found.p_value:.3f}") == ("0.35", "0.553")


def test_infinite_mean_beside_one_over_churn() -> None:
    fit = fitted("ShiftedBetaGeo", "high_end", 7)
    assert fit.mean_lifetime() == np.inf
    assert f"{retention.lifetime_constant_hazard(1 - 0.869):.2f}" == "7.63"
    assert f"{retention.lifetime_constant_hazard(1 - 0.631):.2f}" == "2.71"


@pytest.mark.parametrize(
    ("monthly", "annual"),
    [(0.01, "11.3615"), (0.02, "21.5283"), (0.03, "30.6158"), (0.05, "45.9640"), (0.10, "71.7570")],
)
def test_annualised_churn(monthly: float, annual: str) -> None:
    # Gold (2020), Fighting Churn with Data, listing 2.5: 1 - (1 - c)**12
    assert f"{100 * retention.annualise_constant_hazard(monthly):.4f}" == annual
