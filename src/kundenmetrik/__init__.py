"""Customer metrics one can trust: each number with its uncertainty, its base and its provenance."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kundenmetrik import clv, complaints, datasets, errors, kano, plot, report, retention, survey, testing
    from kundenmetrik.complaints.tgw import TGW, tgw
    from kundenmetrik.core.comparison import DifferenceTable
    from kundenmetrik.core.counts import Counts
    from kundenmetrik.core.difference import Difference, compare
    from kundenmetrik.core.estimate import Estimate
    from kundenmetrik.core.table import EstimateTable
    from kundenmetrik.frame.check import check
    from kundenmetrik.frame.csv import read_csv
    from kundenmetrik.frame.measure import measure
    from kundenmetrik.frame.records import records, to_frame
    from kundenmetrik.frame.windows import cumulative, rolling
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
    "DifferenceTable",
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
    "check",
    "churn_rate",
    "clv",
    "compare",
    "complaints",
    "csat",
    "cumulative",
    "datasets",
    "errors",
    "kano",
    "measure",
    "nps",
    "plot",
    "read_csv",
    "records",
    "report",
    "retention",
    "retention_rate",
    "rolling",
    "survey",
    "testing",
    "tgw",
    "to_frame",
]

HOMES = {
    "complaints.tgw": ("TGW", "tgw"),
    "core.comparison": ("DifferenceTable",),
    "core.counts": ("Counts",),
    "core.difference": ("Difference", "compare"),
    "core.estimate": ("Estimate",),
    "core.table": ("EstimateTable",),
    "frame.check": ("check",),
    "frame.csv": ("read_csv",),
    "frame.measure": ("measure",),
    "frame.records": ("records", "to_frame"),
    "frame.windows": ("cumulative", "rolling"),
    "models": ("Customer", "Interaction", "KanoAnswer", "SurveyResponse"),
    "retention.rate": ("ChurnRate", "RetentionRate", "churn_rate", "retention_rate"),
    "survey": ("CES", "CSAT", "NPS", "MeanScore", "NetScore", "Scale", "TopBox", "ces", "csat", "nps"),
}
"""Where each name lives. It is loaded when it is first used, so that the import itself costs next to nothing."""


def __getattr__(name: str) -> Any:
    found = _found(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def _found(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"kundenmetrik.{home}"), name)
    if name in __all__:
        return import_module(f"kundenmetrik.{name}")
    if name == "__version__":
        from importlib.metadata import version

        return version("kundenmetrik")
    raise AttributeError(f"module 'kundenmetrik' has no attribute {name!r}")
