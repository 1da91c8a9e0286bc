"""What every record is: frozen, strict, complete, and true to the rules between its fields."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from kundenmetrik.models.rules import Rule

__all__ = ["Record"]


class Record(BaseModel):
    """One valid row of a table.

    A record cannot be changed, unknown fields are refused, nothing is converted from text, and an
    error never repeats what the customer wrote. ``model_construct`` and ``model_copy(update=...)``
    of pydantic skip the checks; :func:`kundenmetrik.to_frame` checks such records again.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    RULES: ClassVar[tuple[Rule, ...]] = ()
    """The rules between fields; the column checks read them too."""

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> Self:
        broken = [f"{rule.column} must {rule.text}" for rule in self.RULES if rule.broken(self)]
        if broken:
            raise PydanticCustomError("rules", "{broken}", {"broken": "; ".join(broken)})
        return self
