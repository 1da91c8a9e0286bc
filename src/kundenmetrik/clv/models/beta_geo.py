"""BG/NBD and MBG/NBD: customers buy at their own rate and may leave after every repeat purchase, or after every one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kundenmetrik.clv.fits.fittable import Fittable
from kundenmetrik.clv.processes.geometric_dropout import GeometricDropout
from kundenmetrik.core.checks import check_count


@dataclass(frozen=True, slots=True)
class BetaGeo(Fittable, GeometricDropout):
    r"""The BG/NBD model: how often customers come back, when nobody tells that they left.

    While alive a customer buys at the rate :math:`\lambda \sim \text{Gamma}(r, \alpha)`; after each *repeat*
    purchase the customer leaves with probability :math:`p \sim \text{Beta}(a, b)`. With x repeat purchases, the last
    at :math:`t_x`, observed until T:

    .. math:: L = \frac{\Gamma(r + x)\,\alpha^r}{\Gamma(r)} \frac{B(a, b + x)}{B(a, b)}
              \Big[(\alpha + T)^{-(r + x)} + 1\{x > 0\}\,\frac{a}{b + x - 1}(\alpha + t_x)^{-(r + x)}\Big].

    Parameters
    ----------
    k : int
        1 for purchases at random times; with k > 1 every k-th event of a hidden process is a purchase, so that
        purchases come regularly (BG/CNBD-k). :func:`kundenmetrik.clv.regularity` helps to choose it.

    Notes
    -----
    A customer without a repeat purchase is alive with probability 1 in this model. Where that is not believable,
    :class:`ModifiedBetaGeo` lets customers leave after the first purchase too.

    References
    ----------
    Fader, Hardie and Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), equations 5 to 10.
    Platzer and Reutterer (2016), Ticking away the moments, Marketing Science 35(5), for regular timing.

    Examples
    --------
    >>> from kundenmetrik.clv import BetaGeo, Purchases
    >>> bought = [0] * 60 + [1] * 18 + [2] * 9 + [3] * 5 + [4] * 4 + [6] * 3 + [9]
    >>> last = [0.0] * 60 + [4.0, 11.0, 30.0] * 6 + [9.0, 21.0, 33.0] * 3 + [8.0, 22.0, 29.0, 35.0, 37.0]
    >>> last += [12.0, 30.0, 36.0, 38.0] + [31.0, 37.0, 38.5, 38.0]
    >>> base = Purchases.from_summary(bought, last, [39.0] * 100, unit="week")
    >>> fit = BetaGeo().fit(base)
    >>> {name: round(value, 3) for name, value in fit.params.items()}
    {'r': 0.328, 'alpha': 10.008, 'a': 0.849, 'b': 3.907}
    >>> year = fit.expected_purchases_new("1 year")
    >>> round(year.low, 2), round(year.value, 2), round(year.high, 2)
    (0.81, 1.19, 1.75)
    """

    k: int = 1
    name: ClassVar[str] = "BetaGeo"
    _offset: ClassVar[int] = 0
    _corners: ClassVar[tuple[tuple[float, float], ...]] = ((0.3, 0.3), (3.0, 9.0))

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", check_count(self.k, "k", low=1))


@dataclass(frozen=True, slots=True)
class ModifiedBetaGeo(Fittable, GeometricDropout):
    r"""The MBG/NBD model: a customer may leave after *every* purchase, the first included.

    .. math:: L = \frac{\Gamma(r + x)\,\alpha^r}{\Gamma(r)} \frac{B(a, b + x + 1)}{B(a, b)}
              \Big[(\alpha + T)^{-(r + x)} + \frac{a}{b + x}(\alpha + t_x)^{-(r + x)}\Big].

    Parameters
    ----------
    k : int
        1 for purchases at random times; k > 1 for regular times (MBG/CNBD-k).

    Notes
    -----
    The published appendix of Batislam and others prints the conditional expectation with the factor
    (b + x)/(a - 1); the right one is (a + b + x)/(a - 1), which is used here (1.26267, not 1.01286, for the
    well-known first CDNOW customer).

    References
    ----------
    Batislam, Denizel and Filiztekin (2007), Empirical validation and comparison of models for customer base
    analysis, International Journal of Research in Marketing 24(3).
    Hoppe and Wagner (2007), Customer base analysis: the case for a central variant of the Betageometric/NBD model,
    Marketing JRM 3(2).
    Platzer and Reutterer (2016), Ticking away the moments, Marketing Science 35(5), for regular timing.

    Examples
    --------
    >>> from kundenmetrik.clv import ModifiedBetaGeo, Purchases
    >>> bought = [0] * 60 + [1] * 18 + [2] * 9 + [3] * 5 + [4] * 4 + [6] * 3 + [9]
    >>> last = [0.0] * 60 + [4.0, 11.0, 30.0] * 6 + [9.0, 21.0, 33.0] * 3 + [8.0, 22.0, 29.0, 35.0, 37.0]
    >>> last += [12.0, 30.0, 36.0, 38.0] + [31.0, 37.0, 38.5, 38.0]
    >>> base = Purchases.from_summary(bought, last, [39.0] * 100, unit="week")
    >>> fit = ModifiedBetaGeo().fit(base)
    >>> round(float(fit.probability_alive().value[0]), 2)
    0.12
    """

    k: int = 1
    name: ClassVar[str] = "ModifiedBetaGeo"
    _offset: ClassVar[int] = 1
    _corners: ClassVar[tuple[tuple[float, float], ...]] = ((0.8, 2.5), (0.3, 0.1), (0.1, 0.3), (0.1, 0.1), (20.0, 60.0))

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", check_count(self.k, "k", low=1))
