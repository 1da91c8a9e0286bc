"""Intervals and tests over arrays of groups."""
