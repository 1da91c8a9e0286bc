"""Seeded data with a known truth."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
