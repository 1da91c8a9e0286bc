"""What customers say: NPS, CSAT, CES, their scales and their definitions."""

from kundenmetrik.survey import definitions
from kundenmetrik.survey.acsi import acsi
from kundenmetrik.survey.boxes import MeanScore, NetScore, TopBox
from kundenmetrik.survey.ces import CES, ces
from kundenmetrik.survey.csat import CSAT, csat
from kundenmetrik.survey.definitions import compare_definitions
from kundenmetrik.survey.nps import NPS, nps
from kundenmetrik.survey.scale import Scale

__all__ = [
    "CES",
    "CSAT",
    "NPS",
    "MeanScore",
    "NetScore",
    "Scale",
    "TopBox",
    "acsi",
    "ces",
    "compare_definitions",
    "csat",
    "definitions",
    "nps",
]
