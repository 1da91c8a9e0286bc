"""Steps of each grain, against the calendar of Python."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.errors import UnknownName
from kundenmetrik.frame.time.instants import GRAINS, TICKS, check_grain, days_in, starts_of, steps_of

STARTS = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


@given(day=st.dates(date(1902, 1, 1), date(2200, 1, 1)), resolution=st.sampled_from(list(TICKS)), of=st.floats(0, 0.99))
@pytest.mark.parametrize("grain", STARTS)
def test_a_step_begins_where_the_calendar_says(grain: str, day: date, resolution: str, of: float) -> None:
    per_day = TICKS[resolution]
    ticks = np.array([(day - date(1970, 1, 1)).days * per_day + int(of * per_day)])
    assert starts_of(steps_of(ticks, per_day, grain), resolution, grain).tolist() == [STARTS[grain](day)]


def test_hours_and_instants() -> None:
    ticks = np.array([-1, 0, 3_599, 3_600])
    assert steps_of(ticks, TICKS["s"], "hour").tolist() == [-1, 0, 0, 1]
    assert starts_of(np.array([-1]), "s", "hour").astype(str).tolist() == ["1969-12-31T23:00:00"]
    assert steps_of(ticks, TICKS["s"], "instant") is ticks
    assert days_in("instant", TICKS["s"]) == 1 / 86_400
    assert days_in("week", TICKS["s"]) == 7


def test_grains_have_names() -> None:
    assert [check_grain(grain) for grain in GRAINS] == list(GRAINS)
    with pytest.raises(UnknownName, match="month"):
        check_grain("months")
