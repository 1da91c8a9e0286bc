"""Old public names: each row of the changelog's table of old and new names is an error that says the new one."""

from __future__ import annotations

import importlib
import inspect
import pickle
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import clv, complaints, kano, report, retention, segments
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.result import Result
from kundenmetrik.renamed import ATTRIBUTES, CODES, METHODS, REMOVED, RENAMED, FormerAttributes

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
DATED: tuple[Any, ...] = (
    clv.purchases,
    clv.regularity,
    clv.regularity_test,
    clv.spend_trend,
    clv.backtest,
    clv.split,
)
COUNTED: tuple[Any, ...] = (segments.compare_rates, segments.rank, segments.funnel, segments.shrink)
LOGGED: tuple[Any, ...] = (retention.cohorts, retention.ledger, retention.inactivity, retention.repeat_purchase_rate)
SEVERE: tuple[Any, ...] = (complaints.severity_rate, complaints.weighted_limits, complaints.numerator)
OLD_RFM: Any = clv.rfm
LOG = pd.DataFrame(
    {"customer_id": [1, 1, 2], "occurred_at": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-05"])}
)


@cache
def shop_fit(model: Any) -> Any:
    shop = km.datasets.webshop(n_customers=300, seed=2026)
    return model.fit(clv.purchases(shop.interactions, observed_until="2025-12-31", refunds="drop"))


OWNERS = {
    **{old.partition(".")[0]: [old.partition(".")[0]] for old in ATTRIBUTES},
    "fit": ["FitRecord", "ContractFit", "RepeatFit"],
    "NPS": ["Metric"],
}
"""The classes whose values stand for what the changelog writes before an old attribute."""
SAME_WORD = {
    "column `value` of a comparison": "a column of that name is still there, with the level",
    "`EstimateTable.to_json()` as a list of rows": "the method is still there, and is read back by from_json",
}
"""Rows whose old word still means something, so that no error can tell."""
BY_HAND: dict[str, list[tuple[Callable[[], Any], str]]] = {
    "fault codes `finite`, `whole`, `duplicated`, `time` (of triangles)": [
        (partial(km.notes.text, old), f"It is '{CODES[old]}' now") for old in ("finite", "whole", "duplicated")
    ],
    "notes `few_complaints`, `not_yet_observable`": [
        (partial(km.notes.note, old), f"It is '{CODES[old]}' now") for old in ("few_complaints", "not_yet_observable")
    ],
    "`clv.likelihood_ratio(larger, smaller)`": [
        (lambda: clv.likelihood_ratio(shop_fit(clv.ParetoNBD()), shop_fit(clv.NBD())), "smaller"),
    ],
    "`datasets.webshop()`": [(lambda: km.datasets.webshop(), "missing 1 required keyword-only argument: 'seed'")],  # type: ignore[call-arg]
    "`report.Section(words=)`": [(lambda: report.Section(words=1), "it is 'text_columns' now")],  # type: ignore[call-arg]
    "`clv.purchases`, `split`, `backtest`, `spend_trend`, `regularity`, `regularity_test` with `time=`": [
        (partial(door, LOG, time="t"), "it is 'date' now") for door in DATED
    ],
    "`segments.compare_rates`, `rank`, `funnel`, `shrink` with `segment=`": [
        (partial(door, [1, 2], [3, 4], segment=["a", "b"]), "it is 'by' now") for door in COUNTED
    ],
    "`retention.cohorts`, `ledger`, `inactivity`, `repeat_purchase_rate` with `kind=`": [
        (partial(door, LOG, observed_until="2025-03-31", kind=None), "it is 'kinds' now") for door in LOGGED
    ],
    "`complaints.severity_rate`, `weighted_limits`, `numerator` with `largest=`": [
        (partial(door, [1], [1], largest=3), "it is 'largest_severity' now") for door in SEVERE
    ],
    "`clv.rfm(segments=)`": [(partial(OLD_RFM, None, segments=()), "it is 'named_segments' now")],
    "`km.CSAT(top=)`": [(lambda: km.CSAT(top=[4, 5]), "it is 'satisfied' now")],  # type: ignore[call-arg]
    "`clv.top_share(top=)`": [(lambda: clv.top_share([1, 2, 3], top=0.1), "it is 'share' now")],  # type: ignore[call-arg]
}
"""Old parameters and values by the row that names them: calls, and what their errors must say."""


@cache
def values() -> dict[str, Any]:
    """Return a value of each class that has old attributes, by the class's name."""
    table = km.measure({"nps": [9, 1], "shop": ["a", "b"]}, km.NPS("nps"), by="shop")
    answers = [{"feature": "Lamp", "functional": 1, "dysfunctional": 5}] * 3
    renewals = retention.Renewals.from_survivors([1000, 869, 743, 653, 593], unit="year")
    return {
        "CSAT": km.CSAT(),
        "CohortTable": retention.cohorts(LOG, observed_until="2025-03-31", kinds=None),
        "ContractFit": retention.ShiftedBetaGeo().fit(renewals),
        "Counts": table.counts,
        "Estimate": km.nps([9, 1]),
        "EstimateTable": table,
        "FitRecord": retention.ShiftedBetaGeo().fit(renewals),
        "KanoTable": kano.classify(answers),
        "Metric": km.NPS(),
        "RepeatFit": shop_fit(clv.NBD()),
        "Result": complaints.pareto(["late", "late", "broken"]),
        "Scale": km.Scale(1, 5),
        "Section": report.Section(title="a", header=("b",), rows=()),
        "SpendFit": shop_fit(clv.GammaGamma()),
        "SegmentComparison": segments.compare_rates([5, 9], [100, 120], by=["a", "b"]),
    }


def rows() -> list[tuple[str, str]]:
    """Return the rows of the tables of old and new names."""
    tables = [part.partition("\n\n")[0] for part in CHANGELOG.read_text(encoding="utf-8").split("| old | new |")[1:]]
    cells = [line.strip("| ").split(" | ") for table in tables for line in table.splitlines() if line.startswith("| ")]
    return [(old, new) for old, new in cells if not old.startswith("---")]


def old_names(old: str) -> list[str]:
    """Return the names that stand in backticks, each with the module or class of the first."""
    first, *others = [re.sub(r"\([^)]*\)", "", name).removeprefix("km.") for name in re.findall(r"`([^`]+)`", old)]
    home = first.rpartition(".")[0]
    return [first, *(name if name.rfind(".") > 0 else f"{home}.{name.lstrip('.')}" for name in others)]


def errors_of(old: str) -> Iterator[AttributeError]:
    """Yield the error that each old name of a row raises, from its package or from a value of its class."""
    for name in old_names(old):
        owner, _, last = name.rpartition(".")
        stands_for = [own for own in OWNERS.get(owner, ()) if f"{own}.{last}" in ATTRIBUTES]
        found = stands_for[0] if stands_for else f"kundenmetrik.{owner}"
        thing = values()[found] if found in values() else importlib.import_module(found)
        assert not hasattr(thing, last), f"{name} is still there: show in BY_HAND what the error of its old use says"
        with pytest.raises(AttributeError) as raised:
            getattr(thing, last)
        yield raised.value


@pytest.mark.parametrize(("old", "new"), [row for row in rows() if row[0] not in {*SAME_WORD, *BY_HAND}])
def test_each_old_name_of_the_changelog_is_an_error_that_says_the_new_one(old: str, new: str) -> None:
    words = set(re.findall(r"[A-Za-z_]{3,}", new)) - {"the", "same", "columns", "and"}
    for error in errors_of(old):
        assert "now" in str(error) or any(str(error).endswith(remedy) for remedy in REMOVED.values())
        assert words & set(re.findall(r"[A-Za-z_]{3,}", str(error))), f"{error} does not say {new}"


@pytest.mark.parametrize("old", sorted(BY_HAND))
def test_each_old_parameter_of_the_changelog_is_an_error_that_says_the_new_one(old: str) -> None:
    for call, new in BY_HAND[old]:
        with pytest.raises((TypeError, ValueError), match=new):
            call()


def test_the_rows_that_no_error_can_tell_are_rows() -> None:
    assert set(SAME_WORD) <= {old for old, _ in rows()}


@pytest.mark.parametrize("old", sorted(ATTRIBUTES))
def test_an_old_attribute_says_the_new_one_which_is_there(old: str) -> None:
    owner, _, name = old.partition(".")
    with pytest.raises(AttributeError, match="has no attribute") as raised:
        getattr(values()[owner], name)
    assert str(raised.value).endswith(f"it is {ATTRIBUTES[old]} now")
    new = re.sub(r"\(.*\)", "", ATTRIBUTES[old].partition(" or ")[0])
    assert hasattr(retention if new.startswith("retention.") else values()[owner], new.rpartition(".")[2])


def test_other_attributes_are_missing_as_ever() -> None:
    for value in values().values():
        with pytest.raises(AttributeError, match=r"has no attribute 'nothing'$") as raised:
            _ = value.nothing
        assert raised.value.name == "nothing"
        assert not hasattr(value, "__len_hint__")
    table = values()["EstimateTable"]
    assert "hidden" not in dir(table)
    assert pickle.loads(pickle.dumps(table)).to_frame().equals(deepcopy(table).to_frame())


def test_an_error_within_a_property_is_not_hidden() -> None:
    class Broken(FormerAttributes):
        @property
        def value(self) -> float:
            return self.gone  # type: ignore[attr-defined]

    with pytest.raises(AttributeError, match="no attribute 'gone'"):
        _ = Broken().value


def test_every_class_with_old_attributes_can_tell_them() -> None:
    kinds = {
        kind.__name__
        for value in values().values()
        for kind in type(value).__mro__
        if issubclass(kind, FormerAttributes)
    }
    assert {old.partition(".")[0] for old in ATTRIBUTES} <= kinds
    assert issubclass(Result, FormerAttributes)
    assert issubclass(Metric, FormerAttributes)


@pytest.mark.parametrize(
    ("call", "methods"),
    [
        (lambda method: km.retention_rate(100, 80, method=method), {"agresti_coull", "wald"}),
        (lambda method: km.tgw(3, 1000, method=method), {"byar", "byar_rothman", "wald"}),
        (lambda method: km.nps([9, 1], method=method), {"agresti_min", "dirichlet"}),
        (
            lambda method: complaints.rate_ratio(3, 100, 5, 100, method=method),
            {"wald", "score_log", "sqrt", "mid_p_central", "e_test_wald"},
        ),
    ],
)
def test_a_method_that_is_offered_no_more_says_where_it_is(call: Callable[[str], Any], methods: set[str]) -> None:
    for method in methods:
        with pytest.raises(km.errors.UnknownName) as raised:
            call(method)
        assert str(raised.value).endswith(METHODS[method])
        module, names = raised.value.remedy.split(" of ")[1], re.findall(r"\w+_\w+", METHODS[method].split(" of ")[0])
        references = importlib.import_module(module.split()[0])
        assert names
        assert all(hasattr(references, name) for name in names)
        assert any(method in getattr(references, name, ()) for name in names if name.isupper()) or not any(
            map(str.isupper, names)
        )


def test_only_methods_have_old_values() -> None:
    with pytest.raises(km.errors.UnknownName) as raised:
        km.measure({"nps": [9], "day": [date(2025, 1, 1)]}, km.NPS("nps"), period="sqrt", date="day")
    assert METHODS["sqrt"] not in str(raised.value)


def test_no_old_name_is_a_name() -> None:
    for old in (*RENAMED, *REMOVED):
        package, _, name = old.rpartition(".")
        assert not hasattr(importlib.import_module(f"kundenmetrik.{package}"), name)
    for value in values().values():
        for kind in inspect.getmro(type(value)):
            assert not [
                old
                for old in ATTRIBUTES
                if old.partition(".")[0] == kind.__name__ and hasattr(kind, old.partition(".")[2])
            ]
