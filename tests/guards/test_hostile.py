"""The contract of every door: junk is refused in the library's words, inputs stay as they are, results are values."""

from __future__ import annotations

import copy
import json
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.core.spelling import one_spelling
from kundenmetrik.errors import KundenmetrikError


class Nasty:
    """An object that refuses whatever it is asked."""

    def __bool__(self) -> bool:
        raise RuntimeError("no truth")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = None  # type: ignore[assignment]


JUNK: dict[str, Any] = {
    "None": None,
    "object": object(),
    "nasty": Nasty(),
    "type": int,
    "function": len,
    "text": "junk",
    "empty text": "",
    "NUL": "\x00",
    "surrogate": "\ud800",
    "bytes": b"junk",
    "True": True,
    "numpy bool": np.bool_(True),
    "nan": math.nan,
    "inf": math.inf,
    "-1": -1,
    "huge": 10**400,
    "fraction": Fraction(1, 3),
    "decimal": Decimal("0.5"),
    "complex": 1j,
    "date": date(2026, 1, 1),
    "NA": pd.NA,
    "NaT": pd.NaT,
    "list": ["junk"],
    "nested": [[1], [2]],
    "mixed": [1, "a", None],
    "dict": {"junk": 1},
    "set": {1},
    "generator": (i for i in range(3)),
    "0-d": np.array(1.0),
    "2-d": np.zeros((2, 2)),
    "structured": np.zeros(2, dtype=[("a", int)]),
    "frame": pd.DataFrame({"junk": [1]}),
    "series": pd.Series(["junk"]),
    "slice": slice(None),
}


@dataclass(frozen=True)
class Door:
    """A function and arguments it takes."""

    call: Callable[..., Any]
    arguments: dict[str, Any]

    def open(self, **changed: Any) -> Any:
        return self.call(**{**self.arguments, **changed})


ANSWERS = [10, 9, 8, 3, None, 7]
FRAME = pd.DataFrame(
    {
        "shop": list("AABBBC"),
        "day": pd.to_datetime(["2026-01-05"] * 3 + ["2026-02-05"] * 3),
        "nps": [10, 9, 8, 3, np.nan, 7],
        "w": [1.0, 2, 1, 1, 0.5, 1],
        "k": [1, 2, 3, 1, 1, 1],
        "person": list("xxyyzz"),
    }
)
SURVEY = {"weight": [1.0] * 6, "confidence": 0.9, "scale": km.Scale(0, 10), "method": "score", "invalid": "raise"}
TABLE = km.measure(FRAME, km.NPS("nps"), by="shop", period="month", date="day")
SHOP = km.datasets.webshop(n_customers=30, seed=1)
DOORS: dict[str, Door] = {
    "nps": Door(km.nps, {"scores": ANSWERS, **SURVEY}),
    "csat": Door(km.csat, {"scores": [5, 4, None, 1, 2, 3], **SURVEY, "scale": km.Scale(1, 5), "satisfied": [4, 5]}),
    "ces": Door(km.ces, {"scores": [7, 6, None, 1, 2, 3], **SURVEY, "scale": km.Scale(1, 7)}),
    "tgw": Door(km.tgw, {"complaints": 3, "sales": 100, "per": 1000, "confidence": 0.9, "method": "garwood"}),
    "retention_rate": Door(
        km.retention_rate, {"start": 100, "end": 90, "new": 5, "confidence": 0.9, "method": "wilson"}
    ),
    "churn_rate": Door(km.churn_rate, {"start": 100, "end": 90, "new": 5, "confidence": 0.9, "method": "wilson"}),
    "compare": Door(km.compare, {"after": km.nps(ANSWERS), "before": km.nps([3, 4]), "confidence": 0.9}),
    "measure": Door(
        km.measure,
        {
            "data": FRAME,
            "metrics": km.NPS("nps"),
            "by": "shop",
            "period": "month",
            "date": "day",
            "weight": "w",
            "confidence": 0.9,
            "min_n": 1,
            "invalid": "raise",
        },
    ),
    "measure counted": Door(km.measure, {"data": FRAME, "metrics": [km.NPS("nps")], "count": "k", "min_n": 0}),
    "measure clustered": Door(km.measure, {"data": FRAME, "metrics": km.NPS("nps"), "cluster": "person"}),
    "rolling": Door(km.rolling, {"table": TABLE, "periods": 2}),
    "cumulative": Door(km.cumulative, {"table": TABLE}),
    "Scale": Door(
        km.Scale, {"low": 1, "high": 5, "higher_is_better": True, "labels": list("abcde"), "missing_codes": (9,)}
    ),
    "NPS": Door(
        km.NPS, {"column": "nps", "scale": km.Scale(0, 10), "method": "score", "top": (9, 10), "bottom": (0, 1)}
    ),
    "CSAT": Door(km.CSAT, {"column": "csat", "scale": km.Scale(1, 5), "method": "score", "satisfied": (5,)}),
    "MeanScore": Door(km.MeanScore, {"column": "x", "scale": km.Scale(1, 5), "method": "score"}),
    "TGW": Door(km.TGW, {"complaints": "k", "sales": "w", "per": 1000, "method": "garwood"}),
    "webshop": Door(km.datasets.webshop, {"n_customers": 3, "seed": 1}),
    "scorecard": Door(
        km.report.scorecard,
        {
            "customers": SHOP.customers,
            "interactions": SHOP.interactions,
            "responses": SHOP.responses,
            "by": "segment",
            "period": "month",
            "language": "en",
            "confidence": 0.9,
            "min_n": 0,
        },
    ),
}
ARGUMENTS = [(name, argument) for name, door in DOORS.items() for argument in door.arguments]


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS, ids=[f"{name}({argument}=)" for name, argument in ARGUMENTS])
def test_junk_is_taken_or_refused_in_the_library_s_words(name: str, argument: str) -> None:
    told: dict[str, KundenmetrikError] = {}
    for label, junk in JUNK.items():
        try:
            DOORS[name].open(**{argument: junk})
        except KundenmetrikError as error:
            told[label] = error
        except Exception as foreign:  # noqa: BLE001
            pytest.fail(f"{name}({argument}={label}) raises {type(foreign).__name__}: {foreign}")

    assert told
    assert all(isinstance(error, (TypeError, ValueError)) and len(str(error)) < 2000 for error in told.values())


