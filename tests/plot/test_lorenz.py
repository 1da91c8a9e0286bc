"""The Lorenz curve and what the best fifth holds."""

from __future__ import annotations

import numpy as np

import kundenmetrik as km


def test_the_curve_and_the_best_fifth(drawn):
    curve = km.clv.lorenz([1, 1, 2, 6, 10])
    ax = km.plot.lorenz(curve, language="de")
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), curve.customers)
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), curve.value)
    blank = "\N{NO-BREAK SPACE}%"
    said = " ".join(drawn.legend(ax)[2].split("\n"))
    assert said == f"Die besten 20{blank} der Kunden halten 50,0{blank} des Werts"
    assert ax.lines[2].get_ydata()[0] == 0.5
