"""The main job: three tables in, a report out, in both languages, and clear words for bad rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidData, KundenmetrikError, UnknownName
from kundenmetrik.report.scorecard import Scorecard
from kundenmetrik.report.value_section import expected_value

SHOP = km.datasets.webshop(n_customers=400, seed=3)
TABLES = (SHOP.customers, SHOP.interactions, SHOP.responses)


@pytest.fixture(scope="module")
def german() -> Scorecard:
    return km.report.scorecard(*TABLES, by="segment", language="de")


def test_the_tables_are_the_numbers_measured_alone(german: Scorecard) -> None:
    answers = SHOP.responses.merge(SHOP.customers[["customer_id", "segment"]], on="customer_id")
    for name, metric in (("nps", km.NPS()), ("csat", km.CSAT()), ("ces", km.CES())):
        alone = km.measure(answers, metric, by="segment", period="month", date="answered_at")
        pd.testing.assert_frame_equal(german.tables[name].to_frame(), alone.to_frame())
    assert german.tables["tgw"].overall().value == km.measure(SHOP.interactions, km.TGW()).overall().value


def test_both_languages_tell_the_same_numbers(german: Scorecard) -> None:
    english = km.report.scorecard(*TABLES, by="segment", language="en")
    assert german.to_text().startswith("Kundenkennzahlen\n")
    assert english.to_text().startswith("Customer metrics\n")
    assert [len(one.rows) for one in german.sections] == [len(one.rows) for one in english.sections]
    for one, other in zip(german.sections, english.sections, strict=True):
        assert one.title != other.title
        digits = [[[letter for letter in cell if letter.isdigit()] for cell in row[1:]] for row in one.rows]
        assert digits == [[[letter for letter in cell if letter.isdigit()] for cell in row[1:]] for row in other.rows]


@pytest.mark.parametrize("by", ["segment", None, "persona"])
@pytest.mark.parametrize("period", ["week", "quarter", "year"])
def test_other_groups_and_periods(by: str | None, period: str) -> None:
    card = km.report.scorecard(*TABLES, by=by, period=period, language="en")
    text = card.to_text()
    assert "nan" not in text.replace("finance", "")
    assert all(len(row) == len(one.header) for one in card.sections for row in one.rows)
    assert repr(card).startswith("Customer metrics: nps")


def test_words_of_the_data_are_escaped_and_cleaned() -> None:
    people = SHOP.customers.assign(segment=SHOP.customers["segment"].replace("Privat", "<script>\x1b[2J"))
    card = km.report.scorecard(people, *TABLES[1:], by="segment", language="en")
    assert "<script>" not in card.to_html()
    assert "&lt;script&gt;" in card.to_html()
    assert card._repr_html_() == card.to_html()
    assert "\x1b" not in card.to_text()


def test_small_groups_are_hidden_everywhere() -> None:
    card = km.report.scorecard(*TABLES, by="segment", min_n=15, language="en")
    table = card.tables["nps"]
    hidden = {key for key, gone in zip(table.groups.keys, table.suppressed, strict=True) if gone}
    assert hidden
    assert all(np.isnan(table[key].value) for key in hidden)


@pytest.mark.parametrize("customers", [1_000, pytest.param(3_000, marks=pytest.mark.slow)])
def test_a_refused_model_stands_back_for_those_that_fit(customers: int) -> None:
    """The shop's lifetimes are geometric: the model of gamma lifetimes is refused, the other two are not."""
    shop = km.datasets.webshop(n_customers=customers, seed=7)
    base = km.clv.purchases(shop.interactions, observed_until="2025-06-30", refunds="net")
    with pytest.raises(FitRefused):
        km.clv.ParetoNBD().fit(base)
    aic = {model.name: model.fit(base).aic for model in (km.clv.BetaGeo(), km.clv.ModifiedBetaGeo())}
    found = expected_value(shop.interactions, shop.customers, "2025-06-30")
    assert found.model == min(aic, key=lambda name: aic[name])
    assert found.value is not None
    assert found.value.total.value > 0


def test_a_refused_model_of_spend_is_the_reason_that_is_told() -> None:
    """Two models of buying fit these customers; it is their amounts that no model fits."""
    shop = km.datasets.webshop(n_customers=300, seed=7)
    found = expected_value(shop.interactions, shop.customers, "2025-06-30")
    assert found.value is None
    assert found.refusal.startswith("GammaGamma cannot be fitted")


def test_no_model_is_told_where_all_are_refused() -> None:
    days = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-01"])
    events = pd.DataFrame({"customer_id": [1, 2, 3], "occurred_at": days, "amount": 9.0, "currency": "EUR"})
    found = expected_value(events, pd.DataFrame({"customer_id": [1, 2, 3], "acquired_at": days}), "2024-06-30")
    assert found.value is None
    assert found.refusal.startswith("BetaGeo cannot be fitted: no customer bought again")


