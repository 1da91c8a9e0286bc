"""The repeat-buying models by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kundenmetrik.clv.models.beta_geo import BetaGeo
from kundenmetrik.clv.models.beta_geo_beta_binomial import BetaGeoBetaBinomial
from kundenmetrik.clv.models.modified_beta_geo import ModifiedBetaGeo
from kundenmetrik.clv.models.nbd import NBD
from kundenmetrik.clv.models.pareto_nbd import ParetoNBD
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.errors import UnknownName

__all__ = ["MODELS", "model_named"]

MODELS: Mapping[str, type[RepeatBuying]] = {
    model.name: model for model in (BetaGeo, ModifiedBetaGeo, ParetoNBD, BetaGeoBetaBinomial, NBD)
}


def model_named(name: str, settings: Mapping[str, Any]) -> RepeatBuying:
    """Return a model from its name and settings."""
    if name not in MODELS:
        raise UnknownName("model", name, MODELS)
    return MODELS[name](**settings)
