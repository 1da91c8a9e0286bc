"""Figures of the house: size, rooms, circles, names, and how far a value travels.

Run it where the library is: ``PYTHONPATH=src python tests/guards/house_figures.py``.
"""

from __future__ import annotations

import ast
import inspect
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import numpy as np
import pandas as pd
from test_cycles import FILES, circles, imports  # type: ignore[import-not-found]

import kundenmetrik as km

FOLDER = str(next(iter(FILES.values())).parents[1])
BRANCHES = (ast.If, ast.For, ast.While, ast.IfExp, ast.ExceptHandler, ast.comprehension)
COMPLEX = 10
LONG = 300


def complexity(function: ast.AST) -> int:
    """Return McCabe's number: one more than the branches."""
    nodes = list(ast.walk(function))
    conditions = sum(len(node.values) - 1 for node in nodes if isinstance(node, ast.BoolOp))
    filters = sum(len(node.ifs) for node in nodes if isinstance(node, ast.comprehension))
    return 1 + sum(isinstance(node, BRANCHES) for node in nodes) + conditions + filters


def statements(tree: ast.Module) -> int:
    """Return how many statements a file has, docstrings left out."""
    texts = sum(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in ast.walk(tree))
    return sum(isinstance(node, ast.stmt) for node in ast.walk(tree)) - texts


def journey(act: Callable[[], object]) -> str:
    """Return how many files and functions a second call passes, and how deep it goes."""
    act()
    codes: set[CodeType] = set()
    calls, depth, deepest = 0, 0, 0

    def watch(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls, depth, deepest
        if not frame.f_code.co_filename.startswith(FOLDER):
            return
        if event == "call":
            codes.add(frame.f_code)
            calls, depth = calls + 1, depth + 1
            deepest = max(deepest, depth)
        elif event == "return":
            depth -= 1

    sys.setprofile(watch)
    act()
    sys.setprofile(None)
    return f"{len({code.co_filename for code in codes})} files, {len(codes)} functions, {calls} calls, depth {deepest}"


def journeys() -> dict[str, Callable[[], object]]:
    """Return what is traced: a column of scores, a log of purchases, Kano answers."""
    scores = pd.Series([10, 9, 8, 3] * 25)
    table = pd.DataFrame({"nps": scores, "shop": list("abcd") * 25})
    days = pd.date_range("2025-01-01", periods=100, freq="D")
    log = pd.DataFrame({"customer_id": list("aabc") * 25, "occurred_at": days, "amount": np.arange(100) + 1.0})
    levels = [1, 2, 3, 4, 5] * 20
    answers = pd.DataFrame({"customer_id": range(100), "feature": "app", "functional": levels})
    answers["dysfunctional"] = levels[::-1]
    return {
        "scores, km.nps with limits": lambda: (km.nps(scores).value, km.nps(scores).low),
        "scores, km.measure by shop to a frame": lambda: km.measure(table, km.NPS("nps"), by="shop").to_frame(),
        "a log, km.clv.purchases": lambda: km.clv.purchases(log),
        "Kano answers, km.kano.classify to a frame": lambda: km.kano.classify(answers).to_frame(),
    }


def public_names() -> int:
    """Return how many names the front door and its families have."""
    things = [getattr(km, name) for name in km.__all__]  # type: ignore[attr-defined]
    return sum(len(getattr(thing, "__all__", ())) if inspect.ismodule(thing) else 1 for thing in things)


def figures() -> dict[str, object]:
    """Return each figure by name."""
    texts = {name: path.read_text(encoding="utf-8") for name, path in FILES.items()}
    trees = {name: ast.parse(text) for name, text in texts.items()}
    lines = [text.count("\n") for text in texts.values()]
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    branched = sum(complexity(function) > COMPLEX for function in functions)
    folders = Counter(path.parent for path in FILES.values())
    names = Counter(path.name for path in FILES.values() if path.name != "__init__.py")
    found = circles(imports())
    return {
        "files": len(FILES),
        "lines": sum(lines),
        "statements": sum(map(statements, trees.values())),
        "files in the fullest folder": max(folders.values()),
        "circles of imports, and files in the largest": (len(found), max(map(len, found), default=0)),
        "file names that stand more than once": sum(count > 1 for count in names.values()),
        "public names": public_names(),
        "functions": len(functions),
        f"functions with a complexity above {COMPLEX}": f"{branched} ({branched / len(functions):.1%})",
        "lines of the median and of the largest file": (statistics.median(lines), max(lines)),
        f"files above {LONG} lines": sum(count > LONG for count in lines),
        **{name: journey(act) for name, act in journeys().items()},
    }


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{name}: {figure}")
