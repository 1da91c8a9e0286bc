"""One door for all that people have: frames, CSV files, Excel workbooks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pandas as pd

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.files.dialect import check_separator, raw_csv
from kundenmetrik.frame.files.encoding import is_workbook
from kundenmetrik.frame.files.excel import raw_excel
from kundenmetrik.frame.files.file_source import Source, sources_of
from kundenmetrik.frame.files.number_text import DecimalMark
from kundenmetrik.frame.files.raw_table import RawTable, raw_tables
from kundenmetrik.frame.files.reading import FileFrame
from kundenmetrik.frame.files.record_table import record_table
from kundenmetrik.frame.files.wishes import OwnColumns, Wishes
from kundenmetrik.models import Record
from kundenmetrik.progress import Progress


def read(
    source: Any,
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
    sheet: str | None = None,
    header: int = 1,
    name: str | None = None,
    progress: Progress | None = None,
) -> FileFrame:
    """Read records from a frame, from CSV files or from Excel workbooks, by what the source is.

    Parameters
    ----------
    source : DataFrame, or file or list of files
        A frame with columns of one's own, or what :func:`read_csv` takes; a workbook is known by its first bytes.
    model, columns, kinds, dates, decimal, currency, attributes, questions, scales, missing, header, name, progress
        As in :func:`read_csv`.
    encoding, separator : str, optional
        Of CSV files, as in :func:`read_csv`.
    sheet : str, optional
        Of workbooks, as in :func:`read_excel`.

    Returns
    -------
    FileFrame
        A pandas frame that ``km.check`` accepts, with ``reading``: what was found out. Columns that a frame holds as
        numbers or times already stay as they are, and so do its ids.

    Raises
    ------
    InvalidData
        If cells cannot be read, read two ways, or break a rule of the model, all at once.
    InvalidArgument
        If there is no such file, or it is no table.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> table = pd.DataFrame({"Kundennummer": [7, 8], "Kunde seit": ["1.3.2025", "15.4.2025"], "Region": "Süd"})
    >>> customers = km.read(table, km.Customer, attributes="keep")
    >>> customers["acquired_at"].dt.month.tolist()
    [3, 4]
    >>> print(customers.reading)
    –: 2 rows
    Columns: Kundennummer → customer_id, Kunde seit → acquired_at
    Kunde seit: dates of the form %d.%m.%Y
    Kept as attributes: Region
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
    if isinstance(source, pd.DataFrame):
        return record_table([_raw_frame(source)], wishes)
    tables, faults = raw_tables(
        sources_of(source, name),
        lambda file: take_apart(file, encoding=encoding, separator=separator, sheet=sheet, header=header),
        progress,
    )
    return record_table(tables, wishes, faults)


def read_by_columns(
    source: Any,
    model: type[Record],
    options_of: Callable[[Collection[str]], Mapping[str, Any]],
    progress: Progress | None = None,
    **apart: Any,
) -> FileFrame:
    """Read files whose options depend on the columns that they have; ``apart`` says how they are taken apart."""
    check_separator(apart.get("separator"), None)
    tables, faults = raw_tables(sources_of(source), lambda file: take_apart(file, **apart), progress)
    columns = dict.fromkeys(str(column) for table in tables for column in table.frame.columns)
    options = options_of(columns)
    check_separator(apart.get("separator"), options.get("decimal"))
    return record_table(tables, Wishes(model=model, **options), faults)


def take_apart(
    file: Source,
    *,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    header: object = 1,
) -> RawTable:
    """Take a file apart by what it is: a workbook or text."""
    if is_workbook(file):
        return raw_excel(file, sheet=sheet, header=header)
    return raw_csv(file, encoding=encoding, separator=separator, header=header)


def _raw_frame(frame: pd.DataFrame) -> RawTable:
    """Return a frame as cells under names that are text."""
    if not frame.columns.is_unique:
        doubled = [str(name) for name in frame.columns[frame.columns.duplicated()]]
        raise InvalidArgument("source", "name each column once", doubled)
    plain = frame.reset_index(drop=True).set_axis([str(name) for name in frame.columns], axis=1)
    return RawTable(file="", frame=plain, lines=range(len(plain)), place="row")
