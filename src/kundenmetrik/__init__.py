"""Customer metrics one can trust: each number with its uncertainty, its base and its provenance."""

from kundenmetrik import errors
from kundenmetrik.complaints.tgw import TGW, tgw
from kundenmetrik.core.counts import Counts
from kundenmetrik.core.difference import Difference, compare
from kundenmetrik.core.estimate import Estimate
from kundenmetrik.core.table import EstimateTable
from kundenmetrik.frame import cumulative, measure, rolling
from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse
from kundenmetrik.retention.rate import ChurnRate, RetentionRate, churn_rate, retention_rate
from kundenmetrik.survey import CES, CSAT, NPS, MeanScore, NetScore, Scale, TopBox, ces, csat, nps

__all__ = [
    "CES",
    "CSAT",
    "NPS",
    "TGW",
    "ChurnRate",
    "Counts",
    "Customer",
    "Difference",
    "Estimate",
    "EstimateTable",
    "Interaction",
    "KanoAnswer",
    "MeanScore",
    "NetScore",
    "RetentionRate",
    "Scale",
    "SurveyResponse",
    "TopBox",
    "ces",
    "churn_rate",
    "compare",
    "csat",
    "cumulative",
    "errors",
    "measure",
    "nps",
    "retention_rate",
    "rolling",
    "tgw",
]
