"""The answers behind a metric: heights, colours, names of the classes, what they come to."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

import kundenmetrik as km
from kundenmetrik.plot.colours import BAD, GOOD, MIDDLE
from tests import builders

ANSWERS = [10] * 4 + [9] * 2 + [8] * 2 + [3]


def bars(ax: Axes) -> dict[int, Rectangle]:
    rectangles: list[Any] = list(ax.patches)
    return {round(bar.get_x() + bar.get_width() / 2): bar for bar in rectangles}


def colour(bar: Rectangle) -> str:
    from matplotlib.colors import to_hex

    return to_hex(bar.get_facecolor()).upper()


def test_heights_are_shares_of_the_answers() -> None:
    found = bars(km.plot.histogram(km.nps(ANSWERS)))
    assert sorted(found) == list(range(11))
    assert {step: bar.get_height() for step, bar in found.items() if bar.get_height()} == {
        3: 1 / 9,
        8: 2 / 9,
        9: 2 / 9,
        10: 4 / 9,
    }


def test_promoters_passives_and_detractors_have_their_colours_and_names() -> None:
    ax = km.plot.histogram(km.nps(ANSWERS), language="de")
    colours = {step: colour(bar) for step, bar in bars(ax).items()}
    assert colours == {step: GOOD if step > 8 else MIDDLE if step > 6 else BAD for step in range(11)}
    blank = "\N{NO-BREAK SPACE}%"
    assert builders.legend(ax) == [f"Promotoren: 66,7{blank}", f"Passive: 22,2{blank}", f"Detraktoren: 11,1{blank}"]
    assert ax.get_title(loc="left").startswith("NPS  55,6 [")


def test_the_satisfied_of_a_turned_scale_are_those_at_its_low_end() -> None:
    grades = km.csat([1, 1, 2, 3, 5], scale=km.Scale(1, 5, higher_is_better=False))
    ax = km.plot.histogram(grades)
    assert {step for step, bar in bars(ax).items() if colour(bar) == GOOD} == {1, 2}
    assert builders.legend(ax)[0].startswith("Satisfied: 60.0")


def test_a_mean_is_drawn_on_the_scale_with_its_interval() -> None:
    effort = km.ces([7, 6, 6, 5, 2])
    ax = km.plot.histogram(effort)
    assert ax.lines[0].get_xdata()[0] == effort.value
    span = ax.patches[-1].get_extents().transformed(ax.transData.inverted())
    assert (span.x0, span.x1) == pytest.approx((effort.low, effort.high))


def test_weights_change_the_heights() -> None:
    ax = km.plot.histogram(km.nps([10, 3], weight=[3.0, 1.0]))
    assert (bars(ax)[10].get_height(), bars(ax)[3].get_height()) == (0.75, 0.25)


def test_a_definition_of_ones_own_has_plain_names() -> None:
    ax = km.plot.histogram(km.measure({"s": [5, 4, 1]}, km.TopBox("s", scale=km.Scale(1, 5), top=(5,))).overall())
    assert [name.split(":")[0] for name in builders.legend(ax)] == ["Top steps", "Other steps"]


def test_what_has_no_answers_is_refused() -> None:
    with pytest.raises(km.errors.InvalidArgument, match="nobody answered"):
        km.plot.histogram(km.nps([]))
    with pytest.raises(km.errors.InvalidArgument, match="answers to a question"):
        km.plot.histogram(km.tgw(3, 100))
