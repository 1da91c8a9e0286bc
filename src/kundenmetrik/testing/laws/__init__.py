"""The laws every metric must keep, and a check that runs them on any metric, yours included."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
