"""The Kano plane: places, intervals, categories by colour and shape, names that cover nothing."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

import kundenmetrik as km
from kundenmetrik.kano.table import KanoTable
from tests import builders

WIFI = {"Free WiFi": {"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}}


def many(features: int, seed: int) -> KanoTable:
    rng = np.random.default_rng(seed)
    counts = {
        f"Feature {place} with a name": dict(
            zip("AOMIRQ", rng.multinomial(150, rng.dirichlet([1] * 4 + [0.2] * 2)), strict=True)
        )
        for place in range(features)
    }
    return km.kano.from_counts(counts)


def names(ax: Axes) -> list[Text]:
    return [text for text in ax.texts if text.get_text().startswith(("Feature", "Free"))]


def test_the_point_and_its_intervals_are_the_coefficients() -> None:
    table = km.kano.from_counts(WIFI)
    ax, row = km.plot.kano(table), table.to_frame().iloc[0]
    point = next(line for line in ax.lines if line.get_marker() == "D")
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (row.worse, row.better)
    ends = {tuple(segment.ravel()) for bar in ax.collections for segment in bar.get_segments()}  # type: ignore[attr-defined]
    assert (row.worse_low, row.better, row.worse_high, row.better) in ends
    assert (row.worse, row.better_low, row.worse, row.better_high) in ends
    assert builders.legend(ax) == ["Indifferent"]


def test_worse_grows_to_the_right() -> None:
    ax = km.plot.kano(km.kano.from_counts(WIFI))
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.0, -1.0), (0.0, 1.0))


@pytest.mark.parametrize(("features", "seed"), [(1, 0), (6, 1), (12, 2), (16, 1), (20, 4)])
def test_names_cover_neither_each_other_nor_the_points(features: int, seed: int) -> None:
    ax = km.plot.kano(many(features, seed))
    written = names(ax)
    assert len(written) == features
    assert not builders.overlaps(ax, ax.texts)
    frame = many(features, seed).to_frame()
    points = ax.transData.transform(frame[["worse", "better"]].to_numpy(float))
    for text in written:
        box = Text.get_window_extent(text)
        inside = (points > [box.x0, box.y0]).all(axis=1) & (points < [box.x1, box.y1]).all(axis=1)
        assert not inside.any()
        assert box.x0 >= ax.get_window_extent().x0 - 1
        assert box.x1 <= ax.get_window_extent().x1 + 1


def test_a_feature_without_coefficients_is_named_below() -> None:
    counts = {**WIFI, "Nobody": {"A": 0, "O": 0, "M": 0, "I": 0, "R": 5, "Q": 2}}
    ax = km.plot.kano(km.kano.from_counts(counts), language="de")
    assert ax.get_xlabel().endswith(": Nobody")
    assert len(names(ax)) == 1


def test_segments_are_part_of_the_name() -> None:
    shop = km.datasets.webshop(n_customers=500, seed=1)
    answers = shop.kano.merge(shop.customers[["customer_id", "segment"]], on="customer_id")
    table = km.kano.classify(answers, by="segment")
    ax = km.plot.kano(table, ax=Figure(figsize=(12, 9)).add_subplot())
    first = ", ".join(table.counts.groups.keys[0])
    assert any(text.get_text().replace("\n", " ") == first for text in ax.texts)


def test_categories_have_german_names() -> None:
    assert set(builders.legend(km.plot.kano(many(12, 2), language="de"))) <= {
        "Basismerkmal", "Leistungsmerkmal", "Begeisterungsmerkmal", "Unerhebliches Merkmal", "Rückweisungsmerkmal",
        "Fragwürdiges Merkmal",
    }  # fmt: skip
