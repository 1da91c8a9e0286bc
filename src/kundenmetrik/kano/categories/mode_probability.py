"""How probable each letter is the most frequent one among all customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

__all__ = ["PRIOR", "mode_probability"]

PRIOR = 0.5
"""Jeffreys' half answer in each of the six letters."""
NODES = 128
BLOCK = 500
TAIL = 1e-16


def mode_probability(letters: NDArray[Any], prior: float = PRIOR) -> NDArray[np.float64]:
    """Return P(letter is the mode), groups x 6, under a Dirichlet posterior; no answers give NaN.

    The Dirichlet is a set of independent gammas divided by their sum, and the largest share is the
    largest gamma. So P(j) is the integral of its density times the others' distribution functions.
    """
    blocks = [letters[start : start + BLOCK] for start in range(0, len(letters), BLOCK)]
    found = [_of_block(block.astype(np.float64) + prior) for block in blocks]
    probabilities = np.concatenate(found) if found else np.empty((0, letters.shape[1]))
    return np.where(letters.sum(axis=1, keepdims=True) > 0, probabilities, np.nan)


def _of_block(shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integrate over log x by the trapezoid rule, which converges exponentially here."""
    special = scipy.special
    largest = shape.max(axis=1)
    low = np.log(special.gammaincinv(largest, TAIL))
    high = np.log(special.gammainccinv(largest, TAIL))
    log_x = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, NODES)
    x, a = np.exp(log_x)[:, None, :], shape[:, :, None]
    below = special.gammainc(a, x)
    density = np.exp(a * log_x[:, None, :] - x - special.gammaln(a))
    others = np.stack([np.delete(below, j, axis=1).prod(axis=1) for j in range(shape.shape[1])], axis=1)
    mass = (density * others).sum(axis=2)
    share: NDArray[np.float64] = mass / mass.sum(axis=1, keepdims=True)
    return share
