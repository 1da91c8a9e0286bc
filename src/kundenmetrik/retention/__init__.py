"""Retention and churn: the ledger, cohorts, lifetimes and contractual models, each with its uncertainty."""

from kundenmetrik.retention.beta_discrete_weibull import BetaDiscreteWeibull
from kundenmetrik.retention.cohort_table import CohortTable
from kundenmetrik.retention.cohorts import cohorts
from kundenmetrik.retention.contract_fit import ContractFit
from kundenmetrik.retention.curve import SurvivalCurve
from kundenmetrik.retention.entries import ledger
from kundenmetrik.retention.geometric import DiscreteWeibull, Geometric
from kundenmetrik.retention.inactivity import InactivityCurve, inactivity
from kundenmetrik.retention.ledger import Ledger
from kundenmetrik.retention.lifetime import Lifetime, lifetime
from kundenmetrik.retention.likelihood_ratio import LikelihoodRatio
from kundenmetrik.retention.logrank import LogRank, LogRankPairs, logrank, logrank_pairs
from kundenmetrik.retention.overlap import Overlap, overlap
from kundenmetrik.retention.rate import ChurnRate, RetentionRate, churn_rate, retention_rate
from kundenmetrik.retention.renewals import Renewals
from kundenmetrik.retention.repeat import repeat_purchase_rate
from kundenmetrik.retention.revenue import RevenueRetention, revenue
from kundenmetrik.retention.scaling import (
    annualise_constant_hazard,
    deannualise_constant_hazard,
    lifetime_constant_hazard,
)
from kundenmetrik.retention.shifted_beta_geo import ShiftedBetaGeo
from kundenmetrik.retention.stored import read_fit
from kundenmetrik.retention.survival import survival
from kundenmetrik.retention.tenure import Tenures, tenures

__all__ = [
    "BetaDiscreteWeibull",
    "ChurnRate",
    "CohortTable",
    "ContractFit",
    "DiscreteWeibull",
    "Geometric",
    "InactivityCurve",
    "Ledger",
    "Lifetime",
    "LikelihoodRatio",
    "LogRank",
    "LogRankPairs",
    "Overlap",
    "Renewals",
    "RetentionRate",
    "RevenueRetention",
    "ShiftedBetaGeo",
    "SurvivalCurve",
    "Tenures",
    "annualise_constant_hazard",
    "churn_rate",
    "cohorts",
    "deannualise_constant_hazard",
    "inactivity",
    "ledger",
    "lifetime",
    "lifetime_constant_hazard",
    "logrank",
    "logrank_pairs",
    "overlap",
    "read_fit",
    "repeat_purchase_rate",
    "retention_rate",
    "revenue",
    "survival",
    "tenures",
]
