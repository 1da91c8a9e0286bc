"""What is known of the groups of a table apart from their counts: notes, and which groups show no value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.results.groups import Groups

Masks = Mapping[str, BoolArray]
"""For each note code the groups that have it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Annotations:
    """Notes on the groups of a table that do not follow from their counts, and the groups without a value.

    Attributes
    ----------
    notes : mapping of str to tuple of str
        For each metric's name the notes on all its groups.
    group_notes : mapping of str to masks
        For each metric's name the notes on some of its groups.
    undefined : masks
        Groups without a value for a reason other than their counts, by note.
    suppressed : ndarray of bool or None
        Groups hidden because the table that this one was made from hides them, or would give them away.
    """

    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group_notes: Mapping[str, Masks] = field(default_factory=dict)
    undefined: Masks = field(default_factory=dict)
    suppressed: BoolArray | None = None

    def take(self, places: Sequence[int]) -> Annotations:
        """Return what is known of some of the groups, by place."""
        chosen = list(places)
        return Annotations(
            notes=self.notes,
            group_notes={label: _take(masks, chosen) for label, masks in self.group_notes.items()},
            undefined=_take(self.undefined, chosen),
            suppressed=None if self.suppressed is None else self.suppressed[chosen],
        )

    def codes(self, label: str, own: Masks, size: int) -> list[tuple[str, ...]]:
        """Return the codes of each group of a metric: its own by its counts, then those known apart from them."""
        found: list[list[str]] = [[] for _ in range(size)]
        for code, where in {**own, **self.undefined, **self.group_notes.get(label, {})}.items():
            for place in np.flatnonzero(where):
                found[place].append(code)
        return [tuple(codes) for codes in found]

    @classmethod
    def union(cls, parts: Iterable[tuple[Groups, Annotations]], groups: Groups) -> Annotations:
        """Return the notes of several tables on the groups that they have together."""
        notes: dict[str, dict[str, None]] = {}
        group_notes: dict[str, dict[str, BoolArray]] = {}
        for own, known in parts:
            places = groups.places(own.keys)
            for label, codes in known.notes.items():
                notes.setdefault(label, {}).update(dict.fromkeys(codes))
            for label, masks in known.group_notes.items():
                for code, mask in masks.items():
                    whole = group_notes.setdefault(label, {}).setdefault(code, np.zeros(len(groups), np.bool_))
                    whole[places] |= mask
        return cls(notes={label: tuple(codes) for label, codes in notes.items()}, group_notes=dict(group_notes))


def _take(masks: Masks, places: list[int]) -> dict[str, BoolArray]:
    return {code: mask[places] for code, mask in masks.items()}
