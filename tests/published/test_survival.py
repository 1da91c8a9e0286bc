"""Published survival curves and log-rank tests at their printed digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kundenmetrik import retention
from tests.builders import printed

# Gehan (1965), Biometrika 52; the remission data of Freireich et al. (1963), in every textbook of survival analysis.
SIX_MP = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
SIX_MP_LOST = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

# t, lost, at risk, S, standard error: Kalbfleisch and Prentice (1980), section 1.3, further digits recomputed.
STEPS = [
    (6, 3, 21, "0.857143", "0.076360"),
    (7, 1, 17, "0.806723", "0.086935"),
    (10, 1, 15, "0.752941", "0.096350"),
    (13, 1, 12, "0.690196", "0.106815"),
    (16, 1, 11, "0.627451", "0.114054"),
    (22, 1, 7, "0.537815", "0.128234"),
    (23, 1, 6, "0.448179", "0.134591"),
]
LIMITS = [  # interval kind, t, low, high
    ("plain", 6, "0.7075", "1.0000"),
    ("log", 6, "0.7198", "1.0000"),
    ("log-log", 6, "0.6197", "0.9516"),
    ("plain", 23, "0.1844", "0.7120"),
    ("log", 23, "0.2488", "0.8074"),
    ("log-log", 23, "0.1881", "0.6801"),
]
WEIGHTED = [  # R package survival and lifelines
    ("logrank", "16.792941", "4.1688e-05"),
    ("wilcoxon", "13.457852", None),
    ("tarone-ware", "15.123575", None),
    ("peto", "14.08414", None),
]


def kinds(values: Any) -> Any:
    return [np.array(values), np.array(values, dtype=float), np.array(values) * 0.25]


@pytest.mark.parametrize("form", range(3))
@pytest.mark.parametrize(("t", "lost", "at_risk", "share", "error"), STEPS)
def test_steps_of_6mp(form: int, t: int, lost: int, at_risk: int, share: str, error: str) -> None:
    durations = kinds(SIX_MP)[form]
    scale = 0.25 if form == 2 else 1
    curve = retention.survival(durations, SIX_MP_LOST, unit="week")
    row = curve.to_frame().set_index("time").loc[t * scale]
    table = curve.tables[0]
    place = int(np.searchsorted(table.time, t * scale))
    assert (row["events"], row["at_risk"]) == (lost, at_risk)
    assert printed(row["survival"], share) == share
    assert printed(row["survival"] * np.sqrt(table.greenwood[place]), error) == error


@pytest.mark.parametrize(("kind", "t", "low", "high"), LIMITS)
def test_limits_of_6mp(kind: str, t: int, low: str, high: str) -> None:
    found = retention.survival(SIX_MP, SIX_MP_LOST, method=kind).at(t)
    assert (printed(found.low, low), printed(found.high, high)) == (low, high)


def test_median_and_restricted_means() -> None:
    drug, placebo = retention.survival(SIX_MP, SIX_MP_LOST), retention.survival(PLACEBO, [True] * 21)
    assert drug.median().value == 23
    assert printed(drug.restricted_mean(12).value, "10.783193") == "10.783193"
    assert printed(placebo.restricted_mean(12).value, "7.285714") == "7.285714"


@pytest.mark.parametrize("form", range(3))
@pytest.mark.parametrize(("method", "statistic", "p_value"), WEIGHTED)
def test_logrank_of_6mp(form: int, method: str, statistic: str, p_value: str | None) -> None:
    durations = kinds(SIX_MP + PLACEBO)[form]
    found = retention.logrank(durations, SIX_MP_LOST + [True] * 21, ["6-MP"] * 21 + ["placebo"] * 21, method=method)
    assert printed(found.statistic, statistic) == statistic
    assert found.df == 1
    if p_value is not None:
        assert printed(found.p_value, p_value) == p_value


@pytest.mark.parametrize(
    ("lost", "statistic", "p_value"),
    [([True] * 6, "0.254237", "0.614107"), ([True, False, True, True, False, True], "0.384615", "0.535143")],
)
def test_logrank_of_six(lost: list[bool], statistic: str, p_value: str) -> None:
    # R survival::survdiff, as quoted in the tests of lifelines
    found = retention.logrank([10, 20, 30, 10, 20, 50], lost, [0, 0, 0, 1, 1, 1])
    assert (printed(found.statistic, statistic), printed(found.p_value, p_value)) == (statistic, p_value)


def test_late_entry() -> None:
    # lifelines' own example of left truncation
    curve = retention.survival([2, 10, 5, 4, 3], [True] * 5, entry=[1, 2, 4, 0, 0])
    expected = {0: "1.000", 1: "1.000", 2: "0.667", 3: "0.444", 4: "0.222", 5: "0.111", 10: "0.000"}
    assert {t: printed(curve.at(t).value, share) for t, share in expected.items()} == expected
