"""Retention from period to period: the ledger, rates, revenue and the overlap of two lists."""
