"""Published survey figures through the doors that people open: answers in, the printed digits out."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.survey.definitions import definition

SHIPPED = files("kundenmetrik.testing").joinpath("published")
SURVEY, SHARES = (
    tomllib.loads(SHIPPED.joinpath(f"{name}.toml").read_text("utf-8")) for name in ("survey", "retention")
)
INTERVALS = [row for row in SURVEY["score_interval"] if len(row["counts"]) == 3 and "values" not in row]
CASES = [(row, method) for row in INTERVALS for method in ("score", "wald", "adjusted_wald") if method in row]


def assert_prints(value: float, printed: str) -> None:
    half = 0.5 * 10.0 ** int(Decimal(printed).as_tuple().exponent)
    assert abs(value - float(printed)) <= half + 1e-12


def ratings(detractors: int, passives: int, promoters: int) -> list[int]:
    """Return answers from 0 to 10 in every cell of each class."""
    pools = (range(7), range(7, 9), range(9, 11))
    sizes = (detractors, passives, promoters)
    return [pool[place % len(pool)] for pool, size in zip(pools, sizes, strict=True) for place in range(size)]


@pytest.mark.parametrize(("row", "method"), CASES, ids=lambda item: item if isinstance(item, str) else item["source"])
def test_intervals_of_nps(row: dict[str, Any], method: str) -> None:
    answers = ratings(*row["counts"])
    level = row.get("confidence", 0.95)
    alone = km.nps(answers, method=method, confidence=level)
    table = km.measure({"shop": "A", "nps": answers}, km.NPS("nps", method=method), by="shop", confidence=level)
    for estimate in (alone, table["A"], table.overall()):
        for limit, printed in zip((estimate.low, estimate.high), row[method], strict=True):
            assert_prints(limit / 100, printed)


@pytest.mark.parametrize(
    ("counts", "score", "variance"),
    [((1, 2, 3), "0.3333", "0.5556"), ((1, 0, 1), "0", "1"), ((0, 1, 1), "0.5", "0.25"), ((1, 1, 1), "0", "0.6667")],
)
def test_scores_and_variances_of_the_r_package_nps(counts: tuple[int, int, int], score: str, variance: str) -> None:
    """R package NPS (brendan-r), tests/testthat/test_01_basics.R: the variance from the half-width of Wald."""
    estimate = km.nps(ratings(*counts), method="wald", confidence=0.5)
    assert_prints(estimate.value / 100, score)
    halves = (estimate.high - estimate.low) / 200 / 0.6744897501960817
    if estimate.low > -100 and estimate.high < 100:
        assert_prints(halves**2 * sum(counts), variance)


def test_ratings_of_the_r_package_nps() -> None:
    """R package NPS (brendan-r): ratings 0, 7, 7, 9, 9, 9, and 1 to 15 with the cuts 0, 6, 8, 15."""
    assert_prints(km.nps([0, 7, 7, 9, 9, 9]).value / 100, "0.3333")
    wide = km.NetScore(scale=km.Scale(1, 15), top=tuple(range(9, 16)), bottom=tuple(range(1, 7)))
    assert_prints(km.measure({"score": range(1, 16)}, wide)[()].value / 100, "0.06667")


def test_the_dispute_about_the_denominator() -> None:
    """CDCgov/prime-reportstream issue 5281: 18 / 11 / 2 of 32 people, one without an answer."""
    estimate = km.nps([*ratings(2, 11, 18), None])
    assert_prints(estimate.value, "51.61")
    assert (estimate.n, dict(estimate.excluded)) == (31, {"missing": 1})


VENDORS = [
    ("Delighted, CSAT of 42/32/10/9/14 answers 5 to 1", "csat", {5: 42, 4: 32, 3: 10, 2: 9, 1: 14}, "69.1589"),
    ("Delighted prints it as a whole number", "csat", {5: 42, 4: 32, 3: 10, 2: 9, 1: 14}, "69"),
    ("CYS, CES from 1 to 7", "ces", dict(zip(range(1, 8), (80, 210, 140, 110, 160, 180, 120), strict=True)), "4.08"),
    (
        "CYS, 6-7 less 1-3",
        "ces.net_easy",
        dict(zip(range(1, 8), (80, 210, 140, 110, 160, 180, 120), strict=True)),
        "-13.0",
    ),
    ("Simplesat, 7 positive, 1 neutral, 2 negative", "csat.simplesat_3", {3: 7, 2: 1, 1: 2}, "70"),
    ("ServiceRocket, 3 promoters, 1 passive, 1 detractor of five steps", "nps.5_strict", {5: 3, 4: 1, 3: 1}, "40"),
]


@pytest.mark.parametrize(("source", "name", "histogram", "printed"), VENDORS, ids=[row[0] for row in VENDORS])
def test_examples_of_vendors(source: str, name: str, histogram: dict[int, int], printed: str) -> None:
    answers = [step for step, count in histogram.items() for _ in range(count)]
    metric = definition(name)
    counted = {"score": list(histogram), "people": list(histogram.values())}
    for estimate in (
        km.measure({"score": answers}, metric).overall(),
        km.measure(counted, metric, count="people").overall(),
        *([km.csat(answers)] if name == "csat" else [km.ces(answers)] if name == "ces" else []),
    ):
        assert_prints(estimate.value, printed)
        assert estimate.n == len(answers)


def test_sentiment_of_closealert() -> None:
    """CloseAlert: 49 positive and 4 negative on -10 to 10 make 8.4906, shown as 8.5."""
    mood = km.MeanScore(scale=km.Scale(-10, 10), name="sentiment")
    estimate = km.measure({"score": [10] * 49 + [-10] * 4}, mood).overall()
    assert_prints(estimate.value, "8.4906")
    assert_prints(estimate.value, "8.5")


@pytest.mark.parametrize(
    "row", SHARES["share"], ids=[f"{row['source']} {row['successes']}/{row['n']}" for row in SHARES["share"]]
)
def test_wilson_intervals_of_csat(row: dict[str, Any]) -> None:
    satisfied, n = row["successes"], row["n"]
    estimate = km.csat(np.repeat([5, 1], [satisfied, n - satisfied]))
    for limit, printed in zip((estimate.low, estimate.high), row["wilson"], strict=True):
        assert abs(limit / 100 - float(printed)) <= 0.5 * 10.0 ** int(Decimal(printed).as_tuple().exponent) + 1e-12


def test_weights_of_strata() -> None:
    """The weights of two strata of the api data of the R package survey; the score and the base of Kish by hand."""
    strata = pd.DataFrame({"nps": [10, 8, 0, 10, 0, 8], "people": [10, 20, 20, 6, 9, 5], "w": [44.21] * 3 + [15.1] * 3})
    rows = strata.loc[strata.index.repeat(strata["people"])]
    worth = rows["nps"].map({10: 100.0, 8: 0.0, 0: -100.0})
    by_hand = (rows["w"] * worth).sum() / rows["w"].sum()
    kish = rows["w"].sum() ** 2 / (rows["w"] ** 2).sum()
    for estimate in (
        km.nps(rows["nps"], weight=rows["w"]),
        km.measure(strata, km.NPS("nps"), weight="w", count="people").overall(),
    ):
        assert estimate.value == pytest.approx(by_hand, rel=1e-12)
        assert (estimate.n, estimate.n_raw) == (pytest.approx(kish, rel=1e-12), 70)


def test_waves_of_fleiss() -> None:
    """Fleiss, Levin and Paik 2003: NPS 20 before and 50 after, as two independent samples of 100."""
    before, after = (km.nps(ratings(*counts)) for counts in ((20, 40, 40), (10, 30, 60)))
    assert (before.value, after.value) == (20.0, 50.0)
    change = km.compare(after, before)
    assert change.value == 30.0
    assert change.low < 30.0 - 1.959964 * 7.8102  # in pairs the error was 7.8102 points; apart it is larger
