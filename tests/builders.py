"""What several test files build or read: logs, contracts, printed digits, the parts of a figure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.lines import Line2D


def log_of(ids: Any, days: Any) -> pd.DataFrame:
    """Return a log of what customers did on which days."""
    return pd.DataFrame({"customer_id": ids, "occurred_at": pd.to_datetime(days)})


def interactions_of(log: list[tuple[int, str, int, str]]) -> pd.DataFrame:
    """Return interactions of (customer, kind, day of 2025 from 0, product)."""
    frame = pd.DataFrame(log, columns=["customer_id", "kind", "day", "product"])
    return frame.assign(occurred_at=pd.Timestamp("2025-01-01") + pd.to_timedelta(frame["day"].astype(int), unit="D"))


def days(*numbers: Any) -> Any:
    """Return days of 2026, from 0."""
    return pd.Timestamp("2026-01-01") + pd.to_timedelta(list(numbers), unit="D")


def contracts(*rows: Any, **columns: Any) -> pd.DataFrame:
    """Return contracts of (customer, begin, end), with further columns."""
    frame = pd.DataFrame(rows, columns=["customer_id", "acquired_at", "churned_at"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("acquired_at", "churned_at")}
    return frame.assign(**dates, **columns)


def printed(value: float, like: str) -> str:
    """Return a value with as many digits as a printed figure has."""
    digits = len(like.split(".")[1].split("e")[0])
    return f"{value:.{digits}e}" if "e" in like else f"{value:.{digits}f}"


def legend(ax: Axes) -> list[str]:
    """Return the words of a legend, none where there is no legend."""
    found = ax.get_legend()
    return [] if found is None else [text.get_text() for text in found.get_texts()]


def ticks(axis: Axis) -> list[str]:
    """Return the tick labels within the limits."""
    low, high = sorted(axis.get_view_interval())
    axis.axes.figure.draw_without_rendering()
    return [tick.label1.get_text() for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def png(ax: Axes) -> bytes:
    """Draw the figure in full."""
    file = io.BytesIO()
    ax.figure.savefig(file, format="png")
    return file.getvalue()


def overlaps(ax: Axes, artists: Iterable[Artist]) -> list[tuple[int, int]]:
    """Return which of the texts, without their leaders, cover each other once everything is laid out."""
    from matplotlib.text import Text

    ax.figure.draw_without_rendering()
    extents = [Text.get_window_extent(artist) for artist in artists]
    return [
        (i, j)
        for i, one in enumerate(extents)
        for j, other in enumerate(extents)
        if i < j and one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
    ]


def bars(ax: Axes) -> list[Line2D]:
    """Return the level lines of two ends: the intervals of a forest."""
    return [line for line in ax.lines if len(xs(line)) == 2 and ys(line)[0] == ys(line)[1]]


def dots(ax: Axes) -> list[Line2D]:
    """Return the lines that mark a value with a dot."""
    return [line for line in ax.lines if line.get_marker() == "o"]


def xs(line: Line2D) -> Any:
    """Return the places of a line from left to right, as drawn."""
    return line.get_xdata()


def ys(line: Line2D) -> Any:
    """Return the heights of a line, as drawn."""
    return line.get_ydata()
