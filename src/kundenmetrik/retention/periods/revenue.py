"""Revenue retention: of the money of the customers at the start, how much is left, and where the difference went."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from kundenmetrik.core.checks import MOST_DRAWS, check_choice, check_confidence, check_count
from kundenmetrik.core.results.display import plain_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.share_metric import share_estimate
from kundenmetrik.core.statistics.bootstrap import bootstrap_ratio_interval
from kundenmetrik.errors import Fault, InvalidArgument, InvalidData
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.flags import flags
from kundenmetrik.frame.reading.keys import labels
from kundenmetrik.frame.reading.numbers import common_length, numbers
from kundenmetrik.retention.data.durations import group_codes, key_columns

BootstrapInterval = Literal["bca", "percentile"]
BRIDGE = ("churn", "contraction", "expansion", "reactivation", "new")
"""What leads from the revenue at the start to that at the end."""
UNKNOWN = "Name the currency of these rows, or leave them out."
RETURNED = "Who was there at the start has not come back; give False there."
REFUNDS = "Net refunds against the revenue of their own period, or pass them as 0 revenue."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RevenueRetention(Result):
    r"""Revenue of each customer at the start and at the end of a period, and what follows from it.

    Attributes
    ----------
    before, after : ndarray of float
        Revenue at the start and at the end; NaN for somebody who was no customer then, 0 for a free plan.
    returned : ndarray of bool
        Who had been a customer before the start without being one at the start.
    groups : Groups
        The segments.
    group : ndarray of int or None
        The segment of each customer.
    confidence : float
        The confidence of the intervals.
    method : {"bca", "percentile"}
        How the bootstrap draws become limits.
    draws, seed : int
        How many times the customers are drawn anew, and from which seed.
    """

    before: FloatArray
    after: FloatArray
    returned: BoolArray
    groups: Groups
    group: IntArray | None
    confidence: float = 0.95
    method: BootstrapInterval = "bca"
    draws: int = 1_999
    seed: int = 0

    def gross(self, key: object = ...) -> Estimate:
        r"""Return gross revenue retention of the customers at the start, :math:`\sum \min(m_0, m_1) / \sum m_0`.

        It is at most 1.

        Parameters
        ----------
        key : optional
            The segment; everybody without it.
        """
        before, after = self._base(key)
        return self._money("gross_revenue_retention", before, np.minimum(before, after))

    def net(self, key: object = ...) -> Estimate:
        r"""Return net revenue retention of the customers at the start, :math:`\sum m_1 / \sum m_0`.

        It is above 1 when they spend more than those who left or cut down did before.

        Parameters
        ----------
        key : optional
            The segment; everybody without it.
        """
        return self._money("net_revenue_retention", *self._base(key))

    def logo(self, key: object = ...) -> Estimate:
        """Return the share of the customers at the start who are still there, each counted once.

        Parameters
        ----------
        key : optional
            The segment; everybody without it.
        """
        rows = self._rows(key)
        start = int((~np.isnan(self.before[rows])).sum())
        kept = int((~np.isnan(self.before[rows]) & ~np.isnan(self.after[rows])).sum())
        return share_estimate("logo_retention", kept, start, confidence=self.confidence, method="wilson")

    def bridge(self) -> pd.DataFrame:
        """Return what leads from the revenue at the start to that at the end, by segment.

        Returns
        -------
        pandas.DataFrame
            The keys, start, churn, contraction, expansion, reactivation, new, end (losses negative, so that the row
            adds up), and the customers behind each: customers_start, customers_churn and so on.
        """
        parts = self._parts()
        codes = np.zeros(self.before.size, np.int64) if self.group is None else self.group
        size = len(self.groups)
        sums = {name: np.bincount(codes, weights=amount, minlength=size) for name, (amount, _) in parts.items()}
        counts = {f"customers_{name}": np.bincount(codes[who], minlength=size) for name, (_, who) in parts.items()}
        keys = {name: [key[i] for key in self.groups.keys] for i, name in enumerate(self.groups.names)}
        return pd.DataFrame({**keys, **sums, **counts}, index=range(size))

    def to_frame(self) -> pd.DataFrame:
        """Return gross, net and logo retention of each segment, one row each.

        Returns
        -------
        pandas.DataFrame
            The keys, metric, value, low, high, n, unit, confidence, method, notes.
        """
        parts = []
        for key in self.groups.keys:
            for ask in (self.gross, self.net, self.logo):
                row = ask(key if key else ...).to_frame().drop(columns=["excluded", "definition"])
                for place, name in enumerate(self.groups.names):
                    row.insert(place, name, [key[place]])
                parts.append(row)
        return pd.concat(parts, ignore_index=True)

    def _parts(self) -> dict[str, tuple[FloatArray, BoolArray]]:
        here, there = ~np.isnan(self.before), ~np.isnan(self.after)
        start, end = np.where(here, self.before, 0.0), np.where(there, self.after, 0.0)
        change = end - start
        who = {
            "start": here,
            "churn": here & ~there,
            "contraction": here & there & (change < 0),
            "expansion": here & there & (change > 0),
            "reactivation": ~here & there & self.returned,
            "new": ~here & there & ~self.returned,
            "end": there,
        }
        amounts = {"start": start, "end": end} | {name: np.where(who[name], change, 0.0) for name in BRIDGE}
        return {name: (amounts[name], who[name]) for name in who}

    def _rows(self, key: object) -> AnyArray:
        if key is ... or self.group is None:
            return np.arange(self.before.size)
        return np.flatnonzero(self.group == self.groups.position(key))

    def _base(self, key: object) -> tuple[FloatArray, FloatArray]:
        rows = self._rows(key)
        rows = rows[~np.isnan(self.before[rows])]
        return self.before[rows], np.where(np.isnan(self.after[rows]), 0.0, self.after[rows])

    def _money(self, metric: str, base: FloatArray, kept: FloatArray) -> Estimate:
        total = float(base.sum())
        free = ("free_plan_upgrade",) if bool(((base == 0) & (kept > 0)).any()) else ()
        alike = total > 0 and bool((kept * base.sum() == base * kept.sum()).all())
        return Estimate(
            metric=metric,
            value=float(kept.sum()) / total if total > 0 else np.nan,
            ask=partial(bootstrap_ratio_interval, base, kept, self.method, self.draws, self.seed),
            n=base.size,
            unit="share",
            confidence=self.confidence,
            method=f"bootstrap over customers, {self.method}",
            notes=(*free, *(("no_scatter",) if alike else ())) if total > 0 else ("empty",),
            higher_is_better=True,
        )

    @property
    def headline(self) -> str:
        """How many customers there were at the start, and what they paid."""
        base = self._base(...)[0]
        return f"Revenue retention of {base.size:,} customers who paid {plain_number(float(base.sum()))} at the start"


def revenue(
    before: Any,
    after: Any,
    *,
    returned: Any = None,
    currency: Any = None,
    by: Any = None,
    confidence: float = 0.95,
    method: BootstrapInterval = "bca",
    draws: int = 1_999,
    rng: int = 0,
) -> RevenueRetention:
    """Compare the revenue of each customer at the start of a period with that at its end.

    Parameters
    ----------
    before, after : array-like of float, one value per customer
        Revenue at the start and at the end, such as monthly recurring revenue. Missing means no customer then, 0 a
        customer who pays nothing.
    returned : array-like of bool, optional
        Who had been a customer before the start without being one at the start; their revenue is reactivation, not new.
    currency : array-like, optional
        The currency of each row; more than one is refused, and so is an amount whose currency is missing.
    by : array-like, frame or mapping of columns, optional
        The segment of each customer.
    confidence : float
        Between 0 and 1.
    method : {"bca", "percentile"}
        How the bootstrap draws become limits.
    draws : int
        How many times the customers are drawn anew.
    rng : int
        The seed; the same seed gives the same limits.

    Returns
    -------
    RevenueRetention
        ``gross()``, ``net()``, ``logo()``, ``bridge()`` and ``to_frame()``.

    Raises
    ------
    InvalidData
        If an amount is negative or infinite, or its currency missing.
    InvalidArgument
        If the amounts are in several currencies.

    Notes
    -----
    Gross retention counts losses only and is at most 1; net retention adds what the same customers spend more. New and
    reactivated customers are in neither. A customer who leaves a free plan is lost to logo but not to revenue
    retention; who goes from free to paid is expansion (note ``free_plan_upgrade``).

    Examples
    --------
    >>> import numpy as np
    >>> from kundenmetrik import retention
    >>> money = retention.revenue([100, 100, 100, np.nan], [100, 150, np.nan, 80])
    >>> round(money.gross().value, 4), round(money.net().value, 4), round(money.logo().value, 4)
    (0.6667, 0.8333, 0.6667)
    >>> money.bridge()[["start", "churn", "expansion", "new", "end"]].iloc[0].tolist()
    [300.0, -100.0, 50.0, 80.0, 330.0]
    """
    rows = common_length(before=before, after=after, returned=returned, currency=currency, **key_columns(by))
    amounts = {"before": _amounts(before, "before"), "after": _amounts(after, "after")}
    faults = [
        fault_of(name, "be finite and at least 0", (money < 0) | np.isinf(money), money, "range", REFUNDS)
        for name, money in amounts.items()
    ]
    if found := [fault for fault in faults if fault is not None]:
        raise InvalidData(found)
    _one_currency(currency, ~np.isnan(amounts["before"]) | ~np.isnan(amounts["after"]))
    more: list[Fault | None] = []
    back = np.zeros(rows, bool) if returned is None else flags(returned, "returned", more)
    refuse(more)
    there = back & ~np.isnan(amounts["before"])
    refuse([fault_of("returned", "be False for customers at the start", there, back, "not_gone", RETURNED)])
    groups, group = group_codes(by, "by")
    return RevenueRetention(
        before=amounts["before"],
        after=amounts["after"],
        returned=back,
        groups=groups,
        group=group,
        confidence=check_confidence(confidence),
        method=check_choice(method, "method", get_args(BootstrapInterval)),
        draws=check_count(draws, "draws", low=100, high=MOST_DRAWS),
        seed=check_count(rng, "rng"),
    )


def _amounts(values: Any, name: str) -> FloatArray:
    column = numbers(values, name)
    amounts = column.values.astype(np.float64)
    if column.missing is not None:
        amounts[column.missing] = np.nan
    return amounts


def _one_currency(currency: Any, paid: BoolArray) -> None:
    """Refuse amounts in several currencies, and amounts in one that nobody knows."""
    if currency is None:
        return
    codes, names = labels(currency, "currency")
    if None in names:
        unknown = (codes == names.index(None)) & paid
        values = np.full(unknown.size, None)
        refuse([fault_of("currency", "be known for every amount", unknown, values, "missing", UNKNOWN)])
    found = [names[code] for code in np.unique(codes) if names[code] is not None]
    if len(found) > 1:
        raise InvalidArgument("currency", "be the same for all amounts", found, "Convert to one currency first.")
