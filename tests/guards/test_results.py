"""Every result class of the library, found by introspection: one way to print, to escape, to store and to read back."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import clv, complaints, datasets, kano, monitoring, retention, segments
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import InvalidArgument

UNTIL = "2025-12-31"
EVIL = "<script>alert(1)</script>"
RATES = ([5, 9, 30, 12], [100, 120, 150, 130])
GROUPS = [EVIL, "b & c", "d", "a rather long name of a segment, longer than a cell"]
ANSWERS = pd.DataFrame({"shop": [EVIL, EVIL, "B", "B", None], "nps": [10, 3, 9, None, 8], "csat": [5, 1, 4, 4, 2]})


@cache
def shop() -> datasets.Webshop:
    return datasets.webshop(n_customers=300, seed=2026)


@cache
def base() -> clv.Purchases:
    return clv.purchases(shop().interactions, observed_until=UNTIL, unit="week", refunds="drop")


@cache
def fit() -> Any:
    return clv.ModifiedBetaGeo().fit(base())


@cache
def spend() -> Any:
    return clv.GammaGamma().fit(base(), invalid="exclude")


@cache
def parts() -> clv.Split:
    return clv.split(shop().interactions, at="2025-06-30", observed_until=UNTIL, unit="week", refunds="drop")


@cache
def tenures() -> Any:
    people = shop().customers.assign(segment=shop().customers["segment"].replace("Privat", EVIL))
    return retention.tenures(people, observed_until=UNTIL, unit="month", by="segment")


def tenure_losses() -> Any:
    return retention.Renewals.from_survivors([1000, 869, 743, 653, 593, 551, 517, 491], unit="year")


def table(**options: Any) -> km.EstimateTable:
    return km.measure(ANSWERS, [km.NPS("nps"), km.CSAT("csat")], by="shop", **options)


EXAMPLES: dict[str, Callable[[], Any]] = {
    "AgeTable": lambda: complaints.tgw_by_age(shop().interactions, observed_until=UNTIL),
    "CohortTable": lambda: retention.cohorts(shop().interactions, period="quarter", observed_until=UNTIL),
    "ContractValue": lambda: clv.contract_value(10, 0.8, 0.1, unit="month"),
    "ContractFit": lambda: retention.ShiftedBetaGeo().fit(tenure_losses()),
    "ControlChart": lambda: monitoring.control_chart(*RATES, period=GROUPS),
    "Counts": lambda: km.measure(ANSWERS, km.NPS("nps"), by="shop").counts,
    "Difference": lambda: km.compare(km.nps([10, 9, 3]), km.nps([1, None])),
    "DifferenceTable": lambda: table().compare(),
    "DispersedRate": lambda: complaints.dispersed_rate(*RATES),
    "DispersedRates": lambda: complaints.dispersed_rates(
        km.measure(shop().interactions, km.TGW(), by="product", period="quarter", date="occurred_at")
    ),
    "EarlyWarning": lambda: monitoring.cusum(*RATES, period=GROUPS, threshold=3),
    "Estimate": lambda: km.Estimate(metric=EVIL, value=1.0, n=1, unit="a & b", method="<b>", notes=("empty",)),
    "EstimateTable": table,
    "Evaluation": lambda: clv.evaluate(clv.ModifiedBetaGeo().fit(parts().calibration), parts()),
    "Funnel": lambda: segments.funnel(*RATES, by=GROUPS),
    "HistoricValue": lambda: clv.historic_value(base()),
    "Holdout": lambda: parts().holdout,
    "InactivityCurve": lambda: retention.inactivity(shop().interactions, observed_until=UNTIL),
    "KanoTable": lambda: kano.classify(shop().kano.assign(feature=shop().kano["feature"].replace("Lampe", EVIL))),
    "LagMatched": lambda: complaints.lag_matched(*RATES, lags=[1]),
    "Ledger": lambda: retention.ledger(shop().customers, period="quarter", observed_until=UNTIL, by="segment"),
    "Lifetime": lambda: retention.lifetime(tenures().survival()["Familie"], horizon=12),
    "LifetimeValue": lambda: clv.lifetime_value(fit(), spend(), horizon="1 year", annual_discount=0.1),
    "LikelihoodRatio": lambda: clv.likelihood_ratio(clv.NBD().fit(base()), clv.ParetoNBD().fit(base())),
    "LogRank": lambda: tenures().logrank(),
    "LogRankPairs": lambda: retention.logrank_pairs(tenures().duration, tenures().churned, tenures().segments()),
    "Lorenz": lambda: clv.lorenz([1, 2, 3, 100]),
    "MeanCumulative": lambda: complaints.mean_cumulative([3, 4, 5], [0, 1, 2], [5, 6, 7]),
    "Nowcast": lambda: complaints.nowcast([[5, 3, 1], [4, 2, np.nan], [6, np.nan, np.nan]], sales=[10, 20, 30]),
    "Overlap": lambda: retention.overlap(["a", "b", "c"], ["a", "d"], new=["d"]),
    "Pareto": lambda: complaints.pareto([EVIL, "b", EVIL, None], rng=1),
    "Prediction": lambda: fit().expected_purchases(12),
    "Purchases": base,
    "RFMScores": lambda: clv.rfm(base()),
    "RankIntervals": lambda: segments.rank(*RATES, by=GROUPS),
    "RateRatio": lambda: complaints.rate_ratio(3, 1000, 0, 900),
    "RegularityTest": lambda: clv.regularity_test(shop().interactions),
    "RepeatFit": fit,
    "RevenueRetention": lambda: retention.revenue(
        [100, 100, 100, None], [100, 150, None, 80], by=[EVIL, "a", "a", "b"]
    ),
    "Scorecard": lambda: km.report.scorecard(shop().customers, shop().interactions, shop().responses),
    "SegmentComparison": lambda: segments.compare_rates(*RATES, by=GROUPS),
    "ServiceTimes": lambda: complaints.service_times(shop().interactions, observed_until=UNTIL),
    "ShrunkRates": lambda: segments.shrink(*RATES, by=GROUPS),
    "SpendFit": spend,
    "SurvivalCurve": lambda: tenures().survival(),
    "TargetTest": lambda: km.nps([10, 9, 3]).against(30, margin=10),
    "Tenures": tenures,
    "Triangle": lambda: complaints.sale_triangle(shop().interactions, observed_until=UNTIL),
    "VerifyReport": lambda: km.testing.verify("kano"),
    "Webshop": shop,
}
"""One value of each result class by its name."""

NO_RESULTS = {"Denominator", "FileFrame", "Heterogeneity", "Language", "Note", "Numerator", "Split"}
"""Classes that public functions return and that are no results: arguments of others, data that were read, words."""
PLOTTED: dict[str, Callable[[Any], Any]] = {
    "EstimateTable": lambda found: found.metric("nps"),
    "DifferenceTable": lambda found: km.measure(ANSWERS, km.NPS("nps"), by="shop").compare(),
}
"""What of an example is drawn, where a chart shows one metric."""
PAGES = {"Scorecard"}
"""Reports that are laid out as a page of their own, whatever the terminal's width."""


