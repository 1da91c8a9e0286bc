"""The pages on files and on the command name every field and every key there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kundenmetrik as km
from kundenmetrik.command.config_file import OF_A_SCORECARD, OF_A_TABLE, TABLES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("model", [km.Customer, km.Interaction, km.SurveyResponse, km.KanoAnswer])
def test_the_tables_of_fields_are_those_of_the_models(model: type[km.Customer]) -> None:
    page = (DOCS / "files.md").read_text(encoding="utf-8")
    table = page.split(f"### {model.__name__}\n")[1].split("\n### ")[0].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (yes)? ?\| (.*) \|$", table, re.MULTILINE)
    assert rows == [
        (name, "yes" if field.is_required() else "", str(field.description).replace("``", "`"))
        for name, field in model.model_fields.items()
    ]


def test_the_keys_of_the_mapping_are_documented() -> None:
    page = (DOCS / "command.md").read_text(encoding="utf-8").split("## The mapping")[1].split("## How it ends")[0]
    keys = set(re.findall(r"`(\w+)`", page.split("| --- | --- |")[1]))
    assert set(OF_A_TABLE) <= keys
    assert set(OF_A_SCORECARD) <= keys
    assert all(f"[{name}]" in page for name in (*TABLES, "scorecard"))
