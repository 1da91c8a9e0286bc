"""Separators, encodings, dates and numbers: found where one reading fits, refused where two do."""

from __future__ import annotations

import time
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.frame.files.date_text import read_dates
from kundenmetrik.frame.files.number_text import read_numbers
from kundenmetrik.frame.files.score_text import read_scores

TEXT = "Kunde;Kunde seit;Segment\n17;31.12.2025;Käufer\n18;1.1.2026;Köln\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32"),
    ],
)
def test_encodings_are_found(content: bytes, encoding: str) -> None:
    frame = km.read_csv(content, km.Customer)
    assert frame["segment"].tolist() == ["Käufer", "Köln"]
    assert f"Encoding: {encoding}" in str(frame.reading).splitlines()


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_an_encoding_that_is_said_is_used(encoding: str) -> None:
    frame = km.read_csv(TEXT.encode(encoding), km.Customer, encoding=encoding)
    assert frame["segment"].tolist() == ["Käufer", "Köln"]


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("start", ["", "said"])
def test_separators_are_found(mark: str, start: str) -> None:
    text = (f"sep={mark}\n" if start else "") + TEXT.replace(";", mark)
    frame = km.read_csv(text.encode(), km.Customer)
    assert frame["customer_id"].tolist() == ["17", "18"]
    bad = text.replace("1.1.2026", "1.13.2026").encode()
    with pytest.raises(km.errors.InvalidData, match=f"line {4 if start else 3}: '1.13.2026'"):
        km.read_csv(bad, km.Customer)


def test_a_separator_inside_quotes_and_an_empty_last_column_are_no_matter() -> None:
    text = 'Kunde;Kunde seit;Segment;\n17;31.12.2025;"a,b;c";\n18;1.1.2026;"d,e";\n'
    assert km.read_csv(text.encode(), km.Customer)["segment"].tolist() == ["a,b;c", "d,e"]


def dates(*cells: object, form: str | None = None) -> Any:
    return read_dates(pd.Series(cells, dtype=object), form)


@pytest.mark.parametrize(
    ("cells", "expected", "form"),
    [
        (("03.04.2026", "1.5.2026"), ["2026-04-03", "2026-05-01"], "%d.%m.%Y"),
        (("03/04/2026", "13/04/2026"), ["2026-04-03", "2026-04-13"], "%d/%m/%Y"),
        (("03/04/2026", "04/13/2026"), ["2026-03-04", "2026-04-13"], "%m/%d/%Y"),
        (("03-04-2026", "13-04-2026"), ["2026-04-03", "2026-04-13"], "%d-%m-%Y"),
        (("2026/04/03", "2026/04/13"), ["2026-04-03", "2026-04-13"], "%Y/%m/%d"),
        (("31.12.25", "1.1.70"), ["2025-12-31", "1970-01-01"], "%d.%m.%y"),
        (("04/04/2026", "05/05/2026"), ["2026-04-04", "2026-05-05"], "%d/%m/%Y"),
        (("31.12.2025 9:05", "31.12.2025, 23:59:58 Uhr"), ["2025-12-31 09:05", "2025-12-31 23:59:58"], "%d.%m.%Y"),
        (("12/31/2025 12:05 AM", "1/2/2026 1:00 pm"), ["2025-12-31 00:05", "2026-01-02 13:00"], "%m/%d/%Y"),
        (("31.12.9999", "1.1.2025"), ["9999-12-31", "2025-01-01"], "%d.%m.%Y"),
        (("2026-03-31", "2026-03-31T14:30:00.5"), ["2026-03-31", "2026-03-31 14:30:00.5"], ""),
    ],
)
def test_dates_of_one_form_are_found(cells: tuple[str, ...], expected: list[str], form: str) -> None:
    read = dates(*cells, None)
    assert not read.broken.any()
    assert read.values.iloc[:2].tolist() == [pd.Timestamp(one) for one in expected]
    assert pd.isna(read.values.iloc[2])
    assert read.found == form


@pytest.mark.parametrize(
    "cells", [("03/04/2026",), ("03-04-2026", "05-06-2026"), ("01/02/03",), ("04/04/2026", "3/4/2026")]
)
def test_dates_that_read_two_ways_are_refused(cells: tuple[str, ...]) -> None:
    read = dates(*cells)
    assert read.code == "ambiguous"
    assert read.broken.any()
    assert "dates=" in read.remedy


@pytest.mark.parametrize(
    "cell",
    [
        "31.02.2025",
        "1.13.2025",
        "2025-02-30",
        "45000",
        "gestern",
        "1.1.2025 25:00",
        "1.1.20255",
        "13/13/2025",
        "T" * 50_000,
    ],
)
def test_what_is_no_date_is_told(cell: str) -> None:
    read = dates("01.02.2025", "03.02.2025", cell)
    assert read.broken.tolist() == [False, False, True]


