"""``kundenmetrik verify``: published figures computed again on this machine."""

from __future__ import annotations

import argparse
import sys

from kundenmetrik.command.progress_line import progress_line
from kundenmetrik.testing import verify
from kundenmetrik.words.language import Language


def verify_task(chosen: argparse.Namespace, words: Language) -> int:
    """Print how many published figures agree, and those that do not."""
    with progress_line(words) as progress:
        reports = [verify(topic, progress=progress) for topic in chosen.topics or [None]]
    for report in reports:
        sys.stdout.write(f"{report}\n")
    return 0 if all(report.ok for report in reports) else 1
