"""Figures of results: each takes a result, draws it on an Axes and returns that; needs the extra ``plot``."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
