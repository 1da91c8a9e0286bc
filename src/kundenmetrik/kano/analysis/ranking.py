"""The order of the features, with what sampling leaves open about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_count, check_generator
from kundenmetrik.kano.categories.coefficients import coefficients
from kundenmetrik.kano.categories.mode_probability import PRIOR
from kundenmetrik.kano.table_columns import key_columns

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable


MAX_DRAWS = 100_000
CELLS = {"better": (0, 1), "worse": (1, 2)}


def rank(table: KanoTable, *, coefficient: str = "better", draws: int = 1_999, rng: Any = 0) -> pd.DataFrame:
    """Rank the features by a coefficient, each rank with its interval.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.
    coefficient : {"better", "worse"}
        What to rank by; the strongest feature has rank 1 (the largest Better, the most negative Worse).
    draws : int
        Draws from the posterior of each feature's letters.
    rng : int or numpy.random.Generator
        The seed.

    Returns
    -------
    pandas.DataFrame
        feature and keys, the coefficient, rank, rank_low, rank_high, p_first (how probable the
        feature is truly first); ranks are within each segment. NaN for a feature without a base.

    Notes
    -----
    A ranking without these columns suggests an order that a survey of 100 people does not know.
    Features are drawn independently of each other (Dirichlet with half an answer per letter).

    Examples
    --------
    >>> import kundenmetrik as km
    >>> letters = {"a": {"A": 30, "O": 60, "M": 40, "I": 20}, "b": {"A": 60, "O": 20, "M": 20, "I": 50}}
    >>> km.kano.rank(km.kano.from_counts(letters), coefficient="worse")[["feature", "rank", "rank_low", "rank_high"]]
      feature  rank  rank_low  rank_high
    0       a   1.0       1.0        1.0
    1       b   2.0       2.0        2.0
    """
    name = check_choice(coefficient, "coefficient", CELLS)
    generator, size = check_generator(rng), check_count(draws, "draws", low=1, high=MAX_DRAWS)
    columns = key_columns(table.counts.groups)
    segments = list(zip(*(columns[key] for key in table.by), strict=True)) or [()] * len(table)
    ranks = {part: np.full(len(table), np.nan) for part in ("rank", "rank_low", "rank_high", "p_first")}
    has_base = table.effective[:, :4].sum(axis=1) > 0
    for segment in dict.fromkeys(segments):
        members = np.array([own == segment for own in segments], dtype=bool) & has_base
        for part, values in _ranks(
            table.effective[members, :4], CELLS[name], size, generator, table.confidence
        ).items():
            ranks[part][members] = values
    value = getattr(coefficients(table.letters), name)
    return pd.DataFrame({**columns, name: value, **ranks})


def _ranks(
    four: NDArray[Any], cells: tuple[int, ...], draws: int, generator: np.random.Generator, confidence: float
) -> dict[str, FloatArray]:
    gammas = generator.standard_gamma(four + PRIOR, size=(draws, *four.shape))
    drawn = gammas[:, :, list(cells)].sum(axis=2) / gammas.sum(axis=2)
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1.0
    share = four[:, list(cells)].sum(axis=1) / four.sum(axis=1)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(ranks, [tail, 1.0 - tail], axis=0, method="inverted_cdf") if len(four) else (share, share)
    return {
        "rank": 1.0 + (share[None, :] > share[:, None]).sum(axis=1),
        "rank_low": low,
        "rank_high": high,
        "p_first": (ranks == 1.0).mean(axis=0),
    }
