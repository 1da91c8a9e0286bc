"""Critical values and p-values."""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.core.statistics.normal import critical, p_value


@pytest.mark.parametrize(("confidence", "printed"), [(0.90, 1.6449), (0.95, 1.9600), (0.99, 2.5758)])
def test_critical_values_are_those_of_the_tables(confidence: float, printed: float) -> None:
    assert critical(confidence) == pytest.approx(printed, abs=5e-5)


def test_p_values_by_alternative() -> None:
    z = np.array([-1.959963984540054, 0.0, 1.959963984540054, np.nan])
    np.testing.assert_allclose(p_value(z), [0.05, 1, 0.05, np.nan])
    np.testing.assert_allclose(p_value(z, "greater"), [0.975, 0.5, 0.025, np.nan])
    np.testing.assert_allclose(p_value(z, "less"), [0.025, 0.5, 0.975, np.nan])
