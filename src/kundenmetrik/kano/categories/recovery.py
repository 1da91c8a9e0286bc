"""The probability that one category is the most frequent in a multinomial sample, exactly."""

from __future__ import annotations

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.kano.categories.letters import LETTERS, TIE_ORDER

__all__ = ["recovery"]

REACH = 9.0
"""So many standard deviations from its mean a count does not go."""
BLOCK = 64
NEVER = 1e-18


def recovery(shares: FloatArray, place: int, n: int) -> float:
    r"""Return P(letter ``place`` is the mode) among n answers with the given shares.

    A multinomial is a set of independent Poisson counts given their total, so with N_i ~ Poisson(n p_i)

        P = sum over k of P(N_j = k) P(others sum to n - k, each below k or tied and later) / P(sum = n).

    The sum of the truncated counts is a product of Fourier transforms; letters that can hardly reach k
    are not truncated, and their sum is one Poisson count.
    """
    mean = shares * n
    k = np.arange(max(int(np.floor(mean[place] - REACH * np.sqrt(mean[place]))) - 10, 1), n + 1)
    k = k[k <= mean[place] + REACH * np.sqrt(mean[place]) + 10]
    if not len(k):
        return 0.0
    rivals = [i for i in range(len(shares)) if i != place and _reaches(mean[i], int(k[0]))]
    rest = sum(mean[i] for i in range(len(shares)) if i != place and i not in rivals)
    size = 1 << int(n + REACH * np.sqrt(n) + 20).bit_length()
    at = [_others_at(mean, rivals, rest, place, n, k[start : start + BLOCK], size) for start in range(0, len(k), BLOCK)]
    total = float((_poisson(k, mean[place]) * np.concatenate(at)).sum() / _poisson(np.array([n]), float(n))[0])
    return min(max(total, 0.0), 1.0)


def _others_at(
    mean: FloatArray,
    rivals: list[int],
    rest: float,
    place: int,
    n: int,
    k: np.ndarray[tuple[int], np.dtype[np.int64]],
    size: int,
) -> FloatArray:
    """Return for each k the probability that the others sum to n - k and none of them beats k."""
    m = np.arange(size)
    product = np.fft.rfft(_poisson(m, rest))[None, :]
    for rival in rivals:
        first = TIE_ORDER.index(LETTERS[rival]) < TIE_ORDER.index(LETTERS[place])
        allowed = m[None, :] < k[:, None] if first else m[None, :] <= k[:, None]
        product = product * np.fft.rfft(np.where(allowed, _poisson(m, mean[rival])[None, :], 0.0), axis=1)
    sums = np.fft.irfft(np.broadcast_to(product, (len(k), product.shape[1])), n=size, axis=1)
    found: FloatArray = np.maximum(sums[np.arange(len(k)), n - k], 0.0)
    return found


def _reaches(mean: float, k: int) -> bool:
    return bool(scipy.special.gammainc(max(k, 1), mean) > NEVER) if mean > 0 else False


def _poisson(m: np.ndarray[tuple[int], np.dtype[np.int64]], mean: float) -> FloatArray:
    probability: FloatArray = np.exp(scipy.special.xlogy(m, mean) - mean - scipy.special.gammaln(m + 1.0))
    return probability
