"""Groups: keys in order, found by name, merged and summed up."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.period_names import period_numbers
from kundenmetrik.core.results.groups import EVERYONE, Groups, as_key, period_name
from kundenmetrik.errors import InvalidArgument, UnknownName

KEYS = st.lists(st.tuples(st.none() | st.integers(0, 5), st.sampled_from("abc")), unique=True, max_size=12)


def groups(keys: list[tuple[object, ...]]) -> Groups:
    return Groups(names=("number", "letter"), keys=tuple(keys))


@given(KEYS, KEYS)
def test_a_union_has_every_key_once_and_stays_sorted(
    one: list[tuple[object, ...]], two: list[tuple[object, ...]]
) -> None:
    def order(key: tuple[object, ...]) -> tuple[object, ...]:
        return tuple((part is None, part or 0) if not isinstance(part, str) else part for part in key)

    both = groups(sorted(one, key=order)).union(groups(sorted(two, key=order)))
    assert list(both.keys) == sorted({*one, *two}, key=order)
    unsorted = groups(one).union(groups(two))
    assert set(unsorted.keys) == {*one, *two}


@given(KEYS)
def test_places_and_margins_fit(keys: list[tuple[object, ...]]) -> None:
    made = groups(keys)
    assert made.places(keys).tolist() == list(range(len(keys)))
    assert made.places([(9, "z")]).tolist() == [-1]
    letters, places = made.margin(["letter"])
    assert [letters.keys[place] for place in places] == [(key[1],) for key in keys]
    whole, places = made.margin([])
    assert whole.keys == EVERYONE.keys
    assert places.tolist() == [0] * len(keys)
    assert made.take(range(len(keys))[::-1]).keys == tuple(keys[::-1])


def test_a_key_is_found_however_it_is_written() -> None:
    made = Groups(names=("month",), keys=(("2026-03",), (None,)))
    for key in ("2026-03", ("2026-03",), pd.Period("2026-03", "M"), np.str_("2026-03")):
        assert made.position(key) == 0
    assert made.position(None) == 1
    assert as_key((np.int8(3), pd.Period("2026Q1", "Q"))) == (3, "2026-Q1")


@pytest.mark.parametrize("key", ["2026-04", ("2026-03", 1), (), ["2026-03"], {"a": 1}, slice(None), np.array([1, 2])])
def test_an_unknown_key_is_told_the_known_ones(key: object) -> None:
    with pytest.raises(UnknownName, match="'2026-03'"):
        Groups(names=("month",), keys=(("2026-03",), (None,))).position(key)


def test_doubled_keys_and_other_columns_are_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"differ from each other, not \('A',\)"):
        Groups(names=("shop",), keys=(("A",), ("B",), ("A",)))
    with pytest.raises(InvalidArgument, match="same key columns"):
        EVERYONE.union(Groups(names=("shop",), keys=()))
    with pytest.raises(UnknownName, match="shop"):
        EVERYONE.margin(["shop"])


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (pd.Period("2026", "Y"), "2026"),
        (pd.Period("2026Q3", "Q"), "2026-Q3"),
        (pd.Period("2026-03", "M"), "2026-03"),
        (pd.Period("2026-03-01", "D"), "2026-03-01"),
        (pd.Period("2026-12-31", "W"), "2026-W53"),
        (pd.Period("2027-01-01", "W"), "2026-W53"),
        (pd.Period("2024-12-30", "W"), "2025-W01"),
    ],
)
def test_periods_of_pandas_have_iso_names(period: pd.Period, name: str) -> None:
    assert period_name(period) == name


@given(st.dates(date(1, 1, 8), date(9998, 12, 1)), st.sampled_from(["Y", "Q", "M", "W", "D"]))
def test_the_period_after_has_the_next_number(day: date, kind: str) -> None:
    year, week, _ = day.isocalendar()
    after = date.fromordinal(day.toordinal() + 7)
    names = {
        "Y": (f"{day.year:04d}", f"{day.year + 1:04d}"),
        "Q": (f"{day.year:04d}-Q4", f"{day.year + 1:04d}-Q1"),
        "M": (f"{day.year:04d}-12", f"{day.year + 1:04d}-01"),
        "W": (f"{year:04d}-W{week:02d}", "{:04d}-W{:02d}".format(*after.isocalendar()[:2])),
        "D": (day.isoformat(), date.fromordinal(day.toordinal() + 1).isoformat()),
    }[kind]
    first, second = period_numbers(names).tolist()
    assert second == first + 1


@pytest.mark.parametrize("names", [["2026-13"], ["2026-W54"], ["2026-Q5"], ["March"], [202603], ["2026-03", "2026"]])
def test_other_periods_are_refused(names: list[object]) -> None:
    with pytest.raises(InvalidArgument, match="period must hold"):
        period_numbers(names)


def test_whole_keys_stay_whole_beside_a_missing_one() -> None:
    columns = groups([(1, "a"), (None, "b")]).columns()
    assert pd.Series(columns["number"]).tolist()[0] == 1
    assert str(pd.Series(columns["number"]).dtype) == "Int64"
    assert Groups(names=("truth",), keys=((True,), (None,))).columns()["truth"] == [True, None]
    assert Groups(names=("none",), keys=((None,),)).columns()["none"] == [None]


def test_an_unknown_key_is_shown_as_it_is_written_and_the_nearest_one_suggested() -> None:
    two = Groups(names=("segment", "year"), keys=(("Familie", 2024), (None, 2025)))
    with pytest.raises(UnknownName) as raised:
        two.position(("Famile", 2024))
    said = "key must be one of ('Familie', 2024), (None, 2025), not ('Famile', 2024). Did you mean ('Familie', 2024)?"
    assert str(raised.value) == said
    one = Groups(names=("segment",), keys=(("Familie",), (None,), (np.int64(7),)))
    with pytest.raises(UnknownName) as raised:
        one.position("Famile")
    assert str(raised.value) == "key must be one of 'Familie', None, 7, not 'Famile'. Did you mean 'Familie'?"
    assert one.position(None) == 1


def test_a_key_is_found_in_either_spelling() -> None:
    groups = Groups(names=("city", "year"), keys=(("K\u00f6ln", 2025), ("Bonn", 2025)))
    assert groups.position(("Ko\u0308ln", 2025)) == groups.position(("K\u00f6ln", 2025)) == 0
    as_written = Groups(names=("city",), keys=(("Ko\u0308ln",),))
    assert as_written.position("Ko\u0308ln") == 0
