"""Tables of cohorts: what adds up and what does not, long horizons, two segments of one customer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import errors, retention
from tests.builders import log_of


def test_tables_that_do_not_add() -> None:
    one = retention.cohorts(log_of([1], ["2026-01-05"]), observed_until="2026-02-28")
    other = retention.cohorts(log_of([2], ["2026-02-05"]), observed_until="2026-02-28")
    assert isinstance(one, retention.CohortTable)
    with pytest.raises(errors.InvalidArgument, match="same first"):
        one + other
    short = retention.cohorts(log_of([2], ["2026-01-05"]), observed_until="2026-02-28", horizon=0)
    with pytest.raises(errors.InvalidArgument, match="same ages and segments"):
        one + short
    with pytest.raises(TypeError):
        one + 1
    book = retention.ledger(log_of([1], ["2026-01-05"]), window=1, observed_until="2026-02-28")
    with pytest.raises(TypeError):
        book + 1
    assert book != 1
    assert "2026-01" in repr(book)
    assert "<table" in book._repr_html_()
    with pytest.raises(errors.InvalidArgument, match="must be a ledger stored by this library; it lacks period"):
        retention.Ledger.from_json("{}")


def test_a_customer_in_two_segments_is_shown_with_them() -> None:
    frame = log_of([1, 2, 1], ["2026-01-05"] * 3).assign(plan=["x", "y", "z"])
    with pytest.raises(errors.InvalidData, match=r"rows? 0: \('x',\)"):
        retention.cohorts(frame, observed_until="2026-03-31", by="plan")


def test_a_horizon_bounds_the_memory() -> None:
    days = np.array(["0900-01-01", "9800-06-01"], "datetime64[s]")
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": days})
    table = retention.cohorts(log, period="month", observed_until="9999-12-31", horizon=1)
    assert table.retained.tolist() == [[[1, 0]]]
