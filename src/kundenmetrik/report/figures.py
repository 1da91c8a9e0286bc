"""How each metric's value, interval and change are written."""

from __future__ import annotations

from kundenmetrik.core.estimate import Estimate
from kundenmetrik.report.language import Language

__all__ = ["amount", "bracket", "with_interval"]

DIGITS = {"scale points": 2}
"""Decimal places by unit; one place elsewhere."""
SHARES = ("share",)


def amount(value: float, unit: str, words: Language, *, signed: bool = False) -> str:
    """Return a value in its unit, without the unit's name; a share as a percentage."""
    factor = 100.0 if unit in SHARES else 1.0
    return words.number(factor * value, DIGITS.get(unit, 1), signed=signed)


def bracket(low: float, high: float, unit: str, words: Language, *, signed: bool = False) -> str:
    """Return an interval in brackets."""
    return f"[{amount(low, unit, words, signed=signed)}; {amount(high, unit, words, signed=signed)}]"


def with_interval(estimate: Estimate, words: Language) -> str:
    """Return value, interval and base of an estimate in one cell."""
    if estimate.value != estimate.value:
        return words.word("undefined")
    value, interval = (
        amount(estimate.value, estimate.unit, words),
        bracket(estimate.low, estimate.high, estimate.unit, words),
    )
    return f"{value} {interval} n {words.number(estimate.n, 0)}"
