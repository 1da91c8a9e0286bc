"""Every function that reads a time gives the same answer from every container, and one meaning to every end."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument

BERLIN = "Europe/Berlin"
MARCH = "2026-03-31"
COME = ["2026-01-05 09:00", "2026-01-31 23:30", "2026-02-01 00:30", "2026-03-28 12:00", "2026-03-31 08:00"]
ANSWERED = ["2026-01-05 12:00", "2026-02-02 10:00", "2026-02-01 09:00", "2026-03-29 12:00", "2026-03-31 09:00"]


def log_of(zone: str | None) -> pd.DataFrame:
    """Return purchases and complaints around midnight and the change of clocks."""
    bought = ["2026-01-01 10:00", "2026-01-31 23:45", "2026-02-01 00:15", "2026-03-01 00:20", "2026-03-30 18:00"]
    times = pd.DatetimeIndex(pd.to_datetime([*COME, *bought])).as_unit("us").tz_localize(zone)
    ended = pd.DatetimeIndex(pd.to_datetime([*ANSWERED, *[None] * 5])).as_unit("us").tz_localize(zone)
    return pd.DataFrame(
        {
            "customer_id": [1, 2, 3, 1, 2, 1, 2, 3, 1, 3],
            "kind": ["complaint"] * 5 + ["purchase"] * 5,
            "reason": ["late"] * 10,
            "amount": [1.0] * 10,
            "nps": [10, 0, 10, 5, 9] * 2,
            "occurred_at": times,
            "first_response_at": ended,
            "resolved_at": ended,
        }
    )


def contracts_of(log: pd.DataFrame) -> pd.DataFrame:
    columns = {"occurred_at": "acquired_at", "resolved_at": "churned_at"}
    return log[log["kind"] == "complaint"].drop(columns="first_response_at").rename(columns=columns)


def text(result: Any) -> str:
    frame = result.to_frame() if hasattr(result, "to_frame") else result
    return str(frame.to_json(orient="split", date_format="iso") if isinstance(frame, pd.DataFrame) else frame)


def parts(table: Any) -> list[Any]:
    return [*table] if isinstance(table, tuple) else [table]


Case = Callable[[Callable[[pd.DataFrame], Any], pd.DataFrame, Any], Any]
CASES: dict[str, Case] = {
    "clv.purchases": lambda form, log, end: km.clv.purchases(form(log), observed_until=end),
    "clv.spend_trend": lambda form, log, end: km.clv.spend_trend(form(log), observed_until=end),
    "clv.split": lambda form, log, end: km.clv.split(form(log), at="2026-02-10", observed_until=end),
    "clv.backtest": lambda form, log, end: km.clv.backtest(
        form(log), km.clv.NBD(), origins=["2026-02-10"], horizon="1 week", observed_until=end
    ),
    "retention.cohorts": lambda form, log, end: km.retention.cohorts(form(log), observed_until=end),
    "retention.contract_cohorts": lambda form, log, end: km.retention.contract_cohorts(
        form(contracts_of(log)), observed_until=end
    ),
    "retention.inactivity": lambda form, log, end: km.retention.inactivity(form(log), observed_until=end),
    "retention.ledger": lambda form, log, end: km.retention.ledger(form(log), window=1, observed_until=end),
    "retention.repeat_purchase_rate": lambda form, log, end: km.retention.repeat_purchase_rate(
        form(log), observed_until=end
    ),
    "retention.tenures": lambda form, log, end: km.retention.tenures(form(contracts_of(log)), observed_until=end),
    "complaints.answered_within": lambda form, log, end: km.complaints.answered_within(form(log), observed_until=end),
    "complaints.first_contact_resolution": lambda form, log, end: km.complaints.first_contact_resolution(
        form(log), observed_until=end
    ),
    "complaints.reopen_rate": lambda form, log, end: km.complaints.reopen_rate(form(log), observed_until=end, days=1),
    "complaints.service_times": lambda form, log, end: km.complaints.service_times(
        form(log), observed_until=end, clock=km.complaints.BusinessHours()
    ),
    "complaints.tgw_by_age": lambda form, log, end: km.complaints.tgw_by_age(form(log), observed_until=end),
    "complaints.sale_triangle": lambda form, log, end: km.complaints.sale_triangle(form(log), observed_until=end),
    "complaints.reporting_triangle": lambda form, log, end: km.complaints.reporting_triangle(
        column(form, log, "occurred_at"), column(form, log, "first_response_at"), observed_until=end
    ),
    "complaints.units_in_service": lambda form, log, end: km.complaints.units_in_service(
        column(form, log, "occurred_at"), observed_until=end
    ),
}
ELSEWHERE = {
    "report.scorecard": "takes three tables and hands the end on; tests/report has its tests",
    "measure": "periods appear until then; tests/frame/test_periods_of_measure.py has its tests",
}


def column(form: Callable[[pd.DataFrame], Any], log: pd.DataFrame, name: str) -> Any:
    """Return one column of the first rows as the container holds it."""
    held = form(log[log["kind"] == "complaint"][[name]])
    if isinstance(held, list):
        return [row[name] for row in held]
    if type(held).__name__ == "DuckDBPyRelation":
        held = held.to_arrow_table()
    return held[name]


def test_no_function_with_an_end_escapes() -> None:
    rooms = {name: found for name in km.__all__ if isinstance(found := getattr(km, name), ModuleType)}  # type: ignore[attr-defined]
    public = {
        f"{room}.{name}" if room else name: getattr(module, name)
        for room, module in {"": km, **rooms}.items()
        for name in getattr(module, "__all__", ())
    }
    functions = {name: found for name, found in public.items() if inspect.isfunction(found)}
    doors = {name for name, found in functions.items() if "observed_until" in inspect.signature(found).parameters}
    assert doors == set(CASES) | set(ELSEWHERE)


def whole(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def result(name: str, form: Callable[[pd.DataFrame], Any], log: pd.DataFrame, end: Any) -> list[str]:
    return [text(part) for part in parts(CASES[name](form, log, end))]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("end", ["04/03/2026", "31.03.2026", "20260403", 20260403, "2026-03", "tomorrow", True, []])
def test_what_is_no_end_is_refused_alike(name: str, end: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"^observed_until must be a date such as '2026-03-31' or an instant"):
        CASES[name](whole, log_of(None), end)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("zone", [None, BERLIN])
def test_a_day_is_a_day_however_it_is_written(name: str, zone: str | None) -> None:
    log = log_of(zone)
    days = [date(2026, 3, 31), datetime(2026, 3, 31), pd.Timestamp(MARCH), np.datetime64(MARCH), "2026-03-31T00:00"]
    expected = result(name, whole, log, MARCH)
    for end in days:
        assert result(name, whole, log, end) == expected, repr(end)


@pytest.mark.parametrize("name", CASES)
def test_an_aware_datetime_is_an_instant_whatever_its_zone(name: str) -> None:
    log = log_of(BERLIN)
    for instant in ("2026-04-01 00:00", "2026-03-31 12:00"):
        local = pd.Timestamp(instant, tz=BERLIN)
        ends = [local.tz_convert("UTC"), local.to_pydatetime(), local.astimezone(UTC), local.isoformat()]
        expected = result(name, whole, log, local)
        for end in ends:
            assert result(name, whole, log, end) == expected, repr(end)
    naive = result(name, whole, log, "2026-03-31T12:00")
    assert naive == result(name, whole, log, datetime(2026, 3, 31, 12, tzinfo=ZoneInfo(BERLIN)))


@pytest.mark.parametrize("name", CASES)
def test_an_aware_end_of_times_without_a_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument, match="observed_until must have no time zone, as the times have none"):
        CASES[name](whole, log_of(None), pd.Timestamp("2026-03-31 12:00", tz="UTC"))


def as_objects(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({name: object for name in frame.columns if name.endswith("_at")})


def as_duckdb(frame: pd.DataFrame) -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{BERLIN}'")  # an engine that knows instants only shows them in this zone
    return connection.from_df(frame)


FORMS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "objects": as_objects,
    "arrow-backed": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "records": lambda frame: as_objects(frame).to_dict("records"),
    "pyarrow": lambda frame: pytest.importorskip("pyarrow").Table.from_pandas(frame, preserve_index=False),
    "polars": lambda frame: pytest.importorskip("polars").from_pandas(frame),
    "duckdb": as_duckdb,
}
READERS: dict[str, Case] = CASES | {
    "measure": lambda form, log, end: km.measure(form(log), km.NPS("nps"), period="month", date="occurred_at"),
    "measure in a zone": lambda form, log, end: km.measure(
        form(log), km.NPS("nps"), period="day", date="occurred_at", time_zone="America/New_York"
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", READERS)
def test_a_time_zone_survives_every_container(name: str, form: str) -> None:
    log = log_of(BERLIN)
    one, two = (
        [text(part) for part in parts(READERS[name](held, log, "2026-03-31T22:00:00Z"))]
        for held in (whole, FORMS[form])
    )
    assert one == two


def test_two_columns_in_two_zones_are_read_on_one_calendar() -> None:
    occurred = pd.Series(pd.to_datetime(["2026-02-01 00:30", "2026-02-10 00:00"])).dt.tz_localize(BERLIN)
    reported = pd.Series(pd.to_datetime(["2026-02-28 23:30", "2026-02-20 00:00"])).dt.tz_localize("UTC")
    one = km.complaints.reporting_triangle(occurred, reported, observed_until="2026-03-31")
    two = km.complaints.reporting_triangle(occurred, reported.dt.tz_convert(BERLIN), observed_until="2026-03-31")
    assert one.to_frame().equals(two.to_frame())
    assert one.to_frame().iloc[0].tolist() == [1.0, 1.0]  # 23:30 in UTC is the first of March in Berlin


def test_the_scorecard_has_the_same_end() -> None:
    shop = km.datasets.webshop(n_customers=150, seed=1)
    tables = (shop.customers, shop.interactions, shop.responses)
    for end in ("04/03/2026", "31.03.2026", 20260403):
        with pytest.raises(InvalidArgument, match=r"^observed_until must be a date such as"):
            km.report.scorecard(*tables, observed_until=end)
    aware = [
        frame.assign(**{name: frame[name].dt.tz_localize("UTC") for name in frame.select_dtypes("datetime").columns})
        for frame in tables
    ]
    last = shop.observed_until.normalize() + pd.Timedelta(days=1)
    day = km.report.scorecard(*aware, observed_until=shop.observed_until.date(), time_zone="UTC").to_text()
    assert km.report.scorecard(*aware, observed_until=last.tz_localize("UTC"), time_zone="UTC").to_text() == day
