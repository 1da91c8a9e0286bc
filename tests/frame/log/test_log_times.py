"""The times of a log on the wall clock and as instants, and two columns that must share a clock."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.log.log_times import instants_of, one_clock, times_of

FRAME = pd.DataFrame({"at": pd.to_datetime(["2026-07-01 10:00"]).tz_localize("Europe/Berlin")})


def test_wall_clock_and_instants() -> None:
    wall, zone = times_of(FRAME, "at", None)
    assert str(wall[0])[:16] == "2026-07-01T10:00"
    assert str(instants_of(FRAME, "at")[0])[:16] == "2026-07-01T08:00"
    one_clock(zone, "Europe/Berlin", "ends", "starts")


def test_an_empty_column_keeps_its_zone() -> None:
    wall, zone = times_of(FRAME.iloc[:0], "at", None)
    assert wall.size == 0
    assert wall.dtype.kind == np.dtype("M8[ns]").kind
    assert str(zone) == "Europe/Berlin"


def test_two_clocks_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="ends must have a time zone exactly when starts has one"):
        one_clock(None, "UTC", "ends", "starts")
    with pytest.raises(InvalidArgument, match="time_zone must be given for times in two zones"):
        one_clock("UTC", "Europe/Berlin", "ends", "starts")
