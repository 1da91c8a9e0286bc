"""Seeded data with a known truth: a German web shop over two years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import a_count, a_generator

__all__ = ["OBSERVED_UNTIL", "START", "Truth", "Webshop", "webshop"]

START, OBSERVED_UNTIL = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")
DAYS = (OBSERVED_UNTIL - START).days + 1
IMPROVED = (pd.Timestamp("2025-07-01") - START).days
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
SAME_PERSON = 0.5
"""How strongly the answers of one person hang together (correlation of the latent score)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Webshop:
    """Four tables of a web shop, and the truth behind them.

    Attributes
    ----------
    customers, interactions, responses, kano : pandas.DataFrame
        Tables of Customer, Interaction, SurveyResponse and KanoAnswer records.
    truth : Truth
        What the tables were made from.
    observed_until : pandas.Timestamp
        The last day that was observed.
    """

    customers: pd.DataFrame
    interactions: pd.DataFrame
    responses: pd.DataFrame
    kano: pd.DataFrame
    truth: Truth
    observed_until: pd.Timestamp


def webshop(n_customers: int = 2000, seed: int = 2026) -> Webshop:
    """Make the data of a German web shop over two years, with a known truth.

    Purchases follow the season and stop when a customer leaves; some bring a complaint, often
    weeks later, so that the newest complaints are not there yet. Customers answer NPS, CSAT and
    CES questions, several of them repeatedly; some answers are missing. From July 2025 on delivery
    is better, and families are happier.

    Parameters
    ----------
    n_customers : int
        How many customers there are.
    seed : int
        The seed; the same seed gives the same data.

    Returns
    -------
    Webshop
        Customers, interactions, survey responses, Kano answers and the truth. Times are local and
        without a zone.

    Examples
    --------
    >>> from kundenmetrik import datasets
    >>> shop = datasets.webshop(n_customers=200, seed=1)
    >>> sorted(shop.responses["question"].unique())
    ['ces', 'csat', 'nps']
    """
    size = a_count(n_customers, "n_customers", low=1)
    rng = a_generator(a_count(seed, "seed"))
    people = _People.drawn(size, rng)
    purchases = _purchases(people, rng)
    complaints = _complaints(purchases, rng)
    contacts = _contacts(people, rng)
    interactions = _interactions(purchases, complaints, contacts, rng)
    return Webshop(
        customers=people.frame(),
        interactions=interactions,
        responses=_responses(people, purchases, contacts, rng),
        kano=_kano(people, rng),
        truth=_truth(),
        observed_until=OBSERVED_UNTIL,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """The customers: segment, first and last day (as day numbers), latent temper."""

    segment: Any
    first: Any
    last: Any
    temper: Any

    @classmethod
    def drawn(cls, size: int, rng: np.random.Generator) -> _People:
        segment = rng.choice(len(SEGMENTS), size, p=SEGMENTS["share"])
        first = np.floor(DAYS * rng.beta(1.0, 1.6, size))
        month = 365.25 / 12
        hazard = -np.log(SEGMENTS["monthly_retention"].to_numpy()[segment]) / month
        return cls(
            segment=segment, first=first, last=first + 1 + rng.exponential(1 / hazard), temper=rng.standard_normal(size)
        )

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def ids(self) -> Any:
        return np.array([f"K{number:06d}" for number in range(1, len(self) + 1)], dtype=object)

    def frame(self) -> pd.DataFrame:
        left = self.last < DAYS
        return pd.DataFrame(
            {
                "customer_id": self.ids,
                "acquired_at": _moment(self.first),
                "churned_at": _moment(np.where(left, np.floor(self.last), np.nan)),
                "segment": SEGMENTS["segment"].to_numpy()[self.segment],
                "persona": np.array(["Sparfuchs", "Entdecker", "Stammkunde"], dtype=object)[
                    np.digitize(self.temper, [-0.5, 0.5])
                ],
            }
        )


def _moment(days: Any) -> Any:
    """Return day numbers with fractions as times to the second, missing where they are."""
    seconds = np.floor(np.asarray(days, dtype=np.float64) * 86400)
    known = ~np.isnan(seconds)
    times = np.full(len(seconds), np.datetime64("NaT"), dtype="datetime64[us]")
    times[known] = START.to_datetime64().astype("datetime64[us]") + seconds[known].astype("timedelta64[s]")
    return times


def _season(days: Any) -> Any:
    months = (START.to_datetime64() + np.floor(days).astype("timedelta64[D]")).astype("datetime64[M]").astype(int) % 12
    return SEASON[months]


def _purchases(people: _People, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a Poisson stream for each customer and thin it to the season; the first purchase is the first day."""
    yearly = SEGMENTS["purchases_per_year"].to_numpy()[people.segment] * rng.gamma(1.6, 1 / 1.6, len(people))
    span = np.clip(np.minimum(people.last, DAYS) - people.first, 0.0, None)
    drawn = rng.poisson(yearly * SEASON.max() * span / 365.25)
    who = np.repeat(np.arange(len(people)), drawn)
    day = people.first[who] + rng.random(len(who)) * span[who]
    kept = rng.random(len(who)) < _season(day) / SEASON.max()
    who = np.concatenate([np.arange(len(people)), who[kept]])
    day = np.concatenate([people.first + rng.random(len(people)) * np.minimum(span, 1.0), day[kept]])
    frame = pd.DataFrame({"who": who, "day": day, "segment": people.segment[who]})
    frame["product"] = rng.choice(len(PRODUCTS), len(frame), p=PRODUCTS["share"])
    spend = SEGMENTS["spend"].to_numpy()[frame["segment"]] * rng.gamma(4.0, 0.25, len(people))[frame["who"]]
    frame["amount"] = np.round(np.maximum(spend * rng.gamma(3.0, 1 / 3, len(frame)), 5.0), 2)
    return frame


def _complaints(purchases: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the complaints of each purchase, late as they come; those after the end are not seen."""
    mean = PRODUCTS["complaints_per_1000_sales"].to_numpy()[purchases["product"]] / 1000
    source = np.repeat(np.arange(len(purchases)), rng.poisson(mean))
    frame = purchases.iloc[source][["who", "product"]].reset_index(drop=True)
    frame["day"] = purchases["day"].to_numpy()[source] + rng.exponential(MEAN_COMPLAINT_DELAY, len(source))
    frame["reason"] = rng.choice(np.array(REASONS, dtype=object), len(source), p=REASON_SHARES)
    frame["answered"] = frame["day"] + rng.lognormal(2.4, 0.9, len(source)) / 24
    frame["resolved"] = frame["answered"] + rng.lognormal(3.4, 1.0, len(source)) / 24
    return frame[frame["day"] < DAYS].reset_index(drop=True)


def _contacts(people: _People, rng: np.random.Generator) -> pd.DataFrame:
    span = np.clip(np.minimum(people.last, DAYS) - people.first, 0.0, None)
    who = np.repeat(np.arange(len(people)), rng.poisson(0.9 * span / 365.25))
    day = people.first[who] + rng.random(len(who)) * span[who]
    answered = day + rng.lognormal(1.2, 0.8, len(who)) / 24
    return pd.DataFrame(
        {"who": who, "day": day, "answered": answered, "resolved": answered + rng.lognormal(2.0, 1.0, len(who)) / 24}
    )


def _interactions(
    purchases: pd.DataFrame, complaints: pd.DataFrame, contacts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    refunded = purchases[rng.random(len(purchases)) < 0.03]
    refunds = refunded.assign(day=refunded["day"] + rng.exponential(10.0, len(refunded)))
    kinds = {
        "purchase": purchases.assign(touchpoint="Bestellung"),
        "refund": refunds[refunds["day"] < DAYS].assign(touchpoint="Rückgabe"),
        "complaint": complaints.assign(touchpoint="Kundendienst"),
        "contact": contacts.assign(touchpoint="Kundendienst"),
    }
    rows = pd.concat([frame.assign(kind=kind) for kind, frame in kinds.items()], ignore_index=True)
    rows = rows.sort_values(["day", "who"], kind="stable", ignore_index=True)
    late = [rows[name].where(rows[name] < DAYS).to_numpy(np.float64) for name in ("answered", "resolved")]
    product = rows["product"].map(PRODUCTS["product"])
    return pd.DataFrame(
        {
            "interaction_id": [f"I{number:07d}" for number in range(1, len(rows) + 1)],
            "customer_id": np.array([f"K{number + 1:06d}" for number in rows["who"]], dtype=object),
            "kind": rows["kind"],
            "occurred_at": _moment(rows["day"]),
            "amount": rows["amount"],
            "currency": pd.Series("EUR", index=rows.index, dtype=object).where(rows["amount"].notna(), None),
            "touchpoint": rows["touchpoint"],
            "channel": rng.choice(np.array(["Web", "App", "Telefon"], dtype=object), len(rows), p=[0.6, 0.3, 0.1]),
            "product": product.astype(object).where(product.notna(), None),
            "reason": rows["reason"].astype(object).where(rows["reason"].notna(), None),
            "first_response_at": _moment(late[0]),
            "resolved_at": _moment(late[1]),
        }
    )


def _responses(
    people: _People, purchases: pd.DataFrame, contacts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    parts = [
        _nps_answers(people, rng),
        _csat_answers(people, purchases, contacts, rng),
        _ces_answers(people, contacts, rng),
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["day"] < DAYS].sort_values(["day", "who"], kind="stable", ignore_index=True)
    rows.loc[rng.random(len(rows)) < MISSING_ANSWERS, "score"] = np.nan
    return pd.DataFrame(
        {
            "response_id": [f"A{number:07d}" for number in range(1, len(rows) + 1)],
            "customer_id": people.ids[rows["who"]],
            "question": rows["question"],
            "score": rows["score"],
            "answered_at": _moment(rows["day"]),
            "touchpoint": rows["touchpoint"].astype(object).where(rows["touchpoint"].notna(), None),
        }
    )


def _nps_answers(people: _People, rng: np.random.Generator) -> pd.DataFrame:
    """Ask customers every half year; their answers hang together, but each has the distribution of its segment."""
    who, day = [], []
    for asked in np.arange(30, DAYS, 15.0):
        there = (people.first < asked) & (people.last > asked) & (rng.random(len(people)) < 0.05)
        who.append(np.flatnonzero(there))
        day.append(asked + rng.exponential(4.0, int(there.sum())))
    person, when = np.concatenate(who), np.concatenate(day)
    scores = np.empty(len(person))
    names = SEGMENTS["segment"].tolist()
    for number, name in enumerate(names):
        for phase, shares in (("before", NPS_SHARES[name]), ("after", NPS_IMPROVED.get(name, NPS_SHARES[name]))):
            here = (people.segment[person] == number) & ((when >= IMPROVED) == (phase == "after"))
            scores[here] = _drawn(shares, people.temper[person[here]], rng)
    return pd.DataFrame({"who": person, "day": when, "score": scores, "question": "nps"})


def _csat_answers(
    people: _People, purchases: pd.DataFrame, contacts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    frames = []
    for touchpoint, source, wait in (
        ("Bestellung", purchases, 0.1),
        ("Lieferung", purchases, 5.0),
        ("Kundendienst", contacts, 3.0),
    ):
        asked = source[rng.random(len(source)) < 0.15]
        score = 1 + _drawn(CSAT_SHARES[touchpoint], people.temper[asked["who"]], rng)
        day = asked["day"].to_numpy() + wait * (0.5 + rng.random(len(asked)))
        frames.append(
            pd.DataFrame(
                {
                    "who": asked["who"].to_numpy(),
                    "day": day,
                    "score": score,
                    "question": "csat",
                    "touchpoint": touchpoint,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _ces_answers(people: _People, contacts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    asked = contacts[rng.random(len(contacts)) < 0.4]
    score = 1 + _drawn(CES_SHARES, people.temper[asked["who"]], rng)
    day = asked["day"].to_numpy() + 1 + rng.random(len(asked))
    return pd.DataFrame(
        {"who": asked["who"].to_numpy(), "day": day, "score": score, "question": "ces", "touchpoint": "Kundendienst"}
    )


def _drawn(shares: Any, temper: Any, rng: np.random.Generator) -> Any:
    """Draw steps with the given shares, correlated within a person through the temper."""
    import scipy

    latent = np.sqrt(SAME_PERSON) * temper + np.sqrt(1 - SAME_PERSON) * rng.standard_normal(len(temper))
    return np.searchsorted(np.cumsum(shares)[:-1], scipy.special.ndtr(latent), side="right").astype(np.float64)


def _kano(people: _People, rng: np.random.Generator) -> pd.DataFrame:
    asked = np.flatnonzero(rng.random(len(people)) < 0.2)
    frames = []
    for row in KANO_SHARES.to_dict("records"):
        letters = rng.choice(np.array(list(KANO_CELLS)), len(asked), p=[row[letter] for letter in KANO_CELLS])
        pairs = [KANO_CELLS[letter][rng.integers(len(KANO_CELLS[letter]))] for letter in letters.tolist()]
        functional, dysfunctional = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        frames.append(
            pd.DataFrame(
                {
                    "customer_id": people.ids[asked],
                    "feature": row["feature"],
                    "functional": functional,
                    "dysfunctional": dysfunctional,
                    "importance": rng.integers(1, 10, len(asked)).astype(np.float64),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _truth() -> Truth:
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
        improved_from=START + pd.Timedelta(days=IMPROVED),
        missing_answers=MISSING_ANSWERS,
        mean_complaint_delay=MEAN_COMPLAINT_DELAY,
    )
