"""Survival curves: steps from one on, bands, strokes for those who left observation."""

from __future__ import annotations

import numpy as np

import kundenmetrik as km
from tests import builders

DURATIONS, LOST = [6, 6, 6, 7, 10, 6, 9, 10, 11, 1, 1, 2, 2, 3], [True] * 5 + [False] * 4 + [True] * 5
CURVE = km.retention.survival(DURATIONS, LOST, by=["drug"] * 9 + ["none"] * 5, unit="week")


def test_each_segment_is_a_step_from_one_on() -> None:
    ax = km.plot.survival(CURVE, language="de")
    steps = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    for line, table in zip(steps, CURVE.tables, strict=True):
        assert (line.get_xdata()[0], line.get_ydata()[0]) == (0.0, 1.0)
        np.testing.assert_array_equal(line.get_ydata()[1:], table.survival)
        np.testing.assert_array_equal(line.get_xdata()[1:], table.time)
    assert builders.legend(ax) == ["drug", "none"]
    assert ax.get_xlabel() == "Alter (Wochen)"
    assert builders.ticks(ax.yaxis) == ["0", "20", "40", "60", "80", "100"]


def test_strokes_stand_where_somebody_left_observation() -> None:
    ax = km.plot.survival(CURVE["drug"])
    strokes = next(line for line in ax.lines if line.get_marker() == "|")
    assert strokes.get_xdata().tolist() == [6, 9, 10, 11]


def test_the_band_ends_where_nobody_is_left() -> None:
    lost = km.retention.survival([1, 2, 3], [True] * 3)
    band = km.plot.survival(lost).collections[0].get_paths()[0].vertices
    assert np.isfinite(band).all()
    assert band[:, 0].max() <= 3
    assert set(lost.to_frame()["low"].dropna()) <= set(band[:, 1])
