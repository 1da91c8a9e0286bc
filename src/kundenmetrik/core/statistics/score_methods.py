"""Mean scores of counted answers, and their intervals by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from kundenmetrik.core.arrays import Limits
from kundenmetrik.core.statistics.bootstrap import bootstrap_interval
from kundenmetrik.core.statistics.scores.dirichlet_posterior import jeffreys_score_interval
from kundenmetrik.core.statistics.scores.score_interval import score_interval
from kundenmetrik.core.statistics.scores.score_margins import (
    adjusted_wald_score_interval,
    t_score_interval,
    wald_score_interval,
)

ScoreInterval = Literal["score", "wald", "adjusted_wald", "jeffreys", "t", "bootstrap"]
SCORE_METHODS: Mapping[str, Callable[..., Limits]] = {
    "score": score_interval,
    "wald": wald_score_interval,
    "adjusted_wald": adjusted_wald_score_interval,
    "jeffreys": jeffreys_score_interval,
    "t": t_score_interval,
    "bootstrap": bootstrap_interval,
}
"""The intervals for a mean score by name; each takes counts, values and a confidence.

The bootstrap has a fixed seed here, so that asking again gives the same answer.
"""
