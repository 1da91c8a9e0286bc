"""How the speed tests measure: CPU time, the contenders by turns in one run, the best of several rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pytest

Contenders = Mapping[str, Callable[[], object]]


@pytest.fixture
def times() -> Callable[..., dict[str, float]]:
    """Return a function that gives how many times longer each contender takes than the first."""

    def measured(contenders: Contenders, *, rounds: int = 7, repeat: int = 1) -> dict[str, float]:
        best = dict.fromkeys(contenders, float("inf"))
        for _ in range(rounds):
            for name, call in contenders.items():
                start = time.process_time()
                for _ in range(repeat):
                    call()
                best[name] = min(best[name], time.process_time() - start)
        (_, ours), *others = best.items()
        found = {name: took / ours for name, took in others}
        print(f"\n{', '.join(f'{name} x{ratio:.2f}' for name, ratio in found.items())}")
        return found

    return measured
