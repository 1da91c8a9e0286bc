"""The Kano model: from answers to categories one can defend."""

from kundenmetrik.kano.aggregate import from_counts
from kundenmetrik.kano.classify import classify
from kundenmetrik.kano.evaluation import EvaluationTable, evaluation_tables
from kundenmetrik.kano.letters import letter_schemes
from kundenmetrik.kano.table import KanoTable
from kundenmetrik.kano.top_two import fong_test, mode_probabilities, top_two_test
from kundenmetrik.kano.wordings import Wording, wordings

__all__ = [
    "EvaluationTable",
    "KanoTable",
    "Wording",
    "classify",
    "evaluation_tables",
    "fong_test",
    "from_counts",
    "letter_schemes",
    "mode_probabilities",
    "top_two_test",
    "wordings",
]
