"""The parts of the scorecard on what customers do: complaints by product, customers kept by group."""

from __future__ import annotations

from kundenmetrik.core.comparison import PERIOD
from kundenmetrik.core.estimate import Estimate
from kundenmetrik.core.table import EstimateTable
from kundenmetrik.report.figures import amount, bracket, with_interval
from kundenmetrik.report.language import Language
from kundenmetrik.report.layout import Section
from kundenmetrik.report.opinions import SHOWN

__all__ = ["complaints_by_product", "kept_by_period"]


def complaints_by_product(table: EstimateTable, words: Language) -> Section:
    """Return complaints per 1,000 sales by product, the worst first, then over all."""
    products = [key for key in table.groups.keys if key[0] is not None]
    ordered = sorted(products, key=lambda key: -table[key].value)
    rows = [_rate(words.key(key[0]), table[key], words) for key in ordered]
    rows.append(_rate(words.word("total"), table.subset(products).overall(), words))
    header = ("product", "complaints", "sales", "value", "interval")
    return Section(
        title=words.word("title.tgw"), header=tuple(words.word(f"column.{name}") for name in header), rows=tuple(rows)
    )


def kept_by_period(table: EstimateTable, by: str | None, period: str, words: Language) -> Section:
    """Return the share of customers kept in each of the newest periods by group, then pooled over all periods."""
    axis = table.groups.names.index(PERIOD)
    every = sorted({key[axis] for key in table.groups.keys})
    periods = every[-SHOWN:]
    groups = list(dict.fromkeys(key[:axis] + key[axis + 1 :] for key in table.groups.keys))
    names = [name for name in table.groups.names if name != PERIOD]

    def cells(when: str) -> list[str]:
        return [with_interval(table[(*group[:axis], when, *group[axis:])], words) for group in groups]

    pooled = [with_interval(table.total(*names)[group] if names else table.overall(), words) for group in groups]
    rows = [(when, *cells(when)) for when in periods]
    return Section(
        title=words.word("title.retention", by=words.word(f"by.{by or 'all'}"), period=words.word(f"period.{period}")),
        header=(
            words.word("column.period"),
            *(", ".join(map(words.key, group)) or words.word("total") for group in groups),
        ),
        rows=(*rows, (words.word("column.all_periods", count=len(every)), *pooled)),
        remarks=(words.word("note.retention"),),
    )


def _rate(name: str, estimate: Estimate, words: Language) -> tuple[str, ...]:
    events, exposure = estimate.counts.table[0].tolist()
    return (
        name,
        words.number(events, 0),
        words.number(exposure, 0),
        amount(estimate.value, estimate.unit, words),
        bracket(estimate.low, estimate.high, estimate.unit, words),
    )
