<<<<<<< HEAD
"""The menu of intervals for a mean score: one contract for all of them."""
=======
"""The menu of score intervals: each is asked in one way, and answers the same twice."""
>>>>>>> 6f27af3 (Arrays, tables of methods and stored counts have one spelling each: aliases of arrays in core, plain read-only-typed tables, counts know how they are stored)

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.core.statistics.score_methods import SCORE_METHODS
<<<<<<< HEAD

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
=======
from kundenmetrik.core.statistics.scores.score_moments import score_mean

COUNTS = np.array([[12, 5, 30], [1, 0, 2], [0, 7, 1]])
VALUES = (-1.0, 0.0, 1.0)


@pytest.mark.parametrize("method", SCORE_METHODS)
def test_limits_lie_around_the_mean_and_are_the_same_when_asked_again(method: str) -> None:
    low, high = SCORE_METHODS[method](COUNTS, VALUES, 0.9)
    again = SCORE_METHODS[method](COUNTS, VALUES, 0.9)
    np.testing.assert_array_equal(np.stack(again), np.stack((low, high)))
    mean = score_mean(COUNTS, VALUES)
    assert (low < high).all()
    if method != "adjusted_wald":  # it is centred on the mean of what was answered and three answers more
        assert ((low <= mean) & (mean <= high)).all()


def test_wald_is_the_mean_and_a_margin() -> None:
    low, high = SCORE_METHODS["wald"](np.array([[10, 0, 30]]), VALUES, 0.95)
    share = 0.75
    margin = 1.959963984540054 * 2 * np.sqrt(share * (1 - share) / 40)
    np.testing.assert_allclose((low[0], high[0]), (0.5 - margin, 0.5 + margin), rtol=1e-13)
>>>>>>> 6f27af3 (Arrays, tables of methods and stored counts have one spelling each: aliases of arrays in core, plain read-only-typed tables, counts know how they are stored)
