"""MBG/NBD: as BG/NBD, but customers may leave after the first purchase already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kundenmetrik.clv.fits.fittable import Fittable
from kundenmetrik.clv.processes.geometric_dropout import GeometricDropout
from kundenmetrik.core.checks import check_count


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
