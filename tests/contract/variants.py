"""What an argument is replaced by: junk of every type, and the same or other values in every container."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd


class Nasty:
    """An object that refuses whatever it is asked."""

    def __bool__(self) -> bool:
        raise RuntimeError("no truth")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = None  # type: ignore[assignment]


JUNK: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "object": object,
    "text": lambda: "junk",
    "-1": lambda: -1,
    "nan": lambda: math.nan,
    "True": lambda: True,
    "complex": lambda: 1j,
    "nested": lambda: [[1], [2]],
    "frame": lambda: pd.DataFrame({"junk": [1]}),
    "inf": lambda: math.inf,
    "huge": lambda: 10**400,
    "mixed": lambda: [1, "a", None],
    "long text": lambda: "x" * 20_000,
    "nasty": Nasty,
    "type": lambda: int,
    "function": lambda: len,
    "empty text": lambda: "",
    "NUL": lambda: "\x00",
    "escape": lambda: "\x1b[2J",
    "surrogate": lambda: "\ud800",
    "bytes": lambda: b"junk",
    "numpy bool": lambda: np.bool_(True),
    "1e308": lambda: 1e308,
    "-1e-308": lambda: -1e-308,
    "-inf": lambda: -math.inf,
    "fraction": lambda: Fraction(1, 3),
    "decimal": lambda: Decimal("0.5"),
    "date": lambda: date(2026, 1, 1),
    "NA": lambda: pd.NA,
    "NaT": lambda: pd.NaT,
    "list": lambda: ["junk"],
    "empty list": list,
    "dict": lambda: {"junk": 1},
    "empty dict": dict,
    "set": lambda: {1},
    "generator": lambda: (number for number in range(3)),
    "0-d": lambda: np.array(1.0),
    "2-d": lambda: np.zeros((2, 2)),
    "structured": lambda: np.zeros(2, dtype=[("a", int)]),
    "series": lambda: pd.Series(["junk"]),
    "slice": lambda: slice(None),
    "ragged": lambda: [[1, 2], [3]],
}
"""Values that are wrong for most arguments; the first are those of the quick run."""
FEW = 13
VALID = frozenset({"None", "frame", "nested", "ragged", "2-d"})
"""Those among them that may be valid, and at odds with another argument only."""


@dataclass(frozen=True)
class Variant:
    """A value in place of an argument, and whether the result must be that of the example."""

    label: str
    value: Any
    same: bool = False
    column: str = ""
    junk: bool = False


def variants(value: Any, *, everything: bool) -> Iterator[Variant]:
    """Yield what one argument is replaced by."""
    junk = list(JUNK.items())
    for label, make in junk if everything else junk[:FEW]:
        yield Variant(label, make(), junk=label not in VALID)
    if isinstance(value, pd.DataFrame):
        yield from _of_frame(value, everything)
    elif _is_column(value):
        column = pd.Series(list(value))
        for label, made in _columns(column, pandas_only=False):
            yield Variant(label, made, same=True)
        for label, made in _other_columns(column):
            yield Variant(label, made)


def _is_column(value: Any) -> bool:
    if isinstance(value, (pd.Series, pd.Index)):
        return True
    plain = (str, int, float, np.generic, type(None))
    return isinstance(value, (list, np.ndarray)) and len(value) > 0 and all(isinstance(item, plain) for item in value)


def _of_frame(frame: pd.DataFrame, everything: bool) -> Iterator[Variant]:
    yield Variant("empty", frame.iloc[:0])
    yield Variant("one row", frame.iloc[:1])
    yield Variant("no columns", frame.iloc[:, :0])
    yield Variant("twice the rows", pd.concat([frame, frame], ignore_index=True))
    yield Variant("labels turned round", frame.set_axis(np.arange(len(frame))[::-1], axis=0), same=True)
    yield Variant("labels given twice", frame.set_axis(np.zeros(len(frame), int), axis=0), same=True)
    for name in frame.columns:
        yield Variant("column twice", pd.concat([frame, frame[[name]]], axis=1), column=str(name))
        yield Variant("column gone", frame.drop(columns=[name]), column=str(name))
        made = [(label, column, True) for label, column in _columns(frame[name], pandas_only=True)]
        made += [(label, column, False) for label, column in _other_columns(frame[name])]
        for label, column, same in made:
            if len(column) == len(frame):
                yield Variant(label, _replaced(frame, name, column), same, str(name))
    if everything:
        import polars as pl
        import pyarrow as pa  # type: ignore[import-untyped]

        yield Variant("polars", pl.from_pandas(frame), same=True)
        yield Variant("pyarrow table", pa.Table.from_pandas(frame), same=True)


def _replaced(frame: pd.DataFrame, name: Any, column: Any) -> pd.DataFrame:
    held = column if isinstance(column, pd.Series) else pd.Series(column)
    columns = {other: held.set_axis(frame.index) if other == name else frame[other] for other in frame.columns}
    return pd.DataFrame(columns, index=frame.index)


def _columns(column: pd.Series[Any], *, pandas_only: bool) -> Iterator[tuple[str, Any]]:
    """Yield the same values in other containers."""
    values = column.to_numpy()
    items = column.tolist()
    if values.dtype.kind in "iufM":
        readonly = values.copy()
        readonly.flags.writeable = False
        yield "read-only", readonly
        yield "strided", np.repeat(values, 2)[::2]
        if values.dtype.kind != "M":
            yield "other byte order", values.astype(values.dtype.newbyteorder(">"))
    if values.dtype.kind in "iuf":
        yield "nullable", column.astype("Float64" if values.dtype.kind == "f" else "Int64")
        yield "arrow", column.convert_dtypes(dtype_backend="pyarrow")
        if not pandas_only:
            yield "masked, nothing hidden", np.ma.array(values, mask=np.isnan(values))
    if values.dtype.kind == "b":
        yield "nullable", column.astype("boolean")
        yield "arrow", column.convert_dtypes(dtype_backend="pyarrow")
    if values.dtype.kind == "M":
        yield "seconds", column.astype("datetime64[s]")
        yield "arrow", column.convert_dtypes(dtype_backend="pyarrow")
    if all(item is None or isinstance(item, str) for item in items):
        yield "string", column.astype("string")
        yield "categories", column.astype("category")
    yield "objects", column.astype(object)
    if pandas_only:
        return
    yield "list", items
    yield "tuple", tuple(items)
    yield "array", values
    yield "series", column
    yield "index", pd.Index(column)
    import polars as pl
    import pyarrow as pa

    yield "polars", pl.from_arrow(pa.array(column, from_pandas=True))
    yield "pyarrow", pa.array(column, from_pandas=True)


def _other_columns(column: pd.Series[Any]) -> Iterator[tuple[str, Any]]:
    """Yield other values, of which some are wrong."""
    items = column.tolist()
    yield "empty", []
    yield "one", items[:1]
    yield "shorter", items[:-1]
    yield "longer", [*items, items[-1]]
    for label, cell in (
        ("None", None),
        ("nan", math.nan),
        ("inf", math.inf),
        ("-inf", -math.inf),
        ("-1", -1),
        ("1e308", 1e308),
        ("2**62", 2**62),
        ("10**400", 10**400),
        ("text", "junk"),
        ("a list", [1]),
        ("a dict", {"a": 1}),
        ("NA", pd.NA),
        ("NaT", pd.NaT),
        ("half", 0.5),
        ("True", True),
        ("complex", 1j),
        ("a zone", pd.Timestamp("2025-03-03", tz="Europe/Berlin")),
        ("another zone", pd.Timestamp("2025-03-03", tz="Asia/Tokyo").to_pydatetime()),
        ("year 9999", "9999-12-31"),
        ("escape", "\x1b[2J"),
        ("surrogate", "\ud800"),
    ):
        yield f"{label} in the first row", pd.Series([cell, *items[1:]], dtype=object)
    yield "only None", [None] * len(items)
    yield "only nan", [math.nan] * len(items)
    yield "only NA", pd.Series(pd.array([pd.NA] * len(items), dtype="Int64"))
    yield "only texts", ["junk"] * len(items)
    yield "only lists", [[1]] * len(items)
    yield "complex numbers", np.arange(len(items)) + 1j
    yield "truth values", [True] * len(items)
    yield "floats", np.arange(len(items), dtype=float) + 0.5
    yield "bytes", [b"a"] * len(items)
    yield "durations", pd.Series(pd.to_timedelta(range(len(items)), unit="D"))
    yield "zoned", pd.Series(pd.date_range("2025-01-01", periods=len(items), tz="Asia/Tokyo"))
    yield "periods", pd.Series(pd.period_range("2025-01", periods=len(items), freq="M"))
    hidden = np.arange(len(items)) == 1
    yield "masked", np.ma.array(np.arange(len(items)) + 1.0, mask=hidden)
    yield "constant", np.ones(len(items))
