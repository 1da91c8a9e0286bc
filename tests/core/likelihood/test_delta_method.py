"""Limits by the delta method, against functions whose derivatives are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kundenmetrik.core.likelihood.delta_method import DeltaMethod, symmetric_limits

COVARIANCE = np.array([[0.04, 0.01], [0.01, 0.09]])


def products(theta: np.ndarray) -> np.ndarray:
    return np.array([np.exp(theta[0]), np.exp(theta[0] + 2.0 * theta[1])])


def test_slopes_and_limits_of_products() -> None:
    method = DeltaMethod(values=products, theta=np.array([0.3, -0.2]), covariance=COVARIANCE, link="log")
    value = products(method.theta)
    np.testing.assert_allclose(method.slopes, [value, [0.0, 2.0 * value[1]]], rtol=1e-9, atol=1e-9)
    # The logarithms are linear in theta, so that their limits are exact.
    spread = np.sqrt([0.04, 0.04 + 4 * 0.01 + 4 * 0.09])
    low, high = method.limits(0.9)
    np.testing.assert_allclose(np.log(high / value), stats.norm.ppf(0.95) * spread, rtol=1e-8)
    np.testing.assert_allclose(low * high, value**2, rtol=1e-12)


def test_the_total_uses_the_covariance_of_its_parts() -> None:
    method = DeltaMethod(values=products, theta=np.array([0.3, -0.2]), covariance=COVARIANCE, link="log")
    one, two = products(method.theta)
    slope = np.array([one + two, 2.0 * two])
    assert method.total_variance == pytest.approx(slope @ COVARIANCE @ slope, rel=1e-8)
    low, high = method.total_limits(0.95)
    assert low * high == pytest.approx((one + two) ** 2)


def test_probabilities_stay_between_0_and_1() -> None:
    value = np.array([0.0, 0.01, 0.5, 0.999, 1.0])
    low, high = symmetric_limits(value, np.full(5, 10.0), "logit")
    assert ((low >= 0.0) & (high <= 1.0) & (low <= value) & (value <= high)).all()
    assert (low[[0, 4]].tolist(), high[[0, 4]].tolist()) == ([0.0, 1.0], [0.0, 1.0])


@pytest.mark.parametrize("value", [0.0, np.inf])
def test_an_amount_at_its_end_has_no_width(value: float) -> None:
    assert [limit.tolist() for limit in symmetric_limits(np.array([value]), np.array([1.0]), "log")] == [[value]] * 2
