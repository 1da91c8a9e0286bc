"""Colours that people with a colour vision deficiency tell apart (Okabe and Ito 2008)."""

from __future__ import annotations

SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#4D4D4D")
"""One colour a line; after the last one the next line style begins."""
STYLES = ("-", "--", ":", "-.")
GOOD, MIDDLE, BAD = "#0072B2", "#B8BEC4", "#D55E00"
INK, MUTED, GRID = "#1C2733", "#5B6872", "#E3E9EE"
TINT = 0.16
"""How opaque the band of an interval is."""
