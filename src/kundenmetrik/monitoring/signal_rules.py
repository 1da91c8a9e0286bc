"""When a control chart gives a signal, as data: so many of so many points beyond so many sigmas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import check_count, check_items, check_number
from kundenmetrik.errors import InvalidArgument, InvalidType

LIMITS = 3.0
"""At so many sigmas the chart's own limits decide, which need not be normal ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A signal: at least ``points`` of the last ``of`` points lie beyond ``sigmas`` on one side of the centre.

    Parameters
    ----------
    name : str
        What the chart's ``rules`` column says.
    points, of : int
        How many of how many consecutive points.
    sigmas : float
        Beyond how many standard errors; 0 means merely on one side. At 3, the chart's own limits decide.

    Examples
    --------
    >>> from kundenmetrik.monitoring import Rule
    >>> Rule(name="run_of_six", points=6, of=6, sigmas=0)
    Rule(name='run_of_six', points=6, of=6, sigmas=0)
    """

    name: str
    points: int
    of: int
    sigmas: float

    def __post_init__(self) -> None:
        check_count(self.points, "points", low=1)
        check_number(self.sigmas, "sigmas", low=0.0)
        if check_count(self.of, "of", low=1) < self.points:
            raise InvalidArgument("of", f"be at least points, {self.points}", self.of)


OUTSIDE = (Rule(name="outside", points=1, of=1, sigmas=3),)
"""One point outside the limits."""

WESTERN_ELECTRIC = (
    *OUTSIDE,
    Rule(name="two_of_three", points=2, of=3, sigmas=2),
    Rule(name="four_of_five", points=4, of=5, sigmas=1),
    Rule(name="run_of_eight", points=8, of=8, sigmas=0),
)
"""The four rules of the Western Electric handbook (1956)."""

NELSON_RUN = (*OUTSIDE, Rule(name="run_of_nine", points=9, of=9, sigmas=0))
"""One point outside, or nine in a row on one side (Nelson, 1984, tests 1 and 2)."""


def signals(rules: Sequence[Rule], distance: FloatArray, outside: BoolArray) -> dict[str, BoolArray]:
    """Return for each rule the points at which it fires; a point without sales breaks every run."""
    found = {}
    for rule in check_items(rules, "rules", "be a sequence of Rule"):
        if not isinstance(rule, Rule):
            raise InvalidType("rules", "be a sequence of Rule", rule)
        high = distance > rule.sigmas if rule.sigmas != LIMITS else outside & (distance > 0)
        low = distance < -rule.sigmas if rule.sigmas != LIMITS else outside & (distance < 0)
        found[rule.name] = (_enough(high, rule) & high) | (_enough(low, rule) & low)
    return found


def _enough(beyond: BoolArray, rule: Rule) -> BoolArray:
    total = np.concatenate([[0], np.cumsum(beyond)])
    start = np.maximum(np.arange(1, len(beyond) + 1) - rule.of, 0)
    return np.asarray(total[1:] - total[start] >= rule.points)


class Runs(NamedTuple):
    """Anhøj's two runs rules: the longest run may be too long, or the crossings of the centre too few."""

    longest: int
    longest_usual: int
    crossings: int
    crossings_usual: int
    signal: bool


def runs(distance: FloatArray) -> Runs:
    """Return the longest run on one side and the crossings, each with what is still usual by chance.

    The limits are round(log2(n) + 3) and the 5 percent point of a binomial with n - 1 trials and one half
    (Anhøj and Olesen, 2014); points on the centre line do not count.
    """
    sides = np.sign(distance[np.isfinite(distance) & (distance != 0)])
    n = len(sides)
    if n < 2:
        return Runs(longest=n, longest_usual=n, crossings=0, crossings_usual=0, signal=False)
    changes = np.flatnonzero(np.diff(sides) != 0)
    lengths = np.diff(np.concatenate([[-1], changes, [n - 1]]))
    usual = round(float(np.log2(n)) + 3)
    chances = scipy.special.bdtr(np.arange(n), n - 1, 0.5)
    fewest = int(np.argmax(chances >= 0.05))
    longest, crossings = int(lengths.max()), len(changes)
    return Runs(
        longest=longest,
        longest_usual=usual,
        crossings=crossings,
        crossings_usual=fewest,
        signal=longest > usual or crossings < fewest,
    )
