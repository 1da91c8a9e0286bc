"""The answers behind a survey metric, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.metric import EstimateSource
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.plot.canvas import Axes, axes, axis_label, first_upper, legend, literal, numbers_on
from kundenmetrik.plot.colours import BAD, GOOD, INK, MIDDLE, SERIES, TINT
from kundenmetrik.words.language import Language, LanguageCode
from kundenmetrik.words.language import language as language_of
from kundenmetrik.words.number_format import with_interval

CLASS_COLOURS: dict[int, tuple[str, ...]] = {2: (MIDDLE, GOOD), 3: (BAD, MIDDLE, GOOD)}
"""From the worst class of answers to the best."""


def histogram(estimate: Estimate, *, ax: Axes | None = None, language: LanguageCode = "en") -> Axes:
    """Draw how many answers fell on each step, coloured by what they are worth; above, what they come to.

    Parameters
    ----------
    estimate : Estimate
        Of a survey metric, such as ``km.nps(...)``.
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
        If the estimate does not rest on the answers to a question, or nobody answered.

    Notes
    -----
    A mean is drawn on the scale too, as a line with its interval.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> ax = km.plot.histogram(km.nps([10, 9, 8, 3]))
    >>> [text.get_text().split(":")[0] for text in ax.get_legend().get_texts()]
    ['Promoters', 'Passives', 'Detractors']
    """
    words = language_of(language)
    metric = _metric(estimate)
    tally = np.asarray(estimate.counts.table[0], dtype=np.float64)
    if not tally.sum() > 0:
        raise InvalidArgument("estimate", "rest on answers; nobody answered")
    steps, worth, shares = np.array(metric.cells), np.array(metric._cell_values), tally / tally.sum()
    canvas = axes(ax, width=8.4)
    classes = np.unique(worth)
    if len(classes) in CLASS_COLOURS:
        _draw_classes(canvas, steps, worth, shares, estimate, words)
    else:
        canvas.bar(steps, shares, color=MIDDLE, width=0.86)
        canvas.axvspan(estimate.low, estimate.high, color=SERIES[0], alpha=2 * TINT, linewidth=0)
        canvas.axvline(estimate.value, color=SERIES[0], linewidth=2.0)
    canvas.set_xticks(steps if len(steps) <= 21 else steps[:: len(steps) // 10])
    canvas.tick_params(axis="x", length=0)
    canvas.set_xlabel(first_upper(words.word("plot.answer")))
    numbers_on(canvas.yaxis, words, percent=True)
    canvas.set_ylabel(axis_label(words, words.word("plot.answers"), "share"))
    canvas.set_title(
        literal(f"{words.word(f'metric.{estimate.metric}')}  {with_interval(estimate, words)}"),
        loc="left",
        color=INK,
        fontsize="large",
    )
    return canvas


def _metric(estimate: Any) -> Any:
    if not isinstance(estimate, Estimate):
        raise InvalidType("estimate", "be an Estimate such as km.nps(...) returns", estimate)
    if not isinstance(estimate._ask, EstimateSource) or not isinstance(estimate._ask.metric, ScoreMetric):
        raise InvalidArgument("estimate", "rest on the answers to a question", estimate.metric)
    return estimate._ask.metric


def _draw_classes(
    ax: Axes, steps: Any, worth: FloatArray, shares: FloatArray, estimate: Estimate, words: Language
) -> None:
    """Draw the bars of each class of answers in its colour, the best class first in the legend."""
    classes = np.unique(worth)
    colours = CLASS_COLOURS[len(classes)]
    bars: list[Any] = []
    names: list[str] = []
    for value, colour in reversed(list(zip(classes, colours, strict=True))):
        here = worth == value
        bars.append(ax.bar(steps[here], shares[here], color=colour, width=0.86))
        share = shares[here].sum()
        names.append(f"{_class_label(estimate, share, len(names), len(classes), words)}: {words.percent(share)}")
    legend(ax, bars, names)


def _class_label(estimate: Estimate, share: float, place: int, classes: int, words: Language) -> str:
    """Return the name of a class: the metric's own where it names its parts, best first."""
    own = list(estimate.parts)
    names = own if len(own) == classes else ["top", "others"] if classes == 2 else ["top", "middle", "bottom"]
    return first_upper(words.word(f"plot.{names[place]}"))
