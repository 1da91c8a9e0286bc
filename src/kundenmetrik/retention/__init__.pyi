from kundenmetrik.core.likelihood.likelihood_ratio import LikelihoodRatio as LikelihoodRatio
from kundenmetrik.core.likelihood.likelihood_ratio import likelihood_ratio as likelihood_ratio
from kundenmetrik.retention.cohorts.cohort_table import CohortTable as CohortTable
from kundenmetrik.retention.cohorts.cohorts import cohorts as cohorts
from kundenmetrik.retention.cohorts.inactivity import InactivityCurve as InactivityCurve
from kundenmetrik.retention.cohorts.inactivity import inactivity as inactivity
from kundenmetrik.retention.cohorts.repeat_purchase_rate import repeat_purchase_rate as repeat_purchase_rate
from kundenmetrik.retention.contractual.beta_discrete_weibull import BetaDiscreteWeibull as BetaDiscreteWeibull
from kundenmetrik.retention.contractual.constant_hazard import annualise_constant_hazard as annualise_constant_hazard
from kundenmetrik.retention.contractual.constant_hazard import (
    deannualise_constant_hazard as deannualise_constant_hazard,
)
from kundenmetrik.retention.contractual.constant_hazard import lifetime_constant_hazard as lifetime_constant_hazard
from kundenmetrik.retention.contractual.contract_fit import ContractFit as ContractFit
from kundenmetrik.retention.contractual.geometric import DiscreteWeibull as DiscreteWeibull
from kundenmetrik.retention.contractual.geometric import Geometric as Geometric
from kundenmetrik.retention.contractual.lifetime import Lifetime as Lifetime
from kundenmetrik.retention.contractual.lifetime import lifetime as lifetime
from kundenmetrik.retention.contractual.renewals import Renewals as Renewals
from kundenmetrik.retention.contractual.shifted_beta_geo import ShiftedBetaGeo as ShiftedBetaGeo
from kundenmetrik.retention.periods.entries import ledger as ledger
from kundenmetrik.retention.periods.id_overlap import Overlap as Overlap
from kundenmetrik.retention.periods.id_overlap import overlap as overlap
from kundenmetrik.retention.periods.ledger import Ledger as Ledger
from kundenmetrik.retention.periods.rate import ChurnRate as ChurnRate
from kundenmetrik.retention.periods.rate import RetentionRate as RetentionRate
from kundenmetrik.retention.periods.rate import churn_rate as churn_rate
from kundenmetrik.retention.periods.rate import retention_rate as retention_rate
from kundenmetrik.retention.periods.revenue import RevenueRetention as RevenueRetention
from kundenmetrik.retention.periods.revenue import revenue as revenue
from kundenmetrik.retention.survival.kaplan_meier import survival as survival
from kundenmetrik.retention.survival.logrank import LogRank as LogRank
from kundenmetrik.retention.survival.logrank import LogRankPairs as LogRankPairs
from kundenmetrik.retention.survival.logrank import logrank as logrank
from kundenmetrik.retention.survival.logrank import logrank_pairs as logrank_pairs
from kundenmetrik.retention.survival.survival_curve import SurvivalCurve as SurvivalCurve
from kundenmetrik.retention.survival.tenure import Tenures as Tenures
from kundenmetrik.retention.survival.tenure import tenures as tenures
