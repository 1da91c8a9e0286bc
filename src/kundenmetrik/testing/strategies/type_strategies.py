"""What ``hypothesis.strategies.from_type`` draws for the classes of the library."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from kundenmetrik.lazy import LISTENERS

Strategy = st.SearchStrategy[Any]


def register() -> None:
    """Tell hypothesis what to draw for each class that is loaded, now or later; hypothesis calls this when imported."""
    if _offer in LISTENERS:
        return
    LISTENERS.append(_offer)
    for name in CLASSES:
        module, _, kind = name.rpartition(".")
        if module in sys.modules and hasattr(sys.modules[module], kind):
            _offer(getattr(sys.modules[module], kind))


def _offer(found: object) -> None:
    if isinstance(found, type) and (strategy := CLASSES.get(f"{found.__module__}.{found.__qualname__}")):
        st.register_type_strategy(found, strategy)


def _record(kind: Any) -> Strategy:
    from kundenmetrik.testing.strategies.records import records

    strategy: Strategy = records(kind)
    return strategy


def _scale(kind: Any) -> Strategy:
    from kundenmetrik.testing.strategies.ratings import scales

    return scales()


def _counts(kind: Any) -> Strategy:
    from kundenmetrik.testing.strategies.counts import counts

    return counts(range(5), excluded=True) | counts(range(5), weighted=True)


def _metric(kind: Any) -> Strategy:
    """Draw a metric with one of the methods of its intervals; the bootstrap is slow."""
    from kundenmetrik.core.results.rate_metric import RateMetric
    from kundenmetrik.core.results.share_metric import ShareMetric
    from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS
    from kundenmetrik.core.statistics.one_sample.rates import RATE_METHODS
    from kundenmetrik.core.statistics.score_methods import SCORE_METHODS

    kinds = {RateMetric: RATE_METHODS, ShareMetric: SHARE_METHODS}
    methods = next((known for base, known in kinds.items() if issubclass(kind, base)), SCORE_METHODS)
    return st.sampled_from([kind(), *(kind(method=method) for method in methods if method != "bootstrap")])


def _estimate(kind: Any) -> Strategy:
    from kundenmetrik.complaints.rates.tgw import TGW
    from kundenmetrik.core.results.metric import Metric
    from kundenmetrik.retention.periods.rate import RetentionRate
    from kundenmetrik.survey import CSAT, NPS
    from kundenmetrik.testing.strategies.counts import counts

    metrics: list[Metric] = [NPS(), CSAT(), TGW(), RetentionRate()]
    return st.sampled_from(metrics).flatmap(
        lambda metric: st.builds(
            metric.estimate, counts(metric.cells, max_groups=1, excluded=True), st.sampled_from((0.95, 0.5))
        )
    )


CLASSES: dict[str, Callable[[Any], Strategy]] = {
    "kundenmetrik.models.customer.Customer": _record,
    "kundenmetrik.models.interaction.Interaction": _record,
    "kundenmetrik.models.survey_response.SurveyResponse": _record,
    "kundenmetrik.models.kano_answer.KanoAnswer": _record,
    "kundenmetrik.survey.scale.Scale": _scale,
    "kundenmetrik.core.results.counts.Counts": _counts,
    "kundenmetrik.core.results.estimate.Estimate": _estimate,
    "kundenmetrik.survey.nps.NPS": _metric,
    "kundenmetrik.survey.csat.CSAT": _metric,
    "kundenmetrik.survey.ces.CES": _metric,
    "kundenmetrik.survey.custom.TopBox": _metric,
    "kundenmetrik.survey.custom.NetScore": _metric,
    "kundenmetrik.survey.custom.MeanScore": _metric,
    "kundenmetrik.survey.share.Share": _metric,
    "kundenmetrik.complaints.rates.tgw.TGW": _metric,
    "kundenmetrik.retention.periods.rate.RetentionRate": _metric,
    "kundenmetrik.retention.periods.rate.ChurnRate": _metric,
}
"""By the full name of the class, so that none is imported before it is used."""
