"""From answers to a table: forms of data, weights, segments, exclusions."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, KundenmetrikError, UnknownName
from kundenmetrik.kano.table import KanoTable

LONG = {
    "customer_id": [1, 1, 2, 2, 3, 3],
    "feature": ["chat", "returns", "chat", "returns", "chat", "returns"],
    "functional": [1, 2, 1, 1, 3, 3],
    "dysfunctional": [3, 5, 5, 5, 3, 5],
    "age": ["young", "young", "old", "old", "old", "old"],
    "w": [1.0, 1.0, 3.0, 3.0, 2.0, 2.0],
}


def letters(table: KanoTable) -> pd.DataFrame:
    return table.to_frame().set_index("feature")[list("AOMIRQ")]


def test_columns_are_the_contract() -> None:
    frame = km.kano.classify(LONG, by="age").to_frame()
    assert list(frame.columns[:20]) == [
        *("feature", "age", "n", "A", "O", "M", "I", "R", "Q", "category", "group_rule", "strength", "total_strength"),
        *("p_mode", "agreement", "better", "better_low", "better_high", "worse", "worse_low"),
    ]
    assert frame.columns[20] == "worse_high"
    assert frame[["n", "A", "n_raw"]].dtypes.tolist() == [np.int64] * 3


def test_long_wide_records_and_counts_agree() -> None:
    long = pd.DataFrame(LONG)
    wide = long.pivot(index="customer_id", columns="feature", values=["functional", "dysfunctional"])
    wide.columns = [f"{feature}_{side}" for side, feature in wide.columns]  # type: ignore[str-unpack]
    # the dysfunctional columns stand first: pairs are found by name, never by position
    wide = wide[sorted(wide.columns)].reset_index()
    assert list(wide.columns)[1].endswith("_dysfunctional")
    records = [
        km.KanoAnswer(customer_id=i, feature=name, functional=f, dysfunctional=d)
        for i, name, f, d in long[["customer_id", "feature", "functional", "dysfunctional"]].itertuples(index=False)
    ]
    grouped = long.groupby(["feature", "functional", "dysfunctional"]).size().rename("count").reset_index()
    expected = km.kano.classify(long)
    for table in (
        km.kano.classify(wide, pairs=km.kano.pair_columns(wide)),
        km.kano.classify(records),
        km.kano.classify(long.to_dict("records")),
        km.kano.from_counts(grouped),
        km.kano.from_counts(expected.counts),
    ):
        assert table == expected


def test_any_engine_agrees() -> None:
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    expected = km.kano.classify(LONG, by="age", weight="w").to_frame()
    for data in (polars.DataFrame(LONG), pyarrow.table(LONG)):
        pd.testing.assert_frame_equal(km.kano.classify(data, by="age", weight="w").to_frame(), expected)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int64", "uint64", "float32", "float64", "Int8", "Int64", "Float64", "category", object]
)
def test_every_numeric_type_agrees(dtype: str | type) -> None:
    long = pd.DataFrame(LONG).astype({"functional": dtype, "dysfunctional": dtype})
    assert km.kano.classify(long) == km.kano.classify(LONG)


@pytest.mark.parametrize("dtype", ["float64", "Int64", object, "Float64"])
def test_missing_halves_are_counted_not_imputed(dtype: str | type) -> None:
    long = pd.DataFrame({"feature": ["a"] * 4, "functional": [1, None, None, 1], "dysfunctional": [5, 5, None, None]})
    table = km.kano.classify(long.astype({"functional": dtype, "dysfunctional": dtype}))
    assert letters(table).loc["a"].tolist() == [0, 1, 0, 0, 0, 0]
    assert {reason: int(lost[0]) for reason, lost in table.counts.excluded.items() if lost[0]} == {
        "missing": 1,
        "half_missing": 2,
    }
    assert table.to_frame().excluded[0] == 3


def test_a_feature_nobody_answered_is_there_and_undefined() -> None:
    table = km.kano.classify({"feature": ["a", "b"], "functional": [1, None], "dysfunctional": [5, None]})
    row = table.to_frame().iloc[1]
    assert (row.feature, row.n, row.category) == ("b", 0, None) or (row.n == 0 and pd.isna(row.category))
    assert row[["strength", "p_mode", "agreement", "better", "better_low", "worse", "worse_high"]].isna().all()
    assert row.notes == "empty"
    assert not row.tie


def test_all_reverse_or_questionable_has_no_base() -> None:
    row = km.kano.classify({"feature": ["a", "a"], "functional": [5, 1], "dysfunctional": [1, 1]}).to_frame().iloc[0]
    assert (row.category, row.R, row.Q) == ("R", 1, 1)
    assert row[["better", "better_low", "better_high", "worse", "worse_low", "worse_high"]].isna().all()
    assert "no_base" in row.notes
    assert row.agreement == 1.0


def test_one_respondent() -> None:
    row = km.kano.classify({"feature": ["a"], "functional": [1], "dysfunctional": [5]}).to_frame().iloc[0]
    assert (row.category, row.better, row.worse, row.strength) == ("O", 1.0, -1.0, 1.0)
    assert 0.5 < row.p_mode < 0.51


@pytest.mark.parametrize(
    ("functional", "said"),
    [
        ([0, 1, 6], "functional must lie from 1 to 5; 2 of 3 are not (rows 0, 2: 0, 6)"),
        ([1.5, 1, 1], "functional must be whole steps from 1 to 5; 1 of 3 is not (row 0: 1.5)"),
        ([np.inf, 1, 1], "functional must lie from 1 to 5; 1 of 3 is not (row 0: inf)"),
        ([True, 1, 1], "functional must be whole steps from 1 to 5; 1 of 3 is not (row 0: True)"),
        (["1", 1, 1], "functional must be known answer labels; 1 of 3 is not (row 0: '1')"),
        ([300, 1, 1], "functional must lie from 1 to 5; 1 of 3 is not (row 0: 300)"),
    ],
)
def test_bad_answers_are_named(functional: list[Any], said: str) -> None:
    data = {"feature": ["a"] * 3, "functional": pd.Series(functional, dtype=object), "dysfunctional": [9, 1, 1]}
    with pytest.raises(InvalidData) as caught:
        km.kano.classify(data)
    assert said in str(caught.value)
    assert "dysfunctional must lie from 1 to 5; 1 of 3 is not (row 0: 9)" in str(caught.value)
    kept = km.kano.classify(data, invalid="exclude")
    assert kept.to_frame().n[0] + kept.to_frame().excluded[0] == 3


def test_a_boolean_column_is_refused() -> None:
    with pytest.raises(InvalidType):
        km.kano.classify({"feature": ["a"], "functional": [True], "dysfunctional": [5]})


def test_the_base_under_weights_is_the_effective_number_of_answers() -> None:
    table = km.kano.classify(LONG, weight="w")["returns"]
    row = table.to_frame().iloc[0]
    assert (row.n, row.n_effective, row.M, row.O) == pytest.approx((36 / 14, 36 / 14, 18 / 14, 18 / 14))
    assert (row.n_raw, table.letters.sum()) == (3, 6.0)
    shares = km.kano.category_shares(table)
    assert shares.n.sum() == pytest.approx(36 / 14)
    assert shares.share.sum() == pytest.approx(1.0)
    heavy = km.kano.classify({**LONG, "w": [1000.0, 1000.0, 3000.0, 3000.0, 2000.0, 2000.0]}, weight="w")
    pd.testing.assert_frame_equal(heavy.to_frame(), km.kano.classify(LONG, weight="w").to_frame(), rtol=1e-12)
    assert km.kano.coefficient(heavy, "better", "returns").n == pytest.approx(36 / 14)
    plain = km.kano.classify(LONG)
    even = km.kano.classify({**LONG, "w": [7.0] * 6}, weight="w").to_frame()
    frame = plain.to_frame()
    for name in ("category", "strength", "better", "better_low", "worse_high", "p_mode", "n_effective", "agreement"):
        pd.testing.assert_series_equal(even[name], frame[name], check_dtype=False, rtol=1e-12)


def test_a_count_is_so_many_rows() -> None:
    data = {**LONG, "count": [1, 2, 3, 0, 2, 1]}
    rows = pd.DataFrame(LONG).loc[np.repeat(range(6), data["count"])]
    counted = km.kano.classify(data, count="count").counts
    assert counted == km.kano.classify(rows).counts
    weighted = km.kano.classify(data, count="count", weight="w").counts
    plain = km.kano.classify(rows, weight="w").counts
    np.testing.assert_allclose(weighted.table, plain.table)
    np.testing.assert_allclose(weighted.squares, plain.squares)
    assert (weighted.raw == plain.raw).all()


@pytest.mark.parametrize("w", [[-1.0] * 6, [np.nan] * 6, [np.inf] * 6])
def test_bad_weights_are_named(w: list[float]) -> None:
    with pytest.raises(InvalidData, match="w must"):
        km.kano.classify({**LONG, "w": w}, weight="w")


def test_segments_add_up() -> None:
    table = km.kano.classify(LONG, by="age")
    assert table.by == ("age",)
    assert table.total().counts == km.kano.classify(LONG).counts
    assert table["chat", "old"].to_frame().n.tolist() == [2]
    assert len(table["chat"]) == 2


def test_missing_segments_are_a_group_of_their_own() -> None:
    table = km.kano.classify({**LONG, "age": ["young", None, "old", None, "old", "old"]}, by="age")
    assert table.to_frame().n.sum() == 6
    assert ("returns", None) in table.counts.groups.keys


def test_periods() -> None:
    dates = [dt.datetime(2026, month, 3) for month in (1, 1, 2, 2, 4, 4)]
    frame = km.kano.classify({**LONG, "at": dates}, period="month", date="at").to_frame()
    assert frame[frame.feature == "chat"].period.tolist() == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert frame[frame.feature == "chat"].n.tolist() == [1, 1, 0, 1]


def test_people_are_left_out_on_request_and_counted() -> None:
    table = km.kano.classify(LONG, without=[2])
    assert table.to_frame().n.tolist() == [2, 2]
    assert table.counts.excluded["on_request"].tolist() == [1, 1]
    with pytest.raises(InvalidArgument, match="without"):
        km.kano.classify(LONG, without=[99])
    with pytest.raises(InvalidType):
        km.kano.classify(LONG, without="2")


def test_repeated_judgements_are_noted() -> None:
    table = km.kano.classify({**LONG, "customer_id": [1, 1, 1, 1, 3, 3]})
    assert table.notes == ("repeated_answers",)
    assert km.kano.classify(LONG).notes == ()


def test_nothing_passed_in_is_changed() -> None:
    frame = pd.DataFrame(LONG)
    before = copy.deepcopy(frame)
    km.kano.classify(frame, by="age", weight="w", without=[1])
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    "arguments",
    [
        {"table": "clasic"},
        {"by": "agge"},
        {"weight": "weight"},
        {"labels": "kanoo"},
        {"invalid": "drop"},
        {"pairs": {"chat": ("functional", "dysfunctionel")}},
    ],
)
def test_unknown_names_suggest(arguments: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match="not"):
        km.kano.classify(LONG, **arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {"by": "category"},
        {"by": "feature"},
        {"pairs": {"chat": ("functional", "functional")}},
        {"pairs": {"chat": "functional"}},
        {"pairs": []},
        {"confidence": 95},
        {"strength_threshold": 6},
        {"period": "month"},
        {"labels": {"yes": 9}},
        {"labels": {"yes": True}},
        {"labels": {"Yes": 1, "yes ": 2}},
        {"labels": 3},
        {"table": 5},
    ],
)
def test_bad_arguments_are_the_librarys_errors(arguments: dict[str, Any]) -> None:
    with pytest.raises(KundenmetrikError):
        km.kano.classify(LONG, **arguments)


@pytest.mark.parametrize("junk", [None, 3, "x", [], [1, 2], {}, {"feature": ["a"]}, pd.DataFrame(), object()])
def test_junk_is_the_librarys_error(junk: Any) -> None:
    with pytest.raises(KundenmetrikError):
        km.kano.classify(junk)
    with pytest.raises(KundenmetrikError):
        km.kano.from_counts(junk)


def test_a_missing_feature_name_is_a_fault() -> None:
    with pytest.raises(InvalidData, match="feature must be given"):
        km.kano.classify({"feature": ["a", None], "functional": [1, 1], "dysfunctional": [5, 5]})


def test_unobserved_features_of_a_categorical_appear() -> None:
    data = pd.DataFrame(LONG).astype({"feature": pd.CategoricalDtype(["returns", "app", "chat"])})
    assert km.kano.classify(data).to_frame()[["feature", "n"]].to_numpy().tolist() == [
        ["returns", 3],
        ["app", 0],
        ["chat", 3],
    ]


def test_order_of_rows_does_not_matter() -> None:
    shuffled = pd.DataFrame(LONG).sample(frac=1, random_state=1)
    assert km.kano.classify(shuffled, by="age") == km.kano.classify(LONG, by="age")


def test_three_answers() -> None:
    data = {"feature": ["a"] * 3, "functional": [1, 1, 2], "dysfunctional": [2, 3, 3]}
    row = km.kano.classify(data, table="short").to_frame().iloc[0]
    assert (row.A, row.O, row.M, row.R, row.Q) == (1, 1, 1, 0, 0)
    with pytest.raises(InvalidData, match="lie from 1 to 3"):
        km.kano.classify({**data, "functional": [4, 1, 1]}, table="short")


def test_no_answers_at_all() -> None:
    columns = pd.DataFrame(
        {"feature": pd.Series(dtype=str), "functional": pd.Series(dtype="int8"), "dysfunctional": []}
    )
    table = km.kano.classify(columns)
    assert len(table) == 0
    assert table.to_frame().empty
    wide = km.kano.classify(pd.DataFrame({"f": [], "d": []}), pairs={"chat": ("f", "d")})
    assert wide.to_frame().notes.tolist() == ["empty"]
    assert table + km.kano.classify(LONG) == km.kano.classify(LONG)


@pytest.mark.parametrize("values", [[1j], [dt.datetime(2026, 1, 1)], [b"1"], [[1]], [{}]])
def test_strange_cells_are_the_librarys_error(values: list[Any]) -> None:
    with pytest.raises(KundenmetrikError):
        km.kano.classify({"feature": ["a"], "functional": values, "dysfunctional": [1]})


@pytest.mark.parametrize("without", [[[1]], [None], [{}], 3])
def test_strange_people_are_the_librarys_error(without: int | list[Any]) -> None:
    with pytest.raises(KundenmetrikError):
        km.kano.classify(LONG, without=without)


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(InvalidArgument, match=r"there is no functional and no dysfunctional among feature, fn\. Wide"):
        km.kano.classify({"feature": ["a"], "fn": [1]})
    with pytest.raises(InvalidArgument, match=r"there is no feature and no dysfunctional among functional\. Wide"):
        km.kano.classify(pytest.importorskip("polars").DataFrame({"functional": [1]}))
