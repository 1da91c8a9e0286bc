"""Contracts: who began when and ended when, one row each; a customer may have several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import Times
from kundenmetrik.frame.log.log_times import one_clock, times_of
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import NAMES, column_of
from kundenmetrik.frame.reading.ids import Ids, read_ids
from kundenmetrik.frame.reading.missing_column import absent_column
from kundenmetrik.message_text import short_repr


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contracts:
    """One row per contract.

    Attributes
    ----------
    ids : Ids
        Whose contract it is; -1 where that is missing.
    start, end : ndarray of datetime64
        On the wall clock of ``zone``; NaT where missing, and where a contract has not ended.
    zone : tzinfo, str or None
        None for times without a zone.
    """

    ids: Ids
    start: Times
    end: Times
    zone: Any


def read_contracts(table: pd.DataFrame, *, customer: str, start: str, end: str, time_zone: str | None) -> Contracts:
    """Read a table of contracts.

    A column of ends without any value says that nobody has left. A column that is not there says nothing, and is
    refused: its name may differ.

    Parameters
    ----------
    table : DataFrame
        One row for each contract.
    customer, start, end : str
        The columns of the customer, the beginning and the end.
    time_zone : str or None
        The zone whose calendar counts.
    """
    ids = read_ids(column_of(table, customer, "customer"), customer)
    begun, zone = times_of(table, start, time_zone, "start")
    if isinstance(end, str) and end not in table.columns:
        there = table.attrs.get(NAMES, table.columns)
        asked = absent_column(end, "end", [name for name in there if name not in (start, customer)]).remedy
        remedy = f"{asked} If nobody has left, add a column {short_repr(end)} of missing times."
        raise absent_column(end, "end", there, remedy)
    ended: Times = np.full(len(table), "NaT", dtype="datetime64[ns]")
    if not column_of(table, end, "end").isna().all():
        ended, other = times_of(table, end, time_zone, "end")
        one_clock(zone, other, end, start)
    refuse([fault_of(end, f"not be before {start}", ended < begun, ended, "before_start")])
    return Contracts(ids=ids, start=begun, end=ended, zone=zone)
