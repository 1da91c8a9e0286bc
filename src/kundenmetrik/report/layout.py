"""Sections of a report as text and as HTML: a title, a table of words, remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from unicodedata import category, east_asian_width

from kundenmetrik.renamed import FormerAttributes, former_parameters
from kundenmetrik.words.language import Language

STYLE = """
.scorecard{font:15px/1.5 system-ui,sans-serif;color:#1c2733;background:#fff}
.scorecard{max-width:72rem;margin:2rem auto;padding:0 1.5rem}
.scorecard h1{font-size:1.6rem;margin:0 0 .25rem}.scorecard h2{font-size:1.1rem;margin:2.2rem 0 .6rem;color:#0b4a6f}
.scorecard div{overflow-x:auto}.scorecard figure{margin:0 0 .6rem}.scorecard svg{max-width:100%;height:auto}
.scorecard table{border-collapse:separate;border-spacing:0;width:100%;font-variant-numeric:tabular-nums}
.scorecard th,.scorecard td{text-align:right;line-height:22px;padding:6px 11px;white-space:nowrap;background:#fff}
.scorecard th{font-weight:600;border-bottom:2px solid #0b4a6f}.scorecard td{border-bottom:1px solid #e3e9ee}
.scorecard .word{text-align:left}.scorecard tr:hover td{background:#f4f8fb}
.scorecard th:first-child,.scorecard td:first-child{position:sticky;left:0}
.scorecard p{color:#51626f;margin:.5rem 0 0;font-size:.9rem}
@media(max-width:40rem){.scorecard{margin:1rem auto;padding:0 1rem}
.scorecard th,.scorecard td{padding:6px;font-size:13px}
.scorecard td:first-child{white-space:normal;hyphens:auto;overflow-wrap:anywhere;min-width:6.5rem}}
"""
"""Every rule is about the report alone: a notebook that shows it keeps its own looks."""
MIN_LINE_WIDTH = 80
"""Sentences are as wide as their table, but no narrower than so many letters."""


@former_parameters(words="text_columns")
@dataclass(frozen=True, slots=True, kw_only=True)
class Section(FormerAttributes):
    """One part of a report.

    Attributes
    ----------
    title : str
        Its heading.
    header : tuple of str
        The heads of the columns.
    rows : tuple of tuple of str
        The cells, as people read them.
    text_columns : int
        How many of the first columns are text, aligned to the left.
    remarks : tuple of str
        Sentences below the table; without rows they stand in its place.
    table : str
        The name of the table that it shows, whose chart stands above it.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: int = 1
    remarks: tuple[str, ...] = ()
    table: str = ""


def by_text(keys: Sequence[str], words: Language) -> str:
    """Return what a section reports by, in words."""
    return ", ".join(words.word(f"by.{name}") for name in keys or ["all"])


def plain_text(heading: str, sections: Sequence[Section]) -> str:
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
        table = _table_lines(section)
        room = max(MIN_LINE_WIDTH, *map(_width, table)) if table else MIN_LINE_WIDTH
        below = (
            line for remark in remarks for line in wrap(remark, room, break_long_words=False, break_on_hyphens=False)
        )
        lines = [title, "-" * _width(title), *table, *below]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def html_page(heading: str, sections: Sequence[Section], language: str, charts: Mapping[str, str] | None = None) -> str:
    """Return a report as an HTML page that stands alone; every word is escaped.

    Parameters
    ----------
    heading : str
        The heading of the report.
    sections : sequence of Section
        Its parts.
    language : str
        The code of its language.
    charts : mapping of str to str, optional
        The SVG of a table's chart, by the name of the table.

    Returns
    -------
    str
        A whole page, with its style.
    """
    title = escape(heading)
    screen = "<meta name='viewport' content='width=device-width,initial-scale=1'>"
    head = f"<meta charset='utf-8'>{screen}<title>{title}</title><style>{STYLE}</style>"
    parts = "".join(_html(section, (charts or {}).get(section.table, "")) for section in sections)
    body = f"<main class=scorecard><h1>{title}</h1>{parts}</main>"
    return f"<!doctype html><html lang='{escape(language)}'><head>{head}</head><body>{body}</body></html>\n"


def _html(section: Section, chart: str) -> str:
    remarks = "".join(f"<p>{escape(remark)}</p>" for remark in section.remarks)
    figure = f"<figure>{chart}</figure>" if chart else ""
    return f"<h2>{escape(section.title)}</h2>{figure}{_table(section) if section.rows else ''}{remarks}"


def _table(section: Section) -> str:
    """Return the table in a box of its own, which scrolls where the screen is narrower."""
    head = "".join(_cell("th", text, place < section.text_columns) for place, text in enumerate(section.header))
    rows = "".join(
        f"<tr>{''.join(_cell('td', text, place < section.text_columns) for place, text in enumerate(row))}</tr>"
        for row in section.rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<div tabindex=0>{table}</div>"


def _cell(tag: str, text: str, word: bool) -> str:
    return f"<{tag}{' class=word' if word else ''}>{escape(text)}</{tag}>"


def _table_lines(section: Section) -> list[str]:
    if not section.rows:
        return []
    lines = [tuple(map(_printable, line)) for line in (section.header, *section.rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(section.header))]
    return [
        "  ".join(_pad(text, widths[i], i < section.text_columns) for i, text in enumerate(line)).rstrip()
        for line in lines
    ]


def _printable(text: str) -> str:
    """Return a text without what a terminal would obey."""
    return "".join(letter if category(letter)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _pad(text: str, width: int, left: bool) -> str:
    gap = " " * (width - _width(text))
    return text + gap if left else gap + text


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
