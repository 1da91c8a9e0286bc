"""The scale an answer was given on: its steps, its direction, its labels and its codes for no answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kundenmetrik.core.checks import check_count
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.renamed import FormerAttributes

NUMBER = re.compile(r"\s*[-+]?[0-9]+")
"""A number at the beginning of a label, such as that of "10 (very likely)"."""
MAX_STEPS = 1001
"""The most steps a scale may have; a percentage scale has 101."""


@dataclass(frozen=True, slots=True, init=False)
class Scale(FormerAttributes):
    """The whole steps an answer can take, and which end of them is good.

    A labelled or coded column is mapped only through a scale: nothing is guessed.

    Parameters
    ----------
    low, high : int
        The lowest and the highest step.
    higher_is_better : bool
        Whether the highest step is the good end. The German school grades 1 to 6 have False.
    labels : sequence of str or mapping of str to int, optional
        The words of the answers: one for each step from low to high, or a mapping from word to step.
    missing_codes : sequence, optional
        Values off the scale that stand for "no answer", such as 99 or "weiß nicht".

    Raises
    ------
    InvalidArgument
        If the steps, labels or codes contradict each other.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> grades = km.Scale(1, 5, higher_is_better=False, missing_codes=(9,))
    >>> grades.steps
    (1, 2, 3, 4, 5)
    >>> mood = km.Scale(1, 3, labels=["schlecht", "gut", "sehr gut"])
    >>> km.csat(["gut", "sehr gut", "schlecht"], scale=mood, satisfied=[2, 3]).n
    3
    """

    low: int
    high: int
    higher_is_better: bool
    labels: tuple[tuple[str, int], ...]
    missing_codes: tuple[Any, ...]

    def __init__(
        self,
        low: int,
        high: int,
        higher_is_better: bool = True,
        labels: Sequence[str] | Mapping[str, int] | None = None,
        missing_codes: Sequence[Any] = (),
    ) -> None:
        first, last = check_count(low, "low", low=-(10**6)), check_count(high, "high", low=-(10**6))
        if not first < last < first + MAX_STEPS:
            raise InvalidArgument("high", f"lie above low, by at most {MAX_STEPS - 1} steps", (low, high))
        if not isinstance(higher_is_better, bool):
            raise InvalidType("higher_is_better", "be True or False", higher_is_better)
        for name, value in (
            ("low", first),
            ("high", last),
            ("higher_is_better", higher_is_better),
            ("labels", _pairs(labels, first, last)),
            ("missing_codes", _codes(missing_codes, first, last)),
        ):
            object.__setattr__(self, name, value)

    @property
    def steps(self) -> tuple[int, ...]:
        """All steps from low to high."""
        return tuple(range(self.low, self.high + 1))

    @property
    def label_steps(self) -> dict[str, int]:
        """The step of each label."""
        return dict(self.labels)

    @property
    def _words(self) -> dict[str, int]:
        """The step of each label, and of the numbers of the steps where no label begins with another number."""
        written = ((NUMBER.match(word), step) for word, step in self.labels)
        if not self.labels or any(found and int(found[0]) != step for found, step in written):
            return self.label_steps
        return {**{str(step): step for step in self.steps}, **self.label_steps}

    def top(self, boxes: int) -> tuple[int, ...]:
        """Return the best steps, as many as asked for.

        Parameters
        ----------
        boxes : int
            How many steps from the good end, fewer than the scale has.

        Returns
        -------
        tuple of int
            The steps in ascending order.
        """
        count = self._boxes(boxes)
        return self.steps[-count:] if self.higher_is_better else self.steps[:count]

    def bottom(self, boxes: int) -> tuple[int, ...]:
        """Return the worst steps, as many as asked for.

        Parameters
        ----------
        boxes : int
            How many steps from the bad end, fewer than the scale has.

        Returns
        -------
        tuple of int
            The steps in ascending order.
        """
        count = self._boxes(boxes)
        return self.steps[:count] if self.higher_is_better else self.steps[-count:]

    def reverse(self) -> Scale:
        """Return the same steps with the other end as the good one.

        Returns
        -------
        Scale
            With ``higher_is_better`` turned round.
        """
        return Scale(self.low, self.high, not self.higher_is_better, self.label_steps or None, self.missing_codes)

    def _fields_to_store(self) -> dict[str, Any]:
        """Return the arguments that make an equal scale."""
        labels = self.label_steps or None
        named = {name: getattr(self, name) for name in ("low", "high", "higher_is_better", "missing_codes")}
        return {**named, "labels": labels}

    def __repr__(self) -> str:
        extras = "" if self.higher_is_better else ", higher_is_better=False"
        extras += f", labels={self.label_steps}" if self.labels else ""
        extras += f", missing_codes={self.missing_codes}" if self.missing_codes else ""
        return f"Scale({self.low}, {self.high}{extras})"

    def _boxes(self, boxes: int) -> int:
        count = check_count(boxes, "boxes", low=1)
        if count >= len(self.steps):
            raise InvalidArgument("boxes", f"be fewer than the {len(self.steps)} steps of the scale", boxes)
        return count


def _pairs(labels: Sequence[str] | Mapping[str, int] | None, low: int, high: int) -> tuple[tuple[str, int], ...]:
    if labels is None:
        return ()
    if isinstance(labels, (str, bytes)) or not isinstance(labels, Iterable) or getattr(labels, "shape", None) == ():
        raise InvalidType("labels", "be a sequence of words or a mapping from word to step", labels)
    steps = labels if isinstance(labels, Mapping) else _steps_of_words(list(labels), low, high)
    for word, step in steps.items():
        if not isinstance(word, str) or isinstance(step, bool) or not isinstance(step, int) or not low <= step <= high:
            raise InvalidArgument("labels", f"map words to steps from {low} to {high}", {word: step})
    return tuple(steps.items())


def _steps_of_words(words: list[Any], low: int, high: int) -> dict[str, int]:
    strange = [word for word in words if not isinstance(word, str)]
    if strange:
        raise InvalidType("labels", "be words", strange[0])
    steps = range(low, high + 1)
    if len(words) != len(steps) or len(set(words)) != len(words):
        rule = f"be {len(steps)} different words, one for each step from {low} to {high}"
        raise InvalidArgument("labels", rule, words)
    return dict(zip(words, steps, strict=True))


def _codes(codes: Any, low: int, high: int) -> tuple[Any, ...]:
    codes = tuple(codes) if isinstance(codes, (list, tuple, set, frozenset)) else (codes,)
    strange = [code for code in codes if isinstance(code, bool) or not isinstance(code, (str, int, float))]
    if strange:
        raise InvalidType("missing_codes", "be numbers or words that stand for no answer", strange[0])
    on_scale = [code for code in codes if not isinstance(code, str) and low <= code <= high]
    if on_scale:
        raise InvalidArgument("missing_codes", f"lie off the scale from {low} to {high}", on_scale)
    return tuple(dict.fromkeys(codes))
