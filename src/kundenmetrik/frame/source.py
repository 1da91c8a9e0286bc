"""What data may come as, and how it becomes a frame of the columns that are needed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName

__all__ = ["column_of", "needed"]


def needed(data: Any, columns: Iterable[str]) -> pd.DataFrame:
    """Return the needed columns of any data as a pandas frame; nothing is copied where it need not be."""
    wanted = list(dict.fromkeys(columns))
    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, Mapping):
        return _from_columns({str(name): _one_column(values) for name, values in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _from_records(data)
    return _from_engine(data, wanted)


def column_of(frame: pd.DataFrame, name: str, argument: str) -> Any:
    """Return a column by name; a missing one is an error that suggests the nearest."""
    if not isinstance(name, Hashable) or name not in frame.columns:
        raise UnknownName(argument, name, frame.columns)
    column = frame[name]
    if isinstance(column, pd.DataFrame):
        raise InvalidArgument(argument, "name one column; there are several of that name", name)
    return column


def _from_columns(columns: Mapping[str, Any]) -> pd.DataFrame:
    try:
        return pd.DataFrame(columns)
    except ValueError as fault:
        raise InvalidArgument("data", f"hold columns of one length; pandas says: {fault}") from None


def _one_column(values: Any) -> Any:
    return values.array if isinstance(values, pd.Series) else values


def _from_records(records: Sequence[Any]) -> pd.DataFrame:
    if records and all(isinstance(record, Mapping) for record in records):
        return pd.DataFrame(list(records))
    if records and all(hasattr(type(record), "model_fields") for record in records):
        from kundenmetrik.frame.records import to_frame

        return to_frame(records)
    raise InvalidType("data", "be a frame, a mapping of columns, or a non-empty list of records", records)


def _from_engine(data: Any, wanted: list[str]) -> pd.DataFrame:
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise InvalidType(
            "data", "be a pandas frame or a list of records unless narwhals is installed", type(data)
        ) from None
    try:
        frame = nw.from_native(data)
    except TypeError:
        raise InvalidType(
            "data", "be a frame that pandas or narwhals reads, or a list of records", type(data)
        ) from None
    names = frame.collect_schema().names()
    chosen = frame.select([name for name in names if name in set(wanted)])
    whole = chosen.collect() if isinstance(chosen, nw.LazyFrame) else chosen
    return pd.DataFrame({name: _pandas_column(whole[name]) for name in whole.columns})


def _pandas_column(column: Any) -> Any:
    if column.dtype.is_integer() and column.null_count():
        return pd.array(column.to_list(), dtype="Int64")
    return column.to_pandas()
