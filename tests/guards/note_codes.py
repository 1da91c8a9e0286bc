"""Finds the codes of notes, faults and errors where the source makes them, by reading it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "kundenmetrik"
CODE = re.compile(r"[a-z][a-z0-9]*(_([a-z0-9]+|{}))*")
HOLDS_NOTES = re.compile(r"(^|_)notes?(_|$)|^(void|undefined|seen|marked|flags)$")
"""Names of variables, fields and arguments whose strings are codes of notes."""
MAKES_NOTES = re.compile(r"(^|_)notes?$|^(mismatches|_patterns|opposed|without_sales)$")
"""Names of functions whose keys and returned strings are codes of notes."""
MAKES_FAULTS = {"_of_the_type", "_of_the_field", "_verdicts", "_"}
"""Functions that yield the code of a fault first, then its rule."""
KEYED = {"REFUSED"}
"""Tables whose keys are codes of faults."""
PLACE = {"PydanticCustomError": 0, "fault_of": 4, "Broken": 1, "_column_fault": 2, "_fault": 4}
"""Where a function that makes a fault takes its code, if not by name."""
WRAPPERS = {"tuple", "list", "dict", "np.select", "np.where", "dict.fromkeys", "np.full"}
OTHER_WORDS = {("note", "forbid"), ("note", "type"), ("note", "items")}
"""What pydantic's ``extra`` and a JSON schema say, which is no note."""

Found = tuple[str, str, int]


