"""The exceptions: each one words itself from named values."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from kundenmetrik.message_text import json_safe, lines_in_room, name_list, short_repr, shorten, showing_values

__all__ = [
    "Fault",
    "FitRefused",
    "InvalidArgument",
    "InvalidData",
    "InvalidType",
    "KundenmetrikError",
    "UnknownName",
    "showing_values",
]

FIRST = 5
"""How many offending rows and values a message shows."""


class KundenmetrikError(Exception):
    """Every error of the library is one of these, and a ValueError or a TypeError too.

    Attributes
    ----------
    code : str
        A short machine name of the kind of error, such as ``"invalid_argument"``.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str = "") -> None:
        super().__init__(shorten(message))

    def to_dict(self, *, values: bool = False) -> dict[str, object]:
        """Return what the error knows in plain values that JSON can hold.

        Parameters
        ----------
        values : bool
            Whether the offending values are told, and the message that shows them.

        Returns
        -------
        dict
            ``code``; of an argument: ``argument``, ``rule``, ``remedy``, and with values ``value``; of data:
            ``faults``, each with ``column``, ``file``, ``code``, ``rule``, ``remedy``, ``count``, ``of``, ``rows`` (or
            ``lines`` of a file), and with values ``values``; of a model: ``model``, ``reason``, ``remedy``. With values
            also ``message``.

        Examples
        --------
        >>> import kundenmetrik as km
        >>> try:
        ...     km.nps([10, 11])
        ... except km.errors.KundenmetrikError as error:
        ...     told = error.to_dict()
        >>> told["code"], told["faults"][0]["column"], told["faults"][0]["rows"]
        ('invalid_data', 'scores', [1])
        """
        told = {"code": self.code, **self._details(values)}
        return {**told, "message": str(self)} if values else told

    def _details(self, values: bool) -> dict[str, object]:
        return {}

    def __reduce__(self) -> tuple[object, ...]:
        state = {name: value if _can_be_pickled(value) else short_repr(value) for name, value in vars(self).items()}
        return _restore, (type(self), self.args, state)


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

    code = "invalid_argument"

    def __init__(self, argument: str, rule: str, value: object = ..., remedy: str = "") -> None:
        self.argument: str = argument
        self.rule: str = rule
        self.value: object = value
        self.remedy: str = remedy
        got = "" if value is ... else f", not {short_repr(value)}"
        super().__init__(_sentences(f"{argument} must {rule}{got}", remedy))

    def _details(self, values: bool) -> dict[str, object]:
        told: dict[str, object] = {"argument": self.argument, "rule": self.rule, "remedy": self.remedy}
        return {**told, "value": json_safe(None if self.value is ... else self.value)} if values else told


class InvalidType(InvalidArgument, TypeError):
    """An argument has a type that cannot stand for what is asked."""

    code = "invalid_type"


class UnknownName(InvalidArgument):
    """A name is not one of those available; the nearest one is suggested.

    Parameters
    ----------
    argument : str
        The argument as the caller wrote it.
    name : object
        What was given.
    available : iterable of str, or of keys
        The names there are.
    remedy : str, optional
        What to do, as a sentence of its own, in place of the nearest name.
    rule : str, optional
        What it must be, in place of "be one of" those available, where that would mislead.
    """

    code = "unknown_name"

    def __init__(
        self, argument: str, name: object, available: Iterable[object], remedy: str = "", rule: str = ""
    ) -> None:
        items = tuple(map(_written_name, available))
        self.available: tuple[str, ...] = tuple(str(item) for item in items)
        close = get_close_matches(str(name), self.available, n=1)
        hint = f"Did you mean {short_repr(items[self.available.index(close[0])])}?" if close else ""
        super().__init__(argument, rule or f"be one of {name_list(items)}", ... if rule else name, remedy or hint)
        self.value = name

    def _details(self, values: bool) -> dict[str, object]:
        # What was available may be names of columns or groups of the caller: as private as a value.
        rule = self.rule if values else "be one of the available names"
        told: dict[str, object] = {"argument": self.argument, "rule": rule}
        if not values:
            return told
        return {**told, "remedy": self.remedy, "value": json_safe(self.value), "available": list(self.available)}


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

    code = "fit_refused"

    def __init__(self, model: str, reason: str, remedy: str = "") -> None:
        self.model: str = model
        self.reason: str = reason
        self.remedy: str = remedy
        super().__init__(_sentences(f"{model} cannot be fitted: {reason}", remedy))

    def _details(self, values: bool) -> dict[str, object]:
        return {"model": self.model, "reason": self.reason, "remedy": self.remedy}


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
    file : str
        The file that the column stands in, if any.
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
    file: str = ""

    def to_dict(self, *, values: bool = False) -> dict[str, object]:
        """Return the fault in plain values that JSON can hold.

        Parameters
        ----------
        values : bool
            Whether the offending values are told.

        Returns
        -------
        dict
            column, file, code, rule, remedy, count, of, and ``rows``, or ``lines`` of a file; with values also values.
        """
        names = ("column", "file", "code", "rule", "remedy", "count", "of")
        told = {name: getattr(self, name) for name in names}
        told[f"{self.place}s"] = [json_safe(row) for row in self.rows]
        return {**told, "values": [json_safe(value) for value in self.values or ()]} if values else told

    def __str__(self) -> str:
        verb = "is" if self.count == 1 else "are"
        places = f"{self.place}{'' if self.count == 1 else 's'} {first_items(self.rows, self.count)}"
        what = "" if self.values is None else f": {first_items(self.values, self.count)}"
        column = f"{self.file}: {self.column}" if self.file else self.column
        said = f"{column} must {self.rule}; {self.count:,} of {self.of:,} {verb} not ({places}{what})"
        return _sentences(said, self.remedy)


class InvalidData(KundenmetrikError, ValueError):
    """Some values break the rules; all broken rules are listed, at most ``cap`` of them in the message.

    Parameters
    ----------
    faults : sequence of Fault
        Every rule that is broken.
    cap : int
        How many of them the message shows, as far as it has room; ``faults`` holds them all.
    """

    code = "invalid_data"

    def __init__(self, faults: Sequence[Fault], cap: int = 20) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(lines_in_room([str(fault) for fault in self.faults[:cap]], len(self.faults)))

    def _details(self, values: bool) -> dict[str, object]:
        return {"faults": [fault.to_dict(values=values) for fault in self.faults]}


def _restore(kind: type[KundenmetrikError], args: tuple[object, ...], state: dict[str, object]) -> KundenmetrikError:
    """Make an error again from its message and what it knows, without wording it anew."""
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(state)
    return error


def _written_name(name: object) -> object:
    """Return a name or key as a caller would write it: that of a group is text, a number, None or a tuple of these."""
    if isinstance(name, tuple):
        return tuple(map(_written_name, name))
    plain = name.item() if hasattr(name, "item") else name
    return plain if plain is None or isinstance(plain, (str, int, float)) else str(plain)


def _can_be_pickled(value: object) -> bool:
    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001 - any type may fail in any way; its text stands in for it
        return False
    return True


def first_items(items: tuple[object, ...], count: int) -> str:
    """Return the first of so many items as a message shows them."""
    return ", ".join(short_repr(item) for item in items[:FIRST]) + (", ..." if count > min(len(items), FIRST) else "")


def _sentences(said: str, remedy: str) -> str:
    return f"{said}. {remedy}" if remedy else said
