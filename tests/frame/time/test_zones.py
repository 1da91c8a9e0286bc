from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.zones import check_zone, instant_of, wall_clock

BERLIN = ZoneInfo("Europe/Berlin")


def test_the_wall_shows_the_zones_clock() -> None:
    instants = np.array(["2026-01-31T23:30", "2050-07-01T22:30", "NaT"], "datetime64[us]")
    shown = wall_clock(instants, BERLIN)
    assert shown[:2].tolist() == np.array(["2026-02-01T00:30", "2050-07-02T00:30"], "datetime64[us]").tolist()
    assert np.isnat(shown[2])
    assert wall_clock(instants, None) is instants


@pytest.mark.parametrize(
    ("shown", "instant"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:00"),  # skipped: the end of the gap
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # shown twice: its first showing
        ("2050-07-01T12:00", "2050-07-01T10:00"),
    ],
)
def test_what_the_wall_shows_is_an_instant(shown: str, instant: str) -> None:
    assert instant_of(np.datetime64(shown), BERLIN) == np.datetime64(instant)


@pytest.mark.parametrize("name", ["Europe/Berln", "", 1, None, "../etc"])
def test_a_zone_that_is_none_is_refused(name: object) -> None:
    with pytest.raises(InvalidArgument, match="time_zone must be the name of a time zone such as 'Europe/Berlin'"):
        check_zone(name)
