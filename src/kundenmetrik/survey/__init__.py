"""What customers say: NPS, CSAT, CES, their scales and their definitions."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
