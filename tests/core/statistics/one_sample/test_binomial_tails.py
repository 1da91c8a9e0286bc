"""Tails of the binomial distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from kundenmetrik.core.statistics.one_sample.binomial_tails import above, below, central, likelier_excluded, mid_point


@pytest.mark.parametrize(("trials", "share"), [(1, 0.3), (7, 0.5), (20, 0.02), (40, 0.9)])
def test_tails_are_scipys(trials: Any, share: Any) -> None:
    x = np.arange(trials + 1.0)
    n, p = np.full_like(x, trials), np.full_like(x, share)
    known = stats.binom(trials, share)
    np.testing.assert_allclose(above(x, n, p), known.sf(x - 1), rtol=1e-11)
    np.testing.assert_allclose(below(x, n, p), known.cdf(x), rtol=1e-11)
    np.testing.assert_allclose(mid_point(x, n, p), known.pmf(x), rtol=1e-9, atol=1e-18)
    np.testing.assert_allclose(
        central(x, n, p), np.minimum(1, 2 * np.minimum(known.sf(x - 1), known.cdf(x))), rtol=1e-11
    )
    exact = [stats.binomtest(int(one), trials, share).pvalue for one in x]
    np.testing.assert_allclose(likelier_excluded(x, n, p), exact, rtol=1e-9)
