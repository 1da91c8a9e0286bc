"""Exports as people have them: German files, workbooks, survey tools, each read in one call with exact values."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData

DATA = Path(__file__).parents[2] / "data"
DAY = pd.Timestamp


def kunden() -> Any:
    return km.read_csv(DATA / "kunden.csv", km.Customer, attributes="keep")


def vorgaenge() -> Any:
    return km.read_csv(DATA / "vorgaenge.csv", km.Interaction, currency="EUR")


def umfrage(**options: Any) -> Any:
    return km.read_csv(DATA / "umfrage.csv", km.SurveyResponse, **options)


def test_customers_of_a_german_export() -> None:
    frame = kunden()
    assert frame["customer_id"].tolist() == ["00017", "00018", "00019", "00020"]
    assert frame["acquired_at"].tolist() == [DAY("2024-03-01"), DAY("2024-04-15"), DAY("2024-11-02"), DAY("2025-01-31")]
    assert frame["churned_at"].tolist()[1] == DAY("2025-12-31")
    assert frame["churned_at"].isna().tolist() == [True, False, True, True]
    assert frame["segment"].tolist() == ["Privat", "Geschäft", "Privat", "Privat"]
    assert frame["attributes"].tolist()[1] == {"Name": "Groß & Söhne", "Ort": "Lüneburg"}
    assert "Encoding: cp1252" in str(frame.reading)
    assert "Kunde seit: dates of the form %d.%m.%Y" in str(frame.reading)
    assert "Kept as attributes: Name, Ort" in str(frame.reading)


def test_interactions_of_a_german_export() -> None:
    frame = vorgaenge()
    assert frame["interaction_id"].tolist() == ["V-1", "V-2", "V-3", "V-4", "V-5"]
    assert frame["kind"].tolist() == ["purchase", "purchase", "complaint", "purchase", "refund"]
    assert frame["amount"].tolist()[:2] == [1299.0, 49.9]
    assert frame["amount"].tolist()[3:] == [12499.5, 1299.0]
    assert frame["currency"].tolist() == ["EUR", "EUR", None, "EUR", "EUR"]
    assert frame["occurred_at"].tolist()[0] == DAY("2024-12-31 09:15")
    assert frame["product"].tolist()[3] == "Röster"


def test_a_wide_survey_of_a_german_export() -> None:
    frame = umfrage(scales={"nps": (0, 10), "csat": km.Scale(1, 5)})
    nps, csat = (frame[frame["question"] == name] for name in ("nps", "csat"))
    assert nps["score"].tolist()[:3] == [10.0, 0.0, 7.0]
    assert csat["score"].tolist()[:2] == [5.0, 2.0]
    assert nps["score"].isna().tolist() == [False, False, False, True]
    assert csat["score"].isna().tolist() == [False, False, True, False]
    assert frame["response_id"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    assert frame["comment"].tolist()[0] == "Sehr gut;\r\ngerne wieder"
    assert set(nps["scale"]) == {"0..10"}
    assert frame["answered_at"].tolist()[4] == DAY("2025-02-13")
    assert "'weiß nicht' (1)" in str(frame.reading)
    assert km.measure(frame, km.NPS()).overall().value == pytest.approx(0.0)
    assert km.measure(frame, km.NPS()).overall().excluded["missing"] == 1
    assert km.measure(frame, km.CSAT()).overall().value == pytest.approx(200 / 3)


def test_what_is_called_otherwise_is_named() -> None:
    with pytest.raises(InvalidArgument, match="NPS-Frage"):
        umfrage(questions={"NPS-Frage": "nps"})
    frame = umfrage(questions={"Weiterempfehlung": "recommend"}, attributes="drop")
    assert set(frame["question"]) == {"recommend"}
    assert "Left out: Zufriedenheit" in str(frame.reading)


def book(**sheets: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return stream.getvalue()


def typed_book() -> bytes:
    customers = pd.DataFrame(
        {
            "Kundennummer": [17, 18],
            "Kunde seit": pd.to_datetime(["2024-03-01", "2024-04-15"]),
            "Kündigungsdatum": [pd.NaT, pd.Timestamp("2025-12-31")],
        }
    )
    events = pd.DataFrame(
        {
            "Kundennummer": [17, 18, 17],
            "Datum": pd.to_datetime(["2024-12-31 09:15", "2025-01-03 00:00", "2025-01-04 00:00"]),
            "Art": ["Kauf", "Kauf", "Beschwerde"],
            "Betrag": [1299.0, 49.9, None],
        }
    )
    return book(Kunden=customers, Vorgänge=events)


def test_a_workbook_keeps_numbers_and_times_and_writes_ids_as_csv_does() -> None:
    customers = km.read_excel(typed_book(), km.Customer, sheet="Kunden")
    events = km.read_excel(typed_book(), km.Interaction, sheet="Vorgänge", currency="EUR")
    assert customers["customer_id"].tolist() == ["17", "18"]
    assert customers["acquired_at"].tolist() == [DAY("2024-03-01"), DAY("2024-04-15")]
    assert customers["churned_at"].isna().tolist() == [True, False]
    assert events["amount"].tolist()[:2] == [1299.0, 49.9]
    assert events["kind"].tolist() == ["purchase", "purchase", "complaint"]
    assert events["interaction_id"].tolist() == [1, 2, 3]
    assert events["occurred_at"].tolist()[0] == DAY("2024-12-31 09:15")
    assert "Sheet: Vorgänge" in str(events.reading)


def test_the_sheet_is_named_where_there_are_several() -> None:
    with pytest.raises(InvalidArgument, match=r"sheet must be given: bytes has 'Kunden', 'Vorgänge'"):
        km.read_excel(typed_book(), km.Customer)
    with pytest.raises(InvalidArgument, match="sheet must be one of"):
        km.read_excel(typed_book(), km.Customer, sheet="Kunde")


def test_a_workbook_tells_rows_of_the_sheet_past_titles_and_errors() -> None:
    rows: list[list[Any]] = [
        ["Export vom 1.4.2026", None, None, None],
        [None, None, None, None],
        ["Kundennummer", "Datum", "Art", "Betrag"],
        [17, "31.12.2025", "Kauf", "1.299,00"],
        [None, "30.12.2025", "Kauf", "#DIV/0!"],
    ]
    stream = io.BytesIO()
    pd.DataFrame(rows).to_excel(stream, index=False, header=False)
    with pytest.raises(InvalidData) as caught:
        km.read_excel(stream.getvalue(), km.Interaction, header=3, currency="EUR", name="export.xlsx")
    told = {(fault.file, fault.column, fault.rows, fault.place) for fault in caught.value.faults}
    assert told == {("export.xlsx", "Betrag", (5,), "row"), ("export.xlsx", "Kundennummer", (5,), "row")}
    with pytest.raises(InvalidArgument, match="header="):
        km.read_excel(stream.getvalue(), km.Interaction)


def test_a_qualtrics_export_has_three_lines_of_names() -> None:
    frame = km.read_csv(
        DATA / "qualtrics.csv",
        km.SurveyResponse,
        columns={"ExternalReference": "customer_id"},
        questions={"Q1": "nps", "Q2": "csat"},
        attributes="keep",
    )
    assert frame["response_id"].tolist() == ["R_1abc", "R_1abc", "R_2def", "R_2def", "R_3ghi", "R_3ghi"]
    assert frame["customer_id"].tolist() == ["00017", "00017", "00018", "00018", "00019", "00019"]
    assert frame["score"].fillna(-1).tolist() == [9.0, 4.0, 3.0, 2.0, -1.0, 5.0]
    assert frame["answered_at"].tolist()[-1] == DAY("2026-03-09 08:16:02")
    assert "Qualtrics" in str(frame.reading)
    table = km.measure(frame, km.NPS(), by="UserLanguage")
    assert table["DE"].value == pytest.approx(0.0)
    assert table["DE"].n == 2


def test_a_limesurvey_export() -> None:
    frame = km.read_csv(
        DATA / "limesurvey.csv",
        km.SurveyResponse,
        columns={"token": "customer_id"},
        questions={"NPS": "nps", "CSAT[SQ001]": "csat"},
        attributes="drop",
    )
    assert frame["response_id"].tolist() == ["1", "1", "2", "2", "3", "3"]
    assert frame["score"].fillna(-1).tolist() == [10.0, 5.0, 6.0, -1.0, 0.0, 1.0]
    assert frame["answered_at"].tolist()[0] == DAY("2026-03-01 10:03:41")
    assert "10 - sehr wahrscheinlich" in str(frame.reading)


def test_a_forms_export() -> None:
    answers = pd.DataFrame(
        {
            "ID": [1, 2],
            "Startzeit": pd.to_datetime(["2026-03-01 10:00", "2026-03-01 11:00"]),
            "Fertigstellungszeit": pd.to_datetime(["2026-03-01 10:03", "2026-03-01 11:05"]),
            "E-Mail": ["anonymous", "anonymous"],
            "Wie wahrscheinlich ist es, dass Sie uns empfehlen?": [9, 4],
        }
    )
    frame = km.read_excel(
        book(Sheet1=answers),
        km.SurveyResponse,
        questions={"Wie wahrscheinlich ist es, dass Sie uns empfehlen?": "nps"},
        attributes="drop",
    )
    assert frame["response_id"].tolist() == ["1", "2"]
    assert frame["score"].tolist() == [9.0, 4.0]
    assert frame["answered_at"].tolist()[1] == DAY("2026-03-01 11:05")


def test_a_frame_goes_through_the_same_door() -> None:
    cells = pd.read_csv(DATA / "vorgaenge.csv", sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    cells = cells.where(cells != "", None)
    frame = km.read(cells, km.Interaction, currency="EUR")
    pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(vorgaenge()), check_dtype=False)
    typed = km.read(pd.DataFrame({"Kunde": [2**60, 7], "Kunde seit": pd.to_datetime(["2025-01-01"] * 2)}), km.Customer)
    assert typed["customer_id"].tolist() == [2**60, 7]
    assert km.read(DATA / "kunden.csv", km.Customer, attributes="drop")["customer_id"].tolist()[0] == "00017"
    assert len(km.read(typed_book(), km.Customer, sheet="Kunden")) == 2


def test_attributes_are_groups_everywhere() -> None:
    people = kunden()
    joined = umfrage().merge(people[["customer_id", "attributes"]], on="customer_id")
    table = km.measure(joined, km.NPS(), by="Ort")
    assert [key for (key,) in table.groups.keys] == ["Köln", "Lüneburg", "München"]
    assert table["Lüneburg"].value == pytest.approx(-100.0)
    rate = km.retention.ledger(people, period="year", by="Ort", observed_until="2025-12-31").rate()
    assert {key[0] for key in rate.groups.keys} == {"Köln", "Lüneburg", "München"}
    with pytest.raises(km.errors.UnknownName, match="Stadt"):
        km.measure(joined, km.NPS(), by="Stadt")


def test_interactions_and_answers_hold_attributes() -> None:
    frame = km.read_csv(
        b"id;Kunde;Datum;Art;Filiale\n1;a;2026-01-01;Kauf;S\xc3\xbcd\n", km.Interaction, attributes="keep"
    )
    (record,) = km.records(frame, km.Interaction)
    assert record.attributes == {"Filiale": "Süd"}
    assert km.to_frame([record])["attributes"].tolist() == [{"Filiale": "Süd"}]


PART = "Vorgangsnummer;Kundennummer;Datum;Vorgangsart\n{}"


def test_several_files_are_one_table(tmp_path: Path) -> None:
    (tmp_path / "v-1.csv").write_text(PART.format("V-1;17;03/04/2026;Kauf\n"))
    (tmp_path / "v-2.csv").write_text(PART.format("V-2;17;13/04/2026;Kauf\n"))
    frame = km.read_csv(str(tmp_path / "v-*.csv"), km.Interaction)
    assert frame["occurred_at"].tolist() == [DAY("2026-04-03"), DAY("2026-04-13")]
    assert frame.reading.files == ("v-1.csv", "v-2.csv")
    listed = km.read_csv([tmp_path / "v-1.csv", tmp_path / "v-2.csv"], km.Interaction)
    pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(listed))
    with pytest.raises(InvalidArgument, match="at least one file"):
        km.read_csv(str(tmp_path / "w-*.csv"), km.Interaction)
    with pytest.raises(InvalidArgument, match="left out for several"):
        km.read_csv(str(tmp_path / "v-*.csv"), km.Interaction, name="v.csv")


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "v-1.csv").write_text(PART.format("V-1;17;03.04.2026;Abo\n\nV-2;;35.04.2026;Kauf\n"))
    (tmp_path / "v-2.csv").write_text(PART.format("V-3;17;04.04.2026;Kauf\nV-4;18;05.04.2026;Probe\n"))
    with pytest.raises(InvalidData) as caught:
        km.read_csv(str(tmp_path / "v-*.csv"), km.Interaction)
    told = {(fault.file, fault.column): (fault.rows, fault.values) for fault in caught.value.faults}
    assert told == {
        ("v-1.csv", "Datum"): ((4,), ("35.04.2026",)),
        ("v-1.csv", "Kundennummer"): ((4,), None),
        ("v-1.csv", "Vorgangsart"): ((2,), ("Abo",)),
        ("v-2.csv", "Vorgangsart"): ((3,), ("Probe",)),
    }
    assert all(fault.rule and fault.place == "line" for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Vorgangsnummer;Kundennummer;Datum;Vorgangsart", "V-2;17;2026-04-04;Kauf"),
        ("Kundennummer;Datum;Vorgangsart", "17;2026-04-04;Kauf"),
    ],
)
def test_rows_that_stand_in_two_files_are_named(tmp_path: Path, head: str, row: str) -> None:
    (tmp_path / "a.csv").write_text(f"{head}\n{row}\n")
    (tmp_path / "b.csv").write_text(f"{head}\n{row.replace('V-2', 'V-3').replace('04-04', '04-05')}\n{row}\n")
    with pytest.raises(InvalidData, match=r"b\.csv: .*one file only.*line 3") as caught:
        km.read_csv(str(tmp_path / "?.csv"), km.Interaction)
    assert [fault.code for fault in caught.value.faults] == ["duplicate"]


def test_files_of_other_columns_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Kunde;Datum;Art\n1;2026-01-01;Kauf\n")
    (tmp_path / "b.csv").write_text("Kunde;Datum;Typ\n1;2026-01-02;Kauf\n")
    with pytest.raises(InvalidData) as caught:
        km.read_csv(str(tmp_path / "?.csv"), km.Interaction)
    assert {(fault.file, fault.column, fault.code) for fault in caught.value.faults} == {
        ("b.csv", "Art", "absent"),
        ("b.csv", "Typ", "unknown"),
    }


def test_the_reading_speaks_german_and_the_frame_is_a_frame() -> None:
    frame = vorgaenge()
    assert frame.reading.to_text("de").splitlines()[:3] == [
        "vorgaenge.csv: 5 Zeilen",
        "Spalten: Vorgangsnummer → interaction_id, Kundennummer → customer_id, Datum → occurred_at, "
        "Vorgangsart → kind, Betrag → amount, Produkt → product",
        "Zeichensatz: utf-8-sig",
    ]
    assert repr(frame.reading) == str(frame.reading)
    assert type(frame[frame["amount"] > 100]) is pd.DataFrame
    pd.testing.assert_frame_equal(km.check(frame, km.Interaction), frame)
