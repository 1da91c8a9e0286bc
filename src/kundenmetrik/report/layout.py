"""Sections of a report as text and as HTML: a title, a table of words, remarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import category, east_asian_width

__all__ = ["Section", "page", "plain"]

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1c2733;max-width:72rem;margin:2rem auto;padding:0 1.5rem;background:#fff}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem;color:#0b4a6f}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{font-weight:600;text-align:right;border-bottom:2px solid #0b4a6f;padding:.35rem .7rem;white-space:nowrap}
td{text-align:right;border-bottom:1px solid #e3e9ee;padding:.35rem .7rem;white-space:nowrap}
th.word,td.word{text-align:left}tr:hover td{background:#f4f8fb}p.remark{color:#51626f;margin:.5rem 0 0;font-size:.9rem}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a report.

    Attributes
    ----------
    title : str
        Its heading.
    header : tuple of str
        The heads of the columns.
    rows : tuple of tuple of str
        The cells, as people read them.
    words : int
        How many of the first columns are words and stand to the left.
    remarks : tuple of str
        Sentences below the table.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    remarks: tuple[str, ...] = ()


def plain(heading: str, sections: Sequence[Section]) -> str:
    """Return a report as text with aligned columns.

    Parameters
    ----------
    heading : str
        The heading of the report.
    sections : sequence of Section
        Its parts.

    Returns
    -------
    str
        Lines for a terminal.
    """
    head = _printable(heading)
    parts = [f"{head}\n{'=' * _width(head)}"]
    for section in sections:
        title, *remarks = map(_printable, (section.title, *section.remarks))
        lines = [title, "-" * _width(title), *_aligned(section), *remarks]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def page(heading: str, sections: Sequence[Section], language: str) -> str:
    """Return a report as an HTML page that stands alone; every word is escaped.

    Parameters
    ----------
    heading : str
        The heading of the report.
    sections : sequence of Section
        Its parts.
    language : str
        The code of its language.

    Returns
    -------
    str
        A whole page, with its style.
    """
    title = escape(heading)
    head = f"<meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
    body = f"<h1>{title}</h1>" + "".join(_html(section) for section in sections)
    return f"<!doctype html><html lang='{escape(language)}'><head>{head}</head><body>{body}</body></html>\n"


def _html(section: Section) -> str:
    head = "".join(_cell("th", text, place < section.words) for place, text in enumerate(section.header))
    rows = "".join(
        f"<tr>{''.join(_cell('td', text, place < section.words) for place, text in enumerate(row))}</tr>"
        for row in section.rows
    )
    remarks = "".join(f"<p class='remark'>{escape(remark)}</p>" for remark in section.remarks)
    return (
        f"<h2>{escape(section.title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{remarks}"
    )


def _cell(tag: str, text: str, word: bool) -> str:
    return f"<{tag}{' class=word' if word else ''}>{escape(text)}</{tag}>"


def _aligned(section: Section) -> list[str]:
    lines = [tuple(map(_printable, line)) for line in (section.header, *section.rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(section.header))]
    return [
        "  ".join(_padded(text, widths[i], i < section.words) for i, text in enumerate(line)).rstrip() for line in lines
    ]


def _printable(text: str) -> str:
    """Return a text without what a terminal would obey."""
    return "".join(letter if category(letter)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _padded(text: str, width: int, left: bool) -> str:
    gap = " " * (width - _width(text))
    return text + gap if left else gap + text


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
