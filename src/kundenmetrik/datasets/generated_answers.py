"""What the customers of the web shop say: NPS, CSAT, CES and Kano answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.datasets.behaviour import People, times_of_days
from kundenmetrik.datasets.truth import (
    ANSWER_CORRELATION,
    CES_SHARES,
    CSAT_SHARES,
    DAYS,
    IMPROVED_FROM_DAY,
    KANO_CELLS,
    KANO_SHARES,
    MISSING_ANSWERS,
    NPS_IMPROVED,
    NPS_SHARES,
    SEGMENTS,
)


def responses(
    people: People, purchases: pd.DataFrame, contacts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the answers to the three questions as a table of survey responses, some of them missing."""
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
            "answered_at": times_of_days(rows["day"]),
            "touchpoint": rows["touchpoint"].astype(object).where(rows["touchpoint"].notna(), None),
        }
    )


def _nps_answers(people: People, rng: np.random.Generator) -> pd.DataFrame:
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
            here = (people.segment[person] == number) & ((when >= IMPROVED_FROM_DAY) == (phase == "after"))
            scores[here] = _draw_answers(shares, people.temper[person[here]], rng)
    return pd.DataFrame({"who": person, "day": when, "score": scores, "question": "nps"})


def _csat_answers(
    people: People, purchases: pd.DataFrame, contacts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    frames = []
    for touchpoint, source, wait in (
        ("Bestellung", purchases, 0.1),
        ("Lieferung", purchases, 5.0),
        ("Kundendienst", contacts, 3.0),
    ):
        asked = source[rng.random(len(source)) < 0.15]
        score = 1 + _draw_answers(CSAT_SHARES[touchpoint], people.temper[asked["who"]], rng)
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


def _ces_answers(people: People, contacts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    asked = contacts[rng.random(len(contacts)) < 0.4]
    score = 1 + _draw_answers(CES_SHARES, people.temper[asked["who"]], rng)
    day = asked["day"].to_numpy() + 1 + rng.random(len(asked))
    return pd.DataFrame(
        {"who": asked["who"].to_numpy(), "day": day, "score": score, "question": "ces", "touchpoint": "Kundendienst"}
    )


def _draw_answers(shares: Any, temper: Any, rng: np.random.Generator) -> Any:
    """Draw steps with the given shares, correlated within a person through the temper."""
    import scipy

    latent = np.sqrt(ANSWER_CORRELATION) * temper + np.sqrt(1 - ANSWER_CORRELATION) * rng.standard_normal(len(temper))
    return np.searchsorted(np.cumsum(shares)[:-1], scipy.special.ndtr(latent), side="right").astype(np.float64)


def kano_answers(people: People, rng: np.random.Generator) -> pd.DataFrame:
    """Return the Kano answers of one in five customers about every feature."""
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
