from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.errors import UnknownName
from kundenmetrik.frame.time.calendar import Calendar, days_of

TIMES = np.array(["1969-12-31T23:59", "2026-03-31T23:59", "2026-04-01"], "datetime64[us]")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_days_of_every_unit(unit: str) -> None:
    assert days_of(TIMES.astype(f"datetime64[{unit}]")).tolist() == [-1, 20543, 20544]


def test_codes_by_table_are_codes_one_by_one() -> None:
    far = np.concatenate([TIMES, np.array(["0001-01-01"], "datetime64[us]")])  # too far apart for a table
    for period in ("day", "week", "month", "quarter", "year"):
        calendar = Calendar(period=period)
        assert calendar.codes(TIMES).tolist() == calendar.codes(far)[:3].tolist()


def test_a_period_is_complete_when_its_last_moment_was_seen() -> None:
    month = Calendar(period="month")
    april = int(month.codes(np.array(["2026-04-15"], "datetime64[s]"))[0])
    assert month.last_complete(np.datetime64("2026-05-01")) == april
    assert month.last_complete(np.datetime64("2026-04-30T23:59")) == april - 1
    with pytest.raises(UnknownName):
        Calendar(period="fortnight")
