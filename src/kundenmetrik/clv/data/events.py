"""Events: the rows of a log, merged by customer and step of time in one sort, and the refunds taken off them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from kundenmetrik.core.arrays import AnyArray, FloatArray, IntArray

ROW_BLOCK = 32_768
"""Rows packed at a time, so that temporaries stay in the cache."""
KEY_BITS = 62
"""Bits of a packed key."""
Step = Callable[[IntArray], IntArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Events:
    """One row per customer and step with at least one purchase, sorted by both.

    Attributes
    ----------
    customer : ndarray of int64
        The customer's code.
    step : ndarray of int64
        The step of the grain, since 1970.
    amount : ndarray of float64 or None
        The sum of the amounts.
    rows : int
        How many rows of the log were merged into these.
    """

    customer: IntArray
    step: IntArray
    amount: FloatArray | None
    rows: int

    def __len__(self) -> int:
        return len(self.step)

    def take(self, keep: AnyArray) -> Events:
        """Return some of the events, by mask."""
        amount = None if self.amount is None else self.amount[keep]
        return Events(customer=self.customer[keep], step=self.step[keep], amount=amount, rows=self.rows)

    def histories(self) -> EventHistories:
        """Return each customer's first and last event, their number and their amounts."""
        starts = _changes(self.customer)
        ends = np.append(starts[1:], len(self))
        first, last = self.step[starts], self.step[ends - 1]
        scratch = np.empty(len(self))
        later = None if self.amount is None else _later(self.amount, starts, scratch)
        return EventHistories(
            customer=self.customer[starts],
            repeats=ends - starts - 1,
            first=first,
            last=last,
            total=None if self.amount is None or later is None else self.amount[starts] + later,
            later=later,
            log_gaps=_log_gaps(self.step, starts, scratch),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventHistories:
    """What each customer's events add up to, in steps: one row per customer, sorted by code."""

    customer: IntArray
    repeats: IntArray
    first: IntArray
    last: IntArray
    total: FloatArray | None
    later: FloatArray | None
    log_gaps: FloatArray


def merge_events(codes: IntArray, ticks: IntArray, amounts: FloatArray | None, step: Step) -> Events:
    """Merge rows of the same customer code and step; the codes are at least 0."""
    low, high = (int(step(np.array([edge]))[0]) for edge in (ticks.min(), ticks.max()))
    bits = int(codes.max()).bit_length(), (high - low).bit_length(), (len(codes) - 1).bit_length()
    if sum(bits) > KEY_BITS:
        return _by_order(codes, step(ticks), amounts)
    if amounts is None:
        return _unpack(_sorted_keys(codes, ticks, step, low, bits[1], 0), bits[1], low, len(codes))
    keys = _sorted_keys(codes, ticks, step, low, bits[1], bits[2])
    values = np.empty(len(keys))
    mask = (1 << bits[2]) - 1
    for block in _blocks(len(keys)):
        np.take(amounts, keys[block] & mask, out=values[block], mode="clip")
        keys[block] >>= bits[2]
    return _unpack(keys, bits[1], low, len(codes), values)


def _sorted_keys(codes: IntArray, ticks: IntArray, step: Step, low: int, step_bits: int, row_bits: int) -> IntArray:
    """Pack customer, step and row number into one number each and sort in place: no permutation is needed."""
    keys = np.empty(len(codes), dtype=np.int64)
    numbers = np.arange(min(ROW_BLOCK, len(codes)))
    for block in _blocks(len(codes)):
        key = np.left_shift(codes[block], step_bits, out=keys[block])
        key += step(ticks[block])
        key -= low
        if row_bits:
            key <<= row_bits
            key += numbers[: len(key)]
            key += block.start
    keys.sort()
    return keys


def _unpack(keys: IntArray, bits: int, low: int, rows: int, values: FloatArray | None = None) -> Events:
    """Take the keys apart in place; the arrays are fresh, and a new one costs more than the arithmetic."""
    starts = _changes(keys)
    if len(starts) < len(keys):
        keys, values = keys[starts], None if values is None else np.add.reduceat(values, starts)
    customer = keys >> bits
    keys &= (1 << bits) - 1
    keys += low
    return Events(customer=customer, step=keys, amount=values, rows=rows)


def _by_order(codes: IntArray, steps: IntArray, amounts: FloatArray | None) -> Events:
    order = np.lexsort((steps, codes))
    customer, step = codes[order], steps[order]
    starts = np.union1d(_changes(customer), _changes(step))
    amount = None if amounts is None else np.add.reduceat(amounts[order], starts)
    return Events(customer=customer[starts], step=step[starts], amount=amount, rows=len(codes))


def _blocks(length: int) -> Iterator[slice]:
    return (slice(start, start + ROW_BLOCK) for start in range(0, length, ROW_BLOCK))


def _changes(values: IntArray) -> IntArray:
    """Return where a new value begins, the first row included."""
    new = np.empty(len(values), dtype=bool)
    new[0] = True
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return np.flatnonzero(new)


def _later(amount: FloatArray, starts: IntArray, scratch: FloatArray) -> FloatArray:
    """Return the sum of all amounts but the first: summed on its own, as a difference would cancel."""
    scratch[:] = amount
    scratch[starts] = 0.0
    return np.asarray(np.add.reduceat(scratch, starts))


def _log_gaps(step: IntArray, starts: IntArray, scratch: FloatArray) -> FloatArray:
    """Return the sum of the logarithms of the steps between events; few gaps differ, so their logarithms are kept."""
    gaps = np.empty_like(step)
    np.subtract(step[1:], step[:-1], out=gaps[1:])
    gaps[starts] = 1
    longest = int(gaps.max())
    if longest < len(gaps):
        np.take(np.log(np.arange(1, longest + 2)), gaps - 1, out=scratch, mode="clip")
    else:
        np.log(gaps, out=scratch)
    return np.asarray(np.add.reduceat(scratch, starts))


KEY_LIMIT = 2**62
"""A key of customer and step stays below this."""


def subtract_refunds(
    events: Events, codes: IntArray, steps: IntArray, amounts: FloatArray | None
) -> tuple[Events, int]:
    """Take each refund off the customer's latest purchase up to then; return how many found none."""
    own, latest, span = _places(events.step, steps, int(events.customer.max()) + 1)
    keys, latest = events.customer * span + own, codes * span + latest
    place = np.searchsorted(keys, latest, side="right") - 1
    found = (place >= 0) & (events.customer[place] == codes)
    lost = int(np.count_nonzero(~found))
    if events.amount is None or amounts is None:
        return events, lost
    back = np.bincount(place[found], weights=np.abs(amounts[found]), minlength=len(events))
    return replace(events, amount=events.amount - back), lost


def _places(own: IntArray, other: IntArray, customers: int) -> tuple[IntArray, IntArray, int]:
    """Return steps as small numbers in the same order, so that customer and step fit one key: ranks where they must."""
    low = min(int(own.min()), int(other.min()))
    span = max(int(own.max()), int(other.max())) - low + 1
    if customers * span < KEY_LIMIT:
        return own - low, other - low, span
    known = np.sort(own)
    return np.searchsorted(known, own), np.searchsorted(known, other, side="right") - 1, len(known)
