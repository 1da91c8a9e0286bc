"""A metric over time, one line a group."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.results.groups import PERIOD
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.plot.canvas import Axes, axes, axis_label, first_upper, legend, numbers_on, periods_on
from kundenmetrik.plot.colours import SERIES, STYLES, TINT
from kundenmetrik.words.language import LanguageCode
from kundenmetrik.words.language import language as language_of
from kundenmetrik.words.number_format import SHARE_UNITS

GROUP_OFFSET = 0.5
"""How far the groups of a period stand apart, so that their intervals do not cover each other."""


def trend(table: EstimateTable, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw a metric over its periods, one line a group, each value with its interval.

    The line is broken where a value is undefined or hidden. Answers without a date have no place on the axis.

    Parameters
    ----------
    table : EstimateTable
        One metric by period, and by groups if there are any.
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
        If the table has several metrics or no periods.

    Examples
    --------
    >>> import kundenmetrik as km, pandas as pd
    >>> days = pd.to_datetime(["2025-01-10", "2025-01-20", "2025-02-10"])
    >>> table = km.measure({"day": days, "nps": [10, 3, 9]}, km.NPS("nps"), period="month", date="day")
    >>> ax = km.plot.trend(table)
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['2025-01', '2025-02']
    """
    words = language_of(language)
    _check_table(table)
    frame, axis = table.to_frame(), table.groups.names.index(PERIOD)
    periods = sorted({key[axis] for key in table.groups.keys if key[axis] is not None})
    groups = list(dict.fromkeys(key[:axis] + key[axis + 1 :] for key in table.groups.keys))
    canvas, lines = axes(ax), []
    for place, group in enumerate(groups):
        rows = [table.groups.places([(*group[:axis], period, *group[axis:])])[0] for period in periods]
        numbers = {name: _values_at(frame[name].to_numpy(np.float64), rows) for name in ("value", "low", "high")}
        shift = GROUP_OFFSET * ((place + 0.5) / len(groups) - 0.5)
        lines.append(
            _draw_line(canvas, np.arange(len(periods), dtype=np.float64) + shift, numbers, place, band=len(groups) == 1)
        )
    metric = table.metrics[0]
    numbers_on(canvas.yaxis, words, percent=metric.unit_name in SHARE_UNITS)
    periods_on(canvas, periods)
    canvas.set_xlabel(first_upper(words.word("column.period")))
    canvas.set_ylabel(axis_label(words, words.word(f"metric.{metric.label}"), metric.unit_name, table.confidence))
    named = {", ".join(map(words.key, group)): line for group, line in zip(groups, lines, strict=True)}
    seen = {name: line for name, line in named.items() if np.isfinite(line.get_ydata()).any()}
    if len(groups) > 1 and seen:
        legend(canvas, list(seen.values()), list(seen))
    return canvas


def _check_table(table: Any) -> None:
    if not isinstance(table, EstimateTable):
        raise InvalidType("table", "be an EstimateTable such as km.measure(...) returns", table)
    if len(table.metrics) != 1:
        raise InvalidArgument("table", "have one metric; take table.metric(name)", [m.label for m in table.metrics])
    if PERIOD not in table.groups.names:
        raise InvalidArgument("table", "have periods; measure with period= and date=", table.groups.names)


def _values_at(column: FloatArray, rows: list[Any]) -> FloatArray:
    """Return the values of the rows; NaN where there is no row."""
    return np.array([column[row] if row >= 0 else np.nan for row in rows])


def _draw_line(ax: Axes, x: FloatArray, numbers: dict[str, FloatArray], place: int, *, band: bool) -> Any:
    colour, style = SERIES[place % len(SERIES)], STYLES[place // len(SERIES) % len(STYLES)]
    value, low, high = numbers["value"], numbers["low"], numbers["high"]
    if band:
        ax.fill_between(x, low, high, color=colour, alpha=TINT, linewidth=0)
    isolated = _isolated_points(value) if band else np.isfinite(value)
    ax.vlines(x[isolated], low[isolated], high[isolated], color=colour, linewidth=1.4, alpha=0.55)
    (line,) = ax.plot(x, value, color=colour, linestyle=style, marker="o", markersize=4.5, linewidth=1.6)
    return line


def _isolated_points(value: FloatArray) -> Any:
    """Return where neither neighbour has a value, so that a band would have no width."""
    known = np.concatenate(([False], np.isfinite(value), [False]))
    return known[1:-1] & ~known[:-2] & ~known[2:]
