"""Rows of a figure: a name, a point with its interval, and what is written beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kundenmetrik.plot.canvas import Axes, literal, makes_room, rows_on
from kundenmetrik.plot.colours import INK, MUTED
from kundenmetrik.words.language import Language
from kundenmetrik.words.notes import label_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One estimate of a forest plot."""

    name: str
    value: float
    low: float
    high: float
    beside: str
    colour: str


def height_of(names: Sequence[str]) -> float:
    """Return how high a figure of these rows is, in inches."""
    return 1.1 + sum(0.34 + 0.16 * (len(name) // 32) for name in names)


def draw_rows(ax: Axes, rows: Sequence[Row]) -> None:
    """Draw point and interval of every row; what is written beside it only where the figure makes room."""
    rows_on(ax, [row.name for row in rows])
    for place, row in enumerate(rows):
        if np.isfinite(row.value):
            ends = [limit if np.isfinite(limit) else row.value for limit in (row.low, row.high)]
            ax.plot(ends, [place, place], color=row.colour, linewidth=2.2, solid_capstyle="butt")
            ax.plot(row.value, place, "o", color=row.colour, markersize=6.5, markeredgecolor="white")
        if makes_room(ax):
            ax.text(
                1.02,
                place,
                literal(row.beside),
                transform=ax.get_yaxis_transform(),
                va="center",
                color=INK if np.isfinite(row.value) else MUTED,
            )
    _open_ends(ax, rows)


def _open_ends(ax: Axes, rows: Sequence[Row]) -> None:
    """Lead intervals that never end to the edge of the Axes, with an arrow."""
    left, right = ax.get_xlim()
    for place, row in enumerate(rows):
        for limit, edge, head in ((row.low, left, "<"), (row.high, right, ">")):
            if np.isinf(limit) and np.isfinite(row.value):
                ax.plot([row.value, edge], [place, place], color=row.colour, linewidth=2.2, zorder=1)
                ax.plot(edge, place, head, color=row.colour, markersize=7, clip_on=False)
    ax.set_xlim(left, right)


def reasons(codes: Iterable[str], words: Language) -> str:
    """Return in two or three words why a number is undefined."""
    said = [label for code in codes if (label := label_of(code, words.code))]
    return ", ".join(said) or words.word("undefined")
