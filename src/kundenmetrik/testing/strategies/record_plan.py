"""How the records of a model are drawn, also where a subclass adds fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Annotated, Any, get_args

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from kundenmetrik.errors import InvalidType, UnknownName
from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse
from kundenmetrik.models.record import Record
from kundenmetrik.models.rules import NotBefore, OneClock, OnlyFor, Requires, Within
from kundenmetrik.testing.strategies.moments import MOMENT
from kundenmetrik.testing.strategies.record_fields import ANYWHERE, Bounds, Raw, Traits, fields_of, raw_strategy

MODELS = (Customer, Interaction, SurveyResponse, KanoAnswer)
RULE_CODES = frozenset(rule.code for rule in (NotBefore, OneClock, OnlyFor, Requires, Within))
"""What is broken by two fields together: one of them is drawn, and another draw may keep it."""


@dataclass(frozen=True, slots=True)
class OwnMoment:
    """A time of a field of one's own: it becomes one when the window is there."""

    number: int


class Plan:
    """How the records of a model are drawn: as those of the model below it, with fields of its own and fixed ones."""

    def __init__(self, model: type[Record], fields: Mapping[str, Any]) -> None:
        base = next((one for one in model.__mro__ if one in MODELS), None) if isinstance(model, type) else None
        if base is None:
            raise InvalidType("model", "be a record model, such as SurveyResponse", model)
        for name in fields:
            if name not in model.model_fields:
                raise UnknownName("fields", name, model.model_fields)
        self.model: type[Record] = model
        self.base: type[Customer | Interaction | SurveyResponse | KanoAnswer] = base
        self.named: frozenset[str] = frozenset(fields)
        given = {
            **{name: _field_strategy(field) for name, field in _own_fields(model, base) if name not in fields},
            **{
                name: value if isinstance(value, st.SearchStrategy) else st.just(value)
                for name, value in fields.items()
            },
        }
        raws = raw_strategy(base, given)
        self.raws: st.SearchStrategy[Raw] = _raws(raws, given) if given else raws
        self.starts: dict[str, str] = {rule.column: rule.start for rule in model.RULES if isinstance(rule, NotBefore)}

    def record(self, raw: Raw, traits: Traits, bounds: Bounds = ANYWHERE) -> Any:
        """Return the record; what breaks a rule nevertheless is drawn again."""
        fixed, window = raw.get("fixed"), traits.window
        if not fixed:
            return self.model(**fields_of(self.base, raw, traits, bounds))
        moments = {name: value.number for name, value in fixed.items() if isinstance(value, OwnMoment)}
        free = {name: window.moment(number) for name, number in moments.items() if name not in self.starts}
        plain = {name: value for name, value in fixed.items() if name not in moments}
        fields = fields_of(self.base, raw, traits, bounds, {**plain, **free})
        for name in moments.keys() - free.keys():
            fields[name] = window.moment(moments[name], after=fields[self.starts[name]])
        self._mend(fields)
        try:
            return self.model(**fields)
        except ValidationError as error:
            codes = {(str(*one["loc"][:1]), one["type"]) for one in error.errors(include_url=False)}
            if any(name in self.named and code not in RULE_CODES for name, code in codes):
                raise
            reject()

    def _mend(self, fields: dict[str, Any]) -> None:
        """Keep the rules between drawn fields: what must not be there is None, what must not be earlier is no later."""
        for rule in self.model.RULES:
            known = SimpleNamespace(**{**dict.fromkeys(self.model.model_fields), **fields})
            if rule.column in fields.keys() - self.named and rule.is_broken_by(known):
                fields[rule.column] = fields[rule.start] if isinstance(rule, NotBefore) else None


@st.composite
def _raws(draw: st.DrawFn, raws: st.SearchStrategy[Raw], given: Mapping[str, st.SearchStrategy[Any]]) -> Raw:
    raw = draw(raws)
    return {**raw, "fixed": {name: raw["kind"] if name == "kind" else draw(one) for name, one in given.items()}}


def _own_fields(model: type[Record], base: type[Record]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the fields that a model adds to another, or declares otherwise."""
    for name, field in model.model_fields.items():
        known = base.model_fields.get(name)
        if known is None or (known.annotation, known.metadata) != (field.annotation, field.metadata):
            yield name, field


def _field_strategy(field: FieldInfo) -> st.SearchStrategy[Any]:
    """Return what is drawn for a field: its default, too, and times that the window knows."""
    if datetime in _types(field.annotation):
        drawn = st.builds(OwnMoment, MOMENT)
    else:
        pattern = next((one.pattern for one in field.metadata if getattr(one, "pattern", None)), None)
        typed: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        drawn = st.from_type(typed) if pattern is None else st.from_regex(pattern, fullmatch=True)
    return drawn if field.is_required() else st.just(field.get_default(call_default_factory=True)) | drawn


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _types(part)
