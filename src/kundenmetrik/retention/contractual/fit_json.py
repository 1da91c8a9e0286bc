"""Contractual fits as JSON and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.retention.contractual.beta_discrete_weibull import BetaDiscreteWeibullLaw
from kundenmetrik.retention.contractual.contract_fit import ContractFit
from kundenmetrik.retention.contractual.geometric import DiscreteWeibullLaw, GeometricLaw, PolarisedLaw
from kundenmetrik.retention.contractual.renewals import Renewals
from kundenmetrik.retention.contractual.shifted_beta_geo import ShiftedBetaGeoLaw

__all__ = ["read_fit", "written"]

LAWS = {
    law.name: law for law in (ShiftedBetaGeoLaw, BetaDiscreteWeibullLaw, GeometricLaw, DiscreteWeibullLaw, PolarisedLaw)
}


def written(fit: ContractFit) -> str:
    """Return a fit as JSON, its data included."""
    data = fit.renewals
    table = {"at_risk": data.at_risk.tolist(), "lost": data.lost.tolist(), "unit": data.unit, "notes": data.notes}
    return json.dumps(
        {
            "version": 1,
            "law": fit.law.name,
            "curve": fit.curve.name,
            "values": [str(value) for value in fit.values.tolist()],
            "point": fit.point.tolist(),
            "spread": fit.spread.tolist(),
            "log_likelihood": fit.log_likelihood,
            "notes": fit.notes,
            "renewals": table,
        },
        allow_nan=False,
    )


def read_fit(text: str) -> ContractFit:
    """Read back what ``fit.to_json()`` wrote.

    Parameters
    ----------
    text : str
        A stored fit.

    Returns
    -------
    ContractFit
        Equal to the one that was stored.

    Examples
    --------
    >>> from kundenmetrik.retention import ShiftedBetaGeo, read_fit
    >>> fit = ShiftedBetaGeo().fit([1000, 869, 743, 653, 593])
    >>> read_fit(fit.to_json()) == fit
    True
    """
    stored: dict[str, Any] = json.loads(text)
    if not isinstance(stored, dict) or stored.get("version") != 1 or stored.get("law") not in LAWS:
        raise InvalidArgument("text", "be a contractual fit stored by this library, version 1")
    table = stored["renewals"]
    renewals = Renewals(
        at_risk=np.array(table["at_risk"], np.int64),
        lost=np.array(table["lost"], np.int64),
        unit=table["unit"],
        notes=tuple(table["notes"]),
    )
    return ContractFit(
        law=LAWS[stored["law"]],
        values=np.array([float(value) for value in stored["values"]]),
        curve=LAWS[stored["curve"]],
        point=np.array(stored["point"]),
        spread=np.array(stored["spread"]),
        renewals=renewals,
        log_likelihood=stored["log_likelihood"],
        notes=tuple(stored["notes"]),
    )
