"""The rates of a measured table by segment, each with an interval that knows how much its periods scatter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import check_additive, check_rate_table
from kundenmetrik.complaints.rates.dispersed_rate import DispersedRate, labels_of_rate, rate_with_scatter
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.groups import PERIOD, Groups, as_key
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.core.statistics.dispersion import DISPERSION_METHODS, DispersionInterval
from kundenmetrik.errors import InvalidArgument, InvalidType


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DispersedRates(Result):
    """The rate of each segment over its periods, with Poisson's interval and the one that allows for their scatter.

    Attributes
    ----------
    groups : Groups
        The segments; one group with an empty key where the table has periods only.
    rates : tuple of DispersedRate
        One for each segment.
    """

    groups: Groups
    rates: tuple[DispersedRate, ...]

    def __getitem__(self, key: object) -> DispersedRate:
        return self.rates[self.groups.position(as_key(key))]

    def __len__(self) -> int:
        return len(self.rates)

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        bursts = sum(one.dispersion.significant for one in self.rates)
        unit = f" {self.rates[0].rate.unit}" if self.rates else ""
        return f"TGW{unit} of {len(self):,} segments, {bursts:,} of them overdispersed"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment.

        Returns
        -------
        pandas.DataFrame
            The keys, then value, low, high (allowing for the scatter), poisson, poisson_low, poisson_high, dispersion,
            p_value, too_narrow, notes.
        """
        rows = [_row(one) for one in self.rates]
        return pd.DataFrame(
            {**self.groups.columns(), **{name: [row[name] for row in rows] for name in COLUMNS}},
            index=range(len(rows)),
        )


INTERVALS = ("value", "low", "high", "poisson", "poisson_low", "poisson_high")
COLUMNS = (*INTERVALS, "dispersion", "p_value", "too_narrow", "notes")


def dispersed_rates(
    table: EstimateTable, *, method: DispersionInterval = "quasi_poisson", confidence: float | None = None
) -> DispersedRates:
    """Set beside the Poisson interval of each segment the one that allows for how much its periods scatter.

    Parameters
    ----------
    table : EstimateTable
        One measured rate by period, and by any other keys: ``km.measure(log, km.TGW(), by="product", period="month",
        date="occurred_at")``.
    method : str
        As in :func:`dispersed_rate`.
    confidence : float, optional
        Of both intervals; the table's when not given.

    Returns
    -------
    DispersedRates
        ``.to_frame()`` has one row a segment; ``rates[key]`` is what :func:`dispersed_rate` gives for its periods.

    Raises
    ------
    InvalidArgument
        If the table has no period, was rolled, hides groups, or counts customers once in each period.

    Notes
    -----
    Each segment scatters around its own rate: that products differ makes the interval of none of them too narrow.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> frame = {
    ...     "month": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"] * 2), "shop": ["A"] * 3 + ["B"] * 3,
    ...     "bad": [4, 40, 7, 15, 16, 14], "sold": [1000] * 6,
    ... }
    >>> table = km.measure(frame, km.TGW("bad", "sold"), by="shop", period="month", date="month")
    >>> km.complaints.dispersed_rates(table).to_frame()[["shop", "value", "dispersion", "too_narrow"]].round(1)
      shop  value  dispersion  too_narrow
    0    A   17.0        23.5         6.3
    1    B   15.0         0.1         1.0
    """
    if not isinstance(table, EstimateTable):
        raise InvalidType("table", "be a table that km.measure made", table)
    metric, counts = check_rate_table(table)
    check_additive(table)
    if PERIOD not in table.groups.names:
        raise InvalidArgument("table", "have a period; measure it with period= and date=")
    groups, own = table.groups.margin([name for name in table.groups.names if name != PERIOD])
    check_choice(method, "method", DISPERSION_METHODS)
    level = table.confidence if confidence is None else check_confidence(confidence)
    shared: dict[str, Any] = {"per": metric._scale_factor, "method": method, "confidence": level}
    parts = (own == place for place in range(len(groups)))
    rates = (rate_with_scatter(*counts[part].T, words=labels_of_rate(table, part), **shared) for part in parts)
    return DispersedRates(groups=groups, rates=tuple(rates))


def _row(one: DispersedRate) -> Mapping[str, object]:
    found, poisson, scatter = one.rate, one.poisson, one.dispersion
    numbers = (found.value, found.low, found.high, poisson.value, poisson.low, poisson.high)
    notes = ", ".join(dict.fromkeys((*found.notes, *poisson.notes)))
    return dict(zip(COLUMNS, (*numbers, scatter.value, scatter.p_value, one.too_narrow, notes), strict=True))
