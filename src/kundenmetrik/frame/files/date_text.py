"""Dates as text: the form found over the whole column, or given; what reads two ways is refused."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.files.number_text import Converted

OFFSET = re.compile(r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$")
ZONED = re.compile(r"[^T ]*[T ].*[+-][0-9]{2}(:?[0-9]{2})?|.*Z")
LONGEST = 40
"""Letters that a date has at most."""
LOCAL = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"(?:(?:,? |T)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?(?: ?([AP]M)| Uhr)?)?",
    re.ASCII | re.IGNORECASE,
)
ISO_RULE = "be dates as in ISO 8601, all with a time zone or all without, or dates of one other form"
ISO_REMEDY = "Write 2026-03-31 or 2026-03-31T14:30:00, or say dates=, such as '%d.%m.%Y'."
ORDERS = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y", "ymd": "%Y{0}%m{0}%d"}
NEVER = np.datetime64("NaT", "us")


def check_dates(dates: object) -> None:
    """Refuse a form of dates that is none."""
    if dates is not None and not (isinstance(dates, str) and "%" in dates):
        raise InvalidArgument("dates", "be a form of dates, such as '%d.%m.%Y' or '%d.%m.%Y %H:%M'", dates)


def read_dates(cells: pd.Series[Any], dates: str | None) -> Converted:
    """Return a column of times and of times as text; what reads two ways is refused."""
    objects = cells.to_numpy(dtype=object)
    given = ~np.asarray(pd.isna(objects), dtype=np.bool_)
    is_text = np.fromiter((isinstance(cell, str) for cell in objects), np.bool_, len(objects))
    if (given & ~is_text).any():
        return _typed_dates(objects, given, is_text, dates)
    codes, found = pd.factorize(objects)
    texts = np.array([text.strip() if len(text) < LONGEST else "" for text in found], dtype=object)
    read = _read_texts(texts, dates)
    places = np.append(np.asarray(read.broken, dtype=np.bool_), False)
    values = read.values.reindex(codes).reset_index(drop=True)
    return Converted(
        values=values, broken=places[codes], rule=read.rule, code=read.code, remedy=read.remedy, found=read.found
    )


def _read_texts(texts: NDArray[Any], dates: str | None) -> Converted:
    if dates is not None:
        return _of_form(texts, dates)
    shapes = [LOCAL.fullmatch(text) for text in texts]
    local = [shape for shape in shapes if shape is not None and not _is_iso(shape)]
    iso = sum(text[:4].isdigit() for text in texts) - sum(len(shape[1]) == 4 for shape in local)
    return _local_dates(texts, shapes) if len(local) > iso else _iso_dates(texts)


def _is_iso(shape: re.Match[str]) -> bool:
    return shape[2] == "-" and len(shape[1]) == 4


def _typed_dates(objects: NDArray[Any], given: BoolArray, is_text: BoolArray, dates: str | None) -> Converted:
    """Return times as Excel holds them; texts among them are read alone and must be of one form."""
    texts = read_dates(pd.Series(objects).where(is_text, None), dates)
    fits = np.fromiter((isinstance(cell, date) for cell in objects), np.bool_, len(objects))
    zoned = getattr(texts.values.dtype, "tz", None) is not None
    whole = np.array([cell if fit else None for cell, fit in zip(objects, fits, strict=True)], dtype=object)
    if not is_text.any():
        values = pd.Series(pd.to_datetime(pd.Series(whole), errors="coerce"))
        return Converted(values=values, broken=given & ~fits, rule="be dates", remedy=ISO_REMEDY)
    values = pd.to_datetime(pd.Series(whole), errors="coerce").astype("datetime64[us]")
    merged = values.where(fits, texts.values) if not zoned else values
    broken = texts.broken | (given & ~fits & ~is_text) | (is_text & zoned)
    return Converted(values=merged, broken=broken, rule=texts.rule, remedy=texts.remedy, found=texts.found)


def _of_form(texts: NDArray[Any], form: str) -> Converted:
    try:
        values: Any = pd.Series(pd.to_datetime(pd.Series(texts), format=form, errors="coerce", utc="%z" in form))
    except ValueError:
        raise InvalidArgument("dates", "be a form of dates, such as '%d.%m.%Y'", form) from None
    if "%z" in form:
        values, _ = _in_shared_offset(values, texts)
    broken = values.isna().to_numpy(dtype=np.bool_)
    return Converted(values=values, broken=broken, rule=f"be dates of the form {form}")


def _iso_dates(texts: NDArray[Any]) -> Converted:
    zoned = np.array([ZONED.fullmatch(text) is not None for text in texts], dtype=np.bool_)
    some = bool(zoned.any())
    values: Any = pd.Series(pd.to_datetime(pd.Series(texts, dtype=object), format="ISO8601", errors="coerce", utc=some))
    found = ""
    if some:
        values, found = _in_shared_offset(values, texts[zoned])
    broken = values.isna().to_numpy(dtype=np.bool_) | (some & ~zoned)
    return Converted(values=values, broken=broken, rule=ISO_RULE, remedy=ISO_REMEDY, found=found)


def _in_shared_offset(values: Any, texts: NDArray[Any]) -> tuple[Any, str]:
    """Return times on the clock of the offset that all are written with, in UTC where there are several."""
    found = {match[0] for match in (OFFSET.search(text) for text in texts) if match is not None}
    offsets: set[timedelta | None] = {
        datetime.strptime(one, "%z").utcoffset() for one in (one + "00" * (len(one) == 3) for one in found)
    }
    if len(offsets) == 1 and (offset := offsets.pop()) is not None:
        return values.dt.tz_convert(timezone(offset)), ""
    return values, "utc"


def _local_dates(texts: NDArray[Any], shapes: list[re.Match[str] | None]) -> Converted:
    """Return dates in the order of day, month and year that the whole column has."""
    signs = {shape[2] for shape in shapes if shape is not None}
    sign = next(iter(signs)) if len(signs) == 1 else "."
    short = any(shape is not None and len(shape[4]) == 2 and len(shape[1]) <= 2 for shape in shapes)
    orders = ("dmy",) if sign == "." else ("dmy", "mdy")
    year_first = sum(shape is not None and len(shape[1]) == 4 for shape in shapes) * 2 > len(shapes)
    read = {order: _in_order(shapes, order, sign, short) for order in (("ymd",) if year_first else orders)}
    order = min(read, key=lambda one: int(np.isnat(read[one]).sum()))
    form = ORDERS[order].format(sign).replace("%Y", "%y" if short else "%Y")
    values, broken = pd.Series(read[order]), np.isnat(read[order])
    if len(read) == 2 and not any(np.isnat(one).any() for one in read.values()):
        differs = np.asarray(read["dmy"] != read["mdy"])
        if differs.any():
            rule = "read one way; the first number may be the day or the month"
            remedy = f"Say dates={ORDERS['dmy'].format(sign)!r} or dates={ORDERS['mdy'].format(sign)!r}."
            remedy = remedy.replace("%Y", "%y") if short else remedy
            return Converted(values=values, broken=differs, rule=rule, code="ambiguous", remedy=remedy)
    return Converted(values=values, broken=broken, rule=f"be dates of the form {form}", remedy=ISO_REMEDY, found=form)


def _in_order(shapes: list[re.Match[str] | None], order: str, sign: str, short: bool) -> NDArray[np.datetime64]:
    return np.array([_moment(shape, order, sign, short) for shape in shapes], dtype="datetime64[us]")


def _moment(shape: re.Match[str] | None, order: str, sign: str, short: bool) -> Any:
    """Return the time that a text shows in an order, NaT where there is none."""
    if shape is None or shape[2] != sign:
        return NEVER
    numbers = dict(zip(order, (shape[1], shape[3], shape[4]), strict=True))
    if len(numbers["y"]) != (2 if short else 4) or len(numbers["d"]) > 2:
        return NEVER
    year = int(numbers["y"]) + ((2000 if int(numbers["y"]) < 69 else 1900) if short else 0)
    hour, half = int(shape[5] or 0), (shape[9] or "").upper()
    if half and not 1 <= hour <= 12:
        return NEVER
    hour = hour % 12 + 12 * (half == "PM") if half else hour
    fraction = int((shape[8] or "0").ljust(6, "0"))
    try:
        return datetime(
            year, int(numbers["m"]), int(numbers["d"]), hour, int(shape[6] or 0), int(shape[7] or 0), fraction
        )
    except ValueError:
        return NEVER
