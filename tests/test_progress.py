"""Long work tells how far it is: a callback, or a line on a terminal, nothing elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from kundenmetrik import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_callable_is_told_and_the_terminal_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "SECONDS_BEFORE_PROGRESS", -1.0)
    told: list[tuple[int, int]] = []
    assert list(progress.with_progress("abc", lambda *done: told.append(done), "work")) == ["a", "b", "c"]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert screen.getvalue() == ""


def test_a_terminal_shows_long_work_only(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    assert list(progress.with_progress("ab", None, "work")) == ["a", "b"]
    assert screen.getvalue() == ""
    monkeypatch.setattr(progress, "SECONDS_BEFORE_PROGRESS", -1.0)
    assert list(progress.with_progress("ab", None, "work")) == ["a", "b"]
    assert screen.getvalue() == "\rwork 1 of 2\rwork 2 of 2\n"


def test_elsewhere_it_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "SECONDS_BEFORE_PROGRESS", -1.0)
    assert list(progress.with_progress("ab", None, "work")) == ["a", "b"]
    assert screen.getvalue() == ""
