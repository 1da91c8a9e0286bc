"""The Kano table: the counts of a survey, and everything that follows from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray
from kundenmetrik.core.checks import check_confidence, check_instance, check_share
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.json_values import FORMAT, from_stored
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.kano.answers.answers import check_feature, column_names
from kundenmetrik.kano.answers.tally import cell_names, transpose
from kundenmetrik.kano.categories.letters import LETTERS, EvaluationTable, check_evaluation_table
from kundenmetrik.kano.table_columns import display_columns, key_columns, letters_of, places_of, summary_columns

SETTINGS = ("confidence", "strength_threshold", "total_strength_threshold")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class KanoTable(Result):
    r"""The Kano categories of each feature with what stands behind them.

    The table holds how often each pair of answers occurs (or each letter, where only letters were
    published); every figure is a formula over those counts, so tables add, and a table can be read
    again under another evaluation table or confidence without the answers.

    .. math:: \text{Better} = \frac{A + O}{A + O + M + I} \qquad
              \text{Worse} = -\frac{O + M}{A + O + M + I}

    Attributes
    ----------
    counts : Counts
        The counts: groups are feature (and the ``by`` columns), cells are pairs of answers
        ``"1-1"`` to ``"5-5"`` (functional-dysfunctional), or the letters A O M I R Q.
    table : EvaluationTable or None
        Which letter each pair stands for; None when the letters themselves were counted.
    confidence : float
        The confidence of the intervals.
    strength_threshold : float
        Up to this category strength the near-tie rule decides. A threshold, not a test.
    total_strength_threshold : float
        Below this total strength the note ``few_want_it`` is set. A threshold, not a test.
    notes : tuple of str
        Notes on the answers as a whole, such as ``wordings_pooled``.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> wifi = {"Free WiFi": {"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}}
    >>> row = km.kano.from_counts(wifi).to_frame().iloc[0]
    >>> print(row.category, row.group_rule, round(row.better, 3), round(row.worse, 3))
    I A 0.459 -0.208
    """

    counts: Counts
    table: EvaluationTable | None
    confidence: float = 0.95
    strength_threshold: float = 0.06
    total_strength_threshold: float = 0.60
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        check_share(self.strength_threshold, "strength_threshold")
        check_share(self.total_strength_threshold, "total_strength_threshold")
        wanted = tuple(LETTERS) if self.table is None else cell_names(self.table.steps)
        if self.counts.groups.names[:1] != ("feature",):
            raise InvalidArgument("counts", "have 'feature' as their first key column", self.counts.groups.names)
        if self.counts.cells != wanted:
            raise InvalidArgument("counts", f"have the cells {wanted[0]} to {wanted[-1]}", self.counts.cells)

    _chart = "kano"

    @property
    def headline(self) -> str:
        """How many features were judged, by which evaluation table."""
        evaluation = "letters as given" if self.table is None else f"evaluation table {self.table.name}"
        return f"Kano categories of {len(self.features):,} features, {100 * self.confidence:.10g}% CI ({evaluation})"

    @property
    def excluded(self) -> Mapping[str, int]:
        """How many answers are in no cell, by reason, over all groups."""
        return FrozenMapping({reason: int(count.sum()) for reason, count in self.counts.excluded.items()})

    @property
    def by(self) -> tuple[str, ...]:
        """The key columns beside the feature."""
        return self.counts.groups.names[1:]

    @property
    def features(self) -> tuple[Any, ...]:
        """The features, in order."""
        return tuple(dict.fromkeys(key[0] for key in self.counts.groups.keys))

    @property
    def letters(self) -> AnyArray:
        """How many answers fall on A, O, M, I, R, Q: groups x 6 (sums of weights where weighted)."""
        return letters_of(self.counts.table, self.table)

    @property
    def effective(self) -> AnyArray:
        """The letters scaled to the effective number of answers; what intervals and tests rest on."""
        return letters_of(self.counts.effective, self.table)

    def __len__(self) -> int:
        return len(self.counts)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Go through the rows of the frame as dicts."""
        yield from self.to_frame().to_dict("records")  # type: ignore[misc]

    def __getitem__(self, key: object) -> KanoTable:
        """Return the rows of one feature, or of one feature and segment written as a tuple."""
        return replace(self, counts=self.counts.take(places_of(self.counts.groups, key)))

    def __add__(self, other: KanoTable) -> KanoTable:
        """Merge two tables over different answers, read by the same evaluation table."""
        if not isinstance(other, KanoTable):
            return NotImplemented
        if (self.table and self.table.rows) != (other.table and other.table.rows):
            raise InvalidArgument("the tables", "be read by the same evaluation table to be added")
        notes = tuple(dict.fromkeys([*self.notes, *other.notes]))
        return replace(self, counts=self.counts + other.counts, notes=notes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KanoTable):
            return NotImplemented
        same_rows = (self.table and self.table.rows) == (other.table and other.table.rows)
        settings = all(getattr(self, name) == getattr(other, name) for name in (*SETTINGS, "notes"))
        return same_rows and settings and self.counts == other.counts

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def total(self, *names: str) -> KanoTable:
        """Return the table over fewer ``by`` columns, from the sums of the counts.

        Parameters
        ----------
        *names : str
            The ``by`` columns to keep; without any, each feature over everybody.

        Returns
        -------
        KanoTable
            One row for each feature and key that is left.
        """
        notes = dict.fromkeys(self.notes)
        if "wording" in self.by and "wording" not in names:
            notes["wordings_pooled"] = None
        others = [name for name in column_names(names, "names") if name != "feature"]
        return replace(self, counts=self.counts.margin("feature", *others), notes=tuple(notes))

    def at(self, *, confidence: float) -> KanoTable:
        """Ask again at another confidence, without the answers.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.

        Returns
        -------
        KanoTable
            The same counts with intervals at that confidence.
        """
        return replace(self, confidence=check_confidence(confidence))

    def under(self, table: object) -> KanoTable:
        """Read the same answers by another evaluation table.

        Parameters
        ----------
        table : str, EvaluationTable or rows of letters
            As in :func:`classify`, with as many steps as the answers.

        Returns
        -------
        KanoTable
            The same counts under that table.

        Raises
        ------
        InvalidArgument
            If only letters are known, or the table has another number of steps.
        """
        chosen = check_evaluation_table(table)
        if self.table is None or chosen.steps != self.table.steps:
            known = "letters only" if self.table is None else f"{self.table.steps} steps"
            raise InvalidArgument("table", f"fit the answers, which have {known}", chosen.name)
        return replace(self, table=chosen)

    def reverse_questions(self, *features: object) -> KanoTable:
        """Read features as if their absence had been asked about: both answers change places.

        A feature most people reject is a wish for its absence: its R becomes A, O or M of the absence.

        Parameters
        ----------
        *features : object
            The features to reverse; the others stay.

        Returns
        -------
        KanoTable
            The same answers with functional and dysfunctional exchanged for those features.

        Raises
        ------
        InvalidArgument
            If only letters are known.
        UnknownName
            If there is no such feature.
        """
        if self.table is None:
            raise InvalidArgument("counts", "be pairs of answers to be reversed, not letters")
        reversed_features = {check_feature(feature, "features", self.features) for feature in features}
        rows = np.array([key[0] in reversed_features for key in self.counts.groups.keys], dtype=bool)
        return replace(self, counts=transpose(self.counts, rows, self.table.steps))

    def to_frame(self) -> pd.DataFrame:
        """Return the tidy table: one row for each feature (and segment).

        Returns
        -------
        pandas.DataFrame
            feature and the ``by`` keys; n, A, O, M, I, R, Q; category, group_rule; strength,
            total_strength; p_mode, agreement; better, better_low, better_high, worse, worse_low,
            worse_high; then near_tie, quadrant, mixed, tie, rules_disagree, tables_disagree,
            average_satisfaction, n_raw, n_effective, excluded and notes. Shares are from 0 to 1.

        Notes
        -----
        ``n`` is the sum of the six letters: the answers, with survey weights Kish's effective number
        of them (``n_effective``, too), on which intervals and ``p_mode`` rest; ``n_raw`` are the answers
        counted, and ``letters`` has the sums of weights. ``agreement`` is the share of the rules mode,
        near tie, group and quadrant that name the category.
        """
        return pd.DataFrame({**key_columns(self.counts.groups), **self._summary}, index=range(len(self)))

    def _display_frame(self) -> pd.DataFrame:
        """Return the columns that a reader looks at first."""
        return display_columns(self.to_frame(), self.counts.groups.names)

    def to_json(self) -> str:
        """Return counts, table and settings as JSON; :meth:`from_json` reads them back equal."""
        return json.dumps(
            {
                "version": FORMAT,
                "counts": json.loads(self.counts.to_json()),
                "table": None if self.table is None else self.table.to_dict(),
                "notes": self.notes,
                **{name: getattr(self, name) for name in SETTINGS},
            },
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str) -> KanoTable:
        """Read a table back from JSON; the parameters are those of :meth:`kundenmetrik.EstimateTable.from_json`."""
        stored = from_stored(text, "a Kano table", ("counts", "table", *SETTINGS))
        notes = stored.get("notes", stored.get("seen", ()))  # version 0.1 wrote "seen"
        table = None if stored["table"] is None else EvaluationTable(**stored["table"])
        counts = Counts.from_json(json.dumps(stored["counts"]))
        settings = {name: stored[name] for name in SETTINGS}
        return cls(**settings, counts=counts, table=table, notes=tuple(notes))

    @cached_property
    def _summary(self) -> dict[str, Any]:
        settings = {name: getattr(self, name) for name in (*SETTINGS, "notes")}
        return summary_columns(self.counts, self.table, **settings)


def check_kano_table(table: object) -> KanoTable:
    """Return a Kano table; anything else is refused."""
    return check_instance(table, "table", KanoTable, "be a KanoTable, from kano.classify or kano.from_counts")
