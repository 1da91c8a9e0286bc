"""How results show themselves: a line that says what they are, then their table."""

from __future__ import annotations

from abc import abstractmethod
from html import escape
from typing import TYPE_CHECKING

from kundenmetrik.core.results.display import noted, noted_html

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Shown"]


class Shown:
    """A result that shows itself as its table under a headline."""

    __slots__ = ()

    @property
    @abstractmethod
    def headline(self) -> str:
        """What the table holds, in a line."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the result as a tidy table."""

    def display_frame(self) -> pd.DataFrame:
        """Return the table that a person is shown."""
        return self.to_frame()

    def __repr__(self) -> str:
        table = self.display_frame().to_string(index=False, max_rows=40)
        return f"{self.headline}\n{table}{noted(getattr(self, 'notes', ()))}"

    def _repr_html_(self) -> str:
        table: str = self.display_frame().to_html(index=False, max_rows=60, escape=True)
        return f"<p>{escape(self.headline)}</p>{table}{noted_html(getattr(self, 'notes', ()))}"
