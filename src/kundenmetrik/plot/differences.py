"""Differences from a baseline one below the other with their intervals, what is clear in colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kundenmetrik.core.results.difference_table import DifferenceTable
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.plot.canvas import Axes, axes, axis_label, legend, makes_room, numbers_on
from kundenmetrik.plot.colours import BAD, GOOD, INK, MUTED, SERIES
from kundenmetrik.plot.rows import Row, draw_rows, height_of, reasons
from kundenmetrik.words.language import Language, LanguageCode
from kundenmetrik.words.language import language as language_of
from kundenmetrik.words.number_format import SHARE_UNITS, amount, bracket


def differences(table: DifferenceTable, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw differences from a baseline one below the other, those that are clear in colour.

    A difference is clear when its adjusted p-value is below 1 minus the confidence.

    Parameters
    ----------
    table : DifferenceTable
        What ``table.compare(...)`` returned, of one metric.
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
        If the table has several metrics.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> frame = {"shop": ["A"] * 30 + ["B"] * 30, "nps": [10] * 30 + [3] * 30}
    >>> table = km.measure(frame, km.NPS("nps"), by="shop")
    >>> ax = km.plot.differences(table.compare(baseline="B"))
    >>> ax.get_xlabel().splitlines()[1]
    "p-values adjusted by Holm's method"
    """
    words = language_of(language)
    if not isinstance(table, DifferenceTable):
        raise InvalidType("table", "be a DifferenceTable: take table.compare(...)", table)
    if len(table.metrics) != 1 or not len(table):
        raise InvalidArgument("table", "compare groups of one metric; take table.metric(name).compare(...)")
    lines = table.to_frame().to_dict("records")
    common = table.baselines[0] if len(set(table.baselines)) == 1 else None
    verdicts = [_verdict(line, table, words) for line in lines]
    rows = [
        _difference_row(key, line, verdict, common, words)
        for key, line, verdict in zip(table.groups.keys, lines, verdicts, strict=True)
    ]
    canvas = axes(ax, width=10.4, height=height_of([row.name for row in rows]))
    draw_rows(canvas, rows)
    canvas.axvline(0.0, color=INK, linewidth=1.0, zorder=1)
    unit = table.metrics[0].unit_name
    numbers_on(canvas.xaxis, words, percent=unit in SHARE_UNITS, signed=True)
    canvas.set_xlabel(_difference_label(table, common, words))
    if not makes_room(canvas):
        _verdict_legend(canvas, dict(verdicts))
    return canvas


def _verdict_legend(ax: Axes, colours: Mapping[str, str]) -> None:
    """Say what the colours mean where there is no room to write it beside the rows."""
    from matplotlib.lines import Line2D

    legend(ax, [Line2D([], [], color=colour, marker="o") for colour in colours.values()], list(colours))


def _verdict(line: Any, table: DifferenceTable, words: Language) -> tuple[str, str]:
    """Return the finding and its colour."""
    if not line["clear"]:
        return words.word("verdict.unclear"), MUTED
    better = table.metrics[0].better_when_high
    if better is None:
        return words.word("verdict.changed"), SERIES[3]
    good = (line["difference"] > 0) == better
    return words.word("verdict.better" if good else "verdict.worse"), GOOD if good else BAD


def _difference_row(key: Any, line: Any, verdict: tuple[str, str], common: str | None, words: Language) -> Row:
    name = words.group(key)
    name = name if common is not None else words.word("plot.against", what=name, baseline=line["baseline"])
    value, unit = line["difference"], line["unit"]
    limits = bracket(line["low"], line["high"], unit, words, signed=True)
    p = words.p_value(line["p_adjusted"]) if np.isfinite(value) else ""
    beside = f"{amount(value, unit, words, signed=True)} {limits}  p {p}  {verdict[0]}"
    return Row(
        name=name,
        value=value,
        low=line["low"],
        high=line["high"],
        beside=beside if np.isfinite(value) else reasons(line["notes"].split(", "), words),
        colour=verdict[1],
    )


def _difference_label(table: DifferenceTable, common: str | None, words: Language) -> str:
    metric = words.word(f"metric.{table.metrics[0].label}")
    baseline = words.word("plot.rest") if common == "rest" else common
    name = (
        words.word("plot.difference", metric=metric, baseline=baseline)
        if common
        else words.word("plot.change", metric=metric)
    )
    label = axis_label(words, name, table.metrics[0].unit_name, table.confidence)
    return f"{label}\n{words.word(f'plot.adjusted_{table.adjust}')}"
