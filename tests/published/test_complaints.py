"""Published figures of complaint analysis at their printed digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kundenmetrik import complaints, monitoring
from kundenmetrik.complaints.delay.lag_matched import lag_matched
from kundenmetrik.core.statistics.one_sample.negative_binomial import negative_binomial
from kundenmetrik.core.statistics.two_samples.e_test import e_test
from kundenmetrik.core.statistics.two_samples.rate_difference import difference_interval
from kundenmetrik.testing.references.rates_and_scores import rate_test, ratio_interval

# Gu, Ng, Tang and Schucany (2008), Biometrical Journal 50:283, the example of section 5: coronary heart disease
# with and without hormone use, 60 events in 51477.5 and 30 in 54308.7 person-years. The figures are those of
# statsmodels' test suite (tests/test_rates_poisson.py), in part made with R.
GU = tuple(np.array([value]) for value in (60.0, 51477.5, 30.0, 54308.7))


@dataclass(frozen=True)
class Test:
    method: str
    statistic: float | None
    p_value: float
    digits: int = 9

    __test__ = False


TESTS = [
    Test("wald", 3.384913, 0.000712009),
    Test("score", 3.417402, 0.000632219),
    Test("wald_log", 3.339285, 0.000839944),
    Test("score_log", 3.540578, 0.000399252),
    Test("sqrt", 3.445485, 0.000570036),
    Test("conditional", None, 0.000675183),
    Test("mid_p", None, 0.000557262),
    Test("e_test", 3.417402, 0.000567262),
    Test("e_test_wald", 3.384913, 0.000643145),
]


@pytest.mark.parametrize("case", TESTS, ids=lambda case: case.method)
def test_two_rates(case: Test) -> None:
    found = rate_test(*GU, method=case.method)
    assert round(found.p_value[0], case.digits) == case.p_value
    if case.statistic is not None:
        assert round(found.statistic[0], 6) == case.statistic


RATIOS = {
    "score": (1.365962, 3.259306),
    "wald_log": (1.361280, 3.270517),
    "mover": (1.361468, 3.258623),
    "conditional": (1.339736, 3.388366),
}
DIFFERENCES = {
    # statsmodels prints .000265797 and .000989191: it searches the limits by a simplex with a tolerance of 1e-8, and
    # its own test at them gives z = 1.9599618 and -1.9599572. At these two it gives 1.9599640 and -1.9599640.
    "score": (0.000265796, 0.000989192),
    "mover": (0.000261936, 0.000986413),
    "wald": (0.000258122, 0.000968198),
}


@pytest.mark.parametrize(("method", "printed"), RATIOS.items())
def test_the_ratio_of_two_rates(method: str, printed: tuple[float, float]) -> None:
    low, high = ratio_interval(*GU, method=method)
    assert (round(low[0], 6), round(high[0], 6)) == printed


@pytest.mark.parametrize(("method", "printed"), DIFFERENCES.items())
def test_the_difference_of_two_rates(method: str, printed: tuple[float, float]) -> None:
    low, high = difference_interval(*GU, method=method)
    assert (round(low[0], 9), round(high[0], 9)) == printed


# scipy, stats/tests/test_hypotests.py: made with the Fortran program of Krishnamoorthy and Thomson (2004), which
# leaves out what it takes for negligible; scipy's own tests allow 2e-6.
FORTRAN = [
    (20, 10, 20, 10, 0.9999997568929630, "two-sided", 0.0),
    (10, 10, 10, 10, 0.9999998403241203, "two-sided", 0.0),
    (50, 15, 1, 1, 0.09920321053409643, "two-sided", 0.05),
    (3, 100, 20, 300, 0.12202725450896404, "two-sided", 0.0),
    (3, 12, 4, 20, 0.40416087318539173, "greater", 0.0),
    (4, 20, 3, 100, 0.008053640402974236, "greater", 0.0),
    (4, 20, 3, 10, 0.3083216325432898, "less", 0.0),
    (1, 1, 50, 15, 0.09322998607245102, "less", 0.0),
]


@pytest.mark.parametrize(("x", "n", "y", "m", "printed", "side", "apart"), FORTRAN)
def test_the_e_test(x: int, n: int, y: int, m: int, printed: float, side: str, apart: float) -> None:
    pair = tuple(np.array([float(value)]) for value in (x, n, y, m))
    _, p_value = e_test(*pair, variance="wald", alternative=side, difference=apart)
    assert p_value[0] == pytest.approx(printed, abs=5e-7)


# The complaints data of qicharts2 (numbers by W. Taylor): complaints and sales in thousands, 20 months.
COMPLAINTS = [
    426,
    543,
    428,
    67,
    303,
    481,
    304,
    718,
    681,
    1030,
    704,
    1062,
    1085,
    1311,
    1309,
    1342,
    1740,
    1468,
    1364,
    1824,
]
SALES = [90, 110, 90, 40, 60, 70, 90, 120, 150, 210, 190, 250, 220, 210, 230, 220, 310, 330, 320, 330]
FLAGGED = [4, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20]
# Montgomery, Introduction to Statistical Quality Control: defects in dyed cloth (per 50 square metres) and in samples
# of five personal computers; SAS/QC User's Guide, SHEWHART procedure: defects in 20 rolls of fabric of 30 m2.
DYED = ([14, 12, 20, 11, 7, 10, 21, 16, 19, 23], [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5])
COMPUTERS = ([10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5], [5] * 20)
FABRIC = ([12, 11, 9, 15, 7, 6, 5, 10, 8, 8, 14, 5, 9, 13, 7, 5, 8, 11, 7, 12], [30] * 20)


@dataclass(frozen=True)
class Chart:
    name: str
    data: tuple[list[int], list[float]]
    centre: float
    upper: tuple[float, int]
    lower: tuple[float, int]
    sigma_z: float
    dispersion: float
    laney: float


CHARTS = [
    Chart("dyed cloth", DYED, 1.423256, (2.5550, 4), (0.2915, 4), 0.678796, 0.8902, 2.1915),
    Chart("computers", COMPUTERS, 1.930000, (3.7939, 4), (0.0661, 4), 1.066429, 1.0175, 3.9177),
    Chart("fabric", FABRIC, 0.303333, (0.60500, 5), (0.001671, 6), 1.113651, 1.0168, 0.6393),
    Chart("complaints", (COMPLAINTS, SALES), 4.997253, (5.7042, 4), (4.2903, 4), 5.317393, 28.7556, 8.7562),
]


@pytest.mark.parametrize("case", CHARTS, ids=lambda case: case.name)
def test_u_charts(case: Chart) -> None:
    found = monitoring.control_chart(*case.data, per=1)
    assert round(found.centre, 6) == case.centre
    assert round(found.upper[0], case.upper[1]) == case.upper[0]
    assert round(found.lower[0], case.lower[1]) == case.lower[0]
    assert round(found.sigma_z, 6) == case.sigma_z
    assert round(found.dispersion, 4) == case.dispersion
    flagged = FLAGGED if case.name == "complaints" else []
    assert [place + 1 for place in np.flatnonzero(found.signal)] == flagged


@pytest.mark.parametrize("case", CHARTS, ids=lambda case: case.name)
def test_laney_charts(case: Chart) -> None:
    found = monitoring.control_chart(*case.data, per=1, method="laney")
    assert round(found.upper[0], 4) == case.laney
    assert not found.signal.any()


def test_limits_from_one_set_of_rolls_hold_for_the_next() -> None:
    """SAS/QC User's Guide, reading preestablished limits: the second 20 rolls are in control under the first limits."""
    second = [9, 9, 12, 7, 14, 5, 4, 13, 6, 7, 11, 10, 7, 11, 8, 8, 3, 10, 9, 13]
    found = monitoring.control_chart(FABRIC[0] + second, [30] * 40, per=1, baseline=[True] * 20 + [False] * 20)
    assert round(found.upper[-1], 5) == 0.60500
    assert round(found.lower[-1], 9) == 0.001671271
    assert not found.signal.any()


