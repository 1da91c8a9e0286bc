"""Errors for machines: a code, plain values, and a way through pickle, copy and pools of processes."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import (
    Fault,
    FitRefused,
    InvalidArgument,
    InvalidData,
    InvalidType,
    KundenmetrikError,
    UnknownName,
)
from kundenmetrik.message_text import short_repr

SECRET = "anna@mail.de"


def subclasses(kind: type) -> set[type]:
    return {kind, *(deeper for below in kind.__subclasses__() for deeper in subclasses(below))}  # type: ignore[var-annotated]


def bought_once() -> km.clv.Purchases:
    return km.clv.Purchases.from_summary(np.zeros(50), np.zeros(50), np.full(50, 10.0), unit="week")


def wrong_times() -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [1, None], "acquired_at": [datetime(2025, 1, 1), None]})


RAISED: dict[str, Callable[[], object]] = {
    "argument": lambda: km.nps([1], confidence=95),
    "type": lambda: km.nps([1], scale="0..10"),
    "name": lambda: km.measure({"score": [1], SECRET: [2]}, km.NPS("scroe")),
    "data": lambda: km.nps([11, -1, 7.5]),
    "frame": lambda: km.check(wrong_times(), km.Customer),
    "fit": lambda: km.clv.BetaGeo().fit(bought_once()),
}


def caught(name: str) -> KundenmetrikError:
    with pytest.raises(KundenmetrikError) as found:
        RAISED[name]()
    return found.value


def refuse(name: str) -> object:
    return RAISED[name]()


def known(error: KundenmetrikError) -> dict[str, object]:
    return {name: repr(value) for name, value in vars(error).items()}


def test_every_kind_of_error_is_tried() -> None:
    library = {kind for kind in subclasses(KundenmetrikError) if kind.__module__.startswith("kundenmetrik")}
    assert library - {type(caught(name)) for name in RAISED} <= {KundenmetrikError}


def test_every_kind_of_error_has_a_code_of_its_own() -> None:
    library = [kind for kind in subclasses(KundenmetrikError) if kind.__module__.startswith("kundenmetrik")]
    assert len({kind.code for kind in library}) == len(library)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", RAISED)
@pytest.mark.parametrize("way", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy], ids="pcd")
def test_an_error_is_the_same_after_pickle_and_copy(name: str, way: Callable[[Any], Any]) -> None:
    error = caught(name)
    again = way(error)
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert known(again) == known(error)
    assert again.to_dict(values=True) == error.to_dict(values=True)


def test_a_value_that_cannot_be_pickled_leaves_its_text() -> None:
    error = InvalidArgument("rng", "be a seed", lambda: None)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.value == short_repr(error.value)


def test_an_error_of_a_worker_reaches_the_caller() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        for name in ("argument", "data", "fit"):
            with pytest.raises(type(caught(name))) as found:
                pool.submit(refuse, name).result(timeout=120)
            assert str(found.value) == str(caught(name))
    with context.Pool(1) as workers, pytest.raises(InvalidData, match="scores must be"):
        workers.apply_async(refuse, ("data",)).get(timeout=120)


@pytest.mark.parametrize("name", RAISED)
@pytest.mark.parametrize("values", [True, False])
def test_what_an_error_tells_goes_into_json(name: str, values: bool) -> None:
    told = caught(name).to_dict(values=values)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["code"] == type(caught(name)).code
    assert ("message" in told) == values


@pytest.mark.parametrize(
    "error",
    [
        InvalidArgument("name", "be short", SECRET, "Write less."),
        InvalidType("name", "be text", [SECRET]),
        UnknownName("column", SECRET, [f"{SECRET} 2"]),
        InvalidData([Fault(column="comment", rule="be short", count=1, of=1, rows=(0,), values=(SECRET,))]),
    ],
)
def test_values_are_told_only_when_asked_for(error: KundenmetrikError) -> None:
    assert SECRET not in json.dumps(error.to_dict())
    assert SECRET in json.dumps(error.to_dict(values=True))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (pd.NaT, None),
        (np.datetime64("NaT", "us"), None),
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (True, True),
        (2**60, str(2**60)),
        (pd.Timestamp("2025-01-01 10:00", tz="UTC"), "2025-01-01T10:00:00+00:00"),
        (np.datetime64("2025-01-01T10:00", "us"), "2025-01-01T10:00:00"),
        (b"x", "b'x'"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_values_are_plain(value: object, told: object) -> None:
    fault = Fault(column="x", rule="be right", count=1, of=1, rows=(np.int64(4),), values=(value,))
    assert fault.to_dict(values=True)["values"] == [told]
    assert fault.to_dict()["rows"] == [4]


def test_a_fault_of_a_file_names_the_file_apart_from_the_column(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("response_id,question,score\n1,nps,9\n2,nps,x\n", encoding="utf-8")
    with pytest.raises(InvalidData, match=r"answers\.csv: score must be") as found:
        km.read_csv(path, km.SurveyResponse)
    told = found.value.to_dict()["faults"]
    assert isinstance(told, list)
    assert [(one["file"], one["column"], one["lines"]) for one in told] == [("answers.csv", "score", [3])]


def test_a_refused_fit_says_which_model_and_why() -> None:
    error = caught("fit")
    assert isinstance(error, FitRefused)
    assert error.to_dict() == {
        "code": "fit_refused",
        "model": error.model,
        "reason": error.reason,
        "remedy": error.remedy,
    }
