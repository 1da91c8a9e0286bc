"""What the web shop is made from: the truth that results can be compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

START, OBSERVED_UNTIL = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")
"""The first and the last day of the data."""

DAYS = (OBSERVED_UNTIL - START).days + 1
IMPROVED_FROM_DAY = (pd.Timestamp("2025-07-01") - START).days
"""The day from which delivery is better, and with it the answers of families."""

SEASON = np.array([0.85, 0.8, 0.9, 0.95, 0.95, 0.9, 0.85, 0.85, 0.95, 1.05, 1.4, 1.55])
"""How much is bought in each month of the year, relative to the mean."""

SEGMENTS = pd.DataFrame(
    {
        "segment": ["Privat", "Familie", "Gewerbe"],
        "share": [0.55, 0.30, 0.15],
        "purchases_per_year": [2.5, 4.0, 7.0],
        "monthly_retention": [0.955, 0.975, 0.985],
        "spend": [45.0, 70.0, 160.0],
    }
)
PRODUCTS = pd.DataFrame(
    {
        "product": ["Kaffeemaschine", "Kopfhörer", "Lampe", "Staubsauger", "Wasserkocher"],
        "share": [0.15, 0.30, 0.25, 0.10, 0.20],
        "complaints_per_1000_sales": [95.0, 40.0, 15.0, 70.0, 25.0],
    }
)
REASONS = ("defekt", "falsch geliefert", "zu spät", "Anleitung", "Sonstiges")
REASON_SHARES = (0.40, 0.20, 0.22, 0.10, 0.08)
NPS_SHARES = {
    "Privat": np.array([2, 1, 2, 2, 3, 7, 9, 16, 22, 20, 16]) / 100,
    "Familie": np.array([2, 1, 2, 3, 4, 8, 10, 18, 22, 17, 13]) / 100,
    "Gewerbe": np.array([1, 1, 1, 1, 2, 4, 6, 13, 24, 25, 22]) / 100,
}
NPS_IMPROVED = {"Familie": np.array([1, 1, 1, 2, 2, 4, 6, 14, 22, 25, 22]) / 100}
CSAT_SHARES = {
    "Bestellung": np.array([3, 5, 12, 42, 38]) / 100,
    "Lieferung": np.array([9, 11, 18, 36, 26]) / 100,
    "Kundendienst": np.array([12, 14, 20, 32, 22]) / 100,
}
CES_SHARES = np.array([4, 6, 9, 13, 21, 27, 20]) / 100
KANO_SHARES = pd.DataFrame(
    {
        "feature": [
            "Rückgabe kostenlos",
            "Lieferung am selben Tag",
            "Sendungsverfolgung",
            "Geschenkpapier",
            "Rechnungskauf",
            "Sprachassistent",
        ],
        "M": [0.52, 0.08, 0.34, 0.05, 0.24, 0.03],
        "O": [0.26, 0.22, 0.33, 0.08, 0.36, 0.05],
        "A": [0.10, 0.47, 0.15, 0.33, 0.18, 0.17],
        "I": [0.09, 0.17, 0.15, 0.47, 0.18, 0.42],
        "R": [0.01, 0.04, 0.01, 0.05, 0.02, 0.31],
        "Q": [0.02, 0.02, 0.02, 0.02, 0.02, 0.02],
    }
)
KANO_CELLS = {
    "M": [(2, 5), (3, 5), (4, 5)],
    "O": [(1, 5)],
    "A": [(1, 2), (1, 3), (1, 4)],
    "I": [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (3, 4), (4, 2), (4, 3), (4, 4)],
    "R": [(2, 1), (3, 1), (4, 1), (5, 1), (5, 2), (5, 3), (5, 4)],
    "Q": [(1, 1), (5, 5)],
}
MEAN_COMPLAINT_DELAY = 25.0
MISSING_ANSWERS = 0.04
ANSWER_CORRELATION = 0.5
"""Correlation of the latent scores of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the web shop was made from, to compare results with.

    Attributes
    ----------
    segments : pandas.DataFrame
        segment, share, purchases_per_year, monthly_retention, spend.
    products : pandas.DataFrame
        product, share, complaints_per_1000_sales (those that are ever made, however late).
    nps : pandas.DataFrame
        segment, phase (before or after ``improved_from``), nps: the expected score.
    csat, ces : pandas.DataFrame, float
        Expected CSAT by touchpoint in percent; the expected mean effort score.
    kano : pandas.DataFrame
        feature and the share of each category.
    improved_from : pandas.Timestamp
        From when delivery is better.
    missing_answers : float
        The share of answers that are missing.
    mean_complaint_delay : float
        Days from a purchase to its complaint, on average.
    """

    segments: pd.DataFrame
    products: pd.DataFrame
    nps: pd.DataFrame
    csat: pd.DataFrame
    ces: float
    kano: pd.DataFrame
    improved_from: pd.Timestamp
    missing_answers: float
    mean_complaint_delay: float


def known_truth() -> Truth:
    """Return the truth of the web shop as tables."""
    worth = np.repeat([-100.0, 0.0, 100.0], [7, 2, 2])
    phases = [(name, "before", shares) for name, shares in NPS_SHARES.items()]
    phases += [(name, "after", NPS_IMPROVED.get(name, shares)) for name, shares in NPS_SHARES.items()]
    return Truth(
        segments=SEGMENTS.copy(),
        products=PRODUCTS.copy(),
        nps=pd.DataFrame(
            [{"segment": name, "phase": phase, "nps": float(worth @ shares)} for name, phase, shares in phases]
        ),
        csat=pd.DataFrame(
            [{"touchpoint": name, "csat": 100.0 * float(shares[3:].sum())} for name, shares in CSAT_SHARES.items()]
        ),
        ces=float(np.arange(1, 8) @ CES_SHARES),
        kano=KANO_SHARES.copy(),
        improved_from=START + pd.Timedelta(days=IMPROVED_FROM_DAY),
        missing_answers=MISSING_ANSWERS,
        mean_complaint_delay=MEAN_COMPLAINT_DELAY,
    )
