"""Published means, intervals and tests at their printed digits; each row says where it comes from.

Most rows ship with the library, for ``kundenmetrik.testing.verify``; what no public function gives stands here, in
intervals.toml.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kundenmetrik.core.statistics.one_sample.proportions import goodman_intervals
from kundenmetrik.core.statistics.scores.score_moments import score_mean, score_variance
from kundenmetrik.core.statistics.two_samples.score_difference import mover, rate_difference, share_difference
from kundenmetrik.testing.references.rates_and_scores import RATE_INTERVALS, SCORE_INTERVALS, SHARE_INTERVALS
from kundenmetrik.testing.verification import published_cases

OWN = tomllib.loads(Path(__file__).with_name("intervals.toml").read_text(encoding="utf-8"))
SHIPPED = {kind: rows for topic in ("survey", "retention", "tgw") for kind, rows in published_cases(topic).items()}
PUBLISHED = {kind: SHIPPED.get(kind, []) + OWN.get(kind, []) for kind in {**SHIPPED, **OWN}}


def called(row: Any) -> Any:
    return f"{row['source']}: {row.get('place', '')}"


def cases(topic: Any, methods: Any) -> Any:
    rows = [(row, name) for row in PUBLISHED[topic] for name in methods if name in row]
    return pytest.mark.parametrize(("row", "method"), rows, ids=[f"{name}: {called(row)}" for row, name in rows])


def rows(topic: Any) -> Any:
    return pytest.mark.parametrize("row", PUBLISHED[topic], ids=[called(row) for row in PUBLISHED[topic]])


def assert_prints(value: Any, printed: Any) -> None:
    """The value agrees with what was printed to within half a unit of its last digit and the last bits of a float."""
    half = 0.5 * 10.0 ** Decimal(printed).as_tuple().exponent if "." in printed else 0.0
    assert abs(float(value) - float(printed)) <= half + 4 * np.spacing(abs(float(printed)))


def assert_limits(limits: Any, printed: Any) -> None:
    for limit, text in zip(limits, printed, strict=True):
        assert_prints(limit[0], text)


@rows("score")
def test_means_and_variances(row: dict[str, list[int] | str]) -> None:
    counts = np.array([row["counts"]])
    assert_prints(score_mean(counts, row["values"])[0], row["mean"])
    variance = score_variance(counts, row["values"])[0]
    if "variance" in row:
        assert_prints(variance, row["variance"])
    if "standard_error" in row:
        assert_prints(np.sqrt(variance / counts.sum()), row["standard_error"])


@cases("score_interval", ["score", "wald", "adjusted_wald", "agresti_min"])
def test_score_intervals(row: dict[str, Any], method: str) -> None:
    confidence, values = row.get("confidence", 0.95), row.get("values", (-1, 0, 1))
    assert_limits(SCORE_INTERVALS[method](np.array([row["counts"]]), values, confidence), row[method])


@cases("score_interval", ["score", "wald", "adjusted_wald", "agresti_min"])
def test_score_intervals_in_points(row: dict[str, Any], method: str) -> None:
    confidence, values = row.get("confidence", 0.95), row.get("values", (-1, 0, 1))
    limits = SCORE_INTERVALS[method](np.array([row["counts"]]), [100 * value for value in values], confidence)
    assert_limits([limit / 100 for limit in limits], row[method])


@cases("share", list(SHARE_INTERVALS))
def test_shares(row: dict[str, int | list[str] | str], method: str) -> None:
    limits = SHARE_INTERVALS[method](np.array([row["successes"]]), np.array([row["n"]]), 0.95)
    assert_limits(limits, row[method])


@rows("goodman")
def test_goodman(row: dict[str, list[Any] | str]) -> None:
    low, high = goodman_intervals(np.array([row["counts"]]), 0.95)
    for place, printed in enumerate(row["limits"]):
        assert_limits((low[:, place], high[:, place]), printed)


@cases("rate", list(RATE_INTERVALS))
def test_rates(row: dict[str, int | list[str] | str], method: str) -> None:
    limits = RATE_INTERVALS[method](np.array([row["events"]]), np.array([row["exposure"]]), 0.95)
    assert_limits([1000 * limit for limit in limits], row[method])


@rows("share_difference")
def test_share_differences(row: dict[str, list[Any] | str]) -> None:
    found = share_difference(*np.array([row["first"], row["second"]]).reshape(4, 1), 0.95)  # type: ignore[call-arg]
    assert_limits((found.low, found.high), row["limits"])


@rows("rate_difference")
def test_rate_differences(row: dict[str, list[Any] | str]) -> None:
    pair = np.array([row["first"], row["second"]]).reshape(4, 1)
    rates, interval = (pair[0] / pair[1], pair[2] / pair[3]), RATE_INTERVALS[row["method"]]
    limits = mover(rates[0], interval(*pair[:2], 0.95), rates[1], interval(*pair[2:], 0.95))[1:]  # type: ignore[call-arg]
    assert_limits(limits, row["limits"])
    found = rate_difference(*pair, 0.95)  # type: ignore[call-arg]
    assert_prints(found.p_value[0], row["p_value"])
    if row["method"] == "score":
        assert (found.low, found.high) == limits
