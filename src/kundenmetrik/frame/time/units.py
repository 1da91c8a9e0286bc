"""Units of time: what a number of weeks is in years, and what an annual rate is per week."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Final, Literal, get_args

from kundenmetrik.core.checks import check_choice, check_number
from kundenmetrik.errors import InvalidArgument

Unit = Literal["hour", "day", "week", "month", "quarter", "year"]
"""The units of time by name."""
UnitOrPeriod = Literal["hour", "day", "week", "month", "quarter", "year", "period"]
"""A unit of time, or a period of unknown length."""
UNITS: tuple[Unit, ...] = get_args(Unit)
DAYS_PER_YEAR = 365.25
SECONDS_PER_DAY = 86_400
DAYS: dict[str, float] = {
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": DAYS_PER_YEAR / 12,
    "quarter": DAYS_PER_YEAR / 4,
    "year": DAYS_PER_YEAR,
}
"""How many days one unit has; a year is 365.25 days and a month its twelfth, everywhere."""
LONGEST = 1e9
"""The longest span of time, in units."""
PERIOD: Final = "period"
"""What bare numbers count in when no unit is given: periods of unknown length."""
UNIT_NOT_GIVEN = "unit_not_given"
"""The note on what counts in periods of unknown length."""
SPAN_TEXT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*")


def check_unit(value: object, argument: str = "unit") -> Unit:
    """Return the name of a unit of time, or suggest the nearest one."""
    return check_choice(value, argument, UNITS)


def check_unit_or_period(value: object, argument: str = "unit") -> UnitOrPeriod:
    """Return the name of a unit of time; without one, or by its name, the period of unknown length."""
    return PERIOD if value is None else check_choice(value, argument, get_args(UnitOrPeriod))


def days_in_unit(unit: str, converted: str, *, given_to: str = "the function that reads the data") -> float:
    """Return how many days a unit has; a period of unknown length is refused, naming what is to be converted."""
    if isinstance(unit, str) and unit == PERIOD:
        remedy = f'Pass unit="month" (or one of {", ".join(DAYS)}), the length of one period, to {given_to}.'
        raise InvalidArgument("unit", f"be given, as {converted} is converted", remedy=remedy)
    return DAYS[check_unit(unit)]


def conversion(unit: str, into: str) -> float:
    """Return how many ``into`` one ``unit`` has: 7 for a week in days."""
    return DAYS[check_unit(unit)] / DAYS[check_unit(into)]


def in_unit(span: object, unit: str, argument: str = "horizon") -> float:
    """Return a span of time as a number of units.

    Parameters
    ----------
    span : float, str or datetime.timedelta
        A plain number counts in ``unit``; text carries its own unit, such as ``"12 months"``.
    unit : str
        The unit of the answer.
    argument : str
        What an error calls the span.

    Returns
    -------
    float
        At least 0, finite.

    Raises
    ------
    InvalidType
        If it is neither a number, text nor a timedelta.
    InvalidArgument
        If it is negative, not finite, text that is not "<number> <unit>", or carries a unit where that of the data is
        not known.

    Examples
    --------
    >>> in_unit("2 weeks", "day"), in_unit(39, "week")
    (14.0, 39.0)
    >>> round(in_unit("12 months", "week"), 4)
    52.1786
    """
    if isinstance(span, str):
        amount = _parse_span(span, argument) / days_in_unit(unit, argument)
    elif isinstance(span, timedelta):
        amount = span.total_seconds() / SECONDS_PER_DAY / days_in_unit(unit, argument)
    else:
        amount = check_number(span, argument, low=0.0)
    return check_number(amount, argument, low=0.0, high=LONGEST)


def per_unit_rate(annual_discount: object, unit: str) -> float:
    r"""Return the continuous discount rate per unit of an annual rate, :math:`\ln(1 + d)` over the units in a year.

    Parameters
    ----------
    annual_discount : float
        The effective annual rate from 0 to 1, such as 0.10 for ten percent a year.
    unit : str
        The unit of time.

    Returns
    -------
    float
        The rate whose exponential discounts one unit.

    Raises
    ------
    InvalidArgument
        If the rate is negative, above 1 or not finite.

    Examples
    --------
    >>> round(per_unit_rate(0.10, "week"), 6)
    0.001827
    """
    rate = check_number(annual_discount, "annual_discount", low=0.0, high=1.0)
    return math.log1p(rate) * DAYS[check_unit(unit)] / DAYS_PER_YEAR


def years(amount: float, unit: str) -> float:
    """Return how many years an amount of units is."""
    return amount * DAYS[check_unit(unit)] / DAYS_PER_YEAR


def _parse_span(span: str, argument: str) -> float:
    match = SPAN_TEXT.fullmatch(span.lower())
    if match is None or match[2] not in DAYS:
        remedy = f"The units are {', '.join(DAYS)}, also in the plural; a plain number counts in the unit of the data."
        raise InvalidArgument(argument, 'be a number and a unit, such as "12 months" or "1 year"', span, remedy)
    return float(match[1]) * DAYS[match[2]]