def result_classes() -> dict[str, type[Result]]:
    """Return all concrete result classes of the library."""
    for module in pkgutil.walk_packages(km.__path__, "kundenmetrik."):
        importlib.import_module(module.name)

    def below(kind: Any) -> Iterator[type[Result]]:
        for own in kind.__subclasses__():
            yield own
            yield from below(own)

    found = (kind for kind in below(Result) if kind.__module__.startswith("kundenmetrik."))
    live = (kind for kind in found if getattr(importlib.import_module(kind.__module__), kind.__name__, None) is kind)
    return {kind.__name__: kind for kind in live if not inspect.isabstract(kind)}


CLASSES = {name: kind for name, kind in result_classes().items() if not kind.__subclasses__()}


@cache
def example(name: str) -> Result:
    made: Result = EXAMPLES[name]()
    return made


def test_every_result_class_has_an_example_here() -> None:
    assert sorted(CLASSES) == sorted(EXAMPLES)
    for name, kind in CLASSES.items():
        assert type(example(name)) is kind


def public_functions() -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in vars(km)["__all__"]:
        thing = getattr(km, name)
        members = [(f"{name}.{own}", getattr(thing, own)) for own in getattr(thing, "__all__", ())]
        found += members if inspect.ismodule(thing) else [(name, thing)]
    return [(name, thing) for name, thing in found if inspect.isfunction(thing)]


def test_what_public_functions_return_is_a_result() -> None:
    for name, function in public_functions():
        said = inspect.signature(function).return_annotation
        kind = said if inspect.isclass(said) else function.__globals__.get(str(said))
        if inspect.isclass(kind) and kind.__module__.startswith("kundenmetrik."):
            assert issubclass(kind, Result) or kind.__name__ in NO_RESULTS, f"{name} returns a {kind.__name__}"


