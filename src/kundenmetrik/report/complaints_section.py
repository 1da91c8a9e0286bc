"""The parts of the scorecard on what goes wrong: complaints by product, and what is still to come."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kundenmetrik.complaints import TGW, DispersedRate, Nowcast, dispersed_rates, nowcast, sale_triangle
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.groups import PERIOD, Key
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import FitRefused
from kundenmetrik.frame.measure import measure
from kundenmetrik.frame.time.periods import PeriodLength, day_label
from kundenmetrik.report.layout import Section
from kundenmetrik.report.survey_section import PERIODS_SHOWN
from kundenmetrik.words.language import Language
from kundenmetrik.words.number_format import amount, bracket

PRODUCT = "product"
RATE_KINDS = ("purchase", "complaint")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRates:
    """Complaints per 1,000 sales: by product, how they scatter over the periods, and how many are still to come.

    Attributes
    ----------
    table : EstimateTable
        By product, with the Poisson interval; a last line without a product where sales or complaints name none.
    dispersed : dict
        For each product the rate with the interval that allows for the dispersion over the periods.
    without_sales : dict
        For each product its complaints of periods without sales of it.
    nowcast : Nowcast or None
        Complaints by period of the sale, the newest completed; None where nothing tells the delays.
    first, last : str
        The days of the first and the last sale or complaint.
    until : str
        The last day that was observed.
    """

    table: EstimateTable
    dispersed: dict[Key, DispersedRate]
    without_sales: dict[Key, int]
    nowcast: Nowcast | None
    first: str
    last: str
    until: str


def complaint_rates(events: pd.DataFrame, period: PeriodLength, until: object, confidence: float) -> ComplaintRates:
    """Return the complaint rates from the interactions."""
    by = PRODUCT if PRODUCT in events.columns else None
    monthly = measure(events, TGW(), by=by, period=period, date="occurred_at", confidence=confidence)
    table = monthly.total(PRODUCT) if by else monthly.total()
    counts = zip(table.groups.keys, table.counts.table, strict=True)
    keys = [key for key, numbers in counts if None not in key or numbers.any()]
    dispersed = dispersed_rates(monthly)
    times = events.loc[events["kind"].isin(RATE_KINDS), "occurred_at"]
    return ComplaintRates(
        table=table.subset(keys),
        dispersed={key: dispersed[key] for key in keys},
        without_sales=_complaints_without_sales(monthly),
        nowcast=_nowcast_or_none(events, period, until, confidence),
        first=day_label(times.min()),
        last=day_label(times.max()),
        until=day_label(until),
    )


def complaints_by_product(rates: ComplaintRates, words: Language) -> Section:
    """Return complaints per 1,000 sales by product, the worst first, then over all, those without a product too."""
    shown = {key: _displayed_estimate(rates.table[key], rates.dispersed[key]) for key in _products(rates) if key}
    ordered = sorted(shown, key=lambda key: _descending(shown[key]))
    rows = [_row(rates, key, rates.table[key], words) for key in ordered]
    rows.append(_row(rates, (), rates.table.overall(), words))
    header = ("product", "complaints", "sales", "value", "interval", "scatter")
    bursts = [words.group(key) for key in _products(rates) if _is_overdispersed(rates.dispersed[key])]
    return Section(
        title=words.word("title.tgw"),
        table="tgw",
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(rows),
        remarks=(
            words.word("note.dispersion", products=", ".join(bursts)) if bursts else words.word("note.no_dispersion"),
            *_without_sales_remarks(rates, words),
            *_without_product_remarks(rates, words),
            words.word("base.tgw", first=rates.first, last=rates.last),
        ),
    )


def late_complaints(rates: ComplaintRates, period: str, words: Language) -> Section | None:
    """Return the newest periods of sale with the complaints that are still to come, None where nothing tells them."""
    if rates.nowcast is None:
        return None
    unit = rates.table.metrics[0].unit_name
    rows = [
        (
            str(row["period"]),
            words.number(row["sales"], 0),
            amount(row["tgw_reported"], unit, words),
            amount(row["tgw"], unit, words),
            bracket(row["tgw_low"], row["tgw_high"], unit, words),
        )
        for row in rates.nowcast.to_frame().tail(PERIODS_SHOWN).to_dict("records")
    ]
    header = ("period", "sales", "direct", "nowcast", "prediction")
    return Section(
        title=words.word("title.late", period=words.word(f"period.{period}")),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(rows),
        remarks=(words.word("note.late"), words.word("base.observed", until=rates.until)),
    )


def _nowcast_or_none(events: pd.DataFrame, period: PeriodLength, until: object, confidence: float) -> Nowcast | None:
    try:
        return nowcast(sale_triangle(events, observed_until=until, period=period), confidence=confidence)
    except FitRefused:
        return None


def _without_sales_remarks(rates: ComplaintRates, words: Language) -> Iterator[str]:
    """Return how many complaints come from periods without sales: what counts them, and what leaves them out."""
    without_sales = {key: number for key in _products(rates) if (number := rates.without_sales[key])}
    left_out = {key: number for key, number in without_sales.items() if _is_overdispersed(rates.dispersed[key])}
    counted = {} if () in left_out else without_sales  # without products the only line is "all"
    for name, numbers in (("counted", counted), ("left_out", left_out)):
        if numbers:
            listed = [f"{words.group(key)} {words.number(count, 0)}" for key, count in numbers.items()]
            yield words.word(
                f"note.strays_{name}", count=words.number(sum(numbers.values()), 0), products=", ".join(listed)
            )


def _without_product_remarks(rates: ComplaintRates, words: Language) -> Iterator[str]:
    """Return how many complaints and sales name no product."""
    for key in set(rates.table.groups.keys) - set(_products(rates)):
        complaints, sales = rates.table[key].counts.table[0].tolist()
        yield words.word("note.no_product", complaints=words.number(complaints, 0), sales=words.number(sales, 0))


def _products(rates: ComplaintRates) -> list[Key]:
    """Return the products; one empty key where the interactions have no column of products."""
    return [key for key in rates.table.groups.keys if None not in key]


def _descending(estimate: Estimate) -> tuple[bool, float]:
    return math.isnan(estimate.value), -estimate.value


def _complaints_without_sales(monthly: EstimateTable) -> dict[Key, int]:
    """Return the complaints of each product in periods without sales of it."""
    groups, own = monthly.groups.margin([name for name in monthly.groups.names if name != PERIOD])
    complaints, sales = monthly.counts.table.T
    without_sales = np.bincount(own, weights=np.where(sales == 0, complaints, 0), minlength=len(groups))
    return dict(zip(groups.keys, without_sales.astype(int).tolist(), strict=True))


def _is_overdispersed(dispersed: DispersedRate) -> bool:
    return dispersed.dispersion.significant


def _displayed_estimate(estimate: Estimate, dispersed: DispersedRate | None) -> Estimate:
    """Return the estimate whose value and limits a line shows: where complaints come in bursts, the one that knows."""
    return dispersed.rate if dispersed is not None and _is_overdispersed(dispersed) else estimate


def _row(rates: ComplaintRates, key: Key, estimate: Estimate, words: Language) -> tuple[str, ...]:
    """Return one line, with the complaints that its value counts."""
    dispersed, unit = rates.dispersed.get(key), estimate.unit
    events, exposure = estimate.counts.table[0].tolist()
    shown = _displayed_estimate(estimate, dispersed)
    return (
        words.group(key),
        words.number(events if shown is estimate else events - rates.without_sales[key], 0),
        words.number(exposure, 0),
        amount(shown.value, unit, words),
        bracket(shown.low, shown.high, unit, words),
        words.number(dispersed.dispersion.value, 2) if dispersed is not None else "",
    )
