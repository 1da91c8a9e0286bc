"""Degenerate limits: the simpler models that a model turns into when parameters go to infinity or zero together."""

from __future__ import annotations

from dataclasses import dataclass

MAP = 'Fit with method="map".'
ONE_RATE = "the likelihood is highest where all customers buy at the same rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class DegenerateLimit:
    """A simpler model that a model turns into when some parameters run away together.

    Attributes
    ----------
    name : str
        Its short name, such as ``"no_dropout"``.
    direction : tuple of float
        Where the logarithms of the parameters go.
    meaning : str
        What the data say, as a clause.
    remedy : str
        What to do, as a sentence.
    """

    name: str
    direction: tuple[float, ...]
    meaning: str
    remedy: str


def dropout_limits(without_dropout: str, with_split: str = MAP) -> tuple[DegenerateLimit, ...]:
    """Return the limits of a model with a rate of purchases and one of dropout, each with two parameters.

    ``without_dropout`` is the remedy where nobody drops out, ``with_split`` that where some leave at once.
    """
    no_dropout = "the likelihood is highest where nobody ever drops out"
    one_dropout = "the likelihood is highest where all customers drop out with the same probability"
    split = "the likelihood is highest where some customers leave at once and the others never"
    return (
        DegenerateLimit(name="no_dropout", direction=(0, 0, -1, 0), meaning=no_dropout, remedy=without_dropout),
        DegenerateLimit(name="no_dropout", direction=(0, 0, 0, 1), meaning=no_dropout, remedy=without_dropout),
        DegenerateLimit(name="one_dropout", direction=(0, 0, 1, 1), meaning=one_dropout, remedy=MAP),
        DegenerateLimit(name="one_rate", direction=(1, 1, 0, 0), meaning=ONE_RATE, remedy=MAP),
        DegenerateLimit(name="split", direction=(0, 0, -1, -1), meaning=split, remedy=with_split),
    )
