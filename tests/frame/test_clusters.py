"""Answers that come in clusters: the linearised variance, and what cannot be a cluster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData

ROWS = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 6), st.integers(0, 10), st.floats(0.2, 5)), min_size=2, max_size=40
)


def effective_by_hand(part: pd.DataFrame) -> float:
    """Return the number of answers of a simple sample with the linearised variance of the clusters, at most all."""
    worth = np.where(part["nps"] > 8, 100.0, np.where(part["nps"] < 7, -100.0, 0.0))
    total = part["w"].sum()
    mean = (part["w"] * worth).sum() / total
    clusters = (part["w"] * (worth - mean) / total).groupby(part["person"]).sum()
    spread = (part["w"] * (worth - mean) ** 2).sum() / total
    variance = len(clusters) / (len(clusters) - 1) * (clusters**2).sum() if len(clusters) > 1 else 0.0
    known = variance > 1e-13 and spread > 1e-9
    return min(float(spread / variance), float(len(part))) if known else float(len(clusters))


@settings(max_examples=60)
@given(ROWS)
def test_the_base_is_that_of_the_linearised_variance_in_every_group(rows: list[tuple[str, int, int, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["shop", "person", "nps", "w"])
    for weight in (None, "w"):
        table = km.measure(frame, km.NPS("nps"), by="shop", cluster="person", weight=weight)
        for shop, part in frame.assign(w=frame["w"] if weight else 1.0).groupby("shop"):
            by_hand = effective_by_hand(part)
            if by_hand < 1e6:
                assert table[shop].n == pytest.approx(by_hand, rel=1e-6)
            plain = km.measure(part, km.NPS("nps"), weight=weight).overall()
            assert table[shop].value == plain.value
            assert table[shop].n_raw == len(part)


def test_a_person_who_answers_k_times_alike_is_one_answer() -> None:
    once = pd.DataFrame({"person": range(40), "nps": [10, 9, 8, 0] * 10})
    often = once.loc[once.index.repeat(5)]
    one, many = (km.measure(frame, km.NPS("nps"), cluster="person").overall() for frame in (once, often))
    assert (many.low, many.high, many.n) == pytest.approx((one.low, one.high, one.n))
    assert many.n_raw == 200


def test_rows_without_a_cluster_are_no_cluster() -> None:
    frame = pd.DataFrame({"person": ["a", None, "a", None], "nps": [1, 2, 3, 4]})
    with pytest.raises(InvalidData, match=r"person must be given in every row; 2 of 4 are not \(rows 1, 3\)") as caught:
        km.measure(frame, km.NPS("nps"), cluster="person")
    assert caught.value.faults[0].remedy
    with pytest.raises(InvalidArgument, match=r"^count must be left out"):
        km.measure(frame.assign(k=1), km.NPS("nps"), cluster="person", count="k")


def test_the_test_of_a_difference_rests_on_the_clusters() -> None:
    rng = np.random.default_rng(2)
    person = np.repeat(np.arange(80), 6)
    score = np.clip(np.round(7 + 2.5 * rng.normal(size=80)[person]), 0, 10)
    frame = pd.DataFrame({"person": person, "nps": score, "shop": np.where(person < 40, "A", "B")})
    honest = km.measure(frame, km.NPS("nps"), by="shop", cluster="person").compare(baseline="A").to_frame()
    naive = km.measure(frame, km.NPS("nps"), by="shop").compare(baseline="A").to_frame()
    assert honest["value"].item() == naive["value"].item()
    assert honest["p_value"].item() > naive["p_value"].item()
    assert honest["high"].item() - honest["low"].item() > 2 * (naive["high"].item() - naive["low"].item())


def test_few_clusters_are_said_and_make_no_interval_narrower() -> None:
    scores = [10] * 15 + [0] * 29 + [8] + [10] * 15
    frame = pd.DataFrame({"nps": scores, "region": [1] * 30 + [2] * 30})
    clustered, plain = km.measure(frame, km.NPS("nps"), cluster="region").overall(), km.nps(scores)
    assert clustered.notes == ("few_clusters",)
    assert clustered.n <= 60
    assert clustered.high - clustered.low >= plain.high - plain.low
    many = pd.DataFrame({"nps": scores, "region": list(range(30)) * 2})
    assert km.measure(many, km.NPS("nps"), cluster="region").overall().notes == ()
