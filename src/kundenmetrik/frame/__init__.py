"""The only place that knows data frames."""

from kundenmetrik.frame.check import check
from kundenmetrik.frame.measure import measure
from kundenmetrik.frame.records import records, to_frame
from kundenmetrik.frame.windows import cumulative, rolling

__all__ = ["check", "cumulative", "measure", "records", "rolling", "to_frame"]
