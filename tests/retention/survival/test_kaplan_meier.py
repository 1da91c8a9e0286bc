"""The survival door and what the curve answers."""

from __future__ import annotations

import json
import pickle
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik
from kundenmetrik import errors, retention

WORDS = Path(kundenmetrik.__file__).parent / "words"


def test_segments_are_curves_of_their_own() -> None:
    frame = pd.DataFrame({"days": [3, 5, 5, 8, 2, 2], "gone": [1, 1, 0, 1, 1, 0], "plan": list("aaaabb")})
    both = retention.survival(frame["days"], frame["gone"], by=frame["plan"])
    alone = retention.survival([2, 2], [True, False])
    assert both.to_frame().columns.tolist() == [
        "plan", "time", "at_risk", "events", "censored", "survival", "low", "high",
    ]  # fmt: skip
    assert both["b"].at(2) == alone.at(2)
    with pytest.raises(errors.InvalidArgument, match=r"take curve\[key\]"):
        both.median()
    with pytest.raises(errors.UnknownName):
        both["c"]


def test_several_keys() -> None:
    curve = retention.survival([1, 2, 3], [True] * 3, by={"plan": ["a", "a", "b"], "land": ["de", "at", "de"]})
    assert curve[("a", "de")].median().value == 1
    assert curve.to_frame()[["plan", "land"]].drop_duplicates().shape == (3, 2)


def test_rows_of_series_belong_together() -> None:
    with pytest.raises(errors.InvalidArgument, match="same index"):
        retention.survival(pd.Series([1, 2]), pd.Series([True, False], index=[1, 0]))


def test_missing_durations_are_counted() -> None:
    curve = retention.survival([1.0, np.nan, 3.0], [True, True, False])
    assert dict(curve.at(1).excluded) == {"missing_duration": 1}
    assert curve.at(1).n == 2


@pytest.mark.parametrize("flags", [[2, 1], [-1, 0], ["True", "False"], [np.nan, 1], [None, True], [0.5, 1]])
def test_flags_are_true_or_false(flags: list[Any]) -> None:
    with pytest.raises(errors.InvalidData, match="churned must be True or False"):
        retention.survival([1, 2], flags)


@pytest.mark.parametrize("duration", [[-1, 2], [np.inf, 2.0]])
def test_durations_are_finite_and_not_negative(duration: list[Any]) -> None:
    with pytest.raises(errors.InvalidData, match="duration must be finite and at least 0"):
        retention.survival(duration, [True, True])


def test_all_faults_at_once() -> None:
    with pytest.raises(errors.InvalidData) as caught:
        retention.survival([-1, 2], [3, True], entry=[0, 2])
    assert {fault.column for fault in caught.value.faults} == {"duration", "churned", "entry"}


def test_an_entry_is_before_its_end() -> None:
    with pytest.raises(errors.InvalidData, match="entry must be at least 0 and before"):
        retention.survival([3, 4], [True, True], entry=[3, 0])


def test_time_spans_take_the_unit() -> None:
    spans = pd.to_timedelta([7, 14], unit="D")
    curve = retention.survival(pd.Series(spans), [True, False], unit="week")
    assert curve.to_frame()["time"].tolist() == [1.0, 2.0]
    assert curve.median().unit == "weeks"


def test_tenure_zero_counts() -> None:
    # the Telco churn table has eleven rows of tenure 0
    curve = retention.survival([0, 0, 5, 6], [True, False, True, False])
    assert curve.at(0).value == 0.75


def test_estimates_ask_again_and_pickle() -> None:
    curve = retention.survival([6, 6, 6, 7, 10, 6, 9, 10], [1, 1, 1, 1, 1, 0, 0, 0])
    for found in (curve.at(6), curve.median(), curve.restricted_mean(8)):
        wider = found.at(confidence=0.99)
        assert wider.low <= found.low <= found.value <= found.high <= wider.high
        assert pickle.loads(pickle.dumps(found)) == found
        json.loads(found.to_json())


def test_without_a_unit_ages_count_periods() -> None:
    tenure, churned = [1, 2, 35, 35, 40], [True, True, True, True, False]
    curve = retention.survival(tenure, churned)
    assert (curve.unit, curve.notes) == ("period", ("unit_not_given",))
    for found in (curve.median(), curve.quantile(0.1), curve.restricted_mean(20)):
        assert (found.unit, found.notes) == ("periods", ("unit_not_given",))
    assert curve.at(2).notes == ()
    for ask in (curve.restricted_mean, curve.at):
        with pytest.raises(errors.InvalidArgument, match="unit must be given, as") as raised:
            ask("12 months")
        assert raised.value.remedy.endswith("to the function that reads the data.")
    told = retention.survival(tenure, churned, unit="month")
    assert (told.median().unit, told.median().value, told.median().notes) == ("months", 35.0, ())
    assert told.restricted_mean("1 year").value == told.restricted_mean(12).value
    assert retention.lifetime(curve, horizon=20).constant_hazard.notes == ("assumes_constant_hazard", "unit_not_given")


