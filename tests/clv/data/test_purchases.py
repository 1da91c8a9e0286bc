from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType

UNITS = st.sampled_from(["hour", "day", "week", "month", "year"])


@st.composite
def bases(draw: Any, first_id: int = 0) -> Purchases:
    """Draw a valid base; half of them in whole days told in weeks, as logs give them."""
    rows = draw(st.integers(0, 12))
    frequency = draw(st.lists(st.integers(0, 4), min_size=rows, max_size=rows))
    ages = draw(st.lists(st.integers(1, 40), min_size=rows, max_size=rows))
    shares = draw(st.lists(st.floats(0.01, 1), min_size=rows, max_size=rows))
    daily = draw(st.booleans())
    age = [span / 7 if daily else span * 1.1 for span in ages]
    last = [
        max(1, round(share * span)) / 7 if daily else share * span for share, span in zip(shares, ages, strict=True)
    ]
    recency = [time if times else 0.0 for time, times in zip(last, frequency, strict=True)]
    spend = [draw(st.floats(0, 1e4)) if times else np.nan for times in frequency]
    ids = [f"c{row + first_id}" for row in range(rows)]
    return Purchases.from_summary(frequency, recency, age, spend, unit="week", customer_id=np.array(ids, dtype=object))


@given(bases())
def test_cells_are_the_distinct_rows_with_their_counts(base: Purchases) -> None:
    cells = base.cells()
    rows = sorted(zip(base.frequency.tolist(), base.recency.tolist(), base.age.tolist(), strict=True))
    repeated = [
        row
        for *row, count in zip(
            cells.frequency.tolist(), cells.recency.tolist(), cells.age.tolist(), cells.count.tolist(), strict=True
        )
        for _ in range(count)
    ]
    assert [tuple(row) for row in repeated] == rows
    assert len(set(rows)) == len(cells)


@given(bases(), st.randoms())
def test_cells_do_not_depend_on_the_order_of_customers(base: Purchases, random: Any) -> None:
    order = random.sample(range(len(base)), len(base))
    one, two = base.cells(), base.select(np.array(order, dtype=int)).cells()
    for name in ("frequency", "recency", "age", "count"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist()


@given(bases())
def test_json_and_pickle_lose_nothing(base: Purchases) -> None:
    assert Purchases.from_json(base.to_json()) == base
    assert pickle.loads(pickle.dumps(base)) == base


@given(bases(), bases(first_id=100))
def test_two_bases_add_up(one: Purchases, two: Purchases) -> None:
    both = one + two
    assert len(both) == len(one) + len(two)
    assert both.frequency.sum() == one.frequency.sum() + two.frequency.sum()
    assert both.select(np.arange(len(one))) == one
    if len(one):
        with pytest.raises(InvalidData, match="be there once"):
            _ = one + one


@given(bases(), UNITS)
@settings(max_examples=50)
def test_another_unit_and_back_is_the_same_base(base: Purchases, unit: str) -> None:
    back = base.to_unit(unit).to_unit("week")
    np.testing.assert_allclose(back.age, base.age, rtol=1e-15)
    np.testing.assert_allclose(back.recency, base.recency, rtol=1e-15)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidData) as error:
        Purchases.from_summary(
            [1, 0, -1, 1.5, 1, 1],
            [5, 1, 0, 0, np.nan, 0],
            [4, 4, 4, 4, np.inf, 4],
            unit="week",
            customer_id=list("aabcde"),
        )
    assert {(fault.column, fault.code) for fault in error.value.faults} == {
        ("frequency", "not_whole"),
        ("frequency", "negative"),
        ("customer_id", "duplicate"),
        ("recency", "not_finite"),
        ("age", "not_finite"),
        ("recency", "recency_after_age"),
        ("recency", "recency_without_repeat"),
        ("recency", "repeat_without_recency"),
    }


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (([1], [50], [40]), "recency_after_age"),
        (([0], [3], [40]), "recency_without_repeat"),
        (([2], [0], [40]), "repeat_without_recency"),
        (([-1], [3], [40]), "negative"),
        (([1.5], [3], [40]), "not_whole"),
        (([1], [3], [np.nan]), "not_finite"),
        (([True], [3], [40]), "truth"),
        ((["1"], [3], [40]), "text"),
        (([0], [0], [40], [3.5]), "spend_without_repeat"),
        (([1], [3], [40], [np.inf]), "not_finite"),
    ],
)
def test_a_contradiction_is_refused(columns: tuple[Any, ...], code: str) -> None:
    with pytest.raises(InvalidData) as error:
        Purchases.from_summary(*columns, unit="week")
    assert code in [fault.code for fault in error.value.faults]


