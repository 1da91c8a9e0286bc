"""The models' numbers against reference values of mpmath at 50 digits, at stressful points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.clv.data.histories import Histories
from kundenmetrik.clv.models.beta_geo import BetaGeo, ModifiedBetaGeo
from kundenmetrik.clv.models.pareto_nbd import ParetoNBD

TABLE = Path(__file__).parent / "reference" / "clv_models.csv.gz"
LIKELIHOOD, PREDICTION = 1e-12, 1e-9
"""At the most stressful points a digit more or less depends on the processor and on the version of scipy."""
EXACT = ("p1", "p2", "p3", "p4", "last", "age", "horizon", "rate")
ALMOST_ONE = 2e-14
SMALL = 1e-290
"""Below this a float has not all its digits any more."""


def exact(text: str) -> float:
    """Read the very float that was written; pandas may be off by one in the last place."""
    return float(text) if text else float("nan")


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    return pd.read_csv(TABLE, converters=dict.fromkeys(EXACT, exact))


def past_of(rows: pd.DataFrame) -> Histories:
    return Histories(rows["x"].to_numpy(), rows["last"].to_numpy(), rows["age"].to_numpy())


def params_of(rows: pd.DataFrame) -> tuple[Any, ...]:
    return tuple(rows[f"p{place}"].to_numpy() for place in range(1, 5))


def error(found: Any, rows: pd.DataFrame, column: str) -> np.ndarray:
    """The relative error where a float can tell."""
    found, true = np.asarray(found, dtype=float), rows[column].to_numpy()
    assert not np.isnan(found).any()
    return np.where(np.abs(true) > SMALL, np.abs(found - true) / np.maximum(np.abs(true), SMALL), np.abs(found - true))


def geometric(points: pd.DataFrame, kind: str = "geometric") -> list[tuple[Any, pd.DataFrame]]:
    rows = points[points["model"] == kind]
    return [(model, rows[rows["offset"] == model._offset]) for model in (BetaGeo(), ModifiedBetaGeo())]


def one_by_one(model: Any, rows: pd.DataFrame) -> np.ndarray:
    """The log-likelihood with scalar parameters, as a fit computes it."""
    past, params = past_of(rows), params_of(rows)
    each = [
        model._likelihood_terms(tuple(float(part[i]) for part in params), past.take([i]), model._nodes[1]).value[0]
        for i in range(len(rows))
    ]
    return np.array(each)


def test_there_are_a_thousand_points_each(points: pd.DataFrame) -> None:
    assert points["model"].value_counts().to_dict() == {"geometric": 1000, "pareto": 1000, "discounted": 100}
    hard = points[points["model"] == "geometric"]
    assert (hard["p3"] == 1.0).sum() > 50
    assert ((hard["p3"] + hard["p4"] < 1.0) & (hard["x"] == 0)).sum() > 20
    assert (hard["x"] == 10_000).sum() > 50
    assert (hard["horizon"] == 1e5).sum() > 200


def test_log_likelihood(points: pd.DataFrame) -> None:
    """To 1e-12; where the likelihood is almost 1 and its log almost 0, to 2e-14 of the likelihood itself."""
    for model, rows in [*geometric(points), (ParetoNBD(), points[points["model"] == "pareto"])]:
        true = rows["log_likelihood"].to_numpy()
        off = np.abs(one_by_one(model, rows) - true)
        assert (off <= LIKELIHOOD * np.abs(true) + ALMOST_ONE).all()
        assert np.median(off / np.abs(true)) < 1e-15


def test_log_likelihood_with_parameters_of_their_own(points: pd.DataFrame) -> None:
    """With covariates the products come from gamma functions, which lose some digits for heavy buyers."""
    for model, rows in [*geometric(points), (ParetoNBD(), points[points["model"] == "pareto"])]:
        rows = rows[rows["x"] <= 400]
        found = model._likelihood_terms(params_of(rows), past_of(rows), model._nodes[1]).value
        true = rows["log_likelihood"].to_numpy()
        assert (np.abs(found - true) / np.maximum(1.0, np.abs(true))).max() <= 1e-11


def test_probability_alive(points: pd.DataFrame) -> None:
    for model, rows in [*geometric(points), (ParetoNBD(), points[points["model"] == "pareto"])]:
        found = model._probability_alive(params_of(rows), past_of(rows))
        assert error(found, rows, "alive").max() <= PREDICTION


def test_expected_purchases(points: pd.DataFrame) -> None:
    for model, rows in [*geometric(points), (ParetoNBD(), points[points["model"] == "pareto"])]:
        params, past, horizon = params_of(rows), past_of(rows), rows["horizon"].to_numpy()
        found = model._probability_alive(params, past) * model._expected_if_alive(params, past, horizon)
        assert error(found, rows, "expected").max() <= PREDICTION


def test_the_distribution_of_purchases(points: pd.DataFrame) -> None:
    for model, rows in [*geometric(points), (ParetoNBD(), points[points["model"] == "pareto"])]:
        params, past = params_of(rows), past_of(rows)
        found = [
            model._distribution(tuple(part[[i]] for part in params), past.take([i]), horizon, np.array([int(n)]))[0, 0]
            for i, (horizon, n) in enumerate(zip(rows["horizon"], rows["n"], strict=True))
        ]
        assert error(found, rows, "chance").max() <= PREDICTION


def test_discounted_purchases_for_ever(points: pd.DataFrame) -> None:
    for model, rows in [*geometric(points, "discounted"), (ParetoNBD(), points[points["model"] == "pareto"])]:
        params, past = params_of(rows), past_of(rows)
        found = [
            model._discounted_purchases(tuple(part[[i]] for part in params), past.take([i]), rate, np.inf)[0]
            for i, rate in enumerate(rows["rate"])
        ]
        assert error(found, rows, "discounted").max() <= PREDICTION
