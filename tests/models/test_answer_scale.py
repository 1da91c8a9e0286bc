"""Scales as pairs, as text, and as whatever has two ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

import kundenmetrik as km
from kundenmetrik.models.answer_scale import as_scale, rising, scale_text

ENDS = st.floats(-1e6, 1e6)


@pytest.mark.parametrize("value", ["0..10", "0-10", "0–10", " 0 .. 10 ", (0, 10), [0, 10], km.Scale(0, 10)])
def test_ways_to_write_a_scale(value: object) -> None:
    assert as_scale(value) == (0, 10)


@pytest.mark.parametrize("value", ["", "0", "0..", "a..b", "0..10..20", (1, 2, 3), 5, None, "٠..١٠"])
def test_what_is_no_scale_is_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError, match="pair of ends"):
        as_scale(value)


@given(low=ENDS, high=ENDS)
def test_text_keeps_the_full_precision(low: float, high: float) -> None:
    assert as_scale(scale_text((low, high))) == (low, high)


@pytest.mark.parametrize("scale", [(1.0, 1.0), (5.0, 1.0), (float("nan"), 1.0)])
def test_a_scale_rises(scale: tuple[float, float]) -> None:
    assert rising((1.0, 5.0)) == (1.0, 5.0)
    with pytest.raises(PydanticCustomError, match="low end"):
        rising(scale)
