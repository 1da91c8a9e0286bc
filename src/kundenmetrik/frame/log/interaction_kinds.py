"""Kinds of interactions: which rows of a log are asked for, which are purchases, and which are refunds.

The kinds are those of :class:`kundenmetrik.Interaction`, and those that the caller names. Without a column of kinds
every row is a purchase. A purchase with an amount below 0 is a refund, in every family.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.errors import Fault, InvalidType, UnknownName
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.numbers import readable_numbers
from kundenmetrik.models.interaction import InteractionKind

KINDS: tuple[str, ...] = get_args(InteractionKind)
"""What a row of a log can be."""
PURCHASE, REFUND = "purchase", "refund"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowKinds:
    """What each row of a log is.

    Attributes
    ----------
    used : ndarray of bool
        Which rows are of a kind that was asked for.
    codes, names : ndarray of int64 or None, tuple
        The place of each row's kind among the names, -1 where it is missing; None without a column of kinds.
    amount : ndarray of float64 or None
        How much; None where no amounts are read.
    refund : ndarray of bool or None
        Which rows are refunds: of that kind, or purchases with an amount below 0. None when no row is.
    """

    used: BoolArray
    codes: IntArray | None
    names: tuple[Any, ...]
    amount: FloatArray | None
    refund: BoolArray | None

    def are(self, *kinds: str) -> BoolArray:
        """Return which rows are of some kinds by their own word, whatever their amount."""
        if self.codes is None:
            return np.full(len(self.used), PURCHASE in kinds)
        return np.array([*(name in kinds for name in self.names), False], dtype=bool)[self.codes]

    @property
    def purchase(self) -> BoolArray:
        """Which rows are purchases and no refunds."""
        bought = self.are(PURCHASE)
        return bought if self.refund is None else bought & ~self.refund

    @property
    def missing(self) -> BoolArray | None:
        """Which rows do not say their kind; None when all do."""
        return self.codes < 0 if self.codes is not None and self.codes.min(initial=0) < 0 else None


def read_kinds(
    table: pd.DataFrame,
    faults: list[Fault | None],
    *,
    kinds: Collection[str] | None,
    kind: str | None,
    amount: str | None,
) -> RowKinds:
    """Read what each row is; an unknown kind is refused, as it may be a purchase, misspelt.

    Parameters
    ----------
    table : DataFrame
        One row for each interaction.
    faults : list
        Where the faults of amounts are put.
    kinds : collection of str or None
        The kinds that are asked for; None for all, whatever they are.
    kind, amount : str or None
        The columns of kinds and amounts; None where there is none.
    """
    codes, names = None, ()
    if kind is not None:
        codes, names = _codes(column_of(table, kind, "kind"), kind, kinds)
    plain = RowKinds(used=np.ones(len(table), dtype=bool), codes=codes, names=names, amount=None, refund=None)
    used = plain.used if kinds is None or codes is None else plain.are(*kinds)
    bought, sent_back = plain.are(PURCHASE), None if codes is None else plain.are(REFUND)
    amounts, refund = None, sent_back
    if amount is not None:
        priced = (bought if sent_back is None else bought | sent_back) & used
        amounts = _amounts(column_of(table, amount, "amount"), amount, priced, faults)
        if not amounts.min(initial=0.0) >= 0:
            below = (amounts < 0) & bought
            refund = below if refund is None else refund | below
    refund = None if refund is None or not refund.any() else refund
    return RowKinds(used=used, codes=codes, names=names, amount=amounts, refund=refund)


def check_kinds(kinds: object) -> tuple[str, ...] | None:
    """Return the kinds that a caller names: one, several or None for all."""
    wanted: Any = [kinds] if isinstance(kinds, str) else kinds
    if wanted is None:
        return None
    if not isinstance(wanted, (list, tuple, set)) or not all(isinstance(name, str) for name in wanted):
        raise InvalidType("kinds", "be a name, several names or None", kinds)
    return tuple(wanted)


def _codes(column: pd.Series[Any], name: str, kinds: Collection[str] | None) -> tuple[IntArray, tuple[Any, ...]]:
    try:
        codes, names = pd.factorize(column)
    except TypeError:
        raise InvalidType(name, "hold names of kinds", column.iloc[0]) from None
    known = dict.fromkeys((*KINDS, *(kinds or ())))
    unknown = [one for one in names if one not in known]
    if unknown and kinds is not None:
        raise UnknownName(name, unknown[0], known)
    return codes, tuple(names)


def _amounts(column: Any, name: str, used: BoolArray, faults: list[Fault | None]) -> FloatArray:
    if column.dtype == object and not used.all():
        column = pd.Series(np.where(used, column.to_numpy(), None), dtype=object)
    amount, _ = readable_numbers(column, name, faults)
    if len(amount) and (np.isinf(amount.min()) or np.isinf(amount.max()) or np.isnan(amount.min())):
        faults.append(fault_of(name, "be finite", np.isinf(amount) & used, amount, "not_finite"))
    return amount