def test_no_class_prints_a_table_of_its_own() -> None:
    for name, kind in CLASSES.items():
        own = {attribute for attribute in ("__repr__", "_repr_html_") if attribute in vars(kind)}
        assert not own or name in PAGES, f"{name} has its own {own}"


ANSWERED = {"customer_id": [1, 1, 2, 2], "feature": list("abab"), "functional": [1, 2, 1, 1], "dysfunctional": [5] * 4}
FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    "check": lambda: km.check(shop().customers, km.Customer),
    "clv.backtest": lambda: clv.backtest(
        shop().interactions,
        [clv.NBD()],
        origins=["2024-12-31"],
        horizon="1 year",
        observed_until=UNTIL,
        refunds="drop",
    ),
    "clv.compare": lambda: clv.compare([clv.NBD().fit(parts().calibration)], parts().holdout),
    "complaints.units_in_service": lambda: complaints.units_in_service(
        pd.to_datetime(["2025-01-01"]), period="month", observed_until="2025-03-31"
    ),
    "kano.answer_quality": lambda: kano.answer_quality(ANSWERED),
    "kano.category_shares": lambda: kano.category_shares(kano.classify(ANSWERED)),
    "kano.compare": lambda: kano.compare(kano.classify(ANSWERED), "a", "b"),
    "kano.compare_paired": lambda: kano.compare_paired(ANSWERED, "a", "b"),
    "kano.continuous": lambda: kano.continuous(kano.classify(ANSWERED)),
    "kano.homogeneity_test": lambda: kano.homogeneity_test(kano.classify({**ANSWERED, "g": [1, 1, 2, 2]}, by="g")),
    "kano.importance": lambda: kano.importance({**ANSWERED, "importance": [5, 7, 6, 6]}),
    "kano.letter_memberships": lambda: kano.letter_memberships([[1.0, 0, 0, 0, 0]], [[0, 0, 0, 0, 1.0]]),
    "kano.mode_probabilities": lambda: kano.mode_probabilities(kano.classify(ANSWERED)),
    "kano.mode_recovery": lambda: kano.mode_recovery(kano.classify(ANSWERED), n=[20]),
    "kano.penalty_reward": lambda: kano.penalty_reward(
        pd.DataFrame(np.random.default_rng(0).integers(1, 8, (60, 3)), columns=list("xyz")),
        overall="z",
        attributes=["x", "y"],
        low=2,
        high=6,
    ),
    "kano.questionnaire": lambda: kano.questionnaire(["a"]),
    "kano.rank": lambda: kano.rank(kano.classify(ANSWERED)),
    "kano.required_n": lambda: kano.required_n(kano.classify(ANSWERED), width=0.3),
    "kano.sensitivity": lambda: kano.sensitivity(kano.classify(ANSWERED)),
    "kano.top_two_test": lambda: kano.top_two_test(kano.classify(ANSWERED)),
    "survey.compare_definitions": lambda: km.survey.compare_definitions([9, 3, 10]),
    "to_frame": lambda: km.to_frame(km.records(shop().customers.head(3), km.Customer)),
}
"""One frame of each public function that returns a frame."""
COMPARED = ("value", "baseline_value", "difference")
"""The two levels of a comparison and how far they lie apart."""


def frames_of(result: Any) -> Iterator[pd.DataFrame]:
    """Every frame that a result gives without being asked anything, its rows as a dict among them."""
    yield pd.DataFrame(result.to_dict().get("rows", []))
    for name in (name for name in dir(type(result)) if not name.startswith("_")):
        with suppress(InvalidArgument):  # what one metric or one segment is asked only
            thing = getattr(result, name)
            if inspect.ismethod(thing) and name not in ("plot", "report"):
                needed = [one for one in inspect.signature(thing).parameters.values() if one.default is one.empty]
                thing = thing() if all(one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in needed) else None
            if isinstance(thing, pd.DataFrame):
                yield thing


def holds_a_difference(frame: pd.DataFrame) -> bool:
    """Whether the column ``value`` is a difference, or may be: beside a test, without both levels."""
    columns = {str(name) for name in frame.columns}
    compares = {name for name in columns if re.search("baseline|difference|^clear$|^p_adjusted$|change", name)}
    if "value" not in columns or not compares:
        return False
    if not set(COMPARED) <= columns:
        return True
    value, baseline, difference = (frame[name].to_numpy(dtype=np.float64) for name in COMPARED)
    return not np.allclose(value - baseline, difference, equal_nan=True)


