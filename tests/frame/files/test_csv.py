"""CSV files: every cell as its field says, or told with its line."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, UnknownName


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "answers.csv"
    path.write_bytes(text.encode(encoding))
    return path


HEAD = "response_id,question,score,answered_at\n"


def test_ids_stay_text_and_empty_cells_are_missing(tmp_path: Path) -> None:
    rows = "response_id,customer_id,question,score\n007,NA,nps,9\n008,null,nps,\n1e5,,nps,0\n"
    frame = km.read_csv(written(tmp_path, rows), km.SurveyResponse)
    assert frame["response_id"].tolist() == ["007", "008", "1e5"]
    assert frame["customer_id"].tolist()[:2] == ["NA", "null"]
    assert frame["customer_id"].isna().tolist() == [False, False, True]
    assert frame["score"].isna().tolist() == [False, True, False]
    assert km.measure(frame, km.NPS()).overall().excluded["missing"] == 1


def test_a_german_export_with_a_byte_order_mark(tmp_path: Path) -> None:
    text = "interaction_id;customer_id;kind;occurred_at;amount;currency\nI1;007;purchase;2026-03-31;49,90;EUR\n"
    frame = km.read_csv(written(tmp_path, text, "utf-8-sig"), km.Interaction, separator=";", decimal=",")
    assert frame["amount"].tolist() == [49.9]
    assert frame["occurred_at"].tolist() == [pd.Timestamp("2026-03-31")]
    assert frame.columns[0] == "interaction_id"


@pytest.mark.parametrize("cell", ["1.23", "1.23,50", "1 23", "12 €", "١٢", "nan", "inf", "0x10", "1_000", "1,5,0"])
def test_a_number_with_another_mark_is_told_not_guessed(tmp_path: Path, cell: str) -> None:
    text = f'interaction_id;customer_id;kind;occurred_at;amount;currency\nI1;K1;purchase;2026-03-31;"{cell}";EUR\n'
    with pytest.raises(InvalidData, match=r"line 2: .*decimal mark|decimal mark.*line 2"):
        km.read_csv(written(tmp_path, text), km.Interaction, separator=";", decimal=",")


def test_faults_name_the_line_of_the_file_past_blank_and_broken_lines(tmp_path: Path) -> None:
    text = 'response_id,question,score,comment\nA1,nps,9,"two\nlines"\n\nA2,nps,elf,\nA3,nps,7,\nA4,,7,\n'
    with pytest.raises(InvalidData) as caught:
        km.read_csv(written(tmp_path, text), km.SurveyResponse)
    told = {(fault.file, fault.column): fault.rows for fault in caught.value.faults}
    assert told == {("answers.csv", "score"): (5,), ("answers.csv", "question"): (7,)}
    assert "line 5: 'elf'" in str(caught.value)


@pytest.mark.parametrize("line", ["A2,nps", "A2,nps,5,,", 'A2,nps,5,2026-01-01,"x"'])
def test_a_line_with_fewer_or_more_cells_is_an_error(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidData, match=r"have 4 cells.*line 3") as caught:
        km.read_csv(written(tmp_path, f"{HEAD}A1,nps,9,\n{line}\n"), km.SurveyResponse)
    assert caught.value.faults[0].code == "ragged"


def test_one_cell_more_in_every_line_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match="2 of 2 are not"):
        km.read_csv(written(tmp_path, "response_id,question,score\nx,A1,nps,9\ny,A2,nps,3\n"), km.SurveyResponse)


def test_times_with_a_zone_are_instants(tmp_path: Path) -> None:
    rows = "A1,nps,9,2026-01-31T23:30:00Z\nA2,nps,3,2026-02-01T00:30:00+01:00\n"
    frame = km.read_csv(written(tmp_path, HEAD + rows), km.SurveyResponse)
    assert frame["answered_at"].nunique() == 1
    keys = {
        zone: km.measure(frame, km.NPS(), period="month", date="answered_at", time_zone=zone).groups.keys
        for zone in ("UTC", "Europe/Berlin")
    }
    assert keys == {"UTC": (("2026-01",),), "Europe/Berlin": (("2026-02",),)}


@pytest.mark.parametrize(
    "cells", [("2026-01-31T23:30:00Z", "2026-01-31"), ("03.04.2026", "2026-01-31"), ("2026-02-30", "2026-02-28")]
)
def test_mixed_clocks_and_other_formats_are_told(tmp_path: Path, cells: tuple[str, str]) -> None:
    rows = "".join(f"A{place},nps,9,{cell}\n" for place, cell in enumerate(cells))
    with pytest.raises(InvalidData, match="be dates as in ISO 8601"):
        km.read_csv(written(tmp_path, HEAD + rows), km.SurveyResponse)


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="be a file"):
        km.read_csv(tmp_path / "nothing.csv", km.SurveyResponse)
    with pytest.raises(InvalidArgument, match="source must"):
        km.read_csv(tmp_path, km.SurveyResponse)
    path = written(tmp_path, "response_id,question,score\nä,nps,9\n", "latin-1")
    with pytest.raises(InvalidArgument, match="text in utf-8"):
        km.read_csv(path, km.SurveyResponse, encoding="utf-8")
    with pytest.raises(InvalidArgument, match=r"be a table; answers\.csv is empty"):
        km.read_csv(written(tmp_path, "\n\n"), km.SurveyResponse)
    with pytest.raises(InvalidArgument, match="once"):
        km.read_csv(written(tmp_path, "response_id,score,score\nA,1,2\n"), km.SurveyResponse)
    with pytest.raises(InvalidArgument, match=r"table with ',' between cells.*line 2"):
        km.read_csv(written(tmp_path, 'response_id,question,score\n"A"x,nps,9\n'), km.SurveyResponse)
    with pytest.raises(InvalidType, match="source"):
        km.read_csv(5, km.SurveyResponse)
    path = written(tmp_path, HEAD)
    for wrong in ({"separator": ""}, {"separator": ";;"}, {"decimal": ""}, {"separator": ",", "decimal": ","}):
        with pytest.raises(InvalidArgument, match=r"separator|decimal"):
            km.read_csv(path, km.SurveyResponse, **wrong)


@pytest.mark.parametrize(("mark", "given"), [(";", ","), ("\t", ","), (",", ";")])
def test_another_separator_in_the_first_line_is_told(tmp_path: Path, mark: str, given: str) -> None:
    path = written(tmp_path, HEAD.replace(",", mark) + mark.join(["r1", "nps", "9", "2026-03-31"]) + "\n")
    with pytest.raises(InvalidArgument, match=r"^separator must be what stands .* answers\.csv; its first line holds"):
        km.read_csv(path, km.SurveyResponse, separator=given)


def test_a_file_without_records_is_an_empty_table(tmp_path: Path) -> None:
    frame = km.read_csv(written(tmp_path, HEAD), km.SurveyResponse)
    assert frame.empty
    assert list(frame.columns) == ["response_id", "question", "score", "answered_at"]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff"), min_size=1, max_size=8)


@given(st.lists(st.tuples(WORDS, st.none() | st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=8))
def test_what_pandas_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float]]
) -> None:
    frame = pd.DataFrame(rows, columns=["response_id", "score"]).assign(question="q")
    text = io.StringIO()
    frame.to_csv(text, index=False, sep=";", decimal=",", quoting=1)
    path = written(tmp_path_factory.mktemp("csv"), text.getvalue())
    back = km.read_csv(path, km.SurveyResponse, separator=";", decimal=",")
    assert back["response_id"].tolist() == frame["response_id"].tolist()
    pd.testing.assert_series_equal(back["score"].astype(float), frame["score"].astype(float), rtol=1e-15)


SALES = "interaction_id,customer_id,kind,occurred_at\n"


def test_the_offset_that_all_rows_share_stays(tmp_path: Path) -> None:
    lines = f"{SALES}a,1,purchase,2026-02-01T00:10:00+01:00\nb,2,purchase,2026-02-03T12:00:00+0100\n"
    frame = km.read_csv(written(tmp_path, lines), km.Interaction)
    assert frame["occurred_at"].dt.tz is not None
    assert frame["occurred_at"].dt.month.tolist() == [2, 2]
    assert frame["occurred_at"].dt.tz_convert("UTC").dt.day.tolist() == [31, 3]
    found = km.measure(frame.assign(nps=10), km.NPS("nps"), period="month", date="occurred_at")
    assert found.to_frame()["period"].tolist() == ["2026-02"]


def test_several_offsets_become_utc(tmp_path: Path) -> None:
    lines = f"{SALES}a,1,purchase,2026-03-01T00:10:00+01:00\nb,2,purchase,2026-04-01T00:10:00+02:00\n"
    frame = km.read_csv(written(tmp_path, lines), km.Interaction)
    assert str(frame["occurred_at"].dt.tz) == "UTC"
    assert frame["occurred_at"].dt.month.tolist() == [2, 3]
    found = km.measure(
        frame.assign(nps=10), km.NPS("nps"), period="month", date="occurred_at", time_zone="Europe/Berlin"
    )
    assert found.to_frame()["period"].tolist() == ["2026-03", "2026-04"]
    assert "time_zone" in (km.read_csv.__doc__ or "")


TWO = b"response_id,question,score\nA1,nps,9\nA2,nps,elf\n"


def test_bytes_and_streams_are_files_too(tmp_path: Path) -> None:
    good = TWO.replace(b"elf", b"11")
    path = tmp_path / "answers.csv"
    path.write_bytes(good)
    expected = km.read_csv(path, km.SurveyResponse)
    with path.open("rb") as opened, path.open(encoding="utf-8") as text:
        for source in (str(path), good, bytearray(good), io.BytesIO(good), io.StringIO(good.decode()), opened, text):
            pd.testing.assert_frame_equal(km.read_csv(source, km.SurveyResponse), expected)


def test_an_upload_bears_the_name_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(TWO)
    with path.open("rb") as opened:
        cases = [(TWO, "upload.csv", "upload.csv"), (TWO, None, "bytes"), (opened, None, "mine.csv")]
        for source, name, told in [*cases, (path, "theirs.csv", "theirs.csv")]:
            with pytest.raises(InvalidData) as caught:
                km.read_csv(source, km.SurveyResponse, name=name)
            assert caught.value.faults[0].file == told
    with pytest.raises(InvalidType, match="name must be text"):
        km.read_csv(TWO, km.SurveyResponse, name=5)
    with pytest.raises(InvalidArgument, match="can be read"):
        km.read_csv(opened, km.SurveyResponse)


OWN = b"Kunde;Kunde seit;Ort;Tarif\n7;1.3.2025;Ulm;S\n8;15.4.2025;Jena;M\n"


def test_own_columns_are_kept_one_by_one() -> None:
    read = km.read_csv(OWN, km.Customer, attributes=["Ort", "Tarif"])
    assert read["attributes"].tolist() == [{"Ort": "Ulm", "Tarif": "S"}, {"Ort": "Jena", "Tarif": "M"}]
    with pytest.raises(InvalidData, match="Tarif must be a field of Customer") as caught:
        km.read_csv(OWN, km.Customer, attributes=["Ort"])
    assert len(caught.value.faults) == 1
    with pytest.raises(UnknownName, match=r"attributes must be one of .*Did you mean 'Tarif'"):
        km.read_csv(OWN, km.Customer, attributes=["Tariff"])
    for wrong in (5, ["Ort", 5]):
        with pytest.raises(InvalidType, match="attributes must be 'keep', 'drop' or a list of names"):
            km.read_csv(OWN, km.Customer, attributes=wrong)


def test_progress_is_told_after_each_file() -> None:
    told: list[tuple[int, int]] = []
    more = OWN.replace(b"7;", b"9;").replace(b"8;", b"10;")
    km.read_csv([OWN, more], km.Customer, attributes="drop", progress=lambda *part: told.append(part))
    assert told == [(1, 2), (2, 2)]
