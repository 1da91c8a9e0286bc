"""Fong's test of two Kano categories, as printed."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import FloatArray


def fong_limit(a: FloatArray, b: FloatArray, n: FloatArray, z: float = 1.65) -> FloatArray:
    r"""Return the distance below which Fong calls the two largest categories of n answers not different.

    .. math:: |a - b| < z \sqrt{\frac{(a + b)(2N - a - b)}{2N}} \Rightarrow \text{not significant}

    Parameters
    ----------
    a, b : ndarray of float
        Answers on the two most frequent letters.
    n : ndarray of float
        All answers.
    z : float
        The normal quantile; 1.65 as printed, for a two-sided 10 %.

    Returns
    -------
    ndarray of float
        The critical distance; NaN without answers.

    Notes
    -----
    **The size of this test is wrong.** It treats two categories of one question as two independent
    samples and so underrates the variance of their difference: under a true tie that is a + b, not
    (a + b)(1 - (a + b) / 2N). Two truly equal categories with 40 % of the answers each are called
    different in about 20 % of surveys instead of 10 %, with 45 % each in about 23 %. Use
    :func:`kundenmetrik.kano.top_two_test` or :func:`kundenmetrik.kano.mode_probabilities`.

    References
    ----------
    Fong, D. (1996). Using the self-stated importance questionnaire to interpret Kano questionnaire
    results. Center for Quality of Management Journal 5(3), 21-23.

    Examples
    --------
    >>> import numpy as np
    >>> float(fong_limit(np.array([258.0]), np.array([187.0]), np.array([607.0])).round(2)[0])
    27.7
    """
    limit: FloatArray = z * np.sqrt((a + b) * (2 * n - a - b) / np.where(n > 0, 2 * n, np.nan))
    return limit