def test_a_form_that_is_said_is_the_only_one() -> None:
    read = dates("03/04/2026", "03.04.2026", form="%m/%d/%Y")
    assert read.values.tolist()[0] == pd.Timestamp("2026-03-04")
    assert read.broken.tolist() == [False, True]
    zoned = dates("03/04/2026 10:00 +0100", "03/05/2026 10:00 +0100", form="%m/%d/%Y %H:%M %z")
    assert zoned.values.dt.hour.tolist() == [10, 10]


def test_times_of_excel_stay_and_text_among_them_is_read() -> None:
    read = dates(pd.Timestamp("2025-03-04 10:00").to_pydatetime(), "31.12.2025", None, 5)
    assert read.broken.tolist() == [False, False, False, True]
    assert read.values.tolist()[:2] == [pd.Timestamp("2025-03-04 10:00"), pd.Timestamp("2025-12-31")]


def numbers(*cells: object, decimal: str | None = None) -> Any:
    return read_numbers(pd.Series(cells, dtype=object), decimal)


@pytest.mark.parametrize(
    ("cells", "expected", "mark"),
    [
        (("1.299,00", "49,90"), [1299.0, 49.9], ","),
        (("1,299.00", "49.90"), [1299.0, 49.9], "."),
        (("1.299", "49,9"), [1299.0, 49.9], ","),
        (("1,299", "49.9"), [1299.0, 49.9], "."),
        (("1.234.567", "1"), [1234567.0, 1.0], ","),
        (("1 299,5", "12\u00a0000,5"), [1299.5, 12000.5], ","),
        (("1'299.50", "1"), [1299.5, 1.0], "."),
        (("0.850", "1.5"), [0.85, 1.5], "."),
        (("-1.299,00", "\u22125,5"), [-1299.0, -5.5], ","),
        (("12", "7"), [12.0, 7.0], ""),
        ((1299, 49.9), [1299.0, 49.9], ""),
        ((1.5, "49,9"), [1.5, 49.9], ","),
    ],
)
def test_marks_of_numbers_are_found(cells: tuple[object, ...], expected: list[float], mark: str) -> None:
    read = numbers(*cells, None)
    assert not read.broken.any()
    assert read.values.tolist()[:2] == expected
    assert pd.isna(read.values.iloc[2])
    assert read.found == mark


@pytest.mark.parametrize("cells", [("1.299",), ("1,299", "5"), ("1.299", "12.500"), ("-1.299",)])
def test_numbers_that_read_two_ways_are_refused(cells: tuple[str, ...]) -> None:
    read = numbers(*cells)
    assert read.code == "ambiguous"
    assert read.broken.tolist()[0]
    assert [numbers(*cells, decimal=mark).broken.any() for mark in ".,"] == [False, False]
    assert numbers("1.299", decimal=",").values.tolist() == [1299.0]
    assert numbers("1.299", decimal=".").values.tolist() == [1.299]


@pytest.mark.parametrize(
    "cell", ["1.29.9", "12.99,5,0", "1.2999,0", "0.299,00", "1 29", "9 k", "True", True, "1" * 20_000 + "x"]
)
def test_what_is_no_number_is_told(cell: object) -> None:
    started = time.perf_counter()
    assert numbers("1,5", cell, decimal=",").broken.tolist() == [False, True]
    assert time.perf_counter() - started < 1


@given(st.lists(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)), min_size=1), st.sampled_from([",", "."]))
def test_money_reads_as_it_was_written(values: list[float], decimal: str) -> None:
    written = [f"{value:,.2f}" for value in values]
    if decimal == ",":
        written = [text.translate(str.maketrans(",.", ".,")) for text in written]
    read = numbers(*written)
    assert not read.broken.any()
    assert read.values.tolist() == values


def scores(*cells: object, missing: tuple[str, ...] = (), labels: dict[str, float] | None = None) -> Any:
    read, told = read_scores(pd.Series(cells, dtype=object), None, missing, labels or {})
    return read.values.fillna(-1).tolist(), read.broken.tolist(), told


def test_answers_as_text() -> None:
    values, broken, told = scores(
        "10 (äußerst wahrscheinlich)", "0 = nie", " 7 ", "9", "WEISS NICHT", "k. A.", "99", missing=("99",)
    )
    assert values == [10.0, 0.0, 7.0, 9.0, -1.0, -1.0, -1.0]
    assert not any(broken)
    assert told == {
        "labelled": "'10 (äußerst wahrscheinlich)', '0 = nie'",
        "no_answer": "'WEISS NICHT' (1), 'k. A.' (1), '99' (1)",
    }
    assert scores("sehr  gut", "Gut", labels={"Sehr gut": 5, "gut": 4})[0] == [5.0, 4.0]
    assert scores("weiß nicht", "wei\u00df\u00a0nicht")[0] == [-1.0, -1.0]
    assert scores(9.0, 99, missing=("99",))[0] == [9.0, -1.0]


@pytest.mark.parametrize("cell", ["gut", "1e5x", "9 von 10", "3 bis 4", "5-7", "10%", "elf", "12h30"])
def test_answers_that_are_no_number_are_told(cell: str) -> None:
    assert scores("9", cell)[1] == [False, True]
