"""What a check of a frame says, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pytest
from annotated_types import Ge, MultipleOf
from pydantic import field_validator

from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, showing_values
from kundenmetrik.frame.records.check import ColumnFault, check
from kundenmetrik.models import Customer, Interaction, KanoAnswer, Record, SurveyResponse
from kundenmetrik.models.fields import Id, Number
from kundenmetrik.models.rules import NotBefore


def answers(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"response_id": [1, 2, 3], "question": "nps", "score": [9, 10, 3]} | columns)


def faults(
    frame: pd.DataFrame, model: type[Record] = SurveyResponse, **options: Any
) -> list[tuple[str, str, int, tuple[Any, ...]]]:
    with pytest.raises(InvalidData) as caught:
        check(frame, model, **options)
    return [(fault.column, fault.code, fault.count, fault.rows) for fault in caught.value.faults]


def test_a_good_frame_comes_back_itself() -> None:
    frame = answers()
    assert check(frame, SurveyResponse) is frame


def test_all_faults_are_listed_at_once_with_rule_count_and_rows() -> None:
    frame = answers(
        score=[11, -1, np.inf], scale="0..10", weight=[1, -1, np.nan], touchpoint=["a", "", "b"], colour="red"
    )
    assert faults(frame) == [
        ("colour", "unknown", 3, ()),
        ("score", "not_finite", 1, (2,)),
        ("touchpoint", "min_length", 1, (1,)),
        ("weight", "missing", 1, (2,)),
        ("weight", "ge", 1, (1,)),
        ("score", "within", 3, (0, 1, 2)),
    ]


def test_the_message_reads_as_a_sentence() -> None:
    with pytest.raises(InvalidData) as caught:
        check(answers(score=["9", "10", "3"]), SurveyResponse)
    assert str(caught.value) == (
        "score must be a number, not text; 3 of 3 are not (rows 0, 1, 2: '9', '10', '3'). "
        "Convert it with pandas.to_numeric first."
    )


def test_rows_are_positions_whatever_the_index() -> None:
    frame = answers(score=[9, -1, 3], scale="0..10").set_index(pd.Index(["c", "b", "a"]))
    assert faults(frame) == [("score", "within", 1, (1,))]
    assert frame.iloc[[1]]["score"].tolist() == [-1]


def test_only_the_first_rows_are_kept() -> None:
    frame = pd.DataFrame({"response_id": range(1000), "question": "nps", "score": 11.0, "scale": "0..10"})
    assert faults(frame) == [("score", "within", 1000, (0, 1, 2, 3, 4))]


def test_ids_and_free_text_are_named_by_their_row_only() -> None:
    secret = "Anna Muster" * 40
    frame = answers(customer_id=secret, comment=[secret, secret, 1], score=["geheim", 1, 2])
    with pytest.raises(InvalidData) as hidden:
        check(frame, SurveyResponse)
    with showing_values(), pytest.raises(InvalidData) as shown:
        check(frame, SurveyResponse)
    assert "Anna" in str(shown.value)
    assert "Anna" not in str(hidden.value)
    assert "geheim" in str(hidden.value)
    assert "Anna" not in str(hidden.value.to_dict(values=True))


def test_the_message_is_capped_and_the_faults_are_not() -> None:
    frame = answers(**{f"extra_{number:02d}": 1 for number in range(30)})
    with pytest.raises(InvalidData) as caught:
        check(frame, SurveyResponse, cap=7)
    assert len(caught.value.faults) == 30
    assert len(str(caught.value).splitlines()) == 8
    assert str(caught.value).endswith("... and 23 more rules are broken")
    with pytest.raises(InvalidArgument, match="cap"):
        check(frame, SurveyResponse, cap=0)


def test_a_message_stays_short_whatever_the_data() -> None:
    frame = pd.DataFrame({"response_id": ["x" * 10**5] * 50, "question": 1, "score": "9" * 10**5})
    with pytest.raises(InvalidData) as caught:
        check(frame, SurveyResponse)
    assert len(str(caught.value)) < 2000


def test_missing_and_unknown_columns_are_named_with_the_nearest_name() -> None:
    frame = answers(touch_point="web").rename(columns={"score": "scores"})
    with pytest.raises(InvalidData) as caught:
        check(frame, SurveyResponse)
    assert str(caught.value).splitlines() == [
        "score must be a column of the frame. Did you mean 'scores'?",
        "scores must be a field of SurveyResponse. Did you mean 'score'?",
        "touch_point must be a field of SurveyResponse. Did you mean 'touchpoint'?",
    ]
    assert all(isinstance(fault, ColumnFault) for fault in caught.value.faults)


def test_a_column_that_is_there_twice_is_refused() -> None:
    frame = pd.concat([answers(), answers()[["score"]]], axis=1)
    assert faults(frame) == [("score", "duplicate", 3, ())]


def test_an_empty_frame_needs_its_columns_too() -> None:
    assert check(answers()[:0], SurveyResponse).empty
    assert [column for column, *_ in faults(pd.DataFrame(), KanoAnswer)] == [
        *("customer_id", "feature", "functional", "dysfunctional"),
    ]


@pytest.mark.parametrize("columns", [pd.MultiIndex.from_tuples([("a", "b")]), pd.Index([0]), pd.Index([None])])
def test_columns_of_another_kind_are_unknown(columns: pd.Index) -> None:
    assert "unknown" in {code for _, code, *_ in faults(pd.DataFrame([[1]], columns=columns), KanoAnswer)}


@pytest.mark.parametrize("ids", [[1.0, 2.0, 3.0], [True, False, True], [1, "1", 2], [b"a", b"b", b"c"], [1, None, 2]])
def test_identifiers_are_text_or_whole_numbers_and_one_of_both(ids: list[Any]) -> None:
    with pytest.raises(InvalidData, match="response_id"):
        check(answers(response_id=ids), SurveyResponse)


def test_a_mix_of_identifiers_names_the_fewer() -> None:
    assert faults(answers(response_id=pd.Series([1, "2", 3], dtype=object))) == [("response_id", "one_type", 1, (1,))]


def test_times_with_and_without_a_zone_do_not_stand_in_one_table() -> None:
    day = datetime(2025, 1, 1)
    frame = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "acquired_at": pd.to_datetime([day, day]).tz_localize("Europe/Berlin"),
            "churned_at": pd.to_datetime([None, day]),
        }
    )
    assert faults(frame, Customer) == [("churned_at", "one_clock", 1, (1,))]
    assert check(frame.assign(churned_at=pd.NaT), Customer) is not None


def test_rules_between_columns_are_checked() -> None:
    frame = pd.DataFrame(
        {
            "interaction_id": [1, 2, 3, 4],
            "customer_id": 7,
            "kind": ["purchase", "complaint", "contact", "visit"],
            "occurred_at": datetime(2025, 1, 2),
            "amount": [10.0, None, 3.0, None],
            "currency": ["EUR", "EUR", None, None],
            "first_response_at": pd.to_datetime([None, "2025-01-01", "2025-01-03", None]),
            "resolved_at": pd.to_datetime(["2025-01-03", None, "2025-01-02", "2025-01-01"]),
        }
    )
    assert faults(frame, Interaction) == [
        ("amount", "requires", 1, (2,)),
        ("resolved_at", "only_for", 2, (0, 3)),
        ("first_response_at", "not_before", 1, (1,)),
        ("resolved_at", "not_before", 1, (3,)),
    ]


def test_an_amount_without_a_currency_column_is_refused() -> None:
    frame = pd.DataFrame(
        {"interaction_id": [1], "customer_id": 1, "kind": "visit", "occurred_at": datetime(2025, 1, 1)}
    )
    assert check(frame, Interaction) is frame
    assert faults(frame.assign(amount=5.0), Interaction) == [("amount", "requires", 1, (0,))]


@pytest.mark.parametrize("scale", ["0..10", "0-10", (0, 10), "0 .. 10"])
def test_a_scale_is_a_pair_or_text(scale: Any) -> None:
    frame = answers(scale=[scale] * 3)
    assert check(frame, SurveyResponse) is frame
    assert faults(frame.assign(score=[11, 1, 1])) == [("score", "within", 1, (0,))]


@pytest.mark.parametrize("frame", [None, [1], {"score": [1]}, np.ones((2, 2)), pd.Series([1])])
def test_a_frame_is_a_frame(frame: Any) -> None:
    with pytest.raises(InvalidType, match="frame must be a pandas DataFrame"):
        check(frame, SurveyResponse)


@pytest.mark.parametrize("model", [None, int, dict, Record, SurveyResponse(response_id=1, question="a", score=1)])
def test_a_model_is_a_record_model(model: Any) -> None:
    with pytest.raises(InvalidType, match="model must be a record model"):
        check(answers(), model)


class ShopCustomer(Customer):
    """A customer with fields of its owner's."""

    RULES = (*Customer.RULES, NotBefore("last_seen_at", "acquired_at"))

    loyalty: Annotated[int, Ge(0), MultipleOf(5)] | None = None
    last_seen_at: Any = None
    balance: Annotated[Number, Ge(-100)] | None = None
    household: Id | None = None


