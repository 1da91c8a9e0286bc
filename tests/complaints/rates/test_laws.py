"""Laws of complaint rates: scaling, adding up, monotony, and the ends of the interval."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kundenmetrik.complaints import tgw

counts, sales = st.integers(0, 5_000), st.integers(1, 100_000)


@given(x=counts, n=sales, factor=st.integers(2, 1_000))
def test_complaints_and_sales_times_k_give_the_same_rate(x: int, n: int, factor: int) -> None:
    assert tgw(factor * x, factor * n).value == pytest.approx(tgw(x, n).value, rel=1e-15)


@given(x=counts, n=sales, per=st.sampled_from([100, 1000, 1_000_000]))
def test_the_unit_scales_rate_and_interval(x: int, n: int, per: int) -> None:
    one, many = tgw(x, n, per=1), tgw(x, n, per=per)
    for name in ("value", "low", "high"):
        assert getattr(many, name) == pytest.approx(per * getattr(one, name), rel=1e-12)


@given(parts=st.lists(counts, min_size=1, max_size=6), n=sales)
def test_the_rates_of_disjoint_reasons_add_up(parts: list[int], n: int) -> None:
    assert tgw(sum(parts), n).value == pytest.approx(math.fsum(tgw(part, n).value for part in parts), rel=1e-12)


@given(x=counts, n=sales, more=st.integers(1, 50))
def test_it_rises_with_complaints_and_falls_with_sales(x: int, n: int, more: int) -> None:
    here, worse, diluted = tgw(x, n), tgw(x + more, n), tgw(x, n + more)
    assert here.value < worse.value
    assert here.low <= worse.low
    assert here.high < worse.high
    assert diluted.value <= here.value
    assert diluted.high < here.high


@given(n=sales, confidence=st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_no_complaints(n: int, confidence: float) -> None:
    tail = (1 - confidence) / 2
    found = tgw(0, n, confidence=confidence)
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(-1000 * math.log(tail) / n, rel=1e-12)
    half = tgw(0, n, confidence=confidence, method="mid_p")
    assert half.high == pytest.approx(-1000 * math.log(2 * tail) / n, rel=1e-9)


@given(x=st.integers(1, 2_000), n=sales, confidence=st.sampled_from([0.8, 0.95, 0.999]))
def test_the_limits_invert_the_poisson_tails(x: int, n: int, confidence: float) -> None:
    found, tail = tgw(x, n, per=1, confidence=confidence), (1 - confidence) / 2
    assert stats.poisson.sf(x - 1, found.low * n) == pytest.approx(tail, rel=1e-10)
    assert stats.poisson.cdf(x, found.high * n) == pytest.approx(tail, rel=1e-10)


def test_a_rate_needs_exposure() -> None:
    for complaints in (0, 5):
        found = tgw(complaints, 0)
        assert math.isnan(found.value)
        assert math.isnan(found.high)
        assert found.notes == ("no_exposure",)
