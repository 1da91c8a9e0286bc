"""What data may come as, and how it becomes a frame of the columns that are needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from kundenmetrik.errors import InvalidType
from kundenmetrik.frame.reading.frame_columns import ATTRIBUTES, NAMES, native
from kundenmetrik.frame.reading.numbers import common_length
from kundenmetrik.frame.reading.python_objects import no_column


def read_columns(data: Any, columns: Iterable[str], argument: str = "data") -> pd.DataFrame:
    """Return the needed columns of any data, those there are, as a pandas frame; nothing is copied in vain."""
    if isinstance(data, pd.DataFrame):
        return native(data)
    if isinstance(data, Mapping):
        return native(_from_columns(data, argument))
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _from_records(data, argument)
    return _from_engine(data, set(columns), argument)


def _from_columns(data: Mapping[Any, Any], argument: str) -> pd.DataFrame:
    """Return columns as a frame; those with other row labels or lengths are refused, single values repeat."""
    columns = {str(name): values for name, values in data.items()}
    for name, values in columns.items():
        if isinstance(values, Iterator):
            raise no_column(values, name)
    common_length(**{name: values for name, values in columns.items() if not pd.api.types.is_scalar(values)})
    plain = {name: values.array if isinstance(values, pd.Series) else values for name, values in columns.items()}
    try:
        return pd.DataFrame(plain)
    except OverflowError:  # whole numbers beyond a float beside fractions
        return pd.DataFrame({name: pd.Series(list(values), dtype=object) for name, values in plain.items()})
    except (TypeError, ValueError):
        raise _first_that_is_none(columns, argument) from None


def _first_that_is_none(columns: Mapping[str, Any], argument: str) -> InvalidType:
    """Return the error that names the first value of a mapping that is no column."""
    for name, values in columns.items():
        try:
            pd.DataFrame({name: values})
        except (TypeError, ValueError):
            return InvalidType(name, "be a column, such as a list or a Series", values)
    return InvalidType(argument, "have columns that fit together", list(columns))


def _from_records(records: Sequence[Any], argument: str) -> pd.DataFrame:
    if records and all(isinstance(record, Mapping) for record in records):
        return pd.DataFrame(list(records), dtype=object)
    if records and all(hasattr(type(record), "model_fields") for record in records):
        from kundenmetrik.frame.records.records import to_frame  # pydantic is loaded for records only

        return to_frame(records)
    raise InvalidType(argument, "be a frame, a mapping of columns, or a non-empty list of records", records)


def _from_engine(data: Any, wanted: set[str], argument: str) -> pd.DataFrame:
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise InvalidType(
            argument, "be a pandas frame or a list of records unless narwhals is installed", type(data)
        ) from None
    try:
        frame = nw.from_native(data)
    except TypeError:
        raise InvalidType(
            argument, "be a frame that pandas or narwhals reads, or a list of records", type(data)
        ) from None
    names = frame.collect_schema().names()
    # What is no column may be an attribute.
    wanted = wanted if wanted <= set(names) else {*wanted, ATTRIBUTES}
    chosen = frame.select([name for name in names if name in wanted])
    whole = chosen.collect() if isinstance(chosen, nw.LazyFrame) else chosen
    made = pd.DataFrame({name: _pandas_column(whole[name]) for name in whole.columns})
    made.attrs[NAMES] = names
    return made


def _pandas_column(column: Any) -> Any:
    if column.dtype.is_integer() and column.null_count():
        return pd.array(column.to_list(), dtype="UInt64" if str(column.dtype).startswith("U") else "Int64")
    made, zone = column.to_pandas(), getattr(column.dtype, "time_zone", None)
    if zone is not None and made.dt.tz is None:  # a single column of Arrow data comes as times of UTC
        made = made.dt.tz_localize("UTC").dt.tz_convert(zone)
    return made
