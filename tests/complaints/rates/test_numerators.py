"""Which complaints count, against plain loops over drawn logs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.complaints import denominator, numerator
from kundenmetrik.complaints.rates.interactions import matched_purchase, read_interactions
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName
from tests.builders import interactions_of

rows = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(["purchase", "complaint", "contact", "refund"]),
        st.integers(0, 20),
        st.sampled_from(["A", "B"]),
    ),
    max_size=40,
)


@given(log=rows)
def test_numerators_one_by_one(log: list[tuple[int, str, int, str]]) -> None:
    frame = interactions_of(log)
    complaints = [place for place, row in enumerate(log) if row[1] == "complaint"]
    assert numerator(frame).weight.sum() == len(complaints)
    per_customer = numerator(frame, "first_per_customer")
    assert per_customer.weight.sum() == len({log[place][0] for place in complaints})
    for place in np.flatnonzero(per_customer.weight):
        assert log[place][2] == min(log[other][2] for other in complaints if log[other][0] == log[place][0])
    per_purchase = numerator(frame, "first_per_purchase")
    about = matched_purchase(read_interactions(frame))
    assert per_purchase.weight.sum() == len({about[place] for place in complaints if about[place] >= 0})
    assert per_purchase.excluded["unmatched"].sum() == sum(about[place] < 0 for place in complaints)
    for found in (per_customer, per_purchase):
        left_out = np.sum([mask.sum() for mask in found.excluded.values()])
        assert found.weight.sum() + left_out == len(complaints)


@given(log=rows)
def test_within_each_group(log: list[tuple[int, str, int, str]]) -> None:
    frame = interactions_of(log)
    week = (frame["day"] // 7).astype(int).to_numpy() if len(frame) else np.zeros(0, dtype=int)
    found = numerator(frame, "first_per_customer", within=week)
    expected = {(row[0], row[2] // 7) for row in log if row[1] == "complaint"}
    assert found.weight.sum() == len(expected)
    asked = denominator(frame, "respondents", within=week)
    assert asked.weight.sum() == len({(row[0], row[2] // 7) for row in log})


def test_severity_is_read_of_complaints_only() -> None:
    frame = interactions_of([(1, "complaint", 1, "A"), (1, "purchase", 0, "A"), (2, "complaint", 2, "A")])
    frame["points"] = [3.0, np.nan, 5.0]
    assert numerator(frame, "severity", severity="points").weight.tolist() == [3, 0, 5]
    with pytest.raises(InvalidArgument, match="severity"):
        numerator(frame, "severity")
    frame.loc[0, "points"] = -1
    with pytest.raises(InvalidData, match="points"):
        numerator(frame, "severity", severity="points")


def test_names_and_codes_are_checked() -> None:
    frame = interactions_of([(1, "complaint", 1, "A")])
    with pytest.raises(UnknownName, match="every"):
        numerator(frame, "all")
    with pytest.raises(UnknownName, match="matched_sales"):
        denominator(frame, "sales")
    with pytest.raises(InvalidArgument, match="within"):
        numerator(frame, within=[1, 2])
    with pytest.raises(InvalidArgument, match="within"):
        denominator(frame, within=[1, 2])
