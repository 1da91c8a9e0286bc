"""Comparison: several models of the same customers side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kundenmetrik.clv.evaluation.evaluation import holdout_forecast
from kundenmetrik.clv.evaluation.holdout import Holdout, Split
from kundenmetrik.clv.evaluation.scoring_rules import SCORES, naive_forecasts, outcome
from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.core.checks import check_instance, check_items
from kundenmetrik.core.likelihood.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from kundenmetrik.errors import InvalidArgument, InvalidType

WITHOUT_DROPOUT = "NBD"
"""The model that all models with dropout become where nobody leaves."""
RELATIVE_TOLERANCE = 1e-9
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
    A difference of AIC below 2 is none. ``p_value`` is that of :func:`likelihood_ratio`. Likelihoods are comparable
    because they are whole, in natural time, without penalties. Judge by the holdout where there is one.

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
    models = list(check_items(fits, "fits", "be a list of fitted repeat-buying models"))
    if not models or not all(isinstance(fit, RepeatFit) for fit in models):
        raise InvalidType("fits", "be a list of fitted repeat-buying models", fits)
    _same_data(models)
    after = holdout.holdout if isinstance(holdout, Split) else holdout
    if after is not None:
        check_instance(after, "holdout", Holdout, "be a Split or its holdout")
    table = pd.DataFrame([_row(fit, models) | ({} if after is None else _scores(fit, after)) for fit in models])
    delta = table["aic"] - table["aic"].min()
    weight = np.exp(-delta / 2.0)
    table = table.assign(delta_aic=delta, weight=weight / weight.sum()).sort_values("aic", kind="stable")
    naive = pd.DataFrame([] if after is None else _naive(models[0], after))
    columns = [*COLUMNS, *(() if after is None else SCORES)]
    return pd.concat([table, naive] if len(naive) else [table], ignore_index=True)[columns]


def _row(fit: RepeatFit, fits: Sequence[RepeatFit]) -> dict[str, object]:
    ratio = _ratio(fit, fits)
    covariates = f" with {', '.join('.'.join(column) for column in fit.columns)}" if fit.columns else ""
    return {
        "model": f"{fit.model}{covariates}" + (" by map" if fit.method == "map" else ""),
        "parameters": len(fit.names),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "ratio_to_nbd": np.nan if ratio is None else ratio.statistic,
        "p_value": np.nan if ratio is None else ratio.p_value,
        "notes": ", ".join(fit.notes),
    }


def _scores(fit: RepeatFit, after: Holdout) -> dict[str, object]:
    scores = outcome(holdout_forecast(fit, after), after.purchases).row()
    return {name: scores[name] for name in SCORES}


def _naive(fit: RepeatFit, after: Holdout) -> list[dict[str, float | str]]:
    base = getattr(fit.data, "purchases", fit.data)
    rows = [outcome(one, after.purchases).row() for one in naive_forecasts(base, after.length)]
    return [row | {"model": row["forecast"], "notes": ""} for row in rows]


def _ratio(larger: RepeatFit, fits: Sequence[RepeatFit]) -> LikelihoodRatio | None:
    """Return the test of a fit against the one without dropout, None where it does not contain it."""
    smaller = next((fit for fit in fits if fit.model.name == WITHOUT_DROPOUT and not fit.columns), None)
    if smaller is None or smaller is larger:
        return None
    try:
        return likelihood_ratio(smaller, larger)
    except InvalidArgument:
        return None


def _same_data(fits: Sequence[RepeatFit]) -> None:
    """Refuse fits of different customers: their likelihoods cannot be compared."""
    first = fits[0]
    for fit in fits[1:]:
        if fit.unit != first.unit:
            raise InvalidArgument("fits", f"count in one unit, {first.unit}", fit.unit)
        for name in ("customers", "repeat_purchases", "total_age"):
            if abs(fit.summary[name] - first.summary[name]) > RELATIVE_TOLERANCE * abs(first.summary[name]):
                raise InvalidArgument(
                    "fits", f"be of the same customers; {name} differ", (first.summary[name], fit.summary[name])
                )
