"""The worked example of CONTRIBUTING.md: a metric of one's own is measured, compared, and keeps every law."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.testing import laws

EXAMPLE = Path(__file__).parents[2] / "examples" / "response_rate.py"
RATE: Any = runpy.run_path(str(EXAMPLE))["ResponseRate"]
MAILINGS = {"wave": ["spring", "spring", "autumn"], "invitations": [100, 300, 200], "answers": [10, 70, 60]}


def test_totals_are_pooled_and_the_interval_is_wilsons() -> None:
    table = km.measure(MAILINGS, RATE(), by="wave")
    assert table["spring"].value == 80 / 400
    assert table.overall().value == 140 / 600
    low, high = proportion_confint(140, 600, method="wilson")
    assert (table.overall().low, table.overall().high) == pytest.approx((low, high), abs=1e-12)


def test_two_waves_are_compared() -> None:
    table = km.measure(MAILINGS, RATE(), by="wave")
    difference = km.compare(table["autumn"], table["spring"])
    assert difference.value == pytest.approx(0.3 - 0.2)
    assert difference.low < 0.1 < difference.high


def test_more_answers_than_invitations_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="answers must be at most invitations"):
        km.measure({"invitations": [3], "answers": [4]}, RATE())


def test_every_law_holds() -> None:
    laws.check(RATE(), max_examples=20)
