"""A frame as people read it: round_text, constant columns in a caption, at most as wide as the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import takewhile
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.results.display import (
    SIGNIFICANT,
    decimals_for,
    method_text,
    percentage,
    plain_decimals,
    plain_number,
    plain_p,
    round_text,
    unit_text,
    wrap_line,
)

CAPTIONED = ("metric", "definition", "unit", "confidence", "method", "adjust")
"""Columns that move to the caption where they are constant."""
UNDEFINED = "-"
"""What stands for an undefined number."""
MISSING_KEY = "(missing)"
"""The name of the group of those whose key is missing."""
QUANTITIES = ("metric", "parameter", "unit")
"""Columns that say what the numbers of a row are."""
MAX_CELL_WIDTH = 28
"""The longest text of a cell in a table that is printed."""
MAX_ROWS_NAMED = 3
"""How many rows a note names."""
IDENTIFIERS = frozenset({"customer_id", "cohort", "period", "year"})
"""Whole numbers that are names: their thousands stay together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayColumn:
    """One column as text: its name, its cells, and whether they are numbers."""

    name: str
    cells: tuple[str, ...]
    numeric: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayTable:
    """A table as text, cell by cell, with a caption of what is the same in all rows.

    Attributes
    ----------
    columns : tuple of DisplayColumn
        The columns, with the rows that are shown.
    codes : tuple of str
        The note codes of the rows.
    below : tuple of str
        How many rows there are where not all are shown, what is the same in all of them, and their note codes.
    gap : int
        Before which row others are left out; -1 where all are shown.
    """

    columns: tuple[DisplayColumn, ...]
    codes: tuple[str, ...]
    below: tuple[str, ...]
    gap: int

    def to_text(self, width: int) -> list[str]:
        """Return the lines of the table; columns without room are named below it."""
        columns = [_align(column) for column in self.columns]
        while len(columns) > 1 and sum(len(column[0]) + 1 for column in columns) - 1 > width:
            columns.pop()
        lines = [" ".join(cells)[:width].rstrip() for cells in zip(*columns, strict=True)]
        if self.gap >= 0:
            lines.insert(self.gap + 1, "...")
        left_out = ", ".join(column.name for column in self.columns[len(columns) :])
        more = (f"more columns in to_frame(): {left_out}",) if left_out else ()
        return lines + [part for line in (*self.below, *more) for part in wrap_line(line, width)]

    def to_html(self) -> str:
        """Return the table as HTML: everything escaped, numbers right-aligned; nothing without a column."""
        if not self.columns:
            return ""
        sides = ["right" if column.numeric else "left" for column in self.columns]
        head = _html_cells("th", [column.name for column in self.columns], sides)
        rows = [_html_cells("td", cells, sides) for cells in zip(*(one.cells for one in self.columns), strict=True)]
        if self.gap >= 0:
            rows.insert(self.gap, f"<td colspan='{len(sides)}'>...</td>")
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        below = "".join(f"<p>{escape(line)}</p>" for line in self.below)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def display_table(frame: pd.DataFrame, estimated: Sequence[str], most_rows: int) -> DisplayTable:
    """Return a frame as people read it.

    Parameters
    ----------
    frame : pandas.DataFrame
        The tidy table.
    estimated : sequence of str
        The columns that ``low`` and ``high`` are the limits of, or that are read beside them.
    most_rows : int
        How many rows are shown at most: the first and the last ones.

    Returns
    -------
    DisplayTable
        The numbers of one quantity in a column have the same decimals: where there are limits, those of the third
        significant digit of the intervals' half width, elsewhere four significant digits of the largest.
    """
    if "definition" in frame and (frame["definition"] == frame.get("metric")).all():
        frame = frame.drop(columns="definition")
    constant = [name for name in CAPTIONED if name in frame and _is_constant(frame[name])]
    said = (_caption(name, frame[name].iloc[0], "low" in frame) for name in constant)
    caption = ", ".join(filter(None, said))
    size, half = len(frame), most_rows // 2
    number = f"{size:,} rows, {2 * half} of them shown" if size > most_rows else ""
    notes = _note_rows(frame)
    told = _notes(frame, notes)
    if size > most_rows:
        frame = frame.iloc[[*range(half), *range(size - half, size)]]
    kept = frame.drop(columns=[name for name in frame if name in {*constant, "notes"} or _is_empty(frame[name])])
    places, keys = _decimals(kept, estimated), _key_columns(kept)
    return DisplayTable(
        columns=tuple(_column(str(name), kept[name], places.get(str(name)), key=name in keys) for name in kept),
        codes=tuple(notes),
        below=tuple(filter(None, (number, caption, told))),
        gap=half if number else -1,
    )


