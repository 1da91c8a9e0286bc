"""The part of the scorecard on features: which must be there, which delight."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kundenmetrik.kano import KanoTable
from kundenmetrik.report.layout import Section
from kundenmetrik.words.language import Language

LETTERS = "MOAIRQ"


def kano_features(table: KanoTable, answers: pd.DataFrame, words: Language) -> Section:
    """Return the category of each feature, how certain it is, and what it does to satisfaction."""
    order = {letter: place for place, letter in enumerate(LETTERS)}
    rows = sorted(table.to_frame().to_dict("records"), key=lambda row: (order.get(row["category"], 9), -row["better"]))
    header = ("feature", "n", "category", "certainty", "better", "worse", "agreement")
    return Section(
        title=words.word("title.kano"),
        header=tuple(words.word(f"column.{name}") for name in header),
        rows=tuple(_row(row, words) for row in rows),
        remarks=(words.word("note.kano"), _base(answers, words)),
        table="kano",
    )


def _row(row: dict[Any, Any], words: Language) -> tuple[str, ...]:
    def coefficient(name: str) -> str:
        limits = f"[{words.number(row[f'{name}_low'], 2)}; {words.number(row[f'{name}_high'], 2)}]"
        return f"{words.number(row[name], 2)} {limits}"

    probability = row["p_mode"]
    return (
        words.key(row["feature"]),
        words.number(row["n"], 0),
        words.word(f"kano.{row['category']}") if row["category"] in LETTERS else words.word("undefined"),
        f"> {words.percent(0.99, 0)}" if probability > 0.99 else words.percent(probability, 0),
        coefficient("better"),
        coefficient("worse"),
        words.word("verdict.rules_disagree" if row["rules_disagree"] else "verdict.rules_agree"),
    )


def _base(answers: pd.DataFrame, words: Language) -> str:
    customers = words.number(answers["customer_id"].nunique(), 0)
    return words.word("base.kano", answers=words.number(len(answers), 0), customers=customers)
