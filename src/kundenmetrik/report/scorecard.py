"""The scorecard: one to three tables in, what customers say and do out, with what is real about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import pandas as pd

from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.results.display import terminal_width, wrap_line
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.grouping import key_names
from kundenmetrik.frame.measure import measure
from kundenmetrik.frame.records.check import check
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frame.time.periods import PeriodLength, day_label
from kundenmetrik.kano import classify
from kundenmetrik.models import KanoAnswer
from kundenmetrik.progress import Progress, steps
from kundenmetrik.report.charts import draw_charts
from kundenmetrik.report.complaints_section import complaint_rates, complaints_by_product, late_complaints
from kundenmetrik.report.inputs import Inputs, check_inputs, check_table
from kundenmetrik.report.kano_section import kano_features
from kundenmetrik.report.layout import Section, html_page, plain_text
from kundenmetrik.report.retention_section import retention_by_period
from kundenmetrik.report.survey_section import group_changes, overview, score_by_period
from kundenmetrik.report.value_section import expected_value, value_by_group
from kundenmetrik.retention.periods.entries import ledger
from kundenmetrik.survey import CES, CSAT, NPS
from kundenmetrik.words.language import Language, LanguageCode
from kundenmetrik.words.language import language as language_of

DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Scorecard(Result):
    """A report on a customer base: tables to compute with and sections to read.

    Attributes
    ----------
    tables : mapping of str to EstimateTable
        The numbers: nps, csat and ces by group and period, tgw by product, retention by group and period,
        late_complaints (complaints by period of the sale, completed; None where nothing tells the delays),
        value (the expected revenue of each customer, None where no model fits), kano where answers were given.
    sections : tuple of Section
        The report, in words.
    language : str
        The code of its language.
    """

    tables: Mapping[str, Any]
    sections: tuple[Section, ...]
    language: LanguageCode

    def to_text(self, width: int | None = None) -> str:
        """Return the report as plain text.

        Parameters
        ----------
        width : int, optional
            Not used: the report is laid out for a page.

        Returns
        -------
        str
            Lines for a terminal.
        """
        return plain_text(self._heading, self.sections)

    def to_html(self, *, charts: Mapping[str, str] | None = None) -> str:
        """Return the report as a page that stands alone.

        Parameters
        ----------
        charts : mapping of str to str, optional
            The SVG of the chart of a table, by its name, such as :meth:`charts` draws.

        Returns
        -------
        str
            HTML with its style; every word from the data is escaped.
        """
        return html_page(self._heading, self.sections, self.language, charts)

    def charts(self) -> dict[str, str]:
        """Draw the tables that have a chart; it needs matplotlib, ``pip install "kundenmetrik[report]"``.

        Returns
        -------
        dict of str to str
            The SVG of each chart by the name of its table; none for a table of more than eight groups by period.
        """
        titles = {section.table: section.title for section in self.sections if section.table}
        return draw_charts(self.tables, titles, self.language)

    @property
    def _heading(self) -> str:
        return language_of(self.language).word("title.scorecard")

    def __repr__(self) -> str:
        return "\n".join(wrap_line(self.headline, terminal_width()))

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()

    @property
    def headline(self) -> str:
        """What the report is, and what it tells of."""
        return f"{self._heading}: {', '.join(self.tables)}"

    def to_frame(self) -> pd.DataFrame:
        """Return every cell of the report in a row: section, row, column, text."""
        cells = [
            {"section": section.title, "row": place, "column": name, "text": text}
            for section in self.sections
            for place, row in enumerate(section.rows)
            for name, text in zip(section.header, row, strict=True)
        ]
        return pd.DataFrame(cells, columns=["section", "row", "column", "text"])


def scorecard(
    customers: Any = None,
    interactions: Any = None,
    responses: Any = None,
    *,
    by: str | Sequence[str] | None = None,
    period: PeriodLength | None = None,
    language: LanguageCode = "en",
    observed_until: Any = None,
    confidence: float = 0.95,
    min_n: int = 0,
    kano: Any = None,
    time_zone: str | None = None,
    progress: Progress | None = None,
) -> Scorecard:
    """Make the scorecard of a customer base from its three tables, or from one or two of them.

    Parameters
    ----------
    customers, interactions, responses : DataFrame or list of records
        Tables of Customer, Interaction and SurveyResponse records, or of subclasses with fields of their own. They
        are checked first. One is enough; the report says what the others would add.
    by : str or sequence of str, optional
        Columns or attributes to report by, such as ``"segment"`` or ``["region", "plan"]``: of the customers, whose
        answers and values they group, too, or of the responses, whose answers alone they group. A column that is
        named here need not be a field of the records.
    period : {"month", "week", "quarter", "year", "day"}, optional
        The calendar period; months by default.
    language : {"de", "en"}
        The language of the words and numbers.
    observed_until : date, datetime or str, optional
        The last day or instant that was observed, inclusive; by default the day of the last interaction or answer. To
        be given where there are customers only.
    confidence : float
        The confidence of the intervals; a change is called real at 1 minus it.
    min_n : int
        Groups with fewer answers are hidden.
    kano : DataFrame or list of records, optional
        Kano answers; they add a section on features.
    time_zone : str, optional
        The zone whose calendar counts, such as "Europe/Berlin", for times with a zone; their own by default.
    progress : callable, optional
        Called after each part of the report with the number of parts done and of all.

    Returns
    -------
    Scorecard
        Print it, show it in a notebook, or take its ``tables``.

    Raises
    ------
    InvalidData
        If a table breaks the rules of its records or has a row twice, with rows and values.
    InvalidArgument
        If the tables do not fit: no rows, times with and without a zone, no answer of a known customer.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> shop = km.datasets.webshop(n_customers=300, seed=1)
    >>> card = km.report.scorecard(shop.customers, shop.interactions, shop.responses, by="segment")
    >>> print(card.to_text().splitlines()[0])
    Customer metrics
    """
    words = language_of(language)
    span = check_choice("month" if period is None else period, "period", get_args(PeriodLength))
    given = check_inputs(customers, interactions, responses, by=key_names(by), time_zone=time_zone)
    until = _last_day(given) if observed_until is None else _on_the_clock(observed_until, time_zone)
    tables: dict[str, Any] = {}
    sections: tuple[Section, ...] = ()
    parts = (given.answers, given.events, given.people, given.events, kano)
    step = steps(progress, sum(part is not None for part in parts))
    if given.answers is not None:
        tables = _survey_tables(given.answers, given.by, span, confidence, min_n)
        sections = (
            overview(tables, span, words, remarks=_remarks(given, given.answers, min_n, words)),
            *(score_by_period(name, table, given.by, span, words) for name, table in tables.items()),
            group_changes(tables, span, words),
        )
        step()
    if given.events is not None:
        complaints = complaint_rates(given.events, span, until, confidence)
        tables = {**tables, "tgw": complaints.table, "late_complaints": complaints.nowcast}
        late = late_complaints(complaints, span, words)
        sections = (*sections, complaints_by_product(complaints, words), *filter(None, [late]))
        step()
    if given.people is not None:
        people = given.people
        ends = people if "churned_at" in people else people.assign(churned_at=None)  # a remark doubts it
        groups = given.people_by or None
        retention = ledger(ends, period=span, by=groups, observed_until=until).rate().at(confidence=confidence)
        tables["retention"] = retention
        remarks = _retention_remarks(people, until, words)
        sections = (*sections, retention_by_period(retention, given.people_by, span, words, remarks=remarks))
        step()
    if given.events is not None:
        value = expected_value(given.events, given.people, until)
        tables["value"] = value.value
        sections = (*sections, value_by_group(value, given.people, given.people_by, confidence, words))
        step()
    if kano is not None:
        asked = check(check_table(kano, KanoAnswer), KanoAnswer)
        tables["kano"] = classify(asked)
        sections = (*sections, kano_features(tables["kano"], asked, words))
        step()
    sections = (*sections, *_missing_tables(given, words))
    return Scorecard(tables=tables, sections=sections, language=words.code)


def _survey_tables(
    answers: pd.DataFrame, by: Sequence[str], period: PeriodLength, confidence: float, min_n: int
) -> dict[str, EstimateTable]:
    asked = set(answers["question"].dropna())
    specs: list[Metric] = [spec for name, spec in (("nps", NPS()), ("csat", CSAT()), ("ces", CES())) if name in asked]
    if not specs:
        raise InvalidArgument("responses", "answer at least one of the questions nps, csat, ces", sorted(asked)[:5])
    whole = measure(answers, specs, by=list(by), period=period, date="answered_at", confidence=confidence, min_n=min_n)
    return {spec.label: whole.metric(spec.label) for spec in specs}


def _missing_tables(given: Inputs, words: Language) -> tuple[Section, ...]:
    """Return what the tables that are not there would add."""
    tables = {"customers": given.people, "interactions": given.events, "responses": given.answers}
    remarks = tuple(words.word(f"missing_table.{name}") for name, table in tables.items() if table is None)
    title = words.word("title.missing_tables")
    return (Section(title=title, header=(), rows=(), remarks=remarks),) if remarks else ()


def _remarks(given: Inputs, answers: pd.DataFrame, min_n: int, words: Language) -> tuple[str, ...]:
    """Return what a reader must know about the tables before the numbers."""
    unknown = {"answers": given.unknown_in_responses, "events": given.unknown_in_interactions}
    counts = {name: words.number(count, 0) for name, count in unknown.items()}
    times = answers["answered_at"]
    return (
        words.word("base.answers", first=day_label(times.min()), last=day_label(times.max())),
        *([words.word("note.calendar", zone=given.zone)] if given.zone else []),
        *([words.word("note.suppressed", min_n=words.number(min_n, 0))] if min_n > 1 else []),
        *([words.word("note.strangers", **counts)] if any(unknown.values()) else []),
    )


def _retention_remarks(people: pd.DataFrame, until: object, words: Language) -> tuple[str, ...]:
    """Return the end of observation, and the doubt about a retention of 100 %: leaving may not have been recorded."""
    observed = words.word("base.observed", until=day_label(until))
    somebody = "churned_at" in people and people["churned_at"].notna().any()
    return (observed,) if somebody else (words.word("note.no_end_dates"), observed)


def _on_the_clock(observed_until: object, time_zone: str | None) -> object:
    """Return the end of observation on the clock of the tables, whose times lose their zone where one is named."""
    end = observed_end(observed_until, time_zone or "UTC")
    if time_zone is None or end.whole_day:
        return observed_until
    # Midnight ends the day before it: without a zone it would stand for the day that it begins.
    return pd.Timestamp(end.wall) if end.wall != end.wall.astype("datetime64[D]") else pd.Timestamp(end.wall) - DAY


def _last_day(given: Inputs) -> pd.Timestamp:
    """Return the day of the last interaction or answer; a table of customers alone does not tell it."""
    times = [] if given.events is None else [given.events["occurred_at"].max()]
    times += [] if given.answers is None else [given.answers["answered_at"].max()]
    if not times:
        rule = "be given where there are customers only: nothing tells until when they were observed"
        raise InvalidArgument("observed_until", rule)
    last: pd.Timestamp = max(times)
    return last.tz_localize(None).normalize()
