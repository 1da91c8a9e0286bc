"""Arguments come back clean or are refused by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.core.checks import (
    check_choice,
    check_confidence,
    check_count,
    check_generator,
    check_number,
    check_share,
)
from kundenmetrik.errors import InvalidArgument, InvalidType, KundenmetrikError, UnknownName

JUNK: list[Any] = [
    None,
    "5",
    b"5",
    [1],
    {},
    set(),
    frozenset(),
    1j,
    True,
    np.bool_(True),
    pd.NA,
    pd.NaT,
    np.array([1.0]),
    int,
    Decimal(1),
]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("check", [check_number, check_count, check_share])
def test_what_is_no_number_is_refused_by_name(check: Callable[..., float], junk: object) -> None:
    with pytest.raises(InvalidType, match=r"^margin must be a"):
        check(junk, "margin")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 10**400, -(10**400), Fraction(10**400)])
@pytest.mark.parametrize("check", [check_number, check_count, check_share])
def test_what_is_no_finite_number_is_refused(check: Callable[..., float], number: float) -> None:
    with pytest.raises(InvalidArgument, match=r"^margin must be"):
        check(number, "margin")


def test_numbers_keep_to_their_limits() -> None:
    assert check_number(np.float32(0.5), "x") == 0.5
    assert type(check_number(np.int8(3), "x")) is float
    assert check_number(Fraction(1, 4), "x", low=0.25, high=0.25) == 0.25
    for low, high, said in ((1, math.inf, "of at least 1"), (-math.inf, 0, "of at most 0"), (0, 0.1, "from 0 to 0.1")):
        with pytest.raises(InvalidArgument, match=f"^x must be a finite number {said}, not 0.5$"):
            check_number(0.5, "x", low=low, high=high)


def test_counts_are_whole_and_exact_as_floats() -> None:
    assert [check_count(value, "n") for value in (0, 3.0, np.uint8(7), 2**53)] == [0, 3, 7, 2**53]
    assert type(check_count(np.float32(3), "n")) is int
    for wrong in (-1, 2.5, 2**53 + 1, 2**63, 2.0**60):
        with pytest.raises(InvalidArgument, match=r"^n must be"):
            check_count(wrong, "n")
    with pytest.raises(InvalidArgument, match="at least 1, not 0"):
        check_count(0, "n", low=1)


def test_a_share_lies_from_0_to_1_and_a_confidence_between() -> None:
    assert (check_share(0, "margin"), check_share(1, "margin")) == (0.0, 1.0)
    for wrong in (-0.01, 1.01):
        with pytest.raises(InvalidArgument, match="from 0 to 1"):
            check_share(wrong, "margin")
    for wrong in (0, 1, 0.0, 1.0):
        with pytest.raises(InvalidArgument, match=r"^confidence must lie between 0 and 1"):
            check_confidence(wrong)
    with pytest.raises(InvalidArgument, match=r"Write 0.9 for 90 percent"):
        check_confidence(90)
    with pytest.raises(InvalidArgument) as caught:
        check_confidence(100)
    assert caught.value.remedy == ""


@pytest.mark.parametrize("junk", [*JUNK, "walt", np.array(["wald"]), ("wald",)], ids=repr)
def test_a_choice_is_one_of_its_names(junk: object) -> None:
    assert check_choice("wald", "method", ["score", "wald"]) == "wald"
    with pytest.raises(UnknownName, match=r"^method must be one of 'score', 'wald', not"):
        check_choice(junk, "method", ["score", "wald"])


def test_the_message_of_a_choice_is_short_however_many_there_are() -> None:
    with pytest.raises(UnknownName) as caught:
        check_choice("x" * 10_000, "method", [f"name {place}" for place in range(100_000)])
    assert len(str(caught.value)) < 1000
    assert "and 99,980 more" in str(caught.value)
    assert len(caught.value.available) == 100_000


def test_a_generator_comes_from_a_seed_and_leaves_the_global_state_alone() -> None:
    before = np.random.get_state()[1].copy()
    assert check_generator(5).random() == check_generator(np.int8(5)).random() == np.random.default_rng(5).random()
    own = np.random.default_rng(1)
    assert check_generator(own) is own
    check_generator(None).random()
    assert np.array_equal(before, np.random.get_state()[1])
    for junk in (True, "5", 1.5, -1, [1], np.random.RandomState(1)):
        with pytest.raises(KundenmetrikError, match=r"^rng must be"):
            check_generator(junk)
