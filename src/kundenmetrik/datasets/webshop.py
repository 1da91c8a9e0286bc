"""A German web shop over two years, seeded, with a known truth."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kundenmetrik.core.checks import check_count, check_generator
from kundenmetrik.core.results.result import Result
from kundenmetrik.datasets.behaviour import People, complaints, contacts, interactions, purchases
from kundenmetrik.datasets.generated_answers import kano_answers, responses
from kundenmetrik.datasets.truth import OBSERVED_UNTIL, Truth, known_truth


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Webshop(Result):
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

    @property
    def headline(self) -> str:
        """How many customers the shop has, and until when it was observed."""
        return f"Web shop of {len(self.customers):,} customers, observed until {self.observed_until:%Y-%m-%d}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a table: its name, how many rows it has, and its columns."""
        tables = {name: getattr(self, name) for name in ("customers", "interactions", "responses", "kano")}
        rows = [(name, len(table), ", ".join(table.columns)) for name, table in tables.items()]
        return pd.DataFrame(rows, columns=["table", "rows", "columns"])


MOST_CUSTOMERS = 10_000_000
"""How many customers are drawn at most."""


def webshop(n_customers: int = 2000, *, seed: int) -> Webshop:
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
    size = check_count(n_customers, "n_customers", low=1, high=MOST_CUSTOMERS)
    rng = check_generator(check_count(seed, "seed"))
    people = People.draw(size, rng)
    bought = purchases(people, rng)
    complained = complaints(bought, rng)
    contacted = contacts(people, rng)
    return Webshop(
        customers=people.frame(),
        interactions=interactions(bought, complained, contacted, rng),
        responses=responses(people, bought, contacted, rng),
        kano=kano_answers(people, rng),
        truth=known_truth(),
        observed_until=OBSERVED_UNTIL,
    )
