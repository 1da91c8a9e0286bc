"""How long the import, the first figure and the next one take in a fresh process, and what each of them loads.

python examples/warm_up.py
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

STATUS = Path("/proc/self/statm")
PAGE = 4096


def measured(what: str, step: Callable[[], object]) -> tuple[float, int]:
    """Run a step, print what it took, and return its seconds and the number of modules it loaded."""
    modules, memory, start = len(sys.modules), resident(), time.perf_counter()
    step()
    seconds = time.perf_counter() - start
    loaded = len(sys.modules) - modules
    print(f"{what}: {1000 * seconds:.1f} ms, {loaded} modules, {(resident() - memory) / 2**20:.0f} MiB")
    return seconds, loaded


def resident() -> int:
    """Return the memory of this process in bytes; 0 where the system does not tell it."""
    return int(STATUS.read_text().split()[1]) * PAGE if STATUS.exists() else 0


def import_library() -> None:
    import_module("kundenmetrik")


def first_figure() -> float:
    import kundenmetrik as km

    return km.nps([0, 10]).low


def main() -> None:
    measured("import kundenmetrik", import_library)
    measured("the first figure", first_figure)
    measured("the next figure", first_figure)


if __name__ == "__main__":
    main()
