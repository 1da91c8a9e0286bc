"""Members of cohorts and the ages at which each was active, from a log read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.frame.time.calendar import Calendar

MAX_TABLE_RATIO = 16
"""Up to so many possible pairs for each row it is quicker to tick pairs off than to sort them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Members:
    """Who belongs to which cohort, until which age each was observed, and at which ages each was active.

    ``moment`` holds each distinct moment of activity, sorted, member after member; ``counts`` says how many are whose,
    and ``origin`` from which moment each one's ages count.
    """

    cohort: IntArray
    seen: IntArray
    group: IntArray | None
    groups: Groups
    counts: IntArray
    moment: IntArray
    origin: IntArray
    calendar: Calendar
    complete: int
    excluded: Mapping[str, int]

    @property
    def member(self) -> IntArray:
        """The member of each moment."""
        return np.repeat(np.arange(self.counts.size), self.counts)

    @property
    def age(self) -> IntArray:
        """The age of the member at each moment, from 0."""
        return self.moment - np.repeat(self.origin, self.counts)


def distinct(customer: IntArray, moment: IntArray, span: int) -> tuple[IntArray, IntArray]:
    """Return the distinct pairs of customer and moment, sorted by both; packed into one number each."""
    if not customer.size:
        return customer, moment
    low = int(moment.min())
    bits = (int(moment.max()) - low).bit_length()
    if int(span).bit_length() + bits > 62:
        order = np.lexsort((moment, customer))
        one, two = customer[order], moment[order]
        kept = np.flatnonzero(np.concatenate(([True], (one[1:] != one[:-1]) | (two[1:] != two[:-1]))))
        return one[kept], two[kept]
    keys = np.left_shift(customer, bits)
    keys += moment
    keys -= low
    keys = _distinct_keys(keys, int(span) << bits)
    moments = keys & ((1 << bits) - 1)
    moments += low
    keys >>= bits
    return keys, moments


def _distinct_keys(keys: IntArray, end: int) -> IntArray:
    """Return the distinct numbers below ``end``, rising: ticked off where most may occur, sorted where few can."""
    if end <= MAX_TABLE_RATIO * keys.size:
        there = np.zeros(end, bool)
        there[keys] = True
        return np.flatnonzero(there)
    keys.sort()
    fresh = np.empty(keys.size, bool)
    fresh[0] = True
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    return keys[np.flatnonzero(fresh)]


def heads_of(customer: IntArray) -> IntArray:
    """Return where each customer begins in a sorted column."""
    heads = np.empty(customer.size, bool)
    heads[:1] = True
    np.not_equal(customer[1:], customer[:-1], out=heads[1:])
    return np.flatnonzero(heads)


def join_moments(
    member_customer: IntArray, member_start: IntArray, customer: IntArray, moment: IntArray
) -> tuple[IntArray, IntArray]:
    """Return how many, and every moment of each member's customer from the member's start on, in order."""
    customers, heads = np.unique(customer, return_index=True)
    place = np.searchsorted(customers, member_customer)
    known = np.append(customers, -1)[place] == member_customer
    ends = np.append(heads[1:], customer.size)
    low, wide = _lanes(member_start, moment)
    rank = np.searchsorted(customers, customer) * wide + (moment - low)
    lane: Any = np.where(known, place, 0)
    begin = np.searchsorted(rank, lane * wide + (member_start - low))
    stop = np.where(known, ends[lane], begin)
    counts = np.maximum(stop - begin, 0)
    offset = np.repeat(begin - (np.cumsum(counts) - counts), counts)
    return counts, moment[np.arange(offset.size) + offset]


def _lanes(one: IntArray, two: IntArray) -> tuple[int, int]:
    low = min(int(one.min(initial=2**62)), int(two.min(initial=2**62)))
    return low, max(int(one.max(initial=low)), int(two.max(initial=low))) - low + 1
