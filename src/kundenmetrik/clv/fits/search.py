"""From a model and its cells to the optimum: starts that must agree, and limits that get a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from kundenmetrik.clv.processes.degenerate_limit import DegenerateLimit
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation, Objective, Optimum, maximise
from kundenmetrik.errors import FitRefused

SAMPLED_FROM = 5_000
"""From here on the search starts on every k-th cell, so that most steps are cheap."""
SEARCH_TOLERANCE = 1e-5
"""The gradient per customer at which the first search may stop: Newton's next step is exact to its square."""
START_TOLERANCE = 1e-4
"""The gradient per customer at which the other searches may stop: they have to show where they go, no more."""
AGREEMENT = 1e-3
"""Starts agree when their next Newton steps end this close, in logarithms, and the surface curves down at both."""
LARGE_ERROR = 1.2
"""A standard error of a log parameter above this asks whether the optimum lies at infinity."""
LIMIT_DISTANCES = (5.0, 2.0)
"""How far a limit is followed, in logarithms; the nearer point where the farther one has lost its digits."""
SAME_LIMIT = 1.0
"""A limit with a parameter more has to be higher than this in its log-likelihood, as by AIC."""
LOGLIK_TOLERANCE = 1e-3
"""A log-likelihood that falls by less than this on the way to a limit has no optimum of its own."""


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
    limits : tuple of DegenerateLimit
        Where the model may run to.
    limit_value : callable or None
        ``limit_value(name, theta)`` is the highest log-likelihood at a limit itself; None where it is not known.
    """

    model: str
    objective: Callable[[FloatArray, int, int], Evaluation]
    starts: Sequence[FloatArray]
    customers: float
    cells: int
    nodes: tuple[int, int]
    limits: tuple[DegenerateLimit, ...]
    limit_value: Callable[[str, FloatArray], float] | None = None

    def at(self, step: int, nodes: int) -> Objective:
        """Return the objective on every ``step``-th cell."""

        def objective(theta: FloatArray) -> Evaluation:
            return self.objective(theta, step, nodes)

        return objective


def estimate(problem: Problem) -> Optimum:
    """Return the highest optimum, or refuse the fit and say why; no refusal rests on a sample of the cells."""
    step = max(1, problem.cells // SAMPLED_FROM)
    if step > 1:
        with suppress(FitRefused):
            return _search(problem, step)
    return _search(problem, 1)


def _search(problem: Problem, step: int) -> Optimum:
    """Return the highest optimum by a search on every ``step``-th cell."""
    coarse, fine = problem.nodes
    search = problem.at(step, coarse)
    sizes = problem.customers / step
    first = maximise(search, problem.starts[0], customers=sizes, tolerance=SEARCH_TOLERANCE)
    others = [maximise(search, start, customers=sizes, tolerance=START_TOLERANCE) for start in problem.starts[1:]]
    best = max(others, key=_value)
    best = best if _value(best) > _value(first) + LOGLIK_TOLERANCE else first
    # The next Newton step from there is almost exact, so that one evaluation of the whole often is enough.
    final = maximise(problem.at(1, fine), best.next_point, customers=problem.customers)
    _refuse_degenerate(problem, final)
    if not final.converged:
        raise FitRefused(problem.model, "no point has a vanishing gradient and a curvature that falls on all sides")
    agreed = [_agrees(problem, found, best, final) for found in (first, *others)]
    return replace(final, steps=sum(found.steps for found in (first, *others, final)), unique=all(agreed))


def _value(found: Optimum) -> float:
    return found.value if np.isfinite(found.value) else -np.inf


def _agrees(problem: Problem, found: Optimum, best: Optimum, final: Optimum) -> bool:
    """Whether a start leads to the optimum: one that ended apart climbs on, and may not end as high or higher."""
    if found is best or (
        found.is_maximum and best.is_maximum and np.abs(found.next_point - best.next_point).max() <= AGREEMENT
    ):
        return True
    again = maximise(problem.at(1, problem.nodes[1]), found.theta, customers=problem.customers)
    if _is_same_point(again, final):
        return True
    if again.converged and again.value > final.value - LOGLIK_TOLERANCE:
        raise FitRefused(problem.model, "two starts end at different parameters that explain the data equally well")
    if _value(again) > final.value:
        _refuse_degenerate(problem, again)
        raise FitRefused(problem.model, "a second start reaches a higher likelihood without an optimum")
    return not again.converged


def _is_same_point(one: Optimum, two: Optimum) -> bool:
    """Whether two ends differ by no more than rounding: in logarithms, or in standard errors where those are large."""
    apart = one.theta - two.theta
    return bool(np.abs(apart).max() <= AGREEMENT or (two.is_maximum and apart @ -two.hessian @ apart <= AGREEMENT**2))


def _refuse_degenerate(problem: Problem, final: Optimum) -> None:
    """Refuse where the likelihood does not fall towards a limit, and name the limit where it is highest."""
    if _is_identified(final):
        return
    for limit in problem.limits:
        direction = np.zeros(len(final.theta))
        direction[: len(limit.direction)] = limit.direction
        if any(
            _value_at(problem, final.theta + far * direction) >= final.value - LOGLIK_TOLERANCE
            for far in LIMIT_DISTANCES
        ):
            highest = _highest_limit(problem, limit, final.theta)
            raise FitRefused(problem.model, highest.meaning, highest.remedy)


def _highest_limit(problem: Problem, reached: DegenerateLimit, theta: FloatArray) -> DegenerateLimit:
    """Return the limit with the highest likelihood, the simplest of those that are about as high."""
    if problem.limit_value is None:
        return reached
    named = {limit.name: limit for limit in reversed(problem.limits)}
    values = {name: problem.limit_value(name, theta) for name in named}
    close = [name for name, value in values.items() if value > max(values.values()) - SAME_LIMIT]
    return next(limit for limit in problem.limits if limit.name in close)


def _value_at(problem: Problem, theta: FloatArray) -> float:
    """Return the log-likelihood far out towards a limit."""
    with np.errstate(all="ignore"):
        value = problem.at(1, problem.nodes[1])(theta)[0]
    return value if np.isfinite(value) else -np.inf


def _is_identified(found: Optimum) -> bool:
    """Whether the optimum is one, with no parameter so uncertain that it may be infinite."""
    return found.converged and bool(np.sqrt(np.diag(np.linalg.inv(-found.hessian))).max() < LARGE_ERROR)
