"""For tests and for trust: strategies for records and counts, the laws of metrics, published figures to verify."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
