"""Names of columns: what the caller says, the names of the fields, the names that exports use."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.files.column_names import field_names, known_columns, known_words, questions_among
from kundenmetrik.frame.files.file_source import sources_of
from kundenmetrik.frame.files.work import ROW_IDS

MODELS = (km.Customer, km.Interaction, km.SurveyResponse, km.KanoAnswer)


def test_what_is_said_goes_before_names_of_fields_and_those_before_known_names() -> None:
    assert field_names(["Datum", "Zeit"], km.Interaction, {"Zeit": "occurred_at"}) == {"Zeit": "occurred_at"}
    assert field_names(["Datum", "occurred_at"], km.Interaction, None) == {"occurred_at": "occurred_at"}
    assert field_names(["KUNDEN-NR.", "Customer ID"], km.Customer, None) == {
        "KUNDEN-NR.": "customer_id",
        "Customer ID": "customer_id",
    }
    assert field_names(["Datum"], km.Interaction, None, taken=["Datum"]) == {}


@pytest.mark.parametrize("model", MODELS)
def test_known_names_are_of_fields_that_there_are(model: type[km.Customer]) -> None:
    assert set(known_columns(model).values()) <= set(model.model_fields)
    assert set(known_words()["columns"][model.__name__]) <= set(model.model_fields)


def test_a_field_of_ones_own_and_those_of_the_parent_are_known() -> None:
    class Member(km.Customer):
        points: int = 0

    found = field_names(["Kundennummer", "points", "Kunde seit"], Member, None)
    assert found == {"points": "points", "Kundennummer": "customer_id", "Kunde seit": "acquired_at"}
    frame = km.read_csv(b"Kundennummer;points;Kunde seit\n17;5;1.1.2025\n", Member)
    assert frame["points"].tolist() == [5]


def test_questions_have_usual_names() -> None:
    assert questions_among(["NPS", "Weiterempfehlung ", "Ort"]) == {"NPS": "nps", "Weiterempfehlung ": "nps"}


def test_ids_of_rows_are_made_and_those_of_customers_never() -> None:
    assert ROW_IDS == ("interaction_id", "response_id")
    with pytest.raises(km.errors.InvalidData, match="customer_id must be a column of the file"):
        km.read_csv(b"Datum;Art\n1.1.2025;Kauf\n", km.Interaction)


def test_sources_are_files_with_names(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c[1].csv"):
        (tmp_path / name).write_text(name)
    assert [one.name for one in sources_of(str(tmp_path / "?.csv"))] == ["a.csv", "b.csv"]
    assert [one.content for one in sources_of(str(tmp_path / "c[1].csv"))] == [b"c[1].csv"]
    assert [one.name for one in sources_of([b"x", io.StringIO("y")])] == ["bytes", "the open file"]
    with pytest.raises(InvalidArgument, match="at least one"):
        sources_of([])
    with pytest.raises(InvalidArgument, match="not a folder"):
        sources_of(tmp_path)
    with pytest.raises(InvalidArgument, match="device"):
        sources_of("/dev/zero")
    with pytest.raises(InvalidType, match="source"):
        sources_of(5)
