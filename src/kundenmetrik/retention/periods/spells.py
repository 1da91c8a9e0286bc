"""Spells: from which period until which a customer was there; every state of the ledger follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.time.calendar import Calendar

STATES = ("new", "retained", "reactivated", "churned", "inactive", "passed_through", "not_observed_yet")
"""Exactly one of these holds for a customer in each period from the first contact on."""
NEW, RETAINED, REACTIVATED, CHURNED, INACTIVE, PASSED, UNSEEN = range(7)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """The spells of each customer, in order: there at the end of the periods ``start`` to ``stop - 1``.

    A spell with ``start == stop`` began and ended within one period. Periods after ``complete`` were
    not observed to their end; a spell still open has ``stop = current + 1``.
    """

    customers: Ids
    customer: IntArray
    start: IntArray
    stop: IntArray
    is_first: BoolArray
    groups: Groups
    group: IntArray | None
    calendar: Calendar
    complete: int
    current: int

    @property
    def first(self) -> int:
        """The first period of all."""
        return int(self.start.min()) if self.start.size else self.current

    @property
    def periods(self) -> int:
        """How many periods there are, from the first to the current one."""
        return self.current - self.first + 1

    def count(self, which: BoolArray, at: IntArray) -> IntArray:
        """Return how many of the chosen spells have their mark in each group and period."""
        size = len(self.groups) * self.periods
        place = at[which] - self.first
        if self.group is not None:
            place = place + self.group[self.customer[which]] * self.periods
        return np.bincount(place, minlength=size).reshape(len(self.groups), self.periods)

    def states(self) -> pd.DataFrame:
        """Return one row for each customer and period from the first contact on, with its state."""
        firsts = np.flatnonzero(self.is_first)
        lengths = self.current - self.start[firsts] + 1
        offset = np.concatenate(([0], np.cumsum(lengths)))
        shift = offset[np.cumsum(self.is_first) - 1] - np.repeat(
            self.start[firsts], np.diff(np.append(firsts, self.start.size))
        )
        state = _states(self.start + shift, self.stop + shift, self.stop <= self.current, offset)
        period = np.arange(offset[-1]) - np.repeat(offset[:-1] - self.start[firsts], lengths)
        state[period > self.complete] = UNSEEN
        names = np.array(self.calendar.labels(np.arange(self.first, self.current + 1)), dtype=object)
        return pd.DataFrame(
            {
                "customer_id": np.repeat(self.customers.names_of(self.customer[firsts]), lengths),
                "period": names[period - self.first],
                "state": pd.Categorical.from_codes(state, dtype=pd.CategoricalDtype(list(STATES))),
            }
        )


def _states(start: IntArray, stop: IntArray, ended: BoolArray, offset: IntArray) -> IntArray:
    size = int(offset[-1])
    change = np.bincount(start, minlength=size + 1) - np.bincount(stop, minlength=size + 1)[: size + 1]
    there = np.cumsum(change[:size]) > 0
    before = np.concatenate(([False], there[:-1]))
    before[offset[:-1][offset[:-1] < size]] = False
    state = np.where(there, np.where(before, RETAINED, REACTIVATED), np.where(before, CHURNED, INACTIVE))
    state[offset[:-1][there[offset[:-1]]]] = NEW
    state[start[(start == stop) & ended]] = PASSED
    return state


def merge_spells(customer: IntArray, start: IntArray, stop: IntArray) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Return spells in order, those of one customer that touch or overlap made one, and which is the first.

    Who left and came back within one period was there at both ends of it: that is one spell.
    """
    if not customer.size:
        return customer, start, stop, np.empty(0, bool)
    low = int(start.min())
    width = int(stop.max()) - low + 1
    customer, start, stop = _in_order(customer, start - low, stop - low, width)
    lane = customer * width  # each customer's periods lie beyond those of the one before
    reach = np.maximum.accumulate(lane + stop)
    is_first = np.concatenate(([True], customer[1:] != customer[:-1]))
    apart = is_first.copy()
    apart[1:] |= lane[1:] + start[1:] > reach[:-1]
    heads = np.flatnonzero(apart)
    return customer[heads], start[heads] + low, np.maximum.reduceat(stop, heads) + low, is_first[heads]


def _in_order(customer: IntArray, start: IntArray, stop: IntArray, width: int) -> tuple[IntArray, IntArray, IntArray]:
    """Sort by customer, start and stop; packed into one number where they fit."""
    bits = np.int64(width.bit_length())
    if int(customer.max()).bit_length() + 2 * int(bits) > 63:
        order = np.lexsort((stop, start, customer))
        return customer[order], start[order], stop[order]
    keys = (customer << 2 * bits) | (start << bits) | stop
    keys.sort()
    mask = (np.int64(1) << bits) - 1
    return keys >> 2 * bits, keys >> bits & mask, keys & mask