@cache
def found() -> dict[str, dict[str, list[str]]]:
    """Return by kind (note, fault, error) the codes that the source makes, with the places where."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}
    shared: dict[str, list[ast.expr]] = defaultdict(list)
    for tree in trees.values():
        for name, value in _assigned(tree.body):
            if name.isupper():
                shared[name].append(value)
    kinds: dict[str, dict[str, list[str]]] = {"note": {}, "fault": {}, "error": {}}
    for path, tree in trees.items():
        for kind, code, line in Reader(tree, shared).codes():
            if (kind, code) not in OTHER_WORDS:
                kinds[kind].setdefault(code, []).append(f"{path.relative_to(ROOT)}:{line}")
    return kinds


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case _:
                pass


class Reader:
    """Reads one module; a name stands for what was assigned to it in the function, or to a constant of the house."""

    def __init__(self, tree: ast.Module, shared: dict[str, list[ast.expr]]) -> None:
        self.tree, self.shared = tree, shared
        self.all = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        self.functions = {node.name: node for node in self.all}
        self.local: dict[str, list[ast.expr]] = {}

    def codes(self) -> Iterator[Found]:
        """Yield kind, code and line wherever a code is made."""
        inside = {part for function in self.all for part in ast.walk(function)}
        yield from (one for node in ast.walk(self.tree) if node not in inside for one in self._at(node))
        for function in self.all:
            self.local = defaultdict(list)
            for node in ast.walk(function):
                for name, value in _assigned([node] if isinstance(node, ast.stmt) else []):
                    self.local[name].append(value)
            yield from (one for node in ast.walk(function) for one in self._at(node))
            if MAKES_NOTES.search(function.name):
                yield from (("note", *code) for statement in function.body for code in self._made(statement))
            if function.name in MAKES_FAULTS:
                for node in ast.walk(function):
                    if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                        yield from (("fault", *code) for code in self._strings(node.value.elts[0]))

    def _at(self, node: ast.AST) -> Iterator[Found]:
        match node:
            case ast.Call(func=function, args=places, keywords=named):
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                for argument in named:
                    yield from self._argument(argument.arg or "", argument.value)
                if name in PLACE and len(places) > PLACE[name]:
                    yield from (("fault", *code) for code in self._strings(places[PLACE[name]]))
                if MAKES_NOTES.search(name):
                    tables = [place for place in places if isinstance(place, ast.Dict)]
                    yield from (("note", *code) for table in tables for code in self._strings(table))
                if isinstance(function, ast.Name) and name in self.functions:
                    taken = [parameter.arg for parameter in self.functions[name].args.args]
                    for parameter, value in zip(taken, places, strict=False):
                        yield from self._argument(parameter, value)
            case ast.Assign(targets=[ast.expr() as target], value=value):
                yield from self._assignment(target, value)
            case ast.AnnAssign(target=ast.expr() as target, value=ast.expr() as value):
                yield from self._assignment(target, value)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "notes":
                        yield from (("note", *code) for code in self._strings(value))
            case _:
                pass

    def _argument(self, name: str, value: ast.expr) -> Iterator[Found]:
        if name in {"code", "custom_error_type"}:
            yield from (("fault", *code) for code in self._strings(value))
        elif HOLDS_NOTES.search(name) or name == "extra":
            yield from (("note", *code) for code in self._strings(value))

    def _assignment(self, target: ast.expr, value: ast.expr) -> Iterator[Found]:
        match target, value:
            case ast.Name(id=name), ast.Dict() if name in KEYED:
                yield from (("fault", *code) for code in self._strings(value))
            case ast.Name(id="code"), ast.Constant():
                kind = "error" if "KundenmetrikError" in ast.dump(self.tree) else "fault"
                yield from ((kind, *code) for code in self._strings(value))
            case ast.Name(id=name), _ if HOLDS_NOTES.search(name):
                yield from (("note", *code) for code in self._strings(value))
            case ast.Tuple(elts=names), ast.Tuple(elts=values):
                for one, other in zip(names, values, strict=True):
                    yield from self._assignment(one, other)
            case ast.Subscript(value=ast.Name(id=name), slice=key), _ if HOLDS_NOTES.search(name):
                yield from (("note", *code) for one in (key, value) for code in self._strings(one))
            case _:
                pass

    def _made(self, node: ast.AST) -> Iterator[tuple[str, int]]:
        """Yield what a function that makes notes returns: keys of mappings, and strings that are returned."""
        for part in ast.walk(node):
            match part:
                case ast.Dict(keys=keys):
                    yield from (code for key in keys if key is not None for code in self._strings(key))
                case ast.DictComp(key=key):
                    yield from self._strings(key)
                case ast.Return(value=ast.expr() as value) if not isinstance(value, (ast.Dict, ast.DictComp)):
                    yield from self._strings(value)
                case ast.Assign(targets=[ast.Subscript(slice=key)]):
                    yield from self._strings(key)
                case _:
                    pass

    def _strings(self, node: ast.expr, depth: int = 0) -> Iterator[tuple[str, int]]:
        """Yield the codes that an expression may be or hold; what is compared, indexed or joined is none."""
        inner: list[ast.expr] = []
        match node:
            case ast.Constant(value=str(text)):
                if CODE.fullmatch(text):
                    yield text, node.lineno
            case ast.JoinedStr(values=parts):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
                if CODE.fullmatch(text) and text != "{}":
                    yield text, node.lineno
            case ast.Name(id=name) if depth < 4:
                inner = self.local.get(name) or self.shared.get(name, [])
            case ast.Subscript(value=ast.Name(id=name)) if name.isupper():
                inner = [node.value]
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                inner = items
            case ast.Dict(keys=keys, values=values):
                inner = [key for key in keys if key is not None]
                inner += [value for key, value in zip(keys, values, strict=True) if key is None]
            case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
                inner = [one, other]
            case ast.Starred(value=value) | ast.GeneratorExp(elt=value) | ast.ListComp(elt=value):
                inner = [value]
            case ast.DictComp(key=key, value=value, generators=generators):
                inner = [key, value, *(one.iter for one in generators)]
            case ast.Call(func=ast.Attribute(value=value, attr="items")):
                inner = [value]
            case ast.Call(args=items) if ast.unparse(node.func) in WRAPPERS:
                inner = items
            case _:
                pass
        for one in inner:
            yield from self._strings(one, depth + isinstance(node, ast.Name))
