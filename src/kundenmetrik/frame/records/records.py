"""Records to a frame and back, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from operator import attrgetter
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.records.check import check
from kundenmetrik.frame.records.schema import Column, declaration_of
from kundenmetrik.frame.records.typed_cells import plain_cells
from kundenmetrik.models.datetimes import instant, is_aware
from kundenmetrik.models.record import Record

RecordType = TypeVar("RecordType", bound=Record)

MICROSECOND = timedelta(microseconds=1)
NAT = np.iinfo(np.int64).min
"""How numpy writes NaT as a whole number."""


def to_frame(records: Iterable[Record], *, model: type[Record] | None = None) -> pd.DataFrame:
    """Return records of one model as a frame: one row each, one typed column for each field.

    Parameters
    ----------
    records : iterable of records
        Customers, interactions, survey responses or Kano answers, all of one model.
    model : type, optional
        Their model; needed only where there may be no record at all.

    Returns
    -------
    pandas.DataFrame
        Whole-number identifiers stay whole numbers (Int64 where some are missing), times are microseconds
        with the records' time zone (UTC where the records have several), a scale is text such as ``0..10``.
        :func:`records` reads it back.

    Raises
    ------
    InvalidArgument
        If there is no record and no ``model``.
    InvalidType
        If the records are not all of one model.
    InvalidData
        If identifiers of text and of whole numbers, or times with and without a time zone, stand in one column.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answers = [km.SurveyResponse(response_id=i, question="nps", score=s) for i, s in enumerate((9, 10, 3))]
    >>> km.to_frame(answers)[["response_id", "question", "score", "weight"]]
       response_id question  score  weight
    0            0      nps    9.0     1.0
    1            1      nps   10.0     1.0
    2            2      nps    3.0     1.0
    """
    if not isinstance(records, Iterable):
        raise InvalidType("records", "be a list of records", records)
    rows = list(records)
    if model is not None:
        declaration_of(model)
    model = _model_of(rows, model)
    columns = {column.name: _column(rows, column) for column in declaration_of(model).columns}
    return check(pd.DataFrame(columns, index=pd.RangeIndex(len(rows))), model)


def records(frame: pd.DataFrame, model: type[RecordType]) -> list[RecordType]:
    """Return a frame's rows as validated records.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each record, as :func:`check` wants it. It is not changed.
    model : type
        The record model: ``Customer``, ``Interaction``, ``SurveyResponse``, ``KanoAnswer`` or a subclass.

    Returns
    -------
    list of records
        In the order of the rows; a missing cell is None.

    Raises
    ------
    InvalidData
        If any row is not a valid record; all faults are listed, as by :func:`check`.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> table = pd.DataFrame({"customer_id": ["a", "b"], "feature": "app", "functional": [1, 2], "dysfunctional": 5})
    >>> [answer.functional for answer in km.records(table, km.KanoAnswer)]
    [1, 2]
    """
    check(frame, model)
    columns = {str(name): _given_cells(frame[name]) for name in frame.columns}
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return TypeAdapter(list[model]).validate_python(rows)  # type: ignore[valid-type]


def _model_of(rows: Sequence[Record], model: type[Record] | None) -> type[Record]:
    kinds = {type(row) for row in rows} | ({model} if model is not None else set())
    if not kinds:
        raise InvalidArgument("records", "hold at least one record", remedy="Name the model for an empty list.")
    if len(kinds) > 1:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise InvalidType("records", f"all be of one model, but there are {names}")
    return kinds.pop()


def _given_cells(series: pd.Series[Any]) -> list[object]:
    absent = series.isna().tolist()
    return [None if gap else cell for gap, cell in zip(absent, plain_cells(series).tolist(), strict=True)]


def _column(rows: Sequence[Record], column: Column) -> pd.Series[Any]:
    cells = list(map(attrgetter(column.name), rows))
    bases = {alternative.base for alternative in column.alternatives}
    if bases == {datetime}:
        return _moments(cells)
    if bases == {float}:
        return pd.Series(cells, dtype="float64")
    present = set(map(type, cells)) - {type(None)}
    if {int} == present <= bases:
        return pd.Series(cells, dtype="Int64" if None in cells else "int64")
    if column.write is not None:
        return _text([None if cell is None else column.write(cell) for cell in cells])
    return _text(cells) if bases and present <= {str} else pd.Series(cells, dtype=object)


def _text(cells: list[Any]) -> pd.Series[Any]:
    return pd.Series(cells, dtype=pd.Series(["text"]).dtype)


def _moments(cells: list[Any]) -> pd.Series[Any]:
    given = [cell for cell in cells if cell is not None]
    aware = set(map(is_aware, given))
    if len(aware) > 1:
        return pd.Series(cells, dtype=object)
    ticks = [NAT if cell is None else instant(cell) // MICROSECOND for cell in cells]
    clock = pd.Series(np.array(ticks, dtype=np.int64).view("datetime64[us]"))
    return clock.dt.tz_localize("UTC").dt.tz_convert(_zone(given)) if aware == {True} else clock


def _zone(moments: list[datetime]) -> tzinfo:
    """Return the one zone of the moments, UTC where they have several."""
    zones = [_zone_by_name(moment.tzinfo) for moment in moments]
    return zones[0] if all(zone == zones[0] for zone in zones) else UTC


def _zone_by_name(zone: Any) -> tzinfo:
    """Return a zone of pytz, which is another object in summer than in winter, as the zone of its name."""
    name = getattr(zone, "zone", None)
    return ZoneInfo(name) if name else zone
