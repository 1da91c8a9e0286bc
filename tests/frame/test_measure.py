"""Many numbers at once, against one number at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, UnknownName

DAYS = pd.to_datetime(["2026-01-31", "2026-02-01", "2026-02-28", "2026-04-01", None, "2026-02-10"])
FRAME = pd.DataFrame(
    {
        "shop": ["A", "A", "B", "B", "B", None],
        "day": DAYS,
        "nps": [10, 6, 9, 8, np.nan, 0],
        "satisfaction": [5, 4, 3, 2, 1, None],
    }
)
ROWS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from([0, 1, 2]), st.none() | st.integers(0, 10)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60)
@given(ROWS)
def test_every_group_equals_its_rows_measured_alone(rows: list[tuple[str, int, int | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["shop", "kind", "nps"]).astype({"nps": "Int64"})
    table = km.measure(frame, km.NPS("nps"), by=["shop", "kind"])
    for key, part in frame.groupby(["shop", "kind"]):
        assert table[key] == km.nps(part["nps"])
    assert table.overall() == km.nps(frame["nps"])
    for shop, part in frame.groupby("shop"):
        assert table.total("shop")[shop] == km.nps(part["nps"])


@settings(max_examples=60)
@given(ROWS, st.integers(0, 40))
def test_tables_of_two_halves_add_to_the_table_of_the_whole(rows: list[tuple[str, int, int | None]], cut: int) -> None:
    frame = pd.DataFrame(rows, columns=["shop", "kind", "nps"]).astype({"nps": "Int64"})
    whole = km.measure(frame, km.NPS("nps"), by="shop")
    halves = [part for part in (frame.iloc[:cut], frame.iloc[cut:]) if len(part)]
    merged = sum(
        (km.measure(part, km.NPS("nps"), by="shop").counts for part in halves), km.Counts.empty(range(11), ["shop"])
    )
    assert merged == whole.counts
    if len(halves) == 2:
        tables = [km.measure(part, km.NPS("nps"), by="shop") for part in halves]
        pd.testing.assert_frame_equal((tables[0] + tables[1]).to_frame(), whole.to_frame())


def test_missing_keys_and_dates_are_groups_of_their_own() -> None:
    table = km.measure(FRAME, km.NPS("nps"), by="shop", period="month", date="day")
    keys = table.groups.keys
    assert ("B", None) in keys
    assert (None, "2026-02") in keys
    assert table.overall().n + table.overall().excluded["missing"] == len(FRAME)


def test_every_period_between_the_first_and_the_last_appears() -> None:
    table = km.measure(FRAME.iloc[:4], km.NPS("nps"), period="month", date="day")
    assert [key[0] for key in table.groups.keys] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert table["2026-03"].n == 0
    assert table["2026-03"].notes == ("empty",)
    assert np.isnan(table["2026-03"].value)
    assert table[pd.Period("2026-01", "M")].value == 100.0


def test_an_unobserved_category_appears_with_nobody() -> None:
    frame = FRAME.assign(shop=pd.Categorical(FRAME["shop"], categories=["C", "B", "A"]))
    table = km.measure(frame, km.NPS("nps"), by="shop")
    assert [key[0] for key in table.groups.keys] == ["C", "B", "A", None]
    assert table["C"].n == 0


def test_the_tidy_frame_has_the_agreed_columns() -> None:
    frame = km.measure(FRAME, [km.NPS("nps"), km.CSAT("satisfaction")], by="shop").to_frame()
    agreed = ["shop", "metric", "value", "low", "high", "n", "excluded", "unit", "confidence", "method", "notes"]
    assert list(frame.columns)[: len(agreed)] == agreed
    assert frame["metric"].tolist() == ["nps"] * 3 + ["csat"] * 3
    assert frame["n"].tolist() == [2, 2, 1, 2, 3, 0]
    assert frame["excluded"].tolist() == [0, 1, 0, 0, 0, 1]


def test_several_metrics_are_told_apart_by_name() -> None:
    table = km.measure(FRAME, [km.NPS("nps"), km.CSAT("satisfaction")], by="shop")
    assert table["csat", "A"].value == 100.0
    assert table.metric("nps")["A"].value == 0.0
    assert table.overall("csat").value == 40.0
    with pytest.raises(InvalidArgument, match="name one of nps, csat"):
        table.overall()
    with pytest.raises(UnknownName, match="'nps'"):
        table["A"]
    assert len(list(table)) == 6


def test_a_long_table_counts_the_question_of_each_metric() -> None:
    frame = pd.DataFrame({"question": ["nps", "nps", "csat", "ces"], "score": [10, 3, 4, 6]})
    table = km.measure(frame, [km.NPS(), km.CSAT(), km.CES()])
    assert [estimate.n for estimate in table] == [2, 1, 1]
    assert [estimate.value for estimate in table] == [0.0, 100.0, 6.0]
    with pytest.raises(UnknownName, match="question"):
        km.measure(frame, km.NPS(question="loyalty"))
    with pytest.raises(UnknownName, match="question"):
        km.measure(frame, km.TopBox("score"))


def test_records_mappings_and_other_frames_give_the_same() -> None:
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    columns = {"shop": ["A", "B", "B"], "nps": [10, None, 3]}
    expected = km.measure(pd.DataFrame(columns), km.NPS("nps"), by="shop").to_frame()
    several = [
        columns,
        [{"shop": "A", "nps": 10}, {"shop": "B", "nps": None}, {"shop": "B", "nps": 3}],
        polars.DataFrame(columns),
        polars.LazyFrame(columns),
        pyarrow.table(columns),
    ]
    for data in several:
        pd.testing.assert_frame_equal(km.measure(data, km.NPS("nps"), by="shop").to_frame(), expected)


def test_records_of_the_model_give_the_same() -> None:
    answers = [
        km.SurveyResponse(response_id=i, question="nps", score=score) for i, score in enumerate([10, 9, 2, None])
    ]
    estimate = km.measure(answers, km.NPS()).overall()
    assert (estimate.n, estimate.excluded["missing"]) == (3, 1)
    assert estimate.value == pytest.approx(100 / 3)


def test_a_count_column_is_the_row_repeated() -> None:
    frame = pd.DataFrame({"shop": ["A", "A", "B"], "nps": [10, 3, 8], "times": [5, 2, 7]})
    counted = km.measure(frame, km.NPS("nps"), by="shop", count="times")
    repeated = km.measure(frame.loc[frame.index.repeat(frame["times"])], km.NPS("nps"), by="shop")
    pd.testing.assert_frame_equal(counted.to_frame(), repeated.to_frame())


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 10), st.floats(0.1, 10)), min_size=1, max_size=30), st.floats(0.01, 100))
def test_weights_times_a_constant_change_nothing(rows: list[tuple[int, float]], factor: float) -> None:
    frame = pd.DataFrame(rows, columns=["nps", "weight"])
    plain = km.measure(frame, km.NPS("nps"), weight="weight").overall()
    scaled = km.measure(frame.assign(weight=frame["weight"] * factor), km.NPS("nps"), weight="weight").overall()
    for name in ("value", "low", "high", "n"):
        assert getattr(scaled, name) == pytest.approx(getattr(plain, name), rel=1e-9, abs=1e-9)
    assert plain.n <= len(frame) * (1 + 1e-12)
    assert plain.n_raw == len(frame)
    by_hand = 100 * np.average(
        np.where(frame["nps"] > 8, 1, np.where(frame["nps"] < 7, -1, 0)), weights=frame["weight"]
    )
    assert plain.value == pytest.approx(by_hand, abs=1e-9)


def test_equal_weights_are_no_weights() -> None:
    frame = pd.DataFrame({"nps": [10, 9, 3, 8], "weight": 2.5})
    weighted, plain = km.measure(frame, km.NPS("nps"), weight="weight").overall(), km.nps(frame["nps"])
    assert weighted.value == plain.value
    assert (weighted.low, weighted.high, weighted.n) == pytest.approx((plain.low, plain.high, plain.n))


def test_repeated_answers_of_a_person_widen_the_interval_as_the_linearised_variance_says() -> None:
    rng = np.random.default_rng(3)
    person = np.repeat(np.arange(60), 5)
    temper = rng.normal(size=60)[person]
    score = np.clip(np.round(7 + 2 * temper + 0.5 * rng.normal(size=300)), 0, 10)
    frame = pd.DataFrame({"person": person, "nps": score})
    clustered = km.measure(frame, km.NPS("nps"), cluster="person").overall()
    worth = np.where(score > 8, 100.0, np.where(score < 7, -100.0, 0.0))
    totals = pd.Series((worth - worth.mean()) / 300).groupby(person).sum()
    variance = 60 / 59 * (totals**2).sum()
    assert clustered.n == pytest.approx(worth.var() / variance, rel=1e-9)
    assert clustered.n_raw == 300
    assert clustered.value == km.nps(score).value
    assert clustered.high - clustered.low > 1.8 * (km.nps(score).high - km.nps(score).low)


def test_one_answer_a_person_is_a_simple_sample_but_for_the_correction() -> None:
    frame = pd.DataFrame({"person": range(50), "nps": [10, 9, 8, 0, 5] * 10})
    assert km.measure(frame, km.NPS("nps"), cluster="person").overall().n == pytest.approx(49.0)


@pytest.mark.parametrize("bad", [[-1.0, 1.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_a_bad_weight_is_an_error(bad: list[float]) -> None:
    with pytest.raises(InvalidData, match="weight"):
        km.measure({"nps": [1, 2], "weight": bad}, km.NPS("nps"), weight="weight")


def test_weights_of_nothing_leave_nothing() -> None:
    estimate = km.measure({"nps": [1, 2], "weight": [0.0, 0.0]}, km.NPS("nps"), weight="weight").overall()
    assert np.isnan(estimate.value)


def test_all_faults_of_all_metrics_come_at_once() -> None:
    frame = pd.DataFrame({"question": ["nps", "csat", "nps", "csat"], "score": [11, 0, 7.5, 3]})
    with pytest.raises(InvalidData) as caught:
        km.measure(frame, [km.NPS(), km.CSAT()])
    assert [fault.rows for fault in caught.value.faults] == [(0, 2), (1,)]
    counted = km.measure(frame, [km.NPS(), km.CSAT()], invalid="exclude")
    assert dict(counted.overall("nps").excluded) == {"out_of_scale": 1, "not_a_step": 1}


def test_wrong_calls_say_what_is_wrong() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'shop'"):
        km.measure(FRAME, km.NPS("nps"), by="shopp")
    with pytest.raises(UnknownName, match="'nps'"):
        km.measure(FRAME, km.NPS("np"))
    with pytest.raises(InvalidArgument, match="given together"):
        km.measure(FRAME, km.NPS("nps"), period="month")
    with pytest.raises(UnknownName, match="'month'"):
        km.measure(FRAME, km.NPS("nps"), period="months", date="day")
    with pytest.raises(InvalidType, match=r"km\.NPS"):
        km.measure(FRAME, "nps")
    with pytest.raises(InvalidArgument, match="different names"):
        km.measure(FRAME, [km.NPS("nps"), km.NPS("satisfaction")])
    with pytest.raises(InvalidArgument, match="a column of the result"):
        km.measure(FRAME.rename(columns={"shop": "value"}), km.NPS("nps"), by="value")
    with pytest.raises(InvalidType, match=r"narwhals|frame"):
        km.measure(3, km.NPS("nps"))
    with pytest.raises(InvalidType, match="to_datetime"):
        km.measure(FRAME.assign(day="2026-01-01"), km.NPS("nps"), period="month", date="day")


def test_the_input_is_not_changed() -> None:
    before = FRAME.copy(deep=True)
    km.measure(FRAME, [km.NPS("nps"), km.CSAT("satisfaction")], by="shop", period="month", date="day")
    pd.testing.assert_frame_equal(FRAME, before)


def test_an_empty_table_is_undefined_not_zero() -> None:
    table = km.measure(FRAME.iloc[:0], km.NPS("nps"))
    assert np.isnan(table.overall().value)
    assert table.overall().notes == ("empty",)


def test_another_confidence_needs_no_data() -> None:
    table = km.measure(FRAME, km.NPS("nps"), by="shop")
    wide, narrow = table.to_frame(), table.at(confidence=0.5).to_frame()
    assert (narrow["high"] - narrow["low"] < wide["high"] - wide["low"]).all()
    assert narrow["value"].equals(wide["value"])


def test_what_people_see_is_escaped() -> None:
    table = km.measure({"shop": ["<script>", "B"], "nps": [1, 2]}, km.NPS("nps"), by="shop")
    assert "<script>" not in table._repr_html_()
    assert repr(table).startswith("NPS by shop: 2 groups\n")
    assert "<script>" not in table.compare()._repr_html_()


@pytest.mark.parametrize("shops", [20, 128, 250, 3_000])
@pytest.mark.parametrize("kind", ["category", "uint8", "int16", "uint32"])
def test_keys_of_every_width_are_counted_like_wide_ones(shops: int, kind: str) -> None:
    if kind == "uint8" and shops > 255:
        pytest.skip("a byte holds no more")
    rng = np.random.default_rng(4)
    rows = 9_000
    shop = np.concatenate([np.arange(shops), rng.integers(0, shops, rows - shops)])
    frame = pd.DataFrame(
        {
            "shop": shop,
            "kind": rng.integers(0, 150, rows),
            "person": rng.integers(0, 5_000, rows),
            "nps": rng.integers(0, 11, rows),
        }
    )
    narrow = frame.astype({"shop": kind, "kind": "category"})
    for asked in ({"by": "shop"}, {"by": ["shop", "kind"]}, {"by": "shop", "cluster": "person"}):
        found, wide = (km.measure(each, km.NPS("nps"), **asked) for each in (narrow, frame))
        shown = found.to_frame().query("n > 0").reset_index(drop=True)  # categories stand in every combination
        keys = {key: np.int64 for key in ("shop", "kind") if key in shown}
        pd.testing.assert_frame_equal(shown.astype(keys), wide.to_frame())


def test_a_missing_key_after_as_many_categories_as_a_byte_holds() -> None:
    keys = [f"{place:03}" for place in range(128)]
    shop = pd.Categorical([*keys, None], categories=keys)
    table = km.measure(pd.DataFrame({"shop": shop, "nps": [10] * 128 + [0]}), km.NPS("nps"), by="shop")
    assert table[(None,)].value == -100.0
    assert table["127"].value == 100.0


@pytest.mark.parametrize("order", [">", "<"])
def test_columns_of_either_byte_order_lose_rows_alike(order: str) -> None:
    scores, weight = np.array([10, 9, 3, 8], f"{order}i2"), np.array([1, 0, 2, 1.0], f"{order}f8")
    assert km.nps(scores, weight=weight).value == -25.0
    kept = scores.copy()
    long = pd.DataFrame({"question": ["nps", "nps", "csat", "nps"], "score": scores, "weight": weight})
    assert round(km.measure(long, km.NPS()).overall().value, 2) == 66.67
    assert km.measure(long.to_dict("series"), km.NPS(), weight="weight").overall().value == 50.0
    np.testing.assert_array_equal(scores, kept)
    assert long["score"].dtype == scores.dtype