def test_time_spans_know_their_unit() -> None:
    spans = pd.Series(pd.to_timedelta([2, 4], unit="D"))
    curve = retention.survival(spans, [True, True])
    assert (curve.unit, curve.notes, curve.median().value) == ("day", (), 2.0)
    with pytest.raises(errors.InvalidArgument, match="entry is converted"):
        retention.survival([2, 4], [True, True], entry=pd.to_timedelta([0, 1], unit="D"))


def test_notes_say_why() -> None:
    curve = retention.survival([2, 4, 6], [True, False, False], unit="day")
    assert curve.at(1).notes == ("no_events",)
    assert curve.at(7).notes == ("beyond_observation",)
    assert np.isnan(curve.at(7).value)
    assert curve.median().notes == ("not_reached",)
    assert np.isnan(curve.median().value)
    assert curve.restricted_mean(7).notes == ("beyond_observation",)
    gone = retention.survival([2, 4], [True, True])
    assert gone.at(5).notes == ("nobody_left",)
    assert (gone.at(5).value, np.isnan(gone.at(5).low)) == (0.0, True)


def test_late_entry_that_empties_the_risk_set_is_said() -> None:
    # at age 1 the only one under observation is lost; two others enter at 2, one of whom is lost at 5
    curve = retention.survival([1, 5, 6], [1, 1, 0], entry=[0, 2, 2], unit="day")
    assert curve.to_frame()["at_risk"].tolist() == [1, 2, 1]
    assert curve.notes == ("risk_set_emptied",)
    for found, value in (
        (curve.at(1), 0.0),
        (curve.at(5), 0.0),
        (curve.median(), 1.0),
        (curve.restricted_mean(6), 1.0),
    ):
        assert (found.value, found.notes) == (value, ("risk_set_emptied",))
    assert curve.at(0.5).notes == ("no_events",)
    assert curve.restricted_mean(1).notes == ()
    notes = tomllib.loads((WORDS / "notes.toml").read_text("utf-8"))
    assert {"de", "en"} <= notes["risk_set_emptied"].keys()


def test_a_quantile_before_the_risk_set_empties_stands() -> None:
    # S(1) = 1/2, S(3) = 0 with one more entering at 4: the median is what the data say, the 0.9-quantile is not
    curve = retention.survival([1, 3, 9], [1, 1, 1], entry=[0, 0, 4], unit="day")
    assert (curve.median().value, curve.median().notes) == (1.0, ())
    assert (curve.quantile(0.9).value, curve.quantile(0.9).notes) == (3.0, ("risk_set_emptied",))
    assert curve.at(2).notes == ()
    both = retention.survival([1, 3, 9, 4], [1, 1, 1, 1], entry=[0, 0, 4, 0], by=list("aaab"), unit="day")
    assert (both.notes, both["a"].notes, both["b"].notes) == (("risk_set_emptied",), ("risk_set_emptied",), ())
    assert both["b"].at(4).notes == ("nobody_left",)


def test_durations_beyond_63_bits() -> None:
    curve = retention.survival(np.array([2**63 + 10, 5], dtype="uint64"), [True, True])
    assert curve.to_frame()["time"].tolist() == [5.0, 2.0**63]
    assert retention.survival([2**63 + 10, 5], [True, False]).to_frame()["time"].tolist() == [5.0, 2.0**63]
    assert retention.survival([-0.0, 2.0], [True, False]).at(0).value == 0.5


def test_nobody_churned() -> None:
    curve = retention.survival([3, 4], [False, False])
    assert (curve.at(3).value, curve.at(3).low, curve.at(3).high) == (1.0, 1.0, 1.0)
    assert curve.restricted_mean(4).value == 4.0


def test_the_interval_can_change_without_the_data() -> None:
    curve = retention.survival([1, 2, 3, 4], [True, True, False, True])
    plain = curve.with_interval(confidence=0.8, method="plain")
    assert plain.at(2).method == "greenwood, plain"
    assert plain.at(2).value == curve.at(2).value
    assert plain.at(2).low != curve.at(2).low


def test_pre_counted_rows() -> None:
    rows = retention.survival([1, 2, 2], [True, True, False], count=[3, 2, 4])
    people = retention.survival([1] * 3 + [2] * 6, [True] * 5 + [False] * 4)
    pd.testing.assert_frame_equal(rows.to_frame(), people.to_frame())
    with pytest.raises(errors.InvalidData, match="count must be whole numbers"):
        retention.survival([1, 2], [True, True], count=[1.5, 1])


def test_hazard_limits() -> None:
    frame = retention.survival([1, 2, 3], [False, True, True]).cumulative_hazard()
    assert frame["cumulative_hazard"].tolist() == [0.0, 0.5, 1.5]
    assert frame.loc[0, ["low", "high"]].tolist() == [0.0, 0.0]
    assert (frame["low"] <= frame["cumulative_hazard"]).all()
    plain = retention.survival([1, 2, 3], [False, True, True]).cumulative_hazard(method="plain")
    assert plain["low"].iloc[1] == 0.0


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_a_quantile_is_inside(share: float) -> None:
    with pytest.raises(errors.InvalidArgument):
        retention.survival([1, 2], [True, True]).quantile(share)


