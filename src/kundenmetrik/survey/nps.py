"""The Net Promoter Score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import Invalid
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.statistics.score_methods import ScoreInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.survey.custom import NetScore
from kundenmetrik.survey.metric import estimate_scores
from kundenmetrik.survey.scale import Scale


@dataclass(frozen=True, slots=True)
class NPS(NetScore):
    r"""The Net Promoter Score: the percentage of promoters minus the percentage of detractors.

    .. math:: \text{NPS} = 100 \cdot \frac{P - D}{P + A + D}

    with ``P`` promoters (9 and 10), ``A`` passives (7 and 8) and ``D`` detractors (0 to 6).

    Parameters
    ----------
    column, question, scale, method, name, definition
        As in :class:`TopBox`. The scale runs from 0 to 10 unless ``top`` and ``bottom`` are given too;
        ``km.survey.definitions`` has other definitions.
    top, bottom : tuple of int, optional
        The steps of promoters and detractors.

    Notes
    -----
    NPS is in points from -100 to 100, not in percent. The default interval is the score interval
    with the constrained maximum likelihood estimate (Tango), which never leaves the scale and has
    no width of zero when everybody agrees. Net Promoter, NPS and Net Promoter Score are
    trademarks of Bain & Company, NICE Systems and Fred Reichheld.

    References
    ----------
    Reichheld (2003), Harvard Business Review 81(12):46. Rocks (2016), arXiv:1601.07235, for the
    comparison of intervals. Tango (1998), Statistics in Medicine 17:891.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> table = km.measure({"nps": [10, 9, 8, 3]}, km.NPS("nps"))
    >>> table.overall().value
    25.0
    """

    question: str | None = "nps"
    name: str = "nps"

    def __post_init__(self) -> None:
        self._check_scale()
        if self.top is None and self.bottom is None:
            if (self.scale.low, self.scale.high, self.scale.higher_is_better) != (0, 10, True):
                remedy = "Name the steps with top= and bottom=, or take a definition of km.survey.definitions."
                raise InvalidArgument("scale", "run from 0 to 10 for the canonical NPS", self.scale, remedy)
            object.__setattr__(self, "top", (9, 10))
            object.__setattr__(self, "bottom", (0, 1, 2, 3, 4, 5, 6))
        super(NPS, self).__post_init__()

    def parts(self, counts: Counts) -> dict[str, FloatArray]:
        """Return the shares of promoters, passives and detractors."""
        return self._shares(counts, promoters=self.top or (), passives=self.between, detractors=self.bottom or ())


_SCALE = Scale(0, 10)
_CANONICAL = NPS(scale=_SCALE)


def nps(
    scores: Any,
    *,
    weight: Any = None,
    confidence: float = 0.95,
    scale: Scale = _SCALE,
    method: ScoreInterval = "score",
    invalid: Invalid = "raise",
) -> Estimate:
    r"""Compute the Net Promoter Score of answers from 0 to 10, with its interval.

    Parameters
    ----------
    scores : array-like, shape (n,)
        The answers. Missing ones are excluded and counted.
    weight : array-like, shape (n,), optional
        Survey weights, not negative.
    confidence : float
        The confidence of the interval.
    scale, method
        As in :class:`NPS`, on 0 to 10; the scale's labels and missing codes are used. Other scales have
        no canonical NPS: take one of ``km.survey.definitions``.
    invalid : {"raise", "exclude"}
        Whether answers off the scale or between two steps are an error or are excluded and counted.

    Returns
    -------
    Estimate
        In points from -100 to 100; ``parts`` has the three shares, ``counts`` the histogram.

    Raises
    ------
    InvalidData
        If an answer lies off the scale or between two steps; with rows and values.
    InvalidType
        If the answers are not numbers (or labels of the scale).

    Notes
    -----
    Formula, interval and variants are those of :class:`NPS`.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> score = km.nps([10, 9, 9, 8, 7, 3, None])
    >>> round(score.value, 1), score.n, dict(score.excluded)
    (33.3, 6, {'missing': 1})
    >>> {name: round(share, 3) for name, share in score.parts.items()}
    {'promoters': 0.5, 'passives': 0.333, 'detractors': 0.167}
    """
    plain = scale is _SCALE and type(method) is str and method == "score"
    metric = _CANONICAL if plain else NPS(scale=scale, method=method)
    return estimate_scores(metric, scores, weight=weight, confidence=confidence, invalid=invalid)
