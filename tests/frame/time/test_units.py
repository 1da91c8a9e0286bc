from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.frame.time.units import DAYS, conversion, in_unit, per_unit_rate, years


@pytest.mark.parametrize(
    ("span", "unit", "expected"),
    [
        (39, "week", 39.0),
        ("2 weeks", "day", 14.0),
        ("1 year", "day", 365.25),
        ("12 months", "year", 1.0),
        ("1 quarter", "month", 3.0),
        ("1.5 Days", "hour", 36.0),
        (timedelta(days=7), "week", 1.0),
        (0, "day", 0.0),
    ],
)
def test_a_span_is_told_in_the_unit(span: object, unit: str, expected: float) -> None:
    assert in_unit(span, unit) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("span", [-1, math.nan, math.inf, "soon", "12", "-3 weeks", "3 fortnights", timedelta(days=-1)])
def test_a_span_that_is_none_is_refused(span: object) -> None:
    with pytest.raises(InvalidArgument):
        in_unit(span, "week")


@pytest.mark.parametrize("span", [None, True, [1]])
def test_a_span_of_another_type_is_refused(span: object) -> None:
    with pytest.raises(InvalidType):
        in_unit(span, "week")


@pytest.mark.parametrize("span", ["1 Jahr", "12 Monate", "1 yr", "year", "12", ""])
def test_a_span_in_other_words_is_told_what_is_accepted(span: str) -> None:
    said = r'must be a number and a unit, such as "12 months" or "1 year", not .* The units are hour, day, week, month'
    with pytest.raises(InvalidArgument, match=said):
        in_unit(span, "week")


def test_a_misspelt_unit_is_corrected() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'week'"):
        per_unit_rate(0.1, "weeks")


@pytest.mark.parametrize("unit", DAYS)
def test_a_year_of_the_rate_is_the_annual_rate(unit: str) -> None:
    assert math.exp(per_unit_rate(0.1, unit) * 365.25 / DAYS[unit]) == pytest.approx(1.1, rel=1e-14)


@pytest.mark.parametrize("rate", [-1, -0.01, 1.01, 10, math.nan, math.inf])
def test_a_rate_out_of_bounds_is_refused(rate: float) -> None:
    with pytest.raises(InvalidArgument, match="annual_discount"):
        per_unit_rate(rate, "week")


@given(st.floats(0, 1e6), st.sampled_from(sorted(DAYS)), st.sampled_from(sorted(DAYS)))
def test_conversion_goes_both_ways(amount: float, unit: str, other: str) -> None:
    assert amount * conversion(unit, other) * conversion(other, unit) == pytest.approx(amount, rel=1e-14)
    assert years(amount, unit) == pytest.approx(amount * conversion(unit, "year"), rel=1e-14)
