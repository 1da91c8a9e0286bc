"""Scores: how well a forecast of counts, customer by customer, met what happened, and what anyone could forecast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import FloatArray, IntArray

SCORES = ("relative_bias", "mae", "rmse", "log_score", "crps", "brier", "top_decile_lift")
"""The scores of a forecast, in their order."""
KIND_BLOCK = 2_048
COUNT_BLOCK = 64
MAX_COUNT = 2**15
"""No count beyond this is followed, unless it came."""
TAIL_PROBABILITY = 1e-9
"""The chance of still higher counts that no longer matters."""
LEVELS = (0.5, 0.8, 0.9, 0.95)
BINS = 10
CountProbability = Callable[[IntArray, IntArray], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """The distribution of a count for each kind of customer.

    Attributes
    ----------
    name : str
        Whose forecast it is.
    mean : ndarray
        The expected count of each kind.
    back : ndarray of int
        The kind of each customer.
    chance : callable
        ``chance(kinds, n)`` returns the probability of each count, kinds by counts.
    """

    name: str
    mean: FloatArray
    back: IntArray
    chance: CountProbability

    @property
    def expected(self) -> FloatArray:
        """The expected count of each customer."""
        return self.mean[self.back]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """A forecast beside the counts that came.

    Attributes
    ----------
    forecast : Forecast
        The forecast.
    actual : ndarray of int64
        The count of each customer.
    exactly, below, upto : ndarray
        The forecast probability of the actual count, of fewer, and of at most it.
    crps, no_purchase : ndarray
        The continuous ranked probability score of each customer, and the forecast probability of none.
    content : ndarray
        The mean forecast probability of the central intervals at each of the levels.
    """

    forecast: Forecast
    actual: IntArray
    exactly: FloatArray
    below: FloatArray
    upto: FloatArray
    crps: FloatArray
    no_purchase: FloatArray
    content: FloatArray

    def row(self) -> dict[str, float | str]:
        """Return the scores; smaller is better but for the lift, and bias is best at 0."""
        expected, actual = self.forecast.expected, self.actual
        error = expected - actual
        total = float(actual.sum())
        with np.errstate(divide="ignore"):
            surprise = -np.log(self.exactly)
        return {
            "forecast": self.forecast.name,
            "expected_total": float(expected.sum()),
            "actual_total": total,
            "bias": float(error.mean()),
            "relative_bias": float(error.sum()) / total if total else np.nan,
            "mae": float(np.abs(error).mean()),
            "rmse": float(np.sqrt((error**2).mean())),
            "log_score": float(surprise.mean()),
            "crps": float(self.crps.mean()),
            "brier": float(((self.no_purchase - (actual == 0)) ** 2).mean()),
            "top_decile_lift": self.top_decile_lift(),
        }

    def top_decile_lift(self) -> float:
        """Return how many times their share the customers forecast best bought; ties are shared out evenly."""
        expected, count = self.forecast.expected, len(self.actual) / 10.0
        edge = np.sort(expected)[-max(int(np.ceil(count)), 1)]
        surely, maybe = expected > edge, expected == edge
        share = (count - surely.sum()) / maybe.sum()
        total = float(self.actual.sum())
        held = float(self.actual[surely].sum()) + share * float(self.actual[maybe].sum())
        return held / total * 10.0 if total else np.nan

    def deciles(self) -> pd.DataFrame:
        """Return tenths of the customers, forecast best first: decile, customers, expected, actual (means)."""
        order = np.argsort(-self.forecast.expected, kind="stable")
        decile = np.empty(len(order), dtype=np.int64)
        decile[order] = np.arange(len(order)) * 10 // len(order) + 1
        table = pd.DataFrame({"decile": decile, "expected": self.forecast.expected, "actual": self.actual})
        groups = table.groupby("decile")
        return groups.agg(
            customers=("actual", "size"), expected=("expected", "mean"), actual=("actual", "mean")
        ).reset_index()

    def coverage(self) -> pd.DataFrame:
        """Return confidence, expected and actual share of customers within their central interval.

        Counts are coarse, so that an interval holds at least its confidence; ``expected`` is what it holds.
        """
        tails = [(1.0 - level) / 2.0 for level in LEVELS]
        inside = [float(((self.upto >= tail) & (self.below < 1.0 - tail)).mean()) for tail in tails]
        return pd.DataFrame({"confidence": LEVELS, "expected": self.content, "actual": inside})

    def pit(self) -> pd.DataFrame:
        """Return the histogram of forecast probabilities of what came, even where the forecast is right.

        A count covers the stretch from ``below`` to ``upto`` evenly (Czado, Gneiting and Held 2009, Biometrics 65).
        """
        edges = np.linspace(0.0, 1.0, BINS + 1)
        width = np.maximum(self.upto - self.below, 1e-300)
        reached = np.clip((edges[:, None] - self.below) / width, 0.0, 1.0).mean(axis=1)
        return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "share": np.diff(reached)})


def outcome(forecast: Forecast, actual: IntArray) -> Outcome:
    """Put a forecast beside what came; kinds of like expectation are taken together, as they need like many counts."""
    exactly, below, upto, crps, none = (np.empty(len(actual)) for _ in range(5))
    content, place = np.zeros(len(LEVELS)), np.empty(len(forecast.mean), dtype=np.int64)
    by_mean = np.argsort(forecast.mean, kind="stable")
    place[by_mean] = np.arange(len(by_mean))
    part = place[forecast.back] // KIND_BLOCK
    for number, start in enumerate(range(0, len(by_mean), KIND_BLOCK)):
        rows = np.flatnonzero(part == number)
        kinds, own = by_mean[start : start + KIND_BLOCK], place[forecast.back[rows]] - start
        seen = actual[rows]
        chance = _table(forecast.chance, kinds, int(seen.max(initial=0)))
        reached = np.minimum(np.cumsum(chance, axis=1), 1.0)
        exactly[rows] = chance[own, seen]
        upto[rows], below[rows] = reached[own, seen], np.where(seen > 0, reached[own, seen - 1], 0.0)
        none[rows], crps[rows] = reached[own, 0], _crps(reached, own, seen)
        content += np.array([_content(reached, level)[own].sum() for level in LEVELS])
    return Outcome(
        forecast=forecast,
        actual=actual,
        exactly=exactly,
        below=below,
        upto=upto,
        crps=crps,
        no_purchase=none,
        content=content / len(actual),
    )


def poisson(name: str, mean: FloatArray) -> Forecast:
    """Return the forecast that customers buy at random at known rates."""
    kinds, back = np.unique(mean, return_inverse=True)

    def chance(rows: IntArray, n: IntArray) -> FloatArray:
        rate = kinds[rows][:, None]
        return np.asarray(np.exp(scipy.special.xlogy(n, rate) - rate - scipy.special.gammaln(n + 1.0)))

    return Forecast(name=name, mean=kinds, back=back, chance=chance)


def _table(chance: CountProbability, kinds: IntArray, least: int) -> FloatArray:
    """Return the probability of each count, kinds by counts, as far as it matters and at least to a count."""
    blocks, left = [], np.ones(len(kinds))
    for n in _counts(least):
        blocks.append(chance(kinds, n))
        left = left - blocks[-1].sum(axis=1)
        if n[-1] >= least and (left < TAIL_PROBABILITY).all():
            break
    return np.concatenate(blocks, axis=1)


def _counts(least: int = 0) -> Iterator[IntArray]:
    return (np.arange(first, first + COUNT_BLOCK) for first in range(0, max(MAX_COUNT, least + 1), COUNT_BLOCK))


def _crps(reached: FloatArray, own: IntArray, actual: IntArray) -> FloatArray:
    """Return the squared distance between the forecast's steps and the step at what came."""
    under = np.cumsum(reached**2, axis=1)
    over = np.cumsum((1.0 - reached[:, ::-1]) ** 2, axis=1)[:, ::-1]
    return np.asarray(np.where(actual > 0, under[own, actual - 1], 0.0) + over[own, actual])


