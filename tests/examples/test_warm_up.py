"""What the page on stability says of warming up: after one figure the next loads nothing and is quick."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "warm_up.py"
LINE = re.compile(r"(.+): ([\d.]+) ms, (\d+) modules, (-?\d+) MiB")


def test_the_next_figure_loads_nothing_and_takes_less_than_a_tenth_of_the_first() -> None:
    said = subprocess.run([sys.executable, str(EXAMPLE)], capture_output=True, text=True, check=True).stdout
    imported, first, following = (LINE.fullmatch(line) for line in said.splitlines())
    assert imported is not None
    assert first is not None
    assert following is not None
    assert float(following[2]) < float(first[2]) / 10
    assert int(following[3]) == 0
    assert int(first[3]) > 10 * int(imported[3])
