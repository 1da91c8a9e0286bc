"""Survival curves of customers."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.statistics.survival import SurvivalTable
from kundenmetrik.errors import InvalidType
from kundenmetrik.plot.canvas import Axes, axes, axis_label, first_upper, legend, literal, numbers_on
from kundenmetrik.plot.colours import SERIES, STYLES, TINT
from kundenmetrik.retention import SurvivalCurve
from kundenmetrik.words.language import LanguageCode
from kundenmetrik.words.language import language as language_of

MAX_CENSORING_TICKS = 60
"""Up to so many ages at which customers left observation are marked on a curve."""


def survival(curve: SurvivalCurve, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw the share of customers still there at each age, one curve a segment, with its pointwise interval.

    Parameters
    ----------
    curve : SurvivalCurve
        What ``km.retention.survival(...)`` returned.
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
    Small upright strokes mark ages at which customers left observation without being lost, where these are few.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> ax = km.plot.survival(km.retention.survival([3, 5, 5, 8], [True, True, False, True], unit="month"))
    >>> ax.get_xlabel()
    'Age (months)'
    """
    from kundenmetrik.retention import SurvivalCurve

    words = language_of(language)
    if not isinstance(curve, SurvivalCurve):
        raise InvalidType("curve", "be what km.retention.survival(...) returns", curve)
    canvas = axes(ax)
    lines = [_draw_curve(canvas, table, curve, place) for place, table in enumerate(curve.tables)]
    numbers_on(canvas.yaxis, words, percent=True)
    numbers_on(canvas.xaxis, words)
    canvas.xaxis.grid(False)
    canvas.set_xlim(left=0.0)
    canvas.set_ylim(0.0, 1.02)
    canvas.set_xlabel(literal(first_upper(f"{words.word('plot.age')} ({words.word(f'unit.{curve.unit}s')})")))
    canvas.set_ylabel(axis_label(words, words.word("metric.survival"), "share", curve.confidence))
    if len(lines) > 1:
        legend(canvas, lines, [", ".join(map(words.key, key)) for key in curve.groups.keys])
    return canvas


def _draw_curve(ax: Axes, table: SurvivalTable, curve: SurvivalCurve, place: int) -> object:
    colour, style = SERIES[place % len(SERIES)], STYLES[place // len(SERIES) % len(STYLES)]
    x = np.concatenate(([0.0], table.time))
    low, high, share = (
        np.concatenate(([1.0], array)) for array in (*table.interval(curve.confidence, curve.method), table.survival)
    )
    ax.fill_between(x, low, high, step="post", color=colour, alpha=TINT, linewidth=0)
    (line,) = ax.step(x, share, where="post", color=colour, linestyle=style, linewidth=1.8)
    left = np.flatnonzero(table.censored)
    if left.size <= MAX_CENSORING_TICKS:
        ax.plot(table.time[left], table.survival[left], "|", color=colour, markersize=8)
    return line
