"""Tables of renewals that cannot be are refused with what is wrong."""

from __future__ import annotations

import pytest

from kundenmetrik import errors, retention


def test_tables_that_cannot_be() -> None:
    with pytest.raises(errors.InvalidData, match="lost must lie between 0 and at_risk"):
        retention.Renewals.from_lost([11], [10])
    with pytest.raises(errors.InvalidArgument, match="lost must have 2 values"):
        retention.Renewals.from_lost([1], [10, 9])
    with pytest.raises(errors.InvalidData, match="renewals must be at least 1 where churned"):
        retention.Renewals.from_customers([0, 2], [True, False])
    with pytest.raises(errors.InvalidData, match="churned must be True or False"):
        retention.Renewals.from_customers([1, 2], ["yes", "no"])
    with pytest.raises(errors.UnknownName):
        retention.Renewals.from_survivors([10, 5], unit="fortnight")
    waiting = retention.Renewals.from_customers([0, 0, 1, 2], [False, False, True, False])
    assert waiting.at_risk.tolist() == [2, 1]
