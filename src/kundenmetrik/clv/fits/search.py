"""From a model and its cells to the optimum: starts that must agree, and limits that get a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation, Objective, Optimum, maximise
from kundenmetrik.errors import FitRefused

__all__ = ["Limit", "Problem", "estimate"]

MANY = 5_000
"""From here on the search starts on every k-th cell, so that most steps are cheap."""
ROUGH = 1e-5
"""The gradient per customer at which the first search may stop: Newton's next step is exact to its square."""
NEAR = 1e-4
"""The gradient per customer at which the other searches may stop: they have to show where they go, no more."""
AGREED = 1e-3
"""Starts agree when their next Newton steps end this close, in logarithms, and the surface curves down at both."""
WIDE = 1.2
"""A standard error of a log parameter above this asks whether the optimum lies at infinity."""
ALONG = (5.0, 2.0)
"""How far a limit is followed, in logarithms; the nearer point where the farther one has lost its digits."""
SAME = 1e-3
"""A log-likelihood that falls by less than this on the way to a limit has no optimum of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What is to be maximised: an objective for a sample of the cells and a number of nodes, and where to begin.

    Attributes
    ----------
    model : str
        The name that an error says.
    objective : callable
        ``objective(theta, step, nodes)`` uses every ``step``-th cell.
    starts : sequence of ndarray
        Two starts at least.
    customers : float
        How many customers there are.
    cells : int
        How many cells they fill.
    nodes : tuple of int
        Quadrature nodes of the search and of the end; equal where the model needs none.
    limits : tuple of Limit
        Where the model may run to.
    """

    model: str
    objective: Callable[[FloatArray, int, int], Evaluation]
    starts: Sequence[FloatArray]
    customers: float
    cells: int
    nodes: tuple[int, int]
    limits: tuple[Limit, ...]

    def at(self, step: int, nodes: int) -> Objective:
        """Return the objective on every ``step``-th cell."""

        def objective(theta: FloatArray) -> Evaluation:
            return self.objective(theta, step, nodes)

        return objective


def estimate(problem: Problem) -> Optimum:
    """Return the highest optimum, or refuse the fit and say why; no refusal rests on a sample of the cells."""
    step = max(1, problem.cells // MANY)
    if step > 1:
        with suppress(FitRefused):
            return _estimated(problem, step)
    return _estimated(problem, 1)


def _estimated(problem: Problem, step: int) -> Optimum:
    """Return the highest optimum by a search on every ``step``-th cell."""
    coarse, fine = problem.nodes
    search = problem.at(step, coarse)
    sizes = problem.customers / step
    first = maximise(search, problem.starts[0], customers=sizes, tolerance=ROUGH)
    others = [maximise(search, start, customers=sizes, tolerance=NEAR) for start in problem.starts[1:]]
    best = max(others, key=_height)
    best = best if _height(best) > _height(first) + SAME else first
    # The next Newton step from there is almost exact, so that one evaluation of the whole often is enough.
    final = maximise(problem.at(1, fine), best.ahead, customers=problem.customers)
    _refuse_runaway(problem, final)
    if not final.converged:
        raise FitRefused(problem.model, "no point has a vanishing gradient and a curvature that falls on all sides")
    agreed = [_agrees(problem, found, best, final) for found in (first, *others)]
    return replace(final, steps=sum(found.steps for found in (first, *others, final)), alone=all(agreed))


def _height(found: Optimum) -> float:
    return found.value if np.isfinite(found.value) else -np.inf


def _agrees(problem: Problem, found: Optimum, best: Optimum, final: Optimum) -> bool:
    """Whether a start leads to the optimum: one that ended apart climbs on, and may not end as high or higher."""
    if found is best or (found.is_summit and best.is_summit and np.abs(found.ahead - best.ahead).max() <= AGREED):
        return True
    again = maximise(problem.at(1, problem.nodes[1]), found.theta, customers=problem.customers)
    if _is_one_point(again, final):
        return True
    if again.converged and again.value > final.value - SAME:
        raise FitRefused(problem.model, "two starts end at different parameters that explain the data equally well")
    if _height(again) > final.value:
        _refuse_runaway(problem, again)
        raise FitRefused(problem.model, "a second start reaches a higher likelihood without an optimum")
    return not again.converged


def _is_one_point(one: Optimum, two: Optimum) -> bool:
    """Whether two ends differ by no more than rounding: in logarithms, or in standard errors where those are large."""
    apart = one.theta - two.theta
    return bool(np.abs(apart).max() <= AGREED or (two.is_summit and apart @ -two.hessian @ apart <= AGREED**2))


def _refuse_runaway(problem: Problem, final: Optimum) -> None:
    """Name the limit where the likelihood does not fall towards it."""
    if _is_sure(final):
        return
    for limit in problem.limits:
        direction = np.zeros(len(final.theta))
        direction[: len(limit.direction)] = limit.direction
        if any(_value_far_out(problem, final.theta + far * direction) >= final.value - SAME for far in ALONG):
            raise FitRefused(problem.model, limit.meaning, limit.remedy)


def _value_far_out(problem: Problem, theta: FloatArray) -> float:
    """Return the log-likelihood far out towards a limit."""
    with np.errstate(all="ignore"):
        value = problem.at(1, problem.nodes[1])(theta)[0]
    return value if np.isfinite(value) else -np.inf


def _is_sure(found: Optimum) -> bool:
    """Whether the optimum is one, with no parameter so uncertain that it may be infinite."""
    return found.converged and bool(np.sqrt(np.diag(np.linalg.inv(-found.hessian))).max() < WIDE)