def test_every_function_that_returns_a_frame_has_an_example_here() -> None:
    returned = {name for name, function in public_functions() if "DataFrame" in str(function.__annotations__["return"])}
    assert returned == set(FRAMES)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_no_column_value_of_a_result_is_a_difference(name: str) -> None:
    frames = list(frames_of(example(name)))
    assert len(frames) >= 2
    assert not any(map(holds_a_difference, frames))


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_no_column_value_of_a_frame_is_a_difference(name: str) -> None:
    frame = FRAMES[name]()
    assert len(frame)
    assert not holds_a_difference(frame)


def test_a_difference_in_the_column_value_would_be_seen() -> None:
    frame = table().compare().to_frame()
    assert not holds_a_difference(frame)
    assert holds_a_difference(frame.assign(value=frame["difference"]))
    assert holds_a_difference(frame.drop(columns="baseline_value"))
    assert holds_a_difference(frame[["metric", "value", "clear"]])


@pytest.mark.parametrize("name", sorted(set(CLASSES) - PAGES))
@pytest.mark.parametrize("width", [40, 80])
def test_it_prints_at_most_as_wide_as_the_terminal(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = repr(example(name)).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) <= example(name)._most_rows + 25
    headline = " ".join(example(name).headline.split())
    assert headline in " ".join(" ".join(lines).split())


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_it_says_its_notes_and_what_was_excluded(name: str) -> None:
    result = example(name)
    assert isinstance(result.notes, tuple)
    printed = " ".join(repr(result).split())
    assert all(code in printed for code in result.notes) or name in PAGES
    for reason, count in result.excluded.items():
        assert f"{reason} {int(np.sum(count)):,}" in printed or not np.sum(count)


class Cells(HTMLParser):
    """The cells of an HTML table with the side that their text stands on."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self._side: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "td":
            self._side = "right" if "right" in (dict(attrs).get("style") or "") else "left"

    def handle_data(self, data: str) -> None:
        if self._side is not None:
            self.cells.append((self._side, data))
            self._side = None


NUMBER = re.compile(r"^[-+]?[\d,]*\.?\d+$")


@pytest.mark.parametrize("name", sorted(set(CLASSES) - PAGES))
def test_html_escapes_and_sets_numbers_to_the_right(name: str) -> None:
    html = example(name)._repr_html_()
    assert "<script" not in html
    read = Cells()
    read.feed(html)
    assert read.tags <= {"p", "table", "thead", "tbody", "tr", "th", "td"}
    columns = [str(column) for column in example(name).to_frame().columns]
    assert columns
    numbers = [side for side, text in read.cells if NUMBER.match(text) and "," not in text.strip(",")]
    assert numbers.count("right") >= 0.8 * len(numbers), "numbers stand on the right"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_its_dict_is_json(name: str) -> None:
    made = example(name).to_dict()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    for row in made.get("rows", [made]):
        for key in ("n", "complaints", "sales", "excluded", "frequency"):
            if isinstance(row.get(key), float):
                assert not row[key].is_integer(), f"{key} is a whole number"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_json_gives_the_same_result_back(name: str) -> None:
    result = example(name)
    again = type(result).from_json(result.to_json())
    assert type(again) is type(result)
    pd.testing.assert_frame_equal(again.to_frame(), result.to_frame())
    assert again.headline == result.headline
    assert (again.notes, repr(again)) == (result.notes, repr(result))
    json.loads(result.to_json(), parse_constant=pytest.fail)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_other_texts_are_refused(name: str) -> None:
    for text in ("{}", "[]", "null", '{"version": 1, "value": 3}'):
        with pytest.raises((InvalidArgument, KeyError, TypeError)):
            CLASSES[name].from_json(text)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_chart_is_named_where_there_is_one(name: str) -> None:
    result, chart = example(name), CLASSES[name]._chart
    if not chart:
        with pytest.raises(InvalidArgument, match="must be one that a chart is made for; there is none for"):
            result.plot()
    elif name in PLOTTED:
        assert PLOTTED[name](result).plot().get_figure() is not None
    else:
        assert result.plot().get_figure() is not None
