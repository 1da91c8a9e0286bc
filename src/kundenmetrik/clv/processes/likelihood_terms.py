"""Log-likelihoods by cell with their derivatives by the parameters; coordinates of the search, and totals by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

import numpy as np

from kundenmetrik.clv.data.histories import Params
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation

Row = FloatArray | float
Pair = tuple[int, int]

MAX_CELLS_OF_ONE_PRODUCT = 1 << 14
"""Up to so many cells one product of all derivatives is quicker than a sum for each."""


class LikelihoodTerms(NamedTuple):
    """One log-likelihood for each cell, a gradient row for each parameter, a Hessian row for each pair of them."""

    value: FloatArray
    gradient: Sequence[Row]
    hessian: Mapping[Pair, Row]


class Coordinate(NamedTuple):
    """One coordinate of the search: which parameter it moves in the logarithm, and by how much in each cell."""

    parameter: int
    effect: FloatArray | None = None


def _in_logarithms(natural: Sequence[Row], terms: LikelihoodTerms) -> LikelihoodTerms:
    """Turn derivatives by the parameters into derivatives by their logarithms."""
    slope = [size * row for size, row in zip(natural, terms.gradient, strict=True)]
    bend = {(i, j): natural[i] * natural[j] * row for (i, j), row in terms.hessian.items()}
    for i, row in enumerate(slope):
        bend[i, i] = bend.get((i, i), 0.0) + row
    return LikelihoodTerms(terms.value, slope, bend)


def totals(
    natural: Sequence[Row], terms: LikelihoodTerms, count: FloatArray, coordinates: Sequence[Coordinate]
) -> Evaluation:
    """Return the total log-likelihood of all customers with its gradient and Hessian in the coordinates.

    Parameters that all customers share are taken out of the sums.
    """
    if any(isinstance(size, np.ndarray) for size in natural):
        return _totals(_in_logarithms(natural, terms), count, coordinates)
    value, gradient, hessian = _totals(terms, count, coordinates)
    scale = np.array(natural)
    slope = scale * gradient
    return value, slope, hessian * np.outer(scale, scale) + np.diag(slope)


def _totals(terms: LikelihoodTerms, count: FloatArray, coordinates: Sequence[Coordinate]) -> Evaluation:
    if len(count) <= MAX_CELLS_OF_ONE_PRODUCT and all(own.effect is None for own in coordinates):
        return _plain_totals(terms, count, [own.parameter for own in coordinates])
    weights = [count if own.effect is None else count * own.effect for own in coordinates]
    gradient = np.array(
        [_dot(weight, terms.gradient[own.parameter]) for own, weight in zip(coordinates, weights, strict=True)]
    )
    hessian = np.empty((len(coordinates), len(coordinates)))
    for j, i in combinations_with_replacement(range(len(coordinates)), 2):
        one, two = coordinates[i], coordinates[j]
        pair = (min(one.parameter, two.parameter), max(one.parameter, two.parameter))
        both = weights[i] if two.effect is None else weights[i] * two.effect
        hessian[i, j] = hessian[j, i] = _dot(both, terms.hessian.get(pair, 0.0))
    return float(count @ terms.value), gradient, hessian


def _plain_totals(terms: LikelihoodTerms, count: FloatArray, parameters: Sequence[int]) -> Evaluation:
    """Return the totals where no covariate weighs in: all derivatives in one product."""
    size = len(parameters)
    pairs = [(i, j) for i in range(size) for j in range(i + 1)]
    crossed = [(min(own), max(own)) for own in ((parameters[i], parameters[j]) for i, j in pairs)]
    rows = [
        terms.value,
        *(terms.gradient[own] for own in parameters),
        *(terms.hessian.get(pair, 0.0) for pair in crossed),
    ]
    table = np.empty((len(rows), len(count)))
    for place, row in enumerate(rows):
        table[place] = row
    sums = table @ count
    hessian = np.empty((size, size))
    for (i, j), total in zip(pairs, sums[size + 1 :].tolist(), strict=True):
        hessian[i, j] = hessian[j, i] = total
    return float(sums[0]), sums[1 : size + 1], hessian


def _dot(weight: FloatArray, row: Row) -> float:
    return float(weight @ row) if isinstance(row, np.ndarray) else float(weight.sum() * row)


Columns = tuple[tuple[str, str], ...]
"""The covariates: which process each acts on, and its name."""


def params_of(model: Any, theta: FloatArray, known: FloatArray | None, columns: Columns) -> Params:
    """Return the parameters at some coordinates; with covariates some of them are arrays over customers."""
    natural: list[Any] = np.exp(theta[: len(model.parameters)]).tolist()
    if known is not None:
        for place, (process, _) in enumerate(columns):
            parameter, sign = model._effects[process]
            effect = sign * theta[len(model.parameters) + place]
            natural[parameter] = natural[parameter] * np.exp(effect * known[:, place])
    return tuple(natural)


def coordinates_of(model: Any, known: FloatArray | None, columns: Columns) -> tuple[Coordinate, ...]:
    """Return which parameter each coordinate moves, and by how much for each customer."""
    own = tuple(Coordinate(parameter) for parameter in range(len(model.parameters)))
    if known is None:
        return own
    effects = (model._effects[process] for process, _ in columns)
    return own + tuple(Coordinate(moved, sign * known[:, place]) for place, (moved, sign) in enumerate(effects))
