"""What every record is: frozen, strict, complete, and true to the rules between its fields."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from kundenmetrik.models.rules import Rule


def shorten_description(schema: dict[str, Any]) -> None:
    """Cut the description of a schema to its sentence; examples of Python say nothing to those who send JSON."""
    schema["description"] = schema.get("description", "").split("\n\n")[0]


class Record(BaseModel):
    """One valid row of a table.

    A record cannot be changed, unknown fields are refused, nothing is converted from text except times in ISO 8601, and
    an error never repeats what the customer wrote. ``model_construct`` and ``model_copy(update=...)``
    of pydantic skip the checks; :func:`kundenmetrik.to_frame` checks such records again.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        hide_input_in_errors=True,
        populate_by_name=True,
        json_schema_extra=shorten_description,
    )

    RULES: ClassVar[tuple[Rule, ...]] = ()
    """The rules between fields; the column checks read them too."""

    @model_validator(mode="wrap")
    @classmethod
    def _without_input(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Validate, keep the rules between fields, and take what was given out of every error."""
        try:
            record = handler(value)
        except ValidationError as error:
            details = [_detail(one["type"], one["msg"], one["loc"]) for one in error.errors(include_input=False)]
            raise ValidationError.from_exception_data(error.title, details, hide_input=True) from None
        broken = [rule for rule in cls.RULES if rule.is_broken_by(record)]
        if broken:
            details = [
                _detail(rule.code, f"{rule.column} must {rule.text}", (name,))
                for rule in broken
                for name in rule.fields
            ]
            raise ValidationError.from_exception_data(cls.__name__, details, hide_input=True)
        return record


def _detail(code: str, message: str, loc: tuple[int | str, ...]) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(code, message), loc=loc, input=None)
