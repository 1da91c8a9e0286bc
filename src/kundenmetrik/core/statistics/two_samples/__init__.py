"""Differences and ratios of two samples: tests and intervals."""
