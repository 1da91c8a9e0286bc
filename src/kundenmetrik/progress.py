"""Progress of long work: what is being done, how much of it is behind, and how much there is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], object]
"""Called before each part of long work with its name, how many parts are done, and how many there are."""


def tell(progress: Progress | None, part: str, done: int, total: int) -> None:
    """Tell that a part begins, if somebody listens."""
    if progress is not None:
        progress(part, done, total)