NAMED = {
    "scores",
    "confidence",
    "scale",
    "method",
    "weight",
    "min_n",
    "per",
    "start",
    "complaints",
    "after",
    "before",
    "by",
}


@pytest.mark.parametrize(
    ("name", "argument"), [pair for pair in ARGUMENTS if pair[1] in NAMED and pair[0] not in ("TGW", "scorecard")]
)
def test_the_message_names_the_argument(name: str, argument: str) -> None:
    for junk in (object(), 1j, {"junk": 1}, np.zeros((2, 2))):
        with pytest.raises(KundenmetrikError, match=rf"\b{argument}\b"):
            DOORS[name].open(**{argument: junk})


@pytest.mark.parametrize("name", DOORS)
def test_a_good_call_leaves_its_arguments_alone(name: str) -> None:
    door = DOORS[name]
    before = copy.deepcopy(door.arguments)
    random = np.random.get_state()[1].copy()
    door.open()
    assert np.array_equal(random, np.random.get_state()[1])
    for argument, value in door.arguments.items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(value, before[argument])
        elif not isinstance(value, km.EstimateTable):
            assert value == before[argument]


ESTIMATES = {name: DOORS[name].open() for name in ("nps", "csat", "ces", "tgw", "retention_rate", "churn_rate")}
ESTIMATES |= {"undefined": km.nps([]), "no exposure": km.tgw(1, 0), "of a table": TABLE["A", "2026-01"]}
ESTIMATES |= {"hidden": km.measure(FRAME, km.NPS("nps"), by="shop", min_n=3)["C"]}


@pytest.mark.parametrize("name", ESTIMATES)
def test_an_estimate_is_a_value_that_goes_to_json_and_back(name: str) -> None:
    estimate = ESTIMATES[name]
    for again in (pickle.loads(pickle.dumps(estimate)), copy.deepcopy(estimate), copy.copy(estimate)):
        assert again == estimate
        assert again.at(confidence=0.5) == estimate.at(confidence=0.5)
    assert km.Estimate.from_json(estimate.to_json()) == estimate
    json.loads(estimate.to_json(), parse_constant=pytest.fail)
    for field in ("value", "low", "n", "notes", "other"):
        with pytest.raises(AttributeError):
            setattr(estimate, field, 1)
    assert "\n" not in estimate.headline
    assert repr(estimate).startswith(estimate.headline.split(" (")[0])
    assert estimate._repr_html_().startswith("<p>")


HTML = st.text(st.characters(codec="utf-8"), max_size=20) | st.just("<script>alert('&')</script>")


@settings(max_examples=25)
@given(st.lists(HTML, min_size=2, max_size=4, unique_by=one_spelling))
def test_no_word_of_the_data_is_markup(keys: list[str]) -> None:
    table = km.measure({"shop": keys, "nps": [10] * len(keys)}, km.NPS("nps", name="<b>"), by="shop")
    for shown in (table, table.compare(), table[keys[0]], km.compare(table[keys[0]], table[keys[1]])):
        html = shown._repr_html_()
        assert "<script" not in html
        assert "<b>" not in html
        assert repr(shown)
    assert table.to_frame()["shop"].tolist() == sorted(map(one_spelling, keys))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 10)), min_size=1, max_size=30), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows: list[tuple[str, int]], random: Any) -> None:
    other = list(rows)
    random.shuffle(other)
    one, two = (
        km.measure(pd.DataFrame(each, columns=["shop", "nps"]), km.NPS("nps"), by="shop") for each in (rows, other)
    )
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame(), check_exact=True)


PROGRAM = """
import kundenmetrik as km
shop = km.datasets.webshop(n_customers=60, seed=1)
answers = shop.responses.merge(shop.customers, on="customer_id")
table = km.measure(answers, [km.NPS(), km.CSAT()], by=["segment", "persona"], period="quarter", date="answered_at")
print(table.to_frame().to_csv(), table.compare().to_frame().to_csv(), km.rolling(table, 2).to_frame().to_csv())
print(table.metric("nps").counts.to_json(), table.overall("csat").to_json())
print(km.nps([10, 9, 3], method="bootstrap"))
"""


def test_the_same_bytes_for_every_hash_seed_and_without_asserts() -> None:
    outputs = set()
    for seed, flags in (("0", ()), ("1", ("-W", "error")), ("7", ("-O",))):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, *flags, "-c", PROGRAM], capture_output=True, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 5000


def test_nothing_depends_on_the_settings_of_numpy_and_pandas() -> None:
    expected = DOORS["measure"].open().to_frame()
    with np.errstate(all="raise"), pd.option_context("display.precision", 1, "display.max_rows", 1):
        pd.testing.assert_frame_equal(DOORS["measure"].open().to_frame(), expected)
        for name in ("nps", "csat", "ces", "tgw", "retention_rate", "compare", "rolling"):
            repr(DOORS[name].open())
        repr(km.nps([]).low)
        repr(km.tgw(0, 0).low)
