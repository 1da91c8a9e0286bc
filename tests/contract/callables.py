"""Every public callable with an argument, found by introspection, and which of them need no example and why."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import kundenmetrik as km
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.result import Result

RETURNED = frozenset(
    {
        "Contrast",
        "Measurand",
        "clv.Cells",
        "clv.LikelihoodRatio",
        "clv.Split",
        "complaints.Clock",
        "complaints.Denominator",
        "complaints.Numerator",
        "datasets.Truth",
        "errors.Fault",
        "errors.FitRefused",
        "errors.InvalidArgument",
        "errors.InvalidData",
        "errors.InvalidType",
        "errors.KundenmetrikError",
        "errors.UnknownName",
        "monitoring.Runs",
        "notes.Note",
        "report.Section",
        "segments.Heterogeneity",
        "survey.definitions.Definition",
        "testing.Verified",
        "testing.laws.LawBroken",
        "testing.strategies.DataFrames",
        "testing.strategies.DataSet",
        "words.Language",
        "words.notes.Note",
    }
)
"""Plain values that the library makes and hands out: their constructors take what it puts in."""
STRATEGIES = "testing.strategies."
"""Strategies check some of their arguments only when they draw, in the words of hypothesis: they are not in yet."""
BY_METHOD = {
    "model_validate_json": "a door of pydantic",
    "plot": "arguments of the chart, which has its example",
    "to_dict": "one flag",
}
"""Methods without an example, each with the reason."""
UNCHECKED = {
    "complaints.Clock.hours": "what a clock of one's own has to offer",
    "read_excel": "the door of read, which has its example; a workbook needs an extra",
    "words.Language.group": "words for reports, called by them",
    "words.Language.key": "words for reports, called by them",
    "words.Language.number": "words for reports, called by them",
    "words.Language.p_value": "words for reports, called by them",
    "words.Language.percent": "words for reports, called by them",
    "words.Language.word": "words for reports, called by them",
    "report.Scorecard.to_html": "charts as the report draws them",
    "complaints.MeanCumulative.to_frame": "its interval has its example",
}
"""Callables without an example, each with the reason."""


def _walk(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(thing, ModuleType):
        for inner in sorted(vars(thing).get("__all__", ())):
            yield from _walk(f"{name}.{inner}".removeprefix("."), getattr(thing, inner))
    elif inspect.isclass(thing):
        if not issubclass(thing, Result) and name not in RETURNED:
            yield name, thing
        yield from _methods(name, thing)
    elif callable(thing):
        yield name, thing


def _methods(name: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the methods of a class; those that a metric has for ``measure`` to call are no doors."""
    own = {
        member: vars(home)[member]
        for home in reversed(kind.__mro__)
        if home.__module__.startswith("kundenmetrik")
        for member in vars(home)
        if not member.startswith("_") and not (issubclass(home, Metric) and hasattr(Metric, member))
    }
    for member, found in sorted(own.items()):
        function = getattr(found, "__func__", found)
        if inspect.isfunction(function):
            yield f"{name}.{member}", function


def public_callables() -> dict[str, str]:
    """Return the first public name of each callable that takes an argument, by the name of its home."""
    found: dict[str, str] = {}
    for name, thing in _walk("", km):
        try:
            arguments = [one for one in inspect.signature(thing).parameters if one not in ("self", "cls")]
        except (TypeError, ValueError):
            arguments = ["unknown"]
        if (
            arguments
            and name not in UNCHECKED
            and not name.startswith(STRATEGIES)
            and name.rpartition(".")[2] not in BY_METHOD
        ):
            found.setdefault(f"{thing.__module__}.{thing.__qualname__}", name)
    return found


def arguments_of(function: Any) -> set[str]:
    """Return the arguments of a callable, ``*names`` with its star, without free keywords."""
    kinds = inspect.Parameter
    return {
        f"*{name}" if parameter.kind is kinds.VAR_POSITIONAL else name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not kinds.VAR_KEYWORD
    }
