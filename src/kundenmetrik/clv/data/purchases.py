"""Purchases: one row per customer, with what a repeat-buying model needs to know."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kundenmetrik.clv.data.histories import Cells, compress
from kundenmetrik.clv.data.purchase_columns import (
    column_from,
    is_same_column,
    joined_column,
    joined_flags,
    stored_column,
)
from kundenmetrik.clv.data.purchase_rules import (
    COLUMNS,
    as_read_only,
    chosen_rows,
    faults_of,
    make_read_only,
    read_only_copy,
)
from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, Times
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.json_values import FORMAT, from_stored
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.flags import flags
from kundenmetrik.frame.reading.ids import id_array
from kundenmetrik.frame.reading.numbers import common_length, readable_numbers, whole_numbers
from kundenmetrik.frame.time.units import Unit, check_unit, conversion
from kundenmetrik.frozen import FrozenMapping

Dates = Times
TALLIES = ("excluded", "counted")
ORIGIN = ("grain", "observed_until", "time_zone")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Purchases(Result):
    r"""Who bought how often, when last, and since when: one row per customer, in one unit of time.

    Attributes
    ----------
    customer_id : ndarray of int64 or object
        One id per customer, all whole numbers or all strings, none twice.
    frequency : ndarray of int64
        Repeat purchases: all purchases but the first.
    recency : ndarray of float64
        Time of the last purchase since the first, in ``unit``; 0 exactly where ``frequency`` is 0.
    age : ndarray of float64
        Time from the first purchase until ``observed_until``, in ``unit``.
    spend : ndarray of float64
        Mean amount of the repeat purchases; NaN where there is none or it is unknown.
    first : ndarray of datetime64 or None
        The first purchase, in the grain of the log.
    revenue : ndarray of float64 or None
        Net amount of all purchases, the first included.
    log_gaps : ndarray of float64 or None
        Sum of the logarithms of the times between purchases, which models of regular timing need.
    churned : ndarray of bool or None
        Who is known to have left by ``observed_until``, and so buys nothing any more; None where nobody is.
    unit : str
        The unit of time: hour, day, week, month, quarter or year.
    grain : str
        What was merged into one purchase, such as ``"day"``; empty when unknown.
    observed_until : str
        The last day or instant that was observed, inclusive; empty when unknown.
    time_zone : str
        Where its days begin; empty when the times carry no zone.
    excluded : mapping of str to int
        How many rows of the log were left out, by reason.
    counted : mapping of str to int
        How many rows or customers that were kept have a feature to know about, such as a zero amount.
    notes : tuple of str
        Codes of what the reader should know.

    Notes
    -----
    Recency here is the literature's :math:`t_x`, a time since the *first* purchase. In the language of direct
    marketing recency is the time since the *last* purchase, which is ``age - recency``.

    References
    ----------
    Fader, Hardie and Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), section 2.

    Examples
    --------
    >>> from kundenmetrik.clv import Purchases
    >>> base = Purchases.from_summary([2, 0, 0], [30.43, 0, 0], [38.86, 38.86, 38.86], unit="week")
    >>> len(base), base.unit, len(base.cells())
    (3, 'week', 2)
    """

    _most_rows: ClassVar[int] = 10

    customer_id: AnyArray
    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    spend: FloatArray
    first: Dates | None = None
    revenue: FloatArray | None = None
    log_gaps: FloatArray | None = None
    churned: BoolArray | None = None
    unit: str
    grain: str = ""
    observed_until: str = ""
    time_zone: str = ""
    excluded: Mapping[str, int] = field(default_factory=dict)
    counted: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_unit(self.unit)
        if self.churned is not None and not np.any(self.churned):
            object.__setattr__(self, "churned", None)
        columns = {name: part for name in COLUMNS if (part := getattr(self, name)) is not None}
        refuse(faults_of(columns))
        for name, part in columns.items():
            object.__setattr__(self, name, as_read_only(part))
        for name in TALLIES:
            tally = {reason: count for reason, count in getattr(self, name).items() if count}
            object.__setattr__(self, name, FrozenMapping(tally))

    @classmethod
    def from_summary(
        cls,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
        spend: ArrayLike | None = None,
        *,
        unit: str,
        customer_id: ArrayLike | None = None,
        churned: ArrayLike | None = None,
    ) -> Purchases:
        """Read a table that has one row per customer already.

        Parameters
        ----------
        frequency : array-like of whole numbers
            Repeat purchases per customer.
        recency : array-like of float
            Time of the last purchase since the first.
        age : array-like of float
            Time of observation since the first purchase.
        spend : array-like of float, optional
            Mean amount of the repeat purchases. Where ``frequency`` is 0 it must be missing or 0, and is missing.
        unit : str
            The unit of recency and age: hour, day, week, month, quarter or year.
        customer_id : array-like, optional
            Whole numbers or strings. Without it the index of a Series stands, else the row number.
        churned : array-like of bool, optional
            Who is known to have left: their forecasts and values are 0.

        Raises
        ------
        InvalidData
            With every rule that is broken, by column and row.
        InvalidArgument
            If the columns differ in length or in index.
        InvalidType
            If a column is a table, a set or a single value in an array.
        """
        given = {"frequency": frequency, "recency": recency, "age": age, "spend": spend, "customer_id": customer_id}
        given["churned"] = churned
        index = next((column.index for column in given.values() if isinstance(column, pd.Series)), None)
        if customer_id is None and not isinstance(index, pd.RangeIndex):
            customer_id = index
        faults: list[Fault | None] = []
        times, counted = whole_numbers(frequency, "frequency", faults)
        spent = (np.full(len(times), np.nan), None) if spend is None else readable_numbers(spend, "spend", faults)
        since, aged = readable_numbers(recency, "recency", faults), readable_numbers(age, "age", faults)
        ids = np.arange(len(times)) if customer_id is None else id_array(customer_id)
        gone = None if churned is None else flags(churned, "churned", faults)
        common_length(**given)
        columns: dict[str, Any] = {
            "customer_id": read_only_copy(ids),
            "frequency": make_read_only(times),
            "recency": read_only_copy(since[0]),
            "age": read_only_copy(aged[0]),
            "spend": make_read_only(np.where((times == 0) & (spent[0] == 0), np.nan, spent[0])),
        }
        if gone is not None:
            columns["churned"] = read_only_copy(gone)
        if any(faults):
            read = {"frequency": counted, "recency": since[1], "age": aged[1], "spend": spent[1]}
            refuse([*faults, *faults_of(columns, read)])
        leavers = 0 if gone is None else int(np.count_nonzero(gone))
        notes = ("known_leavers",) if leavers else ()
        return cls(**columns, unit=unit, counted={"known_leavers": leavers}, notes=notes)

    @classmethod
    def from_json(cls, text: str) -> Purchases:
        """Read back what :meth:`to_json` wrote."""
        stored = from_stored(text, "purchases", (*COLUMNS[:-1], "unit"))
        held = {item.name: stored[item.name] for item in fields(cls) if item.name in stored}
        columns = {name: column_from(name, part) for name in COLUMNS if (part := stored.get(name)) is not None}
        return cls(**{**held, **columns, "notes": tuple(stored.get("notes", ()))})

    def to_json(self) -> str:
        """Return everything as JSON; a missing number is null, a date is text."""
        stored = {"version": FORMAT} | {item.name: getattr(self, item.name) for item in fields(self)}
        lists = {name: None if stored[name] is None else stored_column(stored[name]) for name in COLUMNS}
        return json.dumps(stored | lists | {name: dict(stored[name]) for name in TALLIES}, allow_nan=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per customer: customer_id, frequency, recency, age, spend, first."""
        first = np.full(len(self), "NaT", dtype="datetime64[s]") if self.first is None else self.first
        columns = {name: getattr(self, name) for name in COLUMNS[:5]}
        return pd.DataFrame(columns | {"first": pd.to_datetime(first)}, copy=True)

    def cells(self) -> Cells:
        """Return the distinct (frequency, recency, age) with how many customers share each, exactly."""
        return compress(self.frequency, self.recency, self.age, self.unit)

    def select(self, customers: ArrayLike) -> Purchases:
        """Return some customers, by a mask of booleans or by positions."""
        rows = chosen_rows(customers, len(self))
        return replace(self, **{name: part[rows] for name in COLUMNS if (part := getattr(self, name)) is not None})

    def to_unit(self, unit: Unit) -> Purchases:
        """Return the same customers with times in another unit."""
        factor = conversion(self.unit, unit)
        gaps = None if self.log_gaps is None else self.log_gaps + self.frequency * math.log(factor)
        return replace(self, recency=self.recency * factor, age=self.age * factor, log_gaps=gaps, unit=unit)

    def summary(self) -> dict[str, Any]:
        """Return the base in figures, as a fitted model keeps it: how many customers, purchases, how long observed."""
        repeaters = int(np.count_nonzero(self.frequency))
        known = self.spend[~np.isnan(self.spend)]
        return {
            "customers": len(self),
            "repeaters": repeaters,
            "repeat_purchases": int(self.frequency.sum()),
            "most_purchases": int(self.frequency.max(initial=0)),
            "longest_age": float(self.age.max(initial=0.0)),
            "total_age": float(self.age.sum()),
            "mean_spend": float(known.mean()) if len(known) else math.nan,
            "unit": self.unit,
            "grain": self.grain,
            "observed_until": self.observed_until,
            "time_zone": self.time_zone,
            "excluded": dict(self.excluded),
            "counted": dict(self.counted),
            "notes": list(self.notes),
        }

    def __len__(self) -> int:
        return len(self.customer_id)

    def __add__(self, other: Purchases) -> Purchases:
        """Put two bases without a common customer into one."""
        if not isinstance(other, Purchases):
            return NotImplemented
        if other.unit != self.unit:
            raise InvalidArgument("other", f"count in {self.unit}; convert it with to_unit({self.unit!r})", other.unit)
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in COLUMNS)
        parts: dict[str, Any] = {name: joined_column(one, two) for name, one, two in pairs}
        parts["churned"] = joined_flags(self.churned, other.churned, len(self), len(other))
        parts |= {name: getattr(self, name) for name in ORIGIN if getattr(self, name) == getattr(other, name)}
        parts |= {name: Counter(getattr(self, name)) + Counter(getattr(other, name)) for name in TALLIES}
        return Purchases(**parts, unit=self.unit, notes=tuple(dict.fromkeys(self.notes + other.notes)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Purchases):
            return NotImplemented
        return all(is_same_column(getattr(self, item.name), getattr(other, item.name)) for item in fields(self))

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Purchases, **{item.name: getattr(self, item.name) for item in fields(self)}), ()

    @property
    def headline(self) -> str:
        """How many customers and purchases there are, who is known to have left, the unit, the end of observation."""
        repeaters, repeats = np.count_nonzero(self.frequency), int(self.frequency.sum())
        until = f", observed until {self.observed_until}" if self.observed_until else ""
        gone = "" if self.churned is None else f", {np.count_nonzero(self.churned):,} known to have left"
        said = f"{len(self):,} customers, {repeaters:,} of them repeaters{gone}, {repeats:,} repeat purchases"
        return f"Purchases of {said}, unit {self.unit}{until}"
