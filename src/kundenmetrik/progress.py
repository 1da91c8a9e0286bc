"""Progress of long work: one kind of callback for all of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TypeVar

from kundenmetrik.errors import InvalidType

Item = TypeVar("Item")
Progress = Callable[[int, int], object]
"""Called after each step with the steps done and all steps."""
SECONDS_BEFORE_PROGRESS = 2.0
"""Seconds before the first line."""


def steps(progress: Progress | None, total: int) -> Callable[[], None]:
    """Return what is called after each step, and tells somebody who listens."""
    if progress is not None and not callable(progress):
        raise InvalidType("progress", "be a function of the steps done and of all", progress)
    done = count(1)

    def step() -> None:
        if progress is not None:
            progress(next(done), total)

    return step


def with_progress(items: Sequence[Item], progress: Progress | None, said: str = "") -> Iterator[Item]:
    """Go through the items and tell how far; where something is said and nobody listens, on a terminal."""
    total, begin = len(items), time.monotonic()
    step = steps(progress, total)
    for done, item in enumerate(items, start=1):
        yield item
        step()
        if progress is None and said and sys.stderr.isatty() and time.monotonic() - begin > SECONDS_BEFORE_PROGRESS:
            sys.stderr.write(f"\r{said} {done} of {total}" + ("\n" if done == total else ""))
