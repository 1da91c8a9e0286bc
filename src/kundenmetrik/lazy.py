"""Packages whose public names are loaded when they are first used.

The stub ``__init__.pyi`` of a package is the one list of its public names and their homes: type checkers read it, and
so does the package itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

IMPORT = re.compile(r"^from ([\w.]+) import \(?\s*(\w+) as (\w+)", re.MULTILINE)
"""One public name in a stub, such as ``from kundenmetrik.survey.nps import NPS as NPS``."""
EXTRAS = {"hypothesis": "testing", "matplotlib": "plot", "narwhals": "polars"}
"""The extra that brings an optional package."""

LISTENERS: list[Callable[[object], None]] = []
"""Who is told of a public name when it is first used."""


class LazyPackage(ModuleType):
    """A package that loads a public name when it is first asked for; a submodule never hides a name."""

    def __getattr__(self, name: str) -> Any:
        home = vars(self)["_homes"].get(name)
        if home is None:
            raise AttributeError(_unknown(self.__name__, name), name=name, obj=self)
        try:
            found = import_module(f"{home}.{name}") if home == self.__name__ else getattr(import_module(home), name)
        except ModuleNotFoundError as missing:
            if missing.name not in EXTRAS:
                raise
            said = f'{self.__name__}.{name} needs {missing.name}: pip install "kundenmetrik[{EXTRAS[missing.name]}]"'
            raise ModuleNotFoundError(said, name=missing.name) from None
        vars(self)[name] = found
        for listener in LISTENERS:
            listener(found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        submodule = isinstance(value, ModuleType) and value.__name__ == f"{self.__name__}.{name}"
        if not (submodule and vars(self)["_homes"].get(name, self.__name__) != self.__name__):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted(vars(self)["_homes"])


def lazy_package(name: str) -> None:
    """Make a package load the names of its stub when they are first used."""
    package = sys.modules[name]
    stub = package.__spec__.loader.get_data(f"{package.__file__}i").decode("utf-8")  # type: ignore[union-attr]
    vars(package)["_homes"] = {public: home for home, _, public in IMPORT.findall(stub)}
    package.__class__ = LazyPackage
    vars(package)["__all__"] = [public for public in dir(package) if not public.startswith("_")]


def _unknown(package: str, name: str) -> str:
    from kundenmetrik.renamed import REMOVED, RENAMED

    old = f"{package.partition('.')[2]}.{name}".lstrip(".")
    gone = f"; {REMOVED[old]}" if old in REMOVED else ""
    now = f"; it is kundenmetrik.{RENAMED[old]} now" if old in RENAMED else gone
    return f"module {package!r} has no attribute {name!r}{now}"
