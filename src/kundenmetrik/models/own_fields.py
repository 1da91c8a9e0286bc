"""Fields of one's own whose values JSON has no word for, such as days and amounts: they read what JSON writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import (
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    PydanticUserError,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError, to_json

from kundenmetrik.models.datetimes import as_moment

IN_JSON = (str, int, float, bool, NoneType, list, dict, Mapping, object, Any)
"""What JSON has a word for."""
READERS = (BeforeValidator, PlainValidator, WrapValidator)
"""A field that has one of these says by itself what it takes."""


def as_day(value: object) -> object:
    """Return an ISO 8601 day as JSON holds it as a date; what is no text is left to the refusal."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("day_type", "must be a day, such as '2025-03-01'") from None


UNIONS = (Union, UnionType)
KNOWN: Mapping[type, BeforeValidator] = {datetime: BeforeValidator(as_moment), date: BeforeValidator(as_day)}
"""What pydantic would also read from a number of seconds."""


def let_read_json(field: FieldInfo) -> None:
    """Let a field of a strict model read what JSON writes for its type, also after the JSON was parsed."""
    kinds = set(_kinds(field.annotation))
    if any(isinstance(one, READERS) for one in field.metadata) or kinds <= {*IN_JSON}:
        return
    known = next((KNOWN[kind] for kind in KNOWN if kinds <= {kind, NoneType}), None)
    annotation: Any = (
        Annotated[(_with_reader(field.annotation), *field.metadata)]
        if field.metadata
        else _with_reader(field.annotation)
    )
    field.metadata.append(known or WrapValidator(_reader(annotation)))


def _kinds(annotation: Any) -> Iterator[Any]:
    """Yield the types that an annotation is made of, but for those that have a reader."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from () if any(isinstance(one, READERS) for one in parts) else _kinds(parts[0])
    elif origin is Literal:
        yield from map(type, parts)
    else:
        yield from () if origin in UNIONS else (origin or annotation,)
        for part in parts:
            yield from _kinds(part)


def _with_reader(annotation: Any) -> Any:
    """Return an annotation whose days and times, inside of lists and the like, too, have their reader."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if annotation in KNOWN:
        return Annotated[annotation, KNOWN[annotation]]
    if origin in UNIONS:
        return reduce(or_, map(_with_reader, parts))
    if origin is None or origin is Literal or any(isinstance(one, READERS) for one in parts):
        return annotation
    return (
        Annotated[(_with_reader(parts[0]), *parts[1:])]
        if origin is Annotated
        else origin[tuple(map(_with_reader, parts))]
    )


def _reader(annotation: Any) -> Any:
    @cache
    def in_json() -> TypeAdapter[Any]:
        return strict_adapter(annotation)

    def read(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        try:
            return validate(value)
        except ValidationError:
            if not isinstance(value, (str, int, float, list, dict)):
                raise
            return in_json().validate_json(to_json(value))

    return read


def strict_adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return what validates values of a type strictly; a model says by itself how strict it is."""
    try:
        return TypeAdapter(annotation, config=ConfigDict(strict=True))
    except PydanticUserError:
        return TypeAdapter(annotation)
