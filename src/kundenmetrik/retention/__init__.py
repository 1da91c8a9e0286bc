"""Retention and churn: the ledger, cohorts, lifetimes and contractual models, each with its uncertainty."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
