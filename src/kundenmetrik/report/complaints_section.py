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
from kundenmetrik.report.days import day
from kundenmetrik.report.layout import Section
from kundenmetrik.report.survey_section import SHOWN
from kundenmetrik.words.language import Language
from kundenmetrik.words.number_format import amount, bracket

__all__ = ["Wrongs", "complaints_by_product", "late_complaints", "wrongs"]

PRODUCT = "product"
COUNTED = ("purchase", "complaint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrongs:
    """Complaints per 1,000 sales: by product, how they scatter over the periods, and how many are still to come.

    Attributes
    ----------
    table : EstimateTable
        By product, with the Poisson interval; a last line without a product where sales or complaints name none.
    scatter : dict
        For each product the rate with the interval that allows for the scatter over the periods.
    strays : dict
        For each product its complaints of periods without sales of it.
    coming : Nowcast or None
        Complaints by period of the sale, the newest completed; None where nothing tells the delays.
    first, last : str
        The days of the first and the last sale or complaint.
    until : str
        The last day that was observed.
    """

    table: EstimateTable
    scatter: dict[Key, DispersedRate]
    strays: dict[Key, int]
    coming: Nowcast | None
    first: str
    last: str
    until: str


def wrongs(events: pd.DataFrame, period: str, until: object, confidence: float) -> Wrongs:
    """Return what goes wrong, from the interactions."""
    by = PRODUCT if PRODUCT in events.columns else None
    monthly = measure(events, TGW(), by=by, period=period, date="occurred_at", confidence=confidence)
    table = monthly.total(PRODUCT) if by else monthly.total()
    counted = zip(table.groups.keys, table.counts.table, strict=True)
    kept = [key for key, numbers in counted if None not in key or numbers.any()]
    rates = dispersed_rates(monthly)
    times = events.loc[events["kind"].isin(COUNTED), "occurred_at"]
    return Wrongs(
        table=table.subset(kept),
        scatter={key: rates[key] for key in kept},
        strays=_strays(monthly),
        coming=_coming(events, period, until, confidence),
        first=day(times.min()),
        last=day(times.max()),
        until=day(until),
    )


def complaints_by_product(found: Wrongs, words: Language) -> Section:
    """Return complaints per 1,000 sales by product, the worst first, then over all, those without a product too."""
    named = _named(found)
    ordered = sorted(filter(None, named), key=lambda key: _worst_first(_shown(found.table[key], found.scatter[key])))
    rows = [_rate(found, key, found.table[key], words) for key in ordered]
    rows.append(_rate(found, (), found.table.overall(), words))
    header = ("product", "complaints", "sales", "value", "interval", "scatter")
    return Section(
        title=words.word("title.tgw"),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(rows),
        remarks=(
            _of_bursts(found, words),
            *_of_strays(found, words),
            *_of_no_product(found, words),
            words.word("base.tgw", first=found.first, last=found.last),
        ),
    )


def late_complaints(found: Wrongs, period: str, words: Language) -> Section | None:
    """Return the newest periods of sale with the complaints that are still to come, None where nothing tells them."""
    if found.coming is None:
        return None
    unit = found.table.metrics[0].unit_name
    rows = [
        (
            str(row["period"]),
            words.number(row["sales"], 0),
            amount(row["tgw_reported"], unit, words),
            amount(row["tgw"], unit, words),
            bracket(row["tgw_low"], row["tgw_high"], unit, words),
        )
        for row in found.coming.to_frame().tail(SHOWN).to_dict("records")
    ]
    header = ("period", "sales", "direct", "nowcast", "prediction")
    return Section(
        title=words.word("title.late", period=words.word(f"period.{period}")),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(rows),
        remarks=(words.word("note.late"), words.word("base.observed", until=found.until)),
    )


def _coming(events: pd.DataFrame, period: str, until: object, confidence: float) -> Nowcast | None:
    try:
        return nowcast(sale_triangle(events, observed_until=until, period=period), confidence=confidence)
    except FitRefused:
        return None


def _of_bursts(found: Wrongs, words: Language) -> str:
    """Return where complaints come in bursts."""
    bursts = [_called(key, words) for key in _named(found) if _bursts(found.scatter[key])]
    return words.word("note.dispersion", products=", ".join(bursts)) if bursts else words.word("note.no_dispersion")


def _of_strays(found: Wrongs, words: Language) -> Iterator[str]:
    """Return how many complaints come from periods without sales: what counts them, and what leaves them out."""
    strays = {key: number for key in _named(found) if (number := found.strays[key])}
    left_out = {key: number for key, number in strays.items() if _bursts(found.scatter[key])}
    counted = {} if () in left_out else strays  # without products the only line is "all"
    for name, numbers in (("counted", counted), ("left_out", left_out)):
        if numbers:
            products = ", ".join(f"{_called(key, words)} {words.number(count, 0)}" for key, count in numbers.items())
            yield words.word(f"note.strays_{name}", count=words.number(sum(numbers.values()), 0), products=products)


def _of_no_product(found: Wrongs, words: Language) -> Iterator[str]:
    """Return how many complaints and sales name no product."""
    for key in set(found.table.groups.keys) - set(_named(found)):
        complaints, sales = found.table[key].counts.table[0].tolist()
        yield words.word("note.no_product", complaints=words.number(complaints, 0), sales=words.number(sales, 0))


def _named(found: Wrongs) -> list[Key]:
    """Return the products; one empty key where the interactions have no column of products."""
    return [key for key in found.table.groups.keys if None not in key]


def _called(key: Key, words: Language) -> str:
    return ", ".join(map(words.key, key)) or words.word("total")


def _worst_first(estimate: Estimate) -> tuple[bool, float]:
    return math.isnan(estimate.value), -estimate.value


def _strays(monthly: EstimateTable) -> dict[Key, int]:
    """Return the complaints of each product in periods without sales of it."""
    groups, own = monthly.groups.margin([name for name in monthly.groups.names if name != PERIOD])
    complaints, sales = monthly.counts.table.T
    strays = np.bincount(own, weights=np.where(sales == 0, complaints, 0), minlength=len(groups))
    return dict(zip(groups.keys, strays.astype(int).tolist(), strict=True))


def _bursts(scatter: DispersedRate) -> bool:
    return scatter.dispersion.significant


def _shown(estimate: Estimate, scatter: DispersedRate | None) -> Estimate:
    """Return the estimate whose value and limits a line shows: where complaints come in bursts, the one that knows."""
    return scatter.rate if scatter is not None and _bursts(scatter) else estimate


def _rate(found: Wrongs, key: Key, estimate: Estimate, words: Language) -> tuple[str, ...]:
    """Return one line, with the complaints that its value counts."""
    scatter, unit = found.scatter.get(key), estimate.unit
    events, exposure = estimate.counts.table[0].tolist()
    shown = _shown(estimate, scatter)
    return (
        _called(key, words),
        words.number(events if shown is estimate else events - found.strays[key], 0),
        words.number(exposure, 0),
        amount(shown.value, unit, words),
        bracket(shown.low, shown.high, unit, words),
        words.number(scatter.dispersion.value, 2) if scatter is not None else "",
    )
