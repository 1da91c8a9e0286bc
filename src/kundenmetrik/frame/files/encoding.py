"""The text of a file: what is no table of text is refused by name, and the encoding is found where it is not given."""

from __future__ import annotations

import codecs

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.files.file_source import Source

WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How files of Excel begin: .xlsx, and .xls of before 2007."""
OTHERS = {b"%PDF": "a PDF", b"\x1f\x8b": "a compressed file", OLD_WORKBOOK: "an old Excel workbook (.xls)"}
REMEDIES = {
    "a PDF": "Export the table behind it as CSV or Excel.",
    "a compressed file": "Unpack it first.",
    "an old Excel workbook (.xls)": "Save it as .xlsx and read that with km.read_excel.",
}
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The byte order marks; those of UTF-32 begin like those of UTF-16."""
SAMPLE = 4096


def is_workbook(source: Source) -> bool:
    """Say whether a file is an Excel workbook, by what it begins with."""
    return source.content.startswith(WORKBOOK)


def refuse_other_files(source: Source) -> None:
    """Refuse a file that is empty or no table at all, and say what it is."""
    if not source.content.strip(b"\x00\r\n\t "):
        raise InvalidArgument("source", f"be a table; {source.name} is empty")
    kind = next((kind for start, kind in OTHERS.items() if source.content.startswith(start)), "")
    if kind:
        raise InvalidArgument("source", f"be a table; {source.name} is {kind}", remedy=REMEDIES[kind])
    if source.content[:SAMPLE].lstrip().lower().startswith((b"<!doctype html", b"<html", b"<table")):
        rule = f"be a table; {source.name} is a web page"
        raise InvalidArgument("source", rule, remedy="Open it in Excel, save it as .xlsx and read that.")


def text_of(source: Source, encoding: str | None) -> tuple[str, str]:
    """Return the text of a file and the encoding that it was read in."""
    if is_workbook(source):
        rule = f"be a CSV file; {source.name} is an Excel workbook"
        raise InvalidArgument("source", rule, remedy="Read it with km.read_excel.")
    refuse_other_files(source)
    named = _found_encoding(source.content) if encoding is None else _codec(encoding)
    if named == "utf-8" and source.content.startswith(codecs.BOM_UTF8):
        named = "utf-8-sig"
    try:
        return source.content.decode(named), named
    except UnicodeError:
        rule = f"be text in {named}; {source.name} is not"
        remedy = "Say encoding=, such as 'cp850' or 'mac_roman', or export the file as UTF-8."
        raise InvalidArgument("source", rule, remedy=remedy) from None


def _codec(encoding: object) -> str:
    try:
        return codecs.lookup(encoding).name  # type: ignore[arg-type]
    except (LookupError, TypeError, ValueError):
        raise InvalidArgument("encoding", "be the name of an encoding, such as 'utf-8' or 'cp1252'", encoding) from None


def _found_encoding(content: bytes) -> str:
    """Return UTF-8 where the bytes are UTF-8, else UTF-16 where every other byte is zero, else that of Windows."""
    marked = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if marked:
        return marked
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _wide_encoding(content) or "cp1252"
    return _wide_encoding(content) or "utf-8"


def _wide_encoding(content: bytes) -> str:
    even, odd = content[:SAMPLE:2], content[1:SAMPLE:2]
    if odd.count(0) > len(odd) // 2:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > len(even) // 2 else ""
