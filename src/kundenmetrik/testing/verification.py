"""Published figures, computed again on this machine and compared at their printed digits."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Literal, get_args

import pandas as pd

from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import KundenmetrikError
from kundenmetrik.progress import Progress, with_progress

Topic = Literal["survey", "tgw", "retention", "kano", "clv"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
LAST_BITS = 4
"""How many of a float's last bits may differ beyond half a unit of the last printed digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One published figure beside what the library computes.

    Attributes
    ----------
    topic, source, place : str
        The topic; who printed the figure, and where.
    what : str
        What the figure is.
    expected : str
        The figure as printed.
    digits : int
        Its decimal places.
    found : float or str
        What the library computes, unrounded; the error where it refuses.
    agrees : bool
        Whether what was found, rounded to the printed digits, is what was printed.
    """

    topic: str
    source: str
    place: str
    what: str
    expected: str
    digits: int
    found: float | str
    agrees: bool


@dataclass(frozen=True, slots=True, repr=False)
class VerifyReport(Result):
    """Published figures beside what the library computes on this machine.

    Attributes
    ----------
    rows : tuple of Verified
        One figure a row.

    Examples
    --------
    >>> from kundenmetrik.testing import verify
    >>> report = verify("clv")
    >>> report.ok, len(report)
    (True, 10)
    """

    rows: tuple[Verified, ...]

    @property
    def ok(self) -> bool:
        """Whether there are figures and all of them agree."""
        return bool(self.rows) and not self.differing

    @property
    def differing(self) -> tuple[Verified, ...]:
        """The figures that do not agree."""
        return tuple(row for row in self.rows if not row.agrees)

    def __len__(self) -> int:
        return len(self.rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a figure.

        Returns
        -------
        pandas.DataFrame
            topic, source, place, what, expected, digits, found, agrees.
        """
        return pd.DataFrame([asdict(row) for row in self.rows], columns=list(Verified.__dataclass_fields__))

    @property
    def headline(self) -> str:
        """How many figures agree, by topic."""
        agreed = f"{len(self) - len(self.differing)} of {len(self)} figures agree at their printed digits"
        topics = dict.fromkeys(row.topic for row in self.rows)
        said = []
        for topic in topics:
            own = [row for row in self.rows if row.topic == topic]
            said.append(f"{topic} {sum(row.agrees for row in own)} of {len(own)}")
        return f"{agreed}: {', '.join(said)}" if said else agreed

    def _display_frame(self) -> pd.DataFrame:
        """Return the figures that differ, or those of each topic where none does."""
        frame = self.to_frame()
        if self.differing:
            return frame.loc[~frame["agrees"], ["topic", "what", "expected", "found", "place", "source"]]
        counts = frame.groupby("topic", sort=False)
        return counts.agg(figures=("what", "size"), sources=("source", "nunique")).reset_index()


def verify(topic: Topic | None = None, *, progress: Progress | None = None) -> VerifyReport:
    """Compute published figures again, here and now, and compare them at their printed digits.

    The figures ship with the library, each with its source; they are computed by the functions that everybody calls.

    Parameters
    ----------
    topic : {"survey", "tgw", "retention", "kano", "clv"}, optional
        One topic; all of them by default.
    progress : callable, optional
        Called after each topic with the number of topics done and of all.

    Returns
    -------
    VerifyReport
        Print it, ask ``.ok``, or take ``.to_frame()``.

    Raises
    ------
    InvalidArgument
        If there is no such topic.

    Notes
    -----
    A figure agrees when what is found lies within half a unit of its last digit. Where source or place says
    "recomputed", not all of its digits were printed there: an independent computation gave them.

    Examples
    --------
    >>> from kundenmetrik.testing import verify
    >>> verify("kano").ok
    True
    """
    topics = TOPICS if topic is None else (check_choice(topic, "topic", TOPICS),)
    seen = with_progress(topics, progress)
    return VerifyReport(tuple(row for name in seen for row in compare_cases(name, published_cases(name))))


def published_cases(topic: str) -> dict[str, list[dict[str, Any]]]:
    """Return the published cases of a topic, by kind."""
    text = files("kundenmetrik.testing").joinpath("published", f"{topic}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def compare_cases(topic: str, cases: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[Verified]:
    """Compute the cases and compare each figure."""
    for kind, every in cases.items():
        for case in every:
            for what, printed, found in _computed_figures(kind, case):
                yield Verified(
                    topic=topic,
                    source=case["source"],
                    place=case.get("place", ""),
                    what=what,
                    expected=printed,
                    digits=_digits(printed),
                    found=found,
                    agrees=prints(found, printed),
                )


def _computed_figures(kind: str, case: Mapping[str, Any]) -> Iterator[tuple[str, str, float | str]]:
    """Return what was printed and what is found; a refusal is something found that agrees with nothing."""
    from kundenmetrik.testing.doors import DOORS

    try:
        yield from DOORS[kind](case)
    except KundenmetrikError as error:
        yield kind, "a figure", f"{type(error).__name__}: {error}"


def prints(found: float | str, printed: str) -> bool:
    """Return whether a figure, rounded as in print, is the printed one; words must be the same."""
    if isinstance(found, str):
        return found == printed
    half = 0.5 * 10.0 ** -_digits(printed) if _digits(printed) else 0.0
    return abs(found - float(printed)) <= half + LAST_BITS * math.ulp(abs(float(printed)))


def _digits(printed: str) -> int:
    """Return how many decimal places a printed figure has."""
    mantissa, _, exponent = printed.partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)
