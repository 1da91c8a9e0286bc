"""The part of the scorecard on what customers will be worth, by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kundenmetrik import clv
from kundenmetrik.errors import FitRefused
from kundenmetrik.frame.time.periods import day_label
from kundenmetrik.report.layout import Section, by_text
from kundenmetrik.words.language import Language

HORIZON = "12 months"
ANNUAL_DISCOUNT = 0.10
MODELS = (clv.BetaGeo, clv.ModifiedBetaGeo, clv.ParetoNBD)
"""The models that are tried; of those that fit, the one with the lowest AIC is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedValue:
    """What the customers are expected to buy, or why no model says so.

    Attributes
    ----------
    base : Purchases
        What the models know about each customer.
    value : LifetimeValue or None
        The expected revenue of each customer.
    model : str
        The model that was taken.
    currency : str
        The currency of the amounts.
    obstacle : {"", "no_repeat", "buying", "spend"}
        What stands in the way of a value: nobody bought again, or no model of buying, or of spending, fits.
    refusal : str
        What the model itself says, where there is no value.
    """

    base: clv.Purchases
    value: clv.LifetimeValue | None
    model: str = ""
    currency: str = ""
    obstacle: str = ""
    refusal: str = ""


def expected_value(events: pd.DataFrame, people: pd.DataFrame | None, until: object) -> ExpectedValue:
    """Return the expected revenue of every customer over the next twelve months, by the best model that fits."""
    base = clv.purchases(events, observed_until=until, refunds="net", customers=people)
    try:
        best = _lowest_aic(base)
        spend = clv.GammaGamma().fit(base, invalid="exclude")
    except FitRefused as refused:
        return ExpectedValue(base=base, value=None, obstacle=_obstacle(refused, base), refusal=str(refused))
    value = clv.lifetime_value(best, spend, horizon=HORIZON, annual_discount=ANNUAL_DISCOUNT)
    currencies = events["currency"].dropna().unique()
    currency = currencies[0] if len(currencies) == 1 else ""
    return ExpectedValue(base=base, value=value, model=type(best.model).__name__, currency=currency)


def _obstacle(refused: FitRefused, base: clv.Purchases) -> str:
    if refused.model == clv.GammaGamma.name:
        return "spend"
    return "buying" if base.frequency.any() else "no_repeat"


def _lowest_aic(base: clv.Purchases) -> clv.RepeatFit:
    """Return the fit with the lowest AIC; a refused model stands back, and where all are, the first says why."""
    fits: list[clv.RepeatFit] = []
    refusals: list[FitRefused] = []
    for model in MODELS:
        try:
            fits.append(model().fit(base))
        except FitRefused as refused:
            refusals.append(refused)
    if not fits:
        raise refusals[0]
    return min(fits, key=lambda fit: fit.aic)


def value_by_group(
    expected: ExpectedValue, people: pd.DataFrame | None, by: Sequence[str], confidence: float, words: Language
) -> Section:
    """Return the expected revenue by group, per customer and in total."""
    header = ("group", "customers", "mean_value", "total_value", "interval")
    return Section(
        title=words.word("title.value", by=by_text(by, words)),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(_rows(expected, people, by, confidence, words)),
        remarks=tuple(_remarks(expected, words)),
    )


def _rows(
    expected: ExpectedValue, people: pd.DataFrame | None, by: Sequence[str], confidence: float, words: Language
) -> list[tuple[str, ...]]:
    if expected.value is None:
        return []
    whole = expected.value.total.at(confidence=confidence)
    everybody = {
        "group": words.word("total"),
        "customers": whole.n,
        "value": whole.value,
        "low": whole.low,
        "high": whole.high,
    }
    groups: list[Any] = []
    if by and people is not None:
        segments = people.set_index("customer_id")[list(by)].astype(object).reindex(expected.value.customer_id)
        found = expected.value.by(segments, confidence=confidence)
        keys = found[list(by)].astype(object).where(found[list(by)].notna(), None)
        labels = [words.group(key) for key in keys.itertuples(index=False, name=None)]
        groups = found.assign(group=labels).to_dict("records")
    return [_row(group, expected.currency, words) for group in (*groups, everybody)]


def _row(group: Mapping[Any, Any], currency: str, words: Language) -> tuple[str, ...]:
    value, customers = group["value"], group["customers"]
    interval = f"[{words.number(group['low'], 0)}; {words.number(group['high'], 0)}]"
    money = (
        f"{words.number(amount, digits)} {currency}".strip() for amount, digits in ((value / customers, 1), (value, 0))
    )
    return (group["group"], words.number(customers, 0), *money, interval)


def _remarks(expected: ExpectedValue, words: Language) -> Iterator[str]:
    if expected.value is None:
        facts = expected.base.summary()
        counts = {name: words.number(facts[name], 0) for name in ("customers", "repeaters")}
        yield words.word(f"no_value.{expected.obstacle}", **counts)
    else:
        model, until = words.word(f"model.{expected.model}"), day_label(expected.base.observed_until)
        yield words.word("note.value", model=model, until=until, discount=words.percent(ANNUAL_DISCOUNT, 0))
        if left := expected.base.counted.get("known_leavers", 0):
            yield words.word("note.known_leavers", customers=words.number(left, 0))
    first = day_label(pd.Series(expected.base.first).min())
    yield words.word(
        "base.value",
        customers=words.number(len(expected.base), 0),
        first=first,
        until=day_label(expected.base.observed_until),
    )
    if expected.refusal:
        yield words.word("note.refusal", refusal=expected.refusal)
