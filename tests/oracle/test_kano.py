"""Kano figures against a classifier in plain Python, scipy, statsmodels and mpmath."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint

import kundenmetrik as km

SURVEYS = 5_000


def plain_letter(functional: int, dysfunctional: int, table: str) -> str:
    """Return the letter by the rules in words, without a table."""
    same = functional == dysfunctional
    if same and functional in (1, 5):
        return "Q"
    if same and functional == 2 and table in ("pouliot", "halfway"):
        return "Q"
    if same and functional == 4 and table == "pouliot":
        return "Q"
    if functional == 5 or dysfunctional == 1:
        return "R"
    if functional == 1:
        return "O" if dysfunctional == 5 else "A"
    return "M" if dysfunctional == 5 else "I"


def plain_classification(pairs: list[tuple[int, int]], table: str) -> dict[str, Any]:
    letters = Counter(plain_letter(f, d, table) for f, d in pairs)
    n = len(pairs)
    mode = next(x for x in "MOAIRQ" if letters[x] == max(letters.values()))
    ranked = sorted("MOAIRQ", key=lambda x: -letters[x])
    first, second = ranked[0], ranked[1]
    near = min(first, second, key="MOAIRQ".index) if (letters[first] - letters[second]) / n <= 0.06 else first
    wanted, unwanted = (sum(letters[x] for x in side) for side in ("OAM", "IRQ"))
    side = "MOA" if wanted > unwanted else "IRQ"
    group = next(x for x in side if letters[x] == max(letters[y] for y in side))
    base = sum(letters[x] for x in "AOMI")
    better = (letters["A"] + letters["O"]) / base if base else None
    worse = -(letters["O"] + letters["M"]) / base if base else None
    quadrant = None
    if base:
        quadrant = {(True, True): "O", (True, False): "A", (False, True): "M", (False, False): "I"}[
            (better >= 0.5, -worse >= 0.5)
        ]
    said = [x for x in (mode, near, group, quadrant) if x]
    return {
        **{x: letters[x] for x in "AOMIRQ"},
        "n": n,
        "category": mode,
        "near_tie": near,
        "group_rule": group,
        "quadrant": quadrant,
        "better": better,
        "worse": worse,
        "strength": (letters[first] - letters[second]) / n,
        "total_strength": wanted / n,
        "agreement": said.count(mode) / len(said),
        "tie": letters[first] == letters[second],
    }


@pytest.mark.parametrize("table", ["classic", "pouliot", "halfway"])
def test_five_thousand_drawn_surveys(table: str) -> None:
    rng = np.random.default_rng(20260101)
    sizes = rng.integers(1, 40, SURVEYS)
    leanings = rng.dirichlet(np.full(25, 0.3), SURVEYS)
    drawn = [rng.choice(25, size, p=p) for size, p in zip(sizes, leanings, strict=True)]
    long = pd.DataFrame({"feature": np.repeat(np.arange(SURVEYS), sizes), "pair": np.concatenate(drawn)})
    long["functional"], long["dysfunctional"] = long.pair // 5 + 1, long.pair % 5 + 1
    found = km.kano.classify(long, table=table).to_frame()
    expected = pd.DataFrame(
        [plain_classification([(p // 5 + 1, p % 5 + 1) for p in one.tolist()], table) for one in drawn]
    )
    assert found.feature.tolist() == list(range(SURVEYS))
    for name in expected:
        mine, plain = found[name], expected[name]
        assert ((mine == plain) | (mine.isna() & plain.isna())).all(), name


def test_wilson_limits_are_statsmodels() -> None:
    letters = np.array([[88, 90, 32, 114, 15, 19], [0, 0, 3, 5, 0, 0], [4, 1, 0, 0, 2, 0]])
    table = km.kano.from_counts(
        {str(i): dict(zip("AOMIRQ", row, strict=True)) for i, row in enumerate(letters.tolist())}
    )
    frame = table.at(confidence=0.9).to_frame()
    base = letters[:, :4].sum(axis=1)
    low, high = proportion_confint(letters[:, 0] + letters[:, 1], base, alpha=0.1, method="wilson")
    np.testing.assert_allclose(frame[["better_low", "better_high"]], np.column_stack([low, high]), atol=1e-14)
    low, high = proportion_confint(letters[:, 1] + letters[:, 2], base, alpha=0.1, method="wilson")
    np.testing.assert_allclose(frame[["worse_low", "worse_high"]], -np.column_stack([high, low]), atol=1e-14)


def test_goodman_intervals_are_statsmodels() -> None:
    counts = {"A": 91, "O": 19, "M": 9, "I": 177, "R": 49, "Q": 13}
    found = km.kano.category_shares(km.kano.from_counts({"f": counts}))
    expected = multinomial_proportions_confint(list(counts.values()), method="goodman")
    np.testing.assert_allclose(found[["low", "high"]], expected, atol=1e-12)


def test_binomial_test_is_scipys() -> None:
    for a, b in [(258, 187), (5, 5), (7, 0), (1, 0), (12, 11), (1000, 900)]:
        table = km.kano.from_counts({"f": {"A": a, "O": 0, "M": 0, "I": b}})
        expected = stats.binomtest(a, a + b, 0.5).pvalue
        assert km.kano.top_two_test(table).p_value[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "letters", [(88, 90, 32, 114, 15, 19), (3, 1, 0, 2, 0, 0), (70, 121, 59, 92, 9, 7), (1, 0, 0, 0, 0, 0)]
)
def test_probability_of_the_mode_is_the_integral(letters: tuple[int, ...]) -> None:
    """P(j) = E over Gamma(a_j) of the product of the other distribution functions, by mpmath at 20 digits."""
    mpmath.mp.dps = 20
    a = [mpmath.mpf(x) + mpmath.mpf(1) / 2 for x in letters]

    def integrand(j: Any) -> Any:
        def at(x: Any) -> Any:
            density = mpmath.exp((a[j] - 1) * mpmath.log(x) - x - mpmath.loggamma(a[j]))
            return density * mpmath.fprod(mpmath.gammainc(a[i], 0, x, regularized=True) for i in range(6) if i != j)

        return at

    found = km.kano.mode_probabilities(km.kano.from_counts({"f": dict(zip("AOMIRQ", letters, strict=True))}))
    top = max(letters)
    grid = [
        0,
        *sorted({max(top + k * (top + 1) ** 0.5, 0.5) for k in (-4, -2, 0, 2, 4, 8)}),
        top + 13 * (top + 1) ** 0.5 + 40,
    ]
    j = int(np.argmax(letters))
    assert found["AOMIRQ"[j]][0] == pytest.approx(float(mpmath.quad(integrand(j), grid)), abs=1e-10)


def test_probability_of_the_mode_is_a_dirichlet_draw() -> None:
    counts = np.array([88, 90, 32, 114, 15, 19])
    draws = np.random.default_rng(1).dirichlet(counts + 0.5, 200_000).argmax(axis=1)
    share = np.bincount(draws, minlength=6) / 200_000
    found = km.kano.mode_probabilities(km.kano.from_counts({"f": dict(zip("AOMIRQ", counts.tolist(), strict=True))}))
    np.testing.assert_allclose(found[list("AOMIRQ")].iloc[0], share, atol=4 * np.sqrt(0.25 / 200_000))


def test_homogeneity_is_scipys_chi_square() -> None:
    rng = np.random.default_rng(3)
    counts = rng.integers(5, 60, (3, 6))
    frame = pd.DataFrame(counts, columns=list("AOMIRQ")).assign(feature="f", segment=["a", "b", "c"])
    found = km.kano.homogeneity_test(km.kano.from_counts(frame, by="segment")).iloc[0]
    expected = stats.chi2_contingency(counts, correction=False)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert (found.df, found.p_value) == (expected.dof, pytest.approx(expected.pvalue, rel=1e-10))


def test_two_segments_differ_as_in_newcombes_formula() -> None:
    """Newcombe 1998 (independent shares), method 10: 56/70 against 48/80 gives .0524 to .3339."""
    letters = {"first": {"A": 56, "O": 0, "M": 0, "I": 14}, "second": {"A": 48, "O": 0, "M": 0, "I": 32}}
    row = km.kano.compare(km.kano.from_counts(letters), "first", "second").iloc[0]
    assert (round(row.difference, 4), round(row.low, 4), round(row.high, 4)) == (0.2, 0.0524, 0.3339)


def test_stronger_is_a_draw_from_two_dirichlets() -> None:
    letters = {"a": (30, 60, 40, 20), "b": (40, 45, 30, 30)}
    rng = np.random.default_rng(5)
    one, two = (rng.dirichlet(np.array(own) + 0.5, 400_000) for own in letters.values())
    table = km.kano.from_counts({name: dict(zip("AOMI", own, strict=True)) for name, own in letters.items()})
    found = km.kano.compare(table, "a", "b").set_index("coefficient").p_stronger
    assert found["better"] == pytest.approx((one[:, :2].sum(1) > two[:, :2].sum(1)).mean(), abs=0.003)
    assert found["worse"] == pytest.approx((one[:, 1:3].sum(1) > two[:, 1:3].sum(1)).mean(), abs=0.003)


@pytest.mark.parametrize("counts", [(3, 5, 2, 5, 1, 0), (1, 1, 1, 1, 1, 1), (0, 0, 4, 4, 0, 0), (10, 0, 0, 1, 0, 0)])
@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_recovery_is_the_sum_over_all_samples(counts: tuple[int, ...], n: int) -> None:
    """Enumerate every sample of n letters and add the multinomial probabilities of those with the pilot's mode."""
    shares = np.array(counts) / sum(counts)
    mode = next(x for x in "MOAIRQ" if counts["AOMIRQ".index(x)] == max(counts))
    total = 0.0
    for sample in compositions(n, 6):
        own = next(x for x in "MOAIRQ" if sample["AOMIRQ".index(x)] == max(sample))
        total += stats.multinomial.pmf(sample, n, shares) if own == mode else 0.0
    pilot = km.kano.from_counts({"f": dict(zip("AOMIRQ", counts, strict=True))})
    assert km.kano.mode_recovery(pilot, n=[n]).probability[0] == pytest.approx(total, abs=1e-12)


