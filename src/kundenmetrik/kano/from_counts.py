"""From counts somebody else has made: 25 cells a feature, or the letters of a published table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.errors import InvalidType
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.kano.answers.published_counts import letter_counts, square_counts
from kundenmetrik.kano.categories.evaluation_tables import check_evaluation_table
from kundenmetrik.kano.categories.letters import LETTERS, letter_scheme
from kundenmetrik.kano.classify import classify
from kundenmetrik.kano.table import KanoTable

UNNAMED_FEATURE = "feature"
"""What the feature is called when only one was given, without a name."""


def from_counts(
    counts: Any,
    *,
    table: object = "classic",
    by: str | Sequence[str] | None = None,
    scheme: str = "international",
    n: float | str | None = None,
    confidence: float = 0.95,
    strength_threshold: float = 0.06,
    total_strength_threshold: float = 0.60,
) -> KanoTable:
    """Build a Kano table from counts: pairs of answers from a database, or letters from a paper.

    Parameters
    ----------
    counts : mapping, DataFrame, array or Counts
        A mapping from feature to its letters, ``{"WiFi": {"A": 187, "O": 71, "M": 46, "I": 258}}``, or
        to its square of counts (rows functional, columns dysfunctional); a frame with the columns
        feature (or features as its index), A, O, M, I (R and Q where there are any); a frame with
        feature, functional, dysfunctional and count, as GROUP BY returns it; one feature's letters,
        square or crosstab; squares as an array; or the ``counts`` of another Kano table.
    table : str, EvaluationTable or rows of letters
        Which letter each pair stands for; letters need none.
    by : str or sequence of str, optional
        Key columns of a frame.
    scheme : str
        The letter scheme, by name: ``"international"``, ``"french"`` ... (:func:`letter_schemes`).
    n : float or str, optional
        How many people answered each feature, or the column that tells. Then the letters are shares,
        in percent or parts of one; each feature's shares are scaled to ``n``.
    confidence, strength_threshold, total_strength_threshold : float
        As in :func:`classify`.

    Returns
    -------
    KanoTable
        As from :func:`classify`. Letters cannot be read under another evaluation table.

    Raises
    ------
    InvalidData
        If counts are missing, negative or not finite, with their feature and letter.
    InvalidArgument
        If shares do not sum to 1 or 100, or a square has the wrong size.
    UnknownName
        If a letter is not in the scheme.

    Notes
    -----
    Letters of other languages collide: the French O (obligatoire) is our M. So the scheme is named.
    Fractional counts are taken as they are. Letters R and Q that are not given count as 0, which
    makes ``n``, the strengths and the group rule those of the letters given.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> grip = km.kano.from_counts({"Edge grip": {"A": 7, "O": 33, "M": 50, "I": 10}}, n=200)
    >>> row = grip.to_frame().iloc[0]
    >>> print(row.category, row.n, round(row.better, 2), round(row.worse, 2))
    M 200.0 0.4 -0.83
    """
    chosen = check_evaluation_table(table)
    kano_table = partial(
        KanoTable,
        confidence=confidence,
        strength_threshold=strength_threshold,
        total_strength_threshold=total_strength_threshold,
    )
    if isinstance(counts, Counts):
        return kano_table(counts=counts, table=None if counts.cells == tuple(LETTERS) else chosen)
    given = _by_feature(counts, chosen.steps, scheme)
    if isinstance(given, pd.DataFrame) and "functional" in given.columns:
        column_of(given, "count", "counts")
        return kano_table(counts=classify(given, table=chosen, by=by, count="count").counts, table=chosen)
    if isinstance(given, Mapping) and given and not any(isinstance(one, Mapping) for one in given.values()):
        return kano_table(counts=square_counts(given, chosen.steps), table=chosen)
    return kano_table(counts=letter_counts(given, by, scheme, n), table=None)


def _by_feature(counts: Any, steps: int, scheme: str) -> Any:
    """Return counts as a mapping from feature to its square or letters, or as a frame with a feature column."""
    if isinstance(counts, pd.DataFrame):
        return _frame_by_feature(counts, steps)
    if isinstance(counts, Mapping):
        return _mapping_by_feature(counts, scheme)
    if isinstance(counts, Sequence) and not isinstance(counts, str) and all(isinstance(c, Mapping) for c in counts):
        return pd.DataFrame(list(counts))
    if isinstance(counts, (Sequence, np.ndarray)) and not isinstance(counts, (str, bytes)):
        return _array_by_feature(counts, steps)
    return counts


def _frame_by_feature(frame: pd.DataFrame, steps: int) -> Any:
    answers = set(range(1, steps + 1))
    if len(frame) and set(frame.columns) <= answers and set(frame.index) <= answers:
        square = frame.reindex(index=range(1, steps + 1), columns=range(1, steps + 1), fill_value=0)
        return {UNNAMED_FEATURE: square.to_numpy()}
    if "feature" in frame.columns or "functional" in frame.columns:
        return frame
    return frame.rename_axis("feature").reset_index()


def _mapping_by_feature(counts: Mapping[Any, Any], scheme: str) -> Any:
    letters = letter_scheme(scheme)
    if counts and all(name in letters and isinstance(value, Real) for name, value in counts.items()):
        return {UNNAMED_FEATURE: counts}
    if "feature" in counts and ("functional" in counts or any(name in letters for name in counts)):
        return pd.DataFrame({name: list(values) for name, values in counts.items()})
    return counts


def _array_by_feature(counts: Any, steps: int) -> Any:
    try:
        array = np.asarray(counts)
    except ValueError:
        raise InvalidType("counts", "be rectangular", counts) from None
    if array.shape in ((steps, steps), (steps * steps,)):
        return {UNNAMED_FEATURE: array}
    return dict(enumerate(array)) if array.ndim > 1 else counts
