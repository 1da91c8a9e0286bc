"""From the coordinates of the search to parameters: logarithms, and coefficients of covariates."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.clv.data.histories import Params
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.clv.processes.likelihood_terms import Coordinate, own_coordinates
from kundenmetrik.core.arrays import FloatArray

Columns = tuple[tuple[str, str], ...]
"""The covariates: which process each acts on, and its name."""


def params_of(model: RepeatBuying, theta: FloatArray, known: FloatArray | None, columns: Columns) -> Params:
    """Return the parameters at some coordinates; with covariates some of them are arrays over customers."""
    natural: list[Any] = np.exp(theta[: len(model.parameters)]).tolist()
    if known is not None:
        for place, (process, _) in enumerate(columns):
            parameter, sign = model._effects[process]
            effect = sign * theta[len(model.parameters) + place]
            natural[parameter] = natural[parameter] * np.exp(effect * known[:, place])
    return tuple(natural)


def coordinates_of(model: RepeatBuying, known: FloatArray | None, columns: Columns) -> tuple[Coordinate, ...]:
    """Return which parameter each coordinate moves, and by how much for each customer."""
    own = own_coordinates(len(model.parameters))
    if known is None:
        return own
    effects = (model._effects[process] for process, _ in columns)
    return own + tuple(Coordinate(moved, sign * known[:, place]) for place, (moved, sign) in enumerate(effects))
