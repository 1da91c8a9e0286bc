"""The parts of the scorecard on what goes wrong: complaints by product, and what is still to come."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kundenmetrik.complaints import TGW, DispersedRate, Nowcast, dispersed_rates, nowcast, sale_triangle
from kundenmetrik.core.estimate import Estimate
from kundenmetrik.core.groups import Key
from kundenmetrik.core.table import EstimateTable
from kundenmetrik.errors import FitRefused
from kundenmetrik.frame.measure import measure
from kundenmetrik.report.figures import amount, bracket, day
from kundenmetrik.report.language import Language
from kundenmetrik.report.layout import Section
from kundenmetrik.report.opinions import SHOWN

__all__ = ["Wrongs", "complaints_by_product", "late_complaints", "wrongs"]

PRODUCT = "product"
COUNTED = ("purchase", "complaint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrongs:
    """Complaints per 1,000 sales: by product, how they scatter over the periods, and how many are still to come.

    Attributes
    ----------
    table : EstimateTable
        By product, with the Poisson interval.
    scatter : dict
        For each product the rate with the interval that allows for the scatter over the periods.
    coming : Nowcast or None
        Complaints by period of the sale, the newest completed; None where nothing tells the delays.
    first, last : str
        The days of the first and the last sale or complaint.
    until : str
        The last day that was observed.
    """

    table: EstimateTable
    scatter: dict[Key, DispersedRate]
    coming: Nowcast | None
    first: str
    last: str
    until: str


def wrongs(events: pd.DataFrame, period: str, until: object, confidence: float) -> Wrongs:
    """Return what goes wrong, from the interactions."""
    by = PRODUCT if PRODUCT in events.columns else None
    monthly = measure(events, TGW(), by=by, period=period, date="occurred_at", confidence=confidence)
    table = monthly.total(PRODUCT) if by else monthly.total()
    sold = [key for key in table.groups.keys if None not in key]
    rates = dispersed_rates(monthly)
    scatter = {key: rates[key] for key in sold}
    times = events.loc[events["kind"].isin(COUNTED), "occurred_at"]
    return Wrongs(
        table=table.subset(sold),
        scatter=scatter,
        coming=_coming(events, period, until, confidence),
        first=day(times.min()),
        last=day(times.max()),
        until=day(until),
    )


def complaints_by_product(found: Wrongs, words: Language) -> Section:
    """Return complaints per 1,000 sales by product, the worst first, then over all."""
    ordered = sorted(found.table.groups.keys, key=lambda key: -found.table[key].value)
    rows = [
        _rate(", ".join(map(words.key, key)), found.table[key], found.scatter[key], words) for key in ordered if key
    ]
    rows.append(_rate(words.word("total"), found.table.overall(), None, words))
    bursts = [words.key(key[0]) for key in ordered if key and _bursts(found.scatter[key])]
    remark = words.word("note.dispersion", products=", ".join(bursts)) if bursts else words.word("note.no_dispersion")
    header = ("product", "complaints", "sales", "value", "interval", "scatter")
    return Section(
        title=words.word("title.tgw"),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(rows),
        remarks=(remark, words.word("base.tgw", first=found.first, last=found.last)),
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


def _bursts(scatter: DispersedRate) -> bool:
    return scatter.dispersion.significant


def _rate(name: str, estimate: Estimate, scatter: DispersedRate | None, words: Language) -> tuple[str, ...]:
    """Return one line; where complaints come in bursts, with the wider interval."""
    events, exposure = estimate.counts.table[0].tolist()
    shown = scatter.rate if scatter is not None and _bursts(scatter) else estimate
    return (
        name,
        words.number(events, 0),
        words.number(exposure, 0),
        amount(estimate.value, estimate.unit, words),
        bracket(shown.low, shown.high, estimate.unit, words),
        words.number(scatter.dispersion.value, 2) if scatter is not None else "",
    )
