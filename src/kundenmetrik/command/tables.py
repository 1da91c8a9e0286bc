"""The tables that the command works on: files named by options or by ``kundenmetrik.toml``, else the shop."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kundenmetrik.command.config_file import NAME, OF_A_SCORECARD, TABLES, Config, read_config
from kundenmetrik.errors import Fault, InvalidArgument, InvalidData
from kundenmetrik.frame.files.any_source import read
from kundenmetrik.words.language import Language

FOR_ALL = ("encoding", "separator", "decimal", "dates", "attributes")
"""Options of reading that hold for every table; the currency is that of the interactions."""


def config_of(chosen: argparse.Namespace) -> Config | None:
    """Return which files to read and how; None where nothing names any."""
    files = {name: getattr(chosen, name) for name in TABLES if getattr(chosen, name)}
    path = chosen.config or (Path(NAME) if not files and Path(NAME).is_file() else None)
    if path is None and not files:
        return None
    said = Config() if path is None else read_config(path)
    tables = {**said.tables, **{name: {**said.tables.get(name, {}), "files": given} for name, given in files.items()}}
    options = {name: getattr(chosen, name) for name in FOR_ALL if getattr(chosen, name) is not None}
    if "separator" in options:
        options["separator"] = options["separator"].replace("\\t", "\t")
    for name, table in tables.items():
        table.update(options)
        if name == "interactions" and chosen.currency is not None:
            table["currency"] = chosen.currency
    asked = {name: getattr(chosen, name, None) for name in OF_A_SCORECARD}
    return Config(
        tables=tables, scorecard={**said.scorecard, **{name: one for name, one in asked.items() if one is not None}}
    )


def read_tables(config: Config, words: Language) -> dict[str, Any]:
    """Return each table, and print what was found out about it; the faults of all tables come at once."""
    tables: dict[str, Any] = {}
    faults: list[Fault] = []
    wrong: list[str] = []
    for name, table in config.tables.items():
        options = {key: value for key, value in table.items() if key != "files"}
        try:
            tables[name] = read(table["files"], TABLES[name], **options)
        except InvalidData as invalid:
            faults.extend(invalid.faults)
        except InvalidArgument as invalid:
            wrong.append(f"{name}: {invalid}")
    if wrong:
        message = "\n".join([*wrong, *([str(InvalidData(faults))] if faults else [])])
        error = InvalidArgument("files", message)
        error.args = (message,)  # each line names its table already
        raise error
    if faults:
        raise InvalidData(faults)
    for name, frame in tables.items():
        sys.stderr.write(f"{name}: {frame.reading.to_text(words.code)}\n")
    return tables
