"""Every metric of the catalogue keeps the laws; metrics broken on purpose are caught by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import Phase, settings

import kundenmetrik as km
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS
from kundenmetrik.survey.acsi import ACSI
from kundenmetrik.survey.definitions import DEFINITIONS
from kundenmetrik.testing.laws import LAWS, LawBroken, check

CATALOGUE = {
    **{name: found.metric for name, found in DEFINITIONS.items()},
    "top_box": km.TopBox(),
    "share": km.Share("churn"),
    "net_score": km.NetScore(),
    "mean_score": km.MeanScore(),
    "tgw": km.TGW(),
    "tgw per 100": km.TGW(per=100),
    "retention_rate": km.RetentionRate(),
    "churn_rate": km.ChurnRate(),
    **{f"retention by {method}": km.RetentionRate(method=method) for method in SHARE_METHODS},
    **{f"tgw by {method}": km.TGW(method=method) for method in ("score", "mid_p")},
}
FEW = {"csat", "nps", "ces", "tgw", "retention_rate", "csat.mean_10"}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", sorted(FEW))
def test_the_main_metrics_keep_every_law(name: str, law: str) -> None:
    check(CATALOGUE[name], laws=[law], max_examples=20)


@pytest.mark.slow
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_metric_keeps_every_law(name: str) -> None:
    check(CATALOGUE[name], max_examples=25)


def test_acsi_keeps_the_laws_that_do_not_need_small_supports() -> None:
    check(ACSI(), laws=["order", "identity", "subset", "merge", "margins", "emptiness"], max_examples=5)


@dataclass(frozen=True, slots=True)
class Broken(km.NPS):
    """An NPS that is wrong in one way."""

    def values(self, counts: Any) -> Any:
        return self.wrong(super(Broken, self).values(counts), counts)

    def wrong(self, values: Any, counts: Any) -> Any:
        return values


class DependsOnThePlace(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return values + 0.1 * np.arange(len(values))


class DependsOnTheNumberOfGroups(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return values - 0.01 * len(values)


class DependsOnTheSize(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return values * (1 - 1 / (2 + counts.n))


class LeavesTheScale(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return values * 1.5


class Shifted(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return values + 0.5


class TurnedRound(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return -values


class ZeroForNothing(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return np.nan_to_num(values)


class ForgetsWeights(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return values if counts.squares is None else np.minimum(values + counts.n, 100.0)


class KeyedByName(Broken):
    def wrong(self, values: Any, counts: Any) -> Any:
        return np.where([key == ("g1",) for key in counts.groups.keys], values * 0.5, values)


class IntervalWithoutTheValue(km.NPS):
    def limits(self, counts: Any, confidence: float) -> Any:
        low, high = super().limits(counts, confidence)
        return (low + 2 * high) / 3, high


class SameIntervalAtEveryConfidence(km.NPS):
    def limits(self, counts: Any, confidence: float) -> Any:
        return super().limits(counts, 1.0 - confidence)


class WiderWithMoreAnswers(km.NPS):
    def limits(self, counts: Any, confidence: float) -> Any:
        values, (low, high) = self.values(counts), super().limits(counts, confidence)
        grow = counts.n / 10_000  # from the first answer to the most that are drawn
        return values - (values - low) * grow, values + (high - values) * grow


@pytest.mark.parametrize(
    ("metric", "law"),
    [
        (DependsOnThePlace, "order"),
        (DependsOnThePlace, "batch"),
        (DependsOnThePlace, "subset"),
        (DependsOnTheNumberOfGroups, "batch"),
        (DependsOnTheSize, "repetition"),
        (LeavesTheScale, "bounds"),
        (LeavesTheScale, "interval"),
        (Shifted, "unanimity"),
        (TurnedRound, "direction"),
        (TurnedRound, "unanimity"),
        (ZeroForNothing, "emptiness"),
        (ZeroForNothing, "interval"),
        (ForgetsWeights, "weights"),
        (KeyedByName, "margins"),
        (IntervalWithoutTheValue, "interval"),
        (SameIntervalAtEveryConfidence, "nesting"),
        (WiderWithMoreAnswers, "repetition"),
    ],
    ids=lambda item: item if isinstance(item, str) else item.__name__,
)
def test_a_broken_metric_is_caught_by_the_law(metric: type[km.NPS], law: str) -> None:
    quick = settings(phases=[Phase.generate], derandomize=True, database=None)
    with pytest.raises(LawBroken, match=f"breaks the law of {law}"):
        check(metric(), laws=[law], settings=quick, max_examples=200)
    check(km.NPS(), laws=[law], max_examples=50)


def test_the_width_of_wald_at_the_ends_is_zero() -> None:
    check(km.CSAT(method="wald"), laws=["order", "merge"], max_examples=20)
    estimate = km.csat([5] * 10, method="wald")
    assert estimate.low == estimate.high == 100.0


@pytest.mark.parametrize("junk", [3, "nps", km.NPS, None])
def test_only_a_metric_has_laws(junk: Any) -> None:
    with pytest.raises(km.errors.InvalidType, match=r"^metric must be a metric, such as km.NPS\(\)"):
        check(junk)


def test_jeffreys_interval_of_a_rate_leaves_out_zero_and_nothing_else() -> None:
    """The posterior's quantile at no event lies above 0, as its documentation says; all other laws hold."""
    metric = km.TGW(method="jeffreys")
    check(metric, laws=[name for name in LAWS if name not in ("interval", "unanimity")], max_examples=20)
    with pytest.raises(LawBroken, match=r"counts \[\[1, 0\], \[0, 1\]\] of the cells \['complaints', 'sales'\]"):
        check(metric, laws="unanimity", max_examples=20)


