"""What released versions stored is read: a file for each result, beside the frame that the version itself made."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kundenmetrik.core.likelihood.fit_record import FitRecord
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.former_formats import MODELS, MOVED
from kundenmetrik.errors import InvalidArgument
from tests.guards.test_results import CLASSES

STORED = Path(__file__).parents[3] / "data" / "stored"
FRAMES = "frames"
FILES = sorted(file for file in STORED.glob("*/*.json") if file.stem != FRAMES)


def read(file: Path) -> Result:
    """Return what a file stores; its name begins with that of the class."""
    return CLASSES[file.stem.partition("_")[0]].from_json(file.read_text(encoding="utf-8"))


def expected(file: Path) -> dict[str, Any]:
    frames: dict[str, Any] = json.loads((file.parent / f"{FRAMES}.json").read_text(encoding="utf-8"))
    return frames[file.stem]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_it_is_read_with_the_numbers_it_was_stored_with(file: Path) -> None:
    result, frame = read(file), expected(file)
    if "params" in frame:
        assert isinstance(result, FitRecord)
        assert dict(result.params) == pytest.approx(frame["params"], rel=1e-9)
        assert result.log_likelihood == pytest.approx(frame["log_likelihood"], rel=1e-12)
        return
    found = json.loads(result.to_frame().head(12).to_json(orient="split", double_precision=15, date_format="iso"))
    assert frame["columns"]
    for place, column in enumerate(frame["columns"]):
        now = [row[found["columns"].index(column)] for row in found["data"]]
        then = [row[place] for row in frame["data"]]
        if column == "notes":  # a note that earlier versions did not know: limits without a width
            now = [
                text.replace("no_scatter", "").strip(", ") if "no_scatter" not in other else text
                for text, other in zip(now, then, strict=True)
            ]
        for one, other in zip(now, then, strict=True):
            assert one == (pytest.approx(other, rel=1e-9) if isinstance(other, float) else other), column


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_stored_again_it_is_the_same(file: Path) -> None:
    result = read(file)
    again = type(result).from_json(result.to_json())
    assert repr(again) == repr(result)
    assert json.loads(again.to_json()) == json.loads(result.to_json())


def test_every_released_version_has_its_files() -> None:
    assert {file.parent.name for file in FILES} == {"0.1.0", "0.2.0", "unreleased"}
    kinds = {file.stem.partition("_")[0] for file in FILES if file.parent.name == "0.2.0"}
    assert {"Counts", "Estimate", "EstimateTable", "Difference", "DifferenceTable"} < kinds
    assert {"ContractFit", "RepeatFit", "SpendFit", "KanoTable", "Ledger", "Purchases"} < kinds


HOMES = [*MOVED.values(), *(f"{home}:{name}" for name, (home, _) in MODELS.items())]


@pytest.mark.parametrize("home", HOMES)
def test_a_class_that_moved_is_where_the_reader_looks_for_it(home: str) -> None:
    module, _, name = MOVED.get(home, home).partition(":")
    assert getattr(import_module(f"kundenmetrik.{module}"), name).__module__ == f"kundenmetrik.{module}"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_later_format_is_refused_and_says_what_to_do(name: str) -> None:
    with pytest.raises(InvalidArgument, match="update this one"):
        CLASSES[name].from_json('{"version": 99, "value": {}}')
