"""Kaplan-Meier and Nelson-Aalen: how many are left at each time when some are still under observation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, Limits
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import InvalidArgument

SurvivalInterval = Literal["log-log", "log", "plain"]
INTERVAL_KINDS: tuple[SurvivalInterval, ...] = get_args(SurvivalInterval)
"""The scales on which the Greenwood interval can be symmetric."""
LEVEL_TOLERANCE = 1e-11
"""Survival within this of a level counts as on it, so that 3/4 x 2/3 is one half."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalTable:
    """Those at risk, lost and censored at each distinct time, and the share that survives it.

    Attributes
    ----------
    time : ndarray of float
        The distinct times at which somebody is lost or censored, rising.
    at_risk : ndarray of int
        How many were under observation just before each time.
    events : ndarray of int
        How many were lost at it.
    censored : ndarray of int
        How many left observation at it without being lost; they count as at risk at that time.
    survival : ndarray of float
        The product of ``1 - events / at_risk`` up to and including each time.
    exposure : float
        The time that all of them together were under observation.
    greenwood : ndarray of float
        The sum of ``events / (at_risk (at_risk - events))``; the variance is ``survival**2`` times it.
    """

    time: FloatArray
    at_risk: IntArray
    events: IntArray
    censored: IntArray
    exposure: float = np.nan
    survival: FloatArray = field(init=False, repr=False)
    greenwood: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        left = np.subtract(self.at_risk, self.events, dtype=np.float64)
        risk = self.at_risk.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = risk * left
            np.divide(self.events, terms, out=terms)
            np.divide(left, risk, out=left)
        if not self.at_risk.all():  # nobody at risk, nobody lost: the factor is one
            terms[self.at_risk == 0], left[self.at_risk == 0] = 0.0, 1.0
        object.__setattr__(self, "survival", np.cumprod(left))
        object.__setattr__(self, "greenwood", np.cumsum(terms))

    @property
    def emptied(self) -> float:
        """The time at which all under observation are lost although others enter later; inf when there is none.

        From there on survival is 0 whatever happens to those others.
        """
        all_lost = np.flatnonzero((self.events == self.at_risk) & (self.events > 0))
        later = bool(all_lost.size) and bool(self.at_risk[all_lost[0] + 1 :].any())
        return float(self.time[all_lost[0]]) if later else np.inf

    @property
    def total(self) -> int:
        """How many were observed altogether."""
        return int(self.events.sum() + self.censored.sum())

    @property
    def lost(self) -> int:
        """How many were lost altogether."""
        return int(self.events.sum())

    @property
    def last(self) -> float:
        """The latest time observed; NaN when nobody was."""
        return float(self.time[-1]) if self.time.size else np.nan

    def interval(self, confidence: float = 0.95, kind: str = "log-log") -> tuple[FloatArray, FloatArray]:
        """Return the pointwise limits of ``survival`` at each time."""
        return survival_limits(self.survival, self.greenwood, confidence, kind)

    def at(self, times: Any) -> tuple[FloatArray, FloatArray]:
        """Return survival and Greenwood sum at any times; NaN past the last one unless nobody is left."""
        asked = np.asarray(times, dtype=np.float64)
        place = np.searchsorted(self.time, asked, side="right")
        survival = np.concatenate(([1.0], self.survival))[place]
        greenwood = np.concatenate(([0.0], self.greenwood))[place]
        unseen = (~(asked <= self.last)) & (survival > 0.0)
        return np.where(unseen, np.nan, survival), np.where(unseen, np.nan, greenwood)

    def quantile(self, share: float) -> float:
        """Return the first time by which ``share`` of them are lost; NaN when that is never seen."""
        reached = _first(self.time, self.survival, 1.0 - share)
        return reached if np.isfinite(reached) else np.nan

    def quantile_interval(self, share: float, confidence: float = 0.95, kind: str = "log-log") -> tuple[float, float]:
        """Return the times at which the pointwise limits cross (Brookmeyer-Crowley); inf when they never do."""
        low, high = self.interval(confidence, kind)
        low = np.where(self.survival == 0.0, 0.0, low)  # nobody left: nothing lies below, nothing is known above
        return _first(self.time, low, 1.0 - share), _first(self.time, high, 1.0 - share)

    def restricted_mean(self, horizon: float) -> tuple[float, float]:
        """Return the area under the curve up to ``horizon`` and its variance; NaN past what was observed."""
        if not self.time.size or (horizon > self.last and self.survival[-1] > 0.0):
            return np.nan, np.nan
        inside = self.time < horizon
        steps = np.concatenate(([1.0], self.survival[inside]))
        areas = steps * np.diff(np.concatenate(([0.0], self.time[inside], [horizon])))
        ahead = np.cumsum(areas[::-1])[::-1]
        lost, risk = self.events[inside].astype(np.float64), self.at_risk[inside].astype(np.float64)
        seen = (lost > 0) & (risk > lost)  # once nobody is left there is no area ahead, and so no term
        terms = ahead[1:][seen] ** 2 * lost[seen] / (risk[seen] * (risk[seen] - lost[seen]))
        return float(ahead[0]), float(terms.sum())

    def cumulative_hazard(self) -> tuple[FloatArray, FloatArray]:
        """Return the Nelson-Aalen sum of ``events / at_risk`` at each time and its variance."""
        risk = np.maximum(self.at_risk, 1).astype(np.float64)
        return np.cumsum(self.events / risk), np.cumsum(self.events / risk**2)


