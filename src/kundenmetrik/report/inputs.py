"""The tables of a scorecard, one to three: each checked alone, then against the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kundenmetrik.errors import Fault, InvalidArgument, InvalidData, InvalidType
from kundenmetrik.frame.files.reading import FileFrame
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import column_of, key_names_of
from kundenmetrik.frame.reading.missing_column import absent_column
from kundenmetrik.frame.records.check import check
from kundenmetrik.frame.records.records import to_frame
from kundenmetrik.frame.time.periods import local_times
from kundenmetrik.models import Customer, Interaction, Record, SurveyResponse

CUSTOMER = "customer_id"
MODELS: dict[str, type[Any]] = {"customers": Customer, "interactions": Interaction, "responses": SurveyResponse}
KEYS = {"customers": [CUSTOMER], "interactions": ["interaction_id"], "responses": ["response_id", "question"]}
"""What tells one row of each table from another: somebody who answers three questions may do so in one response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Tables that fit each other.

    Attributes
    ----------
    people, events, answers : DataFrame or None
        The customers, their interactions, their answers; None for a table that is not there.
    by, people_by : tuple of str
        The names of the groups of the answers, and those among them that the customers have.
    unknown_in_interactions, unknown_in_responses : int
        How many rows name a customer who is not in the table of customers.
    zone : str
        The time zone whose calendar counts; empty for times without a zone.
    """

    people: pd.DataFrame | None
    events: pd.DataFrame | None
    answers: pd.DataFrame | None
    by: tuple[str, ...]
    people_by: tuple[str, ...]
    unknown_in_interactions: int
    unknown_in_responses: int
    zone: str


def check_inputs(
    customers: Any, interactions: Any, responses: Any, *, by: Sequence[str], time_zone: str | None
) -> Inputs:
    """Return the tables that are given, with each name of ``by`` as a column, or every way in which they do not fit."""
    tables = {"customers": customers, "interactions": interactions, "responses": responses}
    given = {name: data for name, data in tables.items() if data is not None}
    if not given:
        raise InvalidArgument("customers, interactions or responses", "be given, one of them at least")
    checked = _check_records(given, by)
    _check_rows(checked, by)
    _check_keys(checked)
    _check_clocks(checked)
    placed = {name: _in_zone(frame, time_zone) for name, frame in checked.items()}
    of_people = _add_groups(placed, by)
    people, events, answers = (placed.get(name) for name in MODELS)
    return Inputs(
        people=people,
        events=events,
        answers=answers,
        by=tuple(by),
        people_by=of_people,
        unknown_in_interactions=_count_unknown_customers(events, people, "interactions", of_people),
        unknown_in_responses=_count_unknown_customers(answers, people, "responses", of_people),
        zone=time_zone or ("" if answers is None else _zone_of(checked["responses"]["answered_at"])),
    )


def _check_records(given: dict[str, Any], by: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the tables as frames that keep the rules of their records; the faults of all of them come at once.

    A column that ``by`` names needs no field; a table of records of a subclass, or read as one, may have its fields.
    """
    frames: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    for name, data in given.items():
        model = _model_of(data, MODELS[name])
        frame = check_table(data, model)
        own = [column for column in by if column in frame.columns and column not in model.model_fields]
        try:
            check(frame.drop(columns=own) if own else frame, model)
        except InvalidData as invalid:
            faults.extend(_with_way_out(fault, name) for fault in invalid.faults)
        frames[name] = frame
    refuse(faults)
    return frames


def _model_of(data: Any, model: type[Record]) -> type[Record]:
    """Return the model of a table's rows: that of the records, or what a file was read as, if it is one of its kind."""
    first = next(iter(data), None) if isinstance(data, (list, tuple)) else None
    found = data.model if isinstance(data, FileFrame) else type(first)
    return found if issubclass(found, model) else model


def _with_way_out(fault: Fault, table: str) -> Fault:
    """Return a fault with the name of its table; a column that is no field may be meant for groups."""
    if fault.code != "unknown":
        return replace(fault, file=table)
    way = "Name it in by= to report by it; else leave it out, or put it into the column attributes."
    return replace(fault, file=table, remedy=f"{fault.remedy} {way}".strip())


