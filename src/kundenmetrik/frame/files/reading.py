"""What was found out while files were read, and the frame that it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from kundenmetrik.models.record import Record
from kundenmetrik.words.language import LanguageCode
from kundenmetrik.words.language import language as language_of

Finding = tuple[str, Mapping[str, object]]
"""The code of a sentence of ``words`` and what stands in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found out while files were read: print it.

    Attributes
    ----------
    files : tuple of str
        The files that were read.
    rows : int
        How many rows the table has.
    columns : mapping of str to str
        The field that each column of the files is.
    findings : tuple
        What else was found out: a code such as ``"dates"``, and the values of its sentence.
    """

    files: tuple[str, ...]
    rows: int
    columns: Mapping[str, str]
    findings: tuple[Finding, ...]

    def to_text(self, language: LanguageCode = "en") -> str:
        """Return a line for each thing that was found out.

        Parameters
        ----------
        language : {"de", "en"}
            The language of the lines.

        Returns
        -------
        str
            A short text.
        """
        words = language_of(language)
        renamed = [f"{name} → {field}" for name, field in self.columns.items() if name != field]
        first = words.word("reading.files", files=", ".join(self.files) or "–", rows=words.number(self.rows, 0))
        lines = [first, *([words.word("reading.columns", columns=", ".join(renamed))] if renamed else [])]
        return "\n".join([*lines, *(words.word(f"reading.{code}", **values) for code, values in self.findings)])

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return self.to_text()


class FileFrame(pd.DataFrame):
    """A frame that was read from files; ``reading`` says what was found out, ``model`` of which records.

    What is made of it is a plain frame.
    """

    _metadata: ClassVar[list[str]] = ["reading", "model"]
    reading: Reading
    model: type[Record]

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame


def file_frame(frame: pd.DataFrame, reading: Reading, model: type[Record]) -> FileFrame:
    """Return a frame with what was found out about it, and the model that its rows keep to."""
    made = FileFrame(frame)
    object.__setattr__(made, "reading", reading)
    object.__setattr__(made, "model", model)
    return made