def _html_cells(tag: str, cells: Sequence[str], sides: Sequence[str]) -> str:
    pairs = zip(cells, sides, strict=True)
    return "".join(f"<{tag} style='text-align:{side}'>{escape(cell)}</{tag}>" for cell, side in pairs)


def _decimals(frame: pd.DataFrame, estimated: Sequence[str]) -> dict[str, list[int | None]]:
    """Return the decimal places, row by row, of each column of numbers: alike in all rows of one quantity."""
    quantity = _quantities(frame)
    found = {
        str(name): _alike([plain_decimals(value) for value in _floats(frame[name])], quantity, min)
        for name in frame
        if frame[name].dtype.kind == "f"
    }
    limits = {"": [*estimated, "low", "high"]}
    limits |= {f"{name}_": [str(name), f"{name}_low", f"{name}_high"] for name in frame}
    for prefix, names in limits.items():
        if f"{prefix}low" in frame and f"{prefix}high" in frame:
            pairs = zip(_floats(frame[f"{prefix}low"]), _floats(frame[f"{prefix}high"]), strict=True)
            places = _alike([decimals_for(low, high) for low, high in pairs], quantity, _middle)
            for name in (name for name in names if name in found):
                found[name] = [old if new is None else new for old, new in zip(found[name], places, strict=True)]
    return found


