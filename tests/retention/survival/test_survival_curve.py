"""The columns that a survival curve is made of."""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik import errors, retention


def test_columns_for_curves() -> None:
    with pytest.raises(errors.InvalidArgument, match="none is left"):
        retention.survival([np.nan, np.nan], [True, False])
    with pytest.raises(errors.InvalidArgument, match="name at least one column"):
        retention.survival([1, 2], [True, False], by={})
    found = retention.survival([np.nan, 2, 3], [True, True, False], entry=[5, 0, 1])
    assert isinstance(found, retention.SurvivalCurve)
    assert found.at(2).value == 0.5
    test = retention.logrank([1, 2, 3, 4], [True] * 4, ["a", "a", "b", "b"])
    assert repr(test).startswith("logrank test of 2 segments (statistic ")
    assert "a" in repr(retention.logrank_pairs([1, 2, 3, 4], [True] * 4, ["a", "a", "b", "b"]))
