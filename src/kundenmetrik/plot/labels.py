"""Names beside points, placed so that they cover neither each other nor the points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from textwrap import fill

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.plot.canvas import Axes, literal, makes_room
from kundenmetrik.plot.colours import INK, MUTED

DISTANCES = (7.0, 16.0, 30.0, 48.0, 70.0)
"""How far a name may stand from its point, in points."""
LEADER_FROM = 16.0
"""From this distance on a line leads from the name to its point."""
DIRECTIONS = tuple((x, y) for x, y in product((1, -1, 0), (1, -1, 0)) if (x, y) != (0, 0))
MARKER_RADIUS = 5.0
"""Half the size of a point with its edge, in points."""
WRAP_AT = 26
"""After how many letters a name is broken."""
OVERLAP_COST, OUTSIDE_COST, INTERVAL_COST, NEIGHBOUR_COST = 1000.0, 3000.0, 0.15, 25.0
"""What it costs to cover names or points, to leave the Axes, to cross intervals, to stand nearer to another point."""


def name_points(ax: Axes, x: FloatArray, y: FloatArray, names: Sequence[str], bars: FloatArray) -> None:
    """Write a name beside each point, off the ``bars`` if it can: boxes in data, left, bottom, right, top."""
    if makes_room(ax):
        ax.figure.draw_without_rendering()  # type: ignore[union-attr]
    scale = 72.0 / ax.figure.dpi
    points = scale * ax.transData.transform(np.column_stack([x, y]))
    frame = scale * np.asarray(ax.get_window_extent().extents)
    ends = ax.transData.transform(bars.reshape(-1, 2)).reshape(-1, 2, 2) * scale
    thin = np.concatenate([ends.min(axis=1) - 1.0, ends.max(axis=1) + 1.0], axis=1)
    taken = np.concatenate([points - MARKER_RADIUS, points + MARKER_RADIUS], axis=1)
    for place in _crowded_first(points):
        text = ax.annotate(literal(fill(names[place], WRAP_AT)), (0, 0), fontsize=9, ha="center", va="center")
        size = scale * np.asarray(text.get_window_extent().size)
        text.remove()
        offset, far = _cheapest_offset(points, place, size, taken, thin, frame)
        centre = points[place] + offset
        taken = np.vstack([taken, [*(centre - size / 2), *(centre + size / 2)]])
        _write(ax, names[place], (float(x[place]), float(y[place])), offset, far)


def _crowded_first(points: FloatArray) -> list[int]:
    """Return the places of the points, those with the nearest neighbours first."""
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    order: list[int] = np.argsort((1.0 / (apart + 1.0) ** 2).sum(axis=1), kind="stable")[::-1].tolist()
    return order


def _cheapest_offset(
    points: FloatArray, place: int, size: FloatArray, taken: FloatArray, bars: FloatArray, frame: FloatArray
) -> tuple[FloatArray, float]:
    """Return the cheapest offset of a name's centre and its distance from the point."""
    point, half = points[place], size / 2
    offsets = [
        (np.array(way) * (far * (0.75 if all(way) else 1.0) + half), far) for far in DISTANCES for way in DIRECTIONS
    ]

    def cost(choice: tuple[FloatArray, float]) -> float:
        offset, far = choice
        box = np.concatenate([point + offset - half, point + offset + half])
        beyond = float(np.maximum(0.0, [*(frame[:2] - box[:2]), *(box[2:] - frame[2:])]).sum())
        nearest = int(np.argmin(_distance(box, points)))
        neighbour = 0.0 if nearest == place else NEIGHBOUR_COST
        return (
            OVERLAP_COST * _shared_area(box, taken)
            + OUTSIDE_COST * beyond
            + INTERVAL_COST * _shared_area(box, bars)
            + far
            + neighbour
        )

    return min(offsets, key=cost)


def _distance(box: FloatArray, points: FloatArray) -> FloatArray:
    """Return how far each point lies from a box."""
    away = np.maximum(0.0, np.maximum(box[:2] - points, points - box[2:]))
    return np.asarray(np.hypot(away[:, 0], away[:, 1]), dtype=np.float64)


def _shared_area(box: FloatArray, others: FloatArray) -> float:
    """Return the area that a box shares with others."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    return float(np.sum(np.prod(np.maximum(sides, 0.0), axis=1)))


def _write(ax: Axes, name: str, at: tuple[float, float], offset: FloatArray, far: float) -> None:
    line = (
        {"arrowstyle": "-", "color": MUTED, "linewidth": 0.7, "shrinkB": MARKER_RADIUS} if far >= LEADER_FROM else None
    )
    ax.annotate(
        literal(fill(name, WRAP_AT)),
        at,
        xytext=(float(offset[0]), float(offset[1])),
        textcoords="offset points",
        ha="center",
        va="center",
        multialignment="left" if offset[0] > 0 else "right" if offset[0] < 0 else "center",
        color=INK,
        fontsize=9,
        arrowprops=line,
    )
