"""Tables as people read them: the same decimals down a column, names for missing keys, units without "money"."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import clv
from kundenmetrik.core.results.display import plain_decimals, unit_text
from kundenmetrik.core.results.text_table import display_table

VALUE = ("value",)


def cells(frame: pd.DataFrame, name: str) -> tuple[str, ...]:
    columns = {column.name: column.cells for column in display_table(frame, VALUE, 40).columns}
    return columns[name]


def limits(*rows: tuple[float, float, float], **columns: Any) -> pd.DataFrame:
    value, low, high = map(list, zip(*rows, strict=True))
    return pd.DataFrame({**columns, "value": value, "low": low, "high": high})


def test_a_column_has_the_decimals_of_its_middle_interval() -> None:
    frame = limits((17.04, 6.1, 27.9), (33.333, -81.1, 81.1), (20.0, 10.0, 30.0))
    assert cells(frame, "value") == ("17.0", "33.3", "20.0")
    assert cells(frame, "low") == ("6.1", "-81.1", "10.0")


@pytest.mark.parametrize("half", [0.3, 0.03, 0.003])
def test_a_narrow_interval_keeps_its_first_digit(half: float) -> None:
    frame = limits((5.0, 5.0 - half, 5.0 + half), (400.0, 250.0, 550.0), (300.0, 150.0, 450.0))
    low, high = (float(cells(frame, name)[0]) for name in ("low", "high"))
    assert (high - low) / 2 == pytest.approx(half, rel=0.2)
    assert len({len(cell.partition(".")[2]) for cell in cells(frame, "value")}) == 1


def test_each_metric_and_parameter_has_its_own_decimals() -> None:
    frame = limits((20.0, 10.0, 30.0), (5.123, 5.111, 5.135), metric=["nps", "ces"])
    assert cells(frame, "value") == ("20.0", "5.1230")
    frame = limits((0.668, 0.5, 0.9), (38.12, 25.0, 57.0), parameter=["alpha", "beta"])
    assert cells(frame, "value") == ("0.668", "38.1")


def test_numbers_without_limits_have_the_digits_of_the_largest() -> None:
    frame = pd.DataFrame({"spend": [40305.21, 73.6, 0.004], "share": [1.0, 0.2867, 0.0033], "whole": [1.0, 20.0, 3.0]})
    assert cells(frame, "spend") == ("40,305.2", "73.6", "0.0")
    assert cells(frame, "share") == ("1.0000", "0.2867", "0.0033")
    assert cells(frame, "whole") == ("1", "20", "3")


def test_rows_without_an_interval_follow_their_column() -> None:
    frame = limits((20.04, 10.0, 30.0), (np.nan, np.nan, np.nan), (7.0, np.nan, np.nan))
    assert cells(frame, "value") == ("20.0", "-", "7.0")
    assert cells(limits((0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), "value") == ("0.5000", "0.2500")


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_group_whose_key_is_missing_has_a_name(missing: object) -> None:
    frame = limits((1.0, 0.5, 1.5), (2.0, 1.5, 2.5), shop=pd.Series(["a", missing], dtype=object))
    frame["notes"] = ["", "empty"]
    table = display_table(frame, VALUE, 40)
    assert table.columns[0].cells == ("a", "(missing)")
    assert table.below == ("notes: empty (missing)",)


def test_the_numbers_of_a_measured_table_line_up() -> None:
    rows = {"shop": list("aaabbbccc") * 30 + ["d"], "nps": [10, 9, 3, 8, 2, 10, 0, 7, 9] * 30 + [9]}
    lines = repr(km.measure(rows, km.NPS("nps"), by="shop")).splitlines()[1:6]
    for column in range(1, 4):
        decimals = {len(line.split()[column].partition(".")[2]) for line in lines[1:]}
        assert len(decimals) == 1


def test_amounts_have_no_unit_of_which_nobody_knows() -> None:
    assert [unit_text(unit) for unit in ("money", "money per customer", "points")] == ["", "per customer", "points"]
    assert "money" not in repr(clv.contract_value(100, 0.8, 0.1, unit="year").estimate)


@pytest.mark.parametrize(("value", "decimals"), [(3.0, None), (np.nan, None), (0.2867, 4), (97.3, 2), (1e-9, 8)])
def test_decimals_of_a_plain_number(value: float, decimals: int | None) -> None:
    assert plain_decimals(value) == decimals
