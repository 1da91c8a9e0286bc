"""Renewals: how many contracts came up for their first, second ... renewal, and how many were not renewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.flags import flags
from kundenmetrik.frame.reading.numbers import EXACT, common_length, readable_numbers
from kundenmetrik.frame.time.units import PERIOD, UNIT_NOT_GIVEN, UnitOrPeriod, check_unit_or_period

COUNTS_REMEDY = "Counts are needed: multiply percentages by the size of the cohort, or the standard errors are wrong."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Renewals:
    """Contracts at risk and lost at each renewal; several cohorts, however long each was observed, in one table.

    Attributes
    ----------
    at_risk : ndarray of int
        Contracts that came up for their first, second ... renewal.
    lost : ndarray of int
        Those of them that were not renewed.
    unit : str
        The length of a contract period: day, week, month, quarter or year; ``"period"`` where it is not known.
    notes : tuple of str
        ``starts_at_100`` when a cohort has exactly 100 customers, which may be percentages; ``unit_not_given`` when the
        length of a period is not known.

    Examples
    --------
    >>> from kundenmetrik.retention import Renewals
    >>> table = Renewals.from_survivors([[1000, 631, 468], [500, 320]])
    >>> table.at_risk.tolist(), table.lost.tolist()
    ([1500, 631], [549, 163])
    """

    at_risk: IntArray
    lost: IntArray
    unit: UnitOrPeriod = PERIOD
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if check_unit_or_period(self.unit) == PERIOD and UNIT_NOT_GIVEN not in self.notes:
            object.__setattr__(self, "notes", (*self.notes, UNIT_NOT_GIVEN))
        for name in ("at_risk", "lost"):
            object.__setattr__(self, name, _whole(getattr(self, name), name))
        if self.at_risk.shape != self.lost.shape:
            raise InvalidArgument("lost", f"have {self.at_risk.size:,} values like at_risk", self.lost.size)
        refuse(
            [
                fault_of(
                    "lost",
                    "lie between 0 and at_risk",
                    (self.lost < 0) | (self.lost > self.at_risk),
                    self.lost,
                    "range",
                )
            ]
        )
        for array in (self.at_risk, self.lost):
            array.flags.writeable = False

    @classmethod
    def from_survivors(cls, survivors: Any, *, unit: UnitOrPeriod | None = None) -> Renewals:
        """Read how many of a cohort are left at the start, after the first, second ... renewal.

        Parameters
        ----------
        survivors : sequence of whole numbers, or several of them
            One cohort, or a list of cohorts that may differ in length.
        unit : {"year", "quarter", "month", "week", "day"}, optional
            The length of a contract period. Without it the numbers count periods of unknown length (note
            ``unit_not_given``), and an annual discount is refused.

        Raises
        ------
        InvalidData
            If survivors are not whole numbers (percentages are refused), are negative, or rise.
        """
        cohorts = [_whole(cohort, "survivors") for cohort in _cohorts(survivors)]
        for left in cohorts:
            refuse([fault_of("survivors", "never rise", np.concatenate(([False], np.diff(left) > 0)), left, "rises")])
        at_risk = np.zeros(max([1, *(left.size for left in cohorts)]) - 1, np.int64)
        lost = np.zeros_like(at_risk)
        for left in cohorts:
            at_risk[: max(left.size - 1, 0)] += left[:-1]
            lost[: max(left.size - 1, 0)] -= np.diff(left)
        notes = ("starts_at_100",) if any(left.size and left[0] == 100 for left in cohorts) else ()
        return cls(at_risk=at_risk, lost=lost, unit=check_unit_or_period(unit), notes=notes)

    @classmethod
    def from_lost(cls, lost: Any, at_risk: Any, *, unit: UnitOrPeriod | None = None) -> Renewals:
        """Read contracts lost and at risk at each renewal, summed over cohorts.

        Parameters
        ----------
        lost, at_risk : sequence of whole numbers
            At the first, second ... renewal.
        unit : {"year", "quarter", "month", "week", "day"}, optional
            The length of a contract period. Without it the numbers count periods of unknown length (note
            ``unit_not_given``), and an annual discount is refused.
        """
        return cls(at_risk=at_risk, lost=lost, unit=check_unit_or_period(unit))

    @classmethod
    def from_customers(cls, renewals: Any, churned: Any, *, unit: UnitOrPeriod | None = None) -> Renewals:
        """Read one row per customer.

        Parameters
        ----------
        renewals : sequence of whole numbers
            How many renewal dates the customer has come to: one who left at the second has 2, one who renewed twice
            and is still there has 2 as well.
        churned : sequence of bool
            Whether the customer left at the last of them.
        unit : {"year", "quarter", "month", "week", "day"}, optional
            The length of a contract period. Without it the numbers count periods of unknown length (note
            ``unit_not_given``), and an annual discount is refused.
        """
        common_length(renewals=renewals, churned=churned)
        faults: list[Fault | None] = []
        reached, left = _whole(renewals, "renewals"), flags(churned, "churned", faults)
        refuse([*faults, fault_of("renewals", f"be at most {MOST_RENEWALS:,}", reached > MOST_RENEWALS, reached, "le")])
        refuse(
            [fault_of("renewals", "be at least 1 where churned", left & (reached < 1), reached, "lost_before_renewal")]
        )
        size = int(reached.max(initial=0)) + 1
        came, lost = np.bincount(reached, minlength=size), np.bincount(reached[left], minlength=size)
        at_risk = np.cumsum(came[::-1])[::-1][1:].copy()
        return cls(at_risk=at_risk, lost=lost[1:].copy(), unit=check_unit_or_period(unit))

    def in_unit(self, unit: UnitOrPeriod) -> Renewals:
        """Return the same table with the length of its contract periods; a known length is not changed.

        Parameters
        ----------
        unit : {"year", "quarter", "month", "week", "day"}
            The length of a contract period.

        Raises
        ------
        InvalidArgument
            If the table has another unit.
        """
        if self.unit not in (PERIOD, check_unit_or_period(unit)):
            raise InvalidArgument("unit", f"be {self.unit!r}, the unit of the table", unit)
        return replace(self, unit=unit, notes=tuple(note for note in self.notes if note != UNIT_NOT_GIVEN))

    @property
    def kept(self) -> IntArray:
        """Contracts renewed at each renewal."""
        return self.at_risk - self.lost

    @property
    def ages(self) -> FloatArray:
        """The numbers of the renewals: 1, 2 ..."""
        return np.arange(1.0, self.at_risk.size + 1)

    @property
    def informative(self) -> int:
        """How many renewals anybody came to."""
        return int(np.count_nonzero(self.at_risk))


def _cohorts(survivors: Any) -> list[Any]:
    if (
        isinstance(survivors, Sequence)
        and survivors
        and all(isinstance(item, (Sequence, np.ndarray)) for item in survivors)
    ):
        return list(survivors)
    return list(survivors) if isinstance(survivors, np.ndarray) and survivors.ndim == 2 else [survivors]


MOST_RENEWALS = 100_000
"""How many renewals a customer has come to at most."""


def _whole(values: Any, name: str) -> IntArray:
    """Return whole numbers of at least 0 as an array of its own."""
    faults: list[Fault | None] = []
    floats, good = readable_numbers(values, name, faults)
    bad = ~(np.isfinite(floats) & (floats == np.rint(floats)) & (floats >= 0) & (floats <= EXACT))
    bad = bad if good is None else bad & good
    refuse([*faults, fault_of(name, "be whole numbers of at least 0", bad, floats, "not_whole", COUNTS_REMEDY)])
    return floats.astype(np.int64)
