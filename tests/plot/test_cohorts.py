"""The cohort heat map: values, white cells, words in the cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import kundenmetrik as km
from kundenmetrik.plot.cohorts import WHITE_TEXT_FROM
from kundenmetrik.retention.cohorts.cohort_table import CohortTable
from tests import builders

LOG = {
    "customer_id": [1, 1, 2, 1, 3, 3],
    "date": pd.to_datetime(["2025-01-10", "2025-02-10", "2025-01-20", "2025-03-05", "2025-02-03", "2025-03-09"]),
}


def table(**options: Any) -> CohortTable:
    return km.retention.cohorts(LOG, period="month", observed_until="2025-03-31", date="date", kinds=None, **options)


def test_cells_hold_the_rates_and_what_cannot_be_seen_is_white() -> None:
    cohorts = table()
    ax = km.plot.cohorts(cohorts)
    shown = ax.images[0].get_array()
    np.testing.assert_array_equal(np.ma.filled(shown, np.nan), cohorts.rate[0])
    assert shown.mask.tolist() == np.isnan(cohorts.rate[0]).tolist()
    assert shown.mask.sum() > 0
    red, green, blue, alpha = ax.images[0].cmap(np.ma.masked)
    assert alpha == 0 or (red, green, blue) == (1, 1, 1)


def test_each_cell_says_its_share_and_interval() -> None:
    ax = km.plot.cohorts(table(), language="de")
    cells = {text.get_position(): text.get_text() for text in ax.texts}
    rate = table().rate[0]
    assert len(cells) == np.isfinite(rate).sum()
    low, high = (100 * limit[0][0, 1] for limit in table().interval())
    assert cells[(1, 0)] == f"50\N{NO-BREAK SPACE}%\n{low:.0f}–{high:.0f}"


def test_rows_say_how_many_customers_started() -> None:
    labels = [label.get_text() for label in km.plot.cohorts(table()).get_yticklabels()]
    assert labels[:2] == ["2025-01  n 2", "2025-02  n 1"]


def test_small_cells_are_not_written_on() -> None:
    assert not km.plot.cohorts(table(), ax=Figure(figsize=(1.4, 1.4)).add_subplot()).texts
    ax = km.plot.cohorts(table())
    assert not builders.overlaps(ax, ax.texts)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("period", ["year", "quarter", "month"])
def test_what_stands_below_few_ages_is_not_cut(period: str, language: Any) -> None:
    cohorts = km.retention.cohorts(LOG, period=period, observed_until="2025-12-31", date="date", kinds=None)
    ax = km.plot.cohorts(cohorts, language=language)
    figure: Any = ax.figure
    figure.draw_without_rendering()
    for label in (ax.xaxis.label, ax.yaxis.label, *ax.get_yticklabels(), *ax.get_xticklabels()):
        around = label.get_window_extent()
        assert around.x0 >= 0
        assert around.x1 <= figure.bbox.x1
        assert around.y0 >= 0


def luminance(colour: str | tuple[float, float, float]) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_letters_can_be_read_on_every_shade() -> None:
    """At least 4.5 to 1, the contrast that WCAG 2 asks of text; even no retention differs from white."""
    image = km.plot.cohorts(table()).images[0]
    for share in np.linspace(0, 1, 101):
        shade = luminance(image.cmap(image.norm(share))[:3])
        letters = luminance("white" if share > WHITE_TEXT_FROM else "black")
        assert (max(shade, letters) + 0.05) / (min(shade, letters) + 0.05) >= 4.5, share
    assert luminance(image.cmap(image.norm(0.0))[:3]) < 0.85


def test_brackets_name_their_ages() -> None:
    ax = km.plot.cohorts(table(counting="bracket", brackets=(0, 1, 3)))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1–2"]


def test_several_segments_are_refused() -> None:
    people = km.datasets.webshop(n_customers=200, seed=1)
    log = people.interactions.merge(people.customers[["customer_id", "segment"]], on="customer_id")
    cohorts = km.retention.cohorts(log, period="quarter", by="segment", observed_until="2025-12-31")
    with pytest.raises(km.errors.InvalidArgument, match="one segment"):
        km.plot.cohorts(cohorts)
    assert km.plot.cohorts(cohorts.total()).images
