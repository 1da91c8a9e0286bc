"""Estimates one below the other with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.plot.canvas import Axes, axes, axis_label, numbers_on
from kundenmetrik.plot.colours import SERIES
from kundenmetrik.plot.rows import Row, draw_rows, height_of, reasons
from kundenmetrik.words.language import Language, LanguageCode
from kundenmetrik.words.language import language as language_of
from kundenmetrik.words.number_format import SHARE_UNITS, amount, bracket

NamedEstimates = list[tuple[str, Estimate]]


def forest(
    estimates: EstimateTable | Estimate | Mapping[str, Estimate] | Iterable[Estimate],
    *,
    ax: Axes | None = None,
    language: LanguageCode = "en",
) -> Axes:
    """Draw estimates one below the other, each with its interval, its numbers beside it.

    Parameters
    ----------
    estimates : EstimateTable, Estimate, mapping of str to Estimate, or iterable of Estimate
        Of one metric; a mapping's keys are the names of the rows.
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
        If the estimates have different units or confidences.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> ax = km.plot.forest({"Shop": km.nps([10, 9, 3]), "App": km.nps([8, 9, 10])})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Shop', 'App']
    """
    words = language_of(language)
    named = _name_rows(estimates, words)
    _check_comparable(named)
    rows = [_row(name, estimate, words) for name, estimate in named]
    canvas = axes(ax, height=height_of([row.name for row in rows]))
    draw_rows(canvas, rows)
    one = named[0][1]
    numbers_on(canvas.xaxis, words, percent=one.unit in SHARE_UNITS)
    canvas.set_xlabel(axis_label(words, words.word(f"metric.{one.metric}"), one.unit, one.confidence))
    return canvas


def _name_rows(estimates: Any, words: Language) -> NamedEstimates:
    if isinstance(estimates, EstimateTable):
        return list(zip(_labels(estimates, words), estimates, strict=True))
    if isinstance(estimates, Mapping):
        return [(words.key(name), estimate) for name, estimate in estimates.items()]
    several = [estimates] if isinstance(estimates, Estimate) else estimates
    return [(words.word(f"metric.{estimate.metric}"), estimate) for estimate in several]


def _labels(table: EstimateTable, words: Language) -> list[str]:
    names = [words.group(key) for key in table.groups.keys]
    metrics = [words.word(f"metric.{metric.label}") for metric in table.metrics]
    return [f"{metric}, {name}" if len(metrics) > 1 else name for metric in metrics for name in names]


def _check_comparable(named: NamedEstimates) -> None:
    for _, estimate in named:
        if not isinstance(estimate, Estimate):
            raise InvalidType("estimates", "be estimates", estimate)
    kinds = list(dict.fromkeys((estimate.unit, estimate.confidence) for _, estimate in named))
    if len(kinds) != 1:
        raise InvalidArgument("estimates", "be at least one, all of one unit and one confidence", kinds)


def _row(name: str, estimate: Estimate, words: Language) -> Row:
    value, unit = estimate.value, estimate.unit
    known = f"{amount(value, unit, words)} {bracket(estimate.low, estimate.high, unit, words)}"
    beside = f"{known}  n {words.number(estimate.n, 0)}" if np.isfinite(value) else reasons(estimate.notes, words)
    return Row(name=name, value=value, low=estimate.low, high=estimate.high, beside=beside, colour=SERIES[0])
