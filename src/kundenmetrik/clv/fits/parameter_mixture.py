"""What the parameters may be, along the direction that moves the total: the scenes that its distribution mixes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from kundenmetrik.clv.fits.count_distribution import Counts, counted
from kundenmetrik.clv.fits.total_distribution import CountTotal, Scene
from kundenmetrik.core.arrays import FloatArray

if TYPE_CHECKING:
    from kundenmetrik.clv.fits.quantity import Question

__all__ = ["count_total"]

LARGE = 0.01
"""A customer with this share of a variance matters alone; all others are the crowd."""
REACH, STEP, SCENES = 6.0, 0.5, 400
"""How many standard errors the scenes span to either side, how close they are, and how many there are at most."""


def count_total(question: Question, horizon: float) -> CountTotal:
    r"""Return the distribution of the total number of purchases.

    Where the total's gradient is g and the parameters' covariance :math:`\Sigma`, the parameters are
    :math:`\hat\theta + u\,\Sigma g / \sqrt{g^\top \Sigma g}` with a standard normal u: the line along which the
    expected total has all of its variance. The crowd's purchases grow by a log-normal factor with mean 1.
    """
    model, spread = question.fit.model, question.spread
    past, back = question.kinds
    many = np.ones(len(past.age), dtype=np.int64) if back is None else np.bincount(back)
    error = math.sqrt(spread.total_variance)
    line = spread.covariance @ spread.slopes.sum(axis=1) / error if error > 0.0 else np.zeros(len(spread.theta))
    move = np.empty(len(many))
    move[slice(None) if back is None else back] = line @ spread.slopes
    counts = counted(model, question.params(spread.theta), past, horizon)
    mean, variance = _by_kind(counts, len(many))
    total = float(many @ variance)
    large = (variance > LARGE * total) | (np.abs(move) > np.sqrt(LARGE) * error)
    customers = np.where(large, 0, many)
    due = float(customers @ mean)
    pull = float(customers @ move) / due if due > 0.0 else 0.0
    places = np.flatnonzero(large)

    def scene(u: float, weight: float) -> Scene:
        params = tuple(part[places] if np.ndim(part) else part for part in question.params(spread.theta + u * line))
        few = counted(model, params, past.take(places), horizon) if len(places) else []
        return Scene(weight=weight, factor=float(np.exp(pull * u - pull**2 / 2.0)), counts=few)

    u = _normal(error, math.sqrt(total))
    weights = np.exp(-(u**2) / 2.0)
    scenes = [scene(float(one), float(weight)) for one, weight in zip(u, weights / weights.sum(), strict=True)]
    return CountTotal(crowd=counts, customers=customers, few=many[places], scenes=scenes)


def _by_kind(counts: list[Counts], kinds: int) -> tuple[FloatArray, FloatArray]:
    mean, variance = np.zeros(kinds), np.zeros(kinds)
    for part in counts:
        mean[part.kinds], variance[part.kinds] = part.mean, part.variance
    return mean, variance


def _normal(error: float, chance: float) -> FloatArray:
    """Return standard normal nodes so close that the total's own chance fills the gaps between them."""
    if error == 0.0:
        return np.zeros(1)
    half = min(int(np.ceil(REACH / min(STEP, chance / error))), SCENES // 2) if chance > 0.0 else SCENES // 2
    return REACH * np.arange(-half, half + 1) / half
