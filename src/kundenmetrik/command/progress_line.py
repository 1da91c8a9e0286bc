"""Progress as one line of the error stream, where somebody watches it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kundenmetrik.progress import Progress
from kundenmetrik.words.language import Language

CLEAR = "\r\x1b[K"
"""Back to the beginning of the line, and empty to its end."""


@contextmanager
def progress_line(words: Language) -> Iterator[Progress | None]:
    """Give a callback that keeps one line on a terminal; None where the error stream is a file or a pipe."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(done: int, total: int) -> None:
        sys.stderr.write(f"{CLEAR}{words.word('command.progress', done=done, total=total)}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write(CLEAR)
