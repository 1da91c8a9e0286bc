"""The command: its tasks on files as people have them, its codes, its languages; no traceback for what users cause."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.command import options
from kundenmetrik.command.config_file import OF_A_TABLE, read_config
from kundenmetrik.command.main import main
from kundenmetrik.command.options import language_asked

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("kunden.csv", "vorgaenge.csv", "umfrage.csv"):
        shutil.copy(DATA / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def shop(folder: Path) -> Path:
    assert main(["demo", "--out", "shop", "--customers", "300", "--seed", "1"]) == 0
    return folder / "shop"


THREE = ["--customers", "kunden.csv", "--interactions", "vorgaenge.csv", "--responses", "umfrage.csv"]


def test_init_check_and_scorecard_of_a_german_export(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "kunden.csv", "vorgaenge.csv", "umfrage.csv"]) == 0
    said = tomllib.loads((folder / "kundenmetrik.toml").read_text(encoding="utf-8"))
    assert said["customers"]["columns"]["Kunde seit"] == "acquired_at"
    assert said["interactions"]["files"] == ["vorgaenge.csv"]
    assert said["responses"]["questions"] == {"Weiterempfehlung": "nps", "Zufriedenheit": "csat"}
    assert "Say currency='EUR'" in (folder / "kundenmetrik.toml").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["check"]) == 1
    assert "vorgaenge.csv: Betrag must have its currency" in capsys.readouterr().err
    assert main(["check", "--currency", "EUR", "--language", "de"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "Alles in Ordnung: customers, interactions, responses\n"
    assert "Kunde seit: Datumsangaben der Form %d.%m.%Y" in printed.err
    assert main(["scorecard", "--currency", "EUR", "--by", "Ort", "--period", "year"]) == 0
    printed = capsys.readouterr()
    assert "Lüneburg" in printed.out
    assert printed.out.startswith("Customer metrics\n")


def test_columns_kinds_and_questions_are_said_by_options(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "k.csv").write_text("Nr.;Seit;Region;Tarif\n17;1.3.2025;Süd;S\n18;2.4.2025;Nord;M\n")
    (folder / "v.csv").write_text(
        "Nr.;Am;Was;Betrag\n17;1.3.2025;Abo;9,90\n18;2.4.2025;Abo;19,90\n18;3.4.2025;Kauf;1,00\n"
    )
    (folder / "u.csv").write_text("Nr.;Wann;Q1\n17;1.4.2025;9\n18;2.5.2025;3\n")
    files = ["--customers", "k.csv", "--interactions", "v.csv", "--responses", "u.csv", "--currency", "EUR"]
    names = ["Nr.=customer_id", "Seit=acquired_at", "Am=occurred_at", "Was=kind", "Wann=answered_at"]
    said = [*files, "--columns", *names, "--kinds", "Abo=purchase", "--questions", "Q1=nps"]
    assert main(["scorecard", *said, "--by", "Region", "Tarif"]) == 0
    printed = capsys.readouterr()
    assert "NPS" in printed.out
    assert "Nord, M" in printed.out
    assert "Was: Abo → purchase, Kauf → purchase" in printed.err
    assert "Kept as attributes: Region, Tarif" in printed.err
    assert main(["check", *said, "--attributes", "drop"]) == 0
    assert main(["check", *said]) == 1
    assert "k.csv: Region must be a field of Customer" in capsys.readouterr().err
    assert main(["check", *files, "--columns", "Nummer=customer_id", "Seit=acquired_at"]) == 1
    assert main(["check", *said, "--attributes", "drop", "--questions", "Q1=nps", "Q7=csat"]) == 1
    assert "--questions must be one of 'Am', 'Betrag'" in capsys.readouterr().err
    assert main(["check", *files, "--columns", "Nr."]) == 1
    assert "--columns must be pairs such as Kd=customer_id, not 'Nr.'" in capsys.readouterr().err


def test_by_may_name_a_column_as_the_file_does(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [*THREE, "--currency", "EUR", "--attributes", "keep", "--period", "year"]
    assert main(["scorecard", *files, "--by", "Kundensegment"]) == 0
    renamed = capsys.readouterr().out
    assert main(["scorecard", *files, "--by", "segment"]) == 0
    assert renamed == capsys.readouterr().out
    assert "Geschäft" in renamed
    (folder / "kundenmetrik.toml").write_text(
        "[responses]\nfiles = 'umfrage.csv'\n[customers]\nfiles = 'kunden.csv'\nattributes = ['Ort', 'Name']\n"
        "[scorecard]\nby = ['Kundensegment', 'Ort']\n"
    )
    assert main(["scorecard"]) == 0
    assert "Geschäft, Lüneburg" in capsys.readouterr().out


EXPORTS = {
    "qualtrics.csv": (
        ["--columns", "ExternalReference=customer_id", "--questions", "Q1=nps", "Q2=csat", "--attributes", "keep"],
        {"NPS": {"all": 0.0}, "CSAT": {"all": 200 / 3}},
    ),
    "limesurvey.csv": (
        ["--columns", "token=customer_id", "--questions", "NPS=nps", "CSAT[SQ001]=csat", "--attributes", "drop"],
        {"NPS": {"all": -100 / 3}, "CSAT": {"all": 50.0}},
    ),
    "umfrage.csv": ([], {"NPS": {"all": 0.0}, "CSAT": {"all": 200 / 3}}),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_survey_export_is_reported_by_one_command(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    options, wanted = EXPORTS[name]
    assert main(["scorecard", "--responses", str(DATA / name), *options, "--period", "year"]) == 0
    text = capsys.readouterr().out
    for metric, groups in wanted.items():
        title = {"NPS": "Net Promoter Score", "CSAT": "Customer satisfaction score"}[metric]
        lines = text[text.index(title) :].splitlines()
        heads, cells = (line.split() for line in lines[2:4])
        assert heads[1] == next(iter(groups))
        assert float(cells[1].replace("−", "-")) == pytest.approx(next(iter(groups.values())), abs=0.05)


def test_a_workbook_is_reported_by_one_command(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = pd.DataFrame({"Nr.": range(1, 5), "Datum": pd.to_datetime(["2026-01-05"] * 4), "NPS": [10, 9, 3, 9]})
    book.to_excel(shop / "antworten.xlsx", index=False)
    files = ["--responses", str(shop / "antworten.xlsx"), "--columns", "Nr.=response_id"]
    capsys.readouterr()
    assert main(["scorecard", *files, "--language", "de"]) == 0
    told = capsys.readouterr()
    assert re.search(r"2026-01 +50,0 \[", told.out)
    assert "Nr. → response_id" in told.err


def test_init_overwrites_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "kundenmetrik.toml").write_text("# mine\n")
    assert main(["init", "kunden.csv"]) == 1
    assert "not there yet" in capsys.readouterr().err
    assert (folder / "kundenmetrik.toml").read_text() == "# mine\n"


def test_the_shop_as_files_gives_the_report_of_the_shop(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["scorecard", "--config", "shop/kundenmetrik.toml", "--language", "de"]) == 0
    made = km.datasets.webshop(n_customers=300, seed=1)
    card = km.report.scorecard(
        made.customers, made.interactions, made.responses, kano=made.kano, by="segment", language="de"
    )
    assert capsys.readouterr().out == card.to_text() + "\n"
    book = km.read_excel(shop / "shop.xlsx", km.Interaction, sheet="interactions")
    files = km.read_csv(shop / "interactions.csv", km.Interaction)
    pd.testing.assert_frame_equal(pd.DataFrame(book), pd.DataFrame(files), check_dtype=False)


def test_a_report_is_written_in_whole_files_and_hides_small_groups(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scorecard", "--config", "shop/kundenmetrik.toml", "--out", "made/report"]) == 0
    made = shop.parent / "made" / "report"
    charts = [f"{name}.svg" for name in ("ces", "csat", "kano", "nps", "retention")]
    assert sorted(path.name for path in made.iterdir()) == [
        *charts,
        "scorecard.csv",
        "scorecard.html",
        "scorecard.txt",
        "tgw.svg",
    ]
    assert (made / "scorecard.html").read_text(encoding="utf-8").count("<svg ") == 6
    assert (made / "scorecard.html").read_text(encoding="utf-8").startswith("<!")
    assert "Groups with fewer than 10 answers are hidden." in (made / "scorecard.txt").read_text(encoding="utf-8")
    assert list(pd.read_csv(made / "scorecard.csv").columns) == ["section", "row", "column", "text"]
    capsys.readouterr()
    (shop.parent / "file").write_text("")
    assert main(["scorecard", "--out", "file"]) == 1
    assert "--out must be a folder that can be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "there", "added"),
    [
        (["--responses", "shop/responses.csv"], "Net Promoter Score", "retention rate"),
        (["--interactions", "shop/interactions.csv"], "Complaints per 1,000", "NPS, CSAT and CES"),
        (["--customers", "shop/customers.csv", "--observed-until", "2025-12-31"], "Retention", "lifetime value"),
    ],
)
def test_one_table_is_enough(
    shop: Path, capsys: pytest.CaptureFixture[str], files: list[str], there: str, added: str
) -> None:
    capsys.readouterr()
    assert main(["scorecard", *files]) == 0
    text = capsys.readouterr().out
    assert there in text
    last = text[text.index("What further tables would add") :]
    assert added in last


def test_the_faults_of_all_files_come_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "kunden.csv").write_text("Kunde;Kunde seit\n;2025-01-01\n")
    (folder / "umfrage.csv").write_bytes(b"%PDF-1.7")
    assert main(["check", *THREE]) == 1
    told = capsys.readouterr().err
    assert "kunden.csv: Kunde must be given" in told
    assert "vorgaenge.csv: Betrag must have its currency" in told
    assert "umfrage.csv is a PDF" in told
    assert main(["check", *THREE, "--language", "de"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "responses: umfrage.csv ist ein PDF und keine Tabelle. Die Tabelle dahinter als CSV oder Excel exportieren.",
        "kunden.csv: Kunde muss angegeben sein; 1 von 1 erfüllt das nicht (Zeile 2)",
        "vorgaenge.csv: Betrag muss zusammen mit currency angegeben sein; 4 von 5 erfüllen das nicht (Zeilen 2, 3, 5, "
        "6: '1.299,00', '49,90', '12.499,50', '1.299,00'). currency='EUR' angeben, wenn die ganze Datei in einer "
        "Währung ist.",
    ]


def test_files_that_are_no_table_are_told_with_the_faults_of_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.csv").write_text("Kunde;Kunde seit\n;2025-01-01\n")
    (folder / "b.csv").write_bytes(b"%PDF-1.7")
    (folder / "c.csv").write_text("Kunde;Kunde seit\n7;2025-01-01;x\n")
    assert main(["check", "--customers", "a.csv", "absent.csv", "b.csv", "c.csv"]) == 1
    assert capsys.readouterr().err == (
        "absent.csv: the file must be a file. There is no file of that name.\n"
        "b.csv: the file must be a table; b.csv is a PDF. Export the table behind it as CSV or Excel.\n"
        "c.csv: a record must have 2 cells, as the first line has; 1 of 1 is not (line 2: 3). Put cells that hold the"
        " separator in double quotes; name the line of the names with header=.\n"
        "a.csv: Kunde must be given; 1 of 1 is not (line 2)\n"
    )


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[customer]\nfiles = 'a'\n", "customers"),
        ("[customers]\nfile = 'a'\n", "files"),
        ("[customers]\nfiles = 5\n", "name a file"),
        ("[customers]\n", "name a file"),
        ("[customers\n", "be TOML"),
        ("customers = 5\n", "be a section"),
        ("[customers]\nfiles = 'absent.csv'\n", "There is no file of that name"),
        ("[customers]\nfiles = 'kunden.csv'\nattributes = 'hold'\n", "'keep', 'drop'"),
    ],
)
def test_a_bad_mapping_is_told(folder: Path, capsys: pytest.CaptureFixture[str], toml: str, said: str) -> None:
    (folder / "kundenmetrik.toml").write_text(toml)
    assert main(["check"]) == 1
    assert said in capsys.readouterr().err


def test_paths_of_a_mapping_begin_at_its_folder(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "kundenmetrik.toml").write_text("[customers]\nfiles = ['../kunden.csv']\ndates = '%d.%m.%Y'\n")
    config = read_config(folder / "sub" / "kundenmetrik.toml")
    assert config.tables == {"customers": {"files": [str(folder / "sub" / "../kunden.csv")], "dates": "%d.%m.%Y"}}
    assert {"columns", "kinds", "questions", "scales", "sheet", "header"} <= set(OF_A_TABLE)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--customers", "absent.csv"],
        ["check", "--config", "absent.toml"],
        ["check", "--customers", "."],
        ["init", "absent.csv"],
        ["init", "kunden.csv", "--out", "absent/kundenmetrik.toml"],
        ["verify", "astrology"],
        ["demo", "--out", "kunden.csv"],
        ["demo", "--out", "d", "--customers", "0"],
        ["scorecard", "--customers", "kunden.csv", "--attributes", "drop"],
        ["scorecard", "--customers", "kunden.csv", "--attributes", "drop", "--observed-until", "gestern"],
        ["scorecard", "--responses", "umfrage.csv", "--time-zone", "Mars"],
        ["scorecard", "--responses", "umfrage.csv", "--by", "Ort"],
        ["scorecard", "--responses", "umfrage.csv", "--min-n", "-1"],
        ["scorecard", "--responses", "umfrage.csv", "--separator", ";;"],
    ],
)
def test_what_users_cause_is_one_message(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert told
    assert "Traceback" not in told
    assert "fault of the library" not in told


@pytest.mark.parametrize("arguments", [[], ["report"], ["check", "--period", "eon"], ["scorecard", "--period", "eon"]])
def test_a_wrong_option_ends_with_two(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 2
    assert "usage: kundenmetrik" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["de", "en"])
def test_every_task_has_its_help(folder: Path, capsys: pytest.CaptureFixture[str], code: str) -> None:
    for task in ("scorecard", "check", "init", "verify", "demo"):
        assert main([task, "--help", f"--language={code}"]) == 0
        assert ("Sprache" in capsys.readouterr().out) == (code == "de")
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == km.__version__


def test_a_fault_of_the_library_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(options, "check_task", broken)
    assert main(["check"]) == 70
    told = capsys.readouterr().err
    assert told == "This is a fault of the library (ZeroDivisionError: by zero). --debug shows where it arises.\n"
    assert main(["check", "--debug"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_verify_counts_what_agrees(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "survey"]) == 0
    assert "figures agree" in capsys.readouterr().out
    assert main(["verify", "survey", "kano"]) == 0
    assert capsys.readouterr().out.count("figures agree") == 2


def test_progress_is_a_line_that_a_terminal_shows_and_a_file_never_sees(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["verify", "survey"]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["verify", "survey", "--language", "de"]) == 0
    assert capsys.readouterr().err == "\r\x1b[K1 von 1\r\x1b[K"


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "de_AT.UTF-8"}, "de"),
        ([], {"LC_ALL": "en_GB", "LANG": "de_DE"}, "en"),
        ([], {"LC_MESSAGES": "de", "LANG": "en"}, "de"),
        ([], {"LANG": "fr_FR"}, "en"),
        (["check", "--language", "en"], {"LANG": "de_DE"}, "en"),
        (["--language=de", "check"], {}, "de"),
        (["--language"], {}, "en"),
    ],
)
def test_the_language_is_that_which_is_asked_for(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert language_asked(arguments, environment) == language


def test_the_module_is_the_command(folder: Path) -> None:
    plain = {**os.environ, "PYTHONIOENCODING": "cp437"}
    ran = subprocess.run(
        [sys.executable, "-m", "kundenmetrik", "check", "--customers", "kunden.csv", "--attributes", "drop"],
        capture_output=True,
        check=False,
        env=plain,
    )
    assert ran.returncode == 0
    assert ran.stdout.decode("utf-8").strip() == "All in order: customers"
    assert "Kündigung" not in ran.stderr.decode("utf-8")
    assert "Gekündigt am → churned_at" in ran.stderr.decode("utf-8")
