"""How each kind of published case is computed: by the public functions, or by the references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from kundenmetrik import clv, complaints, kano, monitoring, retention
from kundenmetrik.complaints.rates.tgw import tgw
from kundenmetrik.core.results.difference import compare
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS
from kundenmetrik.core.statistics.one_sample.rates import RATE_METHODS
from kundenmetrik.core.statistics.score_methods import SCORE_METHODS
from kundenmetrik.core.statistics.two_samples.rate_tests import RATE_TESTS
from kundenmetrik.frame.measure import measure
from kundenmetrik.retention.periods.rate import retention_rate
from kundenmetrik.survey import MeanScore, NetScore, Scale, TopBox
from kundenmetrik.testing.references.rates_and_scores import RATE_INTERVALS, SCORE_INTERVALS, SHARE_INTERVALS, rate_test

Case = Mapping[str, Any]
Found = Iterator[tuple[str, str, float | str]]
"""What was printed under which name, and what the library finds."""
RENEWALS = 20_000
"""So many renewals stand for a contract without an end."""


def _limits(name: str, printed: list[str], low: float, high: float) -> Found:
    yield f"{name} low", printed[0], low
    yield f"{name} high", printed[1], high


def score(case: Case) -> Found:
    """Find a mean score from its histogram."""
    estimate, unit = _score(case, "score")
    yield "mean", case["mean"], estimate.value / unit


def score_interval(case: Case) -> Found:
    """Find a mean score's interval by every method that was printed."""
    for method in filter(case.__contains__, SCORE_INTERVALS):
        if method in SCORE_METHODS:
            estimate, unit = _score(case, method)
            yield from _limits(method, case[method], estimate.low / unit, estimate.high / unit)
        else:
            counts, values = np.array([case["counts"]]), case.get("values", [-1, 0, 1])
            low, high = SCORE_INTERVALS[method](counts, values, case.get("confidence", 0.95))
            yield from _limits(method, case[method], float(low[0]), float(high[0]))


def _score(case: Case, method: Any) -> tuple[Estimate, float]:
    """Return the estimate of a score and what one of its units is worth in the print."""
    values = case.get("values", [-1, 0, 1])
    steps, scale = list(range(1, len(values) + 1)), Scale(1, len(values))
    top = tuple(step for step, value in zip(steps, values, strict=True) if value == max(values))
    bottom = tuple(step for step, value in zip(steps, values, strict=True) if value == min(values))
    answers = {"score": steps, "answers": case["counts"]}
    metric: Any
    if list(values) == steps:
        metric, unit = MeanScore("score", scale=scale, method=method), 1.0
    elif min(values) == 0:
        metric, unit = TopBox("score", scale=scale, top=top, method=method), 100.0 / max(values)
    else:
        metric, unit = NetScore("score", scale=scale, top=top, bottom=bottom, method=method), 100.0 / max(values)
    whole = measure(answers, metric, count="answers", confidence=case.get("confidence", 0.95)).overall()
    return whole, unit


def share(case: Case) -> Found:
    """Find a share's interval by every method that was printed, here of customers retained."""
    names: Any = filter(case.__contains__, SHARE_INTERVALS)
    for method in names:
        if method in SHARE_METHODS:
            estimate = retention_rate(case["n"], case["successes"], method=method)
            yield from _limits(method, case[method], estimate.low, estimate.high)
        else:
            low, high = SHARE_INTERVALS[method](np.array([case["successes"]]), np.array([case["n"]]), 0.95)
            yield from _limits(method, case[method], float(low[0]), float(high[0]))


def share_difference(case: Case) -> Found:
    """Find the difference of two shares."""
    first, second = (retention_rate(n, successes) for successes, n in (case["first"], case["second"]))
    found = compare(first, second)
    yield from _limits("difference", case["limits"], found.low, found.high)


def rate(case: Case) -> Found:
    """Find a rate's interval by every method that was printed, per 1,000."""
    names: Any = filter(case.__contains__, RATE_INTERVALS)
    for method in names:
        if method in RATE_METHODS:
            estimate = tgw(case["events"], case["exposure"], method=method)
            yield from _limits(method, case[method], estimate.low, estimate.high)
        else:
            low, high = RATE_INTERVALS[method](np.array([case["events"]]), np.array([case["exposure"]]), 0.95)
            yield from _limits(method, case[method], 1000 * float(low[0]), 1000 * float(high[0]))


def rate_difference(case: Case) -> Found:
    """Find the difference of two rates, per unit of exposure."""
    first, second = (tgw(events, exposure, per=1) for events, exposure in (case["first"], case["second"]))
    found = compare(first, second)
    yield from _limits("difference", case["limits"], found.low, found.high)
    yield "p", case["p_value"], found.p_value


