"""Published values of contracts at their printed digits; those of CDNOW are where its log is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kundenmetrik import clv


@dataclass(frozen=True)
class Printed:
    source: str
    margin: float
    retention: tuple[float, ...] | float
    annual_discount: float
    timing: str
    expected: float
    digits: int


def shifted_beta_geometric(alpha: float, beta: float, renewals: int, first: int = 1) -> tuple[float, ...]:
    """Retention after the n-th renewal of the sBG model, (beta + t - 1) / (alpha + beta + t - 1)."""
    return tuple((beta + t - 1) / (alpha + beta + t - 1) for t in range(first, first + renewals))


FH10 = "Fader and Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29(1)"
N024 = "Fader and Hardie (2012), Reconciling and clarifying CLV formulas, note 024: the three cases"
LONG = 20_000
CASES = [
    # The three cases with margin 100, retention 0.8 and 10 percent: m (1+d)/(1+d-r), m r/(1+d-r), m/(1+d-r).
    Printed(N024, 100, 0.8, 0.1, "start", 366.67, 2),
    Printed(N024, 100, 0.8, 0.1, "residual", 266.67, 2),
    Printed(N024, 100, 0.8, 0.1, "end", 333.33, 2),
]
RESIDUAL = [
    # Expected discounted residual lifetime just before the n-th renewal: a renewal made now is not discounted. The
    # print of the second cohort (7.68, 9.46, 9.86, 10.06, 10.19) rests on unrounded parameters, these on rounded ones.
    (FH10, (3.80, 15.20), (3.31, 3.45, 3.59, 3.72, 3.84), 2),
    (f"{FH10}, recomputed", (3.80, 15.20), (3.3098, 3.4510, 3.5865, 3.7168, 3.8421), 4),
    (f"{FH10}, recomputed", (0.067, 0.267), (7.6708, 9.4553, 9.8508, 10.0562, 10.1886), 4),
]
FIRST = {(3.80, 15.20): 4.0089, (0.067, 0.267): 7.9735}
"""E(CLV) per unit of margin with the first payment, 2F1(1, beta; alpha + beta; 1 / (1 + d))."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.timing)
def test_the_three_cases(case: Printed) -> None:
    found = clv.contract_value(case.margin, case.retention, case.annual_discount, timing=case.timing, unit="year")
    assert round(found.value, case.digits) == case.expected


@pytest.mark.parametrize(("source", "parameters", "printed", "digits"), RESIDUAL)
def test_the_residual_lifetime_of_a_heterogeneous_cohort(
    source: str, parameters: tuple[float, float], printed: tuple[float, ...], digits: int
) -> None:
    """Standing before a renewal, the next payment is undiscounted: (1 + d) times the residual value along the curve."""
    for renewal, expected in enumerate(printed, start=1):
        curve = shifted_beta_geometric(*parameters, renewals=LONG, first=renewal)
        found = 1.1 * clv.contract_value(1, curve, 0.1, timing="residual", unit="year").value
        assert round(found, digits) == expected, source


@pytest.mark.parametrize(("parameters", "expected"), FIRST.items())
def test_the_value_of_a_new_customer_of_a_heterogeneous_cohort(
    parameters: tuple[float, float], expected: float
) -> None:
    curve = shifted_beta_geometric(*parameters, renewals=LONG)
    assert round(clv.contract_value(1, curve, 0.1, unit="year").value, 4) == expected


def test_a_constant_rate_undervalues_the_loyal() -> None:
    """Fader and Hardie 2010: at the same first-year retention of 0.8 the mixed cohort is worth far more."""
    mixed = clv.contract_value(1, shifted_beta_geometric(0.067, 0.267, LONG), 0.1, unit="year").value
    assert mixed / clv.contract_value(1, 0.267 / 0.334, 0.1, unit="year").value > 2


def test_the_survivors_of_the_regular_cohort_as_a_curve() -> None:
    """Fader and Hardie (2007), Regular cohort: of 1,000 customers 631, 468, 382 are left; 1 a year, undiscounted."""
    survivors = np.array([1000, 631, 468, 382])
    found = clv.contract_value(1, survivors[1:] / survivors[:-1], 0.0)
    assert found.value == pytest.approx((1000 + 631 + 468 + 382) / 1000, rel=1e-15)
