"""Watching a rate over time: control charts, CUSUM, EWMA and early warnings."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
