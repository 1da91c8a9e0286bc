"""A window on a log: its checked rows up to an inclusive end, and the customers they make."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict, get_args

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.customer_dates import read_customer_dates
from kundenmetrik.clv.data.events import EventHistories, Events, merge_events, subtract_refunds
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray, Times
from kundenmetrik.core.checks import Invalid, check_choice
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.log.interaction_kinds import RowKinds
from kundenmetrik.frame.log.interaction_rows import LogColumns, LogRows, read_log_rows
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.early_end import ENDS_EARLY, ends_early
from kundenmetrik.frame.time.instants import ELAPSED, Grain, Moments, check_grain, days_in, starts_of, steps_of
from kundenmetrik.frame.time.units import DAYS, Unit, check_unit

PURCHASE_KINDS = ("purchase", "refund")
REFUND_REMEDY = 'Choose refunds="net" or refunds="drop".'
MISSING_REMEDY = 'Pass invalid="exclude" to leave such rows out, counted.'


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PurchaseRows:
    """The purchases and refunds of a log, one array a column.

    Attributes
    ----------
    ids : Ids
        The customer of each row.
    moments : Moments
        When.
    amount : ndarray of float64 or None
        How much; negative for a refund.
    refund : ndarray of bool or None
        Which rows are refunds; None when no row is.
    excluded : dict of str to int
        Rows left out, by reason.
    """

    ids: Ids
    moments: Moments
    amount: FloatArray | None
    refund: BoolArray | None
    excluded: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids.codes)

    def take(self, keep: BoolArray, **excluded: int) -> PurchaseRows:
        """Return the rows of a mask, with the reasons why the others are left out."""
        return PurchaseRows(
            ids=self.ids.take(keep),
            moments=self.moments.take(keep),
            amount=None if self.amount is None else self.amount[keep],
            refund=None if self.refund is None else self.refund[keep],
            excluded=self.excluded | excluded,
        )


def read(data: Any, columns: LogColumns, *, refunds: str, invalid: Invalid) -> PurchaseRows:
    """Read the purchases and refunds of a log; every rule that is broken is reported at once."""
    table = read_columns(data, columns.names, "interactions")
    if len(table) == 0:
        raise InvalidArgument("interactions", "have at least one row")
    columns = columns.present_in(table)
    faults: list[Fault | None] = []
    found = read_log_rows(table, columns, faults, kinds=PURCHASE_KINDS)
    kinds, wrong = found.kinds, _incomplete(found, columns)
    lost = _without_kind(table, columns, kinds, faults, invalid)
    if invalid == "raise":
        faults += [
            fault_of(name, "be there", mask, table[name], "missing", MISSING_REMEDY) for name, mask in wrong.items()
        ]
    if kinds.refund is not None and refunds == "refuse":
        column = columns.amount or columns.kind or ""
        back = kinds.refund & kinds.used
        faults.append(fault_of(column, "be a purchase, not a refund", back, table[column], "refund", REFUND_REMEDY))
    refuse(faults)
    rows = PurchaseRows(ids=found.ids, moments=found.moments, amount=kinds.amount, refund=kinds.refund, excluded=lost)
    return _leave_out(rows, kinds.used, wrong)


def _without_kind(
    table: pd.DataFrame, columns: LogColumns, kinds: RowKinds, faults: list[Fault | None], invalid: str
) -> dict[str, int]:
    """Return how many rows have no kind; refuse a log without any purchase."""
    lost = {}
    if kinds.missing is not None and columns.kind is not None:
        lost[f"missing_{columns.kind}"] = int(np.count_nonzero(kinds.missing))
        if invalid == "raise":
            faults.append(fault_of(columns.kind, "be there", kinds.missing, code="missing", remedy=MISSING_REMEDY))
    if not kinds.used.any() and not any(faults):
        raise InvalidArgument(columns.kind or "kind", "be purchase in some rows", table[columns.kind].unique().tolist())
    return lost


def _incomplete(found: LogRows, columns: LogColumns) -> dict[str, BoolArray]:
    """Return by column which of the rows that count lack a customer, a date or an amount."""
    wrong, amount = found.missing(columns.customer, columns.date), found.kinds.amount
    if amount is not None and np.isnan(amount.min()):
        wrong[columns.amount or ""] = np.isnan(amount)
    return {name: mask & found.kinds.used for name, mask in wrong.items()}


def _leave_out(rows: PurchaseRows, used: BoolArray, wrong: dict[str, BoolArray]) -> PurchaseRows:
    """Leave out the rows that do not count; a row with two faults is counted under the first."""
    keep, excluded = used, dict(rows.excluded)
    for name, mask in wrong.items():
        excluded[f"missing_{name}"] = int(np.count_nonzero(mask & keep))
        keep = keep & ~mask
    return rows if keep.all() else rows.take(keep, **excluded)


Refunds = Literal["refuse", "net", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PurchaseLog:
    """A checked log: its rows, the clock of the grain they are merged by, the unit they are told in."""

    rows: PurchaseRows
    columns: LogColumns
    clock: IntArray
    grain: str
    unit: str
    refunds: str

    @property
    def steps_per_unit(self) -> float:
        """How many steps of the grain one unit has."""
        return DAYS[self.unit] / days_in(self.grain, self.rows.moments.per_day)

    def steps(self, ticks: IntArray) -> IntArray:
        """Return the steps of the grain that hold the ticks."""
        return steps_of(ticks, self.rows.moments.per_day, self.grain)

    def starts(self, steps: IntArray) -> Times:
        """Return the date or instant at which each step begins."""
        return starts_of(steps, self.rows.moments.resolution, self.grain)

    def until(self, end: object, argument: str = "observed_until") -> Window:
        """Return the log up to an inclusive end, by default its last row."""
        latest = int(self.clock.max())
        last = latest if end is None else self.rows.moments.last_tick(end, self.grain, argument)
        rows, clock = self.rows, self.clock
        if last < latest:
            keep = clock <= last
            rows, clock = rows.take(keep, after_end=int(np.count_nonzero(~keep))), clock[keep]
        if len(rows) == 0 or (rows.refund is not None and rows.refund.all()):
            begins = self.starts(self.steps(self.clock.min(keepdims=True)))[0]
            raise InvalidArgument(argument, f"not lie before every purchase; the log begins on {begins}", end)
        return Window(log=self, rows=rows, clock=clock, last=last, given=end is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """The rows of a log up to the last tick that was observed."""

    log: PurchaseLog
    rows: PurchaseRows
    clock: IntArray
    last: int
    given: bool

    @property
    def last_step(self) -> int:
        """The step of the grain in which observation ends."""
        return int(self.log.steps(np.array([self.last]))[0])

    def events(self) -> tuple[Events, dict[str, int]]:
        """Return the purchases merged by customer and step, and how many refunds were dropped, netted or unmatched."""
        rows, back = self.rows, self.rows.refund
        if back is None:
            return merge_events(rows.ids.codes, self.clock, rows.amount, self.log.steps), {}
        bought, sent = rows.take(~back), rows.take(back)
        events = merge_events(bought.ids.codes, self.clock[~back], bought.amount, self.log.steps)
        if self.log.refunds == "drop" or len(sent) == 0:
            return events, {"refunds_dropped": len(sent)}
        events, lost = subtract_refunds(events, sent.ids.codes, self.log.steps(self.clock[back]), sent.amount)
        return events, {"refunds_unmatched": lost, "refunds_netted": len(sent) - lost}

    def base(self, customers: Any = None) -> Purchases:
        """Return one row per customer."""
        events, refunds = self.events()
        past = events.histories()
        ids = self.log.rows.ids.names_of(past.customer)
        counted = {
            "merged_rows": events.rows - len(events),
            "zero_amounts": 0 if self.rows.amount is None else int(np.count_nonzero(self.rows.amount == 0)),
            "refunds_netted": refunds.pop("refunds_netted", 0),
        }
        moments, grain = self.rows.moments, self.log.grain if self.log.grain in ELAPSED else "day"
        last = steps_of(np.array([self.last]), moments.per_day, grain)
        columns = self._columns(past) | {"customer_id": ids}
        if customers is not None:
            moments = self.rows.moments
            dates = read_customer_dates(customers, ids, moments, self.log.columns, self.log.grain)
            until = np.int64(self.last).view(f"M8[{moments.resolution}]")
            columns["churned"], leaving = dates.churned_by(self.log.starts(past.last), until)
            counted |= leaving | {
                "acquired_before_log": dates.left_truncated(columns["first"], ids),
                "without_purchase": dates.without_purchase,
            }
        excluded = self.rows.excluded | refunds
        return Purchases(
            **columns,
            unit=self.log.unit,
            grain=self.log.grain,
            observed_until=str(starts_of(last, moments.resolution, grain)[0]),
            time_zone="" if moments.zone is None else str(moments.zone),
            excluded=excluded,
            counted=counted,
            notes=self._notes(counted | excluded, columns["spend"], events),
        )

    def _columns(self, past: EventHistories) -> dict[str, Any]:
        per_unit, spend = self.log.steps_per_unit, np.full(len(past.repeats), np.nan)
        if past.later is not None:
            np.divide(past.later, past.repeats, out=spend, where=past.repeats > 0)
        return {
            "frequency": past.repeats,
            "recency": (past.last - past.first) / per_unit,
            "age": (self.last_step - past.first) / per_unit,
            "spend": spend,
            "first": self.log.starts(past.first),
            "revenue": past.total,
            "log_gaps": past.log_gaps - past.repeats * math.log(per_unit),
        }

    def _notes(self, tallies: dict[str, int], spend: FloatArray, events: Events) -> tuple[str, ...]:
        latest = int(events.step.max(initial=0))
        facts = {
            "observed_until_last_row": not self.given,
            ENDS_EARLY: ends_early(latest, self.last_step, self.log.steps_per_unit, lambda: events.step),
            "no_amounts": self.rows.amount is None,
            "zero_amounts": tallies["zero_amounts"] > 0,
            "nonpositive_spend": bool((spend <= 0).any()),
            "refunds_unmatched": tallies.get("refunds_unmatched", 0) > 0,
            "left_truncated": tallies.get("acquired_before_log", 0) > 0,
            "known_leavers": tallies.get("known_leavers", 0) > 0,
            "bought_after_leaving": tallies.get("bought_after_leaving", 0) > 0,
            "churn_after_observed_until": tallies.get("leave_later", 0) > 0,
        }
        return tuple(code for code, holds in facts.items() if holds)


class LogOptions(TypedDict, total=False):
    """How a log is read; see :func:`kundenmetrik.clv.purchases` for each."""

    unit: Unit
    grain: Grain
    time_zone: str | None
    refunds: Refunds
    invalid: Invalid
    customer: str
    date: str
    amount: str | None
    kind: str | None
    currency: str | None


def open_log(
    data: Any,
    *,
    unit: Unit = "week",
    grain: Grain = "day",
    time_zone: str | None = None,
    refunds: Refunds = "refuse",
    invalid: Invalid = "raise",
    customer: str = "customer_id",
    date: str = "occurred_at",
    amount: str | None = "amount",
    kind: str | None = "kind",
    currency: str | None = "currency",
) -> PurchaseLog:
    """Read and check a log."""
    unit, grain = check_unit(unit), check_grain(grain)
    check_choice(refunds, "refunds", get_args(Refunds))
    check_choice(invalid, "invalid", get_args(Invalid))
    columns = LogColumns(customer=customer, date=date, amount=amount, kind=kind, currency=currency, time_zone=time_zone)
    rows = read(data, columns, refunds=refunds, invalid=invalid)
    if len(rows) == 0 or (rows.refund is not None and rows.refund.all()):
        raise InvalidArgument("interactions", "hold at least one purchase with all it needs")
    if grain == "instant":
        rows = replace(rows, moments=rows.moments.coarsest())
    return PurchaseLog(
        rows=rows, columns=columns, clock=rows.moments.clock(grain), grain=grain, unit=unit, refunds=refunds
    )
