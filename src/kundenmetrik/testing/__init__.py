"""For tests: hypothesis strategies for the records and counts, and the laws every metric must keep."""

from kundenmetrik.testing import laws, strategies

__all__ = ["laws", "strategies"]
