"""Silences, the churn they falsely tell of, and the choice of a window."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import errors, retention
from tests.builders import days, log_of


def test_silences_say_what_was_left_out() -> None:
    log = pd.concat([log_of([1, 1], ["2026-01-05", "2026-02-05"]), log_of([None], ["2026-01-01"])])
    found = retention.inactivity(log.astype({"customer_id": "Int64"}), observed_until="2026-03-31", windows=[10])
    assert dict(found.excluded) == {"missing_customer": 1}
    assert "false_churn" in repr(found)
    back = log_of([1, 1], ["2026-01-05", "2026-03-31"])  # the only long silence ended in a purchase
    with pytest.raises(errors.InvalidArgument, match="large enough for the time that was observed"):
        retention.inactivity(back, observed_until="2026-03-31").choose(0.5)


def test_false_churn_by_hand() -> None:
    log = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2, 3], "occurred_at": days(0, 10, 59, 4, 24, 7)})
    frame = retention.inactivity(log, observed_until="2026-03-31", windows=[5, 15, 30, 60]).to_frame()
    # gaps 10, 20, 49 ended by a purchase; silences 30, 65, 82 still running
    assert frame["silences"].tolist() == [6, 5, 3, 2]
    assert frame["returned"].tolist() == [3, 2, 1, 0]
    curve = [1 - (5 / 6 * 4 / 5 * 2 / 3), 1 - (4 / 5 * 2 / 3), 1 - 2 / 3, 0]
    np.testing.assert_allclose(frame["false_churn"], curve)
    assert (frame["low"] <= frame["false_churn"]).all()
    assert (frame["high"] >= frame["false_churn"]).all()


def test_choosing_a_window() -> None:
    log = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2, 3], "occurred_at": days(0, 10, 59, 4, 24, 7)})
    found = retention.inactivity(log, observed_until="2026-03-31")
    assert [found.choose(share) for share in (0.6, 0.5, 0.4, 0.2)] == [0, 10, 20, 49]
    with pytest.raises(errors.KundenmetrikError):
        found.choose(2)


def test_days_not_purchases_make_gaps() -> None:
    log = pd.DataFrame(
        {
            "customer_id": [1, 1, 1],
            "occurred_at": pd.to_datetime(["2026-01-01 09:00", "2026-01-01 17:00", "2026-01-11 00:00"]),
        }
    )
    assert retention.inactivity(log, observed_until="2026-01-31").gaps.events.sum() == 1


def test_false_churn_falls_with_the_window_when_lives_are_mixed() -> None:
    rng = np.random.default_rng(4)
    rows = []
    for who in range(400):
        last = rng.uniform(0, 700)
        day = 0.0
        while day < last:
            rows.append((who, day))
            day += rng.exponential(25.0)
    log = pd.DataFrame({"customer_id": [w for w, _ in rows], "occurred_at": days(*[int(d) for _, d in rows])})
    share = retention.inactivity(log, observed_until=days(760)[0]).to_frame()["false_churn"]
    assert (np.diff(share) <= 1e-12).all()
    assert share.iloc[0] > 0.2 > share.iloc[3]
