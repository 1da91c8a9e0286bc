"""Histograms and sums by group, exact and fast."""
