"""The log-rank test and its weighted forms, which ask whether several groups lose their members alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_choice

TIMES_PER_BLOCK = 1 << 15
"""How many event times are held as a matrix of times by groups."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogRankSums:
    """Weighted losses seen and expected in each group, and the covariance of their differences; strata add.

    Attributes
    ----------
    observed, expected : ndarray of float, one per group
        Weighted losses, and those expected if all groups lost alike.
    covariance : ndarray of float, groups by groups
        Covariance of ``observed - expected``.
    """

    observed: FloatArray
    expected: FloatArray
    covariance: FloatArray

    def __add__(self, other: LogRankSums) -> LogRankSums:
        return LogRankSums(
            observed=self.observed + other.observed,
            expected=self.expected + other.expected,
            covariance=self.covariance + other.covariance,
        )

    def test(self) -> tuple[float, int, float]:
        """Return statistic, degrees of freedom and p-value; NaN when no group could be compared."""
        excess = self.observed - self.expected
        free = np.linalg.matrix_rank(self.covariance, hermitian=True) if self.covariance.any() else 0
        if free == 0:
            return np.nan, 0, np.nan
        statistic = float(excess @ np.linalg.pinv(self.covariance, hermitian=True) @ excess)
        return statistic, int(free), float(scipy.special.chdtrc(free, statistic))


def logrank_sums(
    duration: Any,
    event: Any,
    group: Any,
    groups: int,
    *,
    weighting: str = "logrank",
    entry: Any = None,
    count: Any = None,
) -> LogRankSums:
    """Sum up the test over the event times of one stratum.

    Durations are finite and not negative, events boolean, groups whole numbers below ``groups``, entries below
    durations (an entry of 0 means observed from the start), counts whole.
    """
    weigh = WEIGHTS[check_choice(weighting, "weighting", WEIGHTS)]
    lasted, lost, member = np.asarray(duration), np.asarray(event, dtype=bool), np.asarray(group)
    if entry is not None or count is not None:
        since = np.zeros(lasted.shape) if entry is None else np.asarray(entry)
        sizes = np.ones(lasted.shape, np.int64) if count is None else np.asarray(count)
        risks, losses = _risk_table_of_entries(lasted, lost, member, groups, since, sizes)
        return _sums(risks, losses, weigh)
    few = lasted.dtype.kind in "iu" and lasted.size > 0 and int(lasted.max()) * groups <= max(4 * lasted.size, 1 << 16)
    return _sums(*(_risk_table_by_day if few else _risk_table)(lasted, lost, member, groups), weigh)


def _sums(risks: Any, losses: Any, weigh: Callable[[FloatArray, FloatArray], FloatArray]) -> LogRankSums:
    at_risk, died = np.add.reduce(risks), np.add.reduce(losses)
    weight = weigh(at_risk, died)
    observed = np.array([(weight * row).sum() for row in losses])
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(at_risk > 1, weight**2 * died * (at_risk - died) / (at_risk - 1), 0.0)
        share = weight * died / at_risk
    expected = np.array([(share * row).sum() for row in risks])
    return LogRankSums(observed=observed, expected=expected, covariance=_covariance(risks, at_risk, spread))


def _covariance(risks: list[FloatArray], at_risk: FloatArray, spread: FloatArray) -> FloatArray:
    total = np.zeros((len(risks), len(risks)))
    for start in range(0, at_risk.size, TIMES_PER_BLOCK):
        part = slice(start, start + TIMES_PER_BLOCK)
        shares = np.stack([row[part] for row in risks]) / at_risk[part]
        weighted = shares * spread[part]
        total += np.diag(weighted.sum(axis=1)) - weighted @ shares.T
    return total


def _risk_table_of_entries(
    lasted: AnyArray, lost: AnyArray, member: AnyArray, groups: int, since: AnyArray, count: AnyArray
) -> tuple[Any, Any]:
    """Return those at risk at each event time, who came before it and were there until then, and those lost."""
    times = np.unique(lasted[lost & (count > 0)])
    risks, losses = [], []
    for own in (member == group for group in range(groups)):
        size, late = count[own], since[own] > 0
        risks.append(_from_then_on(times, lasted[own], size) - _from_then_on(times, since[own][late], size[late]))
        place = np.searchsorted(times, lasted[own & lost])
        losses.append(np.bincount(place, weights=count[own & lost], minlength=times.size + 1)[: times.size])
    return risks, losses