def compositions(n: Any, cells: Any) -> Iterator[Any]:
    if cells == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in compositions(n - first, cells - 1):
            yield (first, *rest)


def test_penalty_and_reward_are_statsmodels_with_hc3() -> None:
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(8)
    x = rng.integers(1, 6, (300, 2))
    y = 5 - (x[:, 0] <= 2) * 1.5 + (x[:, 1] >= 5) * 0.8 + rng.normal(0, 1 + (x[:, 0] <= 2), 300)
    frame = pd.DataFrame({"overall": y, "a": x[:, 0], "b": x[:, 1]})
    found = km.kano.penalty_reward(frame, "overall", ["a", "b"], low=2, high=5)
    design = np.column_stack([x <= 2, x >= 5]).astype(float)
    fit = sm.OLS(y, sm.add_constant(design)).fit(cov_type="HC3", use_t=True)
    limits = fit.conf_int()
    np.testing.assert_allclose(found.penalty, fit.params[1:3], rtol=1e-10)
    np.testing.assert_allclose(found.reward, fit.params[3:5], rtol=1e-10)
    np.testing.assert_allclose(found[["penalty_low", "penalty_high"]], limits[1:3], rtol=1e-9)
    np.testing.assert_allclose(found[["reward_low", "reward_high"]], limits[3:5], rtol=1e-9)
    same = fit.t_test([[0, 1, 0, 1, 0], [0, 0, 1, 0, 1]])
    np.testing.assert_allclose(found.p_asymmetry, same.pvalue, rtol=1e-7)


def test_means_are_those_of_the_scored_answers() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"feature": "f", "functional": rng.integers(1, 6, 80), "dysfunctional": rng.integers(1, 6, 80)}
    )
    x = frame.functional.map(dict(zip(range(1, 6), [4, 2, 0, -1, -2], strict=True)))
    y = frame.dysfunctional.map(dict(zip(range(1, 6), [-2, -1, 0, 2, 4], strict=True)))
    row = km.kano.continuous(km.kano.classify(frame)).iloc[0]
    assert (row.functional, row.dysfunctional) == (pytest.approx(x.mean()), pytest.approx(y.mean()))
    assert (row.functional_se, row.dysfunctional_se) == (pytest.approx(stats.sem(x)), pytest.approx(stats.sem(y)))
    assert row.covariance == pytest.approx(np.cov(x, y)[0, 1] / 80)
    low, high = stats.t.interval(0.95, 79, x.mean(), stats.sem(x))
    assert (row.functional_low, row.functional_high) == (pytest.approx(low), pytest.approx(high))
