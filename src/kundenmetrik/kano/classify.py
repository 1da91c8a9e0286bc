"""From answers to Kano categories: the one-call door."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import AnyArray, BoolArray
from kundenmetrik.core.checks import Invalid
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.ids import read_ids
from kundenmetrik.frame.reading.numbers import EXACT, nonnegative_faults, numbers
from kundenmetrik.frame.rows import weights_of
from kundenmetrik.frame.time.periods import PeriodLength
from kundenmetrik.kano.answers.answers import Answers, Pairs, one_column, read_answers
from kundenmetrik.kano.answers.tally import tally
from kundenmetrik.kano.categories.letters import check_evaluation_table
from kundenmetrik.kano.table import KanoTable
from kundenmetrik.message_text import shows_values


def classify(
    answers: Any,
    *,
    table: object = "classic",
    by: str | Sequence[str] | None = None,
    period: PeriodLength | None = None,
    date: str | None = None,
    time_zone: str | None = None,
    weight: str | None = None,
    count: str | None = None,
    pairs: Pairs | None = None,
    labels: object = None,
    invalid: Invalid = "raise",
    without: Iterable[object] = (),
    confidence: float = 0.95,
    strength_threshold: float = 0.06,
    total_strength_threshold: float = 0.60,
) -> KanoTable:
    """Sort the features of a Kano questionnaire into must-be, one-dimensional, attractive and the rest.

    Each person answers two questions about each feature: how is it if the feature is there
    (functional), how is it if it is not (dysfunctional). The pair of answers stands for a letter of
    the evaluation table; the category of a feature is its most frequent letter.

    Parameters
    ----------
    answers : DataFrame, list of records, mapping of columns, or any frame narwhals reads
        Long: one row for each person and feature with the columns ``feature``, ``functional`` and
        ``dysfunctional`` (such as :class:`~kundenmetrik.KanoAnswer` records). Wide: one row
        for each person, with ``pairs``. Answers are positions 1 (like) to 5 (dislike) or labels.
    table : str, EvaluationTable or rows of letters
        ``"classic"``, ``"pouliot"``, ``"halfway"``, ``"short"`` (three answers), or one's own.
    by : str or sequence of str, optional
        Key columns: segments, or ``"wording"``.
    period, date, time_zone : str, optional
        The calendar period, the column that tells it, and the zone whose calendar counts.
    weight : str, optional
        A column of survey weights; intervals rest on Kish's effective number of answers. Weighting
        by self-stated importance is ``weight="importance"``.
    count : str, optional
        A column that tells how many answers a row stands for.
    pairs : mapping, optional
        For wide data: each feature with its functional and its dysfunctional column. Pairs are
        always named, never taken by position; columns named ``<feature>_functional`` and
        ``<feature>_dysfunctional`` are found without, other names by :func:`pair_columns`.
    labels : str, sequence of str or mapping, optional
        Which labels are understood: names of :func:`wordings`, or one's own mapping from label to
        position. By default all built-in wordings are.
    invalid : {"raise", "exclude"}
        Whether answers off the scale are an error or are left out and counted by reason.
    without : iterable
        ``customer_id`` values to leave out; their answers are counted as ``on_request``.
    confidence : float
        The confidence of the intervals.
    strength_threshold : float
        Category strength up to which the near-tie rule decides.
    total_strength_threshold : float
        Total strength below which the note ``few_want_it`` is set.

    Returns
    -------
    KanoTable
        One row for each feature and segment, features sorted or in the order of a categorical or of
        ``pairs``; a feature nobody answered has n = 0.

    Raises
    ------
    InvalidData
        If answers, weights or counts break their rules; all faults at once, with the nearest label.
    UnknownName
        If a column, table, wording or person does not exist.
    InvalidArgument
        If an argument breaks its rule.

    Notes
    -----
    Ties of the most frequent letter are broken in the order M, O, A, I, R, Q and flagged. The rules
    in use contradict each other on real data, so the near-tie order, the group rule (A+O+M against
    I+R+Q) and the quadrant of the coefficients stand beside the category, with ``agreement`` and
    the note ``rules_disagree``. A pair with one answer missing is left out and counted as
    ``half_missing``; contradictory pairs are category Q and are never dropped.

    References
    ----------
    Kano, N. et al. (1984). Attractive quality and must-be quality. Hinshitsu 14(2), 39-48.

    Berger, C. et al. (1993). Kano's methods for understanding customer-defined quality. Center for
    Quality of Management Journal 2(4), 3-36.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answers = {
    ...     "feature": ["chat", "chat", "chat", "returns", "returns", "returns"],
    ...     "functional": [1, 1, 3, 2, 1, 3],
    ...     "dysfunctional": [3, 4, 3, 5, 5, 5],
    ... }
    >>> km.kano.classify(answers).to_frame()[["feature", "n", "A", "O", "M", "I", "category"]]
       feature  n  A  O  M  I category
    0     chat  3  2  0  0  1        A
    1  returns  3  0  1  2  0        M
    """
    chosen = check_evaluation_table(table)
    read = read_answers(
        answers,
        steps=chosen.steps,
        by=by,
        period=period,
        date=date,
        time_zone=time_zone,
        pairs=pairs,
        labels=labels,
        invalid=invalid,
        more=[*one_column(weight, "weight"), *one_column(count, "count")],
    )
    counts = tally(
        read,
        chosen.steps,
        weights=None if weight is None else weights_of(column_of(read.frame, weight, "weight"), weight),
        counts=None if count is None else _counts_of(read, count),
        left_out=_rows_of(read, without),
    )
    return KanoTable(
        counts=counts,
        table=chosen,
        confidence=confidence,
        strength_threshold=strength_threshold,
        total_strength_threshold=total_strength_threshold,
        notes=tuple(_notes(read)),
    )


def _counts_of(read: Answers, name: str) -> AnyArray:
    column = numbers(column_of(read.frame, name, "count"), name)
    refuse(nonnegative_faults(column, name, whole=True, most=EXACT))
    return column.values.astype(np.int64)


def _rows_of(read: Answers, without: Iterable[object]) -> BoolArray | None:
    if isinstance(without, str) or not isinstance(without, Iterable):
        raise InvalidType("without", "be the ids of people", without)
    named = list(without)
    if not named:
        return None
    people = read.column("customer_id")
    if people is None:
        raise InvalidArgument("answers", "have a column customer_id for people to be left out")
    known = set(people.dropna().tolist())
    unknown = [person for person in named if not (isinstance(person, Hashable) and person in known)]
    if unknown:
        shown = unknown[:5] if shows_values() else ...
        raise InvalidArgument("without", f"hold ids that occur in customer_id; {len(unknown):,} do not", shown)
    return people.isin(named).to_numpy(dtype=bool)


def _notes(read: Answers) -> tuple[str, ...]:
    """Return notes on the answers as a whole; somebody may have judged a feature twice in one group."""
    people = read.column("customer_id")
    keys = ["customer_id", *(name for name in read.groups.names if name in read.frame.columns)]
    if people is not None:
        read_ids(people, "customer_id")
    repeated = people is not None and bool((read.frame[keys].duplicated() & people.notna()).any())
    notes = {"wordings_pooled": read.pooled, "repeated_answers": repeated}
    return tuple(note for note, applies in notes.items() if applies)
