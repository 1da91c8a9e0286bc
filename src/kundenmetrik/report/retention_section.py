"""The part of the scorecard on who stays: customers kept by group and period."""

from __future__ import annotations

from collections.abc import Sequence

from kundenmetrik.core.results.groups import PERIOD
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.report.layout import Section, by_text
from kundenmetrik.report.periods import all_periods_label, periods
from kundenmetrik.report.survey_section import PERIODS_SHOWN
from kundenmetrik.words.language import Language
from kundenmetrik.words.number_format import with_interval


def retention_by_period(
    table: EstimateTable, by: Sequence[str], period: str, words: Language, *, remarks: tuple[str, ...] = ()
) -> Section:
    """Return the share of customers kept in each of the newest periods by group, then pooled over all periods."""
    axis = table.groups.names.index(PERIOD)
    groups = list(dict.fromkeys(key[:axis] + key[axis + 1 :] for key in table.groups.keys))
    names = [name for name in table.groups.names if name != PERIOD]

    def cells(when: str) -> list[str]:
        return [with_interval(table[(*group[:axis], when, *group[axis:])], words) for group in groups]

    pooled = [with_interval(table.total(*names)[group] if names else table.overall(), words) for group in groups]
    rows = [(when, *cells(when)) for when in periods(table)[-PERIODS_SHOWN:]]
    return Section(
        title=words.word("title.retention", by=by_text(by, words), period=words.word(f"period.{period}")),
        header=(
            words.word("column.period"),
            *(words.group(group) for group in groups),
        ),
        rows=(*rows, (all_periods_label(table, period, words), *pooled)),
        remarks=(words.word("note.retention"), *remarks),
        table="retention",
    )
