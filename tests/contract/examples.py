"""A working call of every public callable: what the contract changes one argument of at a time.

A name of the public interface without a row here is a failure (see ``public.py`` for what needs none). ``of`` gives the
object that a method is called on; ``*`` before a name gives positional arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas as pd

import kundenmetrik as km
from kundenmetrik import clv, complaints, kano, monitoring, retention
from tests.contract import data

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A callable and how it is called."""

    name: str
    arguments: Callable[[], Arguments]
    of: Callable[[], Any] | None = None

    def function(self) -> Callable[..., Any]:
        """Return what is called."""
        path = self.name.split(" ")[0].split(".")
        found: Any = km
        if self.of is not None:
            found, path = self.of(), path[-1:]
        for part in path:
            found = getattr(found, part)
        return found

    def call(self, given: Arguments | None = None, **changed: Any) -> Any:
        """Call it with some arguments changed."""
        arguments = {**(self.arguments() if given is None else given), **changed}
        starred = [name for name in arguments if name.startswith("*")]
        places = [item for name in starred for item in _items(arguments.pop(name))]
        return self.function()(*places, **arguments)


def _items(given: Any) -> Any:
    return given if isinstance(given, tuple) else (given,)


SURVEY: Arguments = {"weight": [1.0] * 6, "confidence": 0.9, "method": "score", "invalid": "raise"}
LOG: Arguments = {"customer": "customer_id", "date": "occurred_at"}
OPTIONS: Arguments = {
    **LOG,
    "amount": "amount",
    "kind": "kind",
    "currency": "currency",
    "grain": "day",
    "time_zone": None,
}
OPTIONS |= {"refunds": "drop", "invalid": "raise"}
RETENTION: Arguments = {**LOG, "kinds": "purchase", "time_zone": None, "observed_until": data.UNTIL}
LEVEL: Arguments = {"confidence": 0.9}
KANO: Arguments = {"confidence": 0.9, "strength_threshold": 0.06, "total_strength_threshold": 0.6}
SCORE: Arguments = {
    "column": "nps",
    "question": "nps",
    "scale": km.Scale(0, 10),
    "method": "score",
    "name": "x",
    "definition": "",
}
READ: Arguments = {
    "progress": None,
    "columns": None,
    "kinds": None,
    "dates": None,
    "decimal": None,
    "currency": None,
    "attributes": None,
    "questions": None,
    "scales": None,
    "missing": (),
}
ANSWERS = [10, 9, 8, 3, None, 7]


def _fit(**own: Any) -> Callable[[], Arguments]:
    return lambda: {"purchases": data.small_base(), "confidence": 0.9, **own}


def _rates(**own: Any) -> Callable[[], Arguments]:
    return lambda: {**data.TGW, "per": 1000, "confidence": 0.9, **own}


def _plotted(argument: str, drawn: Callable[[], Any]) -> Arguments:
    return {argument: drawn(), "ax": None, "language": "en"}