def _add_groups(tables: dict[str, pd.DataFrame], by: Sequence[str]) -> tuple[str, ...]:
    """Give the tables their groups as columns and return those of customers; answers have that of their customer."""
    holders = [name for name in ("customers", "responses") if name in tables]
    if by and not holders:
        raise InvalidArgument("by", "be left out: groups need a table of customers or of responses", list(by))
    of_people = []
    for name in by:
        found = {holder: key for holder in holders if (key := _key(tables[holder], name)) is not None}
        if not found:
            there = (key for holder in holders for key in key_names_of(tables[holder]))
            raise absent_column(name, "by", dict.fromkeys(there))
        for holder, key in found.items():
            tables[holder] = tables[holder].assign(**{name: key})
        if "customers" in found:
            of_people.append(name)
    if of_people and "responses" in tables:
        people, answers = tables["customers"].set_index(CUSTOMER)[of_people].astype(object), tables["responses"]
        groups = people.reindex(answers[CUSTOMER])
        tables["responses"] = answers.assign(**{name: groups[name].to_numpy(dtype=object) for name in of_people})
    return tuple(of_people)


def _key(frame: pd.DataFrame, name: str) -> pd.Series[Any] | None:
    """Return a column or an attribute of a table, None where there is none of that name."""
    return column_of(frame, name, "by") if name in key_names_of(frame) else None


def check_table(data: Any, model: type[Any]) -> pd.DataFrame:
    """Return a frame, or records as one."""
    if isinstance(data, pd.DataFrame):
        return data
    if not isinstance(data, (list, tuple)):
        raise InvalidType("data", f"be a frame or a list of {model.__name__} records", data)
    return to_frame(data, model=model)


def _check_rows(tables: dict[str, pd.DataFrame], by: Sequence[str]) -> None:
    for name, frame in tables.items():
        if frame.empty:
            raise InvalidArgument(name, "have at least one row")
    if "interactions" in tables and not tables["interactions"]["kind"].eq("purchase").any():
        raise InvalidArgument("interactions", "hold purchases: complaints and revenue are counted for them")
    if "responses" in tables and "answered_at" not in tables["responses"]:
        raise InvalidArgument("responses", "have a column answered_at: the scorecard counts by period")
    if by and {"customers", "responses"} <= tables.keys() and CUSTOMER not in tables["responses"]:
        raise InvalidArgument("responses", "have a column customer_id to be reported by a column of the customers")


def _check_keys(tables: dict[str, pd.DataFrame]) -> None:
    """Refuse rows that are there twice: they would count twice."""
    refuse(_duplicates(name, frame) for name, frame in tables.items())


def _duplicates(name: str, frame: pd.DataFrame) -> Fault | None:
    key, *within = KEYS[name]
    rule = f"be unique{''.join(f' within a {one}' for one in within)}"
    twice = frame.duplicated([key, *within]).to_numpy()
    return fault_of(f"{name}: {key}", rule, twice, frame[key], "duplicate", "Give each row once.", private=True)


def _check_clocks(tables: dict[str, pd.DataFrame]) -> None:
    zoned = {
        f"{name}.{column}": isinstance(frame[column].dtype, pd.DatetimeTZDtype)
        for name, frame in tables.items()
        for column in _time_columns(frame)
    }
    if len(set(zoned.values())) > 1:
        without = [place for place, has_zone in zoned.items() if not has_zone]
        raise InvalidArgument("the times of the tables", f"all have a time zone or none; without are {without}")


def _in_zone(frame: pd.DataFrame, time_zone: str | None) -> pd.DataFrame:
    """Return the frame with its times on the clock of a zone."""
    columns = _time_columns(frame)
    if time_zone is None or not columns:
        return frame
    return frame.assign(**{name: local_times(frame[name], name, time_zone) for name in columns})


def _zone_of(times: pd.Series[Any]) -> str:
    return str(times.dt.tz) if isinstance(times.dtype, pd.DatetimeTZDtype) else ""


def _time_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns of times; one without any time has no clock that could be another."""
    times = frame.select_dtypes(["datetime", "datetimetz"])
    return [str(name) for name in times.columns if times[name].notna().any()]


def _count_unknown_customers(
    frame: pd.DataFrame | None, people: pd.DataFrame | None, name: str, by: Sequence[str]
) -> int:
    """Count the rows whose customer is not known; if nobody is, the tables do not belong together."""
    if frame is None or people is None:
        return 0
    named = frame[CUSTOMER].dropna() if CUSTOMER in frame else pd.Series(dtype=object)
    strange = ~named.isin(people[CUSTOMER]).to_numpy(dtype=bool)
    if by and len(named) and strange.all():
        known, *_ = people[CUSTOMER].tolist()
        rule = f"name customers of the table of customers, such as {known!r}; none of {len(named):,} rows does"
        raise InvalidArgument(f"{name}: {CUSTOMER}", rule, named.tolist()[0])
    return int(strange.sum())
