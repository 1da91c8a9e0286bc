"""The Kano model: from answers to categories one can defend."""

from kundenmetrik.kano.aggregate import from_counts
from kundenmetrik.kano.category_shares import category_shares
from kundenmetrik.kano.classify import classify
from kundenmetrik.kano.continuous import continuous
from kundenmetrik.kano.contrasts import compare
from kundenmetrik.kano.ellipse import coefficient_covariance, ellipse
from kundenmetrik.kano.estimates import coefficient
from kundenmetrik.kano.evaluation import EvaluationTable, evaluation_tables
from kundenmetrik.kano.homogeneity import homogeneity_test
from kundenmetrik.kano.importance import importance
from kundenmetrik.kano.letters import letter_schemes
from kundenmetrik.kano.memberships import classify_memberships, letter_memberships
from kundenmetrik.kano.multiverse import multiverse
from kundenmetrik.kano.paired import compare_paired
from kundenmetrik.kano.pairs import pair_columns
from kundenmetrik.kano.penalty_reward import penalty_reward
from kundenmetrik.kano.quality import answer_quality
from kundenmetrik.kano.questionnaire import questionnaire
from kundenmetrik.kano.ranking import rank
from kundenmetrik.kano.sample_size import mode_recovery, required_n
from kundenmetrik.kano.table import KanoTable
from kundenmetrik.kano.top_two import fong_test, mode_probabilities, top_two_test
from kundenmetrik.kano.wordings import Wording, wordings

__all__ = [
    "EvaluationTable",
    "KanoTable",
    "Wording",
    "answer_quality",
    "category_shares",
    "classify",
    "classify_memberships",
    "coefficient",
    "coefficient_covariance",
    "compare",
    "compare_paired",
    "continuous",
    "ellipse",
    "evaluation_tables",
    "fong_test",
    "from_counts",
    "homogeneity_test",
    "importance",
    "letter_memberships",
    "letter_schemes",
    "mode_probabilities",
    "mode_recovery",
    "multiverse",
    "pair_columns",
    "penalty_reward",
    "questionnaire",
    "rank",
    "required_n",
    "top_two_test",
    "wordings",
]
