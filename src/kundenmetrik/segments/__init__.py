"""Segments beside one another: ranks, shrinkage, funnels and heterogeneity."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
