"""The likelihood ratio: tails of mixtures of chi-squares, nesting, what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from kundenmetrik import clv, retention
from kundenmetrik.core.likelihood.likelihood_ratio import chi_bar_square_tail
from kundenmetrik.errors import InvalidArgument, InvalidType

SURVIVORS = [1000, 869, 743, 653, 593, 551, 517, 491]


def customers() -> clv.Purchases:
    bought, last = [0, 0, 0, 1, 4, 12, 3, 6], [0, 0, 0, 9, 8, 38, 30, 7]
    return clv.Purchases.from_summary(bought * 40, last * 40, [39] * 320, unit="week")


def test_tails() -> None:
    assert chi_bar_square_tail(3.0, {1: 1.0}) == pytest.approx(chi2.sf(3.0, 1))
    assert chi_bar_square_tail(3.0, {0: 0.5, 1: 0.5}) == pytest.approx(chi2.sf(3.0, 1) / 2)
    assert chi_bar_square_tail(3.0, {1: 0.5, 2: 0.5}) == pytest.approx((chi2.sf(3.0, 1) + chi2.sf(3.0, 2)) / 2)
    assert chi_bar_square_tail(0.0, {0: 0.5, 1: 0.5}) == 1.0


def test_both_families_are_tested_by_one_function_with_one_result() -> None:
    assert clv.likelihood_ratio is retention.likelihood_ratio
    assert clv.LikelihoodRatio is retention.LikelihoodRatio
    one = retention.likelihood_ratio(retention.Geometric().fit(SURVIVORS), retention.ShiftedBetaGeo().fit(SURVIVORS))
    two = clv.likelihood_ratio(clv.NBD().fit(customers()), clv.ModifiedBetaGeo().fit(customers()))
    assert one.method == two.method
    for found in (one, two):
        assert found.p_value == pytest.approx(chi2.sf(found.statistic, 1) / 2)
        assert type(found).from_json(found.to_json()).to_frame().equals(found.to_frame())


def test_covariates_that_the_larger_model_lacks_are_no_part_of_it() -> None:
    base, rng = customers(), np.random.default_rng(0)
    known = clv.CustomerCovariates(base, purchasing=pd.DataFrame({"noise": rng.normal(size=len(base))}))
    with pytest.raises(InvalidArgument, match="contained in larger"):
        clv.likelihood_ratio(clv.NBD().fit(known), clv.ModifiedBetaGeo().fit(base))


def test_what_is_no_fit_or_no_maximum_likelihood_is_refused() -> None:
    base = customers()
    with pytest.raises(InvalidType, match="smaller must be a fit"):
        clv.likelihood_ratio(base, clv.NBD().fit(base))
    with pytest.raises(InvalidArgument, match="larger must be fitted by maximum likelihood"):
        clv.likelihood_ratio(clv.NBD().fit(base), clv.ModifiedBetaGeo().fit(base, method="map"))
    contracts = retention.Geometric().fit(SURVIVORS)
    for smaller, larger in ((contracts, clv.NBD().fit(base)), (clv.NBD().fit(base), contracts)):
        with pytest.raises(InvalidArgument, match="smaller must be"):
            clv.likelihood_ratio(smaller, larger)
