"""Interactions counted by the named numerator and denominator, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from kundenmetrik.complaints.rates.denominators import DenominatorName
from kundenmetrik.complaints.rates.denominators import denominator as denominator_of
from kundenmetrik.complaints.rates.interactions import Interactions, Match, read_interactions
from kundenmetrik.complaints.rates.numerators import NumeratorName
from kundenmetrik.complaints.rates.numerators import numerator as numerator_of
from kundenmetrik.core.arrays import BoolArray, CodeArray, FloatArray, IntArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.rows import Rows

CELLS = ("complaints", "sales")
ONCE_IN_A_GROUP = ("first_per_customer", "respondents")
"""What counts each customer once in a group, so that the counts of two groups do not add."""


def rate_counts(
    rows: Rows,
    strange: Mapping[str, BoolArray],
    *,
    numerator: NumeratorName,
    denominator: DenominatorName,
    match: Match,
    severity: str | None,
    largest: float | None,
) -> Counts:
    """Return complaints and exposure of each group; severities come with the sum of their squares.

    The rows that are ``strange`` are neither and are left out by reason.
    """
    for argument in ("weight", "cluster", "count"):
        if getattr(rows, argument) is not None:
            raise InvalidArgument(
                argument, "be left out for a chosen numerator or denominator: it needs single interactions"
            )
    data: Interactions = read_interactions(rows.frame, invalid="exclude")
    below = denominator_of(data, denominator, within=rows.codes, match=match)
    # A complaint counts where its exposure does, and the first is looked for among those that count.
    owner, size = rows.codes[below.place], len(rows.groups)
    left = np.logical_or.reduce([np.zeros(len(data), dtype=bool), *below.excluded.values()])
    data = replace(data, complaint=data.complaint & ~left)
    above = numerator_of(data, numerator, within=owner, match=match, severity=severity, largest_severity=largest)
    weight, exposure = above.weight, _whole(rows.codes, below.weight, size)
    excluded = _excluded_by_group((*below.excluded.items(), *above.excluded.items(), *strange.items()), owner, size)
    once = numerator in ONCE_IN_A_GROUP or denominator in ONCE_IN_A_GROUP
    design = np.ones(size) if once else None
    if numerator != "severity":
        table = np.stack([_whole(owner, weight, size), exposure], axis=1)
        return Counts(groups=rows.groups, cells=CELLS, table=table, excluded=excluded, design=design)
    sums = [np.bincount(owner, part, size) for part in (weight, weight**2, weight > 0)]
    none = np.zeros(size)
    return Counts(
        groups=rows.groups,
        cells=CELLS,
        table=np.stack([sums[0], exposure.astype(np.float64)], axis=1),
        squares=np.stack([sums[1], none], axis=1),
        raw=np.stack([sums[2].astype(np.int64), exposure], axis=1),
        excluded=excluded,
        design=design,
    )


def _whole(codes: CodeArray, weight: FloatArray, size: int) -> IntArray:
    return np.bincount(codes, weight, size).astype(np.int64)


def _excluded_by_group(lost: Iterable[tuple[str, BoolArray]], codes: CodeArray, size: int) -> dict[str, IntArray]:
    """Return how many rows of each group are left out by reason; no row has two."""
    found: dict[str, IntArray] = {}
    for reason, mask in lost:
        if mask.any():
            found[reason] = np.bincount(codes[mask], minlength=size) + found.get(reason, 0)
    return found
