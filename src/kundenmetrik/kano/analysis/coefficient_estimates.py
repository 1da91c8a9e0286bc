"""One coefficient of one feature as an estimate."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.kano.categories.coefficients import coefficient_limits, coefficients

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable


NAMES = ("better", "worse")


def coefficient(table: KanoTable, name: str, feature: object) -> Estimate:
    """Return Better or Worse of one feature as an estimate that can be asked again.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.
    name : {"better", "worse"}
        The coefficient.
    feature : object
        The feature, or a tuple of feature and segment.

    Returns
    -------
    Estimate
        A share from 0 to 1 (Better) or -1 to 0 (Worse) with Wilson's interval; ``n`` is A+O+M+I.

    Raises
    ------
    UnknownName
        If there is no such feature.
    InvalidArgument
        If the feature has several segments and none is named.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> table = km.kano.from_counts({"Transparent": {"A": 88, "O": 90, "M": 32, "I": 114}})
    >>> km.kano.coefficient(table, "better", "Transparent")
    better 0.5494 share, 95% CI 0.4949 to 0.6027, n = 324 (Wilson interval)
    notes: rules_disagree
    """
    place = NAMES.index(check_choice(name, "name", NAMES))
    row = table[feature]
    if len(row) > 1:
        raise InvalidArgument("feature", f"name one of {row.by} too", feature)
    notes = row.to_frame()["notes"].iloc[0]
    return Estimate(
        metric=name,
        value=float(coefficients(row.letters)[place][0]),
        ask=partial(_limits, row.effective, place),
        n=coefficients(row.effective).base[0].item(),
        n_raw=int(row.counts.rows[0]) if row.counts.squares is not None else None,
        unit="share",
        confidence=row.confidence,
        method="wilson",
        excluded={reason: int(count[0]) for reason, count in row.counts.excluded.items()},
        notes=tuple(notes.split(", ")) if notes else (),
        higher_is_better=name == "better",
    )


def _limits(letters: NDArray[Any], place: int, confidence: float) -> tuple[float, float]:
    low, high = coefficient_limits(letters, confidence)[place]
    return float(np.asarray(low)[0]), float(np.asarray(high)[0])
