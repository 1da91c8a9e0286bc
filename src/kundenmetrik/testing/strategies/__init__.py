"""Hypothesis strategies for records, answers, scales, counts and whole data sets."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
