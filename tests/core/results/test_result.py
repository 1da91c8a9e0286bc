"""The base of all results, on a result made for the purpose."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.core.results.display import decimals_for, plain_number, round_text, wrap_line
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.stored_values import from_plain, to_plain
from kundenmetrik.errors import InvalidArgument, InvalidType


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Figures(Result):
    """A table of figures."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    excluded: dict[str, int] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """What it is."""
        return f"Figures of {len(self.frame)} <groups>"

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.frame


@dataclass(frozen=True, kw_only=True)
class Bare(Result):
    """A result without a table."""

    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """What it is."""
        return "bare"

    def to_frame(self) -> pd.DataFrame:
        """Return nothing."""
        return pd.DataFrame()


SHOPS = pd.DataFrame(
    {
        "shop": ["A", "<b>B</b>", "C"],
        "metric": "nps",
        "value": [17.0234, -33.333, np.nan],
        "low": [6.123, -45.21, np.nan],
        "high": [27.9, -21.4, np.nan],
        "n": [1000.0, 12.0, 0.0],
        "excluded": [0, 2, 0],
        "unit": "points",
        "confidence": 0.95,
        "method": "score",
        "notes": ["", "few", "empty"],
    }
)


def test_a_table_is_rounded_by_its_limits_and_says_once_what_is_the_same() -> None:
    printed = repr(Figures(frame=SHOPS, notes=("told",), excluded={"missing": 1200}))
    assert printed.splitlines() == [
        "Figures of 3 <groups>",
        "shop     value   low  high     n excluded",
        "A         17.0   6.1  27.9 1,000        0",
        "<b>B</b> -33.3 -45.2 -21.4    12        2",
        "C            -     -     -     0        0",
        "points, 95% CI, score interval",
        "notes: few (<b>B</b>), empty (C)",
        "excluded: missing 1,200",
        "notes: told",
    ]


@pytest.mark.parametrize("width", [20, 33, 40, 80])
def test_a_table_keeps_to_the_width_and_names_the_columns_without_room(width: int) -> None:
    printed = Figures(frame=SHOPS).to_text(width)
    assert max(map(len, printed.splitlines())) <= width
    assert ("to_frame()" in printed) == (width < 41)


def test_html_escapes_and_sets_numbers_to_the_right() -> None:
    html = Figures(frame=SHOPS)._repr_html_()
    assert "&lt;b&gt;B&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "<td style='text-align:right'>1,000</td>" in html
    assert "<td style='text-align:left'>A</td>" in html


def test_a_dict_holds_what_json_has_a_word_for() -> None:
    made = Figures(frame=SHOPS, excluded={"missing": np.int64(3)}).to_dict()  # type: ignore[dict-item]
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["rows"][2]["value"] is None
    assert type(made["rows"][0]["n"]) is int
    assert made["excluded"] == {"missing": 3}


def test_json_gives_the_same_frame_back() -> None:
    frame = SHOPS.assign(
        when=pd.to_datetime(["2026-01-01 00:00", "2026-03-29 12:00", None]).tz_localize("Europe/Berlin"),
        day=pd.to_datetime(["2026-01-01", None, "2026-01-03"]),
        whole=pd.array([1, None, 3], dtype="Int64"),
        kind=pd.Categorical(["a", "b", "a"], ordered=True),
        month=pd.period_range("2026-01", periods=3, freq="M"),
        mixed=pd.Series([1, "a", None], dtype=object),
        endless=[np.inf, -np.inf, np.nan],
    )
    again = from_plain(json.loads(json.dumps(to_plain(frame), allow_nan=False)))
    pd.testing.assert_frame_equal(again, frame)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "value": {}}',
        '{"version": 1, "value": 3}',
        '{"version": 1, "value": {"$type": "os:system", "fields": {}}}',
        '{"version": 1, "value": {"$type": "errors:KundenmetrikError", "fields": {}}}',
    ],
)
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument):
        Figures.from_json(text)


def test_a_function_is_never_stored() -> None:
    with pytest.raises(InvalidType):
        to_plain({"ask": len})
    with pytest.raises(InvalidArgument):
        from_plain({"$type": "core.results.display:plain_number", "fields": {}})


def test_what_a_class_does_not_say_is_empty_and_no_default_of_a_field() -> None:
    with pytest.raises(TypeError, match="notes"):
        Bare()  # type: ignore[call-arg]
    bare = Bare(notes=("a",))
    assert bare.notes == ("a",)
    assert dict(bare.excluded) == {}


def test_a_result_without_a_chart_says_so() -> None:
    with pytest.raises(InvalidArgument, match="Bare"):
        Bare(notes=()).plot()


@pytest.mark.parametrize(
    ("low", "high", "decimals", "value", "text"),
    [
        (6.1, 27.9, 1, 17.0, "17.0"),
        (0.45, 0.55, 4, 0.5, "0.5000"),
        (0.0, 2.0, 2, 1.0, "1.00"),
        (39_120, 43_456, -1, 41_234.0, "41,230"),
        (-1.0, 1.0, 2, -0.001, "0.00"),
        (1.0, 1.0, None, 1.0, "1"),
        (0.0, np.inf, None, 1.23456, "1.235"),
    ],
)
def test_numbers_are_rounded_to_the_third_digit_of_the_half_width(
    low: float, high: float, decimals: int | None, value: float, text: str
) -> None:
    assert decimals_for(low, high) == decimals
    assert round_text(value, decimals) == text


@pytest.mark.parametrize(("value", "text"), [(1234567.0, "1,234,567"), (0.000123456, "0.0001235"), (12.0, "12")])
def test_a_plain_number_has_four_digits(value: float, text: str) -> None:
    assert plain_number(value) == text


def test_long_lines_are_cut_at_spaces() -> None:
    assert wrap_line("one two three", 8) == ["one two", "  three"]