def test_many_purchases_in_a_short_time_and_a_last_one_at_the_end_are_legal() -> None:
    base = Purchases.from_summary([5000, 3], [1.0, 7], [1.0, 7], unit="day")
    assert base.frequency.tolist() == [5000, 3]


def test_a_spend_of_zero_without_a_repeat_is_missing() -> None:
    base = Purchases.from_summary([0, 1], [0, 1], [2, 2], [0.0, 3.0], unit="day")
    assert np.isnan(base.spend[0])
    assert base.spend[1] == 3.0


def test_the_index_of_series_names_the_customers_and_two_indices_are_refused() -> None:
    index = pd.Index(["x", "y"], name="customer")
    frequency, recency, age = (pd.Series(values, index=index) for values in ([0, 1], [0, 2], [5, 5]))
    assert Purchases.from_summary(frequency, recency, age, unit="day").customer_id.tolist() == ["x", "y"]
    with pytest.raises(InvalidArgument, match="have the same index as frequency"):
        Purchases.from_summary(frequency, recency[::-1], age, unit="day")
    with pytest.raises(InvalidArgument, match="recency must have as many rows as frequency"):
        Purchases.from_summary([0, 1], [0], [5, 5], unit="day")


def test_nothing_of_a_base_can_be_changed_and_nothing_given_is() -> None:
    age = np.array([5.0, 6.0])
    base = Purchases.from_summary([0, 1], [0, 2], age, unit="day")
    age[0] = 99.0
    assert base.age.tolist() == [5.0, 6.0]
    with pytest.raises(ValueError, match="read-only"):
        base.age[0] = 1.0
    with pytest.raises(AttributeError):
        base.unit = "week"  # type: ignore[misc]


def views(values: np.ndarray[Any, Any]) -> list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """Read-only columns with the memory that can still be written to."""
    view = values[:]
    view.flags.writeable = False
    memory = bytearray(values.tobytes())
    foreign = np.frombuffer(memory)
    foreign.flags.writeable = False
    return [(view, values), (foreign, np.frombuffer(memory)), (view[::1], values)]


@pytest.mark.parametrize("case", range(3))
def test_a_read_only_view_of_memory_that_changes_is_copied(case: int) -> None:
    since, memory = views(np.array([3.0, 0.0]))[case]
    base = Purchases.from_summary([1, 0], since, [5.0, 6.0], unit="day")
    built = Purchases(
        customer_id=base.customer_id,
        frequency=base.frequency,
        recency=since,
        age=base.age,
        spend=base.spend,
        unit="day",
    )
    memory[0] = 99.0
    assert base.recency.tolist() == built.recency.tolist() == [3.0, 0.0]


def test_a_view_made_before_its_base_became_read_only_changes_nothing() -> None:
    own = np.array([3.0, 0.0])
    kept = own[:]
    own.flags.writeable = False
    base = Purchases.from_summary([1, 0], own, [5.0, 6.0], unit="day")
    kept[0] = 99.0
    assert base.recency.tolist() == [3.0, 0.0]


def test_what_nobody_can_write_to_is_not_copied() -> None:
    since = np.frombuffer(np.array([3.0, 0.0]).tobytes())
    base = Purchases.from_summary([1, 0], since, [5.0, 6.0], unit="day")
    again = Purchases(
        customer_id=base.customer_id,
        frequency=base.frequency,
        recency=since,
        age=base.age,
        spend=base.spend,
        unit="day",
    )
    assert again.recency is since
    assert again.age is base.age
    assert again.frequency is base.frequency
    assert base.to_unit("week").frequency is base.frequency


@pytest.mark.parametrize("name", ["frequency", "recency", "age", "spend", "customer_id"])
@pytest.mark.parametrize("shape", [(2, 1), (1, 2), (2, 2), ()])
def test_a_table_in_the_place_of_a_column_is_named(name: str, shape: tuple[int, ...]) -> None:
    columns: dict[str, Any] = {key: [1, 2] for key in ("frequency", "recency", "age", "spend", "customer_id")}
    for table in (np.ones(shape), pd.DataFrame(np.ones(shape)) if len(shape) == 2 else {1, 2}):
        with pytest.raises(InvalidType, match=f"^{name} must be (one|a) column"):
            Purchases.from_summary(**(columns | {name: table}), unit="day")


