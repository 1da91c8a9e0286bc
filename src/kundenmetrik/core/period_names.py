"""Calendar periods by their ISO names: which one follows which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.errors import InvalidArgument

NAME = re.compile(r"(\d{4})(?:/\d\d)?(?:-(?:Q([1-4])|W(\d\d)|(0[1-9]|1[0-2])(?:-(\d\d))?))?", re.ASCII)
"""2026, 2026-Q1, 2026-W09, 2026-03 or 2026-03-01; a fiscal year is 2025/26, its quarters 2025/26-Q1."""
FISCAL = "fiscal "
"""How the kind of a period of a fiscal year begins."""
PER_YEAR = {"year": 1, "quarter": 4, "month": 12}
"""Periods of which each year has as many."""


def period_numbers(names: Sequence[object]) -> IntArray:
    """Return the number of each period, one more than that of the period before it; all are of one kind."""
    numbers = {name: _kind_and_number(name) for name in names}
    kinds = {kind: name for name, (kind, _) in numbers.items()}
    if len(kinds) > 1:
        raise InvalidArgument("period", "hold periods of one kind", list(kinds.values()))
    return np.fromiter((numbers[name][1] for name in names), dtype=np.int64, count=len(names))


def numbers_a_year_before(names: Sequence[object]) -> IntArray:
    """Return the number of the period of the same name a year before; 0, which no period has, where there is none.

    A week is that of the same ISO number: a week 53 has one only after a year that has it, too, as 29 February.
    """
    return np.array([_number_a_year_before(str(name)) for name in names], dtype=np.int64)


def _number_a_year_before(name: str) -> int:
    kind, number = _kind_and_number(name)
    if size := PER_YEAR.get(kind.removeprefix(FISCAL)):
        return number - size
    try:
        return _kind_and_number(f"{int(name[:4]) - 1:04d}{name[4:]}")[1]
    except InvalidArgument:
        return 0


def _kind_and_number(name: object) -> tuple[str, int]:
    match = NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise InvalidArgument("period", "hold ISO names such as 2026-03", name)
    parts: list[Any] = [None if part is None else int(part) for part in match.groups()]
    year, quarter, week, month, day = parts
    try:
        if week is not None:
            return "week", date.fromisocalendar(year, week, 1).toordinal() // 7
        if day is not None:
            return "day", date(year, month, day).toordinal()
    except ValueError:
        raise InvalidArgument("period", "hold ISO names such as 2026-03", name) from None
    fiscal = FISCAL * ("/" in str(name))
    if quarter is not None:
        return f"{fiscal}quarter", 4 * year + quarter
    return (f"{fiscal}year", year) if month is None else ("month", 12 * year + month)