EXAMPLES = [
    # one number
    Example("nps", lambda: {"scores": ANSWERS, **SURVEY, "scale": km.Scale(0, 10)}),
    Example("csat", lambda: {"scores": [5, 4, None, 1, 2, 3], **SURVEY, "scale": km.Scale(1, 5), "satisfied": [4, 5]}),
    Example("ces", lambda: {"scores": [7, 6, None, 1, 2, 3], **SURVEY, "scale": km.Scale(1, 7)}),
    Example("tgw", lambda: {"complaints": 3, "sales": 100, "per": 1000, "confidence": 0.9, "method": "garwood"}),
    Example("retention_rate", lambda: {"start": 100, "end": 90, "new": 5, "confidence": 0.9, "method": "wilson"}),
    Example("churn_rate", lambda: {"start": 100, "end": 90, "new": 5, "confidence": 0.9, "method": "wilson"}),
    Example("compare", lambda: {"after": km.nps(ANSWERS), "before": km.nps([3, 4]), "confidence": 0.9}),
    Example("survey.compare_definitions", lambda: {"scores": [5, 4, 3, 1], "scale": km.Scale(1, 5), "confidence": 0.9}),
    Example("survey.definitions.definition", lambda: {"name": "csat.top_box_5"}),
    Example(
        "survey.acsi",
        lambda: {
            "satisfaction": [8, 9, 4, 7],
            "expectancy": [7, 9, 5, 6],
            "ideal": [6, 8, 3, 7],
            "weights": (0.4, 0.3, 0.3),
            "confidence": 0.9,
        },
    ),
    # many numbers
    Example(
        "measure",
        lambda: {
            "data": data.answers(),
            "metrics": km.NPS("nps"),
            "by": "shop",
            "period": "month",
            "date": "day",
            "observed_until": None,
            "year_start": 1,
            "time_zone": None,
            "weight": "w",
            "count": None,
            "cluster": None,
            "confidence": 0.9,
            "min_n": 1,
            "invalid": "raise",
        },
    ),
    Example("measure counted", lambda: {"data": data.answers(), "metrics": [km.NPS("nps")], "count": "k", "min_n": 0}),
    Example("measure clustered", lambda: {"data": data.answers(), "metrics": km.NPS("nps"), "cluster": "person"}),
    Example("rolling", lambda: {"table": data.table(), "periods": 2}),
    Example("cumulative", lambda: {"table": data.table()}),
    Example("Estimate.at", lambda: {"confidence": 0.8}, lambda: km.nps(ANSWERS)),
    Example("Estimate.from_json", lambda: {"text": km.nps(ANSWERS).to_json()}),
    Example("Estimate.against", lambda: {"target": 20.0, "margin": 5.0}, lambda: km.nps(ANSWERS)),
    Example("Difference.against", lambda: {"target": 0.0, "margin": 5.0}, data.difference),
    Example("EstimateTable.pivot", lambda: {"columns": "shop", "values": "value"}, data.table),
    Example("Difference.at", lambda: {"confidence": 0.8}, lambda: km.compare(km.nps(ANSWERS), km.nps([3, 4]))),
    Example("Difference.from_json", lambda: {"text": km.compare(km.nps(ANSWERS), km.nps([3, 4])).to_json()}),
    Example("EstimateTable.at", lambda: {"confidence": 0.8}, data.table),
    Example("EstimateTable.compare", lambda: {"baseline": "rest", "adjust": "holm"}, data.table),
    Example("EstimateTable.metric", lambda: {"name": "nps"}, data.table),
    Example("EstimateTable.overall", lambda: {"metric": "nps"}, data.table),
    Example("EstimateTable.subset", lambda: {"keys": [("A", "2025-01")]}, data.table),
    Example("EstimateTable.total", lambda: {"*names": ("shop",)}, data.table),
    Example("Counts.from_json", lambda: {"text": data.table().counts.to_json(), "metric": km.NPS("nps")}),
    Example("Counts.empty", lambda: {"cells": ("a", "b"), "names": ("shop",)}),
    Example("Counts.align", lambda: {"groups": data.table().counts.groups}, lambda: data.table().counts),
    Example("Counts.collapse", lambda: {"cells": ("all",), "places": [0] * 11}, lambda: data.table().counts),
    Example("Counts.margin", lambda: {"*names": ("shop",)}, lambda: data.table().counts),
    Example("Counts.subset", lambda: {"keys": [("A", "2025-01")]}, lambda: data.table().counts),
    Example("Counts.take", lambda: {"places": [0]}, lambda: data.table().counts),
    Example("Counts.to_text", lambda: {"width": 60}, lambda: data.table().counts),
    # metrics and scales
    Example(
        "Scale", lambda: {"low": 1, "high": 5, "higher_is_better": True, "labels": list("abcde"), "missing_codes": (9,)}
    ),
    Example("Scale.top", lambda: {"boxes": 2}, lambda: km.Scale(1, 5)),
    Example("Scale.bottom", lambda: {"boxes": 2}, lambda: km.Scale(1, 5)),
    Example("NPS", lambda: {**SCORE, "top": (9, 10), "bottom": (0, 1)}),
    Example("NetScore", lambda: {**SCORE, "top": (9, 10), "bottom": (0, 1)}),
    Example("CSAT", lambda: {**SCORE, "scale": km.Scale(1, 5), "satisfied": (5,)}),
    Example("TopBox", lambda: {**SCORE, "scale": km.Scale(1, 5), "top": (5,)}),
    Example("CES", lambda: SCORE),
    Example("Share", lambda: {**SCORE, "scale": km.Scale(0, 1), "event": True}),
    Example("CES.with_name", lambda: {"name": "effort"}, km.CES),
    Example("MeanScore", lambda: SCORE),
    Example("RetentionRate", lambda: {"start": "a", "end": "b", "new": "c", "method": "wilson", "name": "kept"}),
    Example("ChurnRate", lambda: {"start": "a", "end": "b", "new": "c", "method": "wilson", "name": "lost"}),
    Example(
        "TGW",
        lambda: {
            "complaints": "c",
            "sales": "s",
            "per": 1000,
            "method": "garwood",
            "name": "tgw",
            "numerator": "every",
            "denominator": "same_period_sales",
            "match": "latest",
            "severity": None,
            "largest_severity": None,
        },
    ),
    # records and files
    Example("check", lambda: {"frame": data.people(), "model": km.Customer, "cap": 20}),
    Example("records", lambda: {"frame": data.people(), "model": km.Customer}),
    Example("to_frame", lambda: {"records": km.records(data.people(), km.Customer), "model": km.Customer}),
    Example(
        "read",
        lambda: {
            "source": data.file_of_answers(),
            "model": km.SurveyResponse,
            **READ,
            "encoding": None,
            "separator": None,
            "sheet": None,
            "header": 1,
            "name": None,
        },
    ),
    Example(
        "read_csv",
        lambda: {
            "source": data.file_of_answers(),
            "model": km.SurveyResponse,
            **READ,
            "encoding": "utf-8",
            "separator": ",",
            "header": 1,
            "name": "answers",
        },
    ),
    Example(
        "Customer",
        lambda: {
            "customer_id": "a",
            "acquired_at": datetime(2025, 1, 1),
            "churned_at": None,
            "segment": "A",
            "persona": None,
            "attributes": {"plan": "x"},
        },
    ),
    Example(
        "Interaction",
        lambda: {
            "interaction_id": "i",
            "customer_id": "a",
            "kind": "purchase",
            "occurred_at": pd.Timestamp("2025-01-01 10:00").to_pydatetime(),
            "amount": 3.5,
            "currency": "EUR",
            "touchpoint": None,
            "channel": None,
            "product": None,
            "reason": None,
            "first_response_at": None,
            "resolved_at": None,
            "attributes": {},
        },
    ),
    Example(
        "SurveyResponse",
        lambda: {
            "response_id": "r",
            "customer_id": "a",
            "question": "nps",
            "score": 9,
            "scale": None,
            "answered_at": None,
            "touchpoint": None,
            "wave": None,
            "weight": 1.0,
            "comment": None,
            "attributes": {},
        },
    ),
    Example(
        "KanoAnswer",
        lambda: {
            "customer_id": "a",
            "feature": "app",
            "functional": 1,
            "dysfunctional": 5,
            "importance": 7,
            "wording": None,
        },
    ),
    # lifetime value
    Example(
        "clv.purchases",
        lambda: {
            "interactions": data.bought(),
            **OPTIONS,
            "unit": "week",
            "observed_until": data.UNTIL,
            "customers": None,
        },
    ),
    Example(
        "clv.Purchases.from_summary",
        lambda: {
            "frequency": [2, 0, 1, 4],
            "recency": [10.0, 0, 5, 30],
            "age": [40.0, 38, 20, 39],
            "spend": [20.0, 0, 35, 12],
            "unit": "week",
            "customer_id": ["a", "b", "c", "d"],
            "churned": None,
        },
    ),
    Example("clv.Purchases.from_json", lambda: {"text": data.small_base().to_json()}),
    Example("clv.Purchases.select", lambda: {"customers": [0, 2]}, data.small_base),
    Example("clv.Purchases.to_unit", lambda: {"unit": "day"}, data.small_base),
    Example("clv.BetaGeo", lambda: {"k": 1}),
    Example("clv.ModifiedBetaGeo", lambda: {"k": 1}),
    Example("clv.BetaGeo.fit", lambda: {"purchases": data.base(), "method": "likelihood"}, clv.BetaGeo),
    Example("clv.GammaGamma.fit", lambda: {"purchases": data.base(), "invalid": "exclude"}, clv.GammaGamma),
    Example(
        "clv.CustomerCovariates",
        lambda: {"purchases": data.small_base(), "purchasing": pd.DataFrame({"x": [0.0, 1, 0, 1]}), "dropout": None},
    ),
    Example("clv.RepeatFit.discounted_purchases", _fit(annual_discount=0.1, horizon="1 year"), data.fit),
    Example("clv.RepeatFit.expected_purchases", _fit(horizon=10, start=1), data.fit),
    Example("clv.RepeatFit.expected_purchases_new", lambda: {"horizon": 10, "confidence": 0.9}, data.fit),
    Example("clv.RepeatFit.interval", lambda: {"name": "r", "method": "profile", "confidence": 0.9}, data.fit),
    Example("clv.RepeatFit.next_purchase", _fit(share=0.5), data.fit),
    Example("clv.RepeatFit.posterior_rate", _fit(name="purchase_rate"), data.fit),
    Example("clv.RepeatFit.probability_alive", _fit(horizon=3), data.fit),
    Example("clv.RepeatFit.probability_no_purchase", _fit(horizon=3), data.fit),
    Example("clv.RepeatFit.purchase_distribution", _fit(horizon=3, n=2), data.fit),
    Example("clv.RepeatFit.purchase_distribution_new", lambda: {"n": 2, "horizon": 3, "confidence": 0.9}, data.fit),
    Example("clv.RepeatFit.purchase_range", _fit(horizon=10), data.fit),
    Example(
        "clv.RepeatFit.simulate", lambda: {"customers": 3, "horizon": 10, "rng": 1, "begin": "2024-01-01"}, data.fit
    ),
    Example("clv.RepeatFit.to_frame", lambda: {"method": "wald", "confidence": 0.9}, data.fit),
    Example("clv.SpendFit.expected_spend", lambda: {"purchases": data.base(), "confidence": 0.9}, data.spend),
    Example("clv.SpendFit.expected_spend_new", lambda: LEVEL, data.spend),
    Example("clv.LifetimeValue.at", lambda: LEVEL, data.lifetime_values),
    Example(
        "clv.LifetimeValue.by",
        lambda: {
            "customers": None,
            "groups": (["A", "B"] * len(data.lifetime_values().customer_id))[: len(data.lifetime_values().customer_id)],
            "confidence": 0.9,
        },
        data.lifetime_values,
    ),
    Example("clv.Prediction.at", lambda: LEVEL, lambda: data.fit().expected_purchases(10)),
    Example("clv.Lorenz.at", lambda: {"share": 0.5}, lambda: clv.lorenz([1, 2, 3, 100])),
    Example("clv.Segment", lambda: {"name": "x", "recency": (1, 5), "frequency": (1, 5), "spend": None}),
    Example(
        "clv.Segment.holds",
        lambda: {"recency": 1, "frequency": 2, "spend": 3},
        lambda: clv.Segment(name="x", recency=(1, 5), frequency=(1, 5)),
    ),
    Example(
        "clv.backtest",
        lambda: {
            "interactions": data.steady_log(),
            "models": [clv.NBD()],
            "origins": ["2025-03-31"],
            "horizon": "13 weeks",
            "observed_until": data.UNTIL,
            "customers": None,
            "confidence": 0.9,
            "progress": None,
            **OPTIONS,
        },
    ),
    Example(
        "clv.break_even_retention",
        lambda: {"margin": 10, "cost": 30, "annual_discount": 0.1, "timing": "start", "horizon": None, "unit": "month"},
    ),
    Example("clv.compare", lambda: {"fits": [data.fit()], "holdout": None}),
    Example(
        "clv.contract_value",
        lambda: {
            "margin": 10,
            "retention": 0.9,
            "annual_discount": 0.1,
            "timing": "start",
            "horizon": 5,
            "unit": "month",
        },
    ),
    Example(
        "clv.evaluate",
        lambda: {
            "fit": clv.BetaGeo().fit(data.halves().calibration),
            "holdout": data.halves(),
            "purchases": None,
            "period": "quarter",
            "confidence": 0.9,
        },
    ),
    Example("clv.gini", lambda: {"values": [1.0, 2, 3, 100], "confidence": 0.9}),
    Example("clv.lorenz", lambda: {"values": [1.0, 2, 3, 100], "confidence": 0.9}),
    Example("clv.top_share", lambda: {"values": [1.0, 2, 3, 100], "share": 0.25, "confidence": 0.9}),
    Example("clv.historic_value", lambda: {"purchases": data.base(), "margin": 0.3, "confidence": 0.9}),
    Example("clv.in_unit", lambda: {"span": "3 months", "unit": "week", "argument": "span"}),
    Example(
        "clv.lifetime_value",
        lambda: {
            "fit": data.fit(),
            "spend": data.spend(),
            "horizon": "1 year",
            "annual_discount": 0.1,
            "margin": 0.3,
            "timing": "continuous",
            "period": "quarter",
            "purchases": None,
            "confidence": None,
        },
    ),
    Example("clv.likelihood_ratio", lambda: {"smaller": clv.NBD().fit(data.base()), "larger": data.no_dropout()}),
    Example("clv.payback", lambda: {"values": [10.0, 20, 30], "cost": 25, "unit": "month"}),
    Example("clv.per_unit_rate", lambda: {"annual_discount": 0.1, "unit": "month"}),
    Example("clv.regular_fits", lambda: {"model": clv.BetaGeo, "purchases": data.base(), "most": 2}),
    Example("clv.regularity", lambda: {"interactions": data.bought(), **LOG, "confidence": 0.9}),
    Example("clv.regularity_test", lambda: {"interactions": data.bought(), **LOG, "alternative": "two-sided"}),
    Example(
        "clv.rfm",
        lambda: {
            "purchases": data.base(),
            "scores": 5,
            "named_segments": (clv.Segment(name="x", recency=(1, 5), frequency=(1, 5)),),
            "recency_cuts": None,
            "frequency_cuts": None,
            "spend_cuts": None,
        },
    ),
    Example("clv.spend_independence", lambda: {"purchases": data.base(), "confidence": 0.9}),
    Example(
        "clv.spend_trend",
        lambda: {"interactions": data.bought(), "observed_until": data.UNTIL, "confidence": 0.9, **OPTIONS},
    ),
    Example(
        "clv.split",
        lambda: {
            "interactions": data.bought(),
            "at": "2025-06-30",
            "observed_until": data.UNTIL,
            "customers": None,
            **OPTIONS,
            "unit": "week",
        },
    ),
    Example("clv.value_to_cost", lambda: {"value": 100, "cost": 20}),
    # complaints
    Example("complaints.AgeTable.at", lambda: {"months": 3}, data.ages),
    Example(
        "complaints.BusinessHours",
        lambda: {
            "opens": "09:00",
            "closes": "17:00",
            "weekdays": (0, 1, 2),
            "week": None,
            "times_in": None,
            "holidays": [date(2025, 1, 1)],
            "time_zone": "Europe/Berlin",
            "name": "hours",
        },
    ),
    Example(
        "complaints.BusinessHours.hours", lambda: {"start": data.DAYS[:2], "end": data.DAYS[1:3]}, lambda: data.HOURS
    ),
    Example(
        "complaints.ElapsedHours.hours",
        lambda: {"start": data.DAYS[:2], "end": data.DAYS[1:3]},
        complaints.ElapsedHours,
    ),
    Example(
        "complaints.MeanCumulative.interval",
        lambda: LEVEL,
        lambda: complaints.mean_cumulative([3, 4, 5], [0, 1, 2], [5, 6, 7]),
    ),
    Example("complaints.ServiceTimes.quantile", lambda: {"share": 0.5}, data.service),
    Example("complaints.ServiceTimes.within", lambda: {"hours": 24}, data.service),
    Example(
        "complaints.answered_within",
        lambda: {
            "interactions": data.log(),
            "hours": 24,
            "observed_until": data.UNTIL,
            "until": "response",
            "clock": data.HOURS,
            "confidence": 0.9,
        },
    ),
    Example(
        "complaints.denominator",
        lambda: {"interactions": data.log(), "name": "same_period_sales", "within": [0] * 15, "match": "latest"},
    ),
    Example("complaints.dispersed_rate", _rates(method="quasi_poisson")),
    Example(
        "complaints.dispersed_rates", lambda: {"table": data.rates(), "method": "quasi_poisson", "confidence": 0.9}
    ),
    Example(
        "complaints.first_contact_resolution",
        lambda: {
            "interactions": data.log(),
            "observed_until": data.UNTIL,
            "definition": "no_repeat",
            "days": 7,
            "same": ("reason",),
            "confidence": 0.9,
        },
    ),
    Example("complaints.lag_matched", _rates(lags=[1], delay=None, cohort_complaints=None)),
    Example(
        "complaints.mean_cumulative",
        lambda: {"event_age": [3.0, 4, 5], "event_unit": [0, 1, 2], "end_age": [5.0, 6, 7], "method": "robust"},
    ),
    Example(
        "complaints.nowcast",
        lambda: {
            "reports": data.REPORTS,
            "sales": [10, 20, 30],
            "per": 1000,
            "confidence": 0.9,
            "method": "over_dispersed_poisson",
        },
    ),
    Example(
        "complaints.numerator",
        lambda: {
            "interactions": data.log(),
            "name": "every",
            "within": [0] * 15,
            "match": "latest",
            "severity": None,
            "largest_severity": None,
        },
    ),
    Example(
        "complaints.pareto",
        lambda: {
            "reasons": ["a", "b", "a", None],
            "severity": None,
            "count": [1, 2, 3, 1],
            "confidence": 0.9,
            "draws": 99,
            "rng": 1,
        },
    ),
    Example(
        "complaints.rate_ratio",
        lambda: {
            "complaints": 3,
            "sales": 1000,
            "other_complaints": 7,
            "other_sales": 900,
            "per": 1000,
            "method": "score",
            "alternative": "two-sided",
            "null": 1.0,
            "confidence": 0.9,
        },
    ),
    Example(
        "complaints.reopen_rate",
        lambda: {
            "interactions": data.log(),
            "observed_until": data.UNTIL,
            "days": 30,
            "same": ("reason",),
            "confidence": 0.9,
        },
    ),
    Example(
        "complaints.reporting_triangle",
        lambda: {
            "occurred": data.DAYS,
            "reported": data.DAYS + pd.Timedelta(days=20),
            "period": "month",
            "observed_until": data.UNTIL,
            "delays": 3,
            "count": [1] * 6,
        },
    ),
    Example(
        "complaints.sale_triangle",
        lambda: {
            "interactions": data.log(),
            "observed_until": data.UNTIL,
            "period": "month",
            "delays": 3,
            "match": "latest",
        },
    ),
    Example(
        "complaints.service_times",
        lambda: {
            "interactions": data.log(),
            "observed_until": data.UNTIL,
            "until": "response",
            "clock": data.HOURS,
            "confidence": 0.9,
        },
    ),
    Example(
        "complaints.severity_rate",
        lambda: {"severity": [1.0, 2, 3], "sales": 100, "per": 1000, "confidence": 0.9, "largest_severity": 3},
    ),
    Example(
        "complaints.tgw_by_age",
        lambda: {
            "interactions": data.log(),
            "observed_until": data.UNTIL,
            "period": "month",
            "ages": 6,
            "match": "latest",
            "per": 1000,
            "confidence": 0.9,
            "method": "robust",
        },
    ),
    Example("complaints.triangle", lambda: {"counts": data.REPORTS, "period": list("abc")}),
    Example(
        "complaints.units_in_service",
        lambda: {"sold_at": data.DAYS, "period": "month", "observed_until": data.UNTIL, "life": 3},
    ),
    Example(
        "complaints.weighted_limits",
        lambda: {"total": [3.0], "squares": [5.0], "largest_severity": 3.0, "exposure": [100.0], "confidence": 0.9},
    ),
    # segments, monitoring, planning
    Example("segments.compare_rates", _rates(by=list("abcd"), baseline="rest", adjust="holm", method="score")),
    Example(
        "segments.funnel",
        _rates(by=list("abcd"), method="additive", target=90.0, confidence=(0.95, 0.998), winsorise=0.1),
    ),
    Example("segments.heterogeneity", lambda: {**data.TGW, "method": "pearson", "draws": 99, "rng": 1}),
    Example("segments.rank", _rates(by=list("abcd"))),
    Example("segments.shrink", _rates(by=list("abcd"))),
    Example(
        "monitoring.control_chart",
        lambda: {
            **data.TGW,
            "period": list("abcd"),
            "per": 1000,
            "method": "u",
            "limits": "three_sigma",
            "sigma_z": "moving_range",
            "floor": 0.0,
            "rules": (monitoring.Rule(name="outside", points=1, of=1, sigmas=3),),
            "baseline": None,
        },
    ),
    Example(
        "monitoring.cusum",
        lambda: {
            **data.TGW,
            "period": list("abcd"),
            "per": 1000,
            "target": 80.0,
            "ratio": 1.5,
            "threshold": 3.0,
            "false_alarm_every": 500,
        },
    ),
    Example(
        "monitoring.ewma",
        lambda: {
            **data.TGW,
            "period": list("abcd"),
            "per": 1000,
            "target": 80.0,
            "ratio": 1.5,
            "smoothing": 0.2,
            "width": 3.0,
            "false_alarm_every": 500,
        },
    ),
    Example("monitoring.reference_value", lambda: {"acceptable": 3.0, "unacceptable": 5.0}),
    Example("monitoring.Rule", lambda: {"name": "outside", "points": 2, "of": 3, "sigmas": 2}),
    Example(
        "planning.answers_for",
        lambda: {
            "metric": km.NPS(),
            "like": km.nps(ANSWERS),
            "half_width": 5,
            "difference": None,
            "margin": None,
            "power": 0.8,
            "confidence": 0.9,
            "design_effect": 1.0,
            "response": 0.5,
            "population": 5000,
            "segments": 1,
        },
    ),
    Example(
        "planning.smallest_change",
        lambda: {
            "metric": km.NPS(),
            "like": km.nps(ANSWERS),
            "n": 100,
            "power": 0.8,
            "confidence": 0.9,
            "design_effect": 1.0,
            "segments": 1,
        },
    ),
    # Kano
    Example(
        "kano.answer_quality", lambda: {"answers": data.pairs(), "table": "classic", "pairs": None, "labels": None}
    ),
    Example("kano.category_shares", lambda: {"table": data.kano_table()}),
    Example(
        "kano.classify",
        lambda: {
            "answers": data.pairs(),
            "table": "classic",
            "by": "segment",
            "period": "month",
            "date": "day",
            "time_zone": None,
            "weight": "w",
            "count": None,
            "pairs": None,
            "labels": None,
            "invalid": "raise",
            "without": (),
            **KANO,
        },
    ),
    Example("kano.coefficient", lambda: {"table": data.kano_table(), "name": "better", "feature": "app"}),
    Example("kano.compare", lambda: {"table": data.kano_table(), "first": "app", "second": "refund"}),
    Example(
        "kano.compare_paired",
        lambda: {
            "answers": data.pairs(),
            "first": "app",
            "second": "refund",
            "table": "classic",
            "pairs": None,
            "labels": None,
            "confidence": 0.9,
        },
    ),
    Example("kano.continuous", lambda: {"table": data.kano_table()}),
    Example(
        "kano.from_counts",
        lambda: {
            "counts": pd.DataFrame({"feature": ["app", "refund"], "M": [3, 2], "O": [4, 8], "A": [5, 1], "I": [3, 4]}),
            "table": "classic",
            "by": None,
            "scheme": "international",
            "n": None,
            **KANO,
        },
    ),
    Example(
        "kano.homogeneity_test",
        lambda: {"table": data.kano_by_segment(), "method": "chi2", "adjust": "holm", "draws": 99, "rng": 1},
    ),
    Example("kano.importance", lambda: {"answers": data.pairs(), "by": "segment", "columns": None, "confidence": 0.9}),
    Example(
        "kano.letter_memberships",
        lambda: {"functional": _memberships(), "dysfunctional": _memberships(), "table": "classic"},
    ),
    Example("kano.mode_probabilities", lambda: {"table": data.kano_table(), "prior": 0.5}),
    Example("kano.mode_recovery", lambda: {"table": data.kano_table(), "n": (20, 30)}),
    Example(
        "kano.pair_columns",
        lambda: {
            "columns": ["app_functional", "app_dysfunctional"],
            "functional": "{feature}_functional",
            "dysfunctional": "{feature}_dysfunctional",
        },
    ),
    Example(
        "kano.penalty_reward",
        lambda: {
            "ratings": data.ratings(),
            "overall": "overall",
            "attributes": ["speed", "price"],
            "low": 2,
            "high": 4,
            "confidence": 0.9,
            "asymmetry_threshold": 0.1,
        },
    ),
    Example("kano.questionnaire", lambda: {"features": ["app"], "language": "en", "wording": None}),
    Example("kano.rank", lambda: {"table": data.kano_table(), "coefficient": "better", "draws": 99, "rng": 1}),
    Example("kano.required_n", lambda: {"table": data.kano_table(), "probability": 0.9, "width": 0.2, "most": 500}),
    Example("kano.sensitivity", lambda: {"table": data.kano_table()}),
    Example("kano.top_two_test", lambda: {"table": data.kano_table()}),
    Example("kano.KanoTable.at", lambda: LEVEL, data.kano_table),
    Example("kano.KanoTable.from_json", lambda: {"text": data.kano_table().to_json()}),
    Example("kano.KanoTable.reverse_questions", lambda: {"*features": ("app",)}, data.kano_table),
    Example("kano.KanoTable.total", lambda: {"*names": ("feature",)}, data.kano_table),
    Example("kano.KanoTable.under", lambda: {"table": "classic"}, data.kano_table),
    Example(
        "kano.EvaluationTable",
        lambda: {"name": "own", "rows": ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"), "source": "x"},
    ),
    Example(
        "kano.EvaluationTable.letter",
        lambda: {"functional": 1, "dysfunctional": 5},
        lambda: kano.evaluation_tables()["classic"],
    ),
    Example(
        "kano.Wording",
        lambda: {"name": "own", "language": "en", "answers": [[word] for word in "abcde"], "source": "x"},
    ),
    # retention
    Example(
        "retention.ledger",
        lambda: {
            "data": data.people(),
            "period": "quarter",
            "observed_until": data.UNTIL,
            "window": None,
            "by": "segment",
            "date": "occurred_at",
            "customer": "customer_id",
            "kinds": "purchase",
            "start": "acquired_at",
            "end": "churned_at",
            "time_zone": None,
        },
    ),
    Example(
        "retention.ledger of a log",
        lambda: {"data": data.bought(), **RETENTION, "period": "quarter", "window": "90 days", "by": None},
    ),
    Example(
        "retention.cohorts",
        lambda: {
            "data": data.bought(),
            **RETENTION,
            "period": "quarter",
            "counting": "bounded",
            "brackets": None,
            "start": "first",
            "starts": None,
            "reference": "cohort",
            "clock": "calendar",
            "horizon": None,
            "by": None,
            "confidence": 0.9,
            "method": "wilson",
        },
    ),
    Example(
        "retention.contract_cohorts",
        lambda: {
            "data": data.people(),
            "period": "quarter",
            "observed_until": data.UNTIL,
            "horizon": 2,
            "by": "segment",
            "customer": "customer_id",
            "start": "acquired_at",
            "end": "churned_at",
            "time_zone": None,
            "confidence": 0.9,
            "method": "wilson",
        },
    ),
    Example(
        "retention.inactivity",
        lambda: {"data": data.bought(), **RETENTION, "windows": (30, 60), "confidence": 0.9},
    ),
    Example(
        "retention.repeat_purchase_rate",
        lambda: {"data": data.bought(), **RETENTION, "horizon": "90 days", "confidence": 0.9, "method": "wilson"},
    ),
    Example(
        "retention.tenures",
        lambda: {
            "data": data.people(),
            "observed_until": data.UNTIL,
            "unit": "day",
            "by": "segment",
            "customer": "customer_id",
            "start": "acquired_at",
            "end": "churned_at",
            "time_zone": None,
        },
    ),
    Example(
        "retention.survival",
        lambda: {
            "duration": [1.0, 2, 3, 4],
            "churned": [True, False, True, False],
            "entry": [0.0, 0, 1, 0],
            "by": list("AABB"),
            "count": [1, 2, 3, 1],
            "unit": "month",
            "confidence": 0.9,
            "method": "log-log",
        },
    ),
    Example(
        "retention.logrank",
        lambda: {
            "duration": [1.0, 2, 3, 4],
            "churned": [True, False, True, True],
            "by": list("AABB"),
            "strata": list("xyxy"),
            "entry": [0.0, 0, 1, 0],
            "count": [1, 2, 1, 1],
            "method": "logrank",
        },
    ),
    Example(
        "retention.logrank_pairs",
        lambda: {
            "duration": [1.0, 2, 3, 4],
            "churned": [True, False, True, True],
            "by": list("AABB"),
            "strata": None,
            "entry": None,
            "count": None,
            "method": "logrank",
            "adjust": "holm",
        },
    ),
    Example("retention.lifetime", lambda: {"curve": data.curve(), "horizon": 3, "fit": None}),
    Example("retention.lifetime_constant_hazard", lambda: {"churn": 0.1}),
    Example("retention.annualise_constant_hazard", lambda: {"churn": 0.1, "period": "month"}),
    Example("retention.deannualise_constant_hazard", lambda: {"churn": 0.1, "period": "month"}),
    Example(
        "retention.likelihood_ratio",
        lambda: {"smaller": retention.Geometric().fit(data.renewals()), "larger": data.contract()},
    ),
    Example(
        "retention.overlap",
        lambda: {"start": ["a", "b", "c"], "end": ["a", "d"], "new": ["d"], "confidence": 0.9, "method": "wilson"},
    ),
    Example(
        "retention.revenue",
        lambda: {
            "before": [100.0, 50, 70, 0],
            "after": [100.0, 80, 0, 80],
            "returned": None,
            "currency": ["EUR"] * 4,
            "by": list("AABB"),
            "confidence": 0.9,
            "method": "bca",
            "draws": 100,
            "rng": 1,
        },
    ),
    Example(
        "retention.BetaDiscreteWeibull.fit",
        lambda: {"survivors": data.renewals(), "unit": None},
        retention.BetaDiscreteWeibull,
    ),
    Example(
        "retention.DiscreteWeibull.fit",
        lambda: {"survivors": [1000, 869, 743], "unit": "year"},
        retention.DiscreteWeibull,
    ),
    Example("retention.Geometric.fit", lambda: {"survivors": [1000, 869, 743], "unit": "year"}, retention.Geometric),
    Example(
        "retention.ShiftedBetaGeo.fit",
        lambda: {"survivors": [1000, 869, 743], "unit": "year"},
        retention.ShiftedBetaGeo,
    ),
    Example("retention.CohortTable.matrix", lambda: {"value": "rate"}, data.cohort_table),
    Example("retention.CohortTable.total", lambda: {"*names": ()}, data.cohort_table),
    Example("retention.CohortTable.with_interval", lambda: {"confidence": 0.9, "method": "wilson"}, data.cohort_table),
    Example(
        "retention.ContractFit.discounted_lifetime", lambda: {"annual_discount": 0.1, "renewals": 2}, data.contract
    ),
    Example(
        "retention.ContractFit.lifetime",
        lambda: {"annual_discount": 0.1, "renewals": 2, "confidence": 0.9},
        data.contract,
    ),
    Example(
        "retention.ContractFit.project", lambda: {"customers": 100, "periods": 3, "confidence": 0.9}, data.contract
    ),
    Example("retention.ContractFit.retention", lambda: {"t": [1.0, 2, 3]}, data.contract),
    Example("retention.ContractFit.survival", lambda: {"t": [1.0, 2, 3]}, data.contract),
    Example(
        "retention.ContractFit.retention_elasticity", lambda: {"annual_discount": 0.1, "renewals": 2}, data.contract
    ),
    Example("retention.ContractFit.retention_interval", lambda: {"t": [1.0, 2], "confidence": 0.9}, data.contract),
    Example("retention.ContractFit.survival_interval", lambda: {"t": [1.0, 2], "confidence": 0.9}, data.contract),
    Example(
        "retention.InactivityCurve.choose",
        lambda: {"false_churn": 0.9},
        lambda: retention.inactivity(data.bought(), observed_until=data.UNTIL),
    ),
    Example(
        "retention.InactivityCurve.false_churn",
        lambda: {"windows": [30, 60]},
        lambda: retention.inactivity(data.bought(), observed_until=data.UNTIL),
    ),
    Example("retention.Ledger.churn", lambda: {"confidence": 0.9, "method": "wilson"}, data.ledger),
    Example("retention.Ledger.rate", lambda: {"confidence": 0.9, "method": "wilson"}, data.ledger),
    Example("retention.Ledger.total", lambda: {"*names": ("segment",)}, data.ledger),
    Example("retention.Ledger.from_json", lambda: {"text": data.ledger().to_json()}),
    Example("retention.Renewals", lambda: {"at_risk": [100, 80], "lost": [20, 5], "unit": "year", "notes": ()}),
    Example(
        "retention.Renewals.from_customers",
        lambda: {"renewals": [1, 2, 2], "churned": [True, False, True], "unit": "year"},
    ),
    Example("retention.Renewals.from_lost", lambda: {"lost": [20, 5], "at_risk": [100, 80], "unit": "year"}),
    Example("retention.Renewals.from_survivors", lambda: {"survivors": [1000, 869, 743], "unit": "year"}),
    Example("retention.Renewals.in_unit", lambda: {"unit": "year"}, data.renewals),
    Example("retention.RevenueRetention.gross", lambda: {"key": "A"}, data.money),
    Example("retention.RevenueRetention.net", lambda: {"key": "A"}, data.money),
    Example("retention.RevenueRetention.logo", lambda: {"key": "A"}, data.money),
    Example("retention.SurvivalCurve.at", lambda: {"t": 2}, data.curve),
    Example("retention.SurvivalCurve.cumulative_hazard", lambda: {"method": "log"}, data.curve),
    Example("retention.SurvivalCurve.quantile", lambda: {"share": 0.5}, data.curve),
    Example("retention.SurvivalCurve.restricted_mean", lambda: {"horizon": 3}, data.curve),
    Example("retention.SurvivalCurve.with_interval", lambda: {"confidence": 0.9, "method": "log"}, data.curve),
    Example("retention.Tenures.logrank", lambda: {"strata": None, "method": "logrank"}, data.tenures),
    Example("retention.Tenures.survival", lambda: {"confidence": 0.9, "method": "log-log"}, data.tenures),
    # reports, charts, data, words
    Example(
        "report.scorecard",
        lambda: {
            "customers": data.people(),
            "interactions": data.log(),
            "responses": data.long_answers(),
            "by": "segment",
            "period": "quarter",
            "language": "en",
            "observed_until": data.UNTIL,
            "confidence": 0.9,
            "progress": None,
            "min_n": 0,
            "kano": data.pairs().drop(columns=["segment", "day", "w", "k"]),
            "time_zone": None,
        },
    ),
    Example("report.Scorecard.to_text", lambda: {"width": 80}, data.scorecard),
    *[
        Example(f"plot.{name}", partial(_plotted, argument, drawn))
        for name, argument, drawn in (
            ("cohorts", "table", data.cohort_table),
            ("control_chart", "chart", data.chart),
            ("differences", "table", lambda: data.table().compare()),
            ("forest", "estimates", data.table),
            ("histogram", "estimate", lambda: km.nps(ANSWERS)),
            ("kano", "table", data.kano_table),
            ("lorenz", "curve", lambda: clv.lorenz([1, 2, 3, 100])),
            ("survival", "curve", data.curve),
            ("trend", "table", data.table),
        )
    ],
    Example("datasets.webshop", lambda: {"n_customers": 3, "seed": 1}),
    Example("notes.codes", lambda: {"kind": None}),
    Example("notes.note", lambda: {"code": "empty"}),
    Example("notes.text", lambda: {"code": "empty", "language": "de"}),
    Example("words.language", lambda: {"code": "de"}),
    # what tests of others use
    Example("testing.verify", lambda: {"topic": "kano", "progress": None}),
    Example(
        "testing.laws.check", lambda: {"metric": km.TopBox(), "laws": ["order"], "settings": None, "max_examples": 1}
    ),
]


def _memberships() -> pd.DataFrame:
    return pd.DataFrame([[0.5, 0.5, 0, 0, 0], [0, 0, 0.2, 0.8, 0]], columns=[1, 2, 3, 4, 5], index=["x", "y"])
