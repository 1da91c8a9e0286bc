"""Regular or random: the test finds the shape, and the likelihood of a log finds it too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType, UnknownName


def log_of(k: int, customers: int = 1_500, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    who, when = clv.BetaGeo(k=k).draw((3.0, 30.0 / k, 0.8, 6.0), np.full(customers, 700.0), rng)
    customer = np.concatenate((np.arange(customers), who))
    since = pd.to_timedelta(np.concatenate((np.zeros(customers), when)) * 86_400, unit="s")
    frame = pd.DataFrame({"customer_id": customer, "occurred_at": pd.Timestamp("2020-01-01") + since})
    return frame.sample(frac=1.0, random_state=0)


@pytest.mark.parametrize("k", [1, 3])
def test_the_shape_is_found(k: int) -> None:
    found = clv.regularity(log_of(k))
    assert found.value == pytest.approx(k, rel=0.2)
    assert found.low < found.value < found.high
    assert (found.low > 1.0) == (k > 1)


def test_the_interval_covers() -> None:
    inside = [clv.regularity(log_of(2, customers=200, seed=s)) for s in range(60)]
    assert sum(one.low <= 2.1 and one.high >= 1.9 for one in inside) >= 51


def test_the_likelihood_finds_the_shape() -> None:
    base = clv.purchases(log_of(3), observed_until="2021-12-01", unit="day")
    fits = clv.regular_fits(clv.BetaGeo, base)
    assert max(fits, key=lambda k: fits[k].log_likelihood) == 3
    assert "likelihood_without_gaps" not in fits[3].notes
    summary = clv.Purchases.from_summary(base.frequency, base.recency, base.age, unit="day")
    assert "likelihood_without_gaps" in clv.BetaGeo(k=2).fit(summary).notes
    with pytest.raises(InvalidArgument, match="come from a log"):
        clv.regular_fits(clv.BetaGeo, summary)


def test_the_known_part_of_the_likelihood_is_the_density_of_the_gaps() -> None:
    """One customer, two purchases, no dropout: the product of Erlang-2 densities, averaged over the rate."""
    from scipy.integrate import quad
    from scipy.stats import gamma

    gaps, rest, r, alpha, k = np.array([3.0, 5.0]), 2.0, 1.3, 4.0, 2
    exact, _ = quad(
        lambda rate: (
            gamma.pdf(gaps, k, scale=1 / rate).prod()
            * gamma.sf(rest, k, scale=1 / rate)
            * gamma.pdf(rate, r, scale=1 / alpha)
        ),
        0,
        20,
    )
    from kundenmetrik.clv.model import Histories

    past = Histories(np.array([2]), np.array([8.0]), np.array([10.0]))
    plain = clv.BetaGeo(k=k).pieces((r, alpha, 1e-14, 1.0), past, 0).value[0]
    assert plain + (k - 1) * np.log(gaps).sum() == pytest.approx(np.log(exact), rel=1e-8)


def test_bad_logs_are_refused() -> None:
    log = log_of(1, customers=20)
    with pytest.raises(InvalidType):
        clv.regularity([1, 2, 3])  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="occurred_at"):
        clv.regularity(log.rename(columns={"occurred_at": "when"}))
    with pytest.raises(InvalidArgument, match="hold times"):
        clv.regularity(log.assign(occurred_at="2020-01-01"))
    with pytest.raises(FitRefused, match="three times"):
        clv.regularity(log.drop_duplicates("customer_id"))
