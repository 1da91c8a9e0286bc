"""The file ``kundenmetrik.toml``: which files hold which table, and how they are read."""

from __future__ import annotations

import inspect
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kundenmetrik.errors import InvalidArgument, UnknownName
from kundenmetrik.frame.files.any_source import read
from kundenmetrik.models import Customer, Interaction, KanoAnswer, Record, SurveyResponse

TABLES: dict[str, type[Record]] = {
    "customers": Customer,
    "interactions": Interaction,
    "responses": SurveyResponse,
    "kano": KanoAnswer,
}
"""The tables, as the options and the sections of the file call them."""
NAME = "kundenmetrik.toml"
OF_A_TABLE = (
    "files",
    *(name for name in inspect.signature(read).parameters if name not in ("source", "model", "name", "progress")),
)
"""The keys of a table: its files, and what ``km.read`` takes."""
OF_A_SCORECARD = ("by", "period", "time_zone", "observed_until", "min_n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Which files hold which table, how each is read, and what the scorecard is asked.

    Attributes
    ----------
    tables : dict
        For each table its files and the options of ``km.read``.
    scorecard : dict
        Options of the scorecard.
    named : dict
        What the options say of columns, kinds and questions, for the tables that have them.
    """

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    scorecard: dict[str, Any] = field(default_factory=dict)
    named: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """What the scorecard reports by."""
        by = self.scorecard.get("by") or []
        return [by] if isinstance(by, str) else list(by)


def read_config(path: Path) -> Config:
    """Return what a file says; its paths begin at its folder."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InvalidArgument(path.name, f"be TOML: {fault}") from None
    for name, section in said.items():
        if name not in (*TABLES, "scorecard"):
            raise UnknownName(f"a section of {path.name}", name, [*TABLES, "scorecard"])
        if not isinstance(section, dict):
            raise InvalidArgument(f"{name} in {path.name}", f"be a section, [{name}]", section)
        allowed = OF_A_SCORECARD if name == "scorecard" else OF_A_TABLE
        for key in section:
            if key not in allowed:
                raise UnknownName(f"a key of [{name}] in {path.name}", key, allowed)
    tables = {name: dict(said[name]) for name in TABLES if name in said}
    for name, section in tables.items():
        section["files"] = _files(section.get("files"), name, path)
    return Config(tables=tables, scorecard=dict(said.get("scorecard", {})))


def _files(given: Any, table: str, path: Path) -> list[str]:
    several = [given] if isinstance(given, str) else given
    if not (isinstance(several, list) and several and all(isinstance(one, str) for one in several)):
        raise InvalidArgument(f"files of [{table}] in {path.name}", "name a file, a pattern, or a list of them", given)
    return [str(path.parent / one) for one in several]
