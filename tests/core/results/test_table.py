"""Tables of estimates: asked by key, summed, merged, cut, shown."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import InvalidArgument, KundenmetrikError, UnknownName

FRAME = pd.DataFrame(
    {
        "shop": ["A", "A", "B", "B", "B", "C"],
        "kind": [1, 2, 1, 2, 2, 1],
        "nps": [10, 3, 9, 8, 7, 0],
        "csat": [5, 2, 4, None, 4, 1],
    }
)
TABLE = km.measure(FRAME, [km.NPS("nps"), km.CSAT("csat")], by=["shop", "kind"])
NPS = TABLE.metric("nps")
ROWS = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 2), st.integers(0, 10)), min_size=1, max_size=60)


def test_an_estimate_of_a_table_can_be_asked_again() -> None:
    for confidence in (0.5, 0.8, 0.99):
        for table, key in ((TABLE, ("csat", "B", 2)), (NPS, ("B", 2))):
            asked = table[key].at(confidence=confidence)
            assert asked == table.at(confidence=confidence)[key]
            assert asked.at(confidence=0.95) == table[key]
            assert asked.counts == table[key].counts
    whole = TABLE.overall("nps")
    assert whole.at(confidence=0.5) == km.nps(FRAME["nps"], confidence=0.5)
    assert km.compare(whole.at(confidence=0.5), NPS["A", 1]).to_dict() == km.compare(whole, NPS["A", 1]).to_dict()


def test_a_hidden_estimate_can_be_asked_again_and_stays_hidden() -> None:
    hidden = km.measure(FRAME, km.NPS("nps"), by="shop", min_n=2)["C"]
    assert hidden.notes == ("suppressed",)
    asked = hidden.at(confidence=0.5)
    assert np.isnan([asked.value, asked.low, asked.high, asked.n]).all()
    assert asked.confidence == 0.5
    assert "rows" not in repr(hidden)


def test_iteration_and_frame_tell_the_same() -> None:
    frame = TABLE.to_frame()
    assert len(frame) == len(list(TABLE)) == 2 * len(TABLE)
    for row, estimate in zip(frame.to_dict("records"), TABLE, strict=True):
        assert row["metric"] == estimate.metric
        for name in ("value", "low", "high", "n"):
            assert row[name] == getattr(estimate, name) or np.isnan(row[name])
        assert row["excluded"] == sum(estimate.excluded.values())
        assert row["notes"] == ", ".join(estimate.notes)


@settings(max_examples=30)
@given(ROWS, st.integers(0, 6))
def test_a_hidden_group_stays_hidden_in_a_subset(rows: list[tuple[str, int, int]], min_n: int) -> None:
    frame = pd.DataFrame(rows, columns=["shop", "kind", "nps"])
    table = km.measure(frame, km.NPS("nps"), by=["shop", "kind"], min_n=min_n)
    for key in table.groups.keys:
        assert table.subset([key])[key] == table[key]
    assert table.total("shop", "kind").to_frame().equals(table.to_frame())


def test_one_metric_of_several_hides_the_same_groups() -> None:
    frame = pd.DataFrame({"shop": ["A"] * 9 + ["B"] * 20 + ["C"] * 20, "nps": [10, 9, 8] + [None] * 6 + [5] * 40})
    table = km.measure(frame.assign(csat=5), [km.NPS("nps"), km.CSAT("csat")], by="shop", min_n=5)
    assert table["csat", "A"].notes == ("suppressed",)
    assert table.metric("csat")["A"] == table["csat", "A"]


def test_tables_add_with_their_notes_and_the_stricter_privacy() -> None:
    one, two = (km.measure(FRAME.iloc[rows], km.NPS("nps"), by="shop") for rows in ([0, 1, 2], [3, 4, 5]))
    pd.testing.assert_frame_equal((one + two).to_frame(), km.measure(FRAME, km.NPS("nps"), by="shop").to_frame())
    strict = km.measure(FRAME, km.NPS("nps"), by="shop", min_n=7)
    assert (strict + one).min_n == 7
    with pytest.raises(InvalidArgument, match="same metrics"):
        one + km.measure(FRAME, km.CSAT("csat"), by="shop")
    with pytest.raises(TypeError):
        one + 1


@pytest.mark.parametrize("key", ["nps", "A", ("A", 3), ("nps", "A"), ("nope", "A", 1), (), None, ["A"], slice(2), 1.5])
def test_a_wrong_key_is_told_what_there_is(key: object) -> None:
    for table in (TABLE, NPS):
        with pytest.raises(KundenmetrikError, match=r"key|metric"):
            table[key]
    with pytest.raises(UnknownName, match="'nps', 'csat'"):
        TABLE.metric("npss")
    with pytest.raises(UnknownName, match="'shop', 'kind'"):
        TABLE.total("shopp")
    with pytest.raises(InvalidArgument, match="confidence"):
        TABLE.at(confidence=95)


def test_a_table_cannot_be_changed() -> None:
    for name in ("confidence", "tallies", "new"):
        with pytest.raises(AttributeError):
            setattr(TABLE, name, 1)
    with pytest.raises(ValueError, match="read-only"):
        NPS.counts.table[0, 0] = 5


def test_counts_leave_the_array_of_the_caller_as_it_is() -> None:
    array = np.array([[1, 2]])
    counts = km.Counts(cells=("a", "b"), table=array)
    array[0, 0] = 7
    assert array.flags.writeable
    assert not counts.table.flags.writeable


@pytest.mark.parametrize("copied", [lambda table: pickle.loads(pickle.dumps(table)), copy.copy, copy.deepcopy])
def test_copies_tell_the_same(copied: object) -> None:
    again = copied(TABLE)
    pd.testing.assert_frame_equal(again.to_frame(), TABLE.to_frame())
    assert list(again) == list(TABLE)


def test_counts_by_date_go_to_json_and_back() -> None:
    frame = FRAME.assign(day=pd.Timestamp("2026-03-01"))
    counts = km.measure(frame, km.NPS("nps"), by=["day", "shop"]).counts
    assert km.Counts.from_json(counts.to_json()) == counts
    for text in ("", "{}", "[]", "null", '{"version": 2}', counts.to_json().replace('"cells"', '"sells"')):
        with pytest.raises(InvalidArgument, match="counts stored by this library"):
            km.Counts.from_json(text)
        with pytest.raises(InvalidArgument, match="estimate stored by this library"):
            km.Estimate.from_json(text)


def test_tables_and_differences_are_json_that_any_reader_understands() -> None:
    import json

    table = km.measure({"shop": ["A", "A", "B"], "nps": [10, 3, None]}, km.NPS("nps"), by="shop")
    assert isinstance(table, EstimateTable)
    for thing in (table, table.compare(baseline="A"), km.compare(table["A"], table["B"])):
        json.loads(thing.to_json(), parse_constant=pytest.fail)
        assert json.loads(json.dumps(thing.to_dict(), allow_nan=False)) == thing.to_dict()
    rows = table.to_dict()["rows"]
    assert rows[1]["value"] is None
    assert rows[0]["n"] == 2


def test_half_a_key_says_what_a_key_is_made_of() -> None:
    frame = {"shop": ["A", "B"], "kind": ["x", "y"], "nps": [10, 3]}
    with pytest.raises(InvalidArgument, match="key must name one group by shop, kind"):
        km.measure(frame, km.NPS("nps"), by=["shop", "kind"])["A"]