def survival_table(duration: Any, event: Any, *, entry: Any = None, count: Any = None) -> SurvivalTable:
    """Count those at risk, lost and censored at each distinct duration.

    The arrays are taken as clean: durations finite, events boolean, entries below durations (an entry
    of 0 means observed from the start, also for a duration of 0), counts whole. A negative or missing
    duration is refused, because the sort below would read it as another one.
    """
    lasted, lost = np.asarray(duration), np.asarray(event, dtype=bool)
    if lasted.size and not lasted.min() >= 0:
        raise InvalidArgument("duration", "be at least 0 throughout", lasted[~(lasted >= 0)][0].item())
    if count is not None:
        time, ended, gone = _exits_of_counts(lasted, lost, np.asarray(count, dtype=np.int64))
    elif lasted.dtype.kind in "iu" and lasted.size and int(lasted.max()) <= max(4 * lasted.size, 1 << 16):
        time, ended, gone = _exits_of_whole_numbers(lasted, lost)
    else:
        time, ended, gone = _exits_of_floats(lasted, lost)
    at_risk, exposure = np.cumsum(ended[::-1])[::-1], float(time @ ended)
    if entry is not None:
        since, size = np.asarray(entry, dtype=np.float64), np.ones(lasted.size) if count is None else np.asarray(count)
        at_risk, exposure = at_risk - _not_yet_entered(time, since, size), exposure - float(since @ size)
    return SurvivalTable(time=time, at_risk=at_risk, events=gone, censored=ended - gone, exposure=exposure)


def survival_limits(
    survival: FloatArray, greenwood: FloatArray, confidence: float, kind: str
) -> tuple[FloatArray, FloatArray]:
    """Return limits of survival from its Greenwood sum; NaN where nobody is left, [1, 1] where nobody was lost."""
    z = critical(check_confidence(confidence))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        width = np.sqrt(greenwood)
        width *= z
        low, high = LIMITS[check_choice(kind, "method", INTERVAL_KINDS)](survival, width)
    np.minimum(low, survival, out=low)  # the estimate lies inside, whatever the last digit
    np.maximum(high, survival, out=high)
    for level, limit in ((1.0, 1.0), (0.0, np.nan)):
        if (there := survival == level).any():
            low[there] = high[there] = limit
    return np.maximum(low, 0.0, out=low), np.minimum(high, 1.0, out=high)


