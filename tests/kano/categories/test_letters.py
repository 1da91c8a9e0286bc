"""Evaluation tables: presets, one's own, validation."""

from __future__ import annotations

from typing import Any

import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.kano.categories.letters import check_evaluation_table


def test_presets_have_sources() -> None:
    assert all(table.source for table in km.kano.evaluation_tables().values())


@pytest.mark.parametrize("name", ["classic", "pouliot", "halfway"])
def test_five_step_presets_are_mirrored(name: str) -> None:
    assert km.kano.evaluation_tables()[name].mirrored


def test_an_unmirrored_table_says_so() -> None:
    assert not check_evaluation_table(["QAO", "RIM", "IRQ"]).mirrored
    assert check_evaluation_table(["QAO", "RIM", "RRQ"]).mirrored


@pytest.mark.parametrize("rows", [["AO"], ["AO", "MX"], ["A"], ["AOMIRQ"] * 6, ["AO", "M"], []])
def test_bad_tables_are_refused(rows: list[Any]) -> None:
    with pytest.raises(InvalidArgument):
        check_evaluation_table(rows)


@pytest.mark.parametrize("value", [None, 3, {"a": 1}])
def test_no_table_is_refused(value: dict[str, int] | int | None) -> None:
    with pytest.raises(InvalidType):
        check_evaluation_table(value)


def test_an_unknown_name_suggests() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'pouliot'"):
        check_evaluation_table("Pouliot")


@pytest.mark.parametrize("position", [0, 6, 1.5, True, "1"])
def test_letters_of_bad_positions_are_refused(position: float | str) -> None:
    with pytest.raises(InvalidArgument):
        km.kano.evaluation_tables()["classic"].letter(functional=position, dysfunctional=1)


def test_own_rows_as_lists() -> None:
    own = check_evaluation_table([["Q", "A"], ["R", "I"]])
    assert (own.steps, own.rows, own.name) == (2, ("QA", "RI"), "own")
