"""What counts as a complaint in the numerator of a rate, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from kundenmetrik.complaints.rates.counts_and_sales import amounts, row_codes
from kundenmetrik.complaints.rates.interactions import MATCHES, Interactions, Match, matched_purchase, read_interactions
from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.renamed import former_parameters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numerator:
    """How much each row of an interactions table adds to the numerator.

    Attributes
    ----------
    weight : array, one entry a row
        0 for what is no complaint or is not counted; 1 for a counted one, or its severity.
    excluded : mapping of str to array of bool
        Complaints that are not counted, by reason: ``repeat``, ``unmatched``.
    """

    weight: FloatArray
    excluded: Mapping[str, BoolArray]


@former_parameters(largest="largest_severity")
def numerator(
    interactions: Any,
    name: NumeratorName = "every",
    *,
    within: Any = None,
    match: Match = "latest",
    severity: str | None = None,
    largest_severity: float | None = None,
) -> Numerator:
    """Say which complaints count, row by row.

    Parameters
    ----------
    interactions : table
        With customer_id, kind, occurred_at.
    name : {"every", "first_per_customer", "first_per_purchase", "severity"}
        Every complaint; the first of each customer; the first about each purchase; each by its severity.
    within : array of int, optional
        A code for each row (period, segment): the first of a customer is then found within each code.
    match : {"latest", "first", "latest_of_product"}
        Which purchase a complaint is about, for ``first_per_purchase``.
    severity : str, optional
        The column of severities, for ``severity``.
    largest_severity : float, optional
        The largest severity there can be; a larger one is an error.

    Returns
    -------
    Numerator
        The weight of each row and the complaints left out, by reason.

    Raises
    ------
    UnknownName
        If there is no such numerator or column.
    InvalidData
        If the severity of a complaint is missing, negative or above the largest.

    Notes
    -----
    "Every complaint" counts events and may exceed the sales; the two "first" forms count customers or
    purchases that went wrong at all, and never exceed them.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "customer_id": [1, 1, 1, 2], "kind": ["purchase", "complaint", "complaint", "complaint"],
    ...     "occurred_at": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-09", "2025-01-07"]),
    ... })
    >>> numerator(table, "first_per_customer").weight.tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    choose = NUMERATORS[check_choice(name, "name", NUMERATORS)]
    also = () if severity is None else (severity,)
    data = interactions if isinstance(interactions, Interactions) else read_interactions(interactions, *also)
    codes = row_codes(within, len(data))
    check_choice(match, "match", MATCHES)
    found = choose(data, codes, match, severity)
    if largest_severity is not None and severity is not None:
        above, rule = found.weight > largest_severity, f"be at most the largest severity, {largest_severity:g}"
        refuse([fault_of(severity, rule, above, found.weight, "le")])
    return found


def _every(data: Interactions, within: IntArray, match: Match, severity: str | None) -> Numerator:
    return Numerator(weight=data.complaint.astype(np.float64), excluded=FrozenMapping({}))


def _first_per_customer(data: Interactions, within: IntArray, match: Match, severity: str | None) -> Numerator:
    first = _first(data, data.complaint, within, data.customer)
    return Numerator(weight=first.astype(np.float64), excluded=FrozenMapping({"repeat": data.complaint & ~first}))


def _first_per_purchase(data: Interactions, within: IntArray, match: Match, severity: str | None) -> Numerator:
    about = matched_purchase(data, match)
    matched = data.complaint & (about >= 0)
    first = _first(data, matched, about, np.zeros_like(about))
    excluded = {"repeat": matched & ~first, "unmatched": data.complaint & ~matched}
    return Numerator(weight=first.astype(np.float64), excluded=FrozenMapping(excluded))


def _severity(data: Interactions, within: IntArray, match: Match, severity: str | None) -> Numerator:
    if severity is None:
        raise InvalidArgument("severity", "name the column of severities", severity)
    faults: list[Fault | None] = []
    weight = np.zeros(len(data))
    complaints = np.flatnonzero(data.complaint)
    weight[complaints] = amounts(data.column(severity).iloc[complaints].to_numpy(), severity, faults)
    refuse(replace(fault, rows=tuple(complaints[np.array(fault.rows)].tolist())) for fault in faults if fault)
    return Numerator(weight=weight, excluded=FrozenMapping({}))


def _first(data: Interactions, mask: BoolArray, *keys: IntArray) -> BoolArray:
    """Return the earliest masked row of each combination of keys; the table's order decides at equal times."""
    rows = np.flatnonzero(mask)
    order = rows[np.lexsort((rows, data.occurred[rows], *(key[rows] for key in keys)))]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = np.logical_or.reduce([np.diff(key[order]) != 0 for key in keys])
    first = np.zeros(len(mask), dtype=bool)
    first[order[fresh]] = True
    return first


Choice = Callable[[Interactions, IntArray, Match, str | None], Numerator]

NumeratorName = Literal["every", "first_per_customer", "first_per_purchase", "severity"]
NUMERATORS: Mapping[str, Choice] = {
    "every": _every,
    "first_per_customer": _first_per_customer,
    "first_per_purchase": _first_per_purchase,
    "severity": _severity,
}
"""The numerators by name."""
