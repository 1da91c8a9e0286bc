"""One word for one thing: the parameters of all public functions, classes and methods, and their defaults."""

from __future__ import annotations

import inspect
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kundenmetrik as km

VOCABULARY = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
WITHOUT_DEFAULT = {"clv.RepeatFit.simulate": "rng", "datasets.webshop": "seed"}
"""Where chance is wanted: its seed is chosen by the caller."""
RESULTS = {"retention.CohortTable", "retention.Ledger", "monitoring.ControlChart", "monitoring.EarlyWarning"}
"""Results that hold what a parameter was."""
OTHER_DEFAULTS = {
    ("segments.funnel", "confidence"): (0.95, 0.998),
    ("retention.repeat_purchase_rate", "date"): "occurred_at",
}
"""Where one default would be wrong: a funnel has two pairs of limits."""


def members(module: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the public names of a package and of the packages in it."""
    for name in module.__all__:
        thing = getattr(module, name)
        if not inspect.ismodule(thing):
            yield f"{prefix}{name}", thing
        elif thing.__name__.startswith("kundenmetrik") and hasattr(thing, "__all__"):
            yield from members(thing, f"{prefix}{name}.")


def documented() -> dict[str, Any]:
    """Return by name everything public that has parameters of its own: they stand in its docstring."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    for name, thing in members(km):
        parts = [(name, thing)]
        if inspect.isclass(thing):
            parts += [(f"{name}.{key}", getattr(thing, key, None)) for key in dir(thing) if not key.startswith("_")]
        for label, one in parts:
            own = getattr(one, "__func__", one)
            if id(own) not in seen and callable(own) and "Parameters\n---" in (inspect.getdoc(own) or ""):
                seen.add(id(own))
                found[label] = own
    return found


def parameters() -> list[tuple[str, inspect.Parameter]]:
    """Return every parameter of everything public."""
    return [
        (label, parameter)
        for label, thing in documented().items()
        if not (inspect.isclass(thing) and issubclass(thing, BaseException))
        for parameter in inspect.signature(thing).parameters.values()
        if parameter.name not in ("self", "cls", "args", "kwargs")
    ]


def test_every_word_has_a_meaning() -> None:
    unknown = defaultdict(list)
    for label, parameter in parameters():
        if parameter.name not in VOCABULARY["words"]:
            instead = VOCABULARY["forbidden"].get(parameter.name)
            unknown[parameter.name if instead is None else f"{parameter.name} (say {instead})"].append(label)
    assert not unknown, "take a word of tests/guards/vocabulary.toml, or add one with its meaning"


def test_no_word_is_there_for_nothing_or_against_itself() -> None:
    used = {parameter.name for _, parameter in parameters()}
    assert set(VOCABULARY["words"]) - used == set()
    assert set(VOCABULARY["words"]) & set(VOCABULARY["forbidden"]) == set()
    assert set(VOCABULARY["forbidden"].values()) <= set(VOCABULARY["words"])
    assert set(VOCABULARY["defaults"]) <= set(VOCABULARY["words"])


@pytest.mark.parametrize(("word", "default"), sorted(VOCABULARY["defaults"].items()))
def test_a_word_has_one_default(word: str, default: object) -> None:
    others = {
        label: parameter.default
        for label, parameter in parameters()
        if parameter.name == word
        and parameter.default not in (parameter.empty, None, default)
        and OTHER_DEFAULTS.get((label, word)) != parameter.default
    }
    assert not others


@pytest.mark.parametrize(
    ("word", "types"),
    [
        ("kind", {"str", "CodeKind"}),  # a column; of codes, of which there are no columns
        ("kinds", {"str | Sequence[str]", "Mapping[str, str]"}),  # of files: the kind of each of their words
        ("segments", {"int"}),
        ("named_segments", {"Sequence[Segment]"}),
        ("largest_severity", {"float", "FloatArray"}),
        ("at", {"Any", "object"}),
        ("invalid", {"Invalid"}),
        ("period", {"PeriodLength", "PeriodLength | Cycle", "Any", "Unit | float"}),
    ],
)
def test_a_word_that_had_two_meanings_has_one_type(word: str, types: set[str]) -> None:
    """A column is not a value of it, a number of segments not their names; ``period=`` may be data of the periods."""
    found = {
        str(parameter.annotation).removesuffix(" | None")
        for label, parameter in parameters()
        if parameter.name == word and label not in RESULTS
    }
    assert found
    assert found <= types


def test_where_chance_is_wanted_its_seed_is_chosen() -> None:
    for label, word in WITHOUT_DEFAULT.items():
        assert inspect.signature(documented()[label]).parameters[word].default is inspect.Parameter.empty


def test_a_number_is_computed_with_a_fixed_seed() -> None:
    """The same data give the same digits, wherever draws are made."""
    drawn: dict[str, object] = {
        label: parameter.default for label, parameter in parameters() if parameter.name == "rng"
    }
    del drawn["clv.RepeatFit.simulate"]
    assert set(drawn.values()) == {0}
    assert {label for label, parameter in parameters() if parameter.name == "draws"} <= set(drawn)