def test_a_model_of_ones_own_is_checked_by_the_same_rules() -> None:
    frame = pd.DataFrame({"customer_id": [1, 2], "acquired_at": datetime(2025, 1, 1), "loyalty": [5, 10]})
    assert check(frame, ShopCustomer) is frame
    assert faults(frame.assign(loyalty=[7, -5], balance=[-101.0, 2.0]), ShopCustomer) == [
        ("loyalty", "multiple_of", 1, (0,)),
        ("loyalty", "greater_than_equal", 1, (1,)),
        ("balance", "ge", 1, (0,)),
    ]


def test_a_model_with_validators_that_columns_cannot_see_is_refused() -> None:
    class Strange(Customer):
        @field_validator("segment")
        @classmethod
        def _never(cls, value: object) -> object:
            return value

    with pytest.raises(InvalidType, match="RULES"):
        check(pd.DataFrame({"customer_id": [1], "acquired_at": datetime(2025, 1, 1)}), Strange)


def test_faults_are_found_without_assertions() -> None:
    code = (
        "import pandas as pd\nfrom kundenmetrik import check\nfrom kundenmetrik.models import KanoAnswer\n"
        "frame = pd.DataFrame({'customer_id': [1], 'feature': 'app', 'functional': 6, 'dysfunctional': 1})\n"
        "try: check(frame, KanoAnswer)\nexcept ValueError as error: print(error.faults[0].code)"
    )
    done = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "le"
