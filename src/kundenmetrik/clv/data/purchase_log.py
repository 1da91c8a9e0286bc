"""Reading a log: from interactions to one row per customer."""

from __future__ import annotations

from typing import Any

from kundenmetrik.clv.data.observation_window import Refunds, open_log
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.checks import Invalid
from kundenmetrik.frame.time.instants import Grain
from kundenmetrik.frame.time.units import Unit
from kundenmetrik.renamed import former_parameters


@former_parameters(time="date")
def purchases(
    interactions: Any,
    *,
    unit: Unit = "week",
    observed_until: object = None,
    grain: Grain = "day",
    time_zone: str | None = None,
    refunds: Refunds = "refuse",
    invalid: Invalid = "raise",
    customers: Any = None,
    customer: str = "customer_id",
    date: str = "occurred_at",
    amount: str | None = "amount",
    kind: str | None = "kind",
    currency: str | None = "currency",
) -> Purchases:
    r"""Turn a log of purchases into one row per customer: how often, when last, since when, for how much.

    The purchases of one customer within one ``grain`` are one purchase, whose amounts are added up. Then frequency is
    the number of purchases less one, recency the time from the first to the last, age the time from the first until
    ``observed_until``, all counted in whole steps of the grain and expressed in ``unit``.

    Parameters
    ----------
    interactions : frame or list of records
        One row per interaction: a pandas frame, any frame that narwhals reads, a mapping of columns, or records.
    unit : str
        The ruler: hour, day, week, month, quarter or year. A year is 365.25 days and a month its twelfth.
    observed_until : date, datetime or str, optional
        The last day or instant that was observed, inclusive; text is an ISO day. A datetime at midnight without a
        zone means its day. Rows after it are left out and counted. By default the last purchase or refund.
    grain : str
        What is merged into one purchase: instant, hour, day, week (from Monday), month, quarter or year. Days and
        longer are those of the calendar in ``time_zone``, so that a day is one day long when the clocks change.
    time_zone : str, optional
        The zone of the calendar, such as ``"Europe/Berlin"``; by default that of the times. Times without a zone are
        read on their own clock.
    refunds : {"refuse", "net", "drop"}
        What to do with rows of kind refund and with amounts below 0: an error; take them off the customer's latest
        purchase up to then, which stays a purchase; or leave them out. They are counted either way.
    invalid : {"raise", "exclude"}
        What to do with rows without customer, time or amount: an error that lists them, or leave them out, counted.
    customers : frame or list of records, optional
        A table with ``customer`` and ``acquired_at``, ``churned_at`` or both; what seems to be ``churned_at`` under
        another name is an error. Customers acquired before the log begins are counted and noted. Those whose date of
        leaving lies within the time observed are known to have left: they stay in the data of a fit, and their
        forecasts and values are 0.
    customer, date : str
        The columns of the customer and of the time.
    amount : str or None
        The column of the amount; None, or no column of that default name, reads no amounts, with a note.
    kind, currency : str or None
        The columns of the kind of interaction and of the currency; where there is no column of that default name,
        every row is a purchase and there is one currency.

    Returns
    -------
    Purchases
        Sorted by customer, with what was excluded, what was counted, and notes.

    Raises
    ------
    InvalidData
        With every rule that some rows break: missing values, refunds, several currencies, amounts that are no numbers.
    InvalidType
        If the times are text or numbers.
    InvalidArgument
        If an option is unknown, or nothing was bought until ``observed_until``.

    Notes
    -----
    Notes are codes: ``observed_until_last_row``, ``log_ends_early`` (nothing was bought for longer than a unit and than
    the last twenty purchases took, as where the data end before ``observed_until``), ``no_amounts``, ``zero_amounts``,
    ``nonpositive_spend``, ``refunds_unmatched``, and with ``customers`` ``left_truncated``, ``known_leavers``,
    ``churn_after_observed_until`` and ``bought_after_leaving``: who bought again after the day of leaving has come
    back. A customer acquired before the log begins looks newer and less frequent than they are; without ``customers``
    this cannot be seen.

    References
    ----------
    Fader, Hardie and Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2).

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({
    ...     "customer_id": ["a", "a", "a", "b"],
    ...     "occurred_at": pd.to_datetime(["1997-01-01", "1997-01-18", "1997-08-02", "1997-01-01"]),
    ...     "amount": [29.33, 29.73, 14.96, 63.34],
    ... })
    >>> base = purchases(log, observed_until="1997-09-30")
    >>> base.to_frame()[["customer_id", "frequency", "recency", "age", "spend"]].round(3)
      customer_id  frequency  recency     age   spend
    0           a          2   30.429  38.857  22.345
    1           b          0    0.000  38.857     NaN
    """
    log = open_log(
        interactions,
        unit=unit,
        grain=grain,
        time_zone=time_zone,
        refunds=refunds,
        invalid=invalid,
        customer=customer,
        date=date,
        amount=amount,
        kind=kind,
        currency=currency,
    )
    return log.until(observed_until).base(customers)
