"""Intervals of proportions, rates and means."""
