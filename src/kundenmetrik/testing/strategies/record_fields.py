"""What is drawn for a record, and the fields that come of it: plain numbers first, so that examples shrink well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse
from kundenmetrik.models.record import Record
from kundenmetrik.survey.scale import Scale
from kundenmetrik.testing.strategies.identifiers import IdStyle, id_styles
from kundenmetrik.testing.strategies.moments import FIRST, LAST, MOMENT, MOMENTS, SPANS, Window, window_of

Question = tuple[str, float, float, float]
"""Name, lowest and highest answer, and the distance between two steps."""
QUESTIONS: tuple[Question, ...] = (
    ("nps", 0, 10, 1),
    ("csat", 1, 5, 1),
    ("ces", 1, 7, 1),
    ("stars", 0.5, 5, 0.5),
)
FEATURES = ("Suche", "Rückgabe", "App")
KINDS = ("purchase", "refund", "complaint", "contact", "visit", "other")
SEGMENTS = ("Privat", "Familie", "Gewerbe")
CURRENCIES = ("EUR", "CHF", "USD", "JPY")
WORDS = ("Web", "Kasse", "=1+1", "<b>Telefon & Fax</b>", "Größe, „neu“\n", " ", "0", "nan", "W" * 200)
"""Names as they come: plain ones, and such as break spreadsheets, pages, files and columns."""
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Traits:
    """What all rows of a table share.

    Attributes
    ----------
    window : Window
        From when to when, in which zone.
    style : callable
        The style of the identifiers.
    currencies : tuple of str
        What is chosen from.
    questions : tuple of Question
        What is asked.
    """

    window: Window = field(default_factory=lambda: window_of(FIRST, LAST, None))
    style: IdStyle = id_styles("text")[0]
    currencies: tuple[str, ...] = CURRENCIES
    questions: tuple[Question, ...] = QUESTIONS


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which times a row lies, and those of earlier rows, which it may share."""

    after: datetime | None = None
    before: datetime | None = None
    earlier: Sequence[datetime] = ()


ANYWHERE = Bounds()


CUSTOMERS = 10_000


def _who(others: int = 1, **choices: Sequence[Any]) -> Callable[[st.DrawFn], Raw]:
    """Return what draws the number of a customer and some optional fields, each about half of the time.

    So many ``others`` of something else share the number, too.
    """
    endless = {name: cycle(values) for name, values in choices.items()}
    subsets = 3 * [*range(1, 2 ** len(choices))]
    menu = [
        {name: next(values) for place, (name, values) in enumerate(endless.items()) if subset >> place & 1}
        for subset in (0, *subsets)
    ]
    numbers = st.integers(0, CUSTOMERS * len(menu) * others - 1)

    def who(draw: st.DrawFn) -> Raw:
        number, place = divmod(draw(numbers), len(menu))
        customer, other = divmod(number, others)
        return {"customer": customer, "optional": menu[place], "other": other}

    return who


# A row is drawn in five choices at most: hypothesis deletes so many at once when it looks for a smaller table, and each
# choice is costly. Fields that have nothing to do with each other share a number: of large ones hypothesis draws mostly
# small ones, so that what has few values is the remainder.
NUMBER = st.integers(1, 10**6)
PAIRS = 25 * len(FEATURES)
FACTS: tuple[dict[str, object], ...] = ({}, {"Alter": 44}, {"Ort": "Köln", "neu": None})
PERSONAL = _who(segment=SEGMENTS, persona=WORDS, attributes=FACTS)
ABOUT = _who(reason=WORDS[::-1], product=("A", "B", *WORDS), touchpoint=WORDS, channel=WORDS[1:], attributes=FACTS)
ASKED = _who(
    touchpoint=WORDS,
    wave=(1, 2, 3),
    weight=(0.5, 2.0, 0.0, 1.25),
    comment=("", *WORDS),
    scale=(True,),
    attributes=FACTS,
)
PRIORITY = _who(others=PAIRS, importance=(0.0, 2.5, 5.0, 9.0), wording=WORDS)

LEVELS, ASKINGS, UNDATED = 1001, 48, 40
AMOUNTS = 4 * 10**6
LEFT = st.integers(0, 2 * MOMENTS - 1)
ASKING = st.integers(0, ASKINGS * LEVELS - 1)
PRICE = st.integers(0, AMOUNTS * len(CURRENCIES) - 1)
PAUSES = st.integers(0, len(SPANS) ** 2 - 1)
KIND = st.sampled_from(KINDS)


@st.composite
def _customer(draw: st.DrawFn) -> Raw:
    who, acquired = PERSONAL(draw), draw(MOMENT)
    left, gone = divmod(draw(LEFT), 2)
    return {**who, "acquired_at": acquired, "churned_at": left if gone else None}


@st.composite
def _interaction(draw: st.DrawFn, kinds: st.SearchStrategy[str]) -> Raw:
    who, kind, occurred = ABOUT(draw), draw(kinds), draw(MOMENT)
    amount, currency, first, settled = None, 0, None, None
    if kind in ("purchase", "refund"):
        cents, currency = divmod(draw(PRICE), len(CURRENCIES))
        amount = cents / 100
    elif kind in ("complaint", "contact"):
        first, settled = (SPANS[place] for place in divmod(draw(PAUSES), len(SPANS)))
    return {
        **who,
        "kind": kind,
        "occurred_at": occurred,
        "amount": amount,
        "currency": currency,
        "first_response_at": first,
        "resolved_at": settled,
    }


