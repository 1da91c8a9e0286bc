"""One number with its uncertainty, its base and its provenance."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pandas as pd

from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.estimate_display import MEASURED, SHOWN, estimate_frame, estimate_line
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.fixed_limits import FixedLimits
from kundenmetrik.core.results.storage.json_schema import record_schema
from kundenmetrik.core.results.storage.json_values import FORMAT, as_number, from_stored, json_record, json_safe
from kundenmetrik.core.results.target_test import TargetTest, target_test
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frozen import FrozenMapping

Ask = Callable[[float], tuple[float, float]]
"""Answers a confidence with the limits at it. It must survive a pickle: a bound method or a partial, no lambda."""

EMPTY: Mapping[str, int] = FrozenMapping({})
STORED = (*SHOWN, "parts", "higher_is_better")
"""What JSON holds of an estimate."""
FIELD_NAMES = frozenset(
    {"definition", "excluded", "higher_is_better", "method", "metric", "n", "n_raw", "notes", "parts", "unit", "value"}
)
"""What an estimate over counts computes when it is read."""


class Estimate(Result):
    """One metric's value with its interval, the base it rests on, what was excluded and why: never rounded.

    The interval can be asked for again at another confidence, without the data. An undefined value is NaN with a note
    that says why (``empty``, ``suppressed``, ``no_exposure`` ...); 0 always means a measured zero.

    Parameters
    ----------
    metric : str
        The metric's name, such as ``"nps"``.
    value : float
        The estimate, in ``unit``.
    ask : callable, optional
        ``ask(confidence)`` returns ``(low, high)``, when the limits are first read. Without it they are NaN.
    n : float
        The base: how many answers (or customers, or sales) there are; with weights the effective number.
    unit : str
        The unit of value and limits, such as ``"points"``.
    confidence : float
        The confidence of the interval, between 0 and 1.
    method : str
        The interval's method, by name.
    excluded : mapping of str to int, optional
        How many rows were left out, by reason.
    notes : tuple of str, optional
        Codes of what the reader should know.
    n_raw : int, optional
        How many rows were counted; ``n`` when no weights are used.
    definition : str, optional
        The named definition the value follows.
    higher_is_better : bool, optional
        The metric's direction, None where it has none.
    parts : mapping of str to float, optional
        What the value is made of, such as the shares of promoters, passives and detractors.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> score = km.nps([10, 9, 9, 8, 7, 3])
    >>> round(score.value, 2), score.n, score.unit
    (33.33, 6, 'points')
    >>> score.at(confidence=0.8).confidence
    0.8
    """

    __slots__ = ("_ask", "_limits", "confidence", *sorted(FIELD_NAMES))
    _one_line: ClassVar[bool] = True
    metric: str
    value: float
    n: float
    unit: str
    confidence: float
    method: str
    excluded: Mapping[str, int]
    notes: tuple[str, ...]
    n_raw: int | None
    definition: str
    higher_is_better: bool | None
    parts: Mapping[str, float]
    _ask: Ask | None
    _limits: tuple[float, float] | None

    def __init__(
        self,
        *,
        metric: str,
        value: float,
        ask: Ask | None = None,
        n: float,
        unit: str,
        confidence: float = 0.95,
        method: str,
        excluded: Mapping[str, int] | None = None,
        notes: tuple[str, ...] = (),
        n_raw: int | None = None,
        definition: str = "",
        higher_is_better: bool | None = None,
        parts: Mapping[str, float] | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "metric", metric)
        put(self, "value", value)
        put(self, "_ask", ask)
        put(self, "n", n)
        put(self, "unit", unit)
        put(self, "confidence", check_confidence(confidence))
        put(self, "method", method)
        put(self, "excluded", FrozenMapping({k: v for k, v in excluded.items() if v}) if excluded else EMPTY)
        put(self, "notes", notes)
        put(self, "n_raw", n_raw if n_raw is not None else n)
        put(self, "definition", definition or metric)
        put(self, "higher_is_better", higher_is_better)
        put(self, "parts", FrozenMapping(dict(parts)) if parts else EMPTY)
        put(self, "_limits", None)

    @property
    def low(self) -> float:
        """The lower limit of the interval."""
        return self._interval()[0]

    @property
    def high(self) -> float:
        """The upper limit of the interval."""
        return self._interval()[1]

    @classmethod
    def _from_source(cls, ask: Any, confidence: float) -> Estimate:
        """Return an estimate whose fields ``ask.field(name)`` tells when they are first read."""
        made = object.__new__(cls)
        put = object.__setattr__
        put(made, "_ask", ask)
        put(made, "confidence", check_confidence(confidence))
        put(made, "_limits", None)
        return made

    def __getattr__(self, name: str) -> Any:
        """Compute a field that was not read before."""
        if name not in FIELD_NAMES:
            return super().__getattr__(name)  # type: ignore[misc]
        value = self._ask.field(name)  # type: ignore[union-attr]
        object.__setattr__(self, name, value)
        return value

    @property
    def counts(self) -> Any:
        """The counts the value was computed from, such as the histogram of the answers; None if there are none."""
        counts, metric = (getattr(self._ask, name, None) for name in ("counts", "metric"))
        return counts if counts is None or metric is None else metric._accept(counts)

    def _interval(self) -> tuple[float, float]:
        if self._limits is None:
            low, high = (math.nan, math.nan) if self._ask is None else self._ask(self.confidence)
            object.__setattr__(self, "_limits", (float(low), float(high)))
        limits = self._limits
        return limits if limits is not None else (math.nan, math.nan)

    def at(self, *, confidence: float) -> Estimate:
        """Return the same value with the interval at another confidence, without the data.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.

        Raises
        ------
        InvalidArgument
            If the confidence is not between 0 and 1, or the estimate came from JSON with fixed limits.
        """
        if isinstance(self._ask, FixedLimits):
            self._ask(check_confidence(confidence))
        return Estimate(**{**self._arguments(), "confidence": confidence})

    def against(self, target: float, *, margin: float | None = None) -> TargetTest:
        r"""Tell whether the value is above or below a target, or the same within a margin.

        The value is above :math:`t` where the test whose interval this is rejects :math:`\theta \le t`; the p-value is
        that of the confidence at which a limit is the target. The same within a margin :math:`m` is shown where both
        :math:`\theta \le t - m` and :math:`\theta \ge t + m` are rejected (two one-sided tests, TOST).

        Parameters
        ----------
        target : float
            A constant, in the unit of the value. A benchmark with an error of its own is compared:
            ``km.compare(ours, benchmark).against(margin=5)``.
        margin : float, optional
            The smallest distance that matters; without it "the same" is never said.

        Returns
        -------
        TargetTest
            ``verdict`` is "above", "below", "same", "not_worse" or "open": not shown either way, which is not "same".

        Raises
        ------
        InvalidArgument
            If the margin is not above 0, or the estimate came from JSON with fixed limits.

        Notes
        -----
        Above and below are two-sided at what the confidence leaves, "same" and "not worse" are one-sided at as much.

        References
        ----------
        Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657, for the two one-sided tests.

        Examples
        --------
        >>> import kundenmetrik as km
        >>> score = km.nps([10] * 60 + [8] * 25 + [3] * 15)
        >>> score.against(25).verdict, score.against(40).verdict, score.against(45, margin=15).verdict
        ('above', 'open', 'same')
        """
        ask = self._ask or (lambda confidence: (math.nan, math.nan))
        return target_test(self, ask, target, margin, self.higher_is_better)

    def _arguments(self) -> dict[str, Any]:
        return {"ask": self._ask, **{name: getattr(self, name) for name in ("confidence", *FIELD_NAMES)}}

    def _record(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in SHOWN}

    def to_dict(self) -> dict[str, Any]:
        """Return metric, value, low, high, n and so on as a plain dict that JSON can hold; an undefined one is None."""
        return json_record(self._record(), MEASURED)

    @classmethod
    def _json_schema(cls) -> dict[str, Any]:
        return record_schema(cls, SHOWN)

    def to_frame(self) -> pd.DataFrame:
        """Return the estimate as a table of one row, with the columns of a table of estimates."""
        return estimate_frame(self._record())

    @property
    def headline(self) -> str:
        """The value with its interval and base in a line, rounded for reading."""
        return estimate_line(self._record())

    def to_json(self) -> str:
        """Return the fields as JSON that any reader understands; :meth:`from_json` reads it back."""
        return json.dumps(json_safe({"version": FORMAT, **self._fields_to_store()}), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Estimate:
        """Read an estimate back, equal to the one stored; ``at`` then knows its stored confidence only."""
        stored = from_stored(text, "an estimate", STORED)
        fields = {name: stored[name] for name in STORED}
        try:
            fields |= {name: as_number(fields[name]) for name in ("value", "low", "high", "n")}
            fields |= {"notes": tuple(fields["notes"]), "excluded": dict(fields["excluded"])}
            fields["parts"] = {name: as_number(value) for name, value in fields["parts"].items()}
        except (AttributeError, TypeError, ValueError):
            raise InvalidArgument("text", "hold numbers, notes and parts where an estimate has them") from None
        return cls._from_stored_fields(**fields)

    def _fields_to_store(self) -> dict[str, Any]:
        """Return what an estimate within another result is stored as: everything but how its limits are computed."""
        return {name: getattr(self, name) for name in STORED}

    @classmethod
    def _from_stored_fields(cls, *, low: float, high: float, **fields: Any) -> Estimate:
        """Return the estimate that was stored, with the limits it was stored with."""
        return cls(**fields, ask=FixedLimits(low, high, fields["confidence"]))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Estimate is immutable; {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an Estimate is immutable; {name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self._arguments())

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Estimate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[object, ...]:
        fields = self._record() | {"excluded": tuple(sorted(self.excluded.items()))}
        return tuple("nan" if isinstance(value, float) and math.isnan(value) else value for value in fields.values())


def _rebuilt(kind: type[Estimate], arguments: dict[str, Any]) -> Estimate:
    return kind(**arguments)
