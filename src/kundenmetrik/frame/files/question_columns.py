"""Answers of surveys: a column for each question becomes a row for each answer; words become numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.files.column_names import plain_word, questions_among
from kundenmetrik.frame.files.score_text import read_scores
from kundenmetrik.frame.files.work import Work


def turn_questions(work: Work, frame: pd.DataFrame) -> pd.DataFrame:
    """Return answers as numbers, one row for each question; a survey with a column for each question is turned."""
    score = next((name for name, to in work.names.items() if to == "score"), None)
    if score is not None:
        return _long_scores(work, frame, score)
    asked = _question_columns(work)
    if not asked or "question" in frame:
        return frame
    size, count = len(frame), len(asked)
    wide = [_read_scores(work, work.raw[name], name, question) for name, question in asked.items()]
    work.own = asked
    work.rows = np.repeat(np.arange(size), count)
    work.add_row_ids(frame)
    turned = frame.iloc[work.rows].reset_index(drop=True)
    turned["question"] = list(asked.values()) * size
    turned["score"] = np.array(wide, dtype=np.float64).T.ravel()
    if "scale" not in turned and any(work.wishes.scale_of(question) for question in asked.values()):
        turned["scale"] = np.array([work.wishes.scale_of(one) for one in asked.values()] * size, dtype=object)
    work.say("wide", questions=", ".join(f"{name} → {question}" for name, question in asked.items()))
    return turned


def _question_columns(work: Work) -> dict[str, str]:
    """Return the question of each column that holds answers: as the caller says, else by the usual names."""
    columns = [str(name) for name in work.raw.columns]
    if work.wishes.questions is not None:
        absent = [name for name in work.wishes.questions if name not in columns]
        if absent:
            known = ", ".join(map(repr, columns))
            raise InvalidArgument("questions", f"name columns of the file: {known}", absent[0])
        asked = dict(work.wishes.questions)
    else:
        asked = questions_among(name for name in columns if name not in work.names)
    twice = sorted({question for question in asked.values() if list(asked.values()).count(question) > 1})
    if twice:
        names = [name for name, question in asked.items() if question == twice[0]]
        raise InvalidArgument(
            "questions", f"name one column for {twice[0]!r}; {' and '.join(map(repr, names))} may be it"
        )
    return asked


def _long_scores(work: Work, frame: pd.DataFrame, score: str) -> pd.DataFrame:
    """Return a table with one answer a row; ``questions`` names the questions anew."""
    if "question" in frame and work.wishes.questions:
        anew = {plain_word(word): question for word, question in work.wishes.questions.items()}
        frame["question"] = frame["question"].map(lambda word: anew.get(plain_word(word), word), na_action="ignore")
    questions = frame["question"] if "question" in frame else pd.Series([None] * len(frame), dtype=object)
    values = np.full(len(frame), np.nan)
    for question in dict.fromkeys([*questions.dropna(), None]):
        rows = np.asarray(questions.isna() if question is None else questions == question, dtype=np.bool_)
        if rows.any():
            read = _read_scores(work, work.raw[score].where(rows, None), score, question)
            values[rows] = read[rows]
    frame["score"] = values
    if "scale" not in frame and work.wishes.scales:
        frame["scale"] = questions.map(work.wishes.scale_of, na_action="ignore")
    return frame


def _read_scores(work: Work, cells: pd.Series[Any], name: str, question: object) -> FloatArray:
    if cells.dtype != object and not pd.api.types.is_string_dtype(cells.dtype):
        cells = cells.astype(object).where(cells.notna(), None)
    codes, labels = work.wishes.codes_of(question), work.wishes.labels_of(question)
    read, told = read_scores(cells, work.wishes.decimal, codes, labels)
    if read.code == "unreadable":
        remedy = "Words are read by a scale with labels, such as scales={'csat': km.Scale(1, 5, labels=[...])}."
        read = replace(read, remedy=remedy)
    work.refuse(read, name, cells)
    if read.found and work.wishes.decimal is None:
        work.say("decimal", column=name, mark=read.found)
    for code, words in told.items():
        work.say(code, column=name, words=words)
    return np.asarray(read.values, dtype=np.float64)
