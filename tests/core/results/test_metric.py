"""What a metric tells about itself, and what its estimates tell of it."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import kundenmetrik as km
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import EstimateSource, Metric
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.core.results.share_metric import ShareMetric
from kundenmetrik.errors import InvalidArgument

METRICS: list[tuple[Metric, list[list[int]], float]] = [
    (km.NPS(), [[1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2]], 25.0),
    (km.CSAT(), [[1, 0, 0, 2, 1]], 75.0),
    (km.CES(), [[1, 0, 0, 0, 0, 0, 1]], 4.0),
    (km.TGW(), [[3, 200]], 15.0),
    (km.RetentionRate(), [[8, 2]], 0.8),
    (km.ChurnRate(), [[8, 2]], 0.8),
]
IDS = [metric.label for metric, _, _ in METRICS]


@pytest.mark.parametrize(("metric", "table", "value"), METRICS, ids=IDS)
def test_an_estimate_tells_its_metric(metric: Metric, table: list[list[int]], value: float) -> None:
    estimate = metric.estimate(Counts(cells=metric.cells, table=np.array(table)), 0.9, ("seen",))
    assert estimate.value == value
    assert (estimate.metric, estimate.unit) == (metric.label, metric.unit_name)
    assert (estimate.method, estimate.definition) == (metric.interval_method, metric.definition_name)
    assert estimate.higher_is_better is metric.better_when_high
    assert "seen" in estimate.notes
    low, high = metric.bounds
    assert low <= estimate.low < estimate.value < estimate.high <= high
    assert estimate.n == metric.base(estimate.counts)[0]
    assert isinstance(estimate._ask, EstimateSource)
    assert estimate._ask(0.9) == (estimate.low, estimate.high)


@pytest.mark.parametrize(("metric", "table", "value"), METRICS, ids=IDS)
def test_a_metric_is_a_value(metric: Metric, table: list[list[int]], value: float) -> None:
    again = pickle.loads(pickle.dumps(metric))
    assert again == metric
    assert hash(again) == hash(metric)
    with pytest.raises(AttributeError):
        metric.name = "other"  # type: ignore[attr-defined]


def test_a_rate_has_no_upper_bound_and_no_base_without_exposure() -> None:
    assert km.TGW().bounds == (0.0, math.inf)
    assert km.tgw(1405, 1000).value == 1405.0
    nothing = km.tgw(3, 0)
    assert math.isnan(nothing.value)
    assert nothing.notes == ("no_exposure",)


@pytest.mark.parametrize(("sales", "rate"), [(2**70, 5000 / 2**70), (1e300, 5e-297), (12.5, 400.0)])
def test_any_finite_exposure_will_do(sales: float, rate: float) -> None:
    estimate = km.tgw(5, sales)
    assert estimate.value == pytest.approx(rate, rel=1e-15)
    assert estimate.low < estimate.value < estimate.high


def test_a_unit_too_large_for_a_float_is_refused() -> None:
    for per in (1e308, 1e101):
        with pytest.raises(InvalidArgument, match="per must be"):
            km.tgw(10, 1, per=per)
    assert km.tgw(10, 1, per=1e100).high < math.inf


def test_each_metric_is_of_one_kind_and_keeps_to_its_bounds() -> None:
    kinds = {km.NPS: ScoreMetric, km.CSAT: ScoreMetric, km.TGW: RateMetric, km.RetentionRate: ShareMetric}
    for spec, kind in kinds.items():
        metric = spec()
        assert isinstance(metric, kind)
        low, high = metric.bounds
        counts = Counts(cells=metric.cells, table=np.ones((1, len(metric.cells)), dtype=np.int64))
        assert low <= metric.values(counts)[0] <= high
