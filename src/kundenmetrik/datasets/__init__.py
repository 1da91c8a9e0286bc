"""Seeded data with a known truth."""

from kundenmetrik.datasets.truth import OBSERVED_UNTIL, START, Truth
from kundenmetrik.datasets.webshop import Webshop, webshop

__all__ = ["OBSERVED_UNTIL", "START", "Truth", "Webshop", "webshop"]
