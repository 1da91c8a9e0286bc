"""The base of all results: how they are read, printed, stored and read back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import check_count
from kundenmetrik.core.results.display import lines_below, terminal_width, wrap_line
from kundenmetrik.core.results.storage.former_formats import former_fit
from kundenmetrik.core.results.storage.json_schema import TEXTS, TOTALS, record_schema, rows_schema
from kundenmetrik.core.results.storage.json_values import FORMAT, as_stored, from_stored, json_rows
from kundenmetrik.core.results.storage.stored_values import from_plain, to_plain
from kundenmetrik.core.results.text_table import DisplayTable, display_table
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.message_text import printable
from kundenmetrik.renamed import FormerAttributes

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a formula of a spreadsheet begins."""


class _Absent:
    """An attribute that a result has with nothing in it where its class says nothing else.

    The class itself does not have it, so that it is no default of a dataclass field of that name.
    """

    def __init__(self, value: object) -> None:
        self.value = value

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is None:
            raise AttributeError
        return self.value


class Result(FormerAttributes):
    """What the library returns: a headline, a table, notes and what was excluded.

    A concrete result is an immutable value with a ``headline`` and a ``to_frame()``; how it prints, its HTML, its
    dict and its JSON follow from these. Numbers are rounded when a person reads them and nowhere else.
    """

    __slots__ = ()

    _estimated: ClassVar[tuple[str, ...]] = ("value", "tgw", "rate", "share", "survival", "mean", "false_churn")
    """The columns of the frame that ``low`` and ``high`` are the limits of, or that are read beside them."""
    _chart: ClassVar[str] = ""
    """The function of ``kundenmetrik.plot`` that draws such a result, empty where there is none."""

    _most_rows: ClassVar[int] = 40
    """How many rows of a table are shown."""
    _row_fields: ClassVar[tuple[str, ...]] = ()
    """The columns of ``storage.json_schema`` that the rows of its dict have."""
    _one_line: ClassVar[bool] = False
    """Whether the headline says everything, so that no table is printed under it."""

    if TYPE_CHECKING:

        @property
        def notes(self) -> tuple[str, ...]:
            """Codes of what the reader should know; ``kundenmetrik.notes`` has their texts."""

        @property
        def excluded(self) -> Mapping[str, Any]:
            """How many rows were left out, by reason."""
    else:
        notes = _Absent(())
        excluded = _Absent({})

    @property
    @abstractmethod
    def headline(self) -> str:
        """What the result is, in a line."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the result as a tidy table, exact."""

    def _display_frame(self) -> pd.DataFrame | None:
        """Return the table as people are shown it, None where the headline says everything."""
        return self.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a plain dict that JSON can hold.

        Returns
        -------
        dict
            headline, rows (those of the frame), notes, excluded. An undefined number is None, a whole one an int; notes
            are a list of codes, in rows too, and what was excluded is a mapping of reasons to counts.
        """
        return {
            "headline": self.headline,
            "rows": json_rows(self.to_frame(), (*self._estimated, "low", "high"), self._row_details()),
            "notes": list(self.notes),
            "excluded": self._excluded_totals(),
        }

    def _row_details(self) -> Mapping[str, Sequence[Any]]:
        """Return columns that a dict tells in more detail than the frame, such as what was excluded from each row."""
        return {}

    @classmethod
    def _json_schema(cls) -> dict[str, Any]:
        """Return the JSON schema of what :meth:`to_dict` returns."""
        return record_schema(cls, ("headline",), rows=rows_schema(cls._row_fields), notes=TEXTS, excluded=TOTALS)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let pydantic take a result as it is, and write it as the dict that JSON can hold."""
        from pydantic_core import core_schema

        written = core_schema.plain_serializer_function_ser_schema(lambda result: result.to_dict())
        return core_schema.is_instance_schema(cls, serialization=written, ref=f"{cls.__module__}.{cls.__qualname__}")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """Describe a result to those who read the interface."""
        return cls._json_schema()

    def to_json(self) -> str:
        """Return the result as JSON; :meth:`from_json` reads it back.

        Returns
        -------
        str
            Everything that the result holds. What another program reads is ``json.dumps(result.to_dict())``.
        """
        return as_stored({"version": FORMAT, "value": to_plain(self)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a result back from JSON.

        Parameters
        ----------
        text : str
            What :meth:`to_json` returned.

        Returns
        -------
        Result
            With the frame of the one that was stored.

        Raises
        ------
        InvalidArgument
            If the text is no such result stored by this library.
        """
        stored = from_stored(text, f"a {cls.__name__}", ())
        try:
            found = from_plain(stored["value"] if "value" in stored else former_fit(stored))
        except (KeyError, TypeError, ValueError, AttributeError):
            found = None
        if not isinstance(found, cls):
            raise InvalidArgument("text", f"be a {cls.__name__} stored by this library")
        return found

    def to_text(self, width: int | None = None) -> str:
        """Return the result as text.

        Parameters
        ----------
        width : int, optional
            How many characters a line has at most; by default the terminal's width, 80 where it is unknown.

        Returns
        -------
        str
            The headline, the table with numbers rounded for reading, then what was excluded, and the notes.
        """
        room = terminal_width() if width is None else check_count(width, "width", low=1, high=10_000)
        table = self._display_table()
        lines = [] if self._one_line else table.to_text(room)
        below = [part for line in self._lines_below(table) for part in wrap_line(line, room)]
        return printable("\n".join([*wrap_line(self.headline, room), *lines, *below]))

    def plot(self, **options: Any) -> Any:
        """Draw the result with the chart made for it; see ``kundenmetrik.plot``.

        Parameters
        ----------
        **options
            What the chart takes, such as ``ax`` and ``language``.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn on.

        Raises
        ------
        InvalidArgument
            If there is no chart for such a result.
        """
        if not self._chart:
            kind = type(self).__name__
            rule = f"be one that a chart is made for; there is none for {'an' if kind[0] in 'AEIO' else 'a'} {kind}"
            raise InvalidArgument("result", rule, remedy="Draw what its to_frame() returns.")
        return getattr(import_module("kundenmetrik.plot"), self._chart)(self, **options)

    def __format__(self, spec: str) -> str:
        """Return the value in a format of numbers, such as ``f"{estimate:.1f}"``; without one the whole text."""
        return (
            format(getattr(self, "value", self), spec) if spec and hasattr(self, "value") else super().__format__(spec)
        )

    def __repr__(self) -> str:
        return self.to_text()

    def to_html(self) -> str:
        """Return the result as HTML, in which all text is escaped.

        Returns
        -------
        str
            A fragment for a page of one's own: the headline, the table, then what was excluded, and the notes.
        """
        table = self._display_table()
        below = "".join(f"<p>{escape(line)}</p>" for line in self._lines_below(table))
        return f"<p>{escape(self.headline)}</p>{table.to_html()}{below}"

    def to_csv(self) -> str:
        """Return the table as CSV that a spreadsheet may open: no cell of it is run as a formula.

        Returns
        -------
        str
            The rows of :meth:`to_frame`, exact; a text that begins as a formula does (``= + - @``, a tab or a carriage
            return) has an apostrophe before it, which a spreadsheet reads as "this is text".
        """
        frame = self.to_frame()
        plain = {
            name: column if column.dtype.kind in "iufbmM" else column.map(_as_text) for name, column in frame.items()
        }
        return pd.DataFrame(plain).rename(columns=_as_text).to_csv(index=False)

    def _repr_html_(self) -> str:
        return self.to_html()

    def _display_table(self) -> DisplayTable:
        frame = self._display_frame()
        if frame is None:
            return DisplayTable(columns=(), codes=(), below=(), gap=-1)
        return display_table(frame, self._estimated, self._most_rows)

    def _lines_below(self, table: DisplayTable) -> list[str]:
        """Return the lines of rows left out, and of the notes that no row of the table has."""
        codes = [] if self._one_line else table.codes
        lost, notes = lines_below([code for code in self.notes if code not in codes], self._excluded_totals())
        return [line for line in (lost, notes) if line]

    def _excluded_totals(self) -> dict[str, int]:
        return {reason: int(np.sum(count)) for reason, count in self.excluded.items()}


def _as_text(cell: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
