from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.frame.time.months import months_between


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2025-01-31", "2025-02-27", 0),
        ("2025-01-31", "2025-02-28", 1),  # the last day of a shorter month
        ("2025-01-10T12:00", "2025-02-10T11:59", 0),
        ("2025-01-10T12:00", "2025-02-10T12:00", 1),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
def test_a_month_ends_on_the_same_day(start: str, end: str, months: int) -> None:
    columns = (np.array([text], "datetime64[us]") for text in (start, end))
    assert months_between(*columns).tolist() == [months]
