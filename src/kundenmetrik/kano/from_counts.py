"""From counts somebody else has made: 25 cells a feature, or the letters of a published table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, FloatArray
from kundenmetrik.core.checks import check_number
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups, plain
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.numbers import EXACT, nonnegative, numbers
from kundenmetrik.kano.answers.answers import column_names
from kundenmetrik.kano.answers.tally import cell_names
from kundenmetrik.kano.categories.letters import LETTERS, LetterScheme, check_evaluation_table, letter_scheme
from kundenmetrik.kano.classify import classify
from kundenmetrik.kano.table import KanoTable

REQUIRED_LETTERS = "AOMI"
ROUNDING_TOLERANCE = 0.03
"""How far shares rounded to whole percent may miss their total."""


def square_counts(counts: Mapping[Any, Any], steps: int) -> Counts:
    """Return a square of counts for each feature (rows functional, columns dysfunctional) as cells."""
    groups = Groups(names=("feature",), keys=tuple((plain(feature),) for feature in counts))
    rows = [_row_of_square(feature, square, steps) for feature, square in counts.items()]
    cells, features = cell_names(steps), [key[0] for key in groups.keys]
    return Counts(groups=groups, cells=cells, table=_check_cells(np.stack(rows), features, cells))


def letter_counts(counts: Any, by: str | Sequence[str] | None, scheme: str, n: float | str | None) -> Counts:
    """Return counts of letters, or shares of ``n`` answers, as cells A O M I R Q."""
    names = column_names(by, "by")
    frame = _letter_frame(counts, scheme)
    read = [column_of(frame, "feature", "counts"), *(column_of(frame, name, "by") for name in names)]
    columns = [column.astype(object).tolist() for column in read]
    if not all(isinstance(part, Hashable) for column in columns for part in column):
        raise InvalidType("counts", "name each feature", columns)
    keys = tuple(tuple(plain(part) for part in key) for key in zip(*columns, strict=True))
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    given = _check_cells(_letter_columns(frame, ("feature", *names), scheme), columns[0], tuple(LETTERS))
    if len(places) < len(keys) and (n is not None or not names):
        twice = Counter(keys).most_common(1)[0][0]
        raise InvalidArgument("counts", "have rows whose features and keys differ", twice, "Name their keys in by=.")
    counted = np.zeros((len(places), len(LETTERS)), dtype=given.dtype)
    np.add.at(counted, [places[key] for key in keys], given)
    counted = counted if n is None else _scale_shares(counted, _respondents(frame, n))
    return Counts(groups=Groups(names=("feature", *names), keys=tuple(places)), cells=tuple(LETTERS), table=counted)


def _row_of_square(feature: object, square: object, steps: int) -> AnyArray:
    array = np.asarray(square)
    if array.shape not in ((steps, steps), (steps * steps,)) or array.dtype.kind not in "iuf":
        rule = f"give each feature {steps} x {steps} counts or a mapping of letters"
        raise InvalidArgument("counts", rule, {feature: square})
    return array.reshape(steps * steps)


def _letter_frame(counts: Any, scheme: str) -> pd.DataFrame:
    if isinstance(counts, Mapping) and counts:
        if not all(isinstance(own, Mapping) for own in counts.values()):
            raise InvalidType("counts", "hold letters for every feature or squares for every feature", counts)
        optional = {name: 0 for name, letter in letter_scheme(scheme).items() if letter not in REQUIRED_LETTERS}
        filled = {feature: {**optional, **own} for feature, own in counts.items()}
        return pd.DataFrame.from_dict(filled, orient="index").rename_axis("feature").reset_index()
    if isinstance(counts, pd.DataFrame) and len(counts):
        return counts
    raise InvalidType("counts", "be a non-empty mapping or frame of letters or cells, or Counts", counts)


def _letter_columns(frame: pd.DataFrame, keys: Sequence[str], scheme: str) -> AnyArray:
    ours = letter_scheme(scheme)
    columns = [name for name in frame.columns if name not in keys]
    given = _column_by_letter(columns, ours)
    if not given.keys() >= set(REQUIRED_LETTERS):
        wanted = ", ".join(name for name, letter in ours.items() if letter in REQUIRED_LETTERS)
        raise InvalidArgument("counts", f"hold the letters {wanted}", columns)
    parts = [
        _counts(column_of(frame, given[letter], "counts")) if letter in given else np.zeros(len(frame))
        for letter in LETTERS
    ]
    return np.stack(parts, axis=1)


def _counts(values: Any) -> FloatArray:
    column = numbers(values, "counts")
    above = column.values > EXACT if column.values.dtype.kind in "iu" else np.zeros(len(column.values), np.bool_)
    refuse([fault_of("counts", f"be at most {EXACT:,}, where counts stay exact", above, column.values, "le")])
    return column.floats


def _column_by_letter(columns: Sequence[Any], ours: Mapping[str, str]) -> dict[str, str]:
    for name in columns:
        if isinstance(name, str) and len(name) == 1 and name.isupper() and name not in ours:
            raise UnknownName("letter", name, ours)
    return {ours[name]: name for name in columns if name in ours}


def _check_cells(counts: AnyArray, features: Sequence[Any], cells: Sequence[str]) -> AnyArray:
    """Return counts that are finite and at least 0; as integers where all of them are whole."""
    given = counts.astype(np.float64)
    broken = ~(np.isfinite(given) & (given >= 0))
    refuse(
        fault_of(f"counts of {cell}", "be numbers of at least 0", broken[:, k], given[:, k], "ge", labels=features)
        for k, cell in enumerate(cells)
    )
    whole = bool((given == np.floor(given)).all()) and given.sum() < 2**53
    return given.astype(np.int64) if whole else given


def _respondents(frame: pd.DataFrame, n: float | str) -> FloatArray:
    """Return how many people answered each feature, from a column or one number for all."""
    if not isinstance(n, str):
        return np.full(len(frame), check_number(n, "n", low=0.0))
    people = numbers(column_of(frame, n, "n"), n)
    nonnegative(people, n)
    return people.values.astype(np.float64)


def _scale_shares(shares: AnyArray, n: FloatArray) -> FloatArray:
    total = shares.sum(axis=1, keepdims=True).astype(np.float64)
    near = (np.abs(total / 100.0 - 1.0) <= ROUNDING_TOLERANCE) | (np.abs(total - 1.0) <= ROUNDING_TOLERANCE)
    if not near.all():
        raise InvalidArgument("counts", "be shares that sum to 1 or 100 when n is given", total[~near].tolist())
    scaled: FloatArray = shares * n[:, None] / total
    return scaled


UNNAMED_FEATURE = "feature"
"""What the feature is called when only one was given, without a name."""


def from_counts(
    counts: Any,
    *,
    table: object = "classic",
    by: str | Sequence[str] | None = None,
    scheme: LetterScheme = "international",
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
        Key columns of a frame; counts of rows with the same feature and keys are added.
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