def test_pieces_of_unequal_length() -> None:
    """SAS/QC User's Guide, u charts for varying numbers of units: 25 pieces of fabric, common rate .28805."""
    defects = [7, 11, 15, 6, 11, 15, 5, 10, 8, 3, 3, 14, 3, 9, 7, 6, 7, 5, 14, 13, 11, 6, 6, 9, 11]
    metres = [30, 27.6, 30.4, 34.8, 26, 28.6, 28, 30.2, 28.2, 31.4, 30.3, 27.8, 27, 30, 32.1, 34.8, 26.5, 30]
    metres += [31.3, 31.6, 29.4, 28.6, 27.5, 32.6, 31.7]
    assert round(monitoring.control_chart(defects, metres, per=1).centre, 5) == 0.28805


TRIAL = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]
LATER = [16, 18, 12, 15, 24, 21, 28, 20, 25, 19, 18, 21, 16, 22, 19, 12, 14, 9, 16, 21]


def test_circuit_boards_in_two_phases() -> None:
    """Montgomery, defects in samples of 100 circuit boards: 6 and 20 are out; without them the next 20 are in."""
    first = monitoring.control_chart(TRIAL, [100] * 26, per=100)
    assert round(first.centre, 2) == 19.85
    assert [place + 1 for place in np.flatnonzero(first.signal)] == [6, 20]
    kept = [count for number, count in enumerate(TRIAL, 1) if number not in (6, 20)]
    second = monitoring.control_chart(kept + LATER, [100] * 44, per=100, baseline=[True] * 24 + [False] * 20)
    assert (round(second.centre, 2), round(second.upper[0], 2), round(second.lower[0], 2)) == (19.67, 32.97, 6.36)
    assert not second.signal.any()


