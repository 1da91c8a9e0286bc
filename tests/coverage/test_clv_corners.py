"""How often the intervals of repeat-buying models hold the truth, in eight corners where they may fail.

The study runs by ``python tests/coverage/test_clv_corners.py 140 340``: it adds the bases of these seeds to
``tests/data/clv_corners.csv.gz`` and writes the table of the docs anew. It takes hours.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation, maximise
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import FitRefused

CUSTOMERS, ASKED = 1_000, 100
"""Customers of a base; of the first of them the value and the purchases to come are asked."""
DATA = Path(__file__).parents[1] / "data" / "clv_corners.csv.gz"
PAGE = Path(__file__).parents[2] / "docs" / "clv_models.md"
MODELS: dict[str, Any] = {
    model.name: model
    for model in (clv.NBD(), clv.BetaGeo(), clv.ModifiedBetaGeo(), clv.ParetoNBD(), clv.BetaGeoBetaBinomial())
}
QUANTITIES = ("alive", "expected", "coming", "value")
FLAGS = ("first", "second", "third", "fourth", *QUANTITIES)
LOWEST, HIGHEST, NOTED = 0.90, 0.99, 0.90


@dataclass(frozen=True, kw_only=True)
class Corner:
    """The truth of a corner: ages and horizon, and the parameters of buying (r, alpha) and dropout (a, b or s, beta).

    ``occasions`` are ages, horizon and parameters where customers buy on occasions.
    """

    title: str
    unit: Any = "week"
    ages: tuple[int, int] = (26, 78)
    horizon: float = 26.0
    buying: tuple[float, float] = (0.8, 6.0)
    probability: tuple[float, float] = (0.8, 2.5)
    rate: tuple[float, float] = (0.8, 12.0)
    occasions: tuple[tuple[int, int], float, tuple[float, ...]] = ((8, 24), 8.0, (1.2, 0.75, 0.7, 2.8))

    def of(self, model: Any) -> tuple[tuple[int, int], float, tuple[float, ...]]:
        """Return ages, horizon and true parameters of a model."""
        if model.name == "BetaGeoBetaBinomial":
            return self.occasions
        dropout = {"NBD": (), "ParetoNBD": self.rate}.get(model.name, self.probability)
        return self.ages, self.horizon, (*self.buying, *dropout)


DISCRETE = (1.2, 0.75, 0.7, 2.8)
CORNERS = {
    "typical": Corner(title="typical"),
    "six_weeks": Corner(title="six weeks", ages=(6, 6), horizon=6.0, occasions=((6, 6), 8.0, DISCRETE)),
    "heavy": Corner(
        title="heavy buyers",
        buying=(2.0, 1.0),
        probability=(0.8, 40.0),
        occasions=((8, 24), 8.0, (8.0, 1.0, 0.7, 2.8)),
    ),
    "no_dropout": Corner(
        title="hardly any dropout",
        probability=(0.4, 10.0),
        rate=(0.3, 40.0),
        occasions=((8, 24), 8.0, (1.2, 0.75, 0.2, 20.0)),
    ),
    "at_once": Corner(
        title="dropout at once",
        probability=(0.15, 0.35),
        rate=(0.15, 0.1),
        occasions=((8, 24), 8.0, (1.2, 0.75, 0.15, 0.35)),
    ),
    "daily": Corner(
        title="days, up to 3,000",
        unit="day",
        ages=(300, 3000),
        horizon=365.0,
        buying=(0.8, 100.0),
        rate=(0.8, 300.0),
        occasions=((30, 120), 60.0, (0.8, 20.0, 0.7, 50.0)),
    ),
    "same_age": Corner(title="one age", ages=(39, 39), horizon=39.0, occasions=((12, 12), 12.0, DISCRETE)),
    "bought_once": Corner(
        title="nine tenths buy once", buying=(0.1, 20.0), occasions=((8, 24), 8.0, (0.1, 0.8, 0.7, 2.8))
    ),
}


def simulated(model: Any, corner: str, seed: int) -> tuple[Purchases, int]:
    """A base of customers, and how often the first of them buy in the horizon."""
    (low, high), horizon, params = CORNERS[corner].of(model)
    rng = np.random.default_rng([seed, list(CORNERS).index(corner)])
    age = rng.integers(low, high + 1, CUSTOMERS).astype(np.float64)
    who, when, _ = model._draw(params, age + horizon, rng)
    early, recency = when <= age[who], np.zeros(CUSTOMERS)
    np.maximum.at(recency, who[early], when[early])
    frequency = np.bincount(who[early], minlength=CUSTOMERS)
    base = Purchases.from_summary(frequency, recency, age, unit=CORNERS[corner].unit)
    return base, int((who[~early] < ASKED).sum())


def loglik_drops(fit: Any, true: FloatArray) -> list[float]:
    """How far the likelihood falls where one parameter is the true one: its profile interval holds it up to 1.92."""
    objective, found, drops = fit._log_objective(), fit.theta, []
    for place in range(len(true)):
        rest = np.arange(len(true)) != place
        step = fit.theta_covariance[rest, place] / fit.theta_covariance[place, place] * (true[place] - found[place])

        def others(free: FloatArray, place: int = place, rest: Any = rest) -> Evaluation:
            value, gradient, hessian = objective(np.insert(free, place, true[place]))
            return value, gradient[rest], hessian[np.ix_(rest, rest)]

        with np.errstate(all="ignore"):
            best = maximise(others, found[rest] + np.clip(step, -2.0, 2.0), customers=CUSTOMERS, tolerance=1e-6).value
            if not np.isfinite(best):
                best = maximise(others, true[rest], customers=CUSTOMERS, tolerance=1e-6).value
        drops.append(fit.log_likelihood - best)
    return drops


def base_of_study(model: Any, corner: str, seed: int) -> dict[str, Any]:
    """What one base says: whether it could be fitted, whether it is noted, and which intervals hold the truth."""
    base, came = simulated(model, corner, seed)
    told: dict[str, Any] = {"model": model.name, "corner": corner, "seed": seed}
    try:
        fit = model.fit(base)
    except FitRefused:
        return {**told, "refused": 1}
    _, horizon, params = CORNERS[corner].of(model)
    true, some = np.log(params), base.select(np.arange(ASKED))
    allowed = critical(0.95) ** 2 / 2.0
    rows: Any = {} if model.name == "BetaGeoBetaBinomial" else {"period": "year"}

    def worth(of: Any) -> clv.LifetimeValue:
        return clv.lifetime_value(of, 10.0, horizon=horizon, annual_discount=0.1, margin=0.3, purchases=some, **rows)

    at_truth = replace(fit, theta=true)
    asked = {
        "alive": (fit.probability_alive().total, at_truth.probability_alive().value.sum()),
        "expected": (fit.expected_purchases(horizon).total, at_truth.expected_purchases(horizon).value.sum()),
        "value": (worth(fit).total, worth(at_truth).value.sum()),
    }
    if model.name != "ParetoNBD" and seed % 4 == 0:
        asked["coming"] = (fit.purchase_range(horizon, purchases=some).total, came)
    held = {name: int(found.low <= truth <= found.high) for name, (found, truth) in asked.items()}
    inside = {name: int(drop <= allowed) for name, drop in zip(FLAGS, loglik_drops(fit, true), strict=False)}
    return {**told, "refused": 0, "noted": int("interval_unreliable" in fit.notes), **inside, **held}


def study(first: int, last: int) -> None:
    """Add the bases of some seeds to the stored ones."""
    known = pd.read_csv(DATA) if DATA.exists() else pd.DataFrame(columns=["model", "corner", "seed"])
    there = set(known[["model", "corner", "seed"]].itertuples(index=False, name=None))
    for seed in range(first, last):
        new = [
            base_of_study(model, corner, seed)
            for corner in CORNERS
            for name, model in MODELS.items()
            if (name, corner, seed) not in there and not (name == "NBD" and corner in ("no_dropout", "at_once"))
        ]
        known = pd.concat([known, pd.DataFrame(new)], ignore_index=True)
        store(known)


def store(bases: pd.DataFrame) -> None:
    """Write the bases, sorted, so that the same bases are the same file."""
    columns = ["model", "corner", "seed", "refused", "noted", *FLAGS]
    ordered = bases.reindex(columns=columns).sort_values(["model", "corner", "seed"])
    whole = ordered.astype(dict.fromkeys(columns[2:], "Int64"))
    whole.to_csv(DATA, index=False, compression={"method": "gzip", "mtime": 0})


def coverage(bases: pd.DataFrame) -> pd.DataFrame:
    """The share of intervals that hold the truth, by corner and model, over the bases that could be fitted."""
    groups = bases.groupby(["corner", "model"], sort=False)
    shares = groups[[*FLAGS, "noted", "refused"]].mean()
    counts = groups.size().rename("bases")
    order = [(corner, model) for corner in CORNERS for model in MODELS if (corner, model) in shares.index]
    return pd.concat([shares, counts], axis=1).loc[order]


def table(bases: pd.DataFrame) -> str:
    """The table of the docs: shares in percent."""
    head = ["corner", "model", "bases", "refused", "noted", "parameters", "alive", "expected", "to come", "value"]
    lines = [head, ["---"] * len(head)]
    for key, row in coverage(bases).iterrows():
        corner, model = map(str, key)
        inside = [f"{100 * row[name]:.0f}" for name in FLAGS[: len(MODELS[model].parameters)]]
        rest = ["" if pd.isna(row[name]) else f"{100 * row[name]:.0f}" for name in QUANTITIES]
        shares = [f"{100 * row[name]:.0f}" for name in ("refused", "noted")]
        lines.append([CORNERS[corner].title, model, f"{row['bases']:.0f}", *shares, ", ".join(inside), *rest])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@pytest.fixture(scope="module")
def bases() -> pd.DataFrame:
    return pd.read_csv(DATA)


def test_the_page_shows_the_table(bases: pd.DataFrame) -> None:
    """To write it anew: ``python tests/coverage/test_clv_corners.py``."""
    assert table(bases) in PAGE.read_text(encoding="utf-8")


def test_intervals_hold_the_truth_or_say_that_they_may_not(bases: pd.DataFrame) -> None:
    """Between .90 and .99 but for the chance of so many bases; else the note stands in 90 % of the bases and more."""
    found = coverage(bases)
    for name in FLAGS:
        share = found[name]
        many = bases.groupby(["corner", "model"], sort=False)[name].count().reindex(found.index)
        chance = 2.0 * np.sqrt(0.05 * 0.95 / many.clip(lower=1))
        low, high = share < LOWEST - chance, (share > HIGHEST + chance) & (found.index.get_level_values(1) != "NBD")
        silent = (low | high) & (found["noted"] < NOTED)
        assert not silent.any(), found.loc[silent, [name, "noted", "bases"]]


def test_typical_bases_have_no_note(bases: pd.DataFrame) -> None:
    typical = bases[(bases["corner"] == "typical") & (bases["refused"] == 0)]
    assert (typical.groupby("model")["noted"].mean() <= 0.05).all()


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("corner", CORNERS)
def test_the_stored_bases_are_those_that_the_code_computes(model: str, corner: str, bases: pd.DataFrame) -> None:
    stored = bases[(bases["model"] == model) & (bases["corner"] == corner)].iloc[:2]
    for row in stored.to_dict("records"):
        again = base_of_study(MODELS[model], corner, int(row["seed"]))
        assert {name: value for name, value in row.items() if pd.notna(value)} == again


@pytest.mark.slow
@pytest.mark.parametrize("model", ["NBD", "ModifiedBetaGeo"])
def test_the_fall_of_the_likelihood_is_the_profile_interval(model: str) -> None:
    _, _, params = CORNERS["typical"].of(MODELS[model])
    for seed in range(140, 144):
        fit = MODELS[model].fit(simulated(MODELS[model], "typical", seed)[0])
        drops = loglik_drops(fit, np.log(params))
        limits = [fit.interval(name) for name in fit.names]
        held = [low <= truth <= high for (low, high), truth in zip(limits, params, strict=True)]
        assert held == [drop <= critical(0.95) ** 2 / 2.0 for drop in drops]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        study(int(sys.argv[1]), int(sys.argv[2]))
    text = PAGE.read_text(encoding="utf-8")
    begin, end = text.index("| corner | model |"), text.index("\n\n", text.index("| corner | model |"))
    PAGE.write_text(text[:begin] + table(pd.read_csv(DATA)) + text[end:], encoding="utf-8")
