"""Progress: a line in the terminal while long work goes on; silent elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Progress = Callable[[int, int], None]
"""Called with the steps done and all steps."""
PATIENCE = 2.0
"""Seconds before the first line."""


def with_progress(items: Sequence[Item], progress: Progress | None, said: str) -> Iterator[Item]:
    """Go through the items and tell how far; to a terminal only, unless a callable of one's own is given."""
    total, begin = len(items), time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        if progress is not None:
            progress(done, total)
        elif sys.stderr.isatty() and time.monotonic() - begin > PATIENCE:
            sys.stderr.write(f"\r{said} {done} of {total}" + ("\n" if done == total else ""))