def _from_then_on(times: AnyArray, values: AnyArray, count: AnyArray) -> FloatArray:
    """Return how many of the counted values are not below each time."""
    order = np.argsort(values, kind="stable")
    below = np.concatenate([[0], np.cumsum(count[order])])[np.searchsorted(values[order], times, side="left")]
    return np.asarray(count.sum() - below, dtype=np.float64)


def _risk_table_by_day(lasted: AnyArray, lost: AnyArray, member: AnyArray, groups: int) -> tuple[Any, Any]:
    cells = lasted.astype(np.int64)
    cells *= 2 * groups
    cells += member
    cells += member
    cells += lost
    width = 2 * groups
    found = np.bincount(cells, minlength=(int(lasted.max()) + 1) * width).reshape(-1, width)
    died = found[:, 1::2].astype(np.float64)
    ended = (found[:, 0::2] + found[:, 1::2]).astype(np.float64)
    at_risk = np.cumsum(ended[::-1], axis=0)[::-1]
    seen = died.any(axis=1)
    return list(at_risk[seen].T.copy()), list(died[seen].T.copy())


def _risk_table(lasted: AnyArray, lost: AnyArray, member: AnyArray, groups: int) -> tuple[Any, Any]:
    codes, tags = _order(lasted, np.left_shift(member.astype(np.uint64), np.uint64(1)) | lost, 2 * groups)
    starts = np.concatenate(([0], np.flatnonzero(codes[1:] != codes[:-1]) + 1)) if codes.size else np.empty(0, int)
    died = np.add.reduceat(tags & np.uint64(1), starts) if codes.size else np.empty(0)
    starts, ends = starts[died > 0], np.append(starts[1:], codes.size)[died > 0]
    risks, losses = [], []
    for number in range(groups):
        mine = tags >> np.uint64(1) == number
        gone = mine & (tags & np.uint64(1) == 1)
        past, fallen = _running(mine), _running(gone)
        risks.append((past[-1] - past[starts]).astype(np.float64))
        losses.append((fallen[ends] - fallen[starts]).astype(np.float64))
    return risks, losses


def _running(flags: BoolArray) -> IntArray:
    out = np.zeros(flags.size + 1, np.int64)
    np.cumsum(flags, out=out[1:])
    return out


def _order(lasted: AnyArray, tags: AnyArray, kinds: int) -> tuple[AnyArray, AnyArray]:
    """Return the durations as codes that sort like them, sorted, and the tags in that order."""
    bits = int(kinds - 1).bit_length()
    shift = np.uint64(bits)
    codes = _free_top_bits(lasted, bits)
    if codes is None:
        order = np.argsort(lasted, kind="stable")
        return lasted[order], tags[order]
    keys = codes << shift
    keys |= tags
    keys.sort()
    return keys >> shift, keys & ((np.uint64(1) << shift) - np.uint64(1))


def _free_top_bits(lasted: AnyArray, bits: int) -> NDArray[np.uint64] | None:
    """Return codes below ``2**(64 - bits)`` that keep order and ties, or None when there is no exact way.

    A float that is not negative leaves the sign bit free. Scaling all by one power of two, which is exact,
    brings the largest so low that the leading exponent bits are zero too.
    """
    if lasted.dtype.kind in "iu":
        return lasted.astype(np.uint64) if not lasted.size or int(lasted.max()) < 1 << (64 - bits) else None
    values = lasted.astype(np.float64) + 0.0
    if bits > 11:
        return None
    if bits > 1 and values.size:
        ceiling = (1 << (12 - bits)) - 1023  # exponents below it leave the leading bits zero
        top = int(np.frexp(values.max())[1])
        smallest = np.min(values, where=values > 0, initial=np.inf)
        if np.frexp(smallest)[1] + ceiling - top - 1 < -1020:
            return None
        values = np.asarray(np.ldexp(values, ceiling - top), dtype=np.float64)
    return values.view(np.uint64)


LogRankWeight = Literal["logrank", "wilcoxon", "tarone-ware", "peto"]
WEIGHTS: Mapping[str, Callable[[FloatArray, FloatArray], Any]] = {
    "logrank": lambda at_risk, died: np.ones_like(at_risk),
    "wilcoxon": lambda at_risk, died: at_risk,
    "tarone-ware": lambda at_risk, died: np.sqrt(at_risk),
    "peto": lambda at_risk, died: np.cumprod(1.0 - died / (at_risk + 1.0)),
}
"""How much each event time counts: all alike, by those at risk (Gehan), by their root, by pooled survival."""
