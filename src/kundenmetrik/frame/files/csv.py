"""CSV files of records: every cell is read as its field says, or told with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kundenmetrik.frame.files.dialect import check_separator, raw_csv
from kundenmetrik.frame.files.file_source import FileSource, sources_of
from kundenmetrik.frame.files.number_text import DecimalMark
from kundenmetrik.frame.files.raw_table import raw_tables
from kundenmetrik.frame.files.reading import FileFrame
from kundenmetrik.frame.files.record_table import record_table
from kundenmetrik.frame.files.wishes import OwnColumns, Wishes
from kundenmetrik.models import Record
from kundenmetrik.progress import Progress


def read_csv(
    source: FileSource | Sequence[FileSource],
    model: type[Record],
    *,
    columns: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    dates: str | None = None,
    decimal: DecimalMark | None = None,
    currency: str | None = None,
    attributes: OwnColumns | None = None,
    questions: Mapping[str, str] | None = None,
    scales: Mapping[str, Any] | None = None,
    missing: Collection[str] = (),
    encoding: str | None = None,
    separator: str | None = None,
    header: int = 1,
    name: str | None = None,
    progress: Progress | None = None,
) -> FileFrame:
    r"""Read CSV files of records; what is not said is found out, what reads two ways is refused.

    Parameters
    ----------
    source : str, Path, bytes or open file, or a list of them
        The file, or several as one table; a pattern such as ``"sales-*.csv"`` names several. An upload is read from
        its bytes or its stream.
    model : type
        The record model: ``Customer``, ``Interaction``, ``SurveyResponse``, ``KanoAnswer``.
    columns : mapping of str to str, optional
        The field of a column with a name of its own, such as ``{"Kd": "customer_id"}``. Usual names, English and
        German, are known: ``Kundennummer``, ``Datum``, ``Betrag``.
    kinds : mapping of str to str, optional
        The kind of an interaction by the file's word, such as ``{"Abo": "purchase"}``; ``Kauf`` and its like are known.
    dates : str, optional
        The form of the dates, such as ``"%d.%m.%Y"``; found where the whole column reads one way only.
    decimal : {".", ","}, optional
        The decimal mark; the other mark, a blank or an apostrophe may part thousands. Found where the whole column
        reads one way only.
    currency : str, optional
        The currency of all amounts, such as ``"EUR"``.
    attributes : {"keep", "drop"} or list of str, optional
        What becomes of columns that are no field: attributes that ``by=`` can name, or nothing; or the names of those
        that become attributes. By default such a column is an error, as most are typing errors.
    questions : mapping of str to str, optional
        The question that a column of a survey answers, such as ``{"Weiterempfehlung": "nps"}``; the table then has a
        row for each answer. On a file with a column ``question``: its words by the names to be used.
    scales : mapping of str to Scale or pair, optional
        The scale of a question, such as ``{"csat": km.Scale(1, 5)}``: answers off it are told with their line, its
        labels are read as steps, its ``missing_codes`` as no answer.
    missing : collection of str, optional
        Answers that stand for none, such as ``["99"]``; ``N/A``, ``k. A.``, ``weiß nicht`` and their like are known.
    encoding : str, optional
        The encoding; by default that of a byte order mark, UTF-8 where the bytes are UTF-8, else that of Windows
        (cp1252).
    separator : str, optional
        What stands between two cells; found by default.
    header : int
        The line that holds the names of the columns, where a title stands above them.
    name : str, optional
        What messages call the file; by default its own name.
    progress : callable, optional
        Called after each file with the number of files taken apart and of all.

    Returns
    -------
    FileFrame
        A pandas frame that ``km.check`` accepts, with ``reading``: what was found out, as a short text. Ids are text,
        row ids are made where there are none. An empty cell is missing. Times keep the offset from UTC that they are
        all written with, so that days and months are those of the file's clock.

    Raises
    ------
    InvalidData
        If cells cannot be read, read two ways, or break a rule of the model, or a row stands in two files: all of
        them at once, with file, line, column and value.
    InvalidArgument
        If there is no such file, or it is no table.

    Notes
    -----
    Times that are written with several offsets, as when clocks change, become times in UTC, and so do the days and
    months: name the zone where they are counted, such as ``km.measure(..., time_zone="Europe/Berlin")``.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> export = "Kundennummer;Datum;Art;Betrag\n007;31.12.2025;Kauf;1.299,00\n008;2.1.2026;Kauf;49,90\n"
    >>> sales = km.read_csv(export.encode("cp1252"), km.Interaction, currency="EUR")
    >>> sales[["customer_id", "kind", "amount", "currency"]]
      customer_id      kind  amount currency
    0         007  purchase  1299.0      EUR
    1         008  purchase    49.9      EUR
    >>> print(sales.reading)
    bytes: 2 rows
    Columns: Kundennummer → customer_id, Datum → occurred_at, Art → kind, Betrag → amount
    Encoding: utf-8
    Cells are parted by ;
    Datum: dates of the form %d.%m.%Y
    Art: Kauf → purchase
    Betrag: , is the decimal mark
    interaction_id: made, as the files have none
    """
    check_separator(separator, decimal)
    wishes = Wishes(
        model=model,
        columns=columns,
        kinds=kinds,
        dates=dates,
        decimal=decimal,
        currency=currency,
        attributes=attributes,
        questions=questions,
        scales=scales,
        missing=missing,
    )
    files = sources_of(source, name)
    tables, faults = raw_tables(
        files, lambda file: raw_csv(file, encoding=encoding, separator=separator, header=header), progress
    )
    return record_table(tables, wishes, faults)
