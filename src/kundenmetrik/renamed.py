"""Old public names and what they are called now, for the errors of those who still use them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

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

ATTRIBUTES = {
    "CSAT.top": "satisfied",
    "CohortTable.pooled": "weighted_mean()",
    "ContractFit.law": "model",
    "ContractFit.parameter_interval": "interval(name)",
    "ContractFit.versus": "retention.likelihood_ratio(smaller, fit)",
    "Counts.aligned": "align(groups)",
    "Counts.collapsed": "collapse(cells, places)",
    "Estimate.ask": "at(confidence=...)",
    "EstimateTable.blank": "undefined",
    "EstimateTable.concealed": "suppressed",
    "EstimateTable.hidden": "suppressed",
    "EstimateTable.marked": "notes",
    "EstimateTable.seen": "notes",
    "EstimateTable.told": "shared_notes",
    "EstimateTable.void": "undefined",
    "FitRecord.point": "theta",
    "FitRecord.spread": "theta_covariance",
    "KanoTable.seen": "notes",
    "KanoTable.turned_round": "reverse_questions(...)",
    "Metric.baseless": "without_exposure(counts)",
    "Metric.called": "with_name(name)",
    "Metric.together": "shared_notes(counts, kept)",
    "RepeatFit.certificate": "convergence",
    "Result.shown": "to_text() or to_frame()",
    "Scale.reversed": "reverse()",
    "Section.words": "text_columns",
    "SegmentComparison.homogeneity": "heterogeneity",
    "SegmentComparison.tgw": "value",
    "SpendFit.certificate": "convergence",
}
"""What an attribute or method is called now, by its class (or a base of it) and its old name."""

METHODS = {
    name: f"To reproduce published figures, {where} of kundenmetrik.testing.references.rates_and_scores has it."
    for name, where in {
        "agresti_coull": "agresti_coull_interval",
        "agresti_min": "agresti_min_interval",
        "byar": "byar_interval",
        "byar_rothman": "byar_rothman_interval",
        "dirichlet": "SCORE_INTERVALS",
        "e_test_wald": "RATE_TESTS",
        "mid_p_central": "RATE_TESTS",
        "score_log": "RATE_TESTS",
        "sqrt": "RATE_TESTS",
        "wald": "SHARE_INTERVALS (RATE_INTERVALS, RATE_TESTS)",
    }.items()
}
"""What to do without a value of ``method=`` that is offered no more."""

CODES = {
    "duplicated": "duplicate",
    "few_complaints": "few_events",
    "finite": "not_finite",
    "not_yet_observable": "not_observed_yet",
    "whole": "not_whole",
}
"""What a code of a note or of a fault is now, by its old name."""


class FormerAttributes:
    """A class whose old attributes raise an AttributeError that says the new ones."""

    __slots__ = ()

    if not TYPE_CHECKING:  # a type checker is to see unknown attributes as such

        def __getattr__(self, name: str) -> Any:
            for kind in type(self).__mro__:
                if now := ATTRIBUTES.get(f"{kind.__name__}.{name}"):
                    said = f"{type(self).__name__!r} object has no attribute {name!r}; it is {now} now"
                    raise AttributeError(said, name=name, obj=self)
            return object.__getattribute__(self, name)  # raises as if this method was not here


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
