"""Comparison: several models of the same customers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.clv.baselines import baselines
from kundenmetrik.clv.evaluation import forecasted
from kundenmetrik.clv.holdout import Holdout, Split
from kundenmetrik.clv.repeat_fit import RepeatFit
from kundenmetrik.clv.scores import SCORES, outcome
from kundenmetrik.errors import InvalidArgument, InvalidType

__all__ = ["LikelihoodRatio", "compare", "likelihood_ratio"]

WITHOUT_DROPOUT = "NBD"
"""The model that all models with dropout become where nobody leaves."""
EDGES = ("BetaGeo", "ModifiedBetaGeo", "ParetoNBD")
ALIKE = 1e-9
COLUMNS = (
    "model",
    "parameters",
    "log_likelihood",
    "aic",
    "bic",
    "delta_aic",
    "weight",
    "ratio_to_nbd",
    "p_value",
    "notes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """A test of a model against one that it nests.

    Attributes
    ----------
    statistic : float
        Twice the difference of the log-likelihoods.
    df : int
        How many parameters more the larger model has.
    p_value : float
        From the chi-squared distribution.
    notes : tuple of str
        ``boundary`` where the smaller model lies at the edge of the larger one, so that the p-value is too large.
    """

    statistic: float
    df: int
    p_value: float
    notes: tuple[str, ...] = ()


def likelihood_ratio(larger: RepeatFit, smaller: RepeatFit) -> LikelihoodRatio:
    """Test whether a model explains the customers better than one that it nests.

    Parameters
    ----------
    larger, smaller : RepeatFit
        Fits of the same customers: the same model with fewer covariates, or NBD within a model with dropout.

    Returns
    -------
    LikelihoodRatio

    Raises
    ------
    InvalidArgument
        If the smaller model is not nested in the larger one, or the customers differ.

    Notes
    -----
    No dropout lies at the edge of the models with dropout. There the statistic is not chi-squared with as many degrees
    of freedom as parameters; the p-value given is an upper bound, and the note ``boundary`` says so.

    Examples
    --------
    >>> from kundenmetrik import clv
    >>> x, t = [0, 0, 0, 1, 4, 12, 3, 6], [0, 0, 0, 9, 8, 38, 30, 7]
    >>> base = clv.Purchases.from_summary(x * 40, t * 40, [39] * 320, unit="week")
    >>> clv.likelihood_ratio(clv.ModifiedBetaGeo().fit(base), clv.NBD().fit(base)).df
    2
    """
    _same_data([larger, smaller])
    if not _nested(larger, smaller):
        raise InvalidArgument("smaller", f"be nested in {larger.model}", smaller.model)
    statistic = max(2.0 * (larger.log_likelihood - smaller.log_likelihood), 0.0)
    df = len(larger.names) - len(smaller.names)
    return LikelihoodRatio(
        statistic=statistic,
        df=df,
        p_value=float(scipy.special.chdtrc(df, statistic)),
        notes=("boundary",) if larger.model.name != smaller.model.name else (),
    )


def compare(fits: Sequence[RepeatFit], holdout: Holdout | Split | None = None) -> pd.DataFrame:
    """Put fits of the same customers side by side, best first by AIC.

    Parameters
    ----------
    fits : sequence of RepeatFit
        Fits of one customer base.
    holdout : Holdout or Split, optional
        Adds the scores of each fit and of the naive forecasts.

    Returns
    -------
    DataFrame
        One row per model: model, parameters, log_likelihood, aic, bic, delta_aic, weight (Akaike's, which add up to 1),
        the likelihood ratio against NBD where it is among the fits (ratio_to_nbd, p_value), notes; and with a holdout
        relative_bias, mae, rmse, log_score, crps, brier, top_decile_lift. Naive forecasts have scores only.

    Raises
    ------
    InvalidArgument
        If the fits are of different customers or units.

    Notes
    -----
    A difference of AIC below 2 is none. Likelihoods are comparable because they are whole, in natural time, without
    penalties. Judge by the holdout where there is one.

    References
    ----------
    Burnham and Anderson (2002), Model selection and multimodel inference, section 2.6.

    Examples
    --------
    >>> from kundenmetrik import clv
    >>> x, t = [0, 0, 0, 1, 4, 12, 3, 6], [0, 0, 0, 9, 8, 38, 30, 7]
    >>> base = clv.Purchases.from_summary(x * 40, t * 40, [39] * 320, unit="week")
    >>> table = clv.compare([clv.ModifiedBetaGeo().fit(base), clv.NBD().fit(base)])
    >>> sorted(table["model"])
    ['ModifiedBetaGeo(k=1)', 'NBD()']
    """
    models = list(fits)
    if not models or not all(isinstance(fit, RepeatFit) for fit in models):
        raise InvalidType("fits", "be a list of fitted repeat-buying models", fits)
    _same_data(models)
    table = pd.DataFrame([_row(fit, _plain(models)) for fit in models])
    delta = table["aic"] - table["aic"].min()
    weight = np.exp(-delta / 2.0)
    table = table.assign(delta_aic=delta, weight=weight / weight.sum())[[*COLUMNS]]
    table = table.sort_values("aic", kind="stable", ignore_index=True)
    return table if holdout is None else _scored(table, models, holdout)


def _row(fit: RepeatFit, plain: RepeatFit | None) -> dict[str, object]:
    ratio = likelihood_ratio(fit, plain) if plain is not None and plain is not fit and _nested(fit, plain) else None
    return {
        "model": _label(fit),
        "parameters": len(fit.names),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "ratio_to_nbd": np.nan if ratio is None else ratio.statistic,
        "p_value": np.nan if ratio is None else ratio.p_value,
        "notes": ", ".join(fit.notes),
    }


def _scored(table: pd.DataFrame, models: list[RepeatFit], holdout: Holdout | Split) -> pd.DataFrame:
    after = holdout.holdout if isinstance(holdout, Split) else holdout
    rows = [outcome(forecasted(fit, after), after.purchases).row() | {"model": _label(fit)} for fit in models]
    base = getattr(models[0].data, "purchases", models[0].data)
    naive = [outcome(one, after.purchases).row() for one in baselines(base, after.length)]
    rows += [row | {"model": row["forecast"]} for row in naive]
    return table.merge(pd.DataFrame(rows)[["model", *SCORES]], on="model", how="outer", sort=False).sort_values(
        "aic", kind="stable", ignore_index=True
    )


def _label(fit: RepeatFit) -> str:
    return f"{fit.model}" + (f" with {', '.join('.'.join(column) for column in fit.columns)}" if fit.columns else "")


def _plain(fits: Sequence[RepeatFit]) -> RepeatFit | None:
    return next((fit for fit in fits if fit.model.name == WITHOUT_DROPOUT and not fit.columns), None)


def _nested(larger: RepeatFit, smaller: RepeatFit) -> bool:
    fewer = set(smaller.columns) <= set(larger.columns) and len(smaller.names) < len(larger.names)
    same = smaller.model == larger.model
    edge = smaller.model.name == WITHOUT_DROPOUT and larger.model.name in EDGES and getattr(larger.model, "k", 1) == 1
    return fewer and (same or edge)


def _same_data(fits: Sequence[RepeatFit]) -> None:
    """Refuse fits of different customers: their likelihoods cannot be compared."""
    first = fits[0]
    for fit in fits[1:]:
        if fit.unit != first.unit:
            raise InvalidArgument("fits", f"count in one unit, {first.unit}", fit.unit)
        for name in ("customers", "repeat_purchases", "total_age"):
            if abs(fit.summary[name] - first.summary[name]) > ALIKE * abs(first.summary[name]):
                raise InvalidArgument(
                    "fits", f"be of the same customers; {name} differ", (first.summary[name], fit.summary[name])
                )