@pytest.mark.parametrize("code", ["de", "en"])
def test_every_section_says_from_when_its_data_are(code: str) -> None:
    events, answers = SHOP.interactions, SHOP.responses
    sold = events[events["kind"].isin(["purchase", "complaint"])]["occurred_at"]
    last = max(events["occurred_at"].max(), answers["answered_at"].max()).date()
    card = km.report.scorecard(*TABLES, by="segment", language=code, kano=SHOP.kano)
    glance, _, _, _, _, wrong, late, kept, value, features = (section.remarks for section in card.sections)
    words = km.words.language(code)
    times = answers["answered_at"]
    assert words.word("base.answers", first=times.min().date(), last=times.max().date()) in glance
    assert words.word("base.tgw", first=sold.min().date(), last=sold.max().date()) in wrong
    assert words.word("base.observed", until=last) in late
    assert words.word("base.observed", until=last) in kept
    assert any(str(last) in remark for remark in value)
    asked = words.word("base.kano", answers=len(SHOP.kano), customers=SHOP.kano["customer_id"].nunique())
    assert asked in features


def test_one_period_has_nothing_before_it() -> None:
    answers = SHOP.responses[SHOP.responses["answered_at"].dt.strftime("%Y-%m") == "2025-11"]
    text = km.report.scorecard(*TABLES[:2], answers, language="en").to_text()
    assert "2025-11" in text


def test_a_question_nobody_was_asked_is_left_out() -> None:
    answers = SHOP.responses[SHOP.responses["question"] != "ces"]
    card = km.report.scorecard(*TABLES[:2], answers)
    assert "ces" not in card.tables
    with pytest.raises(InvalidArgument, match=r"^responses must answer at least one"):
        km.report.scorecard(*TABLES[:2], answers.assign(question="loyalty"))


def test_faults_of_the_tables_and_arguments_are_told() -> None:
    with pytest.raises(InvalidData, match="kind"):
        km.report.scorecard(SHOP.customers, SHOP.interactions.assign(kind="Kauf"), SHOP.responses)
    with pytest.raises(KundenmetrikError, match=r"^by must name one of .*Did you mean 'segment'\?"):
        km.report.scorecard(*TABLES, by="segmnt")
    with pytest.raises(UnknownName, match=r"^period must"):
        km.report.scorecard(*TABLES, period="months")
    with pytest.raises(UnknownName, match=r"^language must"):
        km.report.scorecard(*TABLES, language="fr")
    for junk in (5, ["segment", "segment"], [5], True):
        with pytest.raises(KundenmetrikError, match=r"^by must"):
            km.report.scorecard(*TABLES, by=junk)


@pytest.mark.parametrize("given", [("responses",), ("interactions",), ("customers",), ("customers", "responses")])
def test_each_table_gives_its_sections_and_the_last_says_what_the_others_would_add(given: tuple[str, ...]) -> None:
    tables = {name: getattr(SHOP, name) for name in given}
    card = km.report.scorecard(**tables, observed_until="2025-12-31", by=None)
    whole = km.report.scorecard(*TABLES, observed_until="2025-12-31", by=None)
    alone = {"responses": {"nps", "csat", "ces"}, "interactions": {"tgw", "late_complaints", "value"}}
    alone["customers"] = {"retention"}
    assert set(card.tables) == set().union(*(alone[name] for name in given))
    for name in set(card.tables) - {"value"}:
        pd.testing.assert_frame_equal(card.tables[name].to_frame(), whole.tables[name].to_frame())
    last = card.sections[-1]
    assert last.title == "What further tables would add"
    assert len(last.remarks) == 3 - len(given)
    assert whole.sections[-1].title != last.title


def test_what_one_table_cannot_say_is_told() -> None:
    with pytest.raises(InvalidArgument, match="one of them at least"):
        km.report.scorecard()
    with pytest.raises(InvalidArgument, match="observed_until must be given"):
        km.report.scorecard(SHOP.customers)
    with pytest.raises(InvalidArgument, match="by must be left out"):
        km.report.scorecard(interactions=SHOP.interactions, by="segment")
    with pytest.raises(InvalidArgument, match=r"by must name one of 'response_id', .*; 'segment' is not there"):
        km.report.scorecard(responses=SHOP.responses, by="segment")


def test_an_attribute_and_a_column_of_the_answers_are_groups() -> None:
    facts = [{"town": "Ulm" if row % 2 else "Jena"} for row in range(len(SHOP.customers))]
    by_fact = km.report.scorecard(SHOP.customers.assign(attributes=facts), *TABLES[1:], by="town")
    plain = SHOP.customers.assign(segment=[fact["town"] for fact in facts])
    by_column = km.report.scorecard(plain, *TABLES[1:], by="segment")
    for name in ("nps", "retention"):
        found = [card.tables[name].to_frame()["value"].tolist() for card in (by_fact, by_column)]
        assert found[0] == pytest.approx(found[1], nan_ok=True)
    alone = km.report.scorecard(responses=SHOP.responses, by="touchpoint")
    assert set(alone.tables) == {"nps", "csat", "ces"}


