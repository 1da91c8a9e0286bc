"""Backtest: the same forecast made again and again at earlier dates, each time knowing only what was known then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Unpack

import pandas as pd

from kundenmetrik.clv.data.observation_window import LogOptions, PurchaseLog, open_log
from kundenmetrik.clv.evaluation.evaluation import evaluate
from kundenmetrik.clv.evaluation.holdout import split_log
from kundenmetrik.clv.evaluation.scoring_rules import SCORES
from kundenmetrik.clv.fits.fittable import Fittable
from kundenmetrik.core.checks import check_confidence, check_items
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType
from kundenmetrik.frame.time.observed_until import observed_moment
from kundenmetrik.frame.time.units import in_unit
from kundenmetrik.progress import Progress, with_progress
from kundenmetrik.renamed import former_parameters


@former_parameters(time="date")
def backtest(
    interactions: Any,
    models: Fittable | Sequence[Fittable],
    *,
    origins: Sequence[object],
    horizon: object,
    observed_until: object = None,
    customers: Any = None,
    confidence: float = 0.95,
    progress: Progress | None = None,
    **options: Unpack[LogOptions],
) -> pd.DataFrame:
    """Fit models at several dates on what was known then, and score their forecasts of the time that followed.

    Parameters
    ----------
    interactions : frame or list of records
        A log, as for :func:`purchases`.
    models : model or sequence of models
        Such as ``clv.BetaGeo()``.
    origins : sequence of date or str
        The last days of the calibrations.
    horizon : float or str
        How long after each origin, in whole days: a number in ``unit`` or text such as ``"13 weeks"``.
    observed_until : date, datetime or str, optional
        The last day that was observed; by default the last row of the log. No horizon may go beyond it.
    customers : frame or list of records, optional
        As for :func:`purchases`: at each origin those are known to have left whose date of leaving lies before it.
    confidence : float
        Of the interval of the total.
    progress : callable, optional
        Called with the number of origins done and of all; by default a line in a terminal when it takes long.
    **options
        unit, grain, time_zone, refunds, invalid, customer, date, amount, kind and currency, as for :func:`purchases`.

    Returns
    -------
    DataFrame
        One row per origin and forecast: origin, forecast, customers, expected_total, low, high, actual_total, covered,
        relative_bias, mae, rmse, log_score, crps, brier, top_decile_lift, notes. Naive forecasts have no interval. A
        refused fit has NaN and its reason in notes.

    Raises
    ------
    InvalidArgument
        If there is no origin, or a horizon goes beyond what was observed.

    Notes
    -----
    One holdout is one draw: a good forecast may have been luck. Over origins the bias shows its sign, and ``covered``
    should be true in about ``confidence`` of the rows; overlapping horizons are not independent.

    Examples
    --------
    >>> from kundenmetrik import clv
    >>> truth = clv.ModifiedBetaGeo().fit(clv.Purchases.from_summary(
    ...     [0, 0, 0, 1, 4, 12, 3, 6] * 40, [0, 0, 0, 9, 8, 38, 30, 7] * 40, [39] * 320, unit="week"))
    >>> log = truth.simulate(300, horizon="2 years", rng=1)
    >>> table = clv.backtest(log, clv.ModifiedBetaGeo(), origins=["2020-09-30", "2020-12-31"], horizon="26 weeks")
    >>> table.groupby("forecast").size().to_dict()
    {'ModifiedBetaGeo': 2, 'common_rate': 2, 'own_rate': 2}
    """
    chosen = _check_models(models)
    origins = check_items(origins, "origins", "be a list of days")
    if len(origins) == 0:
        raise InvalidArgument("origins", "hold at least one day", list(origins), 'Pass days such as "2025-03-31".')
    level, log = check_confidence(confidence), open_log(interactions, **options)
    days, dates = _whole_days(horizon, log.unit), [_a_day(origin) for origin in origins]
    last = log.until(observed_until).last
    for origin in dates:
        if log.rows.moments.last_tick(origin + timedelta(days=days), log.grain) > last:
            raise InvalidArgument("horizon", "end before observation does", f"{days} days after {origin}")
    seen = with_progress(dates, progress, "backtest")
    return pd.DataFrame([row for origin in seen for row in _rows(log, customers, origin, days, chosen, level)])


def _rows(
    log: PurchaseLog, customers: Any, origin: date, days: int, models: list[Fittable], confidence: float
) -> list[dict[str, Any]]:
    """Return one row for each model at one origin, and the naive forecasts once."""
    parts = split_log(log.until(origin, "origins"), log.until(origin + timedelta(days=days)), customers)
    shared = {"origin": pd.Timestamp(origin), "customers": len(parts.calibration)}
    rows: list[dict[str, Any]] = []
    naive: list[dict[str, Any]] = []
    for model in models:
        try:
            found = evaluate(model.fit(parts.calibration), parts, confidence=confidence)
        except FitRefused as refusal:
            rows.append(shared | {"forecast": model.name, "notes": refusal.reason})
            continue
        total, actual = found.total, float(parts.holdout.purchases.sum())
        limits = {"low": total.low, "high": total.high, "covered": total.low <= actual <= total.high}
        own, *others = found.scores.to_dict("records")
        rows.append(_row(shared, own) | limits | {"notes": ", ".join(total.notes)})
        naive = [_row(shared, other) for other in others]
    return rows + naive


def _row(shared: dict[str, Any], scores: dict[Any, Any]) -> dict[str, Any]:
    empty = {"low": float("nan"), "high": float("nan"), "covered": None}
    totals = {name: scores[name] for name in ("expected_total", "actual_total")}
    named = {name: scores[name] for name in SCORES}
    return shared | {"forecast": scores["forecast"]} | totals | empty | named | {"notes": ""}


def _check_models(models: Fittable | Sequence[Fittable]) -> list[Fittable]:
    rule = "be repeat-buying models such as BetaGeo()"
    chosen = [models] if isinstance(models, Fittable) else list(check_items(models, "models", rule))
    if not chosen or not all(isinstance(model, Fittable) for model in chosen):
        raise InvalidType("models", rule, models)
    return chosen


def _whole_days(horizon: object, unit: str) -> int:
    days = in_unit(horizon, unit) * in_unit(f"1 {unit}", "day")
    if round(days) < 1:
        raise InvalidArgument("horizon", "be at least a day", horizon)
    return round(days)


def _a_day(origin: object) -> date:
    moment = observed_moment(origin, "origins")
    if moment.year >= date.max.year:
        raise InvalidArgument("origins", f"lie before the year {date.max.year}", origin)
    if moment.tzinfo is not None or moment != moment.normalize():
        raise InvalidArgument("origins", 'be days such as "2025-03-31"', origin)
    return moment.date()
