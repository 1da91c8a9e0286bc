"""The published figures that ship with the library agree, and one that is wrong is reported."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.testing import VerifyReport, verify
from kundenmetrik.testing.doors import DOORS
from kundenmetrik.testing.verification import TOPICS, Verified, compare_cases, prints, published_cases

REPORT = verify()
COLUMNS = ["topic", "source", "place", "what", "expected", "digits", "found", "agrees"]


@pytest.mark.parametrize("row", REPORT.rows, ids=lambda row: f"{row.topic}: {row.source}: {row.place}: {row.what}")
def test_every_figure_agrees(row: Verified) -> None:
    assert row.agrees, f"{row.expected} is printed, {row.found} is found"


def test_every_topic_and_every_kind_of_case_is_there() -> None:
    assert {row.topic for row in REPORT.rows} == set(TOPICS)
    assert {kind for topic in TOPICS for kind in published_cases(topic)} == set(DOORS)
    assert len(REPORT) > 400


@pytest.mark.parametrize("topic", TOPICS)
def test_one_topic_is_a_part_of_all(topic: str) -> None:
    assert verify(topic).rows == tuple(row for row in REPORT.rows if row.topic == topic)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_case_has_a_source_and_gives_every_figure_it_prints(topic: str) -> None:
    """A figure under a name that no door reads would never be compared."""
    unread = {"variance", "standard_error"}
    for kind, cases in published_cases(topic).items():
        for case in cases:
            assert case["source"].strip()
            found = {row.expected for row in compare_cases(topic, {kind: [case]})}
            assert found == {
                text for name, value in case.items() if name not in unread for text in figures(name, value)
            }


def figures(name: Any, value: Any) -> Any:
    """Every string of a case that is a figure."""
    if name in ("source", "place", "method", "model", "group", "timing", "table", "scheme"):
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in figures("", one)]
    return [text for one in value for text in figures("", one)] if isinstance(value, list) else []


@pytest.mark.parametrize("topic", TOPICS)
def test_a_wrong_last_digit_is_reported(topic: str) -> None:
    """Each printed figure moved by two units of its last digit no longer agrees."""
    for row in verify(topic).rows:
        if not isinstance(row.found, str):
            moved = float(row.expected) + 2 * 10.0**-row.digits
            mantissa = f"{moved:.{row.digits}f}"
            assert not prints(row.found, mantissa), row


def test_a_report_with_a_wrong_figure_says_so() -> None:
    wrong = {"kano": [{**published_cases("kano")["kano"][0], "better": "0.487"}]}
    report = VerifyReport(tuple(compare_cases("kano", wrong)))
    assert not report.ok
    assert [row.what for row in report.differing] == ["better"]
    assert report.to_frame().query("not agrees")["expected"].tolist() == ["0.487"]
    assert repr(report).splitlines()[2].split()[:4] == ["kano", "better", "0.487", "0.4857"]
    assert "Brand and Rese 2026" in report.to_text(120)


def test_a_refusal_is_a_figure_that_does_not_agree() -> None:
    impossible = {"share": [{"source": "nobody", "successes": 7, "n": 5, "wilson": ["0.1", "0.9"]}]}
    (row,) = compare_cases("retention", impossible)
    assert not row.agrees
    assert "Invalid" in str(row.found)


@pytest.mark.parametrize(
    ("found", "printed", "agrees"),
    [
        (0.48571, "0.486", True),
        (0.4855, "0.486", True),
        (0.48549, "0.486", False),
        (float("nan"), "0.486", False),
        (4.16876e-05, "4.1688e-05", True),
        (4.16871e-05, "4.1688e-05", False),
        (23.0, "23", True),
        (23.4, "23", False),
        ("I", "I", True),
        ("A", "I", False),
    ],
)
def test_printed_digits(found: float | str, printed: str, agrees: bool) -> None:
    assert prints(found, printed) is agrees


def test_the_frame_the_repr_and_the_page() -> None:
    frame = REPORT.to_frame()
    assert list(frame.columns) == COLUMNS
    assert len(frame) == len(REPORT)
    assert frame["agrees"].all()
    assert REPORT.headline.startswith(f"{len(REPORT)} of {len(REPORT)} figures agree at their printed digits: survey ")
    assert "<table" in REPORT._repr_html_()
    assert not VerifyReport(()).ok


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="topic"):
        verify("weather")


def test_it_needs_no_hypothesis_and_strategies_load_when_asked_for() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None; from kundenmetrik.testing import verify; print(verify('clv').ok)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True", done.stderr
    assert km.testing.strategies is km.testing.strategies
    assert set(km.testing.__all__) <= set(dir(km.testing))  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="no attribute 'proof'"):
        _ = km.testing.proof  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "told"), [("laws.check", "laws.check"), ("strategies.counts", "strategies")])
def test_without_hypothesis_laws_and_strategies_say_what_to_install(name: str, told: str) -> None:
    code = f"import sys; sys.modules['hypothesis'] = None; import kundenmetrik as km; km.testing.{name}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].endswith(
        f'.testing.{told} needs hypothesis: pip install "kundenmetrik[testing]"'
    )
