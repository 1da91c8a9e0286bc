"""Old public names and what they are called now, for the errors of those who still use them."""

from __future__ import annotations

__all__ = ["RENAMED"]

RENAMED = {
    "complaints.Chart": "monitoring.Chart",
    "complaints.EarlyWarning": "monitoring.EarlyWarning",
    "complaints.Funnel": "segments.Funnel",
    "complaints.NELSON_RUN": "monitoring.NELSON_RUN",
    "complaints.OUTSIDE": "monitoring.OUTSIDE",
    "complaints.RankIntervals": "segments.RankIntervals",
    "complaints.Rule": "monitoring.Rule",
    "complaints.Runs": "monitoring.Runs",
    "complaints.SIGMA_Z": "monitoring.SIGMA_Z",
    "complaints.SegmentComparison": "segments.SegmentComparison",
    "complaints.ShrunkRates": "segments.ShrunkRates",
    "complaints.WESTERN_ELECTRIC": "monitoring.WESTERN_ELECTRIC",
    "complaints.chart": "monitoring.chart",
    "complaints.compare_rates": "segments.compare_rates",
    "complaints.cusum": "monitoring.cusum",
    "complaints.ewma": "monitoring.ewma",
    "complaints.funnel": "segments.funnel",
    "complaints.homogeneity": "segments.homogeneity",
    "complaints.rank_rates": "segments.rank_rates",
    "complaints.reference_value": "monitoring.reference_value",
    "complaints.shrink": "segments.shrink",
    "report.Language": "words.Language",
    "report.language": "words.language",
}
"""By the old name, without ``kundenmetrik.``."""
