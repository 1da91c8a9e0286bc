"""The tables that the command works on: files named by options or by ``kundenmetrik.toml``, else the shop."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from kundenmetrik.command.config_file import NAME, OF_A_SCORECARD, TABLES, Config, read_config
from kundenmetrik.errors import Fault, InvalidArgument, InvalidData, UnknownName
from kundenmetrik.frame.files.any_source import read_by_columns
from kundenmetrik.frame.files.reading import FileFrame
from kundenmetrik.progress import Progress
from kundenmetrik.words.fault_text import error_text
from kundenmetrik.words.language import Language

FOR_ALL = ("encoding", "separator", "decimal", "dates", "attributes")
"""Options of reading that hold for every table; the currency is that of the interactions."""
BY_NAME = ("columns", "kinds", "questions")
"""Options that say what a column or a word is; each holds for the tables that have that column, or such words."""
OF_A_FILE = ("encoding", "separator", "sheet", "header")
"""How a file is taken apart, before anything is known of its columns."""


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
        tables=tables,
        scorecard={**said.scorecard, **{name: one for name, one in asked.items() if one is not None}},
        named={name: _pairs(getattr(chosen, name) or (), name) for name in BY_NAME},
    )


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """Return the pairs that were written as ``NAME=MEANING``; a name may hold the sign itself."""
    pairs = {}
    for text in given:
        name, sign, meaning = text.rpartition("=")
        if not (sign and name and meaning):
            raise InvalidArgument(f"--{option}", "be pairs such as Kd=customer_id", text)
        pairs[name] = meaning
    return pairs


def read_tables(config: Config, words: Language, progress: Progress | None = None) -> dict[str, Any]:
    """Return each table, and print what was found out about it; the faults of all tables come at once."""
    tables: dict[str, Any] = {}
    faults: list[Fault] = []
    wrong: list[str] = []
    used: set[str] = set()
    for name, table in config.tables.items():
        try:
            tables[name] = _read(name, table, config, used, progress)
        except InvalidData as invalid:
            faults.extend(invalid.faults)
        except InvalidArgument as invalid:
            wrong.append(f"{name}: {error_text(invalid, words)}")
    if wrong:
        message = "\n".join([*wrong, *([error_text(InvalidData(faults), words)] if faults else [])])
        error = InvalidArgument("files", message)
        error.args = (message,)  # each line names its table already
        raise error
    if faults:
        raise InvalidData(faults)
    for option in ("columns", "questions"):
        if strange := [column for column in config.named.get(option, {}) if column not in used]:
            raise UnknownName(f"--{option}", strange[0], sorted(used))
    for name, frame in tables.items():
        sys.stderr.write(f"{name}: {frame.reading.to_text(words.code)}\n")
    _rename_keys(config.scorecard, tables)
    return tables


def _read(name: str, table: Mapping[str, Any], config: Config, used: set[str], progress: Progress | None) -> FileFrame:
    """Return a table; what the options say of a column holds where it has that column, and ``by`` keeps it."""
    model = TABLES[name]
    fields = model.model_fields

    def options_of(columns: Collection[str]) -> dict[str, Any]:
        used.update(columns)
        options = {key: value for key, value in table.items() if key not in ("files", *OF_A_FILE)}
        for option, field in zip(BY_NAME, (None, "kind", "question"), strict=True):
            pairs = config.named.get(option, {})
            here = {key: value for key, value in pairs.items() if option == "kinds" or key in columns}
            here = {key: value for key, value in here.items() if option != "columns" or value in fields}
            if here and (field is None or field in fields):
                options[option] = {**(options.get(option) or {}), **here}
        if "attributes" not in options and "attributes" in fields:
            options["attributes"] = [key for key in config.keys if key in columns] or None
        return options

    return read_by_columns(
        table["files"], model, options_of, progress, **{key: table[key] for key in OF_A_FILE if key in table}
    )


def _rename_keys(scorecard: dict[str, Any], tables: Mapping[str, Any]) -> None:
    """Let ``by`` name a column as the file does where it was read as a field."""
    if scorecard.get("by"):
        keys = [scorecard["by"]] if isinstance(scorecard["by"], str) else scorecard["by"]
        read_as = {name: field for frame in tables.values() for name, field in frame.reading.columns.items()}
        scorecard["by"] = [read_as.get(key, key) for key in keys]
