"""Rows that count, and the first reason why the others do not."""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.log.kept_rows import kept_rows, require_rows


def test_a_row_is_left_out_for_the_first_reason() -> None:
    masks = {"a": np.array([True, False, False]), "b": np.array([True, True, False]), "c": np.zeros(3, bool)}
    keep, counts = kept_rows(masks, 3)
    assert keep is not None
    assert keep.tolist() == [False, False, True]
    assert counts == {"a": 1, "b": 1}
    assert kept_rows({"c": np.zeros(3, bool)}, 3) == (None, {})


def test_a_table_without_rows_is_refused_with_the_reasons() -> None:
    require_rows(1, "data", {})
    with pytest.raises(InvalidArgument, match=r"none is left \(a 1,200\)"):
        require_rows(0, "data", {"a": 1200})
    with pytest.raises(InvalidArgument, match="it has no rows"):
        require_rows(0, "data", {})
