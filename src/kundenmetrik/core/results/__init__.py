"""Counts, estimates, tables and differences: what calculators return."""
