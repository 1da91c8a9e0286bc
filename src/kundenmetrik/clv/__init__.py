"""Customer lifetime value: purchase bases, repeat-buying models, money, and whether the model is any good."""

from __future__ import annotations

from kundenmetrik.clv.cells import Cells
from kundenmetrik.clv.holdout import Holdout, Split, split
from kundenmetrik.clv.log import purchases
from kundenmetrik.clv.purchases import Purchases
from kundenmetrik.clv.units import in_unit, per_unit_rate

__all__ = ["Cells", "Holdout", "Purchases", "Split", "in_unit", "per_unit_rate", "purchases", "split"]
