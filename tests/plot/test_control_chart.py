"""The complaints chart: points, limits, signals and the remark on limits that are too narrow."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection

import kundenmetrik as km
from kundenmetrik.monitoring.control_chart import ControlChart
from tests import builders

COMPLAINTS, SALES = [12, 15, 9, 40, 11, 13], [9_000, 10_000, 9_500, 11_000, 10_000, 9_800]
MONTHS = [f"2025-{month:02d}" for month in range(1, 7)]


def chart(**options: Any) -> ControlChart:
    return km.monitoring.control_chart(COMPLAINTS, SALES, period=MONTHS, **options)


def test_rates_limits_and_signals_are_where_the_chart_says() -> None:
    found = chart()
    ax = km.plot.control_chart(found)
    line, signal = ax.lines[1], ax.lines[2]
    np.testing.assert_array_equal(line.get_ydata(), found.tgw)
    assert ax.lines[0].get_ydata()[0] == found.centre
    assert signal.get_xdata().tolist() == [3]
    band = next(one for one in ax.collections if isinstance(one, PolyCollection)).get_paths()[0].vertices[:, 1]
    assert {*found.lower, *found.upper} == set(band)
    assert builders.legend(ax)[-1] == "Period that signals"


def test_it_says_when_the_limits_are_too_narrow() -> None:
    found = chart()
    assert "overdispersed" in found.notes
    assert "Laneys Karte" in " ".join(km.plot.control_chart(found, language="de").get_xlabel().split("\n"))
    assert "Laney" not in km.plot.control_chart(chart(method="laney")).get_xlabel()


def test_the_unit_names_its_base() -> None:
    assert km.plot.control_chart(chart(per=100), language="de").get_ylabel() == "TGW (je 100 Verkäufe)"
    assert km.plot.control_chart(chart()).get_ylabel() == "TGW (per 1,000 sales)"


def test_a_month_without_sales_is_a_gap() -> None:
    found = km.monitoring.control_chart([1, 0, 2], [100, 0, 120])
    assert np.isnan(km.plot.control_chart(found).lines[1].get_ydata()).tolist() == [False, True, False]