def test_an_unknown_law_is_told_the_known_ones() -> None:
    with pytest.raises(km.errors.UnknownName, match="Did you mean 'bounds'"):
        check(km.NPS(), laws=["bound"])
    with pytest.raises(km.errors.UnknownName, match="Did you mean 'order'"):
        check(km.NPS(), laws="ordre")


@dataclass(frozen=True, slots=True)
class Counting(km.NPS):
    """An NPS that counts how often it is asked."""

    asked: ClassVar[list[int]] = []

    def values(self, counts: Any) -> Any:
        self.asked.append(len(counts))
        return super(Counting, self).values(counts)


def examples_of(**options: Any) -> int:
    """Return how many examples a law is tried on."""
    Counting.asked.clear()
    check(Counting(), laws="identity", **options)
    return len(Counting.asked) // 2


def test_the_profile_says_how_many_examples_there_are() -> None:
    loaded = settings.get_current_profile_name()
    settings.register_profile("seven", max_examples=7, derandomize=True, database=None)
    settings.load_profile("seven")
    try:
        assert examples_of() == 7
        assert examples_of(max_examples=3) == 3
        assert examples_of(settings=settings(max_examples=5)) == 5
    finally:
        settings.load_profile(loaded)


def test_settings_are_settings_of_hypothesis() -> None:
    with pytest.raises(km.errors.InvalidType, match="settings must be settings of hypothesis"):
        check(km.NPS(), settings=50)


class Fragile(km.NPS):
    __slots__ = ()

    def values(self, counts: Any) -> Any:
        return super().values(counts) + 0 * np.array([1 // (int(n) == 0) for n in counts.n])


class Writing(km.NPS):
    __slots__ = ()

    def values(self, counts: Any) -> Any:
        counts.table[0] = 0
        return super().values(counts)


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        (
            Fragile(),
            r"ZeroDivisionError in test_laws.py, line \d+: .*, for the counts \[\[(0, )*1(, 0)*\]\] of the cells",
        ),
        (
            Writing(),
            r"ValueError in test_laws.py, line \d+: .*read-only, for the counts \[\[0(, 0)+\]\] of the cells \[.*\]$",
        ),
    ],
    ids=["an error of its own", "writing into counts"],
)
def test_an_error_inside_is_a_broken_law_with_the_smallest_counts_last(metric: km.NPS, told: str) -> None:
    with pytest.raises(LawBroken, match=told) as raised:
        check(metric, laws="identity", settings=settings(max_examples=300, derandomize=True, database=None))
    assert raised.value.__cause__ is None
    assert len(str(raised.value)) < 400


class Refusing(km.NPS):
    __slots__ = ()

    def tally(self, rows: Any) -> Any:
        raise km.errors.InvalidArgument("metrics", "be counted elsewhere")


def test_a_metric_that_refuses_all_rows_keeps_the_law_of_tally() -> None:
    check(Refusing(), laws="tally", max_examples=5)
