"""The charts of a scorecard as SVG: one for each table that has one."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html import escape
from typing import Any

from kundenmetrik.core.results.groups import PERIOD
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.kano.table import KanoTable
from kundenmetrik.words.language import LanguageCode

MAX_GROUPS = 8
"""More lines than these cannot be told apart; their table is read as a table."""


def draw_charts(tables: Mapping[str, Any], titles: Mapping[str, str], language: LanguageCode) -> dict[str, str]:
    """Return the chart of each table that is titled: lines over periods, else estimates one below the other."""
    from kundenmetrik import plot  # needs matplotlib

    charts = {}
    for name, title in titles.items():
        table = tables[name]
        if isinstance(table, KanoTable):
            charts[name] = _svg(plot.kano(table, language=language), title, name)
        elif isinstance(table, EstimateTable) and PERIOD not in table.groups.names:
            charts[name] = _svg(plot.forest(table, language=language), title, name)
        elif isinstance(table, EstimateTable) and _groups(table) <= MAX_GROUPS:
            charts[name] = _svg(plot.trend(table, language=language), title, name)
    return charts


def _groups(table: EstimateTable) -> int:
    axis = table.groups.names.index(PERIOD)
    return len({key[:axis] + key[axis + 1 :] for key in table.groups.keys})


def _svg(ax: Any, title: str, name: str) -> str:
    """Return a chart as the text of an SVG with its title; the same chart has the same text."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()  # into memory: only the command writes files
    with rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        canvas: Any = FigureCanvasSVG(ax.figure)
        canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    drawing = text[text.index("<svg") :]
    return drawing.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
