"""Calendar periods by their ISO names: which one follows which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.errors import InvalidArgument

NAME = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d\d)|(0[1-9]|1[0-2])(?:-(\d\d))?))?", re.ASCII)
"""2026, 2026-Q1, 2026-W09, 2026-03 or 2026-03-01."""


def period_numbers(names: Sequence[object]) -> IntArray:
    """Return the number of each period, one more than that of the period before it; all are of one kind."""
    found = {name: NAME.fullmatch(name) if isinstance(name, str) else None for name in names}
    strange = [name for name, match in found.items() if match is None]
    if strange:
        raise InvalidArgument("period", "hold ISO names such as 2026-03", strange[0])
    kinds = {tuple(part is None for part in match.groups()): name for name, match in found.items() if match}
    if len(kinds) > 1:
        raise InvalidArgument("period", "hold periods of one kind", list(kinds.values()))
    numbers = {name: _number(match) for name, match in found.items() if match}
    return np.fromiter((numbers[name] for name in names), dtype=np.int64, count=len(names))


def _number(match: re.Match[str]) -> int:
    year, quarter, week, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        if year is None or (quarter, week, month) == (None, None, None):
            return year or 0
        if week is not None:
            return date.fromisocalendar(year, week, 1).toordinal() // 7
        if day is not None:
            return date(year, month or 0, day).toordinal()
        return 4 * year + quarter if quarter is not None else 12 * year + (month or 0)
    except ValueError:
        raise InvalidArgument("period", "hold ISO names such as 2026-03", match.string) from None
