"""A share of nothing is undefined."""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.core.arrays import ratio


@pytest.mark.parametrize("whole", [0, 0.0, -1])
def test_a_share_of_nothing_is_undefined_without_a_warning(whole: float) -> None:
    with np.errstate(all="raise"):
        assert np.isnan(ratio(3, whole))


def test_parts_and_wholes_of_other_shapes_are_matched() -> None:
    found = ratio(np.array([[1, 2], [3, 0]]), np.array([4, 0]))
    np.testing.assert_array_equal(found, [[0.25, np.nan], [0.75, np.nan]])
