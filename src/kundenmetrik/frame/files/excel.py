"""Excel workbooks of records: cells that are numbers and times stay so, text is read as in CSV files."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.files.encoding import is_workbook, refuse_other_files
from kundenmetrik.frame.files.file_source import FileSource, Source, sources_of
from kundenmetrik.frame.files.number_text import DecimalMark
from kundenmetrik.frame.files.raw_table import RawTable, raw_tables, table_of_rows
from kundenmetrik.frame.files.reading import FileFrame
from kundenmetrik.frame.files.record_table import record_table
from kundenmetrik.frame.files.wishes import OwnColumns, Wishes
from kundenmetrik.models import Record
from kundenmetrik.progress import Progress

NEEDED = 'reading Excel needs openpyxl; install "kundenmetrik[excel]"'


def read_excel(
    source: FileSource | Sequence[FileSource],
    model: type[Record],
    *,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    dates: str | None = None,
    decimal: DecimalMark | None = None,
    currency: str | None = None,
    attributes: OwnColumns | None = None,
    questions: Mapping[str, str] | None = None,
    scales: Mapping[str, Any] | None = None,
    missing: Collection[str] = (),
    header: int = 1,
    name: str | None = None,
    progress: Progress | None = None,
) -> FileFrame:
    """Read Excel workbooks (.xlsx) of records; what is not said is found out, what reads two ways is refused.

    Parameters
    ----------
    source, model, name, progress
        As in :func:`read_csv`.
    sheet : str, optional
        The name of the sheet; it may be left out where the workbook has one.
    columns, kinds, dates, decimal, currency, attributes, questions, scales, missing
        As in :func:`read_csv`.
    header : int
        The row that holds the names of the columns, where a title stands above them.

    Returns
    -------
    FileFrame
        A pandas frame that ``km.check`` accepts, with ``reading``: what was found out. Ids are text, as in CSV files:
        a cell 17 is the customer "17".

    Raises
    ------
    InvalidData
        If cells cannot be read or break a rule of the model, with file, row of the sheet, column and value.
    InvalidArgument
        If there is no such file or sheet, or it is no workbook.
    ModuleNotFoundError
        If openpyxl is not installed; ``pip install "kundenmetrik[excel]"`` brings it.

    Notes
    -----
    A formula counts as the value that Excel saved with it; a cell with an error, such as ``#N/A``, is told.

    Examples
    --------
    >>> import io
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> book = io.BytesIO()
    >>> pd.DataFrame({"Nr": [1, 2], "Weiterempfehlung": [9, 3]}).to_excel(book, index=False)
    >>> answers = km.read_excel(book.getvalue(), km.SurveyResponse, columns={"Nr": "response_id"})
    >>> answers[["response_id", "question", "score"]]
      response_id question  score
    0           1      nps    9.0
    1           2      nps    3.0
    """
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
    tables, faults = raw_tables(files, lambda file: raw_excel(file, sheet=sheet, header=header), progress)
    return record_table(tables, wishes, faults)


def raw_excel(source: Source, *, sheet: str | None, header: object) -> RawTable:
    """Take a sheet of a workbook apart."""
    refuse_other_files(source)
    if not is_workbook(source):
        rule = f"be an Excel workbook (.xlsx); {source.name} is none"
        raise InvalidArgument("source", rule, remedy="Read a CSV file with km.read_csv.")
    book = _workbook(source)
    sheets = [str(one) for one in book.sheet_names]
    if sheet is None and len(sheets) > 1:
        raise InvalidArgument("sheet", f"be given: {source.name} has {', '.join(map(repr, sheets))}")
    chosen = sheets[0] if sheet is None else sheet
    if chosen not in sheets:
        raise InvalidArgument("sheet", f"be one of {', '.join(map(repr, sheets))}", sheet)
    sheet_of = pd.read_excel(book, sheet_name=chosen, header=None, dtype=object, na_filter=False)
    cells = sheet_of.to_numpy(dtype=object)
    rows = [[_cell(cell) for cell in row] for row in cells]
    lines = [number for number, row in enumerate(rows, 1) if any(cell is not None for cell in row)]
    if not lines:
        raise InvalidArgument("source", f"hold a table; the sheet {chosen!r} of {source.name} is empty")
    given = [rows[line - 1] for line in lines]
    return table_of_rows(source.name, given, lines, header=header, place="row", found={"sheet": chosen})


def _workbook(source: Source) -> pd.ExcelFile:
    try:
        return pd.ExcelFile(io.BytesIO(source.content), engine="openpyxl")
    except ImportError:
        raise ModuleNotFoundError(NEEDED, name="openpyxl") from None
    except Exception as fault:  # noqa: BLE001 - a broken workbook may fail in any way inside its reader
        rule = f"be an Excel workbook that can be read; {source.name} is not ({type(fault).__name__})"
        raise InvalidArgument("source", rule, remedy="Open it in Excel and save it anew.") from None


def _cell(cell: Any) -> Any:
    """Return a cell as it stands there: None where it is empty, the text ``#N/A`` where it is an error."""
    if isinstance(cell, float) and np.isnan(cell):
        return "#N/A"
    return None if cell is None or cell is pd.NaT or cell == "" else cell
