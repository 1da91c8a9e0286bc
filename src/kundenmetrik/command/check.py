"""``kundenmetrik check``: all faults of all files."""

from __future__ import annotations

import argparse
import sys

from kundenmetrik.command.config_file import NAME
from kundenmetrik.command.tables import config_of, read_tables
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.words.language import Language


def check_task(chosen: argparse.Namespace, words: Language) -> int:
    """Read the files and say that they are in order; what is not is raised."""
    config = config_of(chosen)
    if config is None:
        rule = f"be given: --customers, --interactions, --responses or --kano, or a {NAME} in this folder"
        raise InvalidArgument("files", rule)
    tables = read_tables(config, words)
    sys.stdout.write(words.word("command.in_order", tables=", ".join(tables)) + "\n")
    return 0
