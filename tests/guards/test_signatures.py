"""The public names and their signatures, written down: a change is seen, and is meant.

After a change that is meant, ``nox -s signatures`` writes ``public_api.txt`` anew; look at its difference.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel

import kundenmetrik as km

SNAPSHOT = Path(__file__).with_name("public_api.txt")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def parameters(thing: object) -> str:
    """Return names, kinds and defaults; annotations are left to the type checkers, which read more in them."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return "(...)"
    bare = [
        one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values() if one.name != "self"
    ]
    return ADDRESS.sub("", str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)))


def members(name: str, kind: type) -> Iterator[str]:
    """Yield the constructor of a class and its public methods and attributes, inherited ones of the library, too."""
    if issubclass(kind, BaseModel):
        fields = (f"{field}{'' if info.is_required() else '=...'}" for field, info in kind.model_fields.items())
        yield f"{name}({', '.join(fields)})"
        return
    yield f"{name}{parameters(kind)}"
    own = {
        member: home
        for home in reversed(kind.__mro__)
        if home.__module__.startswith("kundenmetrik")
        for member in vars(home)
    }
    for member in sorted(own):
        if not member.startswith("_"):
            static = inspect.getattr_static(kind, member)
            read = isinstance(static, (classmethod, staticmethod)) or inspect.isfunction(static)
            yield f"{name}.{member}{parameters(getattr(kind, member)) if read else ''}"


def lines(name: str, thing: object) -> Iterator[str]:
    if isinstance(thing, ModuleType):
        for inner in sorted(vars(thing).get("__all__", ())):
            yield from lines(f"{name}.{inner}", getattr(thing, inner))
    elif inspect.isclass(thing):
        yield from members(name, thing)
    elif callable(thing):
        yield f"{name}{parameters(thing)}"
    else:
        yield name


def public_api() -> str:
    return "".join(f"{line}\n" for line in lines("km", km))


def test_the_public_signatures_are_those_written_down() -> None:
    now, before = public_api().splitlines(), SNAPSHOT.read_text(encoding="utf-8").splitlines()
    gone, new = sorted(set(before) - set(now)), sorted(set(now) - set(before))
    assert (gone, new) == ([], []), "if this is meant, run: nox -s signatures"
    assert now == before


def test_pages_and_examples_touch_nothing_private() -> None:
    root = SNAPSHOT.parents[2]
    pages = [root / "README.md", *root.glob("docs/*.md"), *root.glob("examples/**/*.py")]
    assert len(pages) > 20
    for page in pages:
        touched = re.findall(r"[\])\w]\.(?!_pydantic_core)_[a-z]\w*", page.read_text(encoding="utf-8"))
        assert not touched, f"{page.name} reads {touched}"


if __name__ == "__main__":
    SNAPSHOT.write_text(public_api(), encoding="utf-8", newline="\n")
