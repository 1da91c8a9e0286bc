"""What rows are counted, and what each of the others is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, UnknownName
from kundenmetrik.frame.rows import weights_of

LONG = pd.DataFrame(
    {
        "question": ["nps", "nps", "nps", "csat", "nps"],
        "score": [9.0, 3.0, 5.0, 4.0, None],
        "scale": ["0..10", None, "1..5", "1-5", "0-10"],
        "shop": ["A", "A", "B", "B", "B"],
    }
)


def opposed_notes(table: km.EstimateTable) -> object:
    return table.annotations.notes


def test_an_answer_on_another_scale_is_an_error_not_a_detractor() -> None:
    with pytest.raises(InvalidData) as caught:
        km.measure(LONG, [km.NPS(), km.CSAT()])
    said = "scale must be 0..10, the scale of the metric; 1 of 5 is not (row 2: '1..5')"
    assert str(caught.value).startswith(said)
    assert caught.value.faults[0].code == "other_scale"


def test_excluded_answers_on_another_scale_are_counted() -> None:
    table = km.measure(LONG, [km.NPS(), km.CSAT()], by="shop", invalid="exclude")
    assert dict(table["nps", "B"].excluded) == {"other_scale": 1, "missing": 1}
    assert table["nps", "A"].n == 2
    assert table.overall("csat").n == 1


@pytest.mark.parametrize(
    "scale", ["0..10", "0-10", " 0 – 10 ", "0.0..10.0", (0, 10), [0, 10], km.Scale(0, 10), None, np.nan, pd.NA]
)
def test_a_scale_is_read_as_the_model_reads_it(scale: object) -> None:
    frame = LONG.assign(scale=pd.Series([scale] * 5, dtype=object))
    assert km.measure(frame, km.NPS()).overall().n == 3


@pytest.mark.parametrize("scale", ["1..10", "0..11", "zehn", "", 10, (0, 10, 1), (0, 5), km.Scale(1, 5), True])
def test_any_other_scale_is_told(scale: object) -> None:
    frame = LONG.assign(scale=pd.Series([scale] * 5, dtype=object))
    with pytest.raises(InvalidData, match=r"scale must be 0\.\.10.*4 of 5"):
        km.measure(frame, km.NPS())


def test_records_tell_their_scale_too_and_a_wide_table_has_none() -> None:
    answers = [km.SurveyResponse(response_id=i, question="nps", score=4, scale=(1, 5)) for i in range(3)]
    with pytest.raises(InvalidData, match="scale must be"):
        km.measure(answers, km.NPS())
    assert km.measure({"nps": [9, 3], "scale": ["S", "M"]}, km.NPS("nps")).overall().n == 2


WEIGHTED = st.lists(st.tuples(st.integers(0, 10), st.sampled_from([0.0, 0.5, 1.0, 3.0])), min_size=1, max_size=30)


@given(WEIGHTED)
def test_rows_of_weight_0_can_be_removed(rows: list[tuple[int, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["nps", "w"])
    whole = km.measure(frame, km.NPS("nps"), weight="w").overall()
    kept = km.measure(frame[frame["w"] > 0], km.NPS("nps"), weight="w").overall()
    for name in ("value", "low", "high", "n", "n_raw", "notes"):
        np.testing.assert_equal(getattr(whole, name), getattr(kept, name))
    assert whole.excluded.get("zero_weight", 0) == (frame["w"] == 0).sum()
    assert km.nps(frame["nps"], weight=frame["w"]) == whole


def test_rows_of_weight_0_need_not_be_valid_but_others_are_told_where_they_stand() -> None:
    frame = pd.DataFrame({"nps": [99, 9, 11, 3], "w": [0, 1, 1, 1]})
    with pytest.raises(InvalidData) as caught:
        km.measure(frame, km.NPS("nps"), weight="w")
    assert [fault.rows for fault in caught.value.faults] == [(2,)]


@pytest.mark.parametrize("weight", [1e-200, 1e300])
def test_weights_whose_squares_no_float_holds_are_refused(weight: float) -> None:
    with pytest.raises(InvalidArgument, match=r"^(w|weight) must be 0 or from 1e-100 to 1e\+100"):
        km.measure({"nps": [9, 3], "w": [1.0, weight]}, km.NPS("nps"), weight="w")
    with pytest.raises(InvalidArgument, match=r"^weight must be 0 or from"):
        km.nps([9, 3], weight=[1.0, weight])


def test_weights_and_counts_are_refused_where_they_mean_nothing() -> None:
    frame = pd.DataFrame({"c": [1, 2], "s": [10, 20], "k": [1, 2], "kind": "purchase"})
    for name in ("weight", "cluster", "count"):
        with pytest.raises(InvalidArgument, match=f"^{name} must be left out"):
            km.measure(frame, km.TGW("c", "s"), **{name: "k"})
    assert km.measure(frame, km.TGW(), count="k").overall().n == 3


def test_kinds_that_interactions_do_not_have_are_told() -> None:
    kinds = ["purchase", "Complaint", None, "complaint", "visit"]
    for dtype in (object, "string"):
        frame = pd.DataFrame({"kind": pd.Series(kinds, dtype=dtype)})
        with pytest.raises(InvalidData, match=r"kind must be one of purchase.*row 1: 'Complaint'"):
            km.measure(frame, km.TGW())
        found = km.measure(frame, km.TGW(), invalid="exclude").overall()
        assert (found.value, dict(found.excluded)) == (1000.0, {"missing": 1, "unknown_kind": 1})
    with pytest.raises(UnknownName, match="kind"):
        km.measure({"nps": [1]}, km.TGW())


def test_retention_faults_name_the_group() -> None:
    frame = pd.DataFrame({"shop": ["A", "B"], "start": [10, 10], "end": [9, 12], "new": [1, 1]})
    with pytest.raises(InvalidData, match=r"1 of 2 is not \(group \('B',\): '11 of 10'\)"):
        km.measure(frame, km.RetentionRate(), by="shop")


def opposed_table(noise: float, size: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    mood = rng.normal(size=size)
    columns = {name: mood + noise * rng.normal(size=size) for name in ("nps", "csat", "ces")}
    return pd.DataFrame(
        {
            "nps": np.clip(np.round(7 + 2 * columns["nps"]), 0, 10),
            "csat": np.clip(np.round(4 + columns["csat"]), 1, 5),
            "ces": 8 - np.clip(np.round(5 + 1.5 * columns["ces"]), 1, 7),
        }
    )


METRICS = [km.NPS("nps"), km.CSAT("csat"), km.CES("ces")]


def test_a_reversed_item_is_noted_on_both_sides() -> None:
    table = km.measure(opposed_table(0.7), METRICS)
    assert table.overall("nps").notes == ("runs_against_ces",)
    assert table.overall("csat").notes == ("runs_against_ces",)
    assert table.overall("ces").notes == ("runs_against_nps", "runs_against_csat")
    assert (table.to_frame()["notes"] != "").all()
    assert table["ces",].at(confidence=0.5).notes == ("runs_against_nps", "runs_against_csat")


def test_no_suspicion_where_the_scale_says_so_or_the_answers_do_not() -> None:
    frame = opposed_table(0.7)
    hard = km.CES("ces", scale=km.Scale(1, 7, higher_is_better=False))
    assert not opposed_notes(km.measure(frame, [*METRICS[:2], hard]))
    grades = frame.assign(csat=6 - frame["csat"])
    school = km.CSAT("csat", scale=km.Scale(1, 5, higher_is_better=False))
    assert not opposed_notes(km.measure(grades, [METRICS[0], school]))
    assert not opposed_notes(km.measure(opposed_table(3.0), METRICS))
    assert not opposed_notes(km.measure(frame.iloc[:29], METRICS))
    rare = frame.assign(ces=np.where(np.arange(200) < 29, frame["ces"], np.nan))
    assert not opposed_notes(km.measure(rare, METRICS))
    assert not opposed_notes(km.measure(frame.assign(ces=4), METRICS[::2]))
    low = km.TopBox("nps", scale=km.Scale(0, 10), top=(0,), name="low")
    assert not opposed_notes(km.measure(frame, [km.NPS("nps"), low]))


def test_the_faults_of_a_long_table_name_the_question() -> None:
    frame = pd.DataFrame({"question": ["nps", "csat", "nps", "csat"], "score": [9, 9, 11, 4]})
    with pytest.raises(InvalidData) as caught:
        km.measure(frame, [km.NPS(), km.CSAT()])
    assert str(caught.value).splitlines() == [
        "score must be whole steps from 0 to 10 where the question is 'nps'; 1 of 2 is not (row 2: 11)",
        "score must be whole steps from 1 to 5 where the question is 'csat'; 1 of 2 is not (row 1: 9)",
    ]


def test_weights_are_floats_neither_negative_nor_extreme() -> None:
    assert weights_of([0, 1, 2], "weight").tolist() == [0.0, 1.0, 2.0]
    with pytest.raises(InvalidData, match=r"weight must .*row 1"):
        weights_of([1.0, -1.0], "weight")
    with pytest.raises(InvalidArgument, match="Divide all of them"):
        weights_of([1.0, 1e-300], "weight")


class Bare(km.MeanScore):
    """A mean that does not say what each step is worth."""

    __slots__ = ()

    def tally(self, rows: Any) -> km.Counts:
        counts: km.Counts = rows.steps(self.column, low=self.scale.low, high=self.scale.high)
        return counts


@pytest.mark.parametrize("steps", [(0, 10), (1, 5), (-2, 2)])
def test_between_clusters_a_step_is_worth_itself_where_nothing_is_said(steps: tuple[int, int]) -> None:
    data = {
        "score": [steps[0], steps[0] + 1, steps[1], steps[1], steps[0] + 2, steps[1] - 1],
        "who": [1, 1, 2, 2, 3, 3],
    }
    bare, mean = (
        km.measure(data, kind(scale=km.Scale(*steps)), cluster="who").counts.design for kind in (Bare, km.MeanScore)
    )
    assert bare is not None
    assert mean is not None
    assert bare[0] > 1
    assert bare.tolist() == mean.tolist()


def test_a_table_of_a_metric_of_ones_own_says_what_to_keep_of_it() -> None:
    class Own(Bare):
        __slots__ = ()

    table = km.measure({"score": [1, 2]}, Own(scale=km.Scale(1, 5)))
    with pytest.raises(InvalidType, match=r"keep table\.counts"):
        table.to_json()
    assert km.Counts.from_json(table.counts.to_json(), Own(scale=km.Scale(1, 5))) == table.counts


SPELLED = {
    "question": ["nps", "nps", "NPS", "nps ", "csat", None],
    "score": [10, 3, 9, 9, 1, 1],
    "shop": list("aabbaa"),
}


def test_answers_to_a_question_of_other_case_or_blanks_are_counted_as_left_out() -> None:
    whole = km.measure(SPELLED, km.NPS()).overall()
    assert (whole.value, whole.n, dict(whole.excluded)) == (0.0, 2, {"other_spelling": 2})
    by = km.measure(SPELLED, km.NPS(), by="shop").to_frame().set_index("shop")
    assert by["excluded"].to_dict() == {"a": 0, "b": 2}
    assert "other_spelling 2" in repr(whole)
    repeated = km.measure({**SPELLED, "times": [1, 1, 3, 1, 1, 1]}, km.NPS(), count="times").overall()
    assert dict(repeated.excluded) == {"other_spelling": 4}
    alone = km.measure({**SPELLED, "question": ["nps"] * 6}, km.NPS()).overall()
    assert not alone.excluded


@pytest.mark.parametrize("kind", [object, "string", "category"])
def test_a_question_is_known_whatever_its_spelling(kind: str) -> None:
    asked = pd.Series(["Zufriedenheit mit der Gr\u00f6\u00dfe", "Zufriedenheit mit der Gro\u0308\u00dfe"], dtype=kind)
    for wanted in asked:
        found = km.measure({"question": asked, "score": [10, 9]}, km.NPS(question=wanted)).overall()
        assert (found.value, found.n) == (100.0, 2)
