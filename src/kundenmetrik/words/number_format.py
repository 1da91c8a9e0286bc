"""How each metric's value, interval and change are written."""

from __future__ import annotations

from typing import Protocol

from kundenmetrik.words.language import Language

DIGITS = {"scale points": 2}
"""Decimal places by unit; one place elsewhere."""
SHARE_UNITS = ("share",)
MAX_DECIMAL_PLACES = 6
"""The most decimal places of a confidence level."""


class _Interval(Protocol):
    """A value with its limits and its base, such as an estimate."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def n(self) -> float: ...
    @property
    def unit(self) -> str: ...


def amount(value: float, unit: str, words: Language, *, signed: bool = False) -> str:
    """Return a value in its unit, without the unit's name; a share as a percentage."""
    factor = 100.0 if unit in SHARE_UNITS else 1.0
    return words.number(factor * value, DIGITS.get(unit, 1), signed=signed)


def bracket(low: float, high: float, unit: str, words: Language, *, signed: bool = False) -> str:
    """Return an interval in brackets; a dash where both limits are undefined."""
    if low != low and high != high:
        return words.word("undefined")
    return f"[{amount(low, unit, words, signed=signed)}; {amount(high, unit, words, signed=signed)}]"


def level(share: float, words: Language) -> str:
    """Return a level such as 95 % or 0.1 % with all the decimal places that it has."""
    percent = 100 * float(share)
    exact = (places for places in range(MAX_DECIMAL_PLACES) if abs(round(percent, places) - percent) < 1e-9)
    return words.percent(share, next(exact, MAX_DECIMAL_PLACES))


def with_interval(estimate: _Interval, words: Language) -> str:
    """Return value, interval and base of an estimate in one cell."""
    if estimate.value != estimate.value:
        return words.word("undefined")
    value, interval = (
        amount(estimate.value, estimate.unit, words),
        bracket(estimate.low, estimate.high, estimate.unit, words),
    )
    return f"{value} {interval} n {words.number(estimate.n, 0)}"
