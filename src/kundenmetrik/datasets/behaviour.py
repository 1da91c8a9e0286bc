"""What the customers of the web shop do: come and leave, buy, send back, complain, get in touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.datasets.truth import (
    DAYS,
    MEAN_COMPLAINT_DELAY,
    PRODUCTS,
    REASON_SHARES,
    REASONS,
    SEASON,
    SEGMENTS,
    START,
)
from kundenmetrik.frame.time.instants import TICKS
from kundenmetrik.frame.time.units import DAYS as DAYS_PER_UNIT


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The customers: segment, first and last day (as day numbers), latent temper."""

    segment: Any
    first: Any
    last: Any
    temper: Any

    @classmethod
    def draw(cls, size: int, rng: np.random.Generator) -> People:
        """Draw customers with their segment, their first and last day, and their temper."""
        segment = rng.choice(len(SEGMENTS), size, p=SEGMENTS["share"])
        first = np.floor(DAYS * rng.beta(1.0, 1.6, size))
        month = DAYS_PER_UNIT["month"]
        hazard = -np.log(SEGMENTS["monthly_retention"].to_numpy()[segment]) / month
        return cls(
            segment=segment, first=first, last=first + 1 + rng.exponential(1 / hazard), temper=rng.standard_normal(size)
        )

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def ids(self) -> Any:
        """Return the customers' identifiers."""
        return np.array([f"K{number:06d}" for number in range(1, len(self) + 1)], dtype=object)

    def frame(self) -> pd.DataFrame:
        """Return the customers as a table of Customer records."""
        left = self.last < DAYS
        return pd.DataFrame(
            {
                "customer_id": self.ids,
                "acquired_at": times_of_days(self.first),
                "churned_at": times_of_days(np.where(left, np.floor(self.last), np.nan)),
                "segment": SEGMENTS["segment"].to_numpy()[self.segment],
                "persona": np.array(["Sparfuchs", "Entdecker", "Stammkunde"], dtype=object)[
                    np.digitize(self.temper, [-0.5, 0.5])
                ],
            }
        )


def times_of_days(days: Any) -> Any:
    """Return day numbers with fractions as times to the second, missing where they are."""
    seconds = np.floor(np.asarray(days, dtype=np.float64) * TICKS["s"])
    known = ~np.isnan(seconds)
    times = np.full(len(seconds), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    times[known] = START.to_datetime64().astype("datetime64[us]") + seconds[known].astype("timedelta64[s]")
    return times


def purchases(people: People, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a Poisson stream for each customer and thin it to the season; the first purchase is the first day."""
    yearly = SEGMENTS["purchases_per_year"].to_numpy()[people.segment] * rng.gamma(1.6, 1 / 1.6, len(people))
    span = np.clip(np.minimum(people.last, DAYS) - people.first, 0.0, None)
    drawn = rng.poisson(yearly * SEASON.max() * span / DAYS_PER_UNIT["year"])
    who = np.repeat(np.arange(len(people)), drawn)
    day = people.first[who] + rng.random(len(who)) * span[who]
    months = (START.to_datetime64() + np.floor(day).astype("timedelta64[D]")).astype("datetime64[M]").astype(int) % 12
    kept = rng.random(len(who)) < SEASON[months] / SEASON.max()
    who = np.concatenate([np.arange(len(people)), who[kept]])
    day = np.concatenate([people.first + rng.random(len(people)) * np.minimum(span, 1.0), day[kept]])
    frame = pd.DataFrame({"who": who, "day": day, "segment": people.segment[who]})
    frame["product"] = rng.choice(len(PRODUCTS), len(frame), p=PRODUCTS["share"])
    spend = SEGMENTS["spend"].to_numpy()[frame["segment"]] * rng.gamma(4.0, 0.25, len(people))[frame["who"]]
    frame["amount"] = np.round(np.maximum(spend * rng.gamma(3.0, 1 / 3, len(frame)), 5.0), 2)
    return frame


def complaints(purchases: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the complaints of each purchase, late as they come; those after the end are not seen."""
    mean = PRODUCTS["complaints_per_1000_sales"].to_numpy()[purchases["product"]] / 1000
    source = np.repeat(np.arange(len(purchases)), rng.poisson(mean))
    frame = purchases.iloc[source][["who", "product"]].reset_index(drop=True)
    frame["day"] = purchases["day"].to_numpy()[source] + rng.exponential(MEAN_COMPLAINT_DELAY, len(source))
    frame["reason"] = rng.choice(np.array(REASONS, dtype=object), len(source), p=REASON_SHARES)
    frame["answered"] = frame["day"] + rng.lognormal(2.4, 0.9, len(source)) / 24
    frame["resolved"] = frame["answered"] + rng.lognormal(3.4, 1.0, len(source)) / 24
    return frame[frame["day"] < DAYS].reset_index(drop=True)


def contacts(people: People, rng: np.random.Generator) -> pd.DataFrame:
    """Draw contacts with the service desk over the time a customer is there."""
    span = np.clip(np.minimum(people.last, DAYS) - people.first, 0.0, None)
    who = np.repeat(np.arange(len(people)), rng.poisson(0.9 * span / DAYS_PER_UNIT["year"]))
    day = people.first[who] + rng.random(len(who)) * span[who]
    answered = day + rng.lognormal(1.2, 0.8, len(who)) / 24
    return pd.DataFrame(
        {"who": who, "day": day, "answered": answered, "resolved": answered + rng.lognormal(2.0, 1.0, len(who)) / 24}
    )


def interactions(
    purchases: pd.DataFrame, complaints: pd.DataFrame, contacts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return everything that happened as one table of interactions, in order."""
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
            "occurred_at": times_of_days(rows["day"]),
            "amount": rows["amount"],
            "currency": pd.Series("EUR", index=rows.index, dtype=object).where(rows["amount"].notna(), None),
            "touchpoint": rows["touchpoint"],
            "channel": rng.choice(np.array(["Web", "App", "Telefon"], dtype=object), len(rows), p=[0.6, 0.3, 0.1]),
            "product": product.astype(object).where(product.notna(), None),
            "reason": rows["reason"].astype(object).where(rows["reason"].notna(), None),
            "first_response_at": times_of_days(late[0]),
            "resolved_at": times_of_days(late[1]),
        }
    )
