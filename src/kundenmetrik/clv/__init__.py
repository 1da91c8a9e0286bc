"""Customer lifetime value: purchase bases, repeat-buying models, money, and whether the model is any good."""

from __future__ import annotations

from kundenmetrik.clv.acquisition import break_even_retention, payback, value_to_cost
from kundenmetrik.clv.cells import Cells
from kundenmetrik.clv.concentration import Lorenz, gini, lorenz, top_share
from kundenmetrik.clv.contract import ContractValue, contract_value
from kundenmetrik.clv.historic import HistoricValue, historic_value
from kundenmetrik.clv.holdout import Holdout, Split, split
from kundenmetrik.clv.log import purchases
from kundenmetrik.clv.purchases import Purchases
from kundenmetrik.clv.rfm import SEGMENTS, RFMScores, Segment, rfm
from kundenmetrik.clv.spend import spend_independence, spend_trend
from kundenmetrik.clv.units import in_unit, per_unit_rate

__all__ = [
    "SEGMENTS",
    "Cells",
    "ContractValue",
    "HistoricValue",
    "Holdout",
    "Lorenz",
    "Purchases",
    "RFMScores",
    "Segment",
    "Split",
    "break_even_retention",
    "contract_value",
    "gini",
    "historic_value",
    "in_unit",
    "lorenz",
    "payback",
    "per_unit_rate",
    "purchases",
    "rfm",
    "spend_independence",
    "spend_trend",
    "split",
    "top_share",
    "value_to_cost",
]