class Subscriber(km.Customer):
    """A customer with fields of one's own."""

    region: str
    plan: int


REGIONS = np.where(np.arange(len(SHOP.customers)) % 2, "Nord", "Süd")
PLANS = np.arange(len(SHOP.customers)) % 3
OWN = SHOP.customers.assign(region=REGIONS, plan=PLANS)


@pytest.mark.parametrize(
    "customers",
    [
        OWN,
        SHOP.customers.assign(attributes=pd.Series(OWN[["region", "plan"]].to_dict("records"))),
        SHOP.customers.assign(region=REGIONS, attributes=pd.Series(OWN[["plan"]].to_dict("records"))),
        km.records(OWN, Subscriber),
        km.read(OWN, Subscriber),
    ],
    ids=["columns", "attributes", "both", "records", "read"],
)
def test_several_groups_of_ones_own_are_those_that_each_metric_measures_alone(customers: object) -> None:
    card = km.report.scorecard(customers, *TABLES[1:], by=["region", "plan"])
    merged = SHOP.responses.merge(OWN[["customer_id", "region", "plan"]], on="customer_id", how="left")
    nps = km.measure(merged, km.NPS(), by=["region", "plan"], period="month", date="answered_at")
    assert card.tables["nps"].to_frame()["value"].tolist() == pytest.approx(
        nps.to_frame()["value"].tolist(), nan_ok=True
    )
    kept = km.retention.ledger(OWN, by=["region", "plan"], observed_until="2025-12-31").rate()
    pd.testing.assert_frame_equal(card.tables["retention"].to_frame(), kept.to_frame())
    worth = card.tables["value"].by(["region", "plan"], customers=OWN)
    assert worth["customers"].sum() == len(OWN)
    value = next(one for one in card.sections if "lifetime value" in one.title)
    assert [row[0] for row in value.rows] == ["Nord, 0", "Nord, 1", "Nord, 2", "Süd, 0", "Süd, 1", "Süd, 2", "all"]
    assert [row[1] for row in value.rows[:-1]] == [f"{count}" for count in worth["customers"]]


def test_a_column_that_by_names_needs_no_field_and_others_stay_typing_errors() -> None:
    for by in (None, "segment", "region"):
        with pytest.raises(InvalidData, match=r"customers: plan must be a field of Customer\. Name it in by="):
            km.report.scorecard(OWN, *TABLES[1:], by=by)
    wrong = SHOP.responses.assign(chanel="web")
    with pytest.raises(InvalidData, match=r"(?s)customers: plan .*responses: chanel must be a field"):
        km.report.scorecard(OWN, SHOP.interactions, wrong, by="region")


def test_answers_may_have_groups_of_their_own_beside_those_of_their_customers() -> None:
    card = km.report.scorecard(OWN.drop(columns="plan"), *TABLES[1:], by=["region", "touchpoint"])
    assert card.tables["csat"].groups.names == ("region", "touchpoint", "period")
    assert card.tables["retention"].groups.names == ("region", "period")


def test_whole_numbers_are_groups_where_some_answers_are_of_unknown_customers() -> None:
    fewer = OWN.drop(columns="region").iloc[20:].reset_index(drop=True)
    card = km.report.scorecard(fewer, *TABLES[1:], by="plan")
    assert {key[0] for key in card.tables["nps"].groups.keys} == {0, 1, 2, None}


def test_months_are_those_of_the_named_zone() -> None:
    shop = km.datasets.webshop(n_customers=300, seed=2)
    answers = shop.responses.assign(answered_at=shop.responses["answered_at"].dt.tz_localize("UTC"))
    events = shop.interactions.assign(
        **{
            name: shop.interactions[name].dt.tz_localize("UTC")
            for name in ("occurred_at", "first_response_at", "resolved_at")
        }
    )
    people = shop.customers.assign(
        **{name: shop.customers[name].dt.tz_localize("UTC") for name in ("acquired_at", "churned_at")}
    )
    local = km.report.scorecard(people, events, answers, time_zone="Pacific/Auckland").tables["nps"]
    expected = km.measure(answers, km.NPS(), period="month", date="answered_at", time_zone="Pacific/Auckland")
    assert local.counts == expected.counts
    assert local.counts != km.measure(answers, km.NPS(), period="month", date="answered_at").counts


def test_progress_is_told_after_each_part() -> None:
    told: list[tuple[int, int]] = []
    km.report.scorecard(*TABLES, kano=SHOP.kano, progress=lambda *part: told.append(part))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    told.clear()
    km.report.scorecard(responses=SHOP.responses, progress=lambda *part: told.append(part))
    assert told == [(1, 1)]
