"""Checking a frame by columns against validating its rows, in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pandas as pd
import pytest
from pydantic import TypeAdapter

from kundenmetrik.frame.records.check import check
from kundenmetrik.models import SurveyResponse

ROWS = 100_000
FASTER = 30


def _responses() -> pd.DataFrame:
    start = datetime(2025, 1, 1)
    return pd.DataFrame(
        {
            "response_id": [f"r-{i:07d}" for i in range(ROWS)],
            "customer_id": [f"c-{i % 40_000:06d}" for i in range(ROWS)],
            "question": ["nps", "csat", "ces", "nps"] * (ROWS // 4),
            "score": [float(i % 6) if i % 50 else None for i in range(ROWS)],
            "scale": ["0..10", "1..5", "1..7", "0..10"] * (ROWS // 4),
            "answered_at": pd.Series([start + timedelta(minutes=i) for i in range(ROWS)]).dt.tz_localize(
                "Europe/Berlin"
            ),
            "touchpoint": ["checkout", "delivery", None, "service"] * (ROWS // 4),
            "wave": [1 + i % 4 for i in range(ROWS)],
            "weight": [0.5 + i % 3 for i in range(ROWS)],
            "comment": ["schnell geliefert" if i % 10 == 0 else None for i in range(ROWS)],
        }
    ).assign(score=lambda frame: frame["score"].where(frame["score"] > 0, 1.0))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.bench
@pytest.mark.parametrize("text", ["default", "object"])
def test_columns_are_checked_thirty_times_faster_than_rows(text: str) -> None:
    frame = _responses()
    words = ["response_id", "customer_id", "question", "scale", "touchpoint", "comment"]
    frame = frame.astype(dict.fromkeys(words, object)) if text == "object" else frame
    rows = [
        {name: None if pd.isna(cell) else cell for name, cell in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]
    adapter = TypeAdapter(list[SurveyResponse])
    check(frame, SurveyResponse)
    columns, by_row = zip(
        *(
            (
                _seconds(lambda: check(frame, SurveyResponse)),
                _seconds(lambda: adapter.validate_python(rows)),
            )
            for _ in range(3)
        ),
        strict=True,
    )
    ratio = min(by_row) / min(columns)
    print(f"\n{text}: rows {min(by_row) * 1e3:.0f} ms, columns {min(columns) * 1e3:.1f} ms, ratio {ratio:.0f}")
    assert ratio >= FASTER
