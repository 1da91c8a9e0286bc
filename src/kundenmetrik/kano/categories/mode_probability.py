"""How probable each letter is the most frequent one: among all customers (posterior), and in a sample (exact)."""

from __future__ import annotations

import numpy as np
import scipy

from kundenmetrik.core.arrays import AnyArray, FloatArray, IntArray
from kundenmetrik.kano.categories.letters import LETTERS, TIE_ORDER

PRIOR = 0.5
"""Jeffreys' half answer in each of the six letters."""
NODES = 128
GROUP_BLOCK = 500
"""Groups integrated at a time."""
TAIL_PROBABILITY = 1e-16
"""The probability of the largest gamma beyond either end of the integral."""

POISSON_RANGE = 9.0
"""Standard deviations from its mean within which a Poisson count is summed."""
COUNT_BLOCK = 64
"""Counts of the mode convolved at a time."""
NEGLIGIBLE = 1e-18
"""A letter that reaches the mode with less probability is not truncated."""


@np.errstate(under="ignore")
def mode_probability(letters: AnyArray, prior: float = PRIOR) -> FloatArray:
    """Return P(letter is the mode), groups x 6, under a Dirichlet posterior; no answers give NaN.

    The Dirichlet is a set of independent gammas divided by their sum, and the largest share is the
    largest gamma. So P(j) is the integral of its density times the others' distribution functions.
    """
    blocks = [letters[start : start + GROUP_BLOCK] for start in range(0, len(letters), GROUP_BLOCK)]
    integrals = [_largest_gamma(block.astype(np.float64) + prior) for block in blocks]
    probabilities = np.concatenate(integrals) if integrals else np.empty((0, letters.shape[1]))
    return np.where(letters.sum(axis=1, keepdims=True) > 0, probabilities, np.nan)


def _largest_gamma(shape: FloatArray) -> FloatArray:
    """Integrate over log x by the trapezoid rule, which converges exponentially here."""
    special = scipy.special
    largest = shape.max(axis=1)
    low = np.log(special.gammaincinv(largest, TAIL_PROBABILITY))
    high = np.log(special.gammainccinv(largest, TAIL_PROBABILITY))
    log_x = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, NODES)
    x, a = np.exp(log_x)[:, None, :], shape[:, :, None]
    below = special.gammainc(a, x)
    density = np.exp(a * log_x[:, None, :] - x - special.gammaln(a))
    others = np.stack([np.delete(below, j, axis=1).prod(axis=1) for j in range(shape.shape[1])], axis=1)
    mass = (density * others).sum(axis=2)
    share: FloatArray = mass / mass.sum(axis=1, keepdims=True)
    return share


@np.errstate(under="ignore")
def mode_recovery_probability(shares: FloatArray, letter: int, n: int) -> float:
    r"""Return P(letter is the mode) in a multinomial sample of n answers with the given shares, exactly.

    A multinomial is a set of independent Poisson counts given their total, so with N_i ~ Poisson(n p_i)

        P = sum over k of P(N_j = k) P(others sum to n - k, each below k or tied and later) / P(sum = n).

    The sum of the truncated counts is a product of Fourier transforms; letters that can hardly reach k
    are not truncated, and their sum is one Poisson count.
    """
    mean = shares * n
    reach = POISSON_RANGE * np.sqrt(mean[letter])
    k = np.arange(max(int(np.floor(mean[letter] - reach)) - 10, 1), n + 1)
    k = k[k <= mean[letter] + reach + 10]
    if not len(k):
        return 0.0
    others = np.flatnonzero(np.arange(len(shares)) != letter).tolist()
    rivals = [i for i in others if mean[i] > 0 and scipy.special.gammainc(max(int(k[0]), 1), mean[i]) > NEGLIGIBLE]
    rest = sum(mean[i] for i in others if i not in rivals)
    size = 1 << int(n + POISSON_RANGE * np.sqrt(n) + 20).bit_length()
    blocks = [k[start : start + COUNT_BLOCK] for start in range(0, len(k), COUNT_BLOCK)]
    beaten = np.concatenate([_others_beaten(mean, rivals, rest, letter, n, block, size) for block in blocks])
    total = float((_poisson(k, mean[letter]) * beaten).sum() / _poisson(np.array([n]), float(n))[0])
    return min(max(total, 0.0), 1.0)


def _others_beaten(
    mean: FloatArray, rivals: list[int], rest: float, letter: int, n: int, k: IntArray, size: int
) -> FloatArray:
    """Return for each k the probability that the others sum to n - k and none of them beats k."""
    m = np.arange(size)
    product = np.fft.rfft(_poisson(m, rest))[None, :]
    for rival in rivals:
        wins_ties = TIE_ORDER.index(LETTERS[rival]) < TIE_ORDER.index(LETTERS[letter])
        allowed = m[None, :] < k[:, None] if wins_ties else m[None, :] <= k[:, None]
        product = product * np.fft.rfft(np.where(allowed, _poisson(m, mean[rival])[None, :], 0.0), axis=1)
    sums = np.fft.irfft(np.broadcast_to(product, (len(k), product.shape[1])), n=size, axis=1)
    beaten: FloatArray = np.maximum(sums[np.arange(len(k)), n - k], 0.0)
    return beaten


def _poisson(m: IntArray, mean: float) -> FloatArray:
    probability: FloatArray = np.exp(scipy.special.xlogy(m, mean) - mean - scipy.special.gammaln(m + 1.0))
    return probability
