"""The share of rows with an event, from a column that says yes or no: churned, complained, renewed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.errors import InvalidType, UnknownName
from kundenmetrik.frame.rows import Rows
from kundenmetrik.survey.metric import SurveyMetric
from kundenmetrik.survey.scale import Scale

YES_OR_NO = Scale(0, 1)


@dataclass(frozen=True, slots=True)
class Share(SurveyMetric):
    r"""The share of rows whose column holds an event, such as customers with ``churn == "Yes"``.

    .. math:: \frac{\text{rows with the event}}{\text{rows with any value}}

    Parameters
    ----------
    column : str
        The column of words, truth values or numbers.
    question : str, optional
        On a table with a ``question`` column, the question whose rows are counted.
    scale : Scale
        Not to be changed: no is 0, yes is 1.
    method : {"score", "wald", "adjusted_wald", "jeffreys", "t", "bootstrap"}
        The interval's method; the score interval of two steps is Wilson's.
    name : str
        The metric's name in tables; by default that of the column.
    definition : str
        The named definition that is followed.
    event : str, bool, int, or tuple of them
        The value that counts as the event, or several; by default True, which 1 equals.

    Raises
    ------
    UnknownName
        When it is measured, if the column holds several values and none of them is the event.

    Notes
    -----
    Missing values are left out and counted. Weights, counts and clusters are those of survey answers. A column of one
    value only may hold no event: that is a share of 0, unless the value is written almost like the event.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> contracts = pd.DataFrame({"plan": ["a", "a", "a", "b"], "churn": ["Yes", "No", "No", "Yes"]})
    >>> km.measure(contracts, km.Share("churn", event="Yes"), by="plan").pivot()["churn"].round(3).tolist()
    [0.333, 1.0]
    """

    scale: Scale = YES_OR_NO
    name: str = ""
    event: Any = True

    unit = "share"
    higher_is_better: ClassVar[bool | None] = None

    def __post_init__(self) -> None:
        super(Share, self).__post_init__()
        if self.scale != YES_OR_NO:
            raise InvalidType("scale", "be left out: a share has no and yes", self.scale)
        if isinstance(self.event, list):
            object.__setattr__(self, "event", tuple(self.event))
        if not self._events or not all(isinstance(one, (str, bool, int, np.generic)) for one in self._events):
            raise InvalidType("event", "be a word, a truth value or a whole number, or several", self.event)
        object.__setattr__(self, "name", self.name or self.column)

    @property
    def _events(self) -> tuple[Any, ...]:
        return self.event if isinstance(self.event, tuple) else (self.event,)

    @property
    def _cell_values(self) -> tuple[float, ...]:
        """0 without the event, 1 with it."""
        return 0.0, 1.0

    @property
    def identity(self) -> tuple[object, ...]:
        """The class and the event."""
        return type(self).__name__, self._events

    @property
    def counted(self) -> dict[str, object]:
        """The event."""
        return {"event": self._events}

    def tally(self, rows: Rows) -> Counts:
        """Count the rows without and with the event."""
        marked = f"{self.column} is {self.event!r}"
        read = rows.frame.assign(**{marked: self._marks(rows.column(self.column))})
        return replace(rows, frame=read, _read={}).steps(
            marked, low=0, high=1, question=self.question, worth=self._cell_values
        )

    def notes(self, counts: Counts) -> dict[str, BoolArray]:
        """Return the groups that have no rows."""
        return {"empty": counts.rows == 0}

    def _marks(self, values: Any) -> FloatArray:
        """Return 1 for the event, 0 for another value, NaN where there is none."""
        try:
            codes, found = pd.factorize(np.asarray(pd.Series(values).astype(object), dtype=object))
        except TypeError:
            raise InvalidType(self.column, "hold words, truth values or numbers", values) from None
        steps = [float(any(value == one for one in self._events)) for value in found]
        if found.size and not any(steps):
            error = UnknownName("event", self._events[0], found.tolist())
            if found.size > 1 or error.remedy or str(found[0]).casefold() == str(self._events[0]).casefold():
                raise error
        return np.array([*steps, np.nan])[codes]
