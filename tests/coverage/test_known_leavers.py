"""Held-back years of seeded shops: how far off forecasts are with and without what is known of leavers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import kundenmetrik as km
from kundenmetrik import clv
from kundenmetrik.datasets import behaviour, truth
from kundenmetrik.errors import FitRefused

SHOPS = 20
PAGE = Path(__file__).parents[2] / "docs" / "clv.md"
FIGURES = re.compile(r"(\d+) % too (high|low)")

pytestmark = pytest.mark.slow


def bias(seed: int) -> tuple[float, float]:
    """The relative bias of the total of the year 2025 without and with the table of customers."""
    shop = km.datasets.webshop(n_customers=2000, seed=seed)
    parts = clv.split(
        shop.interactions, at="2024-12-31", observed_until="2025-12-31", refunds="net", customers=shop.customers
    )
    assert parts.calibration.churned is not None
    try:
        fit = clv.ModifiedBetaGeo().fit(parts.calibration)
    except FitRefused:
        fit = clv.ModifiedBetaGeo().fit(parts.calibration, method="map")
    unknowing = clv.split(shop.interactions, at="2024-12-31", observed_until="2025-12-31", refunds="net").calibration
    came = parts.holdout.purchases.sum()
    assert parts.holdout.purchases[parts.calibration.churned].sum() == 0
    before = fit.expected_purchases("1 year", purchases=unknowing).total.value
    return before / came - 1.0, fit.expected_purchases("1 year").total.value / came - 1.0


def test_the_bias_of_the_total_is_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with_season = np.mean([bias(seed) for seed in range(SHOPS)], axis=0)
    monkeypatch.setattr(behaviour, "SEASON", np.full(12, truth.SEASON.mean()))
    without = np.mean([bias(seed) for seed in range(SHOPS)], axis=0)
    found = [said(value) for value in (*with_season, *without)]
    paragraph = next(part for part in PAGE.read_text(encoding="utf-8").split("\n\n") if "20 seeded shops" in part)
    assert FIGURES.findall(paragraph.replace("\n", " ")) == found


def said(value: float) -> tuple[str, str]:
    return f"{abs(value):.0%}"[:-1], "high" if value > 0 else "low"
