"""The only place that knows data frames."""

from kundenmetrik.frame.measure import measure
from kundenmetrik.frame.windows import cumulative, rolling

__all__ = ["cumulative", "measure", "rolling"]
