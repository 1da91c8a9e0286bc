"""Limits of ranks."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.statistics.ranks import rank_limits


def test_limits_of_ranks_by_hand() -> None:
    low, high = rank_limits(np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0], [3.0, 3.0, 1.0]]), 0.9)
    assert low.tolist() == [1, 1, 2]
    assert high.tolist() == [2, 3, 3]
