"""Better and Worse with what sampling leaves open: one as an estimate, the order of the features, two compared."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.core.arrays import AnyArray, FloatArray
from kundenmetrik.core.checks import MOST_DRAWS, check_choice, check_count, check_generator
from kundenmetrik.core.likelihood.quadrature import legendre
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.groups import as_key
from kundenmetrik.core.statistics.two_samples.score_difference import share_difference
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.kano.categories.category_rules import coefficient_limits, coefficients
from kundenmetrik.kano.categories.mode_probability import PRIOR
from kundenmetrik.kano.table import KanoTable, check_kano_table
from kundenmetrik.kano.table_columns import key_columns

CoefficientName = Literal["better", "worse"]
CELLS = {"better": (0, 1), "worse": (1, 2)}
"""Which of A, O, M, I each coefficient counts."""


def coefficient(table: KanoTable, name: CoefficientName, feature: object) -> Estimate:
    """Return Better or Worse of one feature as an estimate that can be asked again.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.
    name : {"better", "worse"}
        The coefficient.
    feature : object
        The feature, or a tuple of feature and segment.

    Returns
    -------
    Estimate
        A share from 0 to 1 (Better) or -1 to 0 (Worse) with Wilson's interval; ``n`` is A+O+M+I.

    Raises
    ------
    UnknownName
        If there is no such feature.
    InvalidArgument
        If the feature has several segments and none is named.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> table = km.kano.from_counts({"Transparent": {"A": 88, "O": 90, "M": 32, "I": 114}})
    >>> km.kano.coefficient(table, "better", "Transparent")
    better 0.5494 share, 95% CI 0.4949 to 0.6027, n = 324 (Wilson interval)
    notes: rules_disagree
    """
    check_kano_table(table)
    place = list(CELLS).index(check_choice(name, "name", CELLS))
    row = table[feature]
    if len(row) > 1:
        raise InvalidArgument("feature", f"name one of {row.by} too", feature)
    notes = row.to_frame()["notes"].iloc[0]
    return Estimate(
        metric=name,
        value=float(coefficients(row.letters)[place][0]),
        ask=partial(_limits, row.effective, place),
        n=coefficients(row.effective).base[0].item(),
        n_raw=int(row.counts.rows[0]) if row.counts.squares is not None else None,
        unit="share",
        confidence=row.confidence,
        method="wilson",
        excluded={reason: int(count[0]) for reason, count in row.counts.excluded.items()},
        notes=tuple(notes.split(", ")) if notes else (),
        higher_is_better=name == "better",
    )


def _limits(letters: AnyArray, place: int, confidence: float) -> tuple[float, float]:
    low, high = coefficient_limits(letters, confidence)[place]
    return float(np.asarray(low)[0]), float(np.asarray(high)[0])


def rank(
    table: KanoTable, *, coefficient: CoefficientName = "better", draws: int = 1_999, rng: Any = 0
) -> pd.DataFrame:
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
    check_kano_table(table)
    name = check_choice(coefficient, "coefficient", CELLS)
    generator, size = check_generator(rng), check_count(draws, "draws", low=1, high=MOST_DRAWS)
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
    four: AnyArray, cells: tuple[int, ...], draws: int, generator: np.random.Generator, confidence: float
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


NODES = 400
"""Nodes of the Gauss-Legendre rule over the quantiles of a Beta distribution."""


def compare(table: KanoTable, first: object, second: object) -> pd.DataFrame:
    """Compare the coefficients of two features, or of one feature in two segments.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.
    first, second : object
        Two keys: features, or tuples of feature and segment.

    Returns
    -------
    pandas.DataFrame
        coefficient (better, worse), first, second, value (of the first), baseline_value (of the second), difference
        (the first less the second), low, high, p_value, p_adjusted (the same: each coefficient is a question of its
        own), clear (below what the confidence leaves) and p_stronger: how probable it is that the first delights more
        (better) or is more of a must (worse).

    Raises
    ------
    UnknownName
        If there is no such feature or segment.

    Notes
    -----
    Intervals are put together from the Wilson limits of both (Newcombe), the p-value is that of the pooled score test,
    with fewer than ten answers to one of them that of Fisher's exact test, and ``p_stronger`` follows from two
    independent Dirichlet posteriors. Two segments are independent. Two features of one survey were judged by the same
    people; from counts alone their connection is not known. People who like one feature mostly like the other too, and
    then intervals are a little wide and p-values a little large. :func:`compare_paired` uses the answers themselves.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> letters = {"a": {"A": 30, "O": 60, "M": 40, "I": 20}, "b": {"A": 60, "O": 20, "M": 20, "I": 50}}
    >>> found = km.kano.compare(km.kano.from_counts(letters), "a", "b").round(3)
    >>> found[["coefficient", "value", "baseline_value", "difference"]]
      coefficient  value  baseline_value  difference
    0      better  0.600           0.533       0.067
    1       worse -0.667          -0.267      -0.400
    """
    check_kano_table(table)
    one, two = (_four_letters(table, key, name) for name, key in (("first", first), ("second", second)))
    rows = [
        {"coefficient": name, "first": first, "second": second, **_difference(one, two, name, table.confidence)}
        for name in CELLS
    ]
    return pd.DataFrame(rows)


def _four_letters(table: KanoTable, key: object, argument: str) -> AnyArray:
    wanted = as_key(key)
    whole = table.total() if len(wanted) == 1 and table.by else table
    return whole.effective[[whole.counts.groups.position(wanted, argument)], :4]


def _difference(one: AnyArray, two: AnyArray, name: str, confidence: float) -> dict[str, float]:
    sign, part = (1.0 if name == "better" else -1.0), list(CELLS[name])
    other = [cell for cell in range(4) if cell not in part]
    shares = share_difference(one[:, part].sum(1), one.sum(1), two[:, part].sum(1), two.sum(1), confidence)
    limits = sorted((sign * float(shares.low[0]), sign * float(shares.high[0])))
    beta = [(side[0, part].sum() + 2 * PRIOR, side[0, other].sum() + 2 * PRIOR) for side in (one, two)]
    with np.errstate(divide="ignore", invalid="ignore"):
        value, baseline = (0.0 + sign * float((side[:, part].sum(1) / side.sum(1))[0]) for side in (one, two))
    p_value = float(shares.p_value[0])
    return {
        "value": value,
        "baseline_value": baseline,
        "difference": 0.0 + sign * float(shares.value[0]),
        "low": limits[0],
        "high": limits[1],
        "p_value": p_value,
        "p_adjusted": p_value,
        "clear": p_value < 1.0 - confidence,
        "p_stronger": beta_exceeds(*beta) if one.sum() > 0 and two.sum() > 0 else np.nan,
    }


def beta_exceeds(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return how probable a draw of the first Beta exceeds one of the second, by Gauss-Legendre quadrature."""
    nodes, weights = legendre(NODES)
    quantiles = scipy.special.betaincinv(*first, nodes)
    return float((scipy.special.betainc(*second, quantiles) * weights).sum())
