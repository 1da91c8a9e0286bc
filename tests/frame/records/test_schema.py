"""What is read from a model: no constraint is lost on the way from its fields to the column checks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from pydantic import AfterValidator, AllowInfNan, Field

from kundenmetrik.errors import InvalidType
from kundenmetrik.frame.records.schema import Alternative, declaration_of
from kundenmetrik.models import Customer, Interaction, KanoAnswer, Record, SurveyResponse
from kundenmetrik.models.fields import Id, KanoLevel, Moment, Name, Number
from kundenmetrik.models.rules import Rule

ATTRIBUTES = {(model, "attributes") for model in (Customer, Interaction, SurveyResponse)}
ONE_BY_ONE = {*ATTRIBUTES, (Interaction, "currency"), (SurveyResponse, "scale")}
FIELDS = [(model, name) for model in (Customer, Interaction, SurveyResponse, KanoAnswer) for name in model.model_fields]


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_all_fields_but_five_are_checked_as_columns(model: type[Record], name: str) -> None:
    column = next(column for column in declaration_of(model).columns if column.name == name)
    assert (column.adapter is not None) == ((model, name) in ONE_BY_ONE)
    assert bool(column.alternatives) != ((model, name) in ONE_BY_ONE)
    assert column.required == model.model_fields[name].is_required()


def only(annotation: Any) -> Any:
    """Return the declaration of one field of a model."""
    model = type("Model", (Record,), {"__annotations__": {"field": annotation}, "__module__": __name__})
    (column,) = declaration_of(model).columns
    return column


@pytest.mark.parametrize(
    ("annotation", "nullable", "alternatives"),
    [
        (Name, False, [Alternative(base=str, limits=(MinLen(1), MaxLen(200)))]),
        (Name | None, True, [Alternative(base=str, limits=(MinLen(1), MaxLen(200)))]),
        (Annotated[Name | None, MaxLen(9)], True, [Alternative(base=str, limits=(MinLen(1), MaxLen(200), MaxLen(9)))]),
        (Annotated[Number, Gt(0), Lt(9)], False, [Alternative(base=float, limits=(AllowInfNan(False), Gt(0), Lt(9)))]),
        (KanoLevel | None, True, [Alternative(base=int, limits=(Ge(1), Le(5)), whole_floats=True)]),
        (Moment, False, [Alternative(base=datetime)]),
        (Literal["a", "b"] | None, True, [Alternative(base=str, choices=("a", "b"))]),
    ],
)
def test_constraints_are_found_inside_unions(annotation: Any, nullable: bool, alternatives: list[Alternative]) -> None:
    column = only(annotation)
    assert column.nullable is nullable
    assert [repr(one) for one in column.alternatives] == [repr(one) for one in alternatives]


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[Number, MultipleOf(5)],
        Annotated[Name, AfterValidator(str.upper)],
        Annotated[Name, Field(pattern="^a")],
        Annotated[str, Ge("a")],
        Annotated[datetime, Ge(datetime(2025, 1, 1))],
        Id | bool,
        KanoLevel | Number,
        Annotated[str, MaxLen(2)] | Annotated[str, MinLen(5)],
        Literal[1, 2],
        int,
        dict[str, int],
    ],
)
def test_what_columns_cannot_follow_is_left_to_the_model(annotation: Any) -> None:
    column = only(annotation)
    assert column.alternatives == ()
    assert column.adapter is not None


def test_a_rule_that_columns_do_not_know_is_refused() -> None:
    class Even:
        column, code, text = "customer_id", "even", "be even"

        def broken(self, record: Any) -> bool:
            return False

    rules: tuple[Rule, ...] = (Even(),)  # type: ignore[assignment]
    model = type("Model", (Customer,), {"RULES": rules, "__module__": __name__})
    with pytest.raises(InvalidType, match="RULES"):
        declaration_of(model)
