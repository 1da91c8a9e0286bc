"""What every record is: frozen, strict, complete, and true to the rules between its fields."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, Tag, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import CoreSchema, ValidatorFunctionWrapHandler, no_info_wrap_validator_function

from kundenmetrik.models.own_fields import let_read_json
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

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Stand around all validators, those of a subclass too, and bear the model's name among those of a union."""
        for field in cls.model_fields.values():
            let_read_json(field)

        def record(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
            try:
                return validate(value)
            except ValidationError as error:
                raise _without_input(error) from None

        record.__name__ = (
            cls.__name__
        )  # pydantic 2.10 knows members of a union by the function's name, later ones by a tag
        outermost: Any = lambda inner: no_info_wrap_validator_function(record, handler(inner))  # noqa: E731
        return Tag(cls.__name__).__get_pydantic_core_schema__(source, outermost)

    @model_validator(mode="after")
    def _keep_rules(self) -> Self:
        """Keep the rules between fields, each told at its fields."""
        broken = [rule for rule in self.RULES if rule.is_broken_by(self)]
        if broken:
            details = [
                _detail(rule.code, f"{rule.column} must {rule.text}", (name,))
                for rule in broken
                for name in rule.fields
            ]
            raise ValidationError.from_exception_data(type(self).__name__, details, hide_input=True)
        return self

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Validate JSON, as pydantic does; what is no JSON is not repeated either."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            raise _without_input(error) from None


def _without_input(error: ValidationError) -> ValidationError:
    """Return the error without what was given."""
    details = [_detail(one["type"], one["msg"], one["loc"]) for one in error.errors(include_input=False)]
    return ValidationError.from_exception_data(error.title, details, hide_input=True)


def _detail(code: str, message: str, loc: tuple[int | str, ...]) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(code, message), loc=loc, input=None)
