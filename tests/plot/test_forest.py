"""Estimates one below the other: places, limits, words beside."""

from __future__ import annotations

import pytest

import kundenmetrik as km
from tests import builders

FRAME = {
    "shop": ["A"] * 60 + ["B"] * 60 + ["C"] * 60,
    "nps": [10] * 50 + [3] * 10 + [10] * 20 + [3] * 40 + [10] * 35 + [3] * 25,
}
TABLE = km.measure(FRAME, km.NPS("nps"), by="shop")


def test_rows_stand_from_the_top_down_at_their_values() -> None:
    ax = km.plot.forest(TABLE)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B", "C"]
    low, high = ax.get_ylim()
    assert low > high
    for place, (estimate, dot, bar) in enumerate(zip(TABLE, builders.dots(ax), builders.bars(ax), strict=True)):
        assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (estimate.value, place)
        assert bar.get_xdata().tolist() == [estimate.low, estimate.high]


def test_numbers_stand_beside_in_the_language() -> None:
    german = km.plot.forest(TABLE, language="de").texts[0].get_text()
    english = km.plot.forest(TABLE).texts[0].get_text()
    one = TABLE["A"]
    assert german == f"{one.value:.1f} [{one.low:.1f}; {one.high:.1f}]  n 60".replace(".", ",")
    assert english == german.replace(",", ".")


def test_an_undefined_estimate_keeps_its_row_and_says_why() -> None:
    ax = km.plot.forest({"some": km.nps([9, 3]), "none": km.nps([])}, language="de")
    assert len(builders.dots(ax)) == 1
    assert ax.texts[1].get_text() == "keine Antworten"


def test_a_rate_without_known_numbers_says_that_they_are_missing() -> None:
    table = km.measure(
        {"product": ["A", "B"], "bad": [3.0, float("nan")], "sold": [100.0, 50.0]}, km.TGW("bad", "sold"), by="product"
    )
    ax = km.plot.forest(table, language="de")
    assert "Zahlen fehlen" in [text.get_text() for text in ax.texts]


def test_long_names_are_broken_and_rows_do_not_overlap() -> None:
    names = {
        f"Eine Zeile {i} mit einem Namen, der gar nicht enden will und doch lesbar bleibt": km.nps([9, 3])
        for i in range(6)
    }
    ax = km.plot.forest(names)
    assert not builders.overlaps(ax, ax.get_yticklabels())
    assert not builders.overlaps(ax, ax.texts)
    extents = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert min(box.x0 for box in extents) >= 0
    assert max(text.get_window_extent().x1 for text in ax.texts) <= ax.figure.bbox.x1


def test_several_metrics_of_one_unit_are_named() -> None:
    both = km.measure(FRAME, [km.NPS("nps"), km.NPS("nps").with_name("again")], by="shop")
    ax = km.plot.forest(both)
    assert [label.get_text() for label in ax.get_yticklabels()][::3] == ["NPS, A", "again, A"]


def test_estimates_of_different_units_are_refused() -> None:
    with pytest.raises(km.errors.InvalidArgument, match="one unit"):
        km.plot.forest([km.nps([9]), km.csat([5])])
    with pytest.raises(km.errors.InvalidType, match="be estimates"):
        km.plot.forest({"a": 3})


def test_an_interval_without_an_end_leads_to_the_edge() -> None:
    curve = km.retention.survival([1, 2, 3, 4, 5, 6], [True, True, True, False, False, False], unit="month")
    median = curve.median()
    assert median.high == float("inf")
    ax = km.plot.forest(median, language="de")
    edge = ax.get_xlim()[1]
    assert [line.get_xdata()[-1] for line in ax.lines if line.get_marker() == ">"] == [edge]
    assert ax.get_xlabel().startswith("Median der Kundendauer (Monate)")
    assert "∞" in ax.texts[0].get_text()
