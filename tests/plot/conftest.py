"""Figures are drawn without a window; nothing global may change while they are; what can be read off a figure."""

from __future__ import annotations

import copy
import io
from types import SimpleNamespace

import matplotlib as mpl
import pytest
from matplotlib.text import Text

mpl.use("Agg")


@pytest.fixture(autouse=True)
def nothing_global_changes():
    before = copy.deepcopy(dict(mpl.rcParams))
    yield
    assert dict(mpl.rcParams) == before


def legend_of(ax):
    legend = ax.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


def ticks(axis):
    """The tick labels within the limits."""
    low, high = sorted(axis.get_view_interval())
    axis.axes.figure.draw_without_rendering()
    return [tick.label1.get_text() for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def png(ax):
    """Draw the figure in full."""
    file = io.BytesIO()
    ax.figure.savefig(file, format="png")
    return file.getvalue()


def overlaps(ax, artists):
    """Which of the texts, without their leaders, cover each other once everything is laid out."""
    ax.figure.draw_without_rendering()
    extents = [Text.get_window_extent(artist) for artist in artists]
    return [
        (i, j)
        for i, one in enumerate(extents)
        for j, other in enumerate(extents)
        if i < j and one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
    ]


@pytest.fixture
def drawn():
    return SimpleNamespace(legend=legend_of, ticks=ticks, png=png, overlaps=overlaps)
