"""The version is that of the distribution, and the one that pyproject.toml says."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path

import kundenmetrik as km
from kundenmetrik.version import __version__


def test_the_version_is_that_of_the_distribution() -> None:
    assert km.__version__ == __version__ == version("kundenmetrik")


def test_the_version_of_the_project_is_said_once() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ("version" in project) != ("version" in project.get("dynamic", ()))
