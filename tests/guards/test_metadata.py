"""What the package says of itself is complete and fits what it needs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

PROJECT: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]


def test_it_names_authors_licence_and_where_it_runs() -> None:
    assert PROJECT["authors"]
    assert PROJECT["license"] == "MIT"
    assert {"Operating System :: OS Independent", "Typing :: Typed"} <= set(PROJECT["classifiers"])
    assert not any(line.startswith("License ::") for line in PROJECT["classifiers"]), "the licence stands in license="


def test_the_versions_of_python_begin_with_the_one_that_is_required() -> None:
    versions = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if line.startswith("Programming Language")]
    minors = [int(version.partition(".")[2]) for version in versions if version.startswith("3.")]
    assert PROJECT["requires-python"] == f">=3.{minors[0]}"
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert minors[-1] >= 13


def test_it_sets_no_upper_limits() -> None:
    assert not [need for need in PROJECT["dependencies"] if "<" in need or "==" in need or "~=" in need]
