"""What earlier versions stored, as this version stores it: data only, so that nothing is run that a text names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOVED: Mapping[str, str] = {
    "clv.models.modified_beta_geo:ModifiedBetaGeo": "clv.models.beta_geo:ModifiedBetaGeo",
    "kano.categories.evaluation_tables:EvaluationTable": "kano.categories.letters:EvaluationTable",
}
"""Where a stored class is now, by the home it had: "room.file:Class" both. A class that moves gets a row."""

LIFETIME = "retention.contractual"
MODELS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ShiftedBetaGeo": (f"{LIFETIME}.shifted_beta_geo", ("alpha", "beta")),
    "BetaDiscreteWeibull": (f"{LIFETIME}.beta_discrete_weibull", ("alpha", "beta", "c")),
    "Geometric": (f"{LIFETIME}.geometric", ("theta",)),
    "DiscreteWeibull": (f"{LIFETIME}.geometric", ("theta", "c")),
    "Polarised": (f"{LIFETIME}.geometric", ("theta",)),
    "BetaGeo": ("clv.models.beta_geo", ()),
    "ModifiedBetaGeo": ("clv.models.modified_beta_geo", ()),
    "ParetoNBD": ("clv.models.pareto_nbd", ()),
    "NBD": ("clv.models.nbd", ()),
    "BetaGeoBetaBinomial": ("clv.models.beta_geo_beta_binomial", ()),
    "GammaGamma": ("clv.money.gamma_gamma", ()),
}
"""By the name that version 0.1 stored: the home of the model, and the names of its parameters where it stored none."""


def former_fit(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fit that version 0.1 stored in the form of today."""
    if "law" in stored:
        data = {**stored["renewals"], "notes": _tuple(stored["renewals"]["notes"])}
        arrays = {name: _array(data[name], "<i8") for name in ("at_risk", "lost")}
        fields = {
            "names": _tuple(MODELS[stored["law"]][1]),
            "theta": _array(stored["point"]),
            "theta_covariance": _array(stored["spread"]),
            "unit": data["unit"],
            "model": _model(stored["law"]),
            "curve": _model(stored["curve"]),
            "renewals": _value(f"{LIFETIME}.renewals:Renewals", {**data, **arrays}),
        }
        kind = f"{LIFETIME}.contract_fit:ContractFit"
    else:
        repeat = {"columns": _tuple(map(_tuple, stored["columns"]))} if "columns" in stored else {}
        unknown = {"$type": "float", "value": "nan"}
        spend = stored["summary"]["mean_spend"]
        fields = {
            **{name: stored[name] for name in ("unit", "method")},
            "summary": {**stored["summary"], "mean_spend": unknown if spend is None else spend},
            "names": _tuple(stored["names"]),
            "theta": _array(stored["theta"]),
            "theta_covariance": _array(stored["theta_covariance"]),
            "model": _model(stored["model"], stored.get("settings", {})),
            "convergence": _value("core.likelihood.newton:Convergence", stored["certificate"]),
            **repeat,
        }
        kind = "clv.fits.repeat_fit:RepeatFit" if repeat else "clv.money.spend_fit:SpendFit"
    return _value(kind, {**fields, "log_likelihood": stored["log_likelihood"], "notes": _tuple(stored["notes"])})


def _value(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"$type": kind, "fields": dict(fields)}


def _model(name: str, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return _value(f"{MODELS[name][0]}:{name}", settings or {})


def _tuple(items: Any) -> dict[str, Any]:
    return {"$type": "tuple", "items": list(items)}


def _array(rows: Any, dtype: str = "<f8") -> dict[str, Any]:
    nested = bool(rows) and isinstance(rows[0], list)
    items = [item for row in rows for item in row] if nested else list(rows)
    return {
        "$type": "array",
        "dtype": dtype,
        "shape": [len(rows), len(rows[0])] if nested else [len(rows)],
        "items": items,
    }
