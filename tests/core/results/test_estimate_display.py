"""A table of estimates with the keys of one column side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.core.results.estimate_display import pivot_frame
from kundenmetrik.errors import UnknownName

ROWS = pd.DataFrame(
    {
        "region": ["Süd", "Nord", "Süd", None],
        "plan": ["b", "a", "a", "b"],
        "day": pd.to_datetime(["2026-01-05", "2026-01-09", "2026-03-02", "2026-03-03"]),
        "nps": [10, 3, 9, 7],
        "csat": [5, 1, 4, 3],
    }
)
METRICS = [km.NPS("nps"), km.CSAT("csat")]


def test_periods_stand_side_by_side() -> None:
    table = km.measure(ROWS, METRICS[0], by="region", period="month", date="day")
    found = table.pivot()
    assert found.columns.tolist() == ["2026-01", "2026-02", "2026-03"]
    assert (found.index.name, found.columns.name) == ("region", "period")
    assert found.index[:2].tolist() == ["Nord", "Süd"]
    assert found.loc["Süd"].fillna(-1).tolist() == [100.0, -1.0, 100.0]
    assert table.pivot(values="n").loc["Süd"].tolist() == [1, 0, 1]
    assert table.pivot("region").loc["2026-01", "Nord"] == -100.0


def test_the_last_key_or_the_metric_stand_side_by_side_where_there_is_no_period() -> None:
    two = km.measure(ROWS, METRICS[0], by=["region", "plan"]).pivot()
    assert (two.index.name, two.columns.name) == ("region", "plan")
    assert np.isnan(two.loc["Nord", "b"])
    both = km.measure(ROWS, METRICS, by="plan").pivot()
    assert both.columns.tolist() == ["nps", "csat"]
    assert both.loc["a", "csat"] == 50.0
    assert km.measure(ROWS, METRICS).pivot().loc[0, "nps"] == 25.0


def test_several_metrics_are_rows_where_another_key_stands_side_by_side() -> None:
    found = km.measure(ROWS, METRICS, by="plan", period="month", date="day").pivot()
    assert found.index.names == ["plan", "metric"]
    assert found.loc[("a", "csat"), "2026-03"] == 100.0
    assert len(found) == 4


def test_what_is_not_there_is_told() -> None:
    table = km.measure(ROWS, METRICS[0], by="region")
    with pytest.raises(UnknownName, match="columns must be one of 'region', 'metric'"):
        table.pivot("regoin")
    with pytest.raises(UnknownName, match="values must be one of 'value', 'low'"):
        table.pivot(values="nps")
    assert pivot_frame(table.to_frame(), ("region",), None, "low").shape == (3, 1)


def test_estimates_and_differences_take_formats_of_numbers() -> None:
    after, before = km.nps([10, 10, 9, 3]), km.nps([10, 3, 3, 8])
    assert (f"{after:.1f}", f"{after:+.0f}", f"{km.compare(after, before):.2f}") == ("50.0", "+50", "75.00")
    assert f"{after}" == str(after)
    assert f"{km.nps([]):.1f}" == "nan"
