"""CSV text as rows of cells: the separator found or given, Excel's line ``sep=;`` understood, lines counted."""

from __future__ import annotations

import csv
import io
from collections import Counter

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.files.encoding import text_of
from kundenmetrik.frame.files.file_source import Source
from kundenmetrik.frame.files.number_text import check_decimal
from kundenmetrik.frame.files.raw_table import RawTable, table_of_rows

SEPARATORS = (";", "\t", ",", "|")
SAMPLE = 50
"""So many records tell which mark separates."""
CALLED = {"\t": "tab"}


def raw_csv(source: Source, *, encoding: str | None, separator: str | None, header: object) -> RawTable:
    """Take a CSV file apart."""
    text, used = text_of(source, encoding)
    body, first, said = _after_sep_line(text)
    mark = separator or said or _found_separator(body, source.name)
    rows, lines = _rows(body, mark, source.name, first)
    found = {"encoding": used, "separator": CALLED.get(mark, mark)}
    if not rows:
        raise InvalidArgument("source", f"name its columns in the first line; {source.name} does not")
    _check_separator(rows[0], mark, source.name)
    cells: list[list[str | None]] = [[cell or None for cell in row] for row in rows]
    return table_of_rows(source.name, cells, lines, header=header, place="line", found=found)


def check_separator(separator: object, decimal: object) -> None:
    """Refuse a separator that is no single character, or that is the decimal mark."""
    if separator is not None and (not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n'):
        raise InvalidArgument("separator", "be a single character", separator)
    check_decimal(decimal)
    if separator is not None and separator == decimal:
        raise InvalidArgument("separator and decimal", "differ", separator)


def _after_sep_line(text: str) -> tuple[str, int, str]:
    """Return the text after a first line such as ``sep=;``, the number of its first line, and the mark it names."""
    start, end, rest = text.partition("\n")
    line = start.rstrip("\r").strip('"')
    if line.lower().startswith("sep=") and len(line) == 5:
        return rest, 2 if end else 1, line[4]
    return text, 1, ""


def _rows(text: str, separator: str, file: str, first: int) -> tuple[list[list[str]], list[int]]:
    """Return the cells of each record and the line each begins in; blank lines are no records."""
    rows, lines, line = [], [], first
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(line)
            line = reader.line_num + first
    except csv.Error as broken:
        rule = f"be a table with {separator!r} between cells; {file} is not from line {line} on: {broken}"
        raise InvalidArgument("source", rule, remedy="A quote that begins a cell must end it.") from None
    return rows, lines


def _found_separator(text: str, file: str) -> str:
    """Return the mark that parts every record into as many cells; several such marks are refused."""
    widths = {mark: _widths(text, mark) for mark in SEPARATORS}
    split = {mark: counted for mark, counted in widths.items() if counted and max(counted) > 1}
    whole = [mark for mark, counted in split.items() if len(counted) == 1]
    if len(whole) > 1:
        raise InvalidArgument("separator", f"be given: {' and '.join(map(repr, whole))} both part the lines of {file}")
    best = whole or sorted(split, key=lambda mark: -max(width * times for width, times in split[mark].items()))
    return best[0] if best else ","


def _widths(text: str, mark: str) -> Counter[int]:
    """Return how many of the first records have how many cells."""
    counted: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            counted[len(row)] += bool(row)
            if counted.total() >= SAMPLE:
                break
    except csv.Error:
        return Counter()
    return +counted


def _check_separator(header: list[str], separator: str, file: str) -> None:
    """Refuse a first line that is one cell and holds another mark that separates."""
    others = [mark for mark in SEPARATORS if mark != separator and mark in header[0]]
    if len(header) == 1 and others:
        rule = f"be what stands between the cells of {file}; its first line holds {others[0]!r}"
        raise InvalidArgument("separator", rule, separator)
