"""Named definitions, and one column of answers under all of them."""

from __future__ import annotations

import numpy as np
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName
from kundenmetrik.survey.definitions import DEFINITIONS, definition

RATINGS = np.repeat([1, 2, 3, 4, 5], [10186, 12951, 17609, 16921, 15754])
"""The counts of 73,421 lecture ratings from 1 to 5 (InstEval)."""


def test_one_column_has_many_scores() -> None:
    table = km.survey.compare_definitions(RATINGS, scale=km.Scale(1, 5)).set_index("definition")["value"].round(2)
    assert table["nps.5_strict"] == -34.04
    assert table["nps.5_lax"] == 12.99
    assert round(table["csat"], 1) == 44.5
    assert round(table["csat.mean_5"], 3) == 3.21


def test_every_definition_says_where_it_comes_from() -> None:
    for name, found in DEFINITIONS.items():
        assert found.name == name == found.metric.definition_name
        assert len(found.source) > 10
        low, high = found.metric.bounds
        assert low < high


def test_only_definitions_for_the_scale_are_compared() -> None:
    hard = km.Scale(1, 5, higher_is_better=False)
    assert km.survey.compare_definitions([1, 2], scale=hard)["definition"].tolist() == ["ces.1.0"]
    with pytest.raises(InvalidArgument, match="definition"):
        km.survey.compare_definitions([1, 2], scale=km.Scale(1, 9))


def test_the_nearest_name_is_suggested() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean 'nps.european'"):
        definition("nps.europaen")


def test_an_estimate_carries_its_definition() -> None:
    estimate = km.measure({"score": [5, 4]}, definition("nps.5_lax"))[()]
    assert (estimate.metric, estimate.definition) == ("nps", "nps.5_lax")
    with pytest.raises(InvalidArgument, match="same"):
        km.compare(estimate, km.measure({"score": [5, 4]}, definition("nps.5_strict"))[()])


class TestACSI:
    """One index of three items."""

    def test_equal_weights_are_the_sum_of_the_items(self) -> None:
        items = np.array([[8, 7, 6], [9, 8, 9], [10, 10, 10], [1, 1, 1]])
        estimate = km.survey.acsi(*items.T)
        assert estimate.value == pytest.approx(((items.sum(axis=1) - 3) / 27 * 100).mean(), abs=1e-6)
        assert estimate.low < estimate.value < estimate.high

    def test_published_means_with_the_ohio_weights(self) -> None:
        from kundenmetrik.survey.acsi import OHIO

        rng = np.random.default_rng(1)
        items = rng.integers(1, 11, size=(3, 200))
        by_hand = sum(w * (x.mean() - 1) for w, x in zip(OHIO, items, strict=True)) / 9 * 100
        assert km.survey.acsi(*items, weights=OHIO).value == pytest.approx(by_hand, abs=1e-6)

    def test_a_missing_item_excludes_the_person(self) -> None:
        estimate = km.survey.acsi([8, None, 7], [7, 5, None], [6, 5, 5])
        assert (estimate.n, dict(estimate.excluded)) == (1, {"missing": 2})

    def test_all_faults_come_at_once(self) -> None:
        with pytest.raises(InvalidData) as caught:
            km.survey.acsi([0, 5], [5, 11], [5, 5])
        assert [fault.column for fault in caught.value.faults] == ["satisfaction", "expectancy"]
        with pytest.raises(InvalidArgument, match="add up to 1"):
            km.survey.acsi([5], [5], [5], weights=(1, 1, 1))


def test_without_a_scale_every_definition_that_holds_the_answers_is_shown() -> None:
    table = km.survey.compare_definitions([1, 4, 5, None]).set_index("definition")
    assert {"nps", "nps.5_strict", "csat.formbricks_7", "ces.1.0"} <= set(table.index)
    assert "csat.simplesat_3" not in table.index
    assert table.loc["nps.5_strict", "scale"] == "Scale(1, 5)"
    assert "nps.5_strict" not in km.survey.compare_definitions([1, 9])["definition"].tolist()
    with pytest.raises(InvalidArgument, match="hold all the answers"):
        km.survey.compare_definitions([1, 99])


@pytest.mark.parametrize("size", [5, 6, 7])
def test_two_of_five_to_seven_count_as_satisfied(size: int) -> None:
    assert km.CSAT(scale=km.Scale(1, size)).satisfied == (size - 1, size)


@pytest.mark.parametrize(("size", "cited"), [(2, "(2,)"), (3, "(3,)"), (4, "(3, 4)"), (10, "(8, 9, 10)")])
def test_other_scales_are_refused_with_what_is_cited_for_them(size: int, cited: str) -> None:
    """Three steps counted the neutral as satisfied, and ten gave the top two where the cited score counts three."""
    for call in (lambda: km.CSAT(scale=km.Scale(1, size)), lambda: km.csat([1, 2], scale=km.Scale(1, size))):
        with pytest.raises(InvalidArgument, match="satisfied must name the steps") as caught:
            call()
        assert f"satisfied={cited}" in str(caught.value)


@pytest.mark.parametrize("scale", [km.Scale(0, 10), km.Scale(1, 8), km.Scale(0, 100)])
def test_a_scale_that_nobody_cites_is_refused_too(scale: km.Scale) -> None:
    with pytest.raises(InvalidArgument, match="None is cited for so many steps"):
        km.CSAT(scale=scale)


def test_the_remedy_of_a_refused_scale_gives_the_cited_score() -> None:
    definition = km.survey.definitions.definition("csat.formbricks_10")
    scores = [10, 9, 8, 3]
    assert km.csat(scores, scale=km.Scale(1, 10), satisfied=(8, 9, 10)).value == 75.0
    assert km.measure({"score": scores}, definition).overall().value == 75.0
