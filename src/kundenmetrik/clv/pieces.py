"""Log-likelihoods cell by cell with their derivatives by the parameters, and their totals by the coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kundenmetrik.clv.optimise import Evaluation
from kundenmetrik.core.arrays import FloatArray

__all__ = ["Coordinate", "Pieces", "own_coordinates", "totals"]

Row = FloatArray | float
Pair = tuple[int, int]


class Pieces(NamedTuple):
    """One log-likelihood for each cell, a gradient row for each parameter, a Hessian row for each pair of them."""

    value: FloatArray
    gradient: Sequence[Row]
    hessian: Mapping[Pair, Row]


class Coordinate(NamedTuple):
    """One coordinate of the search: which parameter it moves in the logarithm, and by how much in each cell."""

    parameter: int
    effect: FloatArray | None = None


def own_coordinates(parameters: int) -> tuple[Coordinate, ...]:
    """Return one coordinate for each parameter, without covariates."""
    return tuple(Coordinate(parameter) for parameter in range(parameters))


def _in_logarithms(natural: Sequence[Row], pieces: Pieces) -> Pieces:
    """Turn derivatives by the parameters into derivatives by their logarithms."""
    slope = [size * row for size, row in zip(natural, pieces.gradient, strict=True)]
    bend = {(i, j): natural[i] * natural[j] * row for (i, j), row in pieces.hessian.items()}
    for i, row in enumerate(slope):
        bend[i, i] = bend.get((i, i), 0.0) + row
    return Pieces(pieces.value, slope, bend)


def totals(natural: Sequence[Row], pieces: Pieces, count: FloatArray, coordinates: Sequence[Coordinate]) -> Evaluation:
    """Return the total log-likelihood of all customers with its gradient and Hessian in the coordinates.

    Parameters that all customers share are taken out of the sums.
    """
    if any(isinstance(size, np.ndarray) for size in natural):
        return _totals(_in_logarithms(natural, pieces), count, coordinates)
    value, gradient, hessian = _totals(pieces, count, coordinates)
    scale = np.array(natural)
    slope = scale * gradient
    return value, slope, hessian * np.outer(scale, scale) + np.diag(slope)


def _totals(pieces: Pieces, count: FloatArray, coordinates: Sequence[Coordinate]) -> Evaluation:
    weights = [count if own.effect is None else count * own.effect for own in coordinates]
    gradient = np.array(
        [_dot(weight, pieces.gradient[own.parameter]) for own, weight in zip(coordinates, weights, strict=True)]
    )
    hessian = np.empty((len(coordinates), len(coordinates)))
    for i, (one, weight) in enumerate(zip(coordinates, weights, strict=True)):
        for j, two in enumerate(coordinates[: i + 1]):
            pair = (min(one.parameter, two.parameter), max(one.parameter, two.parameter))
            both = weight if two.effect is None else weight * two.effect
            hessian[i, j] = hessian[j, i] = _dot(both, pieces.hessian.get(pair, 0.0))
    return float(count @ pieces.value), gradient, hessian


def _dot(weight: FloatArray, row: Row) -> float:
    return float(weight @ row) if isinstance(row, np.ndarray) else float(weight.sum() * row)