@st.composite
def _response(draw: st.DrawFn) -> Raw:
    who = ASKED(draw)
    level, question = divmod(draw(ASKING), ASKINGS)
    return {
        **who,
        "customer": None if who["customer"] % 4 == 3 else who["customer"],
        "question": question,
        "level": level,
        "answered_at": None if question >= UNDATED else draw(MOMENT),
    }


@st.composite
def _kano_answer(draw: st.DrawFn) -> Raw:
    who = PRIORITY(draw)
    feature, pair = divmod(who["other"], 25)
    return {**who, "feature": FEATURES[feature], "pair": pair}


def _customer_fields(raw: Raw, fixed: Raw, traits: Traits, bounds: Bounds) -> dict[str, Any]:
    acquired = fixed.get("acquired_at") or traits.window.moment(raw["acquired_at"], earlier=bounds.earlier)
    gone = raw["churned_at"]
    return {
        "customer_id": traits.style("K", raw["customer"]),
        "acquired_at": acquired,
        "churned_at": None if gone is None else traits.window.moment(gone, after=acquired),
        **raw["optional"],
    }


def _interaction_fields(raw: Raw, fixed: Raw, traits: Traits, bounds: Bounds) -> dict[str, Any]:
    window, occurred = traits.window, fixed.get("occurred_at") or _moment(raw["occurred_at"], traits, bounds)
    answered, settled, amount = raw["first_response_at"], raw["resolved_at"], fixed.get("amount", raw["amount"])
    optional = dict(raw["optional"])
    if raw["kind"] != "complaint":
        optional.pop("reason", None)
    first = None if answered is None else window.later(occurred, answered)
    return {
        "interaction_id": traits.style("I", raw["row"]),
        "customer_id": traits.style("K", raw["customer"]),
        "kind": raw["kind"],
        "occurred_at": occurred,
        "amount": amount,
        "currency": None if amount is None else traits.currencies[raw["currency"] % len(traits.currencies)],
        "first_response_at": first,
        "resolved_at": None if settled is None else window.later(first or occurred, settled),
        **optional,
    }


def _response_fields(raw: Raw, fixed: Raw, traits: Traits, bounds: Bounds) -> dict[str, Any]:
    question, low, high, step = _question(fixed.get("question"), raw["question"], traits.questions)
    low, high = fixed.get("scale") or (low, high)
    steps = int((high - low) / step) + 1
    place, optional = raw["level"] % (steps + 1), dict(raw["optional"])
    if "wave" in optional:
        optional["wave"] = traits.style("W", optional["wave"])
    if "scale" in optional:
        optional["scale"] = None if "score" in fixed else (low, high)
    return {
        "response_id": traits.style("A", raw["row"]),
        "customer_id": None if raw["customer"] is None else traits.style("K", raw["customer"]),
        "question": question,
        "score": None if place == steps else low + step * place,
        "answered_at": None if raw["answered_at"] is None else _moment(raw["answered_at"], traits, bounds),
        **optional,
    }


def _question(name: str | None, number: int, questions: tuple[Question, ...]) -> Question:
    """Return the question of a name, from 0 to 10 where nothing is known of it, or the one of a number."""
    if name is None:
        return questions[number % len(questions)]
    return next((question for question in questions if question[0] == name), (name, 0, 10, 1))


def questions_of(names: Sequence[str], scale: Any = None) -> tuple[Question, ...]:
    """Return the questions of some names, with their usual scales or on the one that is given."""
    low, high = (scale.low, scale.high) if isinstance(scale, Scale) else scale or (0, 10)
    usual = {} if scale is not None else {question[0]: question for question in QUESTIONS}
    return tuple(usual.get(name, (name, low, high, 1)) for name in names)


def _kano_fields(raw: Raw, fixed: Raw, traits: Traits, bounds: Bounds) -> dict[str, Any]:
    functional, dysfunctional = divmod(raw["pair"], 5)
    return {
        "customer_id": traits.style("K", raw["customer"]),
        "feature": raw["feature"],
        "functional": functional + 1,
        "dysfunctional": dysfunctional + 1,
        **raw["optional"],
    }


def _moment(number: int, traits: Traits, bounds: Bounds) -> datetime:
    return traits.window.moment(number, after=bounds.after, before=bounds.before, earlier=bounds.earlier)


RAW: Mapping[type[Record], st.SearchStrategy[Raw]] = MappingProxyType(
    {Customer: _customer(), Interaction: _interaction(KIND), SurveyResponse: _response(), KanoAnswer: _kano_answer()}
)
"""What is drawn for a record of each model."""
FIELDS = MappingProxyType(
    {
        Customer: _customer_fields,
        Interaction: _interaction_fields,
        SurveyResponse: _response_fields,
        KanoAnswer: _kano_fields,
    }
)
"""How the fields come of it."""


def raw_strategy(model: type[Record], given: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Raw]:
    """Return what is drawn for a record, with the kind of interaction where it is given: much depends on it."""
    return _interaction(given["kind"]) if model is Interaction and "kind" in given else RAW[model]


def fields_of(
    model: type[Record], raw: Raw, traits: Traits, bounds: Bounds = ANYWHERE, fixed: Raw = MappingProxyType({})
) -> dict[str, Any]:
    """Return the fields of a record of one of the four models, true to the rules between them."""
    return {**FIELDS[model](raw, fixed, traits, bounds), **fixed}
