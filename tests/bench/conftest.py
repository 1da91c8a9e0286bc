"""How the speed tests measure: CPU time, the contenders by turns in one run, the best of several rounds.

Each round begins with another contender, so that none always finds the caches as the same one left them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pytest

Contenders = Mapping[str, Callable[[], object]]


def turned(names: list[str], round_: int) -> list[str]:
    """Return the names in another order each round: another one first, and every other round backwards."""
    first = round_ % len(names)
    order = names[first:] + names[:first]
    return order[::-1] if round_ // len(names) % 2 else order


@pytest.fixture
def times() -> Callable[..., dict[str, float]]:
    """Return a function that gives how many times longer each contender takes than the first."""

    def measured(contenders: Contenders, *, rounds: int = 7, repeat: int = 1) -> dict[str, float]:
        best = dict.fromkeys(contenders, float("inf"))
        for round_ in range(rounds):
            for name in turned(list(contenders), round_):
                call = contenders[name]
                start = time.process_time()
                for _ in range(repeat):
                    call()
                best[name] = min(best[name], time.process_time() - start)
        (_, ours), *others = best.items()
        found = {name: took / ours for name, took in others}
        print(f"\n{', '.join(f'{name} x{ratio:.2f}' for name, ratio in found.items())}")
        return found

    return measured
