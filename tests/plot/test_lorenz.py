"""The Lorenz curve and what the best fifth holds."""

from __future__ import annotations

import numpy as np

import kundenmetrik as km
from tests import builders


def test_the_curve_and_the_best_fifth() -> None:
    curve = km.clv.lorenz([1, 1, 2, 6, 10])
    ax = km.plot.lorenz(curve, language="de")
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), curve.customers)
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), curve.value)
    blank = "\N{NO-BREAK SPACE}%"
    said = " ".join(builders.legend(ax)[2].split("\n"))
    assert said == f"Die besten 20{blank} der Kunden halten 50,0{blank} des Werts"
    assert ax.lines[2].get_ydata()[0] == 0.5


def test_the_band_holds_the_limits() -> None:
    curve = km.clv.lorenz([1, 1, 2, 6, 10], confidence=0.9)
    ax = km.plot.lorenz(curve)
    band = {tuple(point) for point in ax.collections[0].get_paths()[0].vertices.tolist()}
    for limits in (curve.low, curve.high):
        assert set(zip(curve.customers.tolist(), limits.tolist(), strict=True)) <= band
    assert ax.get_ylabel() == "Share of the value (%), with 90\N{NO-BREAK SPACE}% confidence interval"


def test_one_customer_has_no_band() -> None:
    ax = km.plot.lorenz(km.clv.lorenz([3]))
    assert not any(len(path.vertices) for path in ax.collections[0].get_paths())
    assert "interval" not in ax.get_ylabel()
    assert builders.png(ax)
