"""Intervals and tests that reproduce printed figures; the library itself offers what is better (decision 0089).

Each mapping holds the public choices too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.proportions import (
    SHARE_METHODS,
    ShareMethod,
    limits_around,
    part_and_base,
)
from kundenmetrik.core.statistics.one_sample.rates import (
    RATE_METHODS,
    RateMethod,
    limits_per_exposure,
    score_rate_interval,
)
from kundenmetrik.core.statistics.score_methods import SCORE_METHODS
from kundenmetrik.core.statistics.scores.dirichlet_posterior import dirichlet_interval
from kundenmetrik.core.statistics.scores.score_margins import pseudo_answer_interval
from kundenmetrik.core.statistics.two_samples import rate_ratio, rate_tests
from kundenmetrik.core.statistics.two_samples.e_test import e_test
from kundenmetrik.core.statistics.two_samples.rate_ratio import RatioMethod, limits_without_events
from kundenmetrik.core.statistics.two_samples.rate_tests import (
    RateTest,
    Test,
    conditional_mid_p_test,
    log_odds_ratio,
    normal_test,
    z_statistic,
)


def agresti_coull_interval(successes: CountArray, n: CountArray, confidence: float) -> Limits:
    """Return the Wald interval after z²/2 successes and z²/2 failures are added, cut at 0 and 1.

    Parameters and returns are those of :func:`wilson_interval`.

    References
    ----------
    .. [1] Agresti, A., Coull, B. A. (1998). The American Statistician 52, 119-126.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = agresti_coull_interval(np.array([18]), np.array([20]), 0.95)
    >>> print(round(low[0], 4), round(high[0], 4))
    0.6868 0.9843
    """
    (x, base), z = part_and_base(successes, n), critical(confidence)
    larger = base + z * z
    middle = (x + 0.5 * z * z) / larger
    margin = z * np.sqrt(middle * (1.0 - middle) / larger)
    return limits_around(x / base, middle - margin, middle + margin, base)


def wald_share_interval(successes: CountArray, n: CountArray, confidence: float) -> Limits:
    """Return the textbook interval, share plus and minus z standard errors, cut at 0 and 1.

    Parameters and returns are those of :func:`wilson_interval`.

    Notes
    -----
    It has no width at none and at all, and covers far less often than it says; it is here for
    comparison with figures that were made by it.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = wald_share_interval(np.array([18]), np.array([20]), 0.95)
    >>> print(round(low[0], 4), high[0])
    0.7685 1.0
    """
    x, base = part_and_base(successes, n)
    share = x / base
    margin = critical(confidence) * np.sqrt(share * (1.0 - share) / base)
    return limits_around(share, share - margin, share + margin, base)


def byar_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return Byar's approximation of the exact interval: the lower limit from x, the upper from x + 1.

    Parameters and returns are those of :func:`garwood_interval`.

    References
    ----------
    .. [1] Breslow, N. E., Day, N. E. (1987). Statistical Methods in Cancer Research II, p. 69.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = byar_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    20.97316 61.854078
    """
    x, z = np.asarray(events, dtype=np.float64), critical(confidence)
    return limits_per_exposure(_cube_root_quantile(x, -z), _cube_root_quantile(x + 1.0, z), exposure)


def byar_rothman_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return Byar's approximation with x + 1/2 in both limits, as Rothman has it; near the mid-P interval.

    Parameters and returns are those of :func:`garwood_interval`.

    Notes
    -----
    The formula's lower limit at no event is below 0 at usual confidences; it is cut to 0.

    References
    ----------
    .. [1] Rothman, K. J., Boice, J. D. (1979). Epidemiologic Analysis with a Programmable Calculator.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = byar_rothman_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    21.908437 60.293351
    """
    x, z = np.asarray(events, dtype=np.float64) + 0.5, critical(confidence)
    return limits_per_exposure(_cube_root_quantile(x, -z), _cube_root_quantile(x, z), exposure)


def wald_rate_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return the textbook interval, rate plus and minus z standard errors, cut at 0.

    Parameters and returns are those of :func:`garwood_interval`.

    Notes
    -----
    It has no width at no event; it is here for comparison with figures that were made by it.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = wald_rate_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    18.52273 56.47727
    """
    x = np.asarray(events, dtype=np.float64)
    margin = critical(confidence) * np.sqrt(x)
    return limits_per_exposure(x - margin, x + margin, exposure)


def _cube_root_quantile(x: FloatArray, z: float) -> FloatArray:
    """Return the cube-root normal approximation of a gamma quantile; 0 at 0."""
    some = np.maximum(x, 0.25)
    return x * (1.0 - 1.0 / (9.0 * some) + z / (3.0 * np.sqrt(some))) ** 3


