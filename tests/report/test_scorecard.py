"""The main job: three tables in, a report out, in both languages, and clear words for bad rows."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidData, KundenmetrikError, UnknownName
from kundenmetrik.report.scorecard import Scorecard
from kundenmetrik.report.value_section import expected_value

SHOP = km.datasets.webshop(n_customers=400, seed=3)
TABLES = (SHOP.customers, SHOP.interactions, SHOP.responses)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def german() -> Scorecard:
    return km.report.scorecard(*TABLES, by="segment", language="de")


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorecard_example", ROOT / "examples" / "scorecard.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    with pytest.raises(KundenmetrikError, match=r"^by must be a column of the customers"):
        km.report.scorecard(*TABLES, by="segmnt")
    with pytest.raises(UnknownName, match=r"^period must"):
        km.report.scorecard(*TABLES, period="months")
    with pytest.raises(UnknownName, match=r"^language must"):
        km.report.scorecard(*TABLES, language="fr")
    for junk in (5, ["segment"], True):
        with pytest.raises(KundenmetrikError, match=r"^by must"):
            km.report.scorecard(*TABLES, by=junk)


def files_of(folder: Path, separator: str = ",", decimal: str = ".") -> list[str]:
    arguments = []
    for name in ("customers", "interactions", "responses"):
        path = folder / f"{name}.csv"
        getattr(SHOP, name).to_csv(path, index=False, sep=separator, decimal=decimal, date_format="%Y-%m-%dT%H:%M:%S")
        arguments += [f"--{name}", str(path)]
    return arguments


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ",")])
def test_files_of_ones_own_give_the_same_report(
    example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], separator: str, decimal: str
) -> None:
    page = tmp_path / "report.html"
    style = ["--separator", separator, "--decimal", decimal]
    assert example.main([*files_of(tmp_path, separator, decimal), *style, "--html", str(page), "--language", "en"]) == 0
    assert capsys.readouterr().out == km.report.scorecard(*TABLES, by="segment", language="en").to_text() + "\n"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_bad_path_of_the_page_is_told_before_anything_is_computed(
    example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(example, "_card", lambda chosen: pytest.fail("the report was computed first"))
    (tmp_path / "file").touch()
    bad = {
        tmp_path: f"{tmp_path} is a directory; name a file in it, such as {tmp_path / 'scorecard.html'}",
        tmp_path / "nowhere" / "page.html": f"there is no directory {tmp_path / 'nowhere'}; make it first",
        tmp_path / "file" / "page.html": f"there is no directory {tmp_path / 'file'}; make it first",
        tmp_path / ("x" * 300): "cannot be written: File name too long",
    }
    for path, said in bad.items():
        assert example.main(["--html", str(path)]) == 2
        told = capsys.readouterr()
        assert (told.out, told.err.endswith(f"{said}\n")) == ("", True), told.err
    monkeypatch.chdir(tmp_path)
    assert example.main(["--html", ""]) == 2


def test_a_page_that_may_not_be_written_is_told_first_and_leaves_nothing(
    example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path, mode: str = "r") -> None:
        raise PermissionError(13, "Permission denied", str(path))

    page = tmp_path / "page.html"
    assert example._unwritable(page) == ""
    assert not page.exists()
    page.write_text("kept", encoding="utf-8")
    assert example._unwritable(page) == ""
    assert page.read_text(encoding="utf-8") == "kept"
    monkeypatch.setattr(Path, "open", denied)
    assert example.main(["--html", str(page)]) == 2
    assert capsys.readouterr().err == f"--html: {page} cannot be written: Permission denied\n"


def test_the_report_is_printed_where_the_code_page_has_no_minus_sign() -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "scorecard.py"), "--customers-to-make", "150"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "LC_ALL": "de_DE.UTF-8"},
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8")
    assert told.startswith("Kundenkennzahlen")
    assert "−" in told


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "en_US", "LC_ALL": "de_AT"}, "de"),
        ({"LANG": "de", "LC_ALL": ""}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, "en"),
    ],
)
def test_the_language_is_that_of_the_system_unless_it_is_chosen(
    example: ModuleType, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert example._parser().parse_args([]).language == expected
    assert example._parser().parse_args(["--language", "de"]).language == "de"


def test_bad_rows_are_told_with_file_and_line(
    example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = files_of(tmp_path)
    path = tmp_path / "responses.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] += ",too,many"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert example.main(arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "responses.csv" in told.err
    assert "line 5" in told.err
    assert "Traceback" not in told.err
    assert example.main(arguments[:4]) == 1
    assert "--responses must be given too" in capsys.readouterr().err
    assert example.main([*arguments[:5], str(tmp_path / "nothing.csv")]) == 1
    assert "nothing.csv" in capsys.readouterr().err


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
