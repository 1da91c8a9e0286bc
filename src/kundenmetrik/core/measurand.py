"""What counts count: enough to tell which of them belong together, and which metrics can be asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frozen import FrozenMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurand:
    """What was counted, for which metric. A field that is None is not known, and agrees with any other.

    Attributes
    ----------
    name : str
        The metric's name in tables; it may differ between counts that are added.
    identity : tuple
        The metric and the value of each cell, as in ``Metric.identity``.
    definition : str
        The named definition that is followed.
    counted : mapping of str to object
        What the cells hold, whatever metric reads them: of answers the ends of the scale and its good end.
    question : str or None
        The question that was answered.
    column : str or None
        The column of a wide table that the answers stood in, unless it has the default name ``score``.
    weight : str or None
        The column of the weights.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> print(km.nps([10, 9, 3]).counts.measurand)
    nps of question 'nps' (low 0, high 10, higher_is_better True)
    """

    name: str
    identity: tuple[Any, ...]
    definition: str
    counted: Mapping[str, Any] = field(default_factory=lambda: FrozenMapping({}))
    question: str | None = None
    column: str | None = None
    weight: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity", _plain(self.identity))
        counted = {name: _plain(value) for name, value in self.counted.items()}
        object.__setattr__(self, "counted", FrozenMapping(counted))

    def _union(self, other: Measurand) -> Measurand:
        """Return what both together say; those that are not of one metric and question are refused."""
        if self is other:
            return self
        names = ("counted", "question", "column", "definition", "identity", "weight")
        self._agree(other, names, "the counts", "be of the same thing to be added")
        return replace(self, **{name: getattr(other, name) for name in OPTIONAL if getattr(self, name) is None})

    def _ask(self, held: Measurand) -> Measurand:
        """Return what this says of counts that hold something; counts of something else are refused."""
        what = "counted" if self.counted or held.counted else "identity"
        held._agree(self, (what, "question", "column"), "the counts", "be what the metric is computed from")
        known = {name: value for name in OPTIONAL if (value := getattr(held, name)) is not None}
        return replace(self, **known)

    def _agree(self, other: Measurand, names: tuple[str, ...], argument: str, rule: str) -> None:
        for name in names:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs and mine is not None and theirs is not None:
                remedy = f"Their {name} differs: {_text(mine)} and {_text(theirs)}."
                raise InvalidArgument(argument, f"{rule}, not {self} and {other}", remedy=remedy)

    def __str__(self) -> str:
        named = "" if self.definition == self.name else f" ({self.definition})"
        asked = [f"{name} {value!r}" for name in OPTIONAL if (value := getattr(self, name)) is not None]
        held = ", ".join(f"{name} {_text(value)}" for name, value in self.counted.items())
        return f"{self.name}{named}{' of ' if asked else ''}{', '.join(asked)}{f' ({held})' if held else ''}"

    def _fields_to_store(self) -> dict[str, Any]:
        """Return what JSON holds."""
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"counted": dict(self.counted)}


OPTIONAL = ("question", "column", "weight")
"""What may not be known."""


def _plain(value: Any) -> Any:
    """Return a value that is the same after JSON: sequences as tuples, numbers and texts as such, others as text."""
    if isinstance(value, (tuple, list)):
        return tuple(map(_plain, value))
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, (bool, int, float, str)) else repr(value)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
