"""The tests mirror the source: who changes a file finds the tests that will fail, and who reads a test knows its room.

A source file has its test when a test file of its room names it (imports it, or uses a public name that lives in it).
A file that only its own room imports is tested through the files that import it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
TESTS = ROOT / "tests"
PUBLIC = re.compile(r"^from ([\w.]+) import \(?\s*\w+ as (\w+)", re.MULTILINE)
"""One public name in a stub, with the module it lives in."""


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


MODULES = {dotted(path): path for path in sorted(SOURCE.rglob("*.py")) if path.name != "__init__.py"}
HOMES = {
    f"{dotted(stub.parent)}.{name}": home
    for stub in SOURCE.rglob("__init__.pyi")
    for home, name in PUBLIC.findall(stub.read_text(encoding="utf-8"))
}


def names(tree: ast.Module) -> set[str]:
    """Return the dotted names of the library that a file imports or reads from what it imported."""
    local: dict[str, str] = {}
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(source), names=imported) if source.split(".")[0] == "kundenmetrik":
                local |= {name.asname or name.name: f"{source}.{name.name}" for name in imported}
            case ast.Import(names=imported):
                library = [name for name in imported if name.name.split(".")[0] == "kundenmetrik"]
                local |= {
                    name.asname or "kundenmetrik": name.name if name.asname else "kundenmetrik" for name in library
                }
                found |= {name.name for name in library}
    found |= set(local.values())
    for node in ast.walk(tree):
        parts: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if parts and isinstance(inner, ast.Name) and inner.id in local:
            found.add(".".join([local[inner.id], *reversed(parts)]))
    return found


def modules(dotted_names: set[str]) -> set[str]:
    """Return the modules in which names live: their own, or that of the public name they begin with."""
    found = set()
    for name in dotted_names:
        beginning = name
        while beginning:
            found |= {beginning, HOMES.get(beginning, "")} & set(MODULES)
            beginning = beginning.rpartition(".")[0]
    return found


def of_file(path: Path) -> set[str]:
    return modules(names(ast.parse(path.read_text(encoding="utf-8"))))


def room(module: str) -> str:
    return module.split(".")[1]


ROOMS = {path.name for path in (SOURCE / "kundenmetrik").iterdir() if path.is_dir()} - {"__pycache__"}
TEST_FILES = {path: of_file(path) for path in sorted(TESTS.rglob("test_*.py"))}


def folder(path: Path) -> str:
    """Return the room that a test file belongs to."""
    first = path.relative_to(TESTS).parts[0]
    return "testing" if first == "laws" else first


def mirrored() -> set[str]:
    """Return the modules that a test of their room names, and those that only other such modules use."""
    found = {
        module
        for path, named in TEST_FILES.items()
        for module in named
        if folder(path) == room(module) or (room(module) not in ROOMS and path.parent == TESTS)
    }
    users: dict[str, set[str]] = {module: set() for module in MODULES}
    for user, path in MODULES.items():
        for module in of_file(path) - {user}:
            users[module].add(user)
    inner = {module for module, by in users.items() if {room(one) for one in by} == {room(module)}}
    while grown := {module for module in inner - found if users[module] & found}:
        found |= grown
    return found


def test_each_source_file_has_its_tests() -> None:
    untested = set(MODULES) - mirrored()
    assert not untested


def test_each_test_file_names_a_module_of_its_room() -> None:
    strangers = {
        path.relative_to(TESTS).as_posix()
        for path, named in TEST_FILES.items()
        if folder(path) in ROOMS and folder(path) not in {room(module) for module in named}
    }
    assert not strangers


def test_names_are_followed_to_their_modules() -> None:
    text = "import kundenmetrik as km\nfrom kundenmetrik import clv\nkm.nps([1]).value\nclv.lifetime_value()\n"
    assert modules(names(ast.parse(text))) == {
        "kundenmetrik.survey.nps",
        "kundenmetrik.clv.money.lifetime_value",
    }
