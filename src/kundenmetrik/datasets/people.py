"""The customers of the web shop: when they come, when they leave, how they feel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.datasets.truth import DAYS, SEGMENTS, START


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
        month = 365.25 / 12
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
    seconds = np.floor(np.asarray(days, dtype=np.float64) * 86400)
    known = ~np.isnan(seconds)
    times = np.full(len(seconds), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    times[known] = START.to_datetime64().astype("datetime64[us]") + seconds[known].astype("timedelta64[s]")
    return times
