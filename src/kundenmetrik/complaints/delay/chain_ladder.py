"""The chain ladder: completing a triangle from how earlier rows grew, with two standard errors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.errors import FitRefused

ROUNDING = 1e-12
"""A dispersion this small beside the cells is none but rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completion:
    """A completed triangle: what is still to come in each row, and how sure that is."""

    factors: FloatArray
    outstanding: FloatArray
    standard_error: FloatArray
    total_standard_error: float
    dispersion: float
    empty_delay: bool
    poisson_floor: bool = False


def _complete(counts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, bool]:
    """Return the factors, the completed cumulative triangle, how far each row is observed, and if a delay was empty."""
    seen = (~np.isnan(counts)).sum(axis=1)
    known = np.cumsum(np.nan_to_num(counts), axis=1)
    width = counts.shape[1]
    factors, empty = np.ones(max(width - 1, 0)), False
    for step in range(width - 1):
        rows = seen > step + 1
        before, after = known[rows, step].sum(), known[rows, step + 1].sum()
        if before <= 0 and after != before:
            raise FitRefused("the chain ladder", f"nothing was known at delay {step} of what came at delay {step + 1}")
        empty = empty or before <= 0
        factors[step] = after / before if before > 0 else 1.0
    full = known.copy()
    for step in range(width - 1):
        ahead = seen <= step + 1
        full[ahead, step + 1] = full[ahead, step] * factors[step]
    return factors, full, seen, empty


def over_dispersed_poisson(counts: FloatArray) -> Completion:
    """Complete a triangle with the standard errors of the Poisson model of its cells, scaled by their dispersion.

    Whole numbers are taken as counts, which scatter like Poisson's at least: they have a dispersion of 1 or more.
    """
    _possible(counts)
    factors, full, _, empty = _complete(counts)
    pattern = np.concatenate([1 / np.cumprod(factors[::-1])[::-1], [1.0]])
    shares = np.diff(np.concatenate([[0.0], pattern]))
    mean = full[:, -1][:, None] * shares[None, :]
    past = ~np.isnan(counts)
    design, used = _design(mean, past)
    fitted, observed = mean[past & used], counts[past & used]
    spare = len(fitted) - design.shape[1]
    phi = float(((observed - fitted) ** 2 / fitted).sum() / spare) if spare > 0 else math.nan
    phi = 0.0 if phi < ROUNDING * fitted.max(initial=0.0) else phi
    scale = max(phi, 1.0) if _whole(counts) and phi == phi else phi
    inside = design[(past & used)[used]]
    covariance = scale * np.linalg.pinv((inside * fitted[:, None]).T @ inside)
    ahead = ~past & used
    cells, rows = mean[ahead], np.nonzero(ahead)[0]
    weighted = design[ahead[used]] * cells[:, None]
    per_row = np.zeros((len(counts), design.shape[1]))
    np.add.at(per_row, rows, weighted)
    outstanding = np.bincount(rows, weights=cells, minlength=len(counts)).astype(np.float64)
    spread = scale * outstanding + np.einsum("ij,jk,ik->i", per_row, covariance, per_row)
    whole = per_row.sum(axis=0)
    total = scale * outstanding.sum() + whole @ covariance @ whole
    return Completion(
        factors=factors,
        outstanding=outstanding,
        standard_error=np.where(outstanding > 0, np.sqrt(np.maximum(spread, 0)), 0.0),
        total_standard_error=math.sqrt(max(float(total), 0.0)) if total == total else math.nan,
        dispersion=phi,
        empty_delay=empty,
        poisson_floor=scale > phi,
    )


def _possible(counts: FloatArray) -> None:
    """Refuse rows or columns that sum to less than 0: no Poisson mean is negative."""
    for axis, what in ((1, "period"), (0, "delay")):
        if (place := np.flatnonzero(np.nansum(counts, axis=axis) < 0)).size:
            reason = f"the counts of {what} {place[0]} sum to less than 0, and no Poisson mean is negative"
            remedy = "Take method='mack', or count corrections at the delay of what they correct."
            raise FitRefused("the over-dispersed Poisson model", reason, remedy)


def _whole(counts: FloatArray) -> bool:
    seen = counts[~np.isnan(counts)]
    return bool((seen == np.floor(seen)).all())


def _design(mean: FloatArray, past: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Return one row of indicators (period, delay) for each cell with a positive mean, and which cells these are."""
    used = mean > 0
    rows, columns = np.nonzero(used)
    periods, delays = (np.unique(place, return_inverse=True) for place in (rows, columns))
    levels = len(periods[0])
    design = np.zeros((len(rows), levels + max(len(delays[0]) - 1, 0)))
    design[np.arange(len(rows)), periods[1]] = 1
    # The first delay is the reference; its level is in the periods.
    later = np.flatnonzero(delays[1] > 0)
    design[later, levels + delays[1][later] - 1] = 1
    return design, used


def mack(counts: FloatArray) -> Completion:
    """Complete a triangle with Mack's distribution-free standard errors."""
    factors, full, seen, empty = _complete(counts)
    width = counts.shape[1]
    weight = np.array([full[seen > step + 1, step].sum() for step in range(width - 1)])
    variance = _sigma_squared(full, seen, factors)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(variance > 0, variance / factors**2, 0.0)
        spread = np.zeros(len(counts))
        for row, first in enumerate(seen):
            steps = np.arange(first - 1, width - 1)
            spread[row] = full[row, -1] ** 2 * (relative[steps] * (1 / full[row, steps] + 1 / weight[steps])).sum()
        total = spread.sum()
        for row, first in enumerate(seen):
            steps = np.arange(first - 1, width - 1)
            later = full[row + 1 :, -1].sum()
            total += full[row, -1] * later * (2 * relative[steps] / weight[steps]).sum()
    reported = np.nansum(counts, axis=1)
    return Completion(
        factors=factors,
        outstanding=full[:, -1] - reported,
        standard_error=np.sqrt(spread),
        total_standard_error=math.sqrt(float(total)) if total >= 0 else math.nan,
        dispersion=math.nan,
        empty_delay=empty,
    )


def _sigma_squared(full: FloatArray, seen: FloatArray, factors: FloatArray) -> FloatArray:
    """Return Mack's variance of each step; a step seen in one row only takes the pattern of the steps before."""
    variance = np.full(len(factors), math.nan)
    for step, factor in enumerate(factors):
        rows = (seen > step + 1) & (full[:, step] > 0)
        if rows.sum() > 1:
            growth = full[rows, step + 1] / full[rows, step]
            variance[step] = (full[rows, step] * (growth - factor) ** 2).sum() / (rows.sum() - 1)
        elif step > 1:
            last, before = variance[step - 1], variance[step - 2]
            variance[step] = min(last**2 / before if before > 0 else 0.0, last, before)
    return variance
