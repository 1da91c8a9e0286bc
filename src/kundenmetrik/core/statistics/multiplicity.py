"""Adjustment of p-values for how many comparisons were made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice

Adjustment = Literal["holm", "fdr_bh"]


def adjust_p_values(p_values: FloatArray, adjust: str | None) -> FloatArray:
    """Return the p-values adjusted by a named method, or as they are for None.

    Parameters
    ----------
    p_values : array of shape (comparisons,)
        NaN for a comparison that could not be made; it stays NaN and does not count.
    adjust : {"holm", "fdr_bh", None}
        The method.

    Returns
    -------
    array of shape (comparisons,)
        Never smaller than the p-values, at most 1.

    Examples
    --------
    >>> import numpy as np
    >>> adjust_p_values(np.array([0.01, np.nan, 0.04]), "holm")
    array([0.02,  nan, 0.04])
    """
    if adjust is None:
        return p_values
    known = ~np.isnan(p_values)
    result = np.full(p_values.shape, np.nan)
    result[known] = ADJUSTMENTS[check_choice(adjust, "adjust", ADJUSTMENTS)](p_values[known])
    return result


def holm(p_values: FloatArray) -> FloatArray:
    """Return Holm's adjusted p-values: the chance of any false alarm among all comparisons is held.

    References
    ----------
    .. [1] Holm, S. (1979). Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> import numpy as np
    >>> holm(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.06, 0.06])
    """
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    return _put_back(np.maximum.accumulate(steps), order)


def benjamini_hochberg(p_values: FloatArray) -> FloatArray:
    """Return Benjamini and Hochberg's adjusted p-values: the expected share of false alarms is held.

    References
    ----------
    .. [1] Benjamini, Y., Hochberg, Y. (1995). Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> import numpy as np
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.04, 0.04])
    """
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * (len(p_values) / np.arange(1, len(p_values) + 1))
    return _put_back(np.minimum.accumulate(steps[::-1])[::-1], order)


def _put_back(steps: FloatArray, order: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> FloatArray:
    result = np.empty_like(steps)
    result[order] = np.minimum(steps, 1.0)
    return result


ADJUSTMENTS: Mapping[str, Callable[[FloatArray], FloatArray]] = {"holm": holm, "fdr_bh": benjamini_hochberg}
"""The adjustments by name."""
