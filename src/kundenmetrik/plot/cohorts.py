"""The cohort triangle as a heat map."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.plot.canvas import LETTER_WIDTH, Axes, axes, axis_label, first_upper, inches_wide, literal
from kundenmetrik.retention import CohortTable
from kundenmetrik.words.language import Language, LanguageCode
from kundenmetrik.words.language import language as language_of

CELL_WIDTH, CELL_HEIGHT = 0.78, 0.46
"""The size of a cell on a new figure, in inches."""
LEAST_WIDTH = 2.4
"""The width of all cells of a new figure, in inches, at least: so wide is what stands below them."""
LINE_HEIGHT = 0.2
"""The height of a line below the cells, in inches."""
BLUES = ("#E1ECF7", "#C6DCF0", "#9CC5E6", "#3F87C1", "#08427E")
GAMMA = 0.6
"""Below 1 it tells small shares better apart: after the first age most shares are small."""
WHITE_TEXT_FROM = 0.68
"""From this share on the cell is dark and its letters are white."""
MIN_CELL = (0.5, 0.32)
"""A cell smaller than this, in inches, is not written on; twice the letters need about so much."""


def cohorts(table: CohortTable, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw retention by cohort and age as a heat map, each cell with its share and interval.

    What cannot be observed yet stays white and empty.

    Parameters
    ----------
    table : CohortTable
        What ``km.retention.cohorts(...)`` returned, of one segment.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    language : {"en", "de"}
        The language of words and numbers.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; its ``figure`` can be saved or shown.

    Raises
    ------
    InvalidArgument
        If the table has several segments.

    Examples
    --------
    >>> import kundenmetrik as km, pandas as pd
    >>> days = pd.to_datetime(["2025-01-10", "2025-02-10", "2025-02-20"])
    >>> log = {"customer_id": [1, 1, 2], "date": days}
    >>> table = km.retention.cohorts(log, period="month", date="date", kinds=None, observed_until="2025-02-28")
    >>> ax = km.plot.cohorts(table)
    >>> [text.get_text().split()[0] for text in ax.texts]
    ['100', '100', '100']
    """
    from kundenmetrik.retention import CohortTable

    words = language_of(language)
    if not isinstance(table, CohortTable):
        raise InvalidType("table", "be what km.retention.cohorts(...) returns", table)
    if len(table.groups) != 1:
        raise InvalidArgument("table", "have one segment; take table.total() or measure one", table.groups.keys)
    rate, (low, high) = table.rate[0], (limit[0] for limit in table.interval())
    age = first_upper(f"{words.word('plot.age')} ({words.word(f'unit.{table.period}s')})")
    cells = axis_label(words, words.word("plot.in_the_cells"), "", table.confidence)
    room = max(CELL_WIDTH * rate.shape[1], LEAST_WIDTH) if ax is None else inches_wide(axes(ax))
    below = fill(cells, max(int(room / LETTER_WIDTH), 16))
    height = LINE_HEIGHT * below.count("\n") + 1.0 + CELL_HEIGHT * rate.shape[0]
    canvas = axes(ax, width=1.9 + room, height=height)
    _draw_heat_map(canvas, rate)
    _draw_cell_borders(canvas, rate.shape)
    _write_cells(canvas, rate, low, high, words)
    sizes = zip(table.cohorts, table.size[0], strict=True)
    names = [f"{cohort}  n {words.number(size, 0)}" for cohort, size in sizes]
    canvas.set_yticks(range(len(names)), [literal(name) for name in names])
    canvas.set_xticks(range(rate.shape[1]), [_age_label(table, place) for place in range(rate.shape[1])])
    canvas.set_xlabel(f"{literal(age)}\n{below}")
    canvas.set_ylabel(first_upper(words.word("plot.cohort")))
    return canvas


def _draw_heat_map(ax: Axes, rate: FloatArray) -> None:
    """Colour the cells: even no retention is a colour, so that white is only what cannot be seen."""
    from matplotlib.colors import LinearSegmentedColormap, PowerNorm

    colours = LinearSegmentedColormap.from_list("cohorts", BLUES)
    norm = PowerNorm(GAMMA, vmin=0.0, vmax=1.0)
    ax.imshow(np.ma.masked_invalid(rate), cmap=colours, norm=norm, aspect="auto", interpolation="none")


def _age_label(table: CohortTable, place: int) -> str:
    first, end = int(table.edges[place]), int(table.edges[place + 1])
    return str(first) if end - first == 1 or table.counting != "bracket" else f"{first}–{end - 1}"


def _draw_cell_borders(ax: Axes, shape: tuple[int, ...]) -> None:
    """Part the cells by white lines, without a frame."""
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.hlines(np.arange(shape[0] + 1) - 0.5, -0.5, shape[1] - 0.5, color="white", linewidth=2)
    ax.vlines(np.arange(shape[1] + 1) - 0.5, -0.5, shape[0] - 0.5, color="white", linewidth=2)


def _write_cells(ax: Axes, rate: FloatArray, low: FloatArray, high: FloatArray, words: Language) -> None:
    """Write share and interval in each cell, where the cells have room for it."""
    extent: Any = ax.get_window_extent()
    cell = np.array([extent.width / rate.shape[1], extent.height / rate.shape[0]]) / ax.figure.dpi
    if (cell < MIN_CELL).any():
        return
    for row, column in np.argwhere(np.isfinite(rate)):
        at = row, column
        interval = f"{words.number(100 * low[at], 0)}–{words.number(100 * high[at], 0)}"
        ax.text(
            column,
            row,
            f"{words.percent(rate[at], 0)}\n{interval}",
            ha="center",
            va="center",
            fontsize=8,
            linespacing=1.15,
            color="white" if rate[at] > WHITE_TEXT_FROM else "black",
        )
