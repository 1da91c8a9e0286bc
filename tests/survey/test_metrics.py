"""NPS, CSAT, CES and the value maps they are made of."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, KundenmetrikError

RATINGS = st.lists(st.integers(0, 10), min_size=1, max_size=60)


@given(RATINGS)
def test_nps_is_the_rational_number_correctly_rounded(ratings: list[int]) -> None:
    promoters, detractors = sum(r >= 9 for r in ratings), sum(r <= 6 for r in ratings)
    exact = Fraction(100 * (promoters - detractors), len(ratings))
    assert km.nps(ratings).value == float(exact)


@given(st.lists(st.integers(1, 7), min_size=1, max_size=60))
def test_ces_and_csat_are_rational_numbers_correctly_rounded(ratings: list[int]) -> None:
    assert km.ces(ratings).value == float(Fraction(sum(ratings), len(ratings)))
    satisfied = Fraction(100 * sum(r >= 6 for r in ratings), len(ratings))
    assert km.csat(ratings, scale=km.Scale(1, 7)).value == float(satisfied)


@given(RATINGS)
def test_a_reversed_scale_negates_nps_and_mirrors_its_interval(ratings: list[int]) -> None:
    there = km.nps(ratings)
    mirrored = km.NPS(scale=km.Scale(0, 10, higher_is_better=False), top=(0, 1), bottom=(4, 5, 6, 7, 8, 9, 10))
    back = km.measure({"score": [10 - r for r in ratings]}, mirrored)[()]
    assert back.value == there.value
    assert (back.low, back.high) == pytest.approx((there.low, there.high), abs=1e-9)


@given(RATINGS)
def test_the_shares_add_up_and_make_the_score(ratings: list[int]) -> None:
    estimate = km.nps(ratings)
    assert sum(estimate.parts.values()) == pytest.approx(1.0)
    difference = estimate.parts["promoters"] - estimate.parts["detractors"]
    assert estimate.value == pytest.approx(100 * difference, abs=1e-9)


def representations(values: list[int | None]) -> dict[str, object]:
    floats = [np.nan if value is None else float(value) for value in values]
    made: dict[str, object] = {
        "list": values,
        "tuple": tuple(values),
        "object": pd.Series(values, dtype=object),
        "decimal": [None if value is None else Decimal(value) for value in values],
        "masked": np.ma.masked_array(
            [0 if value is None else value for value in values], [value is None for value in values]
        ),
        "categorical": pd.Series(values, dtype="Int64").astype(object).astype("category"),
        "Float64": pd.Series(values, dtype="Float64"),
    }
    made |= {f"float{bits}": np.array(floats, dtype=f"float{bits}") for bits in (16, 32, 64)}
    made |= {
        f"{sign}Int{bits}": pd.Series(values, dtype=f"{sign}Int{bits}")
        for sign in ("", "U")
        for bits in (8, 16, 32, 64)
    }
    made |= {
        f"arrow {kind}": pd.Series(values, dtype=f"{kind}[pyarrow]") for kind in ("int8", "int64", "uint8", "double")
    }
    return made


@given(st.lists(st.none() | st.integers(0, 10), min_size=1, max_size=30))
def test_the_same_answers_give_the_same_bits_however_they_come(values: list[int | None]) -> None:
    expected = km.nps(values)
    for name, column in representations(values).items():
        assert km.nps(column) == expected, name


@given(RATINGS)
def test_whole_numbers_of_every_width_give_the_same_bits(ratings: list[int]) -> None:
    expected = km.nps(ratings)
    for kind in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
        array = np.array(ratings, dtype=kind)
        assert km.nps(array) == expected
        assert km.nps(array.astype(array.dtype.newbyteorder())) == expected
        doubled = np.repeat(array, 2)[::2]
        doubled.flags.writeable = False
        assert km.nps(doubled[::-1]) == expected


@pytest.mark.parametrize(
    "bad",
    [
        ["9"],
        [True, False],
        np.array([1 + 2j]),
        np.zeros((2, 2)),
        np.array(3),
        {1, 2},
        {"a": 1},
        (i for i in range(3)),
        "abc",
        5,
        None,
        ["9,0"],
        pd.Series(["9", "10"]),
    ],
    ids=lambda bad: type(bad).__name__,
)
def test_what_is_no_column_of_numbers_is_refused(bad: object) -> None:
    with pytest.raises(KundenmetrikError) as caught:
        km.nps(bad)
    assert "scores" in str(caught.value)
    assert isinstance(caught.value, (TypeError, ValueError))


def test_an_answer_off_the_scale_is_an_error_with_rows_and_values() -> None:
    scores = [5] * 20
    scores[17], scores[4], scores[11] = 11, -1, 7.5
    with pytest.raises(InvalidData) as caught:
        km.nps(scores)
    assert str(caught.value).startswith(
        "scores must be whole steps from 0 to 10; 3 of 20 are not (rows 4, 11, 17: -1, 7.5, 11)"
    )
    estimate = km.nps(scores, invalid="exclude")
    assert dict(estimate.excluded) == {"out_of_scale": 2, "not_a_step": 1}
    assert estimate.n == 17


def test_the_input_is_left_alone() -> None:
    array = np.array([10.0, np.nan, 3.0])
    before = array.copy()
    km.nps(array)
    assert np.array_equal(array, before, equal_nan=True)


def test_series_are_aligned_by_index_or_refused() -> None:
    scores, weights = pd.Series([10, 0], index=[1, 2]), pd.Series([1.0, 3.0], index=[2, 1])
    with pytest.raises(InvalidArgument, match="index"):
        km.nps(scores, weight=weights)
    assert km.nps(scores, weight=weights.to_numpy()).value == pytest.approx(-50.0)
    with pytest.raises(InvalidArgument, match="rows"):
        km.nps(scores, weight=[1.0])


def test_the_canonical_nps_has_its_scale() -> None:
    with pytest.raises(InvalidArgument, match="definitions"):
        km.nps([1, 2, 3], scale=km.Scale(1, 5))
    with pytest.raises(InvalidArgument, match="share no step"):
        km.NPS(scale=km.Scale(1, 5), top=(4, 5), bottom=(4,))
    with pytest.raises(InvalidArgument, match="some, not all"):
        km.csat([1], satisfied=[6])
    with pytest.raises(InvalidArgument, match="some, not all"):
        km.csat([1], satisfied=[1, 2, 3, 4, 5])
    with pytest.raises(InvalidType, match="Scale"):
        km.CSAT(scale=(1, 5))
    with pytest.raises(InvalidType, match="column"):
        km.NPS(5)


def test_direction_comes_with_the_scale() -> None:
    assert km.ces([1, 2]).higher_is_better is True
    hard = km.ces([1, 2], scale=km.Scale(1, 7, higher_is_better=False))
    assert hard.higher_is_better is False
    assert hard.parts["percent_of_maximum"] == pytest.approx(100 * (7 - 1.5) / 6)
    assert km.ces([7, 7]).parts["percent_of_maximum"] == 100.0


@pytest.mark.parametrize("method", ["score", "wald", "adjusted_wald", "jeffreys", "t", "bootstrap"])
def test_every_method_has_its_name_on_the_result(method: str) -> None:
    estimate = km.nps([10] * 20 + [5] * 10 + [8] * 5, method=method)
    assert estimate.method == method
    assert estimate.low < estimate.value < estimate.high


def test_an_unknown_method_is_told_the_known_ones() -> None:
    with pytest.raises(InvalidArgument, match="Did you mean 'wald'"):
        km.nps([1], method="walt")


class TestMismatch:
    """Answers that look as if they were given on another scale."""

    def notes(self, scores: list[int]) -> tuple[str, ...]:
        return km.nps(scores).notes

    def test_answers_from_1_to_5(self) -> None:
        assert self.notes([1, 2, 3, 4, 5] * 10) == ("answers_only_1_to_5",)

    @pytest.mark.parametrize("scores", [[2, 3, 4, 5], [5, 4, 3], [5, 4, 5, 4, 5], [1, 2], [1, 4]])
    def test_answers_within_1_to_5(self, scores: list[int]) -> None:
        assert self.notes(scores * 15) == ("answers_only_1_to_5",)

    @pytest.mark.parametrize("scores", [[2, 3, 6], [3, 7], [1, 2, 3, 4, 5, 6]])
    def test_answers_within_1_to_7(self, scores: list[int]) -> None:
        assert self.notes(scores * 15) == ("answers_only_1_to_7",)

    @pytest.mark.parametrize("scores", [[0, 3, 5], [2, 3, 8]])
    def test_answers_that_fit_no_shorter_scale(self, scores: list[int]) -> None:
        assert self.notes(scores * 12) == ()

    def test_effort_answered_from_1_to_5(self) -> None:
        assert km.ces([1, 2, 3, 4, 5] * 10).notes == ("answers_only_1_to_5",)
        assert km.ces([2, 3, 4, 5] * 10).notes == km.csat([1, 2, 3, 4, 5] * 10).notes == ()

    def test_answers_from_1_to_7(self) -> None:
        assert self.notes([1, 2, 3, 4, 5, 6, 7] * 10) == ("answers_only_1_to_7",)

    def test_answers_from_1_to_10(self) -> None:
        assert self.notes(list(range(1, 11)) * 4) == ("lowest_never_given",)

    def test_answers_from_0_to_9(self) -> None:
        assert self.notes(list(range(10)) * 4) == ("highest_never_given",)

    def test_everybody_the_same(self) -> None:
        assert self.notes([5] * 40) == ("only_one_answer",)

    def test_few_answers_raise_no_suspicion(self) -> None:
        assert self.notes([1, 2, 3, 4, 5]) == ()

    def test_an_ordinary_sample_raises_none(self) -> None:
        assert self.notes(list(range(11)) * 5) == ()

    def test_a_code_for_no_answer_names_its_remedy(self) -> None:
        with pytest.raises(InvalidData, match=r"missing_codes"):
            km.nps([9, 10, 99, 99])
