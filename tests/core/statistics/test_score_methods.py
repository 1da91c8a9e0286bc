"""The menu of intervals for a mean score: one contract for all of them."""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.core.statistics.score_methods import SCORE_METHODS

VALUES = np.array([-100.0, 0.0, 100.0])
COUNTS = np.array([[3, 4, 13], [30, 40, 130]])


@pytest.mark.parametrize("method", SCORE_METHODS)
def test_each_method_has_limits_around_the_mean_that_close_in(method: str) -> None:
    low, high = SCORE_METHODS[method](COUNTS, VALUES, 0.95)
    assert low.shape == high.shape == (2,)
    assert (low < 50).all()
    assert (high > 50).all()
    assert high[1] - low[1] < 0.5 * (high[0] - low[0])
    wide = SCORE_METHODS[method](COUNTS, VALUES, 0.99)
    assert (wide[0] < low).all()
    assert (wide[1] > high).all()
