"""What every figure shares: an Axes to draw on, quiet axes, numbers and words of a language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from math import ceil
from textwrap import fill
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kundenmetrik.errors import InvalidType
from kundenmetrik.plot.colours import GRID, INK, MUTED
from kundenmetrik.words.language import Language
from kundenmetrik.words.number_format import level

if TYPE_CHECKING:
    import matplotlib.axes
    from matplotlib.axis import Axis

Axes: TypeAlias = "matplotlib.axes.Axes"
"""The Axes of matplotlib, which is loaded where something is drawn."""
LETTER_WIDTH = 0.08
"""About how wide a letter of a tick label is, in inches."""
ALLOWED_BLANKS = "\n\N{NO-BREAK SPACE}"
FIGURE_MARGIN = 0.12
"""The margin of a new figure, in inches."""
PER_SALES = re.compile(r"per ([\d,.]+) sales")


def axes(ax: Axes | None, *, width: float = 7.6, height: float = 4.2) -> Axes:
    """Return the Axes to draw on, a new one on a figure of its own unless one is given, with quiet lines."""
    try:
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError('drawing needs matplotlib: pip install "kundenmetrik[plot]"') from None
    if ax is not None and not isinstance(ax, Axes):
        raise InvalidType("ax", "be a matplotlib Axes", ax)
    canvas = Figure(figsize=(width, height), layout="constrained").add_subplot() if ax is None else ax
    if ax is None:
        canvas.figure.get_layout_engine().set(w_pad=FIGURE_MARGIN, h_pad=FIGURE_MARGIN)  # type: ignore[union-attr, call-arg]
    canvas.spines[["top", "right"]].set_visible(False)
    canvas.spines[["left", "bottom"]].set_color(MUTED)
    canvas.tick_params(colors=INK, length=3)
    canvas.set_axisbelow(True)
    return canvas


def numbers_on(axis: Axis, words: Language, *, percent: bool = False, signed: bool = False) -> None:
    """Write an axis's ticks with the language's marks, as few decimal places as they need; draw its grid."""
    axis.set_major_formatter(partial(_tick, axis, words, 100.0 if percent else 1.0, signed))
    axis.grid(True, color=GRID, linewidth=0.8)


def _tick(axis: Axis, words: Language, factor: float, signed: bool, value: float, _place: int | None = None) -> str:
    ticks = factor * np.asarray(axis.get_majorticklocs(), dtype=np.float64)
    step = np.diff(ticks).min() if ticks.size > 1 else 1.0
    digits = next((d for d in range(9) if np.allclose(ticks.round(d), ticks, rtol=0, atol=abs(step) * 1e-6)), 9)
    return words.number(factor * value, digits, signed=signed)


def inches_wide(ax: Axes) -> float:
    """Return the width of an Axes in inches."""
    return float(ax.get_window_extent().width / ax.figure.dpi)


def periods_on(ax: Axes, labels: Sequence[str]) -> None:
    """Write periods below the x axis, only every so many where all of them would overlap."""
    width = 0.85 * inches_wide(ax)
    longest = max(map(len, labels), default=1) + 2
    every = max(1, ceil(len(labels) * longest * LETTER_WIDTH / width))
    places = range((len(labels) - 1) % every, len(labels), every)
    ax.set_xticks(list(places), [literal(labels[place]) for place in places])
    ax.set_xlim(-0.6, len(labels) - 0.4)


def rows_on(ax: Axes, labels: Sequence[str]) -> None:
    """Write one label a row on the y axis, the first row on top; long ones are broken."""
    ax.set_yticks(range(len(labels)), [literal(fill(label, 32)) for label in labels])
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def legend(ax: Axes, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """Put the legend beside the Axes where the figure makes room for it, else where it hides least."""
    if not handles:
        return
    outside = makes_room(ax)
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)} if outside else {"loc": "best"}
    made = ax.legend(handles, ["."] * len(labels), frameon=not outside, edgecolor=GRID, **place)
    for text, label in zip(made.get_texts(), labels, strict=True):
        text.set_text(literal(fill(label, 28)))
        text.set_color(INK)


def makes_room(ax: Axes) -> bool:
    """Return whether the figure's layout makes room for what stands beside an Axes."""
    root: Any = ax.figure.figure
    return root.get_layout_engine() is not None


def literal(text: object) -> str:
    """Return text that matplotlib shows as it is: a dollar starts no formula, a control character does nothing."""
    shown = (
        letter if letter.isprintable() or letter in ALLOWED_BLANKS else "\N{REPLACEMENT CHARACTER}"
        for letter in str(text)
    )
    return "".join(shown).replace("$", r"\$")


def first_upper(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def axis_label(words: Language, name: str, unit: str, confidence: float | None = None) -> str:
    """Return the label of an axis: what is measured, in which unit, with which interval."""
    label = first_upper(f"{name} ({_unit(words, unit)})" if unit else name)
    if confidence is None:
        return literal(label)
    return literal(words.word("plot.with_interval", what=label, confidence=level(confidence, words)))


def _unit(words: Language, unit: str) -> str:
    found = PER_SALES.fullmatch(unit)
    if found is None:
        return words.word(f"unit.{unit}")
    return words.word("plot.per_sales", per=words.number(float(found[1].replace(",", "")), 0))
