"""Broken files and what is said of each: the whole message, so that a change of words is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kundenmetrik as km

SALES = "Kundennummer;Datum;Art;Betrag;currency\n"
SNAPSHOT = Path(__file__).parents[2] / "data" / "broken_files.txt"

FILES: dict[str, tuple[bytes, Any, dict[str, Any]]] = {
    "an empty file": (b"", km.Customer, {}),
    "a PDF": (b"%PDF-1.7 ...", km.Customer, {}),
    "a workbook given to read_csv": (b"PK\x03\x04....", km.Customer, {}),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", km.Customer, {}),
    "a compressed file": (b"\x1f\x8b\x08\x00", km.Customer, {}),
    "a web page": (b"<html><table><tr><td>1</td></tr></table></html>", km.Customer, {}),
    "one column": (b"customer_id\n17\n18\n", km.Customer, {}),
    "a title above the names": (b"Export\n\nKunde;Kunde seit\n17;2025-01-01\n", km.Customer, {}),
    "a header that is not there": (b"Kunde;Kunde seit\n17;2025-01-01\n", km.Customer, {"header": 9}),
    "another encoding than is said": (b"Kunde;Kunde seit\nJ\xe4ger;2025-01-01\n", km.Customer, {"encoding": "utf-8"}),
    "bytes of DOS": (b"Kunde;Kunde seit\nM\x81ller;2025-01-01\n", km.Customer, {}),
    "two marks that separate": (b"Kunde;a,Kunde seit;b\n17;1,2025-01-01;2\n", km.Customer, {}),
    "lines of other lengths": (b"Kunde;Kunde seit\n17;2025-01-01;x\n18\n", km.Customer, {}),
    "a name twice": (b"Kunde;Kunde\n17;18\n", km.Customer, {}),
    "two columns for one field": (b"Kunde;Kundennr;Kunde seit\n17;18;2025-01-01\n", km.Customer, {}),
    "columns of one's own": (b"Kunde;Kunde seit;Ort\n17;2025-01-01;K\xc3\xb6ln\n", km.Customer, {}),
    "no column of customers": (b"Nr.;Kunde seit\n17;2025-01-01\n", km.Customer, {"attributes": "drop"}),
    "day or month": (b"Kunde;Kunde seit\n17;03/04/2025\n18;05/04/2025\n", km.Customer, {}),
    "two forms of dates": (b"Kunde;Kunde seit\n17;03.04.2025\n18;2025-05-04\n19;5.5.2025\n", km.Customer, {}),
    "a day that does not exist": (b"Kunde;Kunde seit\n17;31.02.2025\n18;28.02.2025\n", km.Customer, {}),
    "thousands or decimals": (f"{SALES}17;1.1.2025;Kauf;1.299;EUR\n".encode(), km.Interaction, {}),
    "two decimal marks": (
        f"{SALES}17;1.1.2025;Kauf;12,50;EUR\n18;1.1.2025;Kauf;1.5;EUR\n".encode(),
        km.Interaction,
        {},
    ),
    "a kind that is not known": (f"{SALES}17;1.1.2025;Abo;1,5;EUR\n".encode(), km.Interaction, {}),
    "amounts without a currency": (b"Kunde;Datum;Art;Betrag\n17;1.1.2025;Kauf;1,5\n", km.Interaction, {}),
    "an answer off the scale": (
        b"Nr;NPS\n1;99\n2;9\n",
        km.SurveyResponse,
        {"columns": {"Nr": "response_id"}, "scales": {"nps": (0, 10)}},
    ),
    "words for answers": (b"Nr;NPS\n1;sehr\n2;9\n", km.SurveyResponse, {"columns": {"Nr": "response_id"}}),
    "a quote that does not end": (b'Kunde;Kunde seit\n"17;2025-01-01\n', km.Customer, {}),
    "everything at once": (b"Kunde;Datum;Art;Betrag\n;45.1.2025;Abo;viel\n17;1.2.2025;Kauf;5\n", km.Interaction, {}),
}


def said(name: str) -> str:
    content, model, options = FILES[name]
    with pytest.raises(km.errors.KundenmetrikError) as caught:
        km.read_csv(content, model, name="file.csv", **options)
    return f"# {name}\n{caught.value}\n"


def test_each_broken_file_is_told_in_the_words_of_the_snapshot() -> None:
    told = "\n".join(map(said, FILES))
    assert told == SNAPSHOT.read_text(encoding="utf-8"), told


def test_no_message_is_of_python_or_pandas() -> None:
    text = SNAPSHOT.read_text(encoding="utf-8")
    assert text.count("\n# ") == len(FILES) - 1
    assert not [word for word in ("codec", "Traceback", "NaT", "dtype", "object", "pandas") if word in text]


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"dates": "day"}, "dates must be a form of dates"),
        ({"decimal": "'"}, "decimal must be"),
        ({"attributes": "hold"}, "attributes must be one of"),
        ({"missing": "99"}, "missing must be a list"),
        ({"columns": {"Nr": "customer_id"}}, "columns must be one of 'Kunde', 'Kunde seit'"),
        ({"columns": {"Kunde": "customer"}}, "customer_id"),
        ({"columns": {"Kunde": "segment", "Kunde seit": "segment"}}, "columns must name each field once"),
        ({"columns": ["Kunde"]}, "columns must be a mapping"),
        ({"kinds": {"Kauf": "purchase"}}, "kinds must be left out for Customer"),
        ({"currency": "EUR"}, "currency must be left out for Customer"),
        ({"questions": {"Kunde": "nps"}}, "questions must be left out for Customer"),
        ({"scales": {"nps": (0, 10)}}, "scales must be left out for Customer"),
        ({"encoding": "klingon"}, "encoding must be the name of an encoding"),
        ({"header": 0}, "header must be"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: dict[str, Any], rule: str) -> None:
    with pytest.raises(km.errors.InvalidArgument, match=rule):
        km.read_csv(b"Kunde;Kunde seit\n17;2025-01-01\n", km.Customer, **options)


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"questions": {"NPS": 5}}, "name a question for each column"),
        ({"questions": {"NPS": "nps", "Nr": "nps"}}, "name one column for 'nps'"),
        ({"scales": {"nps": "high"}}, "scales"),
        ({"scales": [(0, 10)]}, "scales must be a mapping"),
    ],
)
def test_questions_that_do_not_fit_are_refused(options: dict[str, Any], rule: str) -> None:
    with pytest.raises(km.errors.InvalidArgument, match=rule):
        km.read_csv(b"Nr;NPS\n17;9\n", km.SurveyResponse, **options)


def test_kinds_and_currency_that_do_not_fit_are_refused() -> None:
    with pytest.raises(km.errors.InvalidArgument, match="kinds"):
        km.read_csv(f"{SALES}17;1.1.2025;Abo;1,5;EUR\n".encode(), km.Interaction, kinds={"Abo": "subscription"})
    with pytest.raises(km.errors.InvalidArgument, match="currency must be left out"):
        km.read_csv(f"{SALES}17;1.1.2025;Kauf;1,5;EUR\n".encode(), km.Interaction, currency="EUR")
    with pytest.raises(km.errors.InvalidArgument, match="model must be a record model"):
        km.read_csv(b"a;b\n1;2\n", dict)