def rate_ratio(case: Case) -> Found:
    """Find the ratio of two rates with its test."""
    if case["method"] not in RATE_TESTS:
        tested = rate_test(*(np.array([part]) for part in case["groups"]), method=case["method"])
        yield f"{case['method']} p", case["p_value"], float(tested.p_value[0])
        return
    found = complaints.rate_ratio(*case["groups"], method=case["method"])
    if "ratio" in case:
        yield from _limits(f"{case['method']} ratio", case["ratio"], found.ratio.low, found.ratio.high)
    yield f"{case['method']} p", case["p_value"], found.p_value


def chart(case: Case) -> Found:
    """Find a control chart: centre, limits of the first period, Laney's factor and limit."""
    plain, laney = (
        monitoring.control_chart(case["complaints"], case["sales"], per=1, method=m) for m in ("u", "laney")
    )
    yield "centre", case["centre"], plain.centre
    yield "first upper limit", case["upper"], float(plain.upper[0])
    yield "first lower limit", case["lower"], float(plain.lower[0])
    yield "sigma_z", case["sigma_z"], plain.sigma_z
    yield "first upper limit, Laney", case["upper_laney"], float(laney.upper[0])


def survival(case: Case) -> Found:
    """Find a Kaplan-Meier curve: shares, limits, median and restricted mean."""
    curve = retention.survival(case["duration"], case["lost"], method=case.get("method", "log-log"))
    for t, printed in case.get("survival", {}).items():
        yield f"survival after {t}", printed, curve.at(float(t)).value
    for t, printed in case.get("limits", {}).items():
        estimate = curve.at(float(t))
        yield from _limits(f"survival after {t}", printed, estimate.low, estimate.high)
    if "median" in case:
        yield "median", case["median"], curve.median().value
    for horizon, printed in case.get("restricted_mean", {}).items():
        yield f"mean within {horizon}", printed, curve.restricted_mean(float(horizon)).value


def logrank(case: Case) -> Found:
    """Find a log-rank test or one of its weighted kin."""
    method = case.get("method", "logrank")
    found = retention.logrank(case["duration"], case["lost"], case["group"], method=method)
    yield f"{method} statistic", case["statistic"], found.statistic
    if "p_value" in case:
        yield f"{method} p", case["p_value"], found.p_value


def contract(case: Case) -> Found:
    """Fit a contractual model to survivors."""
    fit = getattr(retention, case["model"])().fit(case["survivors"], unit="year")
    for name, printed in case.get("params", {}).items():
        yield f"{case['model']} {name}", printed, fit.params[name]
    yield f"{case['model']} log-likelihood", case["log_likelihood"], fit.log_likelihood
    for what in ("survival", "retention"):
        for t, printed in case.get(what, {}).items():
            yield f"{case['model']} {what} {t}", printed, float(getattr(fit, what)(int(t)))
    for discount, printed in case.get("discounted_lifetime", {}).items():
        yield f"{case['model']} discounted lifetime", printed, fit.discounted_lifetime(float(discount))


def kano_counts(case: Case) -> Found:
    """Classify a Kano feature by its counts."""
    options = {name: case[name] for name in ("table", "scheme") if name in case}
    row = kano.from_counts({"feature": case["counts"]}, **options).to_frame().iloc[0]
    for name in ("n", *"AOMIRQ", "category", "group_rule", "better", "worse", "strength"):
        if name in case:
            yield name, case[name], row[name] if isinstance(row[name], str) else float(row[name])


def contract_value(case: Case) -> Found:
    """Find what a contract with a constant retention rate is worth."""
    found = clv.contract_value(
        case["margin"], case["retention"], case["annual_discount"], timing=case["timing"], unit="year"
    )
    yield "value", case["value"], found.value


def heterogeneous_contract(case: Case) -> Found:
    """Find what contracts of customers who differ are worth, per unit of margin, new or before a renewal."""
    discount = case["annual_discount"]
    if "value" in case:
        yield (
            "value of a new customer",
            case["value"],
            clv.contract_value(1, _curve(case, 1), discount, unit="year").value,
        )
    for renewal, printed in case.get("before_renewal", {}).items():
        after = clv.contract_value(1, _curve(case, int(renewal)), discount, timing="residual", unit="year").value
        yield f"value before renewal {renewal}", printed, (1 + discount) * after


def _curve(case: Case, first: int) -> list[float]:
    """Return the retention rates of a beta-geometric cohort from a renewal on."""
    alpha, beta = case["alpha"], case["beta"]
    return [(beta + t - 1) / (alpha + beta + t - 1) for t in range(first, first + RENEWALS)]


DOORS: Mapping[str, Callable[[Case], Found]] = {
    "score": score,
    "score_interval": score_interval,
    "share": share,
    "share_difference": share_difference,
    "rate": rate,
    "rate_difference": rate_difference,
    "rate_ratio": rate_ratio,
    "chart": chart,
    "survival": survival,
    "logrank": logrank,
    "contract": contract,
    "kano": kano_counts,
    "contract_value": contract_value,
    "heterogeneous_contract": heterogeneous_contract,
}
"""The kinds of cases in the published tables."""
