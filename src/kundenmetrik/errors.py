"""The exceptions: each one words itself from named values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = ["Fault", "FitRefused", "InvalidArgument", "InvalidData", "InvalidType", "KundenmetrikError", "UnknownName"]

FIRST = 5
"""How many offending rows and values a message shows."""
MOST_NAMES = 20
"""How many of the available names a message shows."""
LONGEST = 40
"""How many characters of one value a message shows."""


class KundenmetrikError(Exception):
    """Every error of the library is one of these, and a ValueError or a TypeError too."""


class InvalidArgument(KundenmetrikError, ValueError):
    """An argument breaks its rule.

    Parameters
    ----------
    argument : str
        The argument as the caller wrote it.
    rule : str
        What it must be, continuing the sentence "<argument> must ...".
    value : object, optional
        What was given.
    remedy : str, optional
        What to do, as a sentence of its own.
    """

    def __init__(self, argument: str, rule: str, value: object = ..., remedy: str = "") -> None:
        self.argument, self.rule, self.value, self.remedy = argument, rule, value, remedy
        got = "" if value is ... else f", not {shown(value)}"
        super().__init__(_sentences(f"{argument} must {rule}{got}", remedy))


class InvalidType(InvalidArgument, TypeError):
    """An argument has a type that cannot stand for what is asked."""


class UnknownName(InvalidArgument):
    """A name is not one of those available; the nearest one is suggested.

    Parameters
    ----------
    argument : str
        The argument as the caller wrote it.
    name : object
        What was given.
    available : iterable of str
        The names there are.
    remedy : str, optional
        What to do, as a sentence of its own, in place of the nearest name.
    rule : str, optional
        What it must be, in place of "be one of" those available, where that would mislead.
    """

    def __init__(
        self, argument: str, name: object, available: Iterable[object], remedy: str = "", rule: str = ""
    ) -> None:
        self.available = tuple(str(item) for item in available)
        close = get_close_matches(str(name), self.available, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else ""
        super().__init__(argument, rule or f"be one of {listed(self.available)}", ... if rule else name, remedy or hint)
        self.value = name


class FitRefused(KundenmetrikError, ValueError):
    """The data do not identify the model, so no parameters are returned.

    Parameters
    ----------
    model : str
        The model that was to be fitted.
    reason : str
        Why it cannot be, as a clause.
    remedy : str, optional
        What to do, as a sentence of its own.
    """

    def __init__(self, model: str, reason: str, remedy: str = "") -> None:
        self.model, self.reason, self.remedy = model, reason, remedy
        super().__init__(_sentences(f"{model} cannot be fitted: {reason}", remedy))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule that some values of one column or argument break.

    Attributes
    ----------
    column : str
        The column or argument.
    rule : str
        What its values must be, continuing the sentence "<column> must ...".
    count : int
        How many values break the rule.
    of : int
        How many values there are.
    rows : tuple
        The first positions (or labels) that break it.
    values : tuple or None
        Their values, or None when values are hidden.
    code : str
        A short machine name of the rule, such as ``"ge"`` or ``"not_a_step"``.
    remedy : str
        What to do, as a sentence of its own.
    place : str
        What ``rows`` counts: rows of a column, lines of a file.
    """

    column: str
    rule: str
    count: int
    of: int
    rows: tuple[object, ...]
    values: tuple[object, ...] | None = None
    code: str = ""
    remedy: str = ""
    place: str = "row"

    def __str__(self) -> str:
        verb = "is" if self.count == 1 else "are"
        places = f"{self.place}{'' if self.count == 1 else 's'} {_listed(self.rows, self.count)}"
        what = "" if self.values is None else f": {_listed(self.values, self.count)}"
        said = f"{self.column} must {self.rule}; {self.count:,} of {self.of:,} {verb} not ({places}{what})"
        return _sentences(said, self.remedy)


class InvalidData(KundenmetrikError, ValueError):
    """Some values break the rules; all broken rules are listed, at most ``cap`` of them in the message.

    Parameters
    ----------
    faults : sequence of Fault
        Every rule that is broken.
    cap : int
        How many of them the message shows; ``faults`` holds them all.
    """

    def __init__(self, faults: Sequence[Fault], cap: int = 20) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[:cap]]
        if len(self.faults) > cap:
            more = len(self.faults) - cap
            lines.append(f"... and {more:,} more {'rule is' if more == 1 else 'rules are'} broken")
        super().__init__("\n".join(lines))


def shown(value: object) -> str:
    """Return a value as a message shows it: its repr, cut to a bounded length."""
    text = repr(int(value) if isinstance(value, float) and value.is_integer() else value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def listed(names: tuple[str, ...]) -> str:
    """Return names as a message shows them: the first of many."""
    first = ", ".join(map(shown, names[:MOST_NAMES])) or "nothing"
    return first if len(names) <= MOST_NAMES else f"{first} ... and {len(names) - MOST_NAMES:,} more"


def _listed(items: tuple[object, ...], count: int) -> str:
    return ", ".join(shown(item) for item in items[:FIRST]) + (", ..." if count > min(len(items), FIRST) else "")


def _sentences(said: str, remedy: str) -> str:
    return f"{said}. {remedy}" if remedy else said
