from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.frame.time.early_end import ends_early


@pytest.mark.parametrize(
    ("end", "events", "early"),
    [
        (26, 20, False),  # a silence of one unit says nothing
        (27, 20, True),  # longer than a unit and than the last twenty events took
        (60, 19, False),  # too few events to tell
    ],
)
def test_a_silence_longer_than_usual(end: int, events: int, early: bool) -> None:
    steps = np.arange(events) % 2 + 18
    assert ends_early(19, end, 7.0, lambda: steps) is early


def test_a_silence_as_long_as_the_last_events_took_is_usual() -> None:
    assert not ends_early(19, 38, 7.0, lambda: np.arange(20))
    assert ends_early(19, 39, 7.0, lambda: np.arange(20))
