"""One number with its uncertainty, its base and its provenance."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.display import html_table, plain_number
from kundenmetrik.core.results.json_values import as_number, from_stored, json_safe
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frozen import FrozenMapping

__all__ = ["Ask", "Estimate"]

Ask = Callable[[float], tuple[float, float]]
"""Answers a confidence with the limits at it. It must survive a pickle: a bound method or a partial, no lambda."""

EMPTY: Mapping[str, int] = FrozenMapping({})
FIELD_NAMES = frozenset(
    {"definition", "excluded", "higher_is_better", "method", "metric", "n", "n_raw", "notes", "parts", "unit", "value"}
)
"""What an estimate over counts computes when it is read."""


class Estimate:
    """One metric's value with its interval, the base it rests on, what was excluded and why.

    An estimate is an immutable value. It is never rounded and never a tuple; the interval can be
    asked for again at another confidence, without the data. An undefined value is NaN with a note
    that says why (``empty``, ``suppressed``, ``no_exposure`` ...); 0 always means a measured zero.

    Parameters
    ----------
    metric : str
        The metric's name, such as ``"nps"``.
    value : float
        The estimate, in ``unit``.
    ask : callable, optional
        ``ask(confidence)`` returns ``(low, high)``. It is called when the limits are first read.
        Without it the limits are NaN.
    n : float
        The base: how many answers (or customers, or sales) the value rests on; with weights the
        effective number.
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

    __slots__ = (
        "_limits",
        "ask",
        "confidence",
        "definition",
        "excluded",
        "higher_is_better",
        "method",
        "metric",
        "n",
        "n_raw",
        "notes",
        "parts",
        "unit",
        "value",
    )
    FIELDS: ClassVar[tuple[str, ...]] = (
        "metric",
        "definition",
        "value",
        "low",
        "high",
        "n",
        "n_raw",
        "unit",
        "confidence",
        "method",
        "excluded",
        "notes",
    )

    metric: str
    value: float
    ask: Ask | None
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
        put(self, "ask", ask)
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
    def computed(cls, ask: Any, confidence: float) -> Estimate:
        """Return an estimate whose fields ``ask.field(name)`` tells when they are first read."""
        made = object.__new__(cls)
        put = object.__setattr__
        put(made, "ask", ask)
        put(made, "confidence", check_confidence(confidence))
        put(made, "_limits", None)
        return made

    def __getattr__(self, name: str) -> Any:
        """Compute a field that was not read before."""
        if name not in FIELD_NAMES:
            raise AttributeError(f"an Estimate has no attribute {name!r}")
        value = self.ask.field(name)  # type: ignore[union-attr]
        object.__setattr__(self, name, value)
        return value

    @property
    def counts(self) -> Any:
        """The counts the value was computed from, such as the histogram of the answers; None if there are none."""
        return getattr(self.ask, "counts", None)

    def _interval(self) -> tuple[float, float]:
        if self._limits is None:
            low, high = (math.nan, math.nan) if self.ask is None else self.ask(self.confidence)
            object.__setattr__(self, "_limits", (float(low), float(high)))
        limits = self._limits
        return limits if limits is not None else (math.nan, math.nan)

    def at(self, *, confidence: float) -> Estimate:
        """Ask again at another confidence, without the data.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.

        Returns
        -------
        Estimate
            The same value with the interval at that confidence.

        Raises
        ------
        InvalidArgument
            If the confidence is not between 0 and 1, or the estimate came from JSON with fixed limits.
        """
        if isinstance(self.ask, _Fixed) and confidence != self.confidence:
            raise InvalidArgument(
                "confidence", f"be {self.confidence}, the only one this stored estimate knows", confidence
            )
        return Estimate(**{**self._arguments(), "confidence": confidence})

    def _arguments(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if name != "_limits"}

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a plain dict; undefined numbers stay NaN.

        Returns
        -------
        dict
            metric, definition, value, low, high, n, n_raw, unit, confidence, method, excluded, notes.
        """
        fields = {name: getattr(self, name) for name in self.FIELDS}
        return {**fields, "excluded": dict(self.excluded), "notes": list(self.notes)}

    def to_json(self) -> str:
        """Return the fields as JSON; an undefined number is null.

        Returns
        -------
        str
            JSON that any reader understands; :meth:`from_json` reads it back.
        """
        fields = self.to_dict() | {"parts": dict(self.parts), "higher_is_better": self.higher_is_better}
        return json.dumps({name: json_safe(value) for name, value in fields.items()}, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Estimate:
        """Read an estimate back; its limits are those that were stored.

        Parameters
        ----------
        text : str
            What :meth:`to_json` returned.

        Returns
        -------
        Estimate
            Equal to the one that was stored; ``at`` knows its stored confidence only.
        """
        fields = from_stored(text, "an estimate", {*cls.FIELDS, "parts", "higher_is_better"})
        low, high = (as_number(fields.pop(name)) for name in ("low", "high"))
        fields |= {"value": as_number(fields["value"]), "n": as_number(fields["n"]), "notes": tuple(fields["notes"])}
        fields["parts"] = {name: as_number(value) for name, value in fields["parts"].items()}
        return cls(**fields, ask=_Fixed(low, high))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Estimate is immutable; {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an Estimate is immutable; {name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        plain = {"excluded": dict(self.excluded), "parts": dict(self.parts)}
        return _rebuilt, (type(self), {**self._arguments(), **plain})

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Estimate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[object, ...]:
        fields = self.to_dict() | {"excluded": tuple(sorted(self.excluded.items())), "notes": self.notes}
        return tuple("nan" if isinstance(value, float) and math.isnan(value) else value for value in fields.values())

    def __repr__(self) -> str:
        interval = f"{self.confidence:.4g} interval {plain_number(self.low)} to {plain_number(self.high)}"
        base = f"n {plain_number(self.n)}" + (f" of {self.n_raw:,} rows" if self.n_raw != self.n == self.n else "")
        lost = ", ".join(f"{reason} {count:,}" for reason, count in self.excluded.items())
        tail = [
            self.method,
            *([f"excluded: {lost}"] if lost else []),
            *(["notes: " + ", ".join(self.notes)] if self.notes else []),
        ]
        return f"{self.metric} {plain_number(self.value)} {self.unit} ({interval}; {base}; {'; '.join(tail)})"

    def _repr_html_(self) -> str:
        return html_table(self.to_dict())


class _Fixed:
    """The limits of a stored estimate, at the confidence it was stored with."""

    __slots__ = ("limits",)

    def __init__(self, low: float, high: float) -> None:
        self.limits = (low, high)

    def __call__(self, confidence: float) -> tuple[float, float]:
        return self.limits


def _rebuilt(kind: type[Estimate], arguments: dict[str, Any]) -> Estimate:
    return kind(**arguments)