def _log_log(survival: FloatArray, width: FloatArray) -> tuple[FloatArray, FloatArray]:
    hazard = np.log(survival)
    factor = np.divide(width, hazard, out=width)  # in place: for a million times it is fresh memory that costs
    np.exp(factor, out=factor)
    low = hazard / factor
    hazard *= factor
    return np.exp(low, out=low), np.exp(hazard, out=hazard)


LIMITS: Mapping[str, Callable[[FloatArray, FloatArray], Limits]] = {
    "log-log": _log_log,
    "log": lambda survival, width: (survival / np.exp(width), survival * np.exp(width)),
    "plain": lambda survival, width: (survival - survival * width, survival + survival * width),
}


def _exits_of_whole_numbers(lasted: AnyArray, lost: BoolArray) -> tuple[FloatArray, IntArray, IntArray]:
    cells = np.left_shift(lasted.astype(np.int64, copy=False), 1)
    cells |= lost
    found = np.bincount(cells, minlength=2)
    both = np.append(found, 0)[: found.size + found.size % 2].reshape(-1, 2)
    ended = both.sum(axis=1)
    seen = np.flatnonzero(ended)
    return seen.astype(np.float64), ended[seen], both[seen, 1]


def _exits_of_floats(lasted: AnyArray, lost: BoolArray) -> tuple[FloatArray, IntArray, IntArray]:
    # A float that is not negative sorts as its bits do, and its sign bit is free: shifted out, it makes room
    # for the event flag, so that one sort of whole numbers replaces an argsort and keeps ties exact. A whole
    # number whose top bit is not free goes as the float that its time becomes anyway.
    whole = lasted.dtype.kind in "iu" and (lasted.dtype != np.uint64 or int(lasted.max(initial=0)) < 1 << 63)
    keys = lasted.astype(np.uint64) if whole else (lasted.astype(np.float64) + 0.0).view(np.uint64)
    keys <<= np.uint64(1)
    keys |= lost
    keys.sort()
    gone = (keys & np.uint64(1)).astype(np.int64)
    keys >>= np.uint64(1)
    last = np.append(keys[1:] != keys[:-1], True)[: keys.size]
    if last.all():  # no two are equal
        return _times(keys, whole), np.ones(keys.size, np.int64), gone
    ends = np.flatnonzero(last)
    np.cumsum(gone, out=gone)
    return _times(keys[ends], whole), np.diff(ends, prepend=-1), np.diff(gone[ends], prepend=0)


def _times(keys: NDArray[np.uint64], whole: bool) -> FloatArray:
    return keys.astype(np.float64) if whole else keys.view(np.float64)


def _exits_of_counts(lasted: AnyArray, lost: BoolArray, count: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
    time, place = np.unique(lasted.astype(np.float64), return_inverse=True)
    ended, gone = np.zeros(time.size, np.int64), np.zeros(time.size, np.int64)
    np.add.at(ended, place, count)
    np.add.at(gone, place, np.where(lost, count, 0))
    return time[ended > 0], ended[ended > 0], gone[ended > 0]


def _not_yet_entered(time: FloatArray, entry: FloatArray, size: AnyArray) -> IntArray:
    """Return how many enter at each time or later; an entry of 0 is from the start."""
    order = np.argsort(entry)
    running = np.concatenate(([0], np.cumsum(size[order].astype(np.int64))))
    starts = np.where(entry[order] == 0.0, -1.0, entry[order])
    late: IntArray = running[-1] - running[np.searchsorted(starts, time, side="left")]
    return late


def _first(time: FloatArray, level: FloatArray, share: float) -> float:
    """Return the first time at which a falling curve is at or below ``share``; inf when it never is."""
    below = level <= share + LEVEL_TOLERANCE
    return float(time[below.argmax()]) if below.any() else np.inf
