"""Hypothesis strategies for records, answers, scales, counts and whole data sets."""

from kundenmetrik.lazy import lazy_package
from kundenmetrik.testing.strategies.type_strategies import register

lazy_package(__name__)
register()
