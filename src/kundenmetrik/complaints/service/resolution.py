"""Did the solution last? Reopened complaints, and those solved at the first contact."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.complaints.rates.interactions import Interactions, label_codes, read_interactions
from kundenmetrik.core.arrays import BoolArray, IntArray, Times
from kundenmetrik.core.checks import check_choice, check_confidence, check_items, check_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.share_metric import share_estimate
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.instants import TICKS
from kundenmetrik.frame.time.observed_until import observed_end

Resolution = Literal["no_repeat", "first_response"]
AGAIN = ("complaint", "contact")
"""The kinds of interaction in which a matter comes up again."""


def reopen_rate(
    interactions: Any,
    *,
    observed_until: Any,
    days: float = 30,
    same: tuple[str, ...] = ("reason",),
    confidence: float = 0.95,
) -> Estimate:
    """Compute the share of resolved complaints about which the customer came back within 30 days.

    Parameters
    ----------
    interactions : table
        With customer_id, kind, occurred_at, resolved_at, and the columns named in ``same``.
    observed_until : time
        The last instant or day that was observed, inclusive.
    days : float
        How long after the resolution a new complaint or contact counts as the old matter.
    same : tuple of str
        Which columns must agree for it to be the same matter; ``()`` takes any matter of the customer.
    confidence : float
        Of the Wilson interval.

    Returns
    -------
    Estimate
        A share of the complaints whose days have passed; those resolved later are excluded as
        ``not_observed_yet``, unresolved ones as ``not_resolved``.

    Raises
    ------
    UnknownName
        If a column is missing.
    InvalidData
        If a complaint was resolved before it came.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 1, 2], "kind": "complaint", "reason": "late",
    ...     "occurred_at": pd.to_datetime(["2025-01-01", "2025-01-20", "2025-01-05"]),
    ...     "resolved_at": pd.to_datetime(["2025-01-03", "2025-01-22", "2025-01-06"]),
    ... })
    >>> rate = km.complaints.reopen_rate(log, observed_until="2025-04-30")
    >>> round(rate.value, 4), rate.n
    (0.3333, 3)
    """
    data = read_interactions(interactions, *(same := _same(same)))
    end = observed_end(observed_until, data.zone).instant
    settled, span = data.ends("resolved_at"), _span(days)
    resolved = data.complaint & ~np.isnat(settled)
    ripe = resolved & (settled + span <= end)
    again = _came_back(data, np.flatnonzero(ripe), settled[ripe], span, same)
    excluded = {"not_resolved": data.complaint & ~resolved, "not_observed_yet": resolved & ~ripe}
    return _share("reopen_rate", int(again.sum()), int(ripe.sum()), confidence, excluded, higher_is_better=False)


def first_contact_resolution(
    interactions: Any,
    *,
    observed_until: Any,
    definition: Resolution = "no_repeat",
    days: float = 7,
    same: tuple[str, ...] = ("reason",),
    confidence: float = 0.95,
) -> Estimate:
    """Compute the share of complaints that were settled at the first contact.

    Parameters
    ----------
    interactions : table
        With customer_id, kind, occurred_at; first_response_at and resolved_at for ``first_response``; the
        columns named in ``same`` for ``no_repeat``.
    observed_until : time
        The last instant or day that was observed, inclusive.
    definition : {"no_repeat", "first_response"}
        The customer did not come back about it within ``days``; or it was resolved no later than first answered.
    days : float
        The window of ``no_repeat``.
    same : tuple of str
        Which columns must agree for it to be the same matter.
    confidence : float
        Of the Wilson interval.

    Returns
    -------
    Estimate
        A share; complaints that cannot be judged are excluded, by reason. For ``no_repeat`` only complaints
        that open a matter are judged; those that come back to one are excluded as ``repeat``. For ``first_response``
        open ones are ``not_resolved``, resolved ones whose first response is not known are ``no_first_response``.

    Raises
    ------
    UnknownName
        If the definition or a column is unknown.
    InvalidData
        If a complaint was answered or resolved before it came.

    Notes
    -----
    The two definitions can differ widely: the first asks the customer's behaviour, the second the agent's
    records. Name the one you report.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 1, 2], "kind": "complaint", "reason": "late",
    ...     "occurred_at": pd.to_datetime(["2025-01-01", "2025-01-04", "2025-01-05"]),
    ... })
    >>> rate = km.complaints.first_contact_resolution(log, observed_until="2025-04-30")
    >>> rate.value, rate.n, dict(rate.excluded)
    (0.5, 2, {'repeat': 1})
    """
    check_choice(definition, "definition", get_args(Resolution))
    span = _span(days)
    data = read_interactions(interactions, *(same := _same(same)))
    end = observed_end(observed_until, data.zone)
    if definition == "first_response":
        settled, answered = data.ends("resolved_at"), data.ends("first_response_at")
        closed = data.complaint & ~np.isnat(settled) & (settled <= end.last)
        judged = closed & ~np.isnat(answered)
        excluded = {"not_resolved": data.complaint & ~closed, "no_first_response": closed & ~judged}
        hits = int((settled <= answered)[judged].sum())
        return _share("first_contact_resolution", hits, int(judged.sum()), confidence, excluded)
    opens = _opens(data, span, same)
    ripe = opens & (data.occurred + span <= end.instant)
    again = _came_back(data, np.flatnonzero(ripe), data.occurred[ripe], span, same)
    excluded = {"repeat": data.complaint & ~opens, "not_observed_yet": opens & ~ripe}
    return _share("first_contact_resolution", int((~again).sum()), int(ripe.sum()), confidence, excluded)


MOST_DAYS = 36_525
"""The longest wait for a matter to come back, in days."""


def _same(same: object) -> tuple[str, ...]:
    names = check_items(same, "same", "be a list of columns")
    for name in names:
        if not isinstance(name, str):
            raise InvalidType("same", "hold names of columns", name)
    return names


def _span(days: float) -> np.timedelta64:
    number = check_number(days, "days", low=0.0, high=MOST_DAYS)
    if number == 0:
        raise InvalidArgument("days", "be above 0", days)
    return np.timedelta64(round(number * TICKS["us"]), "us")


def _matters(data: Interactions, same: tuple[str, ...]) -> IntArray:
    """Return a code for each customer and matter; a missing reason is a matter of its own."""
    codes = data.customer
    for name in same:
        part = label_codes(data.column(name), name)
        codes = codes * (int(part.max(initial=0)) + 1) + part
    return codes


def _came_back(
    data: Interactions, rows: IntArray, since: Times, span: np.timedelta64, same: tuple[str, ...]
) -> BoolArray:
    """Return for each row whether its matter came up again after ``since`` and within ``span``."""
    matter, touches = _matters(data, same), np.flatnonzero(data.rows.kinds.are(*AGAIN))
    order = touches[np.lexsort((data.occurred[touches], matter[touches]))]
    key = _sort_key(matter[order], data.occurred[order])
    start = np.searchsorted(key, _sort_key(matter[rows], since), side="right")
    stop = np.searchsorted(key, _sort_key(matter[rows], since + span), side="right")
    return np.asarray(stop > start)


def _opens(data: Interactions, span: np.timedelta64, same: tuple[str, ...]) -> BoolArray:
    """Return which complaints open a matter: none of the same matter within ``span`` before."""
    matter, rows = _matters(data, same), np.flatnonzero(data.complaint)
    order = rows[np.lexsort((rows, data.occurred[rows], matter[rows]))]
    opens = np.zeros(len(data), dtype=bool)
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(matter[order]) != 0) | (np.diff(data.occurred[order]) > span)
    opens[order] = fresh
    return opens


def _sort_key(matter: IntArray, when: Times) -> NDArray[np.void]:
    pairs = np.empty(len(matter), dtype=[("matter", np.int64), ("when", np.int64)])
    pairs["matter"], pairs["when"] = matter, when.astype("datetime64[us]").astype(np.int64)
    return pairs


def _share(
    metric: str, hits: int, n: int, confidence: float, excluded: dict[str, BoolArray], *, higher_is_better: bool = True
) -> Estimate:
    return share_estimate(
        metric,
        hits,
        n,
        confidence=check_confidence(confidence),
        method="wilson",
        excluded={reason: int(rows.sum()) for reason, rows in excluded.items()},
        higher_is_better=higher_is_better,
    )
