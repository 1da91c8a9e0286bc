"""The reasons of complaints, the heaviest first, with the places each could have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import amounts, whole_counts
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import MOST_DRAWS, check_confidence, check_count, check_generator, check_items
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.ranks import rank_limits
from kundenmetrik.errors import Fault, InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.keys import factorize
from kundenmetrik.frame.reading.numbers import common_length
from kundenmetrik.frozen import FrozenMapping

if TYPE_CHECKING:
    from numpy.typing import NDArray


NUMBERS_PER_BLOCK = 4_000_000
"""How many drawn numbers are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Pareto(Result):
    """Reasons by how much they weigh, with the cumulative share and the uncertainty of their places.

    Attributes
    ----------
    reason : list
        The reasons, the heaviest first.
    complaints : array of int
        How many complaints name each.
    severity : array or None
        The sum of severities, when given; then it decides the order.
    share, cumulative : array
        Of the severities, or of the complaints without them.
    rank, rank_low, rank_high : array of int
        The place and its bootstrap limits.
    confidence : float
        Of the limits.
    excluded : mapping of str to int
        Complaints without a reason: ``missing``.
    """

    reason: list[Any]
    complaints: IntArray
    severity: FloatArray | None
    share: FloatArray
    cumulative: FloatArray
    rank: IntArray
    rank_low: IntArray
    rank_high: IntArray
    confidence: float
    excluded: Mapping[str, int]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a reason, the heaviest first.

        Returns
        -------
        pandas.DataFrame
            reason, complaints, (severity,) share, cumulative, rank, rank_low, rank_high.
        """
        names = ("reason", "complaints", "severity", "share", "cumulative", "rank", "rank_low", "rank_high")
        return pd.DataFrame({name: value for name in names if (value := getattr(self, name)) is not None})

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        lost = "".join(f"; {reason} {count:,}" for reason, count in self.excluded.items())
        return f"{len(self.reason)} reasons{lost}"


def pareto(
    reasons: Any,
    *,
    severity: Any = None,
    count: Any = None,
    confidence: float = 0.95,
    draws: int = 1_999,
    rng: int | np.random.Generator | np.random.SeedSequence | None = 0,
) -> Pareto:
    """List the reasons of complaints, the heaviest first, and say how sure their order is.

    The places come from a bootstrap of the complaints: resampling complaints is drawing the counts of equal
    ones from a multinomial, so the cost does not grow with the number of complaints.

    Parameters
    ----------
    reasons : array-like
        The reason of each complaint; missing ones are counted and left out.
    severity : array-like, optional
        How much each complaint weighs (points, cost); then the sum of severities decides.
    count : array-like, optional
        How many complaints each row stands for.
    confidence : float
        Of the limits of the places.
    draws : int
        How many bootstrap draws.
    rng : int, Generator, SeedSequence or None
        The seed of the bootstrap: the same seed gives the same digits; None draws anew each time.

    Returns
    -------
    Pareto
        ``.to_frame()`` has one row a reason.

    Raises
    ------
    InvalidData
        If severities or counts are missing or negative.

    Notes
    -----
    Reasons of equal weight share the better place, and are listed by name. A place whose limits span many
    others is no finding: with few complaints the top reason of a Pareto chart is often chance.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> table = km.complaints.pareto(["late", "broken", "late", "late", None])
    >>> table.to_frame()[["reason", "complaints", "cumulative"]].to_numpy().tolist()
    [['late', 3, 0.75], ['broken', 1, 1.0]]
    >>> dict(table.excluded)
    {'missing': 1}
    """
    common_length(reasons=reasons, severity=severity, count=count)
    named = check_items(reasons, "reasons", "be a list of reasons, one a complaint")
    try:
        codes, names = factorize(pd.Series(named, dtype=object))
    except TypeError:
        raise InvalidType("reasons", "hold texts or numbers, one a complaint") from None
    weight, times = _weights(severity, count, len(codes))
    kept = codes >= 0
    lost = int(times[~kept].sum())
    table, per_cell, reason_of = _cells(codes[kept], weight[kept], times[kept])
    found = np.bincount(reason_of, weights=table, minlength=len(names))
    heavy = np.bincount(reason_of, weights=table * per_cell, minlength=len(names)).astype(np.float64)
    confidence = check_confidence(confidence)
    low, high = _places(
        table,
        per_cell,
        reason_of,
        len(names),
        confidence,
        check_count(draws, "draws", low=1, high=MOST_DRAWS),
        check_generator(rng),
    )
    order = sorted(range(len(names)), key=lambda place: (-heavy[place], str(names[place])))
    share = heavy[order] / heavy.sum() if heavy.sum() > 0 else np.full(len(names), np.nan)
    return Pareto(
        reason=[names[place] for place in order],
        complaints=found[order].astype(np.int64),
        severity=None if severity is None else heavy[order],
        share=share,
        cumulative=np.cumsum(share),
        rank=1 + (heavy[None, :] > heavy[order][:, None]).sum(axis=1),
        rank_low=low[order],
        rank_high=high[order],
        confidence=confidence,
        excluded=FrozenMapping({"missing": lost} if lost else {}),
    )


def _weights(severity: Any, count: Any, n: int) -> tuple[FloatArray, FloatArray]:
    faults: list[Fault | None] = []
    weight = np.ones(n) if severity is None else amounts(severity, "severity", faults)
    times = np.ones(n) if count is None else whole_counts(count, "count", faults)
    refuse(faults)
    if times.sum() > 2**62:
        raise InvalidArgument("count", "add up to a number that can be drawn", float(times.sum()))
    return weight, times


def _cells(
    codes: NDArray[np.intp], weight: FloatArray, times: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """Return how often each pair of reason and severity occurs, its severity and its reason."""
    steps, place = np.unique(weight, return_inverse=True)
    cell = codes * max(len(steps), 1) + place
    used, back = np.unique(cell, return_inverse=True)
    table = np.bincount(back, weights=times, minlength=len(used)).astype(np.float64)
    return table, steps[used % max(len(steps), 1)] if len(steps) else steps, used // max(len(steps), 1)


def _places(
    table: FloatArray,
    per_cell: FloatArray,
    reason_of: NDArray[np.intp],
    reasons: int,
    confidence: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[IntArray, IntArray]:
    total = int(table.sum())
    if total == 0:
        return np.ones(reasons, dtype=np.int64), np.full(reasons, reasons, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(reason_of) != 0]))
    sums = np.zeros((draws, reasons))
    step = max(1, NUMBERS_PER_BLOCK // len(table))
    for first in range(0, draws, step):
        last = min(first + step, draws)
        drawn = rng.multinomial(total, table / total, size=last - first)
        sums[first:last, reason_of[starts]] = np.add.reduceat(drawn * per_cell, starts, axis=1)
    return rank_limits(sums, confidence)
