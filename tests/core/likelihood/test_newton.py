"""The search: it climbs, it certifies, it says when it cannot; and two starts that disagree are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kundenmetrik.clv.fits.search import Problem, estimate
from kundenmetrik.clv.processes.degenerate_limit import DegenerateLimit
from kundenmetrik.core.likelihood.newton import Evaluation, maximise
from kundenmetrik.errors import FitRefused


def banana(theta: np.ndarray) -> Evaluation:
    """Rosenbrock's valley upside down: far from quadratic, curved the wrong way between start and summit."""
    x, y = theta
    gap = y - x * x
    value = -((1 - x) ** 2) - 100 * gap**2
    gradient = np.array([2 * (1 - x) + 400 * x * gap, -200 * gap])
    hessian = np.array([[-2 + 400 * gap - 800 * x * x, 400 * x], [400 * x, -200.0]])
    return value, gradient, hessian


@pytest.mark.parametrize("start", [(-1.2, 1.0), (0.0, 0.0), (3.0, -4.0), (0.0, 30.0)])
def test_the_summit_is_found_and_certified(start: tuple[float, float]) -> None:
    found = maximise(banana, np.array(start), customers=1.0)
    assert found.theta == pytest.approx([1.0, 1.0], abs=1e-9)
    assert found.converged
    assert found.condition == pytest.approx(2508.0, rel=1e-3)
    assert found.steps < 60


def two_summits(theta: np.ndarray, lower: float) -> Evaluation:
    """-(x^2 - 1)^2 with a slope: summits near -1 and 1, the left one lower."""
    x = theta[0]
    return -((x * x - 1) ** 2) + lower * x, np.array([-4 * x * (x * x - 1) + lower]), np.array([[4 - 12 * x * x]])


def problem(lower: float, limits: tuple[DegenerateLimit, ...] = ()) -> Problem:
    return Problem(
        model="Two",
        objective=lambda theta, step, nodes: two_summits(theta, lower),
        starts=[np.array([1.5]), np.array([-1.5])],
        customers=1.0,
        cells=1,
        nodes=(0, 0),
        limits=limits,
    )


def test_of_two_summits_the_higher_one_is_taken() -> None:
    found = estimate(problem(0.3))
    assert found.theta[0] > 0.9
    assert not found.unique
    assert estimate(problem(-0.3)).theta[0] < -0.9
    assert estimate(problem(3.0)).unique, "there is one summit only"


def test_starts_that_meet_on_a_saddle_are_not_taken_for_agreement() -> None:
    """Both searches end at 0, where the gradient vanishes between the summits."""
    saddle = replace(problem(0.0), starts=[np.zeros(1), np.zeros(1)])
    with pytest.raises(FitRefused, match="no point has a vanishing gradient"):
        estimate(saddle)


def test_one_summit_that_is_flat_is_one() -> None:
    """Ends that differ by a thousandth of a standard error, which is large, are the same."""
    flat = 1e-12
    found = estimate(
        Problem(
            model="Flat",
            objective=lambda theta, step, nodes: (
                -flat * theta[0] ** 2 / 2,
                -flat * theta,
                np.array([[-flat]]),
            ),
            starts=[np.array([-100.0]), np.array([100.0])],
            customers=1.0,
            cells=1,
            nodes=(0, 0),
            limits=(),
        )
    )
    assert found.unique


def test_two_summits_of_the_same_height_are_refused() -> None:
    with pytest.raises(FitRefused, match="two starts end at different parameters"):
        estimate(problem(0.0))


def test_what_rises_for_ever_gets_the_name_of_its_limit() -> None:
    """1 - exp(-x) has its summit at infinity."""
    runaway = Problem(
        model="Rising",
        objective=lambda theta, step, nodes: (
            -np.exp(-theta[0]),
            np.array([np.exp(-theta[0])]),
            np.array([[-np.exp(-theta[0])]]),
        ),
        starts=[np.array([0.0]), np.array([1.0])],
        customers=1.0,
        cells=1,
        nodes=(0, 0),
        limits=(DegenerateLimit(name="far", direction=(1.0,), meaning="x is infinite", remedy="Leave x out."),),
    )
    with pytest.raises(FitRefused, match=r"Rising cannot be fitted: x is infinite\. Leave x out\."):
        estimate(runaway)