def _content(reached: FloatArray, level: float) -> FloatArray:
    """Return the probability of the central interval of each kind."""
    tails = (1.0 - level) / 2.0, (1.0 + level) / 2.0
    low, high = ((reached < tail).sum(axis=1) for tail in tails)
    rows, most = np.arange(len(reached)), reached.shape[1] - 1
    before = np.where(low > 0, reached[rows, np.maximum(low - 1, 0)], 0.0)
    return np.asarray(reached[rows, np.minimum(high, most)] - before)


def naive_forecasts(purchases: Purchases, length: float) -> list[Forecast]:
    """Return two naive forecasts of the purchases within a length of time.

    ``common_rate`` lets all customers buy at the mean rate of the base, ``own_rate`` each at the own rate so far,
    shrunk to the mean rate by the weight of one purchase, as a customer without a repeat purchase would never buy.
    Customers who are known to have left buy nothing.
    """
    years = float(purchases.age.sum())
    rate = float(purchases.frequency.sum()) / years if years > 0.0 else 0.0
    weight = 1.0 / rate if rate > 0.0 else 1.0
    own = (purchases.frequency + 1.0) / (purchases.age + weight)
    time = np.full(len(purchases), length) if purchases.churned is None else np.where(purchases.churned, 0.0, length)
    return [poisson("common_rate", rate * time), poisson("own_rate", own * time)]