def _quantities(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return what each row is a number of: metrics and parameters have digits of their own."""
    names = [name for name in QUANTITIES if name in frame]
    return list(zip(*(frame[name] for name in names), strict=True)) if names else [()] * len(frame)


def _alike(
    places: list[int | None], quantity: list[tuple[Any, ...]], choose: Callable[[list[int]], int]
) -> list[int | None]:
    """Return decimal places that are the same in all rows of a quantity, None where no row has any."""
    known: dict[tuple[Any, ...], list[int]] = {}
    for place, key in zip(places, quantity, strict=True):
        if place is not None:
            known.setdefault(key, []).append(place)
    chosen = {key: choose(found) for key, found in known.items()}
    return [chosen.get(key) for key in quantity]


def _middle(places: list[int]) -> int:
    """Return the decimals of the middle row, and so many that the narrowest interval keeps its first digit."""
    return max(sorted(places)[(len(places) - 1) // 2], max(places) - (SIGNIFICANT - 1))


def _floats(column: pd.Series[Any]) -> list[float]:
    floats: list[float] = column.to_numpy(dtype=np.float64, na_value=np.nan).tolist()
    return floats


def _column(name: str, column: pd.Series[Any], places: list[int | None] | None, *, key: bool) -> DisplayColumn:
    kind = column.dtype.kind
    if kind not in "iuf" or (kind in "iu" and name in IDENTIFIERS):
        cells = [MISSING_KEY if key and _is_missing(value) else _text(value) for value in column]
        return DisplayColumn(name=name, cells=tuple(cells), numeric=kind in "iu")
    numbers = _floats(column)
    places = None if kind in "iu" else places
    if name.startswith("p_"):
        cells = [plain_p(value) for value in numbers]
    elif places is not None:
        cells = [round_text(value, digits) for value, digits in zip(numbers, places, strict=True)]
    else:
        cells = [plain_number(value) for value in numbers]
    shown = tuple(UNDEFINED if value != value else cell for value, cell in zip(numbers, cells, strict=True))
    return DisplayColumn(name=name, cells=shown, numeric=True)


def _text(value: object) -> str:
    """Return one cell that is no number: times without a midnight, truth as yes or no."""
    if _is_missing(value):
        return UNDEFINED
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, float):
        return plain_number(value)
    return str(value).removesuffix(" 00:00:00")


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value


def _key_columns(frame: pd.DataFrame) -> list[str]:
    """Return the leading columns that are no numbers: they name the rows."""
    leading = takewhile(lambda name: frame[name].dtype.kind not in "iufb", frame.columns)
    return [name for name in leading if not (name in CAPTIONED and _is_constant(frame[name]))]


def _is_constant(column: pd.Series[Any]) -> bool:
    return len(column) > 0 and column.nunique(dropna=False) == 1


def _is_empty(column: pd.Series[Any]) -> bool:
    """Return whether a column tells nothing: no text, or nothing excluded."""
    if column.name == "excluded":
        return not (column.fillna(0) != 0).any()
    return column.dtype.kind not in "iufbM" and all(value is None or value != value or value == "" for value in column)


def _caption(name: str, value: object, limits: bool) -> str:
    """Return what a constant column says of all rows."""
    if name == "definition":
        return f"definition {value}"
    if name == "metric" or value is None or value != value or value in ("", "none"):
        return ""
    if name == "confidence" and isinstance(value, (int, float)):
        return f"{percentage(float(value))} CI"
    if name == "adjust":
        return f"p-values adjusted by {value}"
    if name == "method":
        return method_text(str(value)) if limits else f"method {value}"
    return unit_text(str(value)) if name == "unit" else str(value)


def _note_rows(frame: pd.DataFrame) -> dict[str, list[int]]:
    """Return the rows of each note code."""
    rows: dict[str, list[int]] = {}
    for place, codes in enumerate(frame.get("notes", ())):
        for code in codes.split(", ") if isinstance(codes, str) else codes or ():
            if code:
                rows.setdefault(code, []).append(place)
    return rows


def _notes(frame: pd.DataFrame, rows: Mapping[str, list[int]]) -> str:
    """Return the note codes of the rows, each with the rows that it belongs to where these are not all."""
    keys, said = _key_columns(frame), []
    for code, places in rows.items():
        shown = {name: [frame[name].iloc[place] for place in places[:MAX_ROWS_NAMED]] for name in keys}
        cells = [[MISSING_KEY if _is_missing(value) else _text(value) for value in shown[name]] for name in keys]
        named = [" ".join(row) for row in zip(*cells, strict=True)]
        which = ", ".join(named).replace(MISSING_KEY, MISSING_KEY[1:-1])
        more = f" and {len(places) - MAX_ROWS_NAMED:,} more" if len(places) > MAX_ROWS_NAMED else ""
        said.append(code if len(places) == len(frame) else f"{code} ({which}{more})")
    return f"notes: {', '.join(said)}" if said else ""


def _align(column: DisplayColumn) -> list[str]:
    """Return the name and the cells of a column, all of one width: numbers by their decimal point, texts cut."""
    if not column.numeric:
        texts = [
            column.name,
            *(cell if len(cell) <= MAX_CELL_WIDTH else f"{cell[: MAX_CELL_WIDTH - 1]}…" for cell in column.cells),
        ]
        width = max(map(len, texts))
        return [text.ljust(width) for text in texts]
    after = [len(cell.partition(".")[2]) + 1 if "." in cell else 0 for cell in column.cells]
    most = max(after, default=0)
    cells = [
        cell + " " * (most - own) if cell[-1:].isdigit() else cell
        for cell, own in zip(column.cells, after, strict=True)
    ]
    width = max(map(len, [column.name, *cells]))
    return [text.rjust(width) for text in (column.name, *cells)]
