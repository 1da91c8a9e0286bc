"""Every test asserts: it has an assertion of its own, expects an error, or calls a helper that does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
EXPECTED_ERRORS = frozenset({"raises", "warns", "fail", "deprecated_call"})
"""What pytest offers to expect an error or to fail."""
LAWS = frozenset({"check"})
"""What raises an AssertionError when a law is broken: ``laws.check``."""


def asserts(function: ast.AST) -> bool:
    """Return whether something is asserted in a function itself."""
    for node in ast.walk(function):
        if isinstance(node, (ast.Assert, ast.Raise)):
            return True
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = {"pytest": EXPECTED_ERRORS, "laws": LAWS}.get(node.value.id, frozenset())
            if node.attr in owner:
                return True
        if isinstance(node, ast.Attribute) and node.attr.startswith("assert_"):
            return True
    return False


def calls(function: ast.AST) -> set[str]:
    """Return the names of the functions that a function calls by their bare name."""
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {node.func.id for node in nodes if isinstance(node.func, ast.Name)}


def silent(trees: dict[str, ast.Module]) -> Iterator[str]:
    """Yield the tests that assert nothing and call no function of the tests that does."""
    functions = [
        (name, node) for name, tree in trees.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    asserting = {node.name for _, node in functions if asserts(node)}
    while grown := {node.name for _, node in functions if calls(node) & asserting} - asserting:
        asserting |= grown
    for name, node in functions:
        if node.name.startswith("test_") and not asserts(node) and not calls(node) & asserting:
            yield f"{name}::{node.name}"


def test_every_test_asserts() -> None:
    files = {path.relative_to(TESTS).as_posix(): path for path in sorted(TESTS.rglob("*.py"))}
    assert not list(silent({name: ast.parse(path.read_text(encoding="utf-8")) for name, path in files.items()}))


def test_a_test_that_only_runs_is_found() -> None:
    text = "def agree(x):\n    assert x\ndef test_one():\n    agree(1)\ndef test_two():\n    int(1)\n"
    assert list(silent({"file": ast.parse(text)})) == ["file::test_two"]