@pytest.mark.parametrize("bad", ["1", np.nan, 1.5, None, True, 1e300])
def test_a_frequency_that_cannot_be_read_is_one_fault(bad: Any) -> None:
    for frequency in ([bad, 1], pd.Series([bad, 1], dtype=object)):
        with pytest.raises(InvalidData) as error:
            Purchases.from_summary(frequency, [3.0, 3.0], [5.0, 5.0], [9.0, 9.0], unit="day")
        (fault,) = error.value.faults
        assert (fault.column, fault.rows) == ("frequency", (0,))


@pytest.mark.parametrize("name", ["recency", "age", "spend"])
def test_a_time_that_cannot_be_read_is_one_fault(name: str) -> None:
    columns: dict[str, Any] = {"frequency": [1, 0], "recency": [3.0, 0], "age": [5.0, 5], "spend": [9.0, 0]}
    with pytest.raises(InvalidData) as error:
        Purchases.from_summary(**(columns | {name: ["x", 0]}), unit="day")
    assert [(fault.column, fault.code) for fault in error.value.faults] == [(name, "text")]


def test_rows_that_can_be_read_are_judged_beside_one_that_cannot() -> None:
    with pytest.raises(InvalidData) as error:
        Purchases.from_summary(["1", 0, 2], [3.0, 3.0, 0.0], [5.0, 5.0, 5.0], unit="day")
    assert [(fault.code, fault.rows) for fault in error.value.faults] == [
        ("text", (0,)),
        ("recency_without_repeat", (1,)),
        ("repeat_without_recency", (2,)),
    ]


def test_ids_are_all_numbers_or_all_text() -> None:
    with pytest.raises(InvalidData, match="all whole numbers or all strings"):
        Purchases.from_summary([0, 0], [0, 0], [1, 1], unit="day", customer_id=["a", 1])
    with pytest.raises(InvalidType):
        Purchases(
            customer_id=np.array([0.5]),
            frequency=np.array([0]),
            recency=np.array([0.0]),
            age=np.array([1.0]),
            spend=np.array([np.nan]),
            unit="day",
        )


def test_the_frame_has_the_promised_columns_and_the_summary_the_figures() -> None:
    base = Purchases.from_summary([0, 2, 1], [0, 2, 1], [5, 5, 3], [0, 10, 20], unit="week")
    assert base.to_frame().columns.tolist() == ["customer_id", "frequency", "recency", "age", "spend", "first"]
    assert base.summary()["repeaters"] == 2
    assert base.summary()["mean_spend"] == 15.0
    assert repr(base).startswith("Purchases of 3 customers, ")


def test_select_takes_a_mask_or_positions() -> None:
    base = Purchases.from_summary([0, 2, 1], [0, 2, 1], [5, 5, 3], unit="week")
    assert base.select(base.frequency > 0) == base.select([1, 2])
    with pytest.raises(InvalidArgument, match="mask of 3"):
        base.select([True, False])


@pytest.mark.parametrize("rows", [1, 50_000])
def test_cells_agree_with_pandas_on_whole_days(rows: int) -> None:
    rng = np.random.default_rng(7)
    frequency = rng.poisson(0.8, rows)
    age = rng.integers(1, 60, rows)
    recency = np.where(frequency > 0, rng.integers(1, age + 1), 0)
    base = Purchases.from_summary(frequency, recency / 7, age / 7, unit="week")
    expected = pd.DataFrame({"x": frequency, "t": recency / 7, "T": age / 7}).value_counts().reset_index()
    expected = expected.sort_values(["x", "t", "T"])
    cells = base.cells()
    assert cells.frequency.tolist() == expected["x"].tolist()
    assert cells.recency.tolist() == expected["t"].tolist()
    assert cells.age.tolist() == expected["T"].tolist()
    assert cells.count.tolist() == expected["count"].tolist()


def test_the_headline_says_how_many_are_known_to_have_left() -> None:
    plain = Purchases.from_summary([0, 1, 3], [0, 2, 5], [9, 9, 9], unit="week")
    assert "left" not in repr(plain)
    for churned, said in (([True, False, False], "1 known to have left"), ([True] * 3, "3 known to have left")):
        base = Purchases.from_summary([0, 1, 3], [0, 2, 5], [9, 9, 9], unit="week", churned=churned)
        assert f"repeaters, {said}, 4 repeat purchases" in " ".join(repr(base).split())
        assert said in base.headline
        assert said in base._repr_html_()
    one_left = Purchases.from_summary([0, 1], [0, 2], [9, 9], unit="week", churned=[True, False])
    assert "left" not in one_left.select([1]).headline
