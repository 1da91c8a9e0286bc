"""What a record model declares of each column: read once from its pydantic fields, so that rows and columns agree."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import (
    AllowInfNan,
    BeforeValidator,
    Discriminator,
    PlainSerializer,
    Tag,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo

from kundenmetrik.errors import InvalidType
from kundenmetrik.models.datetimes import as_moment
from kundenmetrik.models.fields import Drawn, Written, as_number, as_plain, as_whole
from kundenmetrik.models.own_fields import strict_adapter
from kundenmetrik.models.record import Record
from kundenmetrik.models.rules import NotBefore, OneClock, OnlyFor, Requires, Rule, Within

READERS: dict[type, tuple[Callable[..., object], ...]] = {
    int: (as_plain, as_whole),
    float: (as_number,),
    datetime: (as_moment,),
}
"""The converters a column check knows how to follow, by the type they lead to."""
SILENT = (Drawn, Written, Tag, Discriminator, PlainSerializer, WithJsonSchema)
"""Metadata that says nothing about which values are valid."""
BOUNDS = (Ge, Gt, Le, Lt)
LIMITS: dict[type, tuple[type, ...]] = {int: BOUNDS, float: (*BOUNDS, AllowInfNan), str: (MinLen, MaxLen), datetime: ()}
"""Constraints that a column check can follow, by type."""


KNOWN_RULES = (NotBefore, OneClock, OnlyFor, Requires, Within)
"""Rules between fields that a column check can follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One type a field may have, with its constraints; ``whole_floats`` says that 5.0 is read as 5."""

    base: type
    limits: tuple[Any, ...] = ()
    choices: tuple[object, ...] = ()
    whole_floats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field as a column: whether it must be there, may have gaps, and what its values are.

    A field whose type or constraints no column check can follow has no alternatives; its ``adapter``
    validates its distinct values one by one, so that no constraint is ever lost. ``write`` puts a value
    that is no plain cell into text.
    """

    name: str
    required: bool
    nullable: bool
    alternatives: tuple[Alternative, ...]
    adapter: TypeAdapter[Any] | None
    write: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Every column of a model, and the rules between them."""

    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    ignores_unknown: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the fields."""
        return tuple(column.name for column in self.columns)


def declaration_of(model: type[Record]) -> Declaration:
    """Read a model's declaration; refuse one with validators that columns could not follow."""
    if not (isinstance(model, type) and issubclass(model, Record)) or model is Record:
        raise InvalidType("model", "be a record model, such as SurveyResponse", model)
    return _declaration_of(model)


@lru_cache(maxsize=64)
def _declaration_of(model: type[Record]) -> Declaration:
    if _validators(model) - _validators(Record):
        raise InvalidType(
            "model",
            "declare its rules in RULES and in the types of its fields",
            model,
            "Validators are seen by rows only.",
        )
    if not all(isinstance(rule, KNOWN_RULES) for rule in model.RULES):
        raise InvalidType("model", "have only the rules of kundenmetrik.models.rules in RULES", model)
    columns = tuple(
        _column(name, field, bool(model.model_config.get("strict"))) for name, field in model.model_fields.items()
    )
    ignores = model.model_config.get("extra") == "ignore"
    return Declaration(columns=columns, rules=model.RULES, ignores_unknown=ignores)


def _validators(model: type[Record]) -> set[str]:
    found = model.__pydantic_decorators__
    kinds = (found.validators, found.field_validators, found.root_validators, found.model_validators)
    return {name for kind in kinds for name in kind}


def _column(name: str, field: FieldInfo, strict: bool) -> Column:
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    found = tuple(_alternatives(annotation, ()))
    nullable = any(alternative is None for alternative in found)
    known: tuple[Any, ...] = tuple(alternative for alternative in found if alternative is not None)
    followed = all(isinstance(alternative, Alternative) for alternative in known) and _apart(known)
    return Column(
        name=name,
        required=field.is_required(),
        nullable=nullable,
        alternatives=known if followed else (),
        adapter=None if followed else strict_adapter(annotation) if strict else TypeAdapter(annotation),
        write=next(_writers(annotation), None),
    )


def _apart(alternatives: tuple[Any, ...]) -> bool:
    """Say whether a cell's type alone tells which alternative it must satisfy."""
    kinds = [float if alternative.base is int else alternative.base for alternative in alternatives]
    return len(set(kinds)) == len(kinds)


def _alternatives(annotation: Any, outer: tuple[Any, ...]) -> Iterator[Alternative | type | None]:
    """Yield the types of an annotation with all their metadata; None for a gap, the bare type where one is unknown."""
    if annotation is type(None):
        yield None
    elif get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        yield from _alternatives(inner, (*_flat(metadata), *outer))
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _alternatives(member, outer)
    else:
        yield _alternative(annotation, outer)


def _writers(annotation: Any) -> Iterator[Callable[[Any], str]]:
    for item in get_args(annotation):
        if isinstance(item, Written):
            yield item.write
        else:
            yield from _writers(item)


def _flat(metadata: list[Any]) -> Iterator[Any]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from item.metadata
        else:
            yield item


def _alternative(base: Any, metadata: tuple[Any, ...]) -> Alternative | type:
    if get_origin(base) is Literal and all(isinstance(choice, str) for choice in get_args(base)) and not metadata:
        return Alternative(base=str, choices=get_args(base))
    readers = [item.func for item in metadata if isinstance(item, BeforeValidator)]
    rest = [item for item in metadata if not isinstance(item, (BeforeValidator, *SILENT))]
    if not _is_followed(base, readers) or not all(isinstance(item, LIMITS[base]) for item in rest):
        return object
    return Alternative(base=base, limits=tuple(rest), whole_floats=as_whole in readers)


def _is_followed(base: Any, readers: list[Any]) -> bool:
    if base is str:
        return all(reader is as_plain for reader in readers)
    return base in READERS and len(readers) == 1 and readers[0] in READERS[base]
