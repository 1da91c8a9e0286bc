"""Customer lifetime value: purchase bases, repeat-buying models, money, and whether the model is any good."""

from __future__ import annotations

from kundenmetrik.clv.acquisition import break_even_retention, payback, value_to_cost
from kundenmetrik.clv.beta_geo import BetaGeo
from kundenmetrik.clv.beta_geo_beta_binomial import BetaGeoBetaBinomial
from kundenmetrik.clv.cells import Cells
from kundenmetrik.clv.comparison import compare
from kundenmetrik.clv.concentration import Lorenz, gini, lorenz, top_share
from kundenmetrik.clv.contract import ContractValue, contract_value
from kundenmetrik.clv.covariates import CustomerCovariates
from kundenmetrik.clv.evaluation import Evaluation, evaluate
from kundenmetrik.clv.forecast import Prediction
from kundenmetrik.clv.gamma_gamma import GammaGamma
from kundenmetrik.clv.historic import HistoricValue, historic_value
from kundenmetrik.clv.holdout import Holdout, Split, split
from kundenmetrik.clv.log import purchases
from kundenmetrik.clv.modified_beta_geo import ModifiedBetaGeo
from kundenmetrik.clv.nbd import NBD
from kundenmetrik.clv.pareto_nbd import ParetoNBD
from kundenmetrik.clv.purchases import Purchases
from kundenmetrik.clv.ratio_test import LikelihoodRatio, likelihood_ratio
from kundenmetrik.clv.regularity import regular_fits, regularity
from kundenmetrik.clv.regularity_test import RegularityTest, regularity_test
from kundenmetrik.clv.repeat_fit import RepeatFit
from kundenmetrik.clv.rfm import SEGMENTS, RFMScores, Segment, rfm
from kundenmetrik.clv.rolling import backtest
from kundenmetrik.clv.spend import spend_independence, spend_trend
from kundenmetrik.clv.spend_fit import SpendFit
from kundenmetrik.clv.units import in_unit, per_unit_rate
from kundenmetrik.clv.value import LifetimeValue, lifetime_value

__all__ = [
    "NBD",
    "SEGMENTS",
    "BetaGeo",
    "BetaGeoBetaBinomial",
    "Cells",
    "ContractValue",
    "CustomerCovariates",
    "Evaluation",
    "GammaGamma",
    "HistoricValue",
    "Holdout",
    "LifetimeValue",
    "LikelihoodRatio",
    "Lorenz",
    "ModifiedBetaGeo",
    "ParetoNBD",
    "Prediction",
    "Purchases",
    "RFMScores",
    "RegularityTest",
    "RepeatFit",
    "Segment",
    "SpendFit",
    "Split",
    "backtest",
    "break_even_retention",
    "compare",
    "contract_value",
    "evaluate",
    "gini",
    "historic_value",
    "in_unit",
    "lifetime_value",
    "likelihood_ratio",
    "lorenz",
    "payback",
    "per_unit_rate",
    "purchases",
    "regular_fits",
    "regularity",
    "regularity_test",
    "rfm",
    "spend_independence",
    "spend_trend",
    "split",
    "top_share",
    "value_to_cost",
]
