"""The control chart of complaints."""

from __future__ import annotations

from textwrap import fill

import numpy as np

from kundenmetrik.errors import InvalidType
from kundenmetrik.monitoring.control_chart import ControlChart
from kundenmetrik.plot.canvas import Axes, axes, axis_label, first_upper, legend, literal, numbers_on, periods_on
from kundenmetrik.plot.colours import BAD, MUTED, SERIES, TINT
from kundenmetrik.words.language import Language, LanguageCode
from kundenmetrik.words.language import language as language_of


def control_chart(chart: ControlChart, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw the complaint rate period by period between the limits of chance; what signals stands out.

    Parameters
    ----------
    chart : ControlChart
        What ``km.monitoring.control_chart(...)`` returned.
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
    Where the complaints scatter more than Poisson counts, a remark below says that the limits of a u chart are
    too narrow.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> ax = km.plot.control_chart(km.monitoring.control_chart([3, 4, 2, 14], [900, 1000, 950, 1100]))
    >>> ax.get_ylabel()
    'TGW (per 1,000 sales)'
    """
    from kundenmetrik.monitoring.control_chart import ControlChart

    words = language_of(language)
    if not isinstance(chart, ControlChart):
        raise InvalidType("chart", "be what km.monitoring.control_chart(...) returns", chart)
    canvas, x = axes(ax), np.arange(len(chart.tgw))
    edges = np.append(x - 0.5, x[-1] + 0.5)
    lower, upper = (np.append(limit, limit[-1]) for limit in (chart.lower, chart.upper))
    band = canvas.fill_between(edges, lower, upper, step="post", color=MUTED, alpha=TINT, linewidth=0)
    centre = canvas.axhline(chart.centre, color=MUTED, linewidth=1.2, linestyle="--")
    (line,) = canvas.plot(x, chart.tgw, color=SERIES[0], marker="o", markersize=5, linewidth=1.6)
    signal = chart.signal
    (outside,) = canvas.plot(x[signal], chart.tgw[signal], "D", color=BAD, markersize=8, markeredgecolor="white")
    shown = {"plot.rate": line, "plot.centre": centre, "plot.limits": band, "plot.signal": outside}
    keys = [key for key in shown if key != "plot.signal" or signal.any()]
    legend(canvas, [shown[key] for key in keys], [_series_label(key, chart, words) for key in keys])
    numbers_on(canvas.yaxis, words)
    periods_on(canvas, [str(label) for label in chart.period])
    canvas.set_ylabel(axis_label(words, words.word("metric.tgw"), f"per {chart.per:,.10g} sales"))
    remark = words.word("plot.overdispersed", dispersion=words.number(chart.dispersion))
    below = f"\n{fill(remark, 64)}" if "overdispersed" in chart.notes else ""
    canvas.set_xlabel(literal(first_upper(words.word("column.period")) + below))
    return canvas


def _series_label(key: str, chart: ControlChart, words: Language) -> str:
    name = first_upper(words.word(key))
    return f"{name} {words.number(chart.centre, 2)}" if key == "plot.centre" else name
