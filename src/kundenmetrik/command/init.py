"""``kundenmetrik init``: looks at files and writes what it found as ``kundenmetrik.toml``, for a person to correct."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from kundenmetrik.command.config_file import TABLES
from kundenmetrik.errors import InvalidArgument, KundenmetrikError
from kundenmetrik.frame.files.any_source import read, take_apart
from kundenmetrik.frame.files.column_names import field_names, questions_among
from kundenmetrik.frame.files.file_source import sources_of
from kundenmetrik.frame.files.work import ROW_IDS
from kundenmetrik.words.fault_text import error_text
from kundenmetrik.words.language import Language


def init_task(chosen: argparse.Namespace, words: Language) -> int:
    """Write which file is which table, the field of each column, and what is wrong with it as comments."""
    if chosen.out.exists():
        raise InvalidArgument("--out", "be a file that is not there yet", str(chosen.out), "Move it away first.")
    found: dict[str, list[str]] = {}
    heads: dict[str, pd.DataFrame] = {}
    for name in chosen.files:
        (source, *_) = sources_of(name)
        head = take_apart(source).frame
        table = _table_of(head)
        found.setdefault(table, []).append(name)
        heads.setdefault(table, head)
    lines = [f"# {words.word('command.toml_head')}"]
    for table, files in found.items():
        lines += ["", *_section(table, files, heads[table], chosen.out.parent, words)]
    chosen.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(words.word("command.written", files=chosen.out.name, folder=chosen.out.parent) + "\n")
    return 0


def _table_of(head: pd.DataFrame) -> str:
    """Return the table whose fields a file has the most of, those that are required before the others."""

    def fit(table: str) -> tuple[int, int]:
        model = TABLES[table]
        fields = set(field_names(map(str, head.columns), model, None).values())
        if table == "responses" and questions_among(map(str, head.columns)):
            fields |= {"question", "score"}
        needed = {name for name, one in model.model_fields.items() if one.is_required()} - set(ROW_IDS)
        return -len(needed - fields), len(fields)

    return max(TABLES, key=fit)


def _section(table: str, files: list[str], head: pd.DataFrame, folder: Path, words: Language) -> list[str]:
    model = TABLES[table]
    names = field_names(map(str, head.columns), model, None)
    free = [str(name) for name in head.columns if str(name) not in names]
    asked = questions_among(free) if table == "responses" else {}
    own = [name for name in free if name not in asked]
    options: dict[str, Any] = {"attributes": "keep"} if own and "attributes" in model.model_fields else {}
    paths = [Path(os.path.relpath(file, folder)).as_posix() for file in files]
    lines = [f"[{table}]", f"files = {_toml(paths)}", *(f"{key} = {_toml(value)}" for key, value in options.items())]
    try:
        said = read(files, model, **options).reading.to_text(words.code)
    except KundenmetrikError as fault:
        said = error_text(fault, words)
    lines += [f"# {line}" for line in said.splitlines()]
    lines += ["", f"[{table}.columns]", *(f"{_toml(name)} = {_toml(field)}" for name, field in names.items())]
    lines += [f'# {_toml(name)} = "..."' for name in own]
    if asked:
        lines += ["", f"[{table}.questions]", *(f"{_toml(name)} = {_toml(one)}" for name, one in asked.items())]
    return lines


def _toml(value: object) -> str:
    """Return a text or a list of texts as TOML writes it, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False)
