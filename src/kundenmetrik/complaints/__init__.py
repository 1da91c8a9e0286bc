"""Things gone wrong: complaint rates, what lies behind them, and how soon complaints are dealt with."""

from kundenmetrik.complaints.ages import AgeTable, tgw_by_age
from kundenmetrik.complaints.answered import answered_within
from kundenmetrik.complaints.business_hours import BusinessHours, Clock, ElapsedHours
from kundenmetrik.complaints.chart import SIGMA_Z, Chart, chart
from kundenmetrik.complaints.cusum import cusum, reference_value
from kundenmetrik.complaints.denominators import DENOMINATORS, Denominator, denominator, units_in_service
from kundenmetrik.complaints.dispersed import DispersedRate, dispersed_rate
from kundenmetrik.complaints.ewma import ewma
from kundenmetrik.complaints.funnel import Funnel, funnel
from kundenmetrik.complaints.lag import LagMatched, lag_matched
from kundenmetrik.complaints.mean_cumulative import MeanCumulative, mean_cumulative
from kundenmetrik.complaints.monitoring import EarlyWarning
from kundenmetrik.complaints.nowcast import Nowcast, nowcast
from kundenmetrik.complaints.numerators import NUMERATORS, Numerator, numerator
from kundenmetrik.complaints.pareto import Pareto, pareto
from kundenmetrik.complaints.ranks import RankIntervals, rank_rates
from kundenmetrik.complaints.rate_ratio import RateRatio, rate_ratio
from kundenmetrik.complaints.resolution import first_contact_resolution, reopen_rate
from kundenmetrik.complaints.rules import NELSON_RUN, OUTSIDE, WESTERN_ELECTRIC, Rule, Runs
from kundenmetrik.complaints.segments import SegmentComparison, compare_rates, homogeneity
from kundenmetrik.complaints.service import ServiceTimes, service_times
from kundenmetrik.complaints.severity import severity_rate, weighted_limits
from kundenmetrik.complaints.shrinkage import ShrunkRates, shrink
from kundenmetrik.complaints.tgw import TGW, tgw
from kundenmetrik.complaints.triangle import Triangle, reporting_triangle, sale_triangle, triangle

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
