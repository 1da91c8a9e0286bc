"""Values that once were read as something else, took all memory or told too much, each with its neighbours."""

from __future__ import annotations

import asyncio
import io
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest

import kundenmetrik as km
from kundenmetrik import clv, complaints, kano, retention, segments
from kundenmetrik.errors import InvalidArgument, InvalidData, KundenmetrikError
from tests.contract import data

DAYS = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-01-05", "2024-03-01"])


def log(**columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_id": [1, 1, 2, 2], "occurred_at": DAYS, "kind": "purchase", "amount": 1.0})
    return frame.assign(**columns)


def masked(*values: float) -> Any:
    """Return numbers of which the second is hidden."""
    return np.ma.array(values, mask=[place == 1 for place in range(len(values))])


def summary(frequency: Any, **own: Any) -> clv.Purchases:
    return clv.Purchases.from_summary(frequency, [1.0] * 3, [2.0] * 3, unit="week", **own)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    # a hidden value is a missing one
    "masked share": (lambda: clv.top_share(masked(1.0, 99, 3)), r"values must be given.*row 1"),
    "masked lorenz": (lambda: clv.lorenz(masked(1.0, 99, 3)), r"values must be given.*row 1"),
    "masked gini": (lambda: clv.gini(masked(1.0, 99, 3)), r"values must be given.*row 1"),
    "masked payback": (lambda: clv.payback(masked(1.0, 99, 3), 2), r"values must be given.*row 1"),
    "masked summary": (lambda: summary(masked(1, 99, 2)), r"frequency must be whole numbers.*row 1"),
    "masked survivors": (lambda: retention.Renewals.from_survivors(masked(9, 5, 2)), r"survivors must be.*row 1"),
    "masked triangle": (lambda: complaints.triangle(np.ma.array([[5, 3], [6, 1]], mask=[[0, 1], [0, 0]])), "observed"),
    # numbers are real numbers
    "complex amount": (lambda: clv.purchases(log(amount=[1j, 2 + 3j, 1, 1])), "amount must be real numbers"),
    "complex summary": (lambda: summary([1 + 2j, 2, 1]), "frequency must be real numbers"),
    "complex survivors": (lambda: retention.Renewals.from_survivors([9, 5j]), "survivors must be real numbers"),
    "complex values": (lambda: clv.gini([1j, 2]), "values must be real numbers"),
    "booleans as values": (lambda: clv.payback([True, True], 1), "values must be numbers, not booleans"),
    "bytes as windows": (lambda: retention.inactivity(log(), observed_until="2024-04-01", windows=b"ab"), "windows"),
    "bytes as sizes": (lambda: kano.mode_recovery(data.kano_table(), n=b"a"), "n must be"),
    # counts stay exact
    "survival counts": (lambda: retention.survival([1, 2], [True, True], count=[2**62, 2**62]), "count must be"),
    "sum of counts": (lambda: retention.survival([1, 2], [True, True], count=[2**53, 1]), "count must add up to"),
    "share beyond": (lambda: km.retention_rate(2**53 + 1, 1), "start must be at most 9,007,199,254,740,992"),
    "rate beyond": (lambda: km.tgw(2**53 + 1, 1), "complaints must be at most 9,007,199,254,740,992"),
    "Kano beyond": (lambda: kano.from_counts({"a": {"A": 2**53 + 1, "O": 1, "M": 1, "I": 1}}), "counts must be at"),
    "Kano weights": (lambda: kano.classify(data.pairs().assign(w=1e308), weight="w"), "w must be 0 or from"),
    # codes are whole, ids are no floats
    "floats as codes": (lambda: complaints.numerator(data.log(), within=[0.9] * 15), "within must be whole numbers"),
    "floats as units": (lambda: complaints.mean_cumulative([1.0], [0.9], [3.0]), "event_unit must be whole numbers"),
    "float ids": (lambda: clv.purchases(log(customer_id=[1.0, 2, 1, 2])), "customer_id must be all whole numbers"),
    "mixed ids": (lambda: clv.purchases(log(customer_id=pd.Series([1, True, 1.0, 2], dtype=object))), "customer_id"),
    "float ids of Kano": (
        lambda: kano.classify(data.pairs().assign(customer_id=[1.0, 2, 3, 4] * 2)),
        "customer_id must be all whole numbers",
    ),
    "list ids": (lambda: kano.answer_quality(data.pairs().assign(customer_id=[[1]] * 8)), "customer_id must hold"),
    # labels decide or are refused
    "labels of units": (
        lambda: complaints.mean_cumulative(pd.Series([1, 2]), pd.Series([0, 1], index=[1, 0]), [3, 4]),
        "event_unit must have the same index",
    ),
    "labels of ends": (
        lambda: complaints.mean_cumulative([1, 2], [0, 1], pd.Series([3, 4], index=[1, 0])),
        "end_age must have no labels",
    ),
    "labels of memberships": (
        lambda: kano.letter_memberships(
            pd.DataFrame([[1, 0, 0, 0, 0]], index=[0]), pd.DataFrame([[1, 0, 0, 0, 0]], index=[7])
        ),
        "dysfunctional must have the same index",
    ),
    "labels of renewals": (
        lambda: retention.Renewals.from_customers(pd.Series([1, 2]), pd.Series([True, False], index=[1, 0])),
        "churned must have the same index",
    ),
    # times have one grammar
    "a day of no month": (lambda: clv.purchases(log(), observed_until="2024-06-31"), "observed_until must be a date"),
    "a month of no year": (lambda: clv.split(log(), at="2024-13-01"), "at must be a date"),
    "a number as a day": (
        lambda: complaints.service_times(data.log(), observed_until=20251231),
        "observed_until must be a date",
    ),
    "a zone without one": (
        lambda: clv.backtest(log(), clv.NBD(), origins=[pd.Timestamp("2024-02-01", tz="UTC")], horizon="1 week"),
        "origins must be days",
    ),
    # what a method does not use is checked all the same
    "unused draws": (lambda: segments.heterogeneity([5, 9], [9, 9], draws="junk"), "draws must be"),
    "unused seed": (lambda: segments.heterogeneity([5, 9], [9, 9], rng="junk"), "rng must be"),
    "unused match": (lambda: complaints.numerator(data.log(), "every", match=1j), "match must be"),
    "a name": (lambda: km.NPS(name=1j), "name must be text"),
    "another name": (lambda: km.TGW("c", "s", name=object()), "name must be text"),
    "words": (lambda: kano.Wording(name="a", language="en", answers="junk"), "answers must be"),
    "columns": (lambda: km.RetentionRate(start=1), "start must be text"),
    # the name in a message is the one that the caller wrote
    "satisfied": (lambda: km.csat([1, 5], satisfied=[6]), "satisfied must"),
    "reports": (lambda: complaints.nowcast("junk"), "reports must be"),
    "threshold": (lambda: km.monitoring.cusum([1, 2], [9, 9], threshold=-1), "threshold must be above 0"),
    "first": (lambda: kano.compare(data.kano_table(), "junk", "app"), "first must be one of"),
    # iterators are no columns, with weights or without
    "an iterator": (lambda: km.nps(map(int, "987")), "scores must be a column"),
    "a weighted iterator": (lambda: km.nps(map(int, "987"), weight=[1.0, 2, 1]), "scores must be a column"),
    "a generator": (lambda: clv.gini(float(number) for number in range(4)), "values must be a column"),
    # sizes, draws and horizons have bounds
    "two rows": (
        lambda: complaints.reporting_triangle(
            pd.to_datetime(["1900-01-01", "2024-01-01"]),
            pd.to_datetime(["1990-01-02", "2024-01-02"]),
            period="day",
            observed_until="2024-06-30",
        ),
        "period must leave at most 10,000,000",
    ),
    "customers": (lambda: km.datasets.webshop(2**31, seed=1), "n_customers must be at most"),
    "draws": (lambda: retention.revenue([5.0], [6.0], draws=2**31), "draws must be at most"),
    "permutations": (lambda: complaints.pareto(["a"], draws=2**31), "draws must be at most"),
    "periods": (lambda: data.contract().project(100, 2**31), "periods must be at most"),
    "renewals": (lambda: retention.Renewals.from_customers([2**40], [True]), "renewals must be at most"),
    "horizon": (lambda: data.fit().expected_purchases(1e308), "horizon must be"),
    "per": (lambda: km.tgw(3, 100, per=1e308), "per must be"),
    "ages": (lambda: data.contract().survival(1e308), "t must be"),
    # places of groups
    "a group twice": (lambda: data.table().counts.take([0, 0]), "places must name each group once"),
    "half a place": (lambda: data.table().counts.take([0.5]), "places must be whole numbers from 0 to"),
    "a hidden place": (
        lambda: data.table().counts.take(np.ma.array([0, 1], mask=[0, 1])),
        "places must be whole numbers",
    ),
    "lists as places": (lambda: data.table().counts.take([[0], 1]), "places must be whole numbers from 0 to"),
    "beyond the groups": (lambda: data.table().counts.take([2**70]), "places must be whole numbers from 0 to"),
    # one reader of JSON
    "a name twice": (
        lambda: km.Estimate.from_json(km.nps([1]).to_json().replace('"version"', '"version": 2, "version"')),
        "text must be an estimate stored",
    ),
    "deep JSON": (lambda: clv.Purchases.from_json("[" * 100_000), "text must be purchases"),
    "null": (lambda: clv.RepeatFit.from_json("null"), "text must be a RepeatFit"),
    "half": (lambda: retention.ContractFit.from_json("{"), "text must be a ContractFit"),
    "another field": (
        lambda: retention.Ledger.from_json(data.ledger().to_json().replace('"period":', '"perriod":', 1)),
        "text",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_our_words(name: str) -> None:
    call, words = REFUSED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(KundenmetrikError, match=words) as refused:
            call()
    assert len(str(refused.value).encode()) <= 1_000


def test_places_are_taken_from_every_container() -> None:
    counts, expected = data.table().counts, data.table().counts.take([1, 0])
    for places in (
        (1, 0),
        np.array([1, 0], np.uint8),
        pd.Series([1, 0]),
        pa.array([1, 0]),
        iter([1, 0]),
        pl.Series([1, 0]),
    ):
        assert counts.take(places) == expected


def test_undefined_has_a_note() -> None:
    assert segments.funnel([], []).notes == ("empty",)
    assert segments.heterogeneity([], []).notes == ("empty",)
    assert segments.heterogeneity([3], [9]).notes == ("empty",)
    assert segments.heterogeneity([3, 4], [9, 9]).notes == ()


@pytest.mark.parametrize(("scores", "alike"), [([10] * 5, True), ([7, 8, 7], True), ([10, 9, 0], False)])
@pytest.mark.parametrize("method", ["wald", "t", "bootstrap", "score", "jeffreys"])
def test_limits_without_width_say_so(scores: list[int], alike: bool, method: Any) -> None:
    found = km.nps(scores, method=method)
    assert ("no_scatter" in found.notes) == (alike and method in ("wald", "t", "bootstrap"))
    assert (found.low == found.high) <= ("no_scatter" in found.notes)


def test_revenue_that_moves_alike_says_so() -> None:
    for paid, then, alike in (([5.0], [6.0], True), ([5.0, 10], [6.0, 12], True), ([5.0, 5], [6.0, 7], False)):
        net = retention.revenue(paid, then).net()
        assert ("no_scatter" in net.notes) == alike == (net.low == net.high)


def test_a_message_has_at_most_a_kilobyte() -> None:
    long = "x" * 200_000
    calls: list[Callable[[], object]] = [
        lambda: km.nps([long]),
        lambda: km.measure({long: [1], "score": [1]}, km.NPS(), by=long + "y"),
        lambda: km.measure({f"{'ä' * 39}{number}": [1] for number in range(99)}, km.NPS(), by="junk"),
        lambda: km.check(pd.DataFrame({f"extra_{number:02d}": [1] for number in range(99)}), km.Customer, cap=99),
        lambda: km.NPS(scale=long),
    ]
    for call in calls:
        with pytest.raises(KundenmetrikError) as refused:
            call()
        assert len(str(refused.value).encode()) <= 1_000


def test_no_command_reaches_the_terminal() -> None:
    evil = "\x1b[2J\x9b31m\u202e"
    table = km.measure({"shop": [evil, "b"], "score": [1, 2]}, km.NPS(name=evil), by="shop")
    with pytest.raises(KundenmetrikError) as refused:
        km.measure({evil: [1]}, km.NPS())
    results = (table, table.compare(), table[evil])
    for shown in (*map(repr, results), str(table), str(refused.value), table.to_text()):
        assert not any(letter in shown for letter in "\x1b\x9b\u202e")
        assert "x1b" in shown


SECRET = "anna@mail.de"
TELLING: dict[str, Callable[[], object]] = {
    "ids twice": lambda: summary([1, 0, 0], customer_id=[SECRET, SECRET, "b"]),
    "overlap": lambda: retention.overlap([SECRET], ["b"], new=[SECRET]),
    "mixed ids": lambda: retention.overlap([SECRET, 1], ["b"]),
    "customers twice": lambda: clv.purchases(
        log(customer_id=list("aabb")),
        customers=pd.DataFrame({"customer_id": [SECRET, SECRET], "acquired_at": DAYS[:2], "churned_at": DAYS[2:]}),
    ),
    "scorecard": lambda: km.report.scorecard(
        pd.DataFrame({"customer_id": [SECRET] * 2, "acquired_at": DAYS[:2]}), None, None
    ),
    "without": lambda: kano.classify(data.pairs(), without=[SECRET]),
    "records": lambda: km.check(pd.DataFrame({"customer_id": [SECRET, 1], "acquired_at": DAYS[:2]}), km.Customer),
}


@pytest.mark.parametrize("name", TELLING)
def test_ids_are_named_by_their_row_only(name: str) -> None:
    with pytest.raises(KundenmetrikError) as hidden:
        TELLING[name]()
    assert SECRET not in str(hidden.value)
    assert SECRET not in str(hidden.value.to_dict(values=True))
    with km.errors.showing_values(), pytest.raises(KundenmetrikError) as shown:
        TELLING[name]()
    assert (SECRET in str(shown.value)) or name in ("mixed ids", "records", "scorecard")


def test_free_text_is_not_shown_and_labels_are() -> None:
    told = "the delivery took three weeks, and nobody called back"
    with pytest.raises(KundenmetrikError) as hidden:
        km.nps([told])
    assert "delivery" not in str(hidden.value)
    with pytest.raises(KundenmetrikError, match="'sehr zufrieden'"):
        km.nps(["sehr zufrieden"])
    with km.errors.showing_values(), pytest.raises(KundenmetrikError, match="delivery"):
        km.nps([told])


def test_showing_values_is_own_to_each_thread_and_task() -> None:
    def told() -> str:
        with pytest.raises(InvalidData) as refused:
            TELLING["ids twice"]()
        return str(refused.value)

    seen: list[str] = []
    with km.errors.showing_values():
        other = threading.Thread(target=lambda: seen.append(told()))
        other.start()
        other.join()
        assert SECRET in told()
    assert SECRET not in seen[0]
    assert SECRET not in told()

    async def shows(ready: asyncio.Event, done: asyncio.Event) -> str:
        with km.errors.showing_values():
            ready.set()
            await done.wait()
            return told()

    async def hides(ready: asyncio.Event, done: asyncio.Event) -> str:
        await ready.wait()
        text = told()
        done.set()
        return text

    async def both() -> list[str]:
        ready, done = asyncio.Event(), asyncio.Event()
        return list(await asyncio.gather(shows(ready, done), hides(ready, done)))

    shown, hidden = asyncio.run(both())
    assert SECRET in shown
    assert SECRET not in hidden


def test_what_was_given_stays_as_it_is() -> None:
    at_risk, lost = np.array([100, 80]), np.array([20, 5])
    renewals = retention.Renewals(at_risk=at_risk, lost=lost, unit="year")
    at_risk[0] = lost[0] = 1
    assert (renewals.at_risk[0], renewals.lost[0]) == (100, 20)


def test_hide_values_is_gone_and_says_so() -> None:
    with pytest.raises(TypeError, match="showing_values"):
        km.check(pd.DataFrame(), km.Customer, hide_values=True)  # type: ignore[call-arg]


def test_huge_and_tiny_numbers_have_an_exponent() -> None:
    assert len(repr(km.tgw(5, 1e300))) < 200
    assert "e+300" in repr(km.tgw(5, 1e300))
    with pytest.raises(InvalidArgument):
        km.tgw(5, -1)


def test_what_is_exported_runs_no_formula() -> None:
    evil = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "plain"]
    table = km.measure({"shop": evil, "score": [1, 2, 3, 4, 5, 6]}, km.NPS(name="=1+1"), by="shop")
    read = pd.read_csv(io.StringIO(table.to_csv()))
    assert sorted(read["shop"]) == sorted([*(f"'{text}" for text in evil[:-1]), "plain"])
    assert set(read["metric"]) == {"'=1+1"}
    assert read["value"].tolist() == table.to_frame()["value"].tolist()
    assert len(km.nps([1, 2]).to_csv().splitlines()) == 2
