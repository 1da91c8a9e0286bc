"""Intervals of linear scores of a histogram."""
