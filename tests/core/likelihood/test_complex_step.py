"""Derivatives by a complex step, against those by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.core.likelihood.complex_step import analytic_objective


def test_derivatives_by_a_complex_step_are_those_by_hand() -> None:
    """f = exp(a b) - b^2 at (0.3, -0.7), where every derivative is known."""
    a, b = 0.3, -0.7
    value, gradient, hessian = analytic_objective(lambda p: np.exp(p[0] * p[1]) - p[1] ** 2)(np.array([a, b]))
    e = np.exp(a * b)
    assert value == pytest.approx(e - b * b, rel=1e-15)
    np.testing.assert_allclose(gradient, [b * e, a * e - 2 * b], rtol=1e-14)
    np.testing.assert_allclose(hessian, [[b * b * e, e * (1 + a * b)], [e * (1 + a * b), a * a * e - 2]], rtol=1e-9)
