"""The Kano features on the plane of satisfaction gained and lost."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.errors import InvalidType
from kundenmetrik.kano.table import KanoTable
from kundenmetrik.plot.canvas import Axes, axes, axis_label, first_upper, legend, literal, numbers_on
from kundenmetrik.plot.colours import GRID, MUTED, SERIES
from kundenmetrik.plot.labels import name_points
from kundenmetrik.words.language import Language, LanguageCode
from kundenmetrik.words.language import language as language_of

LETTERS = {
    "M": (SERIES[1], "s"),
    "O": (SERIES[2], "o"),
    "A": (SERIES[0], "^"),
    "I": ("#7A858E", "D"),
    "R": (SERIES[3], "v"),
    "Q": ("#000000", "X"),
}
"""Colour and shape of each category, so that neither alone carries the meaning."""
QUADRANTS = {"A": (-0.02, 0.98), "O": (-0.98, 0.98), "I": (-0.02, 0.02), "M": (-0.98, 0.02)}
"""Where the name of each quadrant is written."""
LIMITS = ("better_low", "better_high", "worse_low", "worse_high")


def kano(table: KanoTable, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw each feature by how much its presence satisfies and its absence dissatisfies, with both intervals.

    Parameters
    ----------
    table : KanoTable
        What ``km.kano.classify(...)`` or ``km.kano.from_counts(...)`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    language : {"en", "de"}
        The language of words and numbers.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; its ``figure`` can be saved or shown.

    Notes
    -----
    Colour and shape tell the category, the most frequent answer; the place tells the coefficients. The two rules
    may disagree: an indifferent feature can lie in the quadrant of the attractive. A feature without an answer
    A, O, M or I has no coefficients; a remark names it.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> wifi = {"Free WiFi": {"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}}
    >>> ax = km.plot.kano(km.kano.from_counts(wifi))
    >>> ax.get_legend().get_texts()[0].get_text()
    'Indifferent'
    """
    from kundenmetrik.kano.table import KanoTable

    words = language_of(language)
    if not isinstance(table, KanoTable):
        raise InvalidType("table", "be what km.kano.classify(...) returns", table)
    frame = table.to_frame()
    names = [", ".join(map(words.key, key)) for key in table.counts.groups.keys]
    placed = np.isfinite(frame["better"].to_numpy(np.float64))
    canvas = axes(ax, width=9.4, height=6.4)
    _draw_quadrants(canvas, words)
    drawn = frame[placed]
    handles = _draw_points(canvas, drawn)
    legend(canvas, list(handles.values()), [first_upper(words.word(f"kano.{letter}")) for letter in handles])
    numbers_on(canvas.xaxis, words)
    numbers_on(canvas.yaxis, words)
    canvas.grid(False)
    canvas.set_ylabel(axis_label(words, words.word("plot.better"), "", table.confidence))
    lost = [name for name, there in zip(names, placed, strict=True) if not there]
    remark = "\n" + literal(fill(words.word("plot.not_placed", names="; ".join(lost)), 72)) if lost else ""
    canvas.set_xlabel(axis_label(words, words.word("plot.worse"), "", table.confidence) + remark)
    name_points(
        canvas,
        *_coordinates(drawn),
        [name for name, there in zip(names, placed, strict=True) if there],
        _interval_boxes(drawn),
    )
    return canvas


def _draw_quadrants(ax: Axes, words: Language) -> None:
    """Draw the four quadrants and their names."""
    ax.set(xlim=(0.0, -1.0), ylim=(0.0, 1.0))
    ax.axhline(0.5, color=GRID, linewidth=1.2, zorder=0)
    ax.axvline(-0.5, color=GRID, linewidth=1.2, zorder=0)
    for letter, (x, y) in QUADRANTS.items():
        sides: Any = {"ha": "left" if x > -0.5 else "right", "va": "top" if y > 0.5 else "bottom"}
        ax.text(
            x,
            y,
            first_upper(words.word(f"plot.quadrant_{letter}")),
            color=MUTED,
            fontstyle="italic",
            alpha=0.8,
            **sides,
        )


def _draw_points(ax: Axes, frame: pd.DataFrame) -> dict[str, Any]:
    """Draw the intervals and, above them, the points of each category."""
    handles: dict[str, Any] = {}
    for letter, (colour, marker) in LETTERS.items():
        part = frame[frame["category"] == letter]
        if len(part):
            x, y = _coordinates(part)
            ax.hlines(y, part["worse_low"], part["worse_high"], color=colour, linewidth=1.2, alpha=0.55)
            ax.vlines(x, part["better_low"], part["better_high"], color=colour, linewidth=1.2, alpha=0.55)
            (handles[letter],) = ax.plot(
                x, y, marker, color=colour, markersize=8.5, markeredgecolor="white", zorder=3, clip_on=False
            )
    return handles


def _coordinates(frame: pd.DataFrame) -> tuple[Any, Any]:
    return frame["worse"].to_numpy(np.float64), frame["better"].to_numpy(np.float64)


def _interval_boxes(frame: pd.DataFrame) -> Any:
    """Return each interval as a thin box: left, bottom, right, top."""
    x, y = _coordinates(frame)
    better_low, better_high, worse_low, worse_high = (frame[name].to_numpy(np.float64) for name in LIMITS)
    return np.concatenate(
        [np.column_stack([worse_low, y, worse_high, y]), np.column_stack([x, better_low, x, better_high])]
    )