def test_html_escapes() -> None:
    curve = retention.survival([1, 2], [True, True], by=["<b>", "x"])
    assert "<b>" not in curve._repr_html_()
    assert "x" in repr(curve)


def test_logrank_strata_and_pairs() -> None:
    rng = np.random.default_rng(3)
    days, gone = rng.integers(1, 30, 90), rng.random(90) < 0.7
    plan, land = rng.integers(0, 3, 90), rng.integers(0, 2, 90)
    found = retention.logrank(days, gone, plan, strata=land)
    parts = [retention.logrank(days[land == s], gone[land == s], plan[land == s]) for s in (0, 1)]
    excess = sum(part.sums.observed - part.sums.expected for part in parts)
    np.testing.assert_allclose(found.sums.observed - found.sums.expected, excess)
    frame = found.to_frame()
    assert frame["n"].sum() == 90
    assert frame["observed"].sum() == pytest.approx(frame["expected"].sum())
    pairs = retention.logrank_pairs(days, gone, plan).to_frame()
    alone = retention.logrank(days[plan != 2], gone[plan != 2], plan[plan != 2])
    assert pairs.loc[0, "p_value"] == pytest.approx(alone.p_value, rel=1e-12)
    assert (pairs["p_adjusted"] >= pairs["p_value"]).all()


def test_logrank_needs_two_segments() -> None:
    with pytest.raises(errors.InvalidArgument, match="at least two segments"):
        retention.logrank([1, 2], [True, True], ["a", "a"])
    with pytest.raises(errors.UnknownName, match="tarone-ware"):
        retention.logrank([1, 2], [True, True], ["a", "b"], method="tarone")


def test_limits_of_the_restricted_mean_stay_within_the_horizon() -> None:
    found = retention.survival([1, 6, 7], [True, True, False]).restricted_mean(6).at(confidence=0.999)
    assert (found.low, found.high) == (0.0, 6.0)


def test_pairs_have_the_medians_of_both_segments() -> None:
    lasted, churned = [1, 2, 3, 4, 5, 6, 9], [True] * 6 + [False]
    by = ["a", "a", "b", "b", "c", "c", "c"]
    table = retention.logrank_pairs(lasted, churned, by).to_frame()
    curve = retention.survival(lasted, churned, by=by)
    for side in ("first", "second"):
        assert table[f"{side}_median"].tolist() == [curve[segment].median().value for segment in table[side]]
    never = retention.logrank_pairs([1, 2, 3, 4], [True, True, False, False], ["a", "a", "b", "b"]).to_frame()
    assert never["first_median"].tolist() == [1.0]
    assert never["second_median"].isna().all()


def test_logrank_with_late_entry_and_counts() -> None:
    """Late comers are at risk from their entry on; a row with a count is so many rows; strata and pairs take both."""
    duration, lost = np.array([3, 5, 7, 2, 6, 9, 4, 8]), np.array([1, 1, 0, 1, 1, 1, 0, 1], dtype=bool)
    by, since, count = list("aaaabbbb"), np.array([0, 2, 0, 1, 3, 0, 0, 5]), np.array([2, 1, 3, 1, 1, 2, 1, 4])
    rows = np.repeat(np.arange(8), count)
    found = retention.logrank(duration, lost, by, entry=since, count=count)
    repeated = retention.logrank(duration[rows], lost[rows], np.array(by)[rows], entry=since[rows])
    assert (found.statistic, found.p_value) == pytest.approx((repeated.statistic, repeated.p_value), rel=1e-12)
    assert found.to_frame().equals(repeated.to_frame())
    assert found.to_frame()["n"].tolist() == [7, 8]
    assert found.statistic != pytest.approx(retention.logrank(duration, lost, by, count=count).statistic)
    pairs = retention.logrank_pairs(duration, lost, by, entry=since, count=count)
    assert pairs.statistic[0] == pytest.approx(found.statistic)
    assert (
        pairs.medians[0][0]
        == retention.survival(duration[:4], lost[:4], entry=since[:4], count=count[:4]).median().value
    )
    strata = [1, 1, 2, 2, 1, 1, 2, 2]
    apart = retention.logrank(duration, lost, by, entry=since, count=count, strata=strata)
    again = retention.logrank(
        duration[rows], lost[rows], np.array(by)[rows], entry=since[rows], strata=np.array(strata)[rows]
    )
    assert apart.statistic == pytest.approx(again.statistic, rel=1e-12)
    with pytest.raises(errors.InvalidData, match="entry must be at least 0 and before the end"):
        retention.logrank(duration, lost, by, entry=duration)
    with pytest.raises(errors.InvalidData, match="count must be whole numbers"):
        retention.logrank(duration, lost, by, count=[-1] * 8)
