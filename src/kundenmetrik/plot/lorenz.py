"""How unequally value is spread over customers."""

from __future__ import annotations

import numpy as np

from kundenmetrik.clv.money.concentration import Lorenz
from kundenmetrik.errors import InvalidType
from kundenmetrik.plot.canvas import Axes, axes, axis_label, first_upper, legend, numbers_on
from kundenmetrik.plot.colours import MUTED, SERIES, TINT
from kundenmetrik.words.language import LanguageCode
from kundenmetrik.words.language import language as language_of

TOP_SHARE = 0.2
"""The share of the customers whose share of the value is named, after Pareto's 20 percent."""


def lorenz(curve: Lorenz, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw the share of the value that the poorest customers hold, with its limits; name what the best fifth holds.

    Parameters
    ----------
    curve : Lorenz
        What ``km.clv.lorenz(...)`` returned.
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
    The band holds at each share of the customers, taken alone; one customer has none.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> ax = km.plot.lorenz(km.clv.lorenz([1, 1, 2, 6]))
    >>> ax.get_legend().get_texts()[0].get_text()
    'Lorenz curve'
    """
    from kundenmetrik.clv.money.concentration import Lorenz

    words = language_of(language)
    if not isinstance(curve, Lorenz):
        raise InvalidType("curve", "be what km.clv.lorenz(...) returns", curve)
    canvas = axes(ax, width=7.4, height=4.8)
    (equal,) = canvas.plot([0, 1], [0, 1], color=MUTED, linewidth=1.2, linestyle="--")
    canvas.fill_between(curve.customers, curve.low, curve.high, color=SERIES[0], alpha=TINT, linewidth=0)
    (line,) = canvas.plot(curve.customers, curve.value, color=SERIES[0], linewidth=2.0)
    known = curve.confidence if np.isfinite(curve.low[1:-1]).any() else None
    share = 1.0 - curve.at(1.0 - TOP_SHARE)
    (best,) = canvas.plot([1.0 - TOP_SHARE], [1.0 - share], "o", color=SERIES[1], markersize=7, markeredgecolor="white")
    said = words.word("plot.best", customers=words.percent(TOP_SHARE, 0), value=words.percent(share))
    legend(canvas, [line, equal, best], [*(first_upper(words.word(f"plot.{n}")) for n in ("lorenz", "equal")), said])
    canvas.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    for axis in (canvas.xaxis, canvas.yaxis):
        numbers_on(axis, words, percent=True)
    canvas.set_xlabel(axis_label(words, words.word("plot.customers_poorest"), "share"))
    canvas.set_ylabel(axis_label(words, words.word("plot.value_held"), "share", known))
    return canvas
