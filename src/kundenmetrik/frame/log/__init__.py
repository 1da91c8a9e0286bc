"""Logs of interactions and tables of contracts: which rows count, read by one rule for all families."""
