"""Everything written in README, docs and docstrings runs, and prints what is written."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import kundenmetrik

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
MODULES = [module.name for module in pkgutil.walk_packages(kundenmetrik.__path__, "kundenmetrik.")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_prints_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = FENCE.findall(text)
    if "decisions" not in page.parts and "```python" in text:
        assert all(">>>" in block for block in blocks), "a python block without a prompt would not be run"
    monkeypatch.chdir(tmp_path)
    source = "\n".join(blocks)
    examples = doctest.DocTestParser().get_doctest(source, {}, page.name, str(page), 0)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    report: list[str] = []
    runner.run(examples, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_print_what_they_say(name: str) -> None:
    module = importlib.import_module(name)
    results = doctest.testmod(module, optionflags=OPTIONS)
    assert results.failed == 0


def public_callables() -> list[tuple[str, object]]:
    found = []
    for name in kundenmetrik.__all__:  # type: ignore[attr-defined]
        thing = getattr(kundenmetrik, name)
        if inspect.ismodule(thing):
            members = [(f"{name}.{one}", getattr(thing, one)) for one in getattr(thing, "__all__", [])]
            found += [(label, one) for label, one in members if callable(one)]
        else:
            found.append((name, thing))
    return found


@pytest.mark.parametrize(("name", "thing"), public_callables(), ids=[name for name, _ in public_callables()])
def test_every_public_name_is_documented(name: str, thing: object) -> None:
    text = inspect.getdoc(thing) or ""
    assert len(text.split("\n", 1)[0].split()) >= 3, f"{name} has no sentence"
    if inspect.isfunction(thing):
        named = [p for p in inspect.signature(thing).parameters if p not in ("args", "kwargs")]
        missing = [p for p in named if not re.search(rf"^\**(\w+, )*{p}\b", text, re.MULTILINE)]
        assert not missing, f"{name} does not document {missing}"
        assert not named or "Returns" in text or "Yields" in text, f"{name} does not say what it returns"


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert not broken
