"""Things gone wrong: complaint rates, what lies behind them, and how soon complaints are dealt with."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kundenmetrik.complaints.tgw import TGW, tgw

if TYPE_CHECKING:
    from kundenmetrik.complaints.ages import AgeTable, tgw_by_age
    from kundenmetrik.complaints.answered import answered_within
    from kundenmetrik.complaints.business_hours import BusinessHours, Clock, ElapsedHours
    from kundenmetrik.complaints.charts import SIGMA_Z, Chart, chart
    from kundenmetrik.complaints.cusum_chart import cusum, reference_value
    from kundenmetrik.complaints.denominators import DENOMINATORS, Denominator, denominator, units_in_service
    from kundenmetrik.complaints.dispersed import DispersedRate, dispersed_rate
    from kundenmetrik.complaints.dispersed_table import DispersedRates, dispersed_rates
    from kundenmetrik.complaints.ewma_chart import ewma
    from kundenmetrik.complaints.funnels import Funnel, funnel
    from kundenmetrik.complaints.lag import LagMatched, lag_matched
    from kundenmetrik.complaints.monitoring import EarlyWarning
    from kundenmetrik.complaints.nowcasting import Nowcast, nowcast
    from kundenmetrik.complaints.numerators import NUMERATORS, Numerator, numerator
    from kundenmetrik.complaints.ranks import RankIntervals, rank_rates
    from kundenmetrik.complaints.ratios import RateRatio, rate_ratio
    from kundenmetrik.complaints.reasons import Pareto, pareto
    from kundenmetrik.complaints.recurrence import MeanCumulative, mean_cumulative
    from kundenmetrik.complaints.resolution import first_contact_resolution, reopen_rate
    from kundenmetrik.complaints.rules import NELSON_RUN, OUTSIDE, WESTERN_ELECTRIC, Rule, Runs
    from kundenmetrik.complaints.segments import SegmentComparison, compare_rates, homogeneity
    from kundenmetrik.complaints.service import ServiceTimes, service_times
    from kundenmetrik.complaints.severity import severity_rate, weighted_limits
    from kundenmetrik.complaints.shrinkage import ShrunkRates, shrink
    from kundenmetrik.complaints.triangles import Triangle, reporting_triangle, sale_triangle, triangle

__all__ = [
    "DENOMINATORS",
    "NELSON_RUN",
    "NUMERATORS",
    "OUTSIDE",
    "SIGMA_Z",
    "TGW",
    "WESTERN_ELECTRIC",
    "AgeTable",
    "BusinessHours",
    "Chart",
    "Clock",
    "Denominator",
    "DispersedRate",
    "DispersedRates",
    "EarlyWarning",
    "ElapsedHours",
    "Funnel",
    "LagMatched",
    "MeanCumulative",
    "Nowcast",
    "Numerator",
    "Pareto",
    "RankIntervals",
    "RateRatio",
    "Rule",
    "Runs",
    "SegmentComparison",
    "ServiceTimes",
    "ShrunkRates",
    "Triangle",
    "answered_within",
    "chart",
    "compare_rates",
    "cusum",
    "denominator",
    "dispersed_rate",
    "dispersed_rates",
    "ewma",
    "first_contact_resolution",
    "funnel",
    "homogeneity",
    "lag_matched",
    "mean_cumulative",
    "nowcast",
    "numerator",
    "pareto",
    "rank_rates",
    "rate_ratio",
    "reference_value",
    "reopen_rate",
    "reporting_triangle",
    "sale_triangle",
    "service_times",
    "severity_rate",
    "shrink",
    "tgw",
    "tgw_by_age",
    "triangle",
    "units_in_service",
    "weighted_limits",
]

HOMES = {
    "ages": (
        "AgeTable",
        "tgw_by_age",
    ),
    "answered": ("answered_within",),
    "business_hours": (
        "BusinessHours",
        "Clock",
        "ElapsedHours",
    ),
    "charts": (
        "SIGMA_Z",
        "Chart",
        "chart",
    ),
    "cusum_chart": (
        "cusum",
        "reference_value",
    ),
    "denominators": (
        "DENOMINATORS",
        "Denominator",
        "denominator",
        "units_in_service",
    ),
    "dispersed": (
        "DispersedRate",
        "dispersed_rate",
    ),
    "dispersed_table": (
        "DispersedRates",
        "dispersed_rates",
    ),
    "ewma_chart": ("ewma",),
    "funnels": (
        "Funnel",
        "funnel",
    ),
    "lag": (
        "LagMatched",
        "lag_matched",
    ),
    "monitoring": ("EarlyWarning",),
    "nowcasting": (
        "Nowcast",
        "nowcast",
    ),
    "numerators": (
        "NUMERATORS",
        "Numerator",
        "numerator",
    ),
    "ranks": (
        "RankIntervals",
        "rank_rates",
    ),
    "ratios": (
        "RateRatio",
        "rate_ratio",
    ),
    "reasons": (
        "Pareto",
        "pareto",
    ),
    "recurrence": (
        "MeanCumulative",
        "mean_cumulative",
    ),
    "resolution": (
        "first_contact_resolution",
        "reopen_rate",
    ),
    "rules": (
        "NELSON_RUN",
        "OUTSIDE",
        "WESTERN_ELECTRIC",
        "Rule",
        "Runs",
    ),
    "segments": (
        "SegmentComparison",
        "compare_rates",
        "homogeneity",
    ),
    "service": (
        "ServiceTimes",
        "service_times",
    ),
    "severity": (
        "severity_rate",
        "weighted_limits",
    ),
    "shrinkage": (
        "ShrunkRates",
        "shrink",
    ),
    "triangles": (
        "Triangle",
        "reporting_triangle",
        "sale_triangle",
        "triangle",
    ),
}
"""Where each name lives. It is loaded when it is first used: who asks for TGW does not pay for the charts."""


def __getattr__(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            found = getattr(import_module(f"kundenmetrik.complaints.{home}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module 'kundenmetrik.complaints' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
