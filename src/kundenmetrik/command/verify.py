"""``kundenmetrik verify``: published figures computed again on this machine."""

from __future__ import annotations

import argparse
import sys

from kundenmetrik.testing import verify
from kundenmetrik.words.language import Language


def verify_task(chosen: argparse.Namespace, words: Language) -> int:
    """Print how many published figures agree, and those that do not."""
    report = verify(*chosen.topics) if chosen.topics else verify()
    sys.stdout.write(f"{report}\n")
    return 0 if all(row.agrees for row in report.rows) else 1
