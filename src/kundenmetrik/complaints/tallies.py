"""Interactions counted by the named numerator and denominator, group by group."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kundenmetrik.complaints.denominators import denominator as denominator_of
from kundenmetrik.complaints.interactions import Interactions, read_interactions
from kundenmetrik.complaints.numerators import numerator as numerator_of
from kundenmetrik.core.arrays import BoolArray, CodeArray, FloatArray, IntArray
from kundenmetrik.core.counts import Counts
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.rows import Rows

__all__ = ["CELLS", "tallied"]

CELLS = ("complaints", "sales")


def tallied(rows: Rows, *, numerator: str, denominator: str, match: str, severity: str | None) -> Counts:
    """Return complaints and exposure of each group; severities come with the sum of their squares."""
    for argument in ("weight", "cluster", "count"):
        if getattr(rows, argument) is not None:
            raise InvalidArgument(
                argument, "be left out for a chosen numerator or denominator: it needs single interactions"
            )
    data: Interactions = read_interactions(rows.frame)
    above = numerator_of(data, numerator, within=rows.codes, match=match, severity=severity)
    below = denominator_of(data, denominator, within=rows.codes, match=match)
    weight = np.where(below.excluded.get("unmatched", np.zeros(len(data), dtype=bool)), 0.0, above.weight)
    owner, size = rows.codes[below.place], len(rows.groups)
    exposure = _whole(rows.codes, below.weight, size)
    excluded = _lost({**below.excluded, **above.excluded}, rows.codes, size)
    if numerator != "severity":
        table = np.stack([_whole(owner, weight, size), exposure], axis=1)
        return Counts(groups=rows.groups, cells=CELLS, table=table, excluded=excluded)
    sums = [np.bincount(owner, part, size) for part in (weight, weight**2, weight > 0)]
    none = np.zeros(size)
    return Counts(
        groups=rows.groups,
        cells=CELLS,
        table=np.stack([sums[0], exposure.astype(np.float64)], axis=1),
        squares=np.stack([sums[1], none], axis=1),
        raw=np.stack([sums[2].astype(np.int64), exposure], axis=1),
        excluded=excluded,
    )


def _whole(codes: CodeArray, weight: FloatArray, size: int) -> IntArray:
    return np.bincount(codes, weight, size).astype(np.int64)


def _lost(masks: Mapping[str, BoolArray], codes: CodeArray, size: int) -> dict[str, IntArray]:
    return {reason: np.bincount(codes[mask], minlength=size) for reason, mask in masks.items() if mask.any()}
