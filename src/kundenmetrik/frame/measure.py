"""Many numbers at once: metrics by key columns and calendar period, in one pass over the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import Invalid, check_choice, check_confidence, check_count
from kundenmetrik.core.results.annotations import Annotations
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.clusters import clusters, few_clusters
from kundenmetrik.frame.grouping import grouping, key_names
from kundenmetrik.frame.opposed_answers import opposition_notes
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.numbers import EXACT, nonnegative_faults, numbers
from kundenmetrik.frame.reading.questions import QUESTION, SCALE
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.rows import Rows, weights_of
from kundenmetrik.frame.time.periods import Cycle, PeriodLength


def measure(
    data: Any,
    metrics: Metric | Sequence[Metric],
    *,
    by: str | Sequence[str] | None = None,
    period: PeriodLength | Cycle | None = None,
    date: str | None = None,
    time_zone: str | None = None,
    weight: str | None = None,
    count: str | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    min_n: int = 0,
    invalid: Invalid = "raise",
    observed_until: Any = None,
    year_start: int = 1,
) -> EstimateTable:
    """Compute metrics for every segment and period, each value with its interval and its base.

    The rows are grouped once and each column is counted once, however many metrics read it;
    every value is a formula over those counts, so totals are exact and never averages of averages.

    Parameters
    ----------
    data : DataFrame, list of records, mapping of columns, any frame narwhals reads, or Counts
        The rows; or counts that were kept, which are asked again as they are grouped. On a table
        with a ``question`` column a survey metric counts the rows of its own question, on a wide table all
        rows of its column. Where a long table has a ``scale`` column, answers given on another scale than the
        metric's are an error.
    metrics : Metric or sequence of Metric
        What to compute, such as ``km.NPS()`` or ``[km.NPS("nps"), km.CSAT("satisfaction")]``.
    by : str or sequence of str, optional
        Key columns. A missing key is a group of its own, a category nobody has appears with n = 0.
    period : {"day", "week", "month", "quarter", "year", "weekday", "hour"}, optional
        The calendar period; every period from the first to the last appears. Weekdays and hours of the day are groups
        under their own name, each of which appears.
    date : str, optional
        The column that tells the period.
    time_zone : str, optional
        The zone whose calendar counts, such as "Europe/Berlin"; by default the column's own.
    weight : str, optional
        A column of survey weights; the base is then Kish's effective number of answers. Rows of weight
        0 are left out and counted as excluded.
    count : str, optional
        A column that tells how many answers a row stands for.
    cluster : str, optional
        A column whose values answer together, such as the customer who answers several times; the
        intervals then rest on the variance between clusters. With fewer than twenty in a group they are still
        too narrow, and the note ``few_clusters`` says so.
    confidence : float
        The confidence of the intervals.
    min_n : int
        Groups with fewer answers are hidden, and what would give them away.
    invalid : {"raise", "exclude"}
        Whether invalid answers are an error or are left out and counted by reason.
    observed_until : date, datetime or str, optional
        The last day or instant that was observed, inclusive: periods appear up to it, and the one that it lies in has
        the note ``period_incomplete`` unless it was observed to its end.
    year_start : int
        The month that the year begins with, for years and quarters: 4 makes fiscal years such as 2025/26.

    Returns
    -------
    EstimateTable
        Groups by metrics. Where the answers of two questions of a wide table run against each other, a
        note such as ``runs_against_csat`` says so: one of them may be coded the other way round.

    Raises
    ------
    InvalidData
        If answers, weights or counts break their rules; all faults at once, with rows and values.
    InvalidArgument
        If counts are not what a metric is computed from, or are to be grouped again.
    UnknownName
        If a column or question does not exist; the nearest name is suggested.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> answers = pd.DataFrame({"region": ["Nord", "Nord", "Süd"], "nps": [10, 6, 9]})
    >>> km.measure(answers, km.NPS("nps"), by="region").to_frame()[["region", "value", "n"]]
      region  value  n
    0   Nord    0.0  2
    1    Süd  100.0  1
    """
    specs = _specs(metrics)
    level, floor = check_confidence(confidence), check_count(min_n, "min_n")
    check_choice(invalid, "invalid", get_args(Invalid))
    if isinstance(data, Counts):
        chosen: dict[str, object] = {"by": by, "period": period, "date": date, "time_zone": time_zone}
        chosen |= {"observed_until": observed_until, "year_start": None if year_start == 1 else year_start}
        _refuse_for_counts({**chosen, "weight": weight, "count": count, "cluster": cluster})
        return EstimateTable(metrics=specs, tallies=(data,) * len(specs), confidence=level, min_n=floor)
    keys = key_names(by)
    if cluster is not None and count is not None:
        raise InvalidArgument("count", "be left out when answers come in clusters: give one row for each answer")
    named = [name for name in (*keys, date, weight, count, cluster, QUESTION, SCALE) if name is not None]
    frame = read_columns(data, [*named, *(name for spec in specs for name in spec.columns)])
    grouped = grouping(
        frame,
        by=keys,
        period=period,
        date=date,
        time_zone=time_zone,
        observed_until=observed_until,
        year_start=year_start,
    )
    rows = Rows(
        frame=frame,
        groups=grouped.groups,
        codes=np.zeros(len(frame), dtype=np.int64) if grouped.codes is None else grouped.codes,
        weight=None if weight is None else weights_of(column_of(frame, weight, "weight"), weight),
        count=None if count is None else _repeats(frame, count),
        cluster=None if cluster is None else clusters(column_of(frame, cluster, "cluster"), cluster),
        exclude_invalid=invalid == "exclude",
    )
    tallies = tuple(_tally(spec, rows, weight) for spec in specs)
    refuse(rows.faults)
    notes = opposition_notes(rows, specs)
    if rows.cluster is not None and few_clusters(rows.codes, rows.cluster):
        notes = {spec.label: (*notes.get(spec.label, ()), "few_clusters") for spec in specs}
    unfinished = {} if grouped.incomplete is None else {"period_incomplete": grouped.incomplete}
    known = Annotations(notes=notes, group_notes={spec.label: unfinished for spec in specs} if unfinished else {})
    return EstimateTable(metrics=specs, tallies=tallies, confidence=level, min_n=floor, annotations=known)


def _refuse_for_counts(arguments: Mapping[str, object]) -> None:
    for name, value in arguments.items():
        if value is not None:
            remedy = 'Sum over key columns by the total of the table: km.measure(counts, metrics).total("region").'
            raise InvalidArgument(name, "be left out for counts, which are grouped and weighted already", value, remedy)


def _tally(spec: Metric, rows: Rows, weight: str | None) -> Counts:
    """Return what a metric counts, with what it is: answers of a long table are known by their question alone."""
    counts = spec.tally(rows)
    if weight is None and not rows.long:
        return counts
    known = counts.measurand or spec.measurand
    return replace(counts, measurand=replace(known, column=None if rows.long else known.column, weight=weight))


def _specs(metrics: Metric | Sequence[Metric]) -> tuple[Metric, ...]:
    many = isinstance(metrics, Iterable) and getattr(metrics, "shape", None) != ()
    specs: tuple[Any, ...] = tuple(metrics) if many else (metrics,)  # type: ignore[arg-type]
    strange = [spec for spec in specs if not isinstance(spec, Metric)]
    if strange or not specs:
        raise InvalidType("metrics", "be metrics such as km.NPS()", strange[0] if strange else metrics)
    names = [spec.label for spec in specs]
    if len(set(names)) < len(names):  # said before anything is counted
        raise InvalidArgument("metrics", "have different names; give one of them name=", names)
    return specs


def _repeats(frame: pd.DataFrame, name: str) -> Any:
    read = numbers(column_of(frame, name, "count"), name)
    refuse(nonnegative_faults(read, name, whole=True, most=EXACT))
    return np.asarray(read.values, dtype=np.int64)