def agresti_min_interval(counts: CountArray, values: Iterable[float], confidence: float) -> Limits:
    """Return the Wald interval after two answers are added: one mid-scale, half a one at each end.

    Parameters and returns are those of :func:`wald_score_interval`.

    References
    ----------
    .. [1] Agresti, A., Min, Y. (2005). Statistics in Medicine 24, 729-740.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = agresti_min_interval(np.array([[75, 675, 250]]), (-1, 0, 1), 0.95)
    >>> print(round(low[0], 6), round(high[0], 6))
    0.14103 0.208272
    """
    return pseudo_answer_interval(counts, values, confidence, 2.0)


def wald_test(x: FloatArray, y: FloatArray, odds: FloatArray, side: str) -> tuple[FloatArray, FloatArray]:
    """Divide by the standard error without the null hypothesis."""
    return normal_test(z_statistic(x - y * odds, np.sqrt(x + y * odds**2)), side)


def score_log_test(x: FloatArray, y: FloatArray, odds: FloatArray, side: str) -> tuple[FloatArray, FloatArray]:
    """Test the log of the ratio with the standard error under the null hypothesis."""
    return normal_test(log_odds_ratio(x, y, odds) / np.sqrt((2 + 1 / odds + odds) / (x + y)), side)


def square_root_test(x: FloatArray, y: FloatArray, odds: FloatArray, side: str) -> tuple[FloatArray, FloatArray]:
    """Test the difference of the square roots (Huffman, 1984)."""
    apart = 2 * (np.sqrt(x + 3 / 8) - np.sqrt((y + 3 / 8) * odds)) / np.sqrt(1 + odds)
    return normal_test(np.where(x + y == 0, 0.0, apart), side)


def mid_p_central_test(x: FloatArray, y: FloatArray, odds: FloatArray, side: str) -> tuple[FloatArray, FloatArray]:
    """Double the smaller tail, which agrees with the mid-P interval."""
    if side != "two-sided":
        return conditional_mid_p_test(x, y, odds, side)
    up, down = (conditional_mid_p_test(x, y, odds, one)[1] for one in ("greater", "less"))
    return x, np.minimum(1.0, 2 * np.minimum(up, down))


def wald_e_test(x: FloatArray, y: FloatArray, odds: FloatArray, side: str) -> tuple[FloatArray, FloatArray]:
    """Return the E-test as published: by the statistic with separate variances."""
    return e_test(x, np.asarray(odds), y, np.ones_like(odds), variance="wald", alternative=side)


def mover_ratio_interval(x: FloatArray, y: FloatArray, confidence: float) -> Limits:
    """Recover the variances from the score intervals of both counts (Li, Tang and Wong, 2014)."""
    one = np.ones_like(x)
    low, high = score_rate_interval(x, one, confidence)
    other_low, other_high = score_rate_interval(y, one, confidence)
    upper_part, lower_part = other_high * (2 * y - other_high), other_low * (2 * y - other_low)
    first = (x * y - np.sqrt((x * y) ** 2 - upper_part * low * (2 * x - low))) / upper_part
    second = (x * y + np.sqrt((x * y) ** 2 - lower_part * high * (2 * x - high))) / lower_part
    return limits_without_events(x, y, np.maximum(first, 0), second)


def rate_test(*pairs: FloatArray, method: str = "score", **options: Any) -> RateTest:
    """Return the test of two rates by a name in ``RATE_TESTS``; as :func:`rate_tests.rate_test` otherwise."""
    return rate_tests.rate_test(*pairs, method=RATE_TESTS[check_choice(method, "method", RATE_TESTS)], **options)


def ratio_interval(*pairs: FloatArray, method: str = "score", confidence: float = 0.95) -> Limits:
    """Return the interval of a ratio by a name in ``RATIO_INTERVALS``."""
    limits = RATIO_INTERVALS[check_choice(method, "method", RATIO_INTERVALS)]
    return rate_ratio.ratio_interval(*pairs, method=limits, confidence=confidence)


SHARE_INTERVALS: Mapping[str, ShareMethod] = {
    **SHARE_METHODS,
    "agresti_coull": agresti_coull_interval,
    "wald": wald_share_interval,
}
RATE_INTERVALS: Mapping[str, RateMethod] = {
    **RATE_METHODS,
    "byar": byar_interval,
    "byar_rothman": byar_rothman_interval,
    "wald": wald_rate_interval,
}
SCORE_INTERVALS: Mapping[str, Callable[..., Limits]] = {
    **SCORE_METHODS,
    "agresti_min": agresti_min_interval,
    "dirichlet": dirichlet_interval,
}
RATIO_INTERVALS: Mapping[str, RatioMethod] = {**rate_ratio.RATIO_METHODS, "mover": mover_ratio_interval}
RATE_TESTS: Mapping[str, Test] = {
    **rate_tests.RATE_TESTS,
    "wald": wald_test,
    "score_log": score_log_test,
    "sqrt": square_root_test,
    "mid_p_central": mid_p_central_test,
    "e_test_wald": wald_e_test,
}
