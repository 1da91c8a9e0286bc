"""The parts of the scorecard on what customers say: each metric by group and period, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kundenmetrik.core.results.groups import PERIOD
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.report.layout import Section, by_text
from kundenmetrik.report.periods import all_periods_label, periods
from kundenmetrik.words.language import Language
from kundenmetrik.words.number_format import amount, bracket, level, with_interval

PERIODS_SHOWN = 6
"""Newest periods that the text shows; the tables have them all."""


def overview(
    tables: dict[str, EstimateTable], period: str, words: Language, *, remarks: tuple[str, ...] = ()
) -> Section:
    """Return every metric over everybody: the newest period against the one before, one comparison a metric."""
    rows = [row for name, table in tables.items() for row in _overall_change_rows(name, table, words)]
    header = ("metric", "before", "after", "change", "interval", "p_unadjusted", "verdict")
    brackets = words.word("note.interval", confidence=level(_confidence(tables), words))
    return Section(
        title=words.word("title.overview"),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(rows),
        remarks=(
            _comparison_remark("note.latest" if _any_tested(rows, words) else "note.too_few", tables, words),
            brackets,
            *_effort_remark(tables, words),
            *remarks,
        ),
    )


def score_by_period(name: str, table: EstimateTable, by: Sequence[str], period: str, words: Language) -> Section:
    """Return one metric by group and period: a line for each of the newest periods, a column for each group."""
    groups = _groups(table)
    newest = periods(table)[-PERIODS_SHOWN:]
    rows = [[when, *(with_interval(table[(*group, when)], words) for group in groups)] for when in newest]
    whole = [
        all_periods_label(table, period, words),
        *(with_interval(_over_all_periods(table, group), words) for group in groups),
    ]
    lost = table.overall().excluded
    return Section(
        title=words.word(f"title.{name}", by=by_text(by, words), period=words.word(f"period.{period}")),
        header=(words.word("column.period"), *(_group_label(group, words) for group in groups)),
        rows=(*(tuple(row) for row in rows), tuple(whole)),
        remarks=(words.word("note.n"), *_excluded_remark(lost, words)),
        table=name,
    )


def group_changes(tables: dict[str, EstimateTable], period: str, words: Language) -> Section:
    """Return how each group changed against the period before, all groups of a metric tested together."""
    rows = [row for name, table in tables.items() for row in _group_change_rows(name, table, words)]
    together = max(len(_groups(table)) for table in tables.values()) > 1
    compared = "note.too_few" if not _any_tested(rows, words) else "note.changes_holm" if together else "note.latest"
    header = ("metric", "group", "change", "interval", "p_holm" if together else "p_unadjusted", "verdict")
    return Section(
        title=words.word("title.changes", previous=words.word(f"previous.{period}")),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(rows),
        text_columns=2,
        remarks=(_comparison_remark(compared, tables, words), *_effort_remark(tables, words)),
    )


def _effort_remark(tables: dict[str, EstimateTable], words: Language) -> tuple[str, ...]:
    """Return which end of the effort score is good: its name says effort, its scale says ease."""
    eased = any(metric.better_when_high for name, table in tables.items() if name == "ces" for metric in table.metrics)
    return (words.word("note.effort"),) if eased else ()


def verdict(change: float, p_adjusted: float, confidence: float, higher_is_better: bool | None) -> str:
    """Return the key of the finding on a change."""
    if p_adjusted != p_adjusted:
        return "verdict.none"
    if p_adjusted >= 1 - confidence:
        return "verdict.unclear"
    if higher_is_better is None:
        return "verdict.changed"
    return "verdict.better" if (change > 0) == higher_is_better else "verdict.worse"


def _overall_change_rows(name: str, table: EstimateTable, words: Language) -> Iterator[tuple[str, ...]]:
    before, after = _last_two_names(table)
    everybody = table.total(PERIOD)
    compared = _last_two_periods(everybody).compare(baseline="previous").to_frame().to_dict("records")
    for row in compared:
        unit = everybody[after].unit
        then, now = (amount(everybody[when].value, unit, words) for when in (before, after))
        _, _, *rest = _change_row(name, row, table, words)
        yield (words.word(f"metric.{name}"), then, now, *rest)


def _group_change_rows(name: str, table: EstimateTable, words: Language) -> Iterator[tuple[str, ...]]:
    _, newest = _last_two_names(table)
    for row in _last_two_periods(table).compare(baseline="previous").to_frame().to_dict("records"):
        if row[PERIOD] == newest:
            yield _change_row(name, row, table, words)


def _any_tested(rows: list[tuple[str, ...]], words: Language) -> bool:
    """Tell whether any row has a finding: without answers in a period there is a row, and no p-value."""
    return any(finding != words.word("verdict.none") for *_, finding in rows)


def _comparison_remark(key: str, tables: dict[str, EstimateTable], words: Language) -> str:
    """Return what is compared and what its p-values are, or that there is nothing to compare with."""
    before, after = _last_two_names(next(iter(tables.values())))
    if before == after:
        return words.word("note.one_period", period=after)
    return words.word(key, after=after, before=before, alpha=level(1 - _confidence(tables), words))


def _change_row(name: str, row: dict[Any, Any], table: EstimateTable, words: Language) -> tuple[str, ...]:
    metric = table.metrics[0]
    unit = metric.unit_name
    finding = verdict(row["difference"], row["p_adjusted"], table.confidence, metric.better_when_high)
    group = tuple(row[key] for key in table.groups.names if key != PERIOD and key in row)
    return (
        words.word(f"metric.{name}"),
        _group_label(group, words),
        amount(row["difference"], unit, words, signed=True),
        bracket(row["low"], row["high"], unit, words, signed=True),
        words.p_value(row["p_adjusted"]),
        words.word(finding),
    )


def _last_two_periods(table: EstimateTable) -> EstimateTable:
    """Return the table with its last two periods, so that only they are tested."""
    kept = set(_last_two_names(table))
    axis = table.groups.names.index(PERIOD)
    return table.subset([key for key in table.groups.keys if key[axis] in kept])


def _over_all_periods(table: EstimateTable, group: tuple[Any, ...]) -> Any:
    names = [name for name in table.groups.names if name != PERIOD]
    return table.total(*names)[group] if names else table.overall()


def _last_two_names(table: EstimateTable) -> tuple[str, str]:
    every = periods(table)
    return (every[-2], every[-1]) if len(every) > 1 else (every[-1], every[-1])


def _groups(table: EstimateTable) -> list[tuple[Any, ...]]:
    axis = table.groups.names.index(PERIOD)
    return list(dict.fromkeys(key[:axis] + key[axis + 1 :] for key in table.groups.keys))


def _group_label(group: tuple[Any, ...], words: Language) -> str:
    return ", ".join(words.key(part) for part in group) if group else words.word("total")


def _excluded_remark(excluded: Any, words: Language) -> tuple[str, ...]:
    if not excluded:
        return ()
    reasons = ", ".join(
        f"{words.word(f'reason.{reason}')} {words.number(count, 0)}" for reason, count in excluded.items()
    )
    return (words.word("note.excluded", count=words.number(sum(excluded.values()), 0), reasons=reasons),)


def _confidence(tables: dict[str, EstimateTable]) -> float:
    return next(iter(tables.values())).confidence
