"""What a caller says of the files: names, words, marks and questions, checked once for all ways in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic_core import PydanticCustomError

from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.files.date_text import check_dates
from kundenmetrik.frame.files.number_text import DecimalMark, check_decimal
from kundenmetrik.models import Record
from kundenmetrik.models.answer_scale import as_scale, scale_text

WhatOfOwn = Literal["keep", "drop"]
OwnColumns = WhatOfOwn | Collection[str]
"""Whether all columns that are no field are kept as attributes or left out, or which of them are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the caller says of the files; the parameters of ``km.read_csv`` of the same names."""

    model: type[Record]
    columns: Mapping[str, str] | None = None
    kinds: Mapping[str, str] | None = None
    dates: str | None = None
    decimal: DecimalMark | None = None
    currency: str | None = None
    attributes: OwnColumns | None = None
    questions: Mapping[str, str] | None = None
    scales: Mapping[str, Any] | None = None
    missing: Collection[str] = ()
    fields: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.model, type) and issubclass(self.model, Record)) or self.model is Record:
            raise InvalidType("model", "be a record model, such as SurveyResponse", self.model)
        object.__setattr__(self, "fields", self.model.model_fields)
        check_dates(self.dates)
        check_decimal(self.decimal)
        if isinstance(self.attributes, str):
            check_choice(self.attributes, "attributes", get_args(WhatOfOwn))
        elif self.attributes is not None and not (
            isinstance(self.attributes, Collection)
            and getattr(self.attributes, "ndim", 1) == 1
            and _are_texts(self.attributes)
        ):
            raise InvalidType("attributes", "be 'keep', 'drop' or a list of names of columns", self.attributes)
        if self.attributes not in (None, "drop") and "attributes" not in self.fields:
            raise InvalidArgument("attributes", f"be left out for {self.model.__name__}", self.attributes)
        if isinstance(self.missing, str) or not isinstance(self.missing, Collection):
            raise InvalidType("missing", "be a list of answers that stand for none, such as ['99']", self.missing)
        for name, field_name in (
            ("kinds", "kind"),
            ("currency", "currency"),
            ("questions", "question"),
            ("scales", "scale"),
        ):
            self._belongs(name, field_name)

    def _belongs(self, name: str, field_name: str) -> None:
        """Refuse what the model has no field for, and what is no mapping of text."""
        given = getattr(self, name)
        if given is None:
            return
        if field_name not in self.fields:
            raise InvalidArgument(name, f"be left out for {self.model.__name__}, which has no {field_name}", given)
        if name != "currency" and not (isinstance(given, Mapping) and all(isinstance(key, str) for key in given)):
            raise InvalidType(name, "be a mapping of text", given)
        if name == "questions" and not all(isinstance(value, str) and value for value in given.values()):
            raise InvalidType(name, "name a question for each column, such as {'Weiterempfehlung': 'nps'}", given)

    @property
    def own_names(self) -> tuple[str, ...]:
        """The columns that become attributes where they are named one by one."""
        return () if self.attributes is None or isinstance(self.attributes, str) else tuple(self.attributes)

    def keeps(self, name: str) -> bool:
        """Say whether a column that is no field becomes an attribute."""
        return self.attributes == "keep" or name in self.own_names

    def scale_of(self, question: object) -> str | None:
        """Return the scale of a question as a column writes it, None where the caller says nothing."""
        if self.scales is None or question not in self.scales:
            return None
        try:
            return scale_text(as_scale(self.scales[str(question)]))  # type: ignore[arg-type]
        except (PydanticCustomError, ArithmeticError, TypeError, ValueError):
            rule = "be a scale, such as km.Scale(1, 5) or (1, 5)"
            raise InvalidType(f"scales[{question!r}]", rule, self.scales[str(question)]) from None

    def labels_of(self, question: object) -> dict[str, float]:
        """Return the words of a question's scale."""
        scale = (self.scales or {}).get(str(question))
        return dict(getattr(scale, "label_steps", {}))

    def codes_of(self, question: object) -> list[str]:
        """Return what stands for no answer to a question."""
        scale = (self.scales or {}).get(str(question))
        return [str(code) for code in (*self.missing, *getattr(scale, "missing_codes", ()))]


def _are_texts(names: object) -> bool:
    return isinstance(names, Collection) and all(isinstance(name, str) for name in names)
