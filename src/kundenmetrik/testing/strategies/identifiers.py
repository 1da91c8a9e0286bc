"""Identifiers of a table: texts of one style, or whole numbers of one size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kundenmetrik.core.checks import check_choice, check_items

IdStyle = Callable[[str, int], Any]
"""The identifier of a letter for the table and a number for the row."""

STYLES: dict[str, tuple[IdStyle, ...]] = {
    "text": (
        lambda letter, number: f"{letter}{number}",
        lambda _, number: f"{number:05d}",
        lambda letter, number: f"{letter}-Ö {number}",
    ),
    "whole": (lambda _, number: number, lambda _, number: number + 2**53, lambda _, number: -number),
}
"""By kind: plain ones first, then such as programs damage: leading zeros, letters beyond ASCII, beyond 2**53."""


def id_styles(ids: str | Sequence[str]) -> tuple[IdStyle, ...]:
    """Return the styles of one kind of identifiers, or of several."""
    kinds = (ids,) if isinstance(ids, str) else check_items(ids, "ids", "be a kind of ids or several")
    for kind in kinds:
        check_choice(kind, "ids", STYLES)
    return tuple(style for kind in kinds for style in STYLES[kind])
