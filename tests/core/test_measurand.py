"""What counts count: which of them add, and which metrics can be asked of them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import kundenmetrik as km
from kundenmetrik.core.measurand import Measurand
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.errors import InvalidArgument, InvalidType

FIVE, DOWN = km.Scale(1, 5), km.Scale(1, 5, higher_is_better=False)
ANSWERS = [5, 4, 4, 1]


def wide(metric: Any, column: str = "score", **options: Any) -> Counts:
    data = {column: ANSWERS, "w": [1.0, 2.0, 3.0, 4.0], "v": [1.0, 2.0, 3.0, 4.0]}
    return km.measure(data, metric, **options).counts


def long(metric: Any, question: str) -> Counts:
    return km.measure({"question": [question] * 4, "score": ANSWERS}, metric).counts


KNOWN: dict[str, Callable[[], Counts]] = {
    "csat": lambda: wide(km.CSAT()),
    "csat of a column": lambda: wide(km.CSAT("delivery"), "delivery"),
    "csat of another column": lambda: wide(km.CSAT("price"), "price"),
    "csat of a question": lambda: long(km.CSAT(question="csat_price"), "csat_price"),
    "csat, high is bad": lambda: wide(km.CSAT(scale=DOWN)),
    "csat, the best step": lambda: wide(km.CSAT(satisfied=(5,))),
    "csat by another definition": lambda: wide(km.CSAT(definition="house")),
    "ces": lambda: wide(km.CES(scale=FIVE)),
    "mean of the same question": lambda: wide(km.MeanScore(question="csat", scale=FIVE)),
    "weighted by w": lambda: wide(km.CSAT(), weight="w"),
    "weighted by v": lambda: wide(km.CSAT(), weight="v"),
}
CLASHES = [
    ("csat", "ces", "question differs: csat and ces"),
    ("csat of a column", "csat of another column", "column differs: delivery and price"),
    ("csat", "csat of a question", "question differs: csat and csat_price"),
    ("csat", "csat, high is bad", "counted differs"),
    ("csat", "csat, the best step", "identity differs"),
    ("csat", "csat by another definition", "definition differs: csat and house"),
    ("csat", "mean of the same question", "definition differs"),
    ("weighted by w", "weighted by v", "weight differs: w and v"),
]


@pytest.mark.parametrize(("one", "other", "said"), CLASHES)
def test_counts_of_different_things_do_not_add_and_the_error_names_both(one: str, other: str, said: str) -> None:
    first, second = KNOWN[one](), KNOWN[other]()
    assert first.cells == second.cells
    for left, right in ((first, second), (second, first)):
        for operation in (left.__add__, left.__sub__):
            with pytest.raises(InvalidArgument) as caught:
                operation(right)
            assert str(left.measurand) in str(caught.value)
            assert str(right.measurand) in str(caught.value)
    with pytest.raises(InvalidArgument, match=said):
        first + second
    stored = [Counts.from_json(counts.to_json()) for counts in (first, second)]
    with pytest.raises(InvalidArgument, match=said):
        stored[0] + stored[1]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_they_add_to_themselves_and_keep_what_they_are_of(name: str) -> None:
    counts = KNOWN[name]()
    for again in (Counts.from_json(counts.to_json()), pickle.loads(pickle.dumps(counts)), counts.take([0])):
        assert again == counts
        assert again.measurand == counts.measurand
    assert (counts + counts).measurand == counts.measurand
    assert counts.margin().measurand == counts.measurand
    assert (counts + Counts.empty(counts.cells)) == counts


def test_what_is_not_known_agrees_with_anything_and_is_filled_in() -> None:
    bare, column, question = km.csat(ANSWERS).counts, KNOWN["csat of a column"](), long(km.CSAT(), "csat")
    assert bare.measurand.column is question.measurand.column is None
    for total in (bare + column, column + bare, question + column, column + question):
        assert (total.measurand.column, total.measurand.question) == ("delivery", "csat")
        with pytest.raises(InvalidArgument, match="column differs"):
            total + KNOWN["csat of another column"]()
    unknown = replace(bare, measurand=None)
    assert (unknown + column).measurand == column.measurand
    assert unknown != bare


def test_a_column_that_has_another_name_now_is_told_so_by_hand() -> None:
    january, february = KNOWN["csat of a column"](), KNOWN["csat of another column"]()
    assert february.measurand is not None
    renamed = replace(february, measurand=replace(february.measurand, column="delivery"))
    assert int((january + renamed).n[0]) == 8


def test_counts_are_asked_again() -> None:
    whole = km.measure({"shop": ["A", "A", "B", "B"], "score": ANSWERS}, km.CSAT(), by="shop")
    kept = Counts.from_json(whole.counts.to_json())
    again = km.measure(kept, km.CSAT(), confidence=0.9)
    assert again.to_frame().equals(whole.at(confidence=0.9).to_frame())
    assert again.compare(baseline="B").to_frame().equals(whole.at(confidence=0.9).compare(baseline="B").to_frame())
    both = km.measure(kept, [km.CSAT(), km.MeanScore("score", question="csat", scale=FIVE)])
    assert both.overall("mean_score").value == 3.5
    assert km.measure(kept, km.CSAT(), min_n=5).to_frame()["value"].isna().all()
    rates = km.measure({"complaints": [3], "sales": [100]}, km.TGW("complaints", "sales")).counts
    assert km.measure(rates, km.TGW(per=100)).overall().value == 3.0


@pytest.mark.parametrize(
    ("name", "metric", "said"),
    [
        ("csat", km.CES(scale=FIVE), "question differs: csat and ces"),
        ("csat", km.CSAT(scale=DOWN), "counted differs"),
        ("csat of a column", km.CSAT("price"), "column differs: delivery and price"),
        ("csat", km.NPS(), "have the cells of nps"),
        ("csat", km.TGW(), "have the cells of tgw"),
        ("csat", km.RetentionRate(), "have the cells of retention_rate"),
    ],
)
def test_a_metric_of_something_else_is_refused_by_every_door(name: str, metric: Any, said: str) -> None:
    counts = KNOWN[name]()
    doors: list[Callable[[], Any]] = [
        lambda: km.measure(counts, metric),
        lambda: metric.estimate(counts, 0.95),
        lambda: km.EstimateTable(metrics=(metric,), tallies=(counts,)),
        lambda: Counts.from_json(counts.to_json(), metric),
    ]
    for door in doors:
        with pytest.raises(InvalidArgument, match=said):
            door()


def test_another_rate_of_the_same_cells_is_refused() -> None:
    kept = km.retention_rate(10, 8).counts
    with pytest.raises(InvalidArgument, match="have the cells of churn_rate"):
        km.measure(kept, km.ChurnRate())
    chosen = km.TGW(numerator="first_per_customer")
    with pytest.raises(InvalidArgument, match="numerator first_per_customer"):
        km.measure(km.tgw(3, 10).counts, chosen)


@pytest.mark.parametrize("argument", ["by", "period", "date", "time_zone", "weight", "count", "cluster"])
def test_counts_are_not_grouped_again(argument: str) -> None:
    with pytest.raises(InvalidArgument, match=f"{argument} must be left out for counts") as caught:
        km.measure(KNOWN["csat"](), km.CSAT(), **{argument: "shop"})
    assert "total(" in str(caught.value)


def test_a_single_estimate_is_of_one_group() -> None:
    counts = km.measure({"shop": ["A", "B"], "score": [5, 1]}, km.CSAT(), by="shop").counts
    for wrong in (counts, counts.take([])):
        with pytest.raises(InvalidArgument, match=r"have one group, not [02]\. km\.measure"):
            km.CSAT().estimate(wrong, 0.95)
    assert km.CSAT().estimate(counts.margin(), 0.95).value == 50.0
    assert km.CSAT().estimate(counts.subset(["A"]), 0.95).value == 100.0
    with pytest.raises(InvalidType, match="be Counts"):
        km.CSAT().estimate([1, 2], 0.95)


def test_a_table_checks_what_it_is_made_of() -> None:
    counts, other = KNOWN["csat"](), km.measure({"shop": ["A"], "score": [5]}, km.CSAT(), by="shop").counts
    with pytest.raises(InvalidArgument, match="as many as each other"):
        km.EstimateTable(metrics=(km.CSAT(),), tallies=())
    with pytest.raises(InvalidArgument, match="at least one"):
        km.EstimateTable(metrics=(), tallies=())
    with pytest.raises(InvalidArgument, match="have the same groups"):
        km.EstimateTable(metrics=(km.CSAT(), km.CSAT(name="again")), tallies=(counts, other))
    with pytest.raises(InvalidArgument, match="different names"):
        km.EstimateTable(metrics=(km.CSAT(), km.CSAT()), tallies=(counts, counts))
    with pytest.raises(InvalidType, match="be Counts"):
        km.EstimateTable(metrics=(km.CSAT(),), tallies=([1],))
    assert km.EstimateTable(metrics=(km.CSAT(),), tallies=(counts,)).overall().value == 75.0


def test_estimates_on_scales_of_opposite_directions_are_not_compared() -> None:
    up, down = km.ces(ANSWERS, scale=FIVE), km.ces(ANSWERS, scale=DOWN)
    with pytest.raises(InvalidArgument, match="be the same metric with the same definition"):
        km.compare(up, down)


def test_what_is_stored_says_what_it_is_in_plain_words() -> None:
    said = json.loads(KNOWN["csat of a column"]().to_json())["measurand"]
    assert said == {
        "name": "csat",
        "identity": ["CSAT", [1, 2, 3, 4, 5], [0.0, 0.0, 0.0, 100.0, 100.0], True],
        "definition": "csat",
        "counted": {"low": 1, "high": 5, "higher_is_better": True},
        "question": "csat",
        "column": "delivery",
        "weight": None,
    }
    odd = Measurand(name="odd", identity=(object, [1, (2.5, None)]), definition="odd")
    assert odd.identity == ("<class 'object'>", (1, (2.5, None)))
    assert str(odd) == "odd"
