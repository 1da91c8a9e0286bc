"""Every decision record stands in the index, with its number, its title, a status and a date."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| (\d{4}) \| \[(.+)\]\((decisions/.+\.md)\) \| (.+) \| (.+) \|$", re.MULTILINE)
TITLE = re.compile(r"^# (?:\d+[.:]? )?(.+)$", re.MULTILINE)
STATUS = re.compile(r"accepted|amended|replaced by \d{4}")


def index() -> list[tuple[str, ...]]:
    return ROW.findall((DOCS / "decisions.md").read_text(encoding="utf-8"))


def test_each_record_is_in_the_index_once() -> None:
    records = sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / "decisions").glob("*.md"))
    assert sorted(row[2] for row in index()) == records
    assert [row[0] for row in index()] == [Path(record).name[:4] for record in records]


def test_each_row_says_what_its_record_says() -> None:
    for _, title, place, status, day in index():
        found = TITLE.search((DOCS / place).read_text(encoding="utf-8"))
        assert found, f"{place} has no title"
        assert found[1] == title
        assert STATUS.fullmatch(status), f"{place}: {status}"
        assert date.fromisoformat(day) >= date(2026, 1, 1)
