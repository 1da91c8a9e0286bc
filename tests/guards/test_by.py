"""What ``by`` names: any column or attribute, several at once, in every public function that takes it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import UnknownName

SHOP = km.datasets.webshop(n_customers=240, seed=5)
ROWS = np.arange(len(SHOP.customers))
REGION, PLAN = np.where(ROWS % 2, "Nord", "Süd"), np.array(["a", "b", "c"])[ROWS % 3]
CUSTOMERS = SHOP.customers.assign(
    region=REGION, plan=PLAN, both=[f"{r} {p}" for r, p in zip(REGION, PLAN, strict=True)]
)
KEYS = ["region", "plan"]
OF_CUSTOMER = CUSTOMERS.set_index("customer_id")[[*KEYS, "both"]]
END = "2025-12-31"
SALES = pd.DataFrame({"region": [*"NNNSSS"], "plan": [*"abcabc"], "sold": [900, 800, 700, 1000, 600, 500]})
SALES = SALES.assign(both=SALES["region"] + " " + SALES["plan"], complaints=[9, 4, 12, 30, 3, 7])
PAIRS = SHOP.kano.head(600)


def with_groups(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.join(OF_CUSTOMER, on="customer_id")


PURCHASES, ANSWERS, KANO = (with_groups(frame) for frame in (SHOP.interactions, SHOP.responses, PAIRS))
LETTERS = (
    KANO.assign(letter=np.array(["A", "O", "M", "I"])[(KANO["functional"] + KANO["dysfunctional"]) % 4])
    .groupby(["feature", *KEYS, "both", "letter"])
    .size()
    .unstack(fill_value=0)
    .reset_index()
)


def value_by(frame: pd.DataFrame, by: Any) -> pd.DataFrame:
    card = km.report.scorecard(CUSTOMERS.drop(columns=[*KEYS, "both"]), SHOP.interactions, SHOP.responses)
    return card.tables["value"].by(by, customers=frame)


def logrank_frame(found: Any) -> pd.DataFrame:
    return pd.DataFrame([{"statistic": found.statistic, "df": found.df, "p_value": found.p_value}])


BY_NAME: dict[str, tuple[pd.DataFrame, Callable[[pd.DataFrame, Any], Any]]] = {
    "km.measure": (ANSWERS, lambda frame, by: km.measure(frame, km.NPS(), by=by)),
    "km.kano.classify": (KANO, lambda frame, by: km.kano.classify(frame, by=by)),
    "km.kano.importance": (KANO, lambda frame, by: km.kano.importance(frame, by=by)),
    "km.kano.from_counts": (LETTERS, lambda frame, by: km.kano.from_counts(frame, by=by)),
    "km.retention.cohorts": (
        PURCHASES,
        lambda frame, by: km.retention.cohorts(frame, by=by, period="quarter", observed_until=END),
    ),
    "km.retention.contract_cohorts": (
        CUSTOMERS,
        lambda frame, by: km.retention.contract_cohorts(frame, by=by, period="quarter", observed_until=END),
    ),
    "km.retention.ledger": (CUSTOMERS, lambda frame, by: km.retention.ledger(frame, by=by, observed_until=END)),
    "km.retention.tenures": (
        CUSTOMERS,
        lambda frame, by: km.retention.tenures(frame, by=by, observed_until=END).survival(),
    ),
    "km.clv.LifetimeValue.by": (CUSTOMERS, value_by),
    "km.report.scorecard": (
        CUSTOMERS,
        lambda frame, by: km.report.scorecard(
            frame.drop(columns=[name for name in (*KEYS, "both") if name in frame and name not in by]),
            SHOP.interactions,
            SHOP.responses,
            by=by,
        ).tables["nps"],
    ),
}
"""Doors where ``by`` names columns or attributes of a table."""

LASTED = (pd.Timestamp(END) - CUSTOMERS["acquired_at"]).dt.days.clip(lower=1)
LEFT = CUSTOMERS["churned_at"].notna()
BY_COLUMN: dict[str, tuple[pd.DataFrame, Callable[[Any], Any]]] = {
    "km.retention.survival": (CUSTOMERS, lambda by: km.retention.survival(LASTED, LEFT, by=by)),
    "km.retention.logrank": (CUSTOMERS, lambda by: logrank_frame(km.retention.logrank(LASTED, LEFT, by))),
    "km.retention.logrank_pairs": (CUSTOMERS, lambda by: km.retention.logrank_pairs(LASTED, LEFT, by)),
    "km.retention.revenue": (
        CUSTOMERS,
        lambda by: km.retention.revenue(ROWS + 1.0, ROWS[::-1] + 2.0, by=by, draws=100),
    ),
    "km.segments.rank": (SALES, lambda by: km.segments.rank(SALES["complaints"], SALES["sold"], by=by)),
    "km.segments.funnel": (SALES, lambda by: km.segments.funnel(SALES["complaints"], SALES["sold"], by=by)),
    "km.segments.shrink": (SALES, lambda by: km.segments.shrink(SALES["complaints"], SALES["sold"], by=by)),
    "km.segments.compare_rates": (
        SALES,
        lambda by: km.segments.compare_rates(SALES["complaints"], SALES["sold"], by=by),
    ),
}
"""Doors where ``by`` is the keys themselves: a column, or several as a frame."""


def doors(name: str, thing: Any) -> Iterator[str]:
    """Yield the public functions and methods that take ``by``, or are called so."""
    if isinstance(thing, ModuleType):
        for inner in vars(thing).get("__all__", ()):
            yield from doors(f"{name}.{inner}", getattr(thing, inner))
    elif inspect.isclass(thing):
        for member, static in inspect.getmembers_static(thing):
            if not member.startswith("_") and inspect.isfunction(static):
                yield from doors(f"{name}.{member}", static)
    elif callable(thing):
        taken = inspect.signature(thing).parameters if inspect.isfunction(thing) else {}
        if "by" in taken or name.endswith(".by"):
            yield name


def numbers(found: Any) -> pd.DataFrame:
    """Return the numbers of a result, without its keys."""
    frame = found if isinstance(found, pd.DataFrame) else found.to_frame()
    keys = [name for name in frame if name in (*KEYS, "both", "group", "segment", "first", "second")]
    return frame.drop(columns=keys).select_dtypes("number")


def test_no_public_function_with_by_escapes() -> None:
    assert set(doors("km", km)) == BY_NAME.keys() | BY_COLUMN.keys()


@pytest.mark.parametrize("door", BY_NAME)
def test_by_takes_one_name_or_several(door: str) -> None:
    frame, ask = BY_NAME[door]
    several, together = ask(frame, KEYS), ask(frame, "both")
    pd.testing.assert_frame_equal(numbers(several), numbers(together))
    assert len(numbers(ask(frame, "region"))) < len(numbers(several))
    assert len(numbers(ask(frame, ("region", "plan")))) == len(numbers(several))


@pytest.mark.parametrize("door", sorted(BY_NAME.keys() - {"km.kano.from_counts"}))
def test_by_takes_attributes_as_it_takes_columns(door: str) -> None:
    frame, ask = BY_NAME[door]
    facts, plans = (pd.Series(frame[names].to_dict("records"), index=frame.index) for names in (KEYS, ["plan"]))
    held = frame.drop(columns=[*KEYS, "both"]).assign(attributes=facts)
    mixed = frame.drop(columns=["plan", "both"]).assign(attributes=plans)
    for table in (held, mixed):
        pd.testing.assert_frame_equal(numbers(ask(table, KEYS)), numbers(ask(frame, KEYS)))


@pytest.mark.parametrize("door", BY_NAME)
def test_a_name_that_is_not_there_is_told_with_those_that_are(door: str) -> None:
    frame, ask = BY_NAME[door]
    with pytest.raises(
        UnknownName, match=r"must name one of .*'region'.*'regoin' is not there\. Did you mean 'region'"
    ):
        ask(frame.drop(columns=["plan", "both"]), ["regoin", "region"])


@pytest.mark.parametrize("door", BY_COLUMN)
def test_by_takes_one_column_or_several(door: str) -> None:
    frame, ask = BY_COLUMN[door]
    several, together = ask(frame[KEYS]), ask(frame["both"])
    pd.testing.assert_frame_equal(numbers(several), numbers(together), check_names=False)
    pd.testing.assert_frame_equal(numbers(ask({name: frame[name] for name in KEYS})), numbers(several))
