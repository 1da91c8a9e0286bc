"""What the family takes: columns of complaints and sales, checked at the door with all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import CountArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_items, check_number
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import LARGEST, common_length, nonnegative, nonnegative_faults, numbers
from kundenmetrik.frame.reading.numbers import whole_numbers as whole_column

USUAL_PER = 1000.0
LARGEST_COUNT = 2**53


def counts_and_sales(complaints: object, sales: object) -> tuple[FloatArray, FloatArray]:
    """Return complaints as whole numbers and sales as exposure, one row after the other; a table has one key."""
    if isinstance(complaints, EstimateTable) and len(complaints.groups.names) != 1:
        raise InvalidArgument("complaints", "have one key column: take .total(name) of the table first")
    return counts_of_segments(complaints, sales)


def counts_of_segments(complaints: object, sales: object) -> tuple[FloatArray, FloatArray]:
    """Return complaints as whole numbers and sales as exposure, both as float arrays of one length."""
    if isinstance(complaints, EstimateTable):
        return _of_table(complaints, sales)
    if sales is None:
        raise InvalidArgument("sales", "be given unless complaints is a table of a rate", sales)
    faults: list[Fault | None] = []
    x, n = whole_counts(complaints, "complaints", faults), amounts(sales, "sales", faults)
    unusual = (n > 0) & np.isfinite(n) & ((n < 1 / LARGEST) | (n > LARGEST))
    faults.append(fault_of("sales", f"be 0 or from {1 / LARGEST:g} to {LARGEST:g}", unusual, n, "range"))
    refuse(faults)
    common_length(complaints=complaints, sales=sales)
    return x, n


def check_additive(complaints: object) -> None:
    """Refuse a table whose groups do not add, where their sum is part of the answer."""
    if isinstance(complaints, EstimateTable):
        complaints.tallies[0].margin()


def _of_table(table: EstimateTable, sales: object) -> tuple[FloatArray, FloatArray]:
    """Return events and exposure of the groups of a measured rate; what would mislead is refused."""
    if sales is not None:
        raise InvalidArgument("sales", "be left out: the table of a rate has its own")
    _, counts = check_rate_table(table, "complaints")
    if not table.groups.names:
        raise InvalidArgument("complaints", "have a key column: measure it with by=")
    return counts[:, 0], counts[:, 1]


def check_rate_table(table: EstimateTable, argument: str = "table") -> tuple[RateMetric, FloatArray]:
    """Return the only metric of a table, a rate, with events and exposure of each group."""
    metric, counts = table.metrics[0], table.tallies[0]
    if len(table.metrics) != 1 or not isinstance(metric, RateMetric):
        raise InvalidArgument(argument, "hold one metric that is a rate, such as TGW")
    broken = {
        "not be a rolling table: its periods overlap": table.window != 1,
        "not have suppressed groups: measure without min_n": bool(table.suppressed.any()),
        "count complaints: sums of severities do not scatter like counts": counts.squares is not None,
    }
    for rule, applies in broken.items():
        if applies:
            raise InvalidArgument(argument, rule)
    return metric, np.asarray(counts.table, dtype=np.float64)


def without_sales(complaints: object, sales: FloatArray) -> tuple[str, ...]:
    """Return notes on why some rows or groups have no rate: no sales, or sales that a table does not know."""
    if isinstance(complaints, EstimateTable):
        return tuple(code for code, where in complaints.metrics[0].notes(complaints.tallies[0]).items() if where.any())
    return ("no_exposure",) if (sales == 0).any() else ()


def whole_counts(values: object, argument: str, faults: list[Fault | None]) -> FloatArray:
    """Return a column of counts; what is no count becomes a fault."""
    column = numbers(values, argument)
    faults += nonnegative_faults(column, argument, whole=True, most=LARGEST_COUNT)
    return column.floats


def amounts(values: object, argument: str, faults: list[Fault | None] | None = None) -> FloatArray:
    """Return a column of amounts of at least 0, fractions allowed; what is none becomes a fault, or is refused."""
    column = numbers(values, argument)
    if faults is None:
        nonnegative(column, argument)
    else:
        faults += nonnegative_faults(column, argument)
    return column.floats


def row_codes(within: object, n: int, argument: str = "within") -> IntArray:
    """Return a whole number for each row, 0 for all where nothing is given."""
    if within is None:
        return np.zeros(n, dtype=np.int64)
    faults: list[Fault | None] = []
    codes, _ = whole_column(within, argument, faults)
    refuse(faults)
    if codes.shape != (n,):
        raise InvalidArgument(argument, f"hold one code a row: {n:,}", codes.size)
    return codes


def whole_numbers(values: FloatArray) -> CountArray:
    """Return counts as integers where all of them are whole, else as they are."""
    whole = bool(np.all(values == np.floor(values))) and values.max(initial=0.0) <= LARGEST_COUNT
    return values.astype(np.int64) if whole else values


def labels(given: Any, argument: str, n: int, *columns: object) -> list[Any]:
    """Return one label a row: those given, else a table's keys, else the index of a Series, else 0, 1, 2 ...

    Several columns of keys, as a frame or a mapping, are a tuple each.
    """
    if given is None and isinstance(columns[0], EstimateTable):
        return [key[0] if len(key) == 1 else key for key in columns[0].groups.keys]
    if given is None:
        indexed = [column.index for column in columns if isinstance(column, pd.Series)]
        return list(indexed[0]) if indexed else list(range(n))
    if isinstance(given, (pd.DataFrame, Mapping)):
        given = list(zip(*(given[name] for name in given), strict=True))
    return row_labels(given, argument, n)


def row_labels(given: object, argument: str, n: int) -> list[Any]:
    """Return one label a row, in plain values."""
    named = list(check_items(given, argument, "be a list of labels, one a row"))
    if len(named) != n:
        raise InvalidArgument(argument, f"have one entry a row: {n:,}", len(named))
    return named


def check_per(per: object) -> float:
    """Return the sales that one unit of the rate refers to, above 0."""
    return check_positive(check_number(per, "per", high=LARGEST), "per")


def check_positive(value: object, argument: str) -> float:
    """Return a finite number above 0."""
    number = check_number(value, argument)
    if number <= 0:
        raise InvalidArgument(argument, "be above 0", value)
    return number


def per_of(per: object, complaints: object) -> float:
    """Return the sales that one unit of the rate refers to: a table's own, else what is given, else 1,000."""
    given = None if per is None else check_per(per)
    if not isinstance(complaints, EstimateTable):
        return USUAL_PER if given is None else given
    own = check_rate_table(complaints, "complaints")[0]._scale_factor
    if given not in (None, own):
        raise InvalidArgument("per", f"be left out or {own:,.10g}: the table of a rate has its own", per)
    return own
