"""Figures of results: each takes a result, draws it on an Axes and returns that; needs the extra ``plot``."""

from kundenmetrik.plot.cohorts import cohorts
from kundenmetrik.plot.control_chart import control_chart
from kundenmetrik.plot.differences import differences
from kundenmetrik.plot.forest import forest
from kundenmetrik.plot.histogram import histogram
from kundenmetrik.plot.kano import kano
from kundenmetrik.plot.lorenz import lorenz
from kundenmetrik.plot.survival import survival
from kundenmetrik.plot.trend import trend

__all__ = [
    "cohorts",
    "control_chart",
    "differences",
    "forest",
    "histogram",
    "kano",
    "lorenz",
    "survival",
    "trend",
]
