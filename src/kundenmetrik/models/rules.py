"""Rules between the fields of one record, declared as data: rows and columns read the same declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from kundenmetrik.models.datetimes import instant, is_aware


class Rule(Protocol):
    """What a record needs to know of a rule: whose it is, how it reads, and whether a record breaks it."""

    @property
    def column(self) -> str:
        """The field that breaks the rule."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that a broken rule concerns."""

    @property
    def code(self) -> str:
        """The rule's machine name."""

    @property
    def text(self) -> str:
        """What the field must do, continuing "<field> must ..."."""

    def is_broken_by(self, record: Any) -> bool:
        """Say whether the record breaks the rule."""


@dataclass(frozen=True, slots=True)
class NotBefore:
    """A time that is no earlier than another one, where both are known."""

    column: str
    start: str
    code: ClassVar[str] = "not_before"

    @property
    def fields(self) -> tuple[str, ...]:
        """The field that breaks the rule."""
        return (self.column,)

    @property
    def text(self) -> str:
        """What the field must do."""
        return f"be no earlier than {self.start}"

    def is_broken_by(self, record: Any) -> bool:
        """Say whether the record breaks the rule; times of two clocks are not compared."""
        end, start = getattr(record, self.column), getattr(record, self.start)
        if end is None or start is None or is_aware(end) != is_aware(start):
            return False
        return instant(end) < instant(start)


@dataclass(frozen=True, slots=True)
class OnlyFor:
    """A field that is given only where another field has one of some values."""

    column: str
    field: str
    values: tuple[str, ...]
    code: ClassVar[str] = "only_for"

    @property
    def fields(self) -> tuple[str, ...]:
        """The field that breaks the rule."""
        return (self.column,)

    @property
    def text(self) -> str:
        """What the field must do."""
        return f"be given only where {self.field} is {' or '.join(self.values)}"

    def is_broken_by(self, record: Any) -> bool:
        """Say whether the record breaks the rule."""
        return getattr(record, self.column) is not None and getattr(record, self.field) not in self.values


@dataclass(frozen=True, slots=True)
class Requires:
    """A field that is given only together with another one."""

    column: str
    other: str
    code: ClassVar[str] = "requires"

    @property
    def fields(self) -> tuple[str, ...]:
        """The field that breaks the rule."""
        return (self.column,)

    @property
    def text(self) -> str:
        """What the field must do."""
        return f"have its {self.other} beside it"

    def is_broken_by(self, record: Any) -> bool:
        """Say whether the record breaks the rule."""
        return getattr(record, self.column) is not None and getattr(record, self.other) is None


@dataclass(frozen=True, slots=True)
class Within:
    """A number that lies within the pair of limits of another field, where both are given."""

    column: str
    scale: str
    code: ClassVar[str] = "within"

    @property
    def fields(self) -> tuple[str, ...]:
        """The field that breaks the rule."""
        return (self.column,)

    @property
    def text(self) -> str:
        """What the field must do."""
        return f"lie within its {self.scale}"

    def is_broken_by(self, record: Any) -> bool:
        """Say whether the record breaks the rule."""
        number, scale = getattr(record, self.column), getattr(record, self.scale)
        return number is not None and scale is not None and not scale[0] <= number <= scale[1]


@dataclass(frozen=True, slots=True)
class OneClock:
    """Times that all have a time zone or all have none."""

    fields: tuple[str, ...]
    code: ClassVar[str] = "one_clock"

    @property
    def column(self) -> str:
        """The fields that stand together."""
        return ", ".join(self.fields)

    @property
    def text(self) -> str:
        """What the fields must do."""
        return "all have a time zone or all have none"

    def is_broken_by(self, record: Any) -> bool:
        """Say whether the record breaks the rule."""
        given = [moment for moment in (getattr(record, name) for name in self.fields) if moment is not None]
        return len({is_aware(moment) for moment in given}) > 1
