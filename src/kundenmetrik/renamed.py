"""Old public names and what they are called now, for the errors of those who still use them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Callable_ = TypeVar("Callable_", bound=Callable[..., Any])

RENAMED = {
    "complaints.Chart": "monitoring.ControlChart",
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
    "complaints.chart": "monitoring.control_chart",
    "complaints.compare_rates": "segments.compare_rates",
    "complaints.cusum": "monitoring.cusum",
    "complaints.ewma": "monitoring.ewma",
    "complaints.funnel": "segments.funnel",
    "complaints.homogeneity": "segments.heterogeneity",
    "complaints.rank_rates": "segments.rank",
    "complaints.reference_value": "monitoring.reference_value",
    "complaints.shrink": "segments.shrink",
    "kano.multiverse": "kano.sensitivity",
    "report.Language": "words.Language",
    "report.language": "words.language",
}
"""By the old name, without ``kundenmetrik.``."""

REMOVED = {
    "kano.classify_memberships": "add up kano.letter_memberships by feature and pass the sums to kano.from_counts",
    "kano.coefficient_covariance": "kano.classify(...).to_frame() has both coefficients with their intervals",
    "kano.ellipse": "kano.classify(...).to_frame() has both coefficients with their intervals",
    "kano.fong_test": "use kano.top_two_test; Fong's test as printed is testing.references.kano.fong_limit",
    "retention.read_fit": "retention.ContractFit reads a stored fit with from_json(text)",
}
"""What to do instead of what is gone, by the old name, without ``kundenmetrik.``."""


def former_parameters(**now: str) -> Callable[[Callable_], Callable_]:
    """Make a function or class refuse its old parameter names with a TypeError that says the new ones."""

    def decorate(target: Callable_) -> Callable_:
        function: Any = vars(target)["__init__"] if isinstance(target, type) else target

        @wraps(function)
        def call(*args: Any, **named: Any) -> Any:
            for old in now.keys() & named.keys():
                raise TypeError(f"{target.__name__}() got {old!r}; it is {now[old]!r} now")
            return function(*args, **named)

        if isinstance(target, type):
            target.__init__ = call  # type: ignore[misc]
            return target
        return call  # type: ignore[return-value]

    return decorate
