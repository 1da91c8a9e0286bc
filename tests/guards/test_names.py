"""Names and sizes: a file is one noun that stands once, a folder is small, a function is no participle."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "kundenmetrik"
FILES = sorted(HOUSE.rglob("*.py"))

LINES, FILES_IN_A_FOLDER = 300, 20
EMPTY_WORDS = ("util", "helper", "manager", "misc", "stuff", "tool", "process_", "handler")
"""Words that say nothing about what a file or a function holds."""
TWICE = {
    "answers": "Kano answers in kano, those on any scale in frame",
    "check": "the rules of a record in frame, the task of the command",
    "cohorts": "the table in retention, its picture in plot",
    "control_chart": "the chart's numbers in monitoring, its picture in plot",
    "counts": "the counts of a metric in core, the strategy that draws some in testing",
    "groups": "the groups of a table in core, the laws that hold for them in testing",
    "heterogeneity": "the mathematics in core, the test of segments in segments",
    "histogram": "the counting in core, its picture in plot",
    "kano": "the picture in plot, methods of others in testing",
    "logrank": "the mathematics in core, the result in retention",
    "metric": "what all metrics share in core, what those of surveys share in survey",
    "periods": "calendar periods in frame, how a report compares them",
    "rate_ratio": "the mathematics in core, the result in complaints",
    "records": "records and frames in frame, the strategies that draw some in testing",
    "rows": "the rows of a frame in frame, those of a figure in plot",
    "sample_size": "the formulas in core, the answers of a survey in planning",
    "scorecard": "the report, the task of the command that prints it",
    "survival": "the mathematics in core, its picture in plot",
    "table": "the table of estimates in core, the Kano table",
}
"""Names of files that stand twice on purpose, with what each holds."""
PARTICIPLE = re.compile(
    r"""[a-z]+ed|given|told|known|held|kept|made|seen|drawn|shown|taken|written|left|lost|met|found|sold|sent|built
    |bought|brought|begun|broken|chosen|fallen|hidden|grown|spent|meant|worn|driven|forgotten|gone|done|paid""",
    re.VERBOSE,
)
VERBS = frozenset({"embed", "exceed", "feed", "need", "proceed", "seed", "speed", "succeed"})
"""Words that end like a participle and are none."""


def named(path: Path) -> str:
    return str(path.relative_to(HOUSE).as_posix())


def participle(name: str) -> bool:
    """Return whether a name is one participle and nothing else: it says what was done, not what comes back."""
    word = name.strip("_")
    return PARTICIPLE.fullmatch(word) is not None and word not in VERBS


def functions(path: Path) -> list[str]:
    """Return the functions and methods of a file; what is read as an attribute is none."""
    return [
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and not any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]


def test_files_are_short() -> None:
    assert not {named(path) for path in FILES if path.read_text(encoding="utf-8").count("\n") > LINES}


def test_folders_are_small() -> None:
    sizes = Counter(named(path.parent) for path in FILES if path.name != "__init__.py")
    assert not {folder: size for folder, size in sizes.items() if size > FILES_IN_A_FOLDER}


def test_a_name_of_a_file_stands_once() -> None:
    places = defaultdict(list)
    for path in FILES:
        if path.name != "__init__.py":
            places[path.stem].append(named(path))
    twice = {stem: found for stem, found in places.items() if len(found) > 1}
    assert set(twice) == set(TWICE), twice


def test_names_say_something() -> None:
    names = [(named(path), name) for path in FILES for name in (path.stem, *functions(path))]
    assert not [(path, name) for path, name in names if name.strip("_").startswith(EMPTY_WORDS)]


def test_no_function_is_a_participle() -> None:
    assert not {f"{named(path)}:{name}" for path in FILES for name in functions(path) if participle(name)}


@pytest.mark.parametrize("name", ["fitted", "_opened", "drawn", "told"])
def test_a_participle_is_found(name: str) -> None:
    assert participle(name)


@pytest.mark.parametrize("name", ["fit", "weighted_mean", "is_sorted", "seed", "read", "split"])
def test_verbs_and_nouns_are_no_participles(name: str) -> None:
    assert not participle(name)
