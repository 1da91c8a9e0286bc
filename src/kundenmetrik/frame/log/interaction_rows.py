"""Interactions: who did what for how much, by one rule for purchases, retention and complaints.

The kinds are those of :class:`kundenmetrik.Interaction`, and those that the caller names. Without a column of kinds
every row is a purchase. A purchase with an amount below 0 is a refund, in every family.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.errors import Fault, InvalidType, UnknownName
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.reading.ids import Ids, read_ids
from kundenmetrik.frame.reading.numbers import readable_numbers
from kundenmetrik.frame.reading.source import column_of
from kundenmetrik.models.interaction import InteractionKind

__all__ = [
    "KINDS",
    "PURCHASE",
    "REFUND",
    "LogRows",
    "check_kinds",
    "negative_purchases",
    "read_log_rows",
    "refuse_unknown_kinds",
]

KINDS: tuple[str, ...] = get_args(InteractionKind)
"""What a row of a log can be."""
PURCHASE, REFUND = "purchase", "refund"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogRows:
    """The rows of a log, one array a column.

    Attributes
    ----------
    ids : Ids
        The customer of each row.
    used : ndarray of bool
        Which rows are of a kind that was asked for.
    amount : ndarray of float64 or None
        How much; None where no amounts are read.
    refund : ndarray of bool or None
        Which rows are refunds: of that kind, or purchases with an amount below 0. None when no row is.
    missing_kind : ndarray of bool or None
        Which rows do not say their kind; None when all do.
    """

    ids: Ids
    used: BoolArray
    amount: FloatArray | None
    refund: BoolArray | None
    missing_kind: BoolArray | None

    def __len__(self) -> int:
        return len(self.used)


def read_log_rows(
    table: pd.DataFrame,
    faults: list[Fault | None],
    *,
    customer: str,
    kinds: Collection[str] | None,
    kind: str | None,
    amount: str | None,
) -> LogRows:
    """Read who did what for how much; whatever breaks a rule in a row that is used becomes a fault.

    Parameters
    ----------
    table : DataFrame
        One row for each interaction.
    faults : list
        Where faults are put.
    customer : str
        The column of customers.
    kinds : collection of str or None
        The kinds that are asked for; None for all.
    kind, amount : str or None
        The columns of kinds and amounts; None where there is none.
    """
    used, bought, sent_back, missing = _kinds(table, kind, kinds)
    ids = read_ids(column_of(table, customer, "customer"), customer, faults, used)
    amounts, refund = None, sent_back
    if amount is not None:
        priced = (bought if sent_back is None else bought | sent_back) & used
        amounts = _amounts(column_of(table, amount, "amount"), amount, priced, faults)
        if len(amounts) and not amounts.min() >= 0:
            refund = (amounts < 0) & bought if refund is None else refund | ((amounts < 0) & bought)
    refund = refund if refund is not None and refund.any() else None
    return LogRows(ids=ids, used=used, amount=amounts, refund=refund, missing_kind=missing)


def check_kinds(kind: object) -> tuple[str, ...] | None:
    """Return the kinds that a caller names: one, several or None for all."""
    wanted: Any = [kind] if isinstance(kind, str) else kind
    if wanted is None:
        return None
    if not isinstance(wanted, (list, tuple, set)) or not all(isinstance(name, str) for name in wanted):
        raise InvalidType("kind", "be a name, several names or None", kind)
    return tuple(wanted)


def refuse_unknown_kinds(names: Iterable[object], column: str, kinds: Iterable[str] = ()) -> None:
    """Refuse a kind that is neither one of an interaction nor among those named: it may be a purchase, misspelt."""
    known = dict.fromkeys((*KINDS, *kinds))
    for name in names:
        if name not in known:
            raise UnknownName(column, name, known)


def _kinds(
    table: pd.DataFrame, column: str | None, kinds: Collection[str] | None
) -> tuple[BoolArray, BoolArray, BoolArray | None, BoolArray | None]:
    """Return which rows are asked for, are purchases, are refunds, and say no kind; an unknown kind is refused."""
    every = np.ones(len(table), dtype=bool)
    if column is None:
        return every, every, None, None
    given = column_of(table, column, "kind")
    try:
        codes, names = pd.factorize(given)
    except TypeError:
        raise InvalidType(column, "hold names of kinds", given.iloc[0]) from None
    if kinds is not None:
        refuse_unknown_kinds(names, column, kinds)
    bought, refund = (np.append(np.isin(names, [one]), False)[codes] for one in (PURCHASE, REFUND))
    if kinds is None:
        return every, bought, refund, None
    missing = codes < 0
    return np.append(np.isin(names, list(kinds)), False)[codes], bought, refund, missing if missing.any() else None


def _amounts(column: Any, name: str, used: BoolArray, faults: list[Fault | None]) -> FloatArray:
    if column.dtype == object and not used.all():
        column = pd.Series(np.where(used, column.to_numpy(), None), dtype=object)
    amount, _ = readable_numbers(column, name, faults)
    if len(amount) and (np.isinf(amount.min()) or np.isinf(amount.max()) or np.isnan(amount.min())):
        faults.append(fault_of(name, "be finite", np.isinf(amount) & used, amount, "not_finite"))
    return amount


def negative_purchases(
    table: pd.DataFrame, bought: BoolArray, faults: list[Fault | None], amount: str = "amount"
) -> BoolArray | None:
    """Return which purchases have an amount below 0 and are refunds; None where none has, or there are no amounts."""
    if amount not in table.columns:
        return None
    amounts = _amounts(column_of(table, amount, "amount"), amount, bought, faults)
    back = (amounts < 0) & bought
    return back if back.any() else None
