"""No import runs in a circle: deferred, type-only and dynamic imports count, among modules and among rooms."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"

Graph = Mapping[str, set[str]]
WAY_UP = ("kundenmetrik.core.results.result", "kundenmetrik.plot")
"""The one way that leads up: a result that is asked for its plot loads the charts by name."""


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}
PACKAGES = {name for name, path in FILES.items() if path.name == "__init__.py"}


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield what a file imports, wherever the import stands, and what it loads by name."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(source), names=names, level=0):
                yield from (f"{source}.{alias.name}" for alias in names)
            case ast.ImportFrom(level=level) if level:
                raise AssertionError("a relative import")
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(source)), *_]):
                yield source


def home(name: str) -> str | None:
    """Return the module of a dotted name: the longest beginning that is one."""
    while name and name not in FILES:
        name = name.rpartition(".")[0]
    return name or None


def imports() -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for name, path in FILES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = {home(target) for target in imported(tree)} - {None, name}
        graph[name] = {target for target in found if target and (name, target) != WAY_UP}
    return graph


def circles(graph: Graph) -> list[set[str]]:
    """Return the strongly connected parts of more than one node (Tarjan)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for target in graph.get(node, ()):
            if target not in number:
                visit(target)
            if target in stack:
                lowest[node] = min(lowest[node], lowest[target])
        if lowest[node] == number[node]:
            part = set(stack[stack.index(node) :])
            del stack[stack.index(node) :]
            if len(part) > 1:
                found.append(part)

    for node in graph:
        if node not in number:
            visit(node)
    return found


def rooms(graph: Graph, package: str) -> dict[str, set[str]]:
    """Return which children of a package import which others; the package itself is no child of its own."""
    siblings: dict[str, set[str]] = defaultdict(set)
    for source, targets in graph.items():
        for target in targets:
            children = [child(package, name) for name in (source, target)]
            if None not in children and children[0] != children[1]:
                siblings[str(children[0])].add(str(children[1]))
    return siblings


def child(package: str, name: str) -> str | None:
    inside = name.startswith(f"{package}.")
    return f"{package}.{name[len(package) + 1 :].partition('.')[0]}" if inside else None


GRAPH = imports()


def test_modules_import_in_no_circle() -> None:
    assert not [sorted(part) for part in circles(GRAPH)]


def test_rooms_import_in_no_circle() -> None:
    found = [part for package in sorted(PACKAGES) for part in circles(rooms(GRAPH, package))]
    assert not [sorted(part) for part in found]


def test_no_module_imports_a_package_of_which_it_is_part() -> None:
    inner = {f"{name} imports {target}" for name in GRAPH for target in GRAPH[name] if name.startswith(f"{target}.")}
    assert not inner


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [{"a", "b", "c"}]),
        ({"a": {"b"}, "b": {"a"}, "c": {"d", "a"}, "d": {"c"}}, [{"a", "b"}, {"c", "d"}]),
    ],
)
def test_a_circle_is_found(graph: Graph, expected: list[set[str]]) -> None:
    assert circles(graph) == expected


def test_imports_are_found_wherever_they_stand() -> None:
    text = "if TYPE_CHECKING:\n    from a.b import C\ndef f():\n    import d.e\n    import_module('g.h')\n"
    assert sorted(imported(ast.parse(text))) == ["a.b.C", "d.e", "g.h"]
