"""The survival curve of customers, by segment: what can be asked of it, each answer with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_confidence, check_number
from kundenmetrik.core.results.display import base_text, plain_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.survival import INTERVAL_KINDS, SurvivalInterval, SurvivalTable
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.units import PERIOD, UNIT_NOT_GIVEN, in_unit
from kundenmetrik.retention.survival.curve_limits import (
    HAZARD_LIMITS,
    HazardInterval,
    limits_at,
    mean_limits,
    quantile_limits,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SurvivalCurve(Result):
    """The share of customers still there at each age, by segment, with its interval.

    Attributes
    ----------
    groups : Groups
        The segments.
    tables : tuple of SurvivalTable
        Those at risk, lost and censored at each age, one table per segment.
    unit : str
        The unit of time; ``"period"`` where it is not known.
    confidence : float
        The confidence of the intervals.
    method : str
        The scale on which the interval is symmetric: log-log, log or plain.
    excluded : mapping of str to int
        Rows that were left out, by reason.

    Examples
    --------
    >>> from kundenmetrik import retention
    >>> curve = retention.survival([3, 5, 5, 8, 9], [True, True, False, True, False], unit="month")
    >>> round(curve.at(5).value, 12), curve.median().value
    (0.6, 8.0)
    """

    _chart: ClassVar[str] = "survival"

    _estimated: ClassVar[tuple[str, ...]] = ("survival", "median")

    groups: Groups
    tables: tuple[SurvivalTable, ...]
    unit: str
    confidence: float
    method: str
    excluded: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.tables)

    def __getitem__(self, key: object) -> SurvivalCurve:
        """Return the curve of one segment by its key."""
        place = self.groups.position(key)
        return replace(self, groups=self.groups.take([place]), tables=(self.tables[place],))

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of what the reader should know.

        ``risk_set_emptied`` says that in some segment everybody under observation was lost while others entered
        later: from there on the curve is 0, whatever became of those others. ``unit_not_given`` says that ages count
        periods of unknown length.
        """
        return (*("risk_set_emptied",) * any(table.emptied < np.inf for table in self.tables), *self._unit_notes)

    @property
    def _unit_notes(self) -> tuple[str, ...]:
        """The note on ages in periods of unknown length, where they are."""
        return (UNIT_NOT_GIVEN,) if self.unit == PERIOD else ()

    def with_interval(
        self, *, confidence: float | None = None, method: SurvivalInterval | None = None
    ) -> SurvivalCurve:
        """Ask again at another confidence or on another scale, without the data.

        Parameters
        ----------
        confidence : float, optional
            Between 0 and 1.
        method : {"log-log", "log", "plain"}, optional
            The scale on which the interval is symmetric.
        """
        level = self.confidence if confidence is None else check_confidence(confidence)
        kind = self.method if method is None else check_choice(method, "method", INTERVAL_KINDS)
        return replace(self, confidence=level, method=kind)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each segment and age at which somebody was lost or left observation.

        Returns
        -------
        pandas.DataFrame
            The keys, time, at_risk, events, censored, survival, low, high. Where nobody is left the limits are NaN.
        """
        return self._frame(
            lambda table: {"survival": table.survival, **_limits_by_name(table.interval(self.confidence, self.method))}
        )

    def cumulative_hazard(self, *, method: HazardInterval = "log") -> pd.DataFrame:
        """Return the Nelson-Aalen cumulative hazard of each segment at each age.

        Parameters
        ----------
        method : {"log", "plain"}
            The scale on which the interval is symmetric.

        Returns
        -------
        pandas.DataFrame
            The keys, time, at_risk, events, censored, cumulative_hazard, low, high.
        """
        limits = HAZARD_LIMITS[check_choice(method, "method", HAZARD_LIMITS)]

        def columns(table: SurvivalTable) -> dict[str, FloatArray]:
            hazard, variance = table.cumulative_hazard()
            width = critical(self.confidence) * np.sqrt(variance)
            return {"cumulative_hazard": hazard, **_limits_by_name(limits(hazard, width))}

        return self._frame(columns)

    def at(self, t: object) -> Estimate:
        """Return the share still there after ``t``; undefined past the last age observed.

        Parameters
        ----------
        t : float, str or datetime.timedelta
            An age: a number in ``unit``, or text with a unit such as ``"12 months"``.
        """
        age, table = in_unit(t, self.unit, "t"), self._table("at")
        share, greenwood = (float(value) for value in table.at(age))
        notes = ("risk_set_emptied",) if age >= table.emptied else _notes(share, greenwood)
        return self._estimate("survival", share, partial(limits_at, share, greenwood, self.method), "share", notes)

    def median(self) -> Estimate:
        """Return the age by which half of the customers are lost; undefined while more than half are still there."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> Estimate:
        """Return the age by which a share of the customers is lost, with the interval of Brookmeyer and Crowley.

        Parameters
        ----------
        share : float
            Above 0 and below 1; 0.5 gives the median.

        Notes
        -----
        The age is the first one at which survival is at or below ``1 - share``. An upper limit that is never reached is
        infinite.

        References
        ----------
        .. [1] Brookmeyer, R. and Crowley, J. (1982). Biometrics 38, 29-41.
        """
        part, table = _inside(share), self._table("quantile")
        value = table.quantile(part)
        ask = partial(quantile_limits, table, part, self.method)
        notes = ("not_reached",) if math.isnan(value) else ("risk_set_emptied",) * (value >= table.emptied)
        return self._estimate(
            "median_lifetime" if part == 0.5 else "lifetime_quantile",
            value,
            ask,
            self.unit + "s",
            (*notes, *self._unit_notes),
        )

    def restricted_mean(self, horizon: object) -> Estimate:
        r"""Return the mean lifetime within the first ``horizon``: the area under the curve up to there.

        Parameters
        ----------
        horizon : float, str or datetime.timedelta
            A number in ``unit``, or text with a unit such as ``"12 months"``. Past the last age observed the area
            is not known and the value undefined.

        Notes
        -----
        The variance is :math:`\sum_i A_i^2 d_i / (n_i (n_i - d_i))` with :math:`A_i` the area from the i-th loss to the
        horizon; the interval is symmetric and stays within 0 and the horizon.
        """
        until, table = in_unit(horizon, self.unit), self._table("restricted_mean")
        area, variance = table.restricted_mean(until)
        notes = ("beyond_observation",) if math.isnan(area) else ("risk_set_emptied",) * (until > table.emptied)
        return self._estimate(
            "restricted_mean_lifetime",
            area,
            partial(mean_limits, area, variance, until),
            self.unit + "s",
            (*notes, *self._unit_notes),
        )

    def _table(self, what: str) -> SurvivalTable:
        if len(self.tables) != 1:
            keys = ", ".join(repr(key[0] if len(key) == 1 else key) for key in self.groups.keys[:3])
            raise InvalidArgument("curve", f"be one segment for {what}(); take curve[key] with a key such as {keys}")
        return self.tables[0]

    def _estimate(self, metric: str, value: float, ask: Any, unit: str, notes: tuple[str, ...]) -> Estimate:
        kind = "greenwood, plain" if metric == "restricted_mean_lifetime" else f"greenwood, {self.method}"
        return Estimate(
            metric=metric,
            value=value,
            ask=ask,
            n=self.tables[0].total,
            unit=unit,
            confidence=self.confidence,
            method=kind,
            excluded=self.excluded,
            notes=notes,
            higher_is_better=True,
            parts={"lost": float(self.tables[0].lost)},
        )

    def _frame(self, columns: Any) -> pd.DataFrame:
        parts = []
        for key, table in zip(self.groups.keys, self.tables, strict=True):
            keys = {name: [key[i]] * table.time.size for i, name in enumerate(self.groups.names)}
            counts = {name: getattr(table, name) for name in ("time", "at_risk", "events", "censored")}
            parts.append(pd.DataFrame({**keys, **counts, **columns(table)}))
        return pd.concat(parts, ignore_index=True)

    @property
    def headline(self) -> str:
        """How many customers there are and how many were lost; of one segment the median and survival at a few ages."""
        n, lost = sum(table.total for table in self.tables), sum(table.lost for table in self.tables)
        size = f"Survival of {base_text(n)} customers, {base_text(lost)} of them lost"
        if len(self.tables) != 1:
            return f"{size}, in {len(self.tables):,} segments"
        ages = [f"{self.at(age).value:.3f} at {plain_number(age)}" for age in self._few_ages()]
        survival = f"; survival {', '.join(ages)} {self.unit}s" if ages else ""
        return f"{size}; {self.median().headline}{survival}"

    def _display_frame(self) -> pd.DataFrame:
        """Return the curve of one segment; of several the median of each."""
        if len(self.tables) == 1:
            return self.to_frame()

        pairs = enumerate(self.tables)
        parts = [replace(self, groups=self.groups.take([place]), tables=(table,)) for place, table in pairs]
        medians = [part.median() for part in parts]
        named = {"n": "n", "median": "value", "low": "low", "high": "high"}
        columns: dict[str, Any] = {name: [getattr(one, field) for one in medians] for name, field in named.items()}
        columns |= {"lost": [table.lost for table in self.tables], "notes": [", ".join(one.notes) for one in medians]}
        columns |= {"unit": self.unit + "s", "confidence": self.confidence}
        order = ("n", "lost", "median", "low", "high", "unit", "confidence", "notes")
        return pd.DataFrame({**self.groups.columns(), **{name: columns[name] for name in order}})

    def _few_ages(self) -> list[float]:
        """Return three ages at which the curve is read: whole ones within what was observed, a third apart."""
        last = float(self.tables[0].time.max(initial=0.0))
        third = max(math.floor(last / 3), 1)
        return [float(age) for age in (third, 2 * third, 3 * third) if age <= last]


def _inside(share: object) -> float:
    """Return a share strictly between 0 and 1."""
    number = check_number(share, "share", low=0.0, high=1.0)
    if number in (0.0, 1.0):
        raise InvalidArgument("share", "lie between 0 and 1", share)
    return number


def _notes(share: float, greenwood: float) -> tuple[str, ...]:
    if math.isnan(share):
        return ("beyond_observation",)
    return ("no_events",) if greenwood == 0.0 else ("nobody_left",) if share == 0.0 else ()


def _limits_by_name(limits: tuple[FloatArray, FloatArray]) -> dict[str, FloatArray]:
    return dict(zip(("low", "high"), limits, strict=True))
