"""Complaints per 1,000 sales: a rate, not a share."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, KundenmetrikError, UnknownName


def test_more_complaints_than_sales_are_legal() -> None:
    rate = km.tgw(1405, 1000)
    assert rate.value == 1405.0
    assert rate.low < 1405.0 < rate.high


def test_without_sales_it_is_undefined() -> None:
    for complaints in (0, 5):
        rate = km.tgw(complaints, 0)
        assert math.isnan(rate.value)
        assert rate.notes == ("no_exposure",)


def test_no_complaints_are_a_measured_zero() -> None:
    rate = km.tgw(0, 1000)
    assert (rate.value, rate.low) == (0.0, 0.0)
    assert rate.high == pytest.approx(-math.log(0.025), abs=1e-12)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from([1, 100, 1000, 10**6]))
def test_the_unit_scales_value_and_limits(complaints: int, sales: int, per: float) -> None:
    one, many = km.tgw(complaints, sales, per=1), km.tgw(complaints, sales, per=per)
    for name in ("value", "low", "high"):
        assert getattr(many, name) == pytest.approx(per * getattr(one, name), rel=1e-12)


@pytest.mark.parametrize(
    ("complaints", "sales"),
    [(-1, 10), (1.5, 10), (1, -1), (math.nan, 1), (1, math.inf), ("3", 10), (True, 10), ([1], [2])],
)
def test_bad_numbers_are_refused(complaints: object, sales: object) -> None:
    with pytest.raises(KundenmetrikError):
        km.tgw(complaints, sales)


def test_interactions_and_sums_give_the_same() -> None:
    kinds = ["purchase"] * 30 + ["complaint"] * 2 + ["visit"] * 5
    log = pd.DataFrame({"product": ["A"] * 20 + ["B"] * 17, "kind": kinds})
    from_log = km.measure(log, km.TGW(), by="product")
    sums = pd.DataFrame({"product": ["A", "B"], "c": [0, 2], "s": [20, 10]})
    from_sums = km.measure(sums, km.TGW("c", "s"), by="product")
    pd.testing.assert_frame_equal(from_log.to_frame(), from_sums.to_frame())
    assert from_log.overall() == km.tgw(2, 30)


def test_wrong_specs_and_tables_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="together"):
        km.TGW("c")
    with pytest.raises(InvalidArgument, match="above 0"):
        km.TGW(per=0)
    with pytest.raises(UnknownName, match="kind"):
        km.measure({"x": [1]}, km.TGW())
    with pytest.raises(InvalidData, match="c must"):
        km.measure({"c": [-1, 2.5], "s": [1, 2]}, km.TGW("c", "s"))
    with pytest.raises(InvalidArgument, match="weight"):
        km.measure({"c": [1], "s": [1], "w": [1.0]}, km.TGW("c", "s"), weight="w")


MONTHS = pd.DataFrame(
    {
        "product": ["A"] * 6 + ["B"] * 6,
        "occurred_at": pd.to_datetime([f"2025-{month:02d}-01" for month in range(1, 7)] * 2),
        "complaints": [10, 60, 5, 45, 12, 70, *[20] * 6],
        "sales": [1000] * 12,
    }
)
COLUMNS = km.TGW("complaints", "sales")


def test_periods_that_scatter_are_said_where_the_rate_is_read() -> None:
    wild = MONTHS[MONTHS["product"] == "A"]
    table = km.measure(wild, COLUMNS, period="month", date="occurred_at")
    assert table["2025-01"].notes == ("overdispersed",)
    assert set(table.to_frame()["notes"]) == {"overdispersed"}
    assert table.overall().notes == table.subset(["2025-01"])["2025-01"].notes == ("overdispersed",)
    assert km.complaints.dispersed_rate(table).rate.notes == ("overdispersed",)
    rolled = km.measure(wild, COLUMNS, period="month", date="occurred_at")
    assert km.rolling(rolled, 3)["2025-06"].notes == ("overdispersed",)


def test_even_periods_are_not_noted_and_products_need_not_be_alike() -> None:
    calm = MONTHS.assign(complaints=[20] * 6 + [200] * 6)
    table = km.measure(calm, COLUMNS, by="product", period="month", date="occurred_at")
    assert set(table.to_frame()["notes"]) == {""}
    assert table.total("product")["A"].notes == ()
    by_product = km.measure(calm, COLUMNS, by="product")
    assert by_product["A"].notes == ()  # that products differ does not make the limits of one too narrow ...
    assert by_product.overall().notes == ("overdispersed",)  # ... but those of all together


def test_scatter_is_that_of_the_merged_counts() -> None:
    table = km.measure(MONTHS, COLUMNS, period="month", date="occurred_at", by="product")
    parts = [
        km.measure(half, COLUMNS, period="month", date="occurred_at", by="product")
        for half in (MONTHS[::2], MONTHS[1::2])
    ]
    pd.testing.assert_frame_equal((parts[0] + parts[1]).to_frame(), table.to_frame())
    assert table.total("product")["A"].notes == ("overdispersed",)


def test_one_period_or_severities_say_nothing_about_scatter() -> None:
    one = km.measure(MONTHS[:1], COLUMNS, period="month", date="occurred_at")
    assert one["2025-01"].notes == one.overall().notes == ()
    assert km.measure(MONTHS, COLUMNS).overall().notes == ()


def test_units_are_written_out() -> None:
    units = [km.TGW(per=per).unit_name for per in (1, 100, 1000, 1_000_000, 0.5)]
    assert units == ["per sale", "per 100 sales", "per 1,000 sales", "per 1,000,000 sales", "per 0.5 sales"]


def test_exposures_a_million_times_apart() -> None:
    small, large = [1, 0, 2], [1_000_000, 3_000_000, 2_000_000]
    table = km.measure(
        {"shop": list("abc") + list("xyz"), "bad": [*small, 5000, 15_000, 10_000], "sold": [1, 3, 2, *large]},
        km.TGW("bad", "sold"),
        by="shop",
    )
    assert (table["a"].value, table["x"].value) == (1000, 5)
    assert table["a"].high > 1000 * table["x"].high
    assert table.overall().value == pytest.approx(1000 * 30_003 / 6_000_006, rel=1e-15)
    ratio = km.complaints.rate_ratio(1, 1, 5000, 1_000_000)
    assert ratio.ratio.value == pytest.approx(200)
    upper = km.segments.funnel(table, method="poisson").to_frame()["upper_99.8"].to_numpy()
    assert upper[:3].tolist() == pytest.approx([1000, 1000 / 3, 500])  # one complaint at so few sales is no signal
    assert upper[3:].max() < 5.5


def test_two_rates_are_compared_by_their_score_test() -> None:
    change = km.compare(km.tgw(60, 51477), km.tgw(30, 54309))
    assert change.value == pytest.approx(1000 * (60 / 51477 - 30 / 54309))
    assert 0.0005 < change.p_value < 0.0007
    assert change.low < change.value < change.high


class TestNumeratorsAndDenominators:
    """Which complaints count, and what they are divided by."""

    LOG = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "b", "c", "d"],
            "kind": ["purchase", "complaint", "complaint", "purchase", "complaint", "purchase", "complaint"],
            "occurred_at": pd.to_datetime(
                ["2026-01-05", "2026-01-20", "2026-02-02", "2026-01-30", "2026-02-03", "2026-02-10", "2026-02-11"]
            ),
            "points": [None, 1.0, 5.0, None, 2.0, None, 1.0],
        }
    )

    def monthly(self, **choice: object) -> km.EstimateTable:
        return km.measure(self.LOG, km.TGW(**choice), period="month", date="occurred_at")

    def table(self, **choice: object) -> list[list[float]]:
        found: list[list[float]] = self.monthly(**choice).counts.table.tolist()
        return found

    def test_every_complaint_over_the_sales_of_the_month(self) -> None:
        assert self.table() == [[1, 2], [3, 1]]

    def test_the_first_of_each_customer_in_a_month(self) -> None:
        assert self.table(numerator="first_per_customer") == [[1, 2], [3, 1]]
        whole = km.measure(self.LOG, km.TGW(numerator="first_per_customer")).overall()
        assert (whole.value, dict(whole.excluded)) == (1000.0, {"repeat": 1})

    def test_matched_sales_count_complaints_in_the_month_of_the_sale(self) -> None:
        table = self.monthly(denominator="matched_sales")
        assert table.counts.table.tolist() == [[3, 2], [0, 1]]
        assert table["2026-02"].excluded["unmatched"] == 1

    def test_complaints_per_customer(self) -> None:
        estimate = km.measure(self.LOG, km.TGW(denominator="respondents", per=1)).overall()
        assert (estimate.value, estimate.unit) == (1.0, "per customer")

    def test_severities_have_a_compound_poisson_interval(self) -> None:
        spec = km.TGW(numerator="severity", severity="points", largest_severity=5)
        estimate = km.measure(self.LOG, spec).overall()
        alone = km.complaints.severity_rate([1.0, 5.0, 2.0, 1.0], 3)
        assert (estimate.value, estimate.low, estimate.high) == pytest.approx((alone.value, alone.low, alone.high))
        plain = km.measure(self.LOG, km.TGW()).overall()
        assert (estimate.high - estimate.low) / estimate.value > (plain.high - plain.low) / plain.value
        change = km.measure(self.LOG, spec, period="month", date="occurred_at").compare(baseline="previous").to_frame()
        assert change["difference"].tolist() == pytest.approx([8000 - 500])
        assert change["p_value"].between(0, 1).all()

    def test_equal_severities_are_plain_counts(self) -> None:
        log = self.LOG.assign(points=1.0)
        weighted = km.measure(log, km.TGW(numerator="severity", severity="points", largest_severity=1)).overall()
        plain = km.measure(log, km.TGW()).overall()
        assert (weighted.value, weighted.low, weighted.high) == pytest.approx((plain.value, plain.low, plain.high))

    def test_choices_that_do_not_fit_are_refused(self) -> None:
        with pytest.raises(InvalidArgument, match="left out"):
            km.TGW("c", "s", numerator="first_per_customer")
        with pytest.raises(InvalidArgument, match="severity"):
            km.TGW(numerator="severity")
        with pytest.raises(InvalidArgument, match="severity"):
            km.TGW(severity="points")
        with pytest.raises(UnknownName, match="first_per_customer"):
            km.TGW(numerator="first_per_customers")
        with pytest.raises(InvalidArgument, match="same"):
            km.compare(self.monthly()["2026-01"], self.monthly(denominator="matched_sales")["2026-01"])


def test_complaints_of_a_group_without_sales_are_said_on_the_total() -> None:
    frame = pd.DataFrame({"product": ["A", "B", "C"], "bad": [12, 4, 3], "sold": [1_000, 900, 0]})
    table = km.measure(frame, km.TGW("bad", "sold"), by="product")
    assert "events_without_exposure" in table.overall().notes
    assert "no_exposure" in table["C"].notes
    sold = km.measure(frame[:2], km.TGW("bad", "sold"), by="product")
    assert "events_without_exposure" not in sold.overall().notes


def test_a_comparison_of_a_handful_of_complaints_says_so() -> None:
    few, many = km.compare(km.tgw(1, 4), km.tgw(2, 1)), km.compare(km.tgw(12, 400), km.tgw(20, 500))
    assert (few.notes, many.notes) == (("few_events",), ())
    assert "notes: few_events" in repr(few)
    frame = pd.DataFrame({"product": ["A", "B", "C"], "bad": [3, 2, 80], "sold": [100, 90, 900]})
    rows = km.measure(frame, km.TGW("bad", "sold"), by="product").compare(baseline="A").to_frame()
    assert rows["notes"].tolist() == ["few_events", ""]


STRAY = pd.DataFrame({"shop": list("ABC"), "bad": [50, 50, 80], "sold": [1_000, 1_000, 0]})


def test_complaints_without_sales_are_nobodys_baseline() -> None:
    rows = km.measure(STRAY, km.TGW("bad", "sold"), by="shop").compare().to_frame().set_index("shop")
    assert rows.loc[["A", "B"], "difference"].tolist() == [0.0, 0.0]
    assert rows["n_baseline"].tolist() == [1_000, 1_000, 2_000]
    assert rows["notes"].tolist() == ["events_without_exposure", "events_without_exposure", "no_exposure"]
    found = km.segments.compare_rates(STRAY["bad"], STRAY["sold"])
    assert found.ratio[:2].tolist() == [1.0, 1.0]
    assert np.isnan(found.ratio[2])
    assert not found.clear.any()


def test_only_the_totals_that_hold_complaints_without_sales_say_so() -> None:
    frame = pd.DataFrame(
        {"shop": list("AABB"), "month": list("xyxy"), "bad": [5, 3, 7, 8], "sold": [1_000, 0, 900, 800]}
    )
    table = km.measure(frame, km.TGW("bad", "sold"), by=["shop", "month"])
    assert [estimate.notes for estimate in table] == [(), ("no_exposure",), (), ()]
    shops = table.total("shop")
    assert [estimate.notes for estimate in shops] == [("events_without_exposure",), ()]
    assert shops.to_frame()["notes"].tolist() == ["events_without_exposure", ""]
    assert shops.subset(["B"])["B"].notes == ()
    assert shops.overall().notes == table.overall().notes == ("events_without_exposure",)
    later = km.measure(frame.assign(sold=700)[2:], km.TGW("bad", "sold"), by=["shop", "month"]).total("shop")
    for added in (shops + later, later + shops):
        assert (added["A"].notes, added["B"].notes) == (("events_without_exposure",), ())
    assert table.subset([("B", "x"), ("B", "y")]).overall().notes == ()


def test_a_window_that_holds_complaints_without_sales_says_so() -> None:
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime([f"2025-0{i}-01" for i in range(1, 6)]),
            "bad": [9, 9, 30, 9, 9],
            "sold": [1_000, 1_000, 0, 1_000, 1_000],
        }
    )
    table = km.measure(frame, km.TGW("bad", "sold"), period="month", date="month")
    windows = km.rolling(table, 2).to_frame()
    told = windows["notes"].str.contains("events_without_exposure")
    assert told.tolist() == [False, False, True, True, False]
    assert not table.to_frame()["notes"].str.contains("events_without_exposure").any()


def test_hiding_small_groups_hides_no_complaints_without_sales() -> None:
    frame = STRAY.assign(bad=[5, 9, 3])
    hidden = km.measure(frame, km.TGW("bad", "sold"), by="shop", min_n=5).overall()
    assert (hidden.value, hidden.notes) == (8.5, ("events_without_exposure",))


def test_severities_are_few_by_their_number_not_by_their_sum() -> None:
    def compared(points: float, complaints: int) -> str:
        kinds = ["complaint"] * complaints + ["purchase"] * 440
        log = pd.DataFrame(
            {
                "customer_id": np.arange(2 * len(kinds)) + 1,
                "kind": kinds * 2,
                "shop": np.repeat(["A", "B"], len(kinds)),
                "points": points,
                "occurred_at": pd.Timestamp("2025-01-05"),
            }
        )
        metric = km.TGW(numerator="severity", severity="points", largest_severity=9)
        return str(km.measure(log, metric, by="shop").compare(baseline="A").to_frame()["notes"].iloc[0])

    assert compared(0.1, 30) == ""
    assert compared(9.0, 2) == "few_events"
