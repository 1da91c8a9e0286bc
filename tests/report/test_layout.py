"""Sections as text and as a page: aligned, escaped, without what a terminal would obey."""

from __future__ import annotations

from html.parser import HTMLParser
from unicodedata import category, east_asian_width

from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.report.layout import Section, html_page, plain_text

CELLS = st.text(max_size=12)


class Reader(HTMLParser):
    """Reads the tags and the words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def section(cells: list[str], title: str = "T", remark: str = "") -> Section:
    return Section(
        title=title, header=("a", "b"), rows=tuple((cell, "1") for cell in cells), remarks=(remark,) if remark else ()
    )


@given(st.lists(CELLS, max_size=5), CELLS, CELLS)
def test_no_word_of_the_data_becomes_a_tag(cells: list[str], title: str, remark: str) -> None:
    calm = Reader(html_page("h", [section(["x"] * len(cells), "t", "r" if remark else "")], "de"))
    wild = Reader(html_page("h", [section(cells, title, remark)], "de"))
    assert wild.tags == calm.tags
    hostile = "<script>alert(1)</script>&<img src=x onerror=y>'\""
    text = html_page(hostile, [section([hostile], hostile, hostile)], hostile)
    assert "<script" not in text
    assert "<img" not in text
    assert "".join(Reader(text).words).count(hostile) == 5


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_text_has_no_control_characters_and_aligned_columns(cells: list[str]) -> None:
    text = plain_text("head", [section(cells)])
    assert all(category(letter)[0] != "C" for line in text.split("\n") for letter in line)
    lines = text.split("\n")[5 : 6 + len(cells)]
    widths = {sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) for line in lines}
    assert len(widths) == 1


def test_a_table_without_rows_gives_way_to_its_sentence() -> None:
    empty = Section(title="T", header=("a",), rows=(), remarks=("Nothing to show.",))
    assert plain_text("h", [empty]) == "h\n=\n\nT\n-\nNothing to show.\n"
    assert "table" not in Reader(html_page("h", [empty], "en")).tags


def test_sentences_are_no_wider_than_their_table_or_a_screen() -> None:
    remark = "word 2025-12-31 " * 30 + "x" * 90
    for cell, room in (("1", 80), ("1" * 120, 123)):
        below = plain_text("h", [section([cell], remark=remark)]).split("\n")[7:]
        assert " ".join(below).split() == remark.split()
        assert max(len(line) for line in below if line != "x" * 90) <= room


def test_a_page_is_read_on_a_narrow_screen_and_keeps_its_looks_to_itself() -> None:
    text = html_page("h", [section(["1"])], "de")
    assert "<meta name='viewport' content='width=device-width,initial-scale=1'>" in text
    tags = Reader(text).tags
    assert tags[tags.index("table") - 1] == "div"
    rules = text.split("<style>")[1].split("</style>")[0].replace("@media(max-width:40rem){", "")
    heads = [head.strip() for rule in rules.split("}") if "{" in rule for head in rule.split("{")[0].split(",")]
    assert heads
    assert all(head.startswith(".scorecard") for head in heads)


def test_a_space_that_does_not_break_stays() -> None:
    percent = "95\N{NO-BREAK SPACE}%"
    assert plain_text("h", [section([percent], remark=percent)]).count(percent) == 2


def test_headings_and_remarks_are_cleaned_too() -> None:
    text = plain_text(
        "he\x1b[2Jad", [Section(title="ti\x1b]0;x\x07tle", header=("a",), rows=(), remarks=("re\x1b[31mmark\r",))]
    )
    assert "\x1b" not in text
    assert "\r" not in text
    assert "\x07" not in text
