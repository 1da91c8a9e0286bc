"""A web service on kundenmetrik: answers come in, counts are kept, and figures are asked of them, a year later, too.

pip install kundenmetrik fastapi uvicorn
uvicorn examples.service.service:app
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import date
from multiprocessing import get_context
from typing import Annotated, Literal

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field

import kundenmetrik as km

ZONE = "Europe/Berlin"
"""Where the days of the shops begin."""
METRICS: dict[str, km.Metric] = {"nps": km.NPS(), "csat": km.CSAT(), "ces": km.CES()}
"""What is kept, by the name of the question."""
Name = Literal["nps", "csat", "ces"]
SCHEMA = "CREATE TABLE IF NOT EXISTS counts (metric TEXT, day TEXT, text TEXT, PRIMARY KEY (metric, day))"


class ShopAnswer(km.SurveyResponse):
    """An answer with the shop in which it was given; the form calls the field shopId."""

    shop: Annotated[str, Field(alias="shopId", min_length=1, description="The shop.")]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Load what a figure needs before the first request, and keep a further process for what takes long."""
    app.state.warm = km.nps([0, 10]).low
    with closing(database_at(path())) as connection:
        connection.execute(SCHEMA)
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as app.state.pool:
        yield


app = FastAPI(title="Figures of our shops", lifespan=lifespan)


def path() -> str:
    """Return the file in which the counts are kept."""
    return os.environ.get("SHOP_DATABASE", "counts.sqlite")


def database_at(place: str) -> sqlite3.Connection:
    """Return a connection that a thread of the server may hand to another one."""
    return sqlite3.connect(place, check_same_thread=False)


def database() -> Iterator[sqlite3.Connection]:
    """Give a request its connection; what it changed is kept only if all of it went well."""
    with closing(database_at(path())) as connection, connection:
        yield connection


Database = Annotated[sqlite3.Connection, Depends(database)]


@app.exception_handler(km.errors.KundenmetrikError)
def refuse(_: Request, error: Exception) -> JSONResponse:
    """Answer what the library refuses: codes, columns and rows, never what a customer wrote."""
    told = error.to_dict() if isinstance(error, km.errors.KundenmetrikError) else {"code": "error"}
    return JSONResponse(told, status_code=422)


@app.post("/answers")
def take_answers(answers: list[ShopAnswer], connection: Database) -> dict[str, int]:
    """Count answers by shop and day; the answers themselves are not kept."""
    return keep(answers, connection)


@app.post("/upload")
def take_file(
    content: Annotated[bytes, Body(media_type="text/csv")], connection: Database, name: str = "upload.csv"
) -> dict[str, int]:
    """Count the answers of a CSV file as the shops export it: semicolons and decimal commas."""
    frame = km.read_csv(content, ShopAnswer, separator=";", decimal=",", name=name)
    return keep(km.records(frame, ShopAnswer), connection)


@app.get("/figures/{name}")
def figures(name: Name, connection: Database, first: date, last: date, confidence: float = 0.95) -> km.EstimateTable:
    """Return a figure of each shop over some days."""
    return km.measure(counts_of(name, connection, first, last), METRICS[name], confidence=confidence)


@app.get("/figures/{name}/html", response_class=HTMLResponse)
def fragment(name: Name, connection: Database, first: date, last: date) -> str:
    """Return the same as a fragment of HTML for a page of one's own."""
    return km.measure(counts_of(name, connection, first, last), METRICS[name]).to_html()


@app.get("/changes/{name}")
def change(name: Name, connection: Database, days: Annotated[list[date], Query()]) -> km.Difference:
    """Return whether a figure changed between two spans of days, given as four dates."""
    if len(days) != 4:
        raise HTTPException(422, "Give days= four times: the first and the last of the newer span, then of the older.")
    spans = (counts_of(name, connection, *span) for span in ((days[0], days[1]), (days[2], days[3])))
    after, before = (km.measure(counts.margin(), METRICS[name]).overall() for counts in spans)
    return km.compare(after, before)


@app.post("/bootstrap")
def bootstrap(scores: list[float | None], request: Request) -> km.Estimate:
    """Return the NPS of plain answers with a bootstrap interval, computed in another process."""
    pool: ProcessPoolExecutor = request.app.state.pool
    return pool.submit(km.nps, scores, method="bootstrap").result()


def keep(answers: Sequence[ShopAnswer], connection: sqlite3.Connection) -> dict[str, int]:
    """Add answers to the counts of their day, and return how many there were of each question."""
    taken = Counter(answer.question for answer in answers)
    for name in taken.keys() - METRICS.keys():
        raise km.errors.UnknownName("question", name, METRICS)
    if not taken:
        return {}
    metrics = [METRICS[name] for name in taken]
    table = km.measure(
        km.to_frame(answers), metrics, by="shop", period="day", date="answered_at", time_zone=ZONE
    )  # all faults at once, before anything is kept
    days = {key[1] for key in table.groups.keys}
    connection.execute("BEGIN IMMEDIATE")
    for name in taken:
        counts = table.metric(METRICS[name].label).counts
        for day in days:
            here = counts.subset(key for key in table.groups.keys if key[1] == day)
            if here.rows.any() or here.excluded:
                add(name, day or "", here.margin("shop"), connection)
    return dict(taken)


def add(name: str, day: str, counts: km.Counts, connection: sqlite3.Connection) -> None:
    """Add counts to those of a day; answers without a time are kept under no day."""
    for (text,) in connection.execute("SELECT text FROM counts WHERE metric = ? AND day = ?", (name, day)):
        counts += km.Counts.from_json(text, METRICS[name])
    connection.execute("INSERT OR REPLACE INTO counts VALUES (?, ?, ?)", (name, day, counts.to_json()))


def counts_of(name: str, connection: sqlite3.Connection, first: date, last: date) -> km.Counts:
    """Return the counts of some days by shop, both ends included."""
    kept = connection.execute(
        "SELECT text FROM counts WHERE metric = ? AND day BETWEEN ? AND ?", (name, first.isoformat(), last.isoformat())
    )
    none = km.Counts.empty(METRICS[name].cells, ["shop"])
    return sum((km.Counts.from_json(text, METRICS[name]) for (text,) in kept), none)