def test_the_same_complaints_per_1000() -> None:
    found = monitoring.control_chart(COMPLAINTS, [1000 * sales for sales in SALES])
    assert round(found.centre, 4) == 4.9973
    assert int(found.signal.sum()) == 13


def test_how_much_too_narrow_poisson_is() -> None:
    """statsmodels 0.15 on the complaints data: Poisson GLM with scale X2, its robust covariance, and NB2."""
    sales = [1000 * value for value in SALES]
    quasi = complaints.dispersed_rate(COMPLAINTS, sales)
    assert (round(quasi.rate.low, 6), round(quasi.rate.high, 6)) == (4.622614, 5.402254)
    assert (round(quasi.poisson.low, 3), round(quasi.poisson.high, 3)) == (4.925, 5.070)
    robust = complaints.dispersed_rate(COMPLAINTS, sales, method="sandwich").rate
    assert (round(robust.low, 6), round(robust.high, 6)) == (4.637895, 5.384454)
    wide = complaints.dispersed_rate(COMPLAINTS, sales, method="negative_binomial")
    assert round(wide.rate.value, 5) == 4.88793
    assert (round(wide.rate.low, 6), round(wide.rate.high, 6)) == (4.375423, 5.460476)
    assert round(wide.too_narrow, 1) == 7.5
    fit = negative_binomial(np.array(COMPLAINTS, dtype=float), np.array(SALES, dtype=float))
    assert (round(fit.alpha, 5), round(fit.log_likelihood, 2)) == (0.06237, -133.43)


def test_growth_hides_complaints() -> None:
    """The complaints data on matched sales: the same month, the mean of ratios, and lags of one to four months."""
    table = lag_matched(COMPLAINTS, SALES, lags=(1, 2, 3, 4), per=1).to_frame().set_index("basis")["tgw"]
    printed = [4.9973, 4.8799, 5.3668, 5.7595, 6.3132, 7.1174]
    assert table.round(4).tolist() == printed
    assert round(100 * (table["lag_4"] / table["same_period"] - 1)) == 42


def test_the_reference_value_of_a_poisson_cusum() -> None:
    assert round(monitoring.reference_value(5, 7.5), 6) == 6.165759
    assert round(monitoring.reference_value(1, 2), 6) == 1.442695


# The RAA triangle (Reinsurance Association of America, 1991), as in Mack (1993) and in every chain-ladder program.
RAA = [
    [5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834],
    [106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704],
    [3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466],
    [5655, 11555, 15766, 21266, 23425, 26083, 27067],
    [1092, 9565, 15836, 22169, 25955, 26180],
    [1513, 6445, 11702, 12935, 15852],
    [557, 4020, 10946, 12314],
    [1351, 6947, 13112],
    [3133, 5395],
    [2063],
]
FACTORS = [2.999359, 1.623523, 1.270888, 1.171675, 1.113385, 1.041935, 1.033264, 1.016936, 1.009217]
OUTSTANDING = [0, 153.95, 617.37, 1636.14, 2746.74, 3649.10, 5435.30, 10907.19, 10649.98, 16339.44]


def raa() -> np.ndarray:
    table = np.full((10, 10), np.nan)
    for row, known in enumerate(RAA):
        table[row, : len(known)] = np.diff([0, *known])
    return table


def test_the_raa_triangle() -> None:
    found = complaints.nowcast(raa())
    assert found.factors.round(6).tolist() == FACTORS
    assert found.outstanding.round(2).tolist() == OUTSTANDING
    assert round(found.total_outstanding, 2) == 52135.23
    assert round(found.ultimate.sum(), 2) == 213122.23


def test_macks_standard_error_of_the_raa_triangle() -> None:
    """Mack (1993), ASTIN Bulletin 23:213: the standard error of the whole is 26,909."""
    assert round(complaints.nowcast(raa(), method="mack").total_standard_error) == 26909


# The package reliability 0.9.0, MCF_nonparametric: five systems; the last age of each is its end.
SYSTEMS = [[5, 10, 15, 17], [6, 13, 17, 19], [12, 20, 25, 26], [13, 15, 24], [16, 22, 25, 28]]
MEANS = {5: 0.2, 13: 1.2, 17: 2.0, 20: 2.333333, 22: 2.666667, 25: 3.666667}


def test_the_mean_cumulative_function() -> None:
    ages = [age for system in SYSTEMS for age in system[:-1]]
    units = [unit for unit, system in enumerate(SYSTEMS) for _ in system[:-1]]
    found = complaints.mean_cumulative(ages, units, [system[-1] for system in SYSTEMS], method="nelson")
    means = dict(zip(found.age.tolist(), found.mean.round(6).tolist(), strict=True))
    assert {age: means[age] for age in MEANS} == MEANS
    assert round(found.variance[-1], 6) == 0.718148
    # What it prints as 95 percent limits uses the one-sided quantile: they are the two-sided 90 percent ones.
    low, high = found.interval(0.90)
    assert (round(low[-1], 5), round(high[-1], 5)) == (2.50710, 5.36255)
