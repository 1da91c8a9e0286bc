"""Retention and churn: the ledger, cohorts, lifetimes and contractual models, each with its uncertainty."""

from kundenmetrik.retention.beta_discrete_weibull import BetaDiscreteWeibull
from kundenmetrik.retention.contract_fit import ContractFit
from kundenmetrik.retention.curve import SurvivalCurve
from kundenmetrik.retention.entries import ledger
from kundenmetrik.retention.geometric import DiscreteWeibull, Geometric
from kundenmetrik.retention.ledger import Ledger
from kundenmetrik.retention.likelihood_ratio import LikelihoodRatio
from kundenmetrik.retention.logrank import LogRank, LogRankPairs, logrank, logrank_pairs
from kundenmetrik.retention.rate import ChurnRate, RetentionRate, churn_rate, retention_rate
from kundenmetrik.retention.renewals import Renewals
from kundenmetrik.retention.shifted_beta_geo import ShiftedBetaGeo
from kundenmetrik.retention.stored import read_fit
from kundenmetrik.retention.survival import survival

__all__ = [
    "BetaDiscreteWeibull",
    "ChurnRate",
    "ContractFit",
    "DiscreteWeibull",
    "Geometric",
    "Ledger",
    "LikelihoodRatio",
    "LogRank",
    "LogRankPairs",
    "Renewals",
    "RetentionRate",
    "ShiftedBetaGeo",
    "SurvivalCurve",
    "churn_rate",
    "ledger",
    "logrank",
    "logrank_pairs",
    "read_fit",
    "retention_rate",
    "survival",
]
