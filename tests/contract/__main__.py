"""Print how many calls the contract makes, and which break it: ``python -m tests.contract [all] [name ...]``."""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.contract.contract import counts
from tests.contract.examples import EXAMPLES

everything, names = "all" in sys.argv[1:], [word for word in sys.argv[1:] if word != "all"]
chosen = [example for example in EXAMPLES if not names or any(name in example.name for name in names)]
total, kinds = 0, Counter[str]()
start = time.perf_counter()
for example, calls, found in counts(chosen, everything=everything):
    total += calls
    seconds, start = time.perf_counter() - start, time.perf_counter()
    if seconds > 3:
        print(f"{example.name}: {calls} calls in {seconds:.1f} s")
    kinds.update(miss.kind for miss in found)
    for miss in found:
        print(miss)
    sys.stdout.flush()
print(f"{len(chosen)} callables, {total:,} calls, {sum(kinds.values()):,} misses: {dict(kinds)}")
