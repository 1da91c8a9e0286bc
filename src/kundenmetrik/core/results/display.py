"""Numbers, notes and lines as people read them."""

from __future__ import annotations

import math
import re
import shutil
import textwrap
from collections.abc import Mapping, Sequence

SIGNIFICANT = 3
"""The digits of an interval's half width to which value and limits are rounded."""
MAX_DIGITS = 8
"""How many digits value and limits have at most, however narrow the interval."""
EXPONENT_FROM = 1e17
"""Numbers from here on are written with an exponent."""
MOST_DECIMALS = 14
"""Numbers that need more decimals are written with an exponent."""
WIDTH_UNKNOWN = 80
"""The width of a terminal that does not tell it."""
ACRONYMS = frozenset({"nps", "csat", "ces", "tgw", "clv", "acsi", "rfm"})
"""Names of metrics that are written in capitals."""
EPONYM = re.compile(r"\b(wilson|wald|garwood|jeffreys|agresti|greenwood|fisher|poisson)\b")
"""Names of persons in names of methods."""


def terminal_width() -> int:
    """Return how many characters a line of the terminal has."""
    return max(shutil.get_terminal_size((WIDTH_UNKNOWN, 24)).columns, 40)


def wrap_line(line: str, width: int) -> list[str]:
    """Return a line cut at its spaces to lines of a width; all but the first are indented."""
    return textwrap.wrap(line, width, subsequent_indent="  ", break_on_hyphens=False) or [""]


def plain_number(value: float) -> str:
    """Return a number as a person reads it: about four significant digits, thousands apart, no exponent."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return str(value)
    if abs(value) >= EXPONENT_FROM:
        return f"{value:.6g}"
    digits = plain_decimals(float(value))
    return f"{int(value):,}" if digits is None else f"{value:,.{digits}f}"


def plain_decimals(value: float) -> int | None:
    """Return the decimals of about four significant digits, None for a whole number or none at all."""
    if not math.isfinite(value) or value.is_integer():
        return None
    return min(max(3 - math.floor(math.log10(abs(value))), 1), MAX_DIGITS)


def decimals_for(low: float, high: float) -> int | None:
    """Return the decimal places of the third significant digit of an interval's half width, None without one."""
    half = (high - low) / 2.0
    if not (math.isfinite(half) and half > 0.0):
        return None
    largest = math.floor(math.log10(max(abs(low), abs(high))))
    return min(SIGNIFICANT - 1 - math.floor(math.log10(half)), MAX_DIGITS - 1 - largest)


def round_text(value: float, decimals: int | None) -> str:
    """Return a number rounded to decimal places (to tens, hundreds ... where negative), thousands apart."""
    if decimals is None or not math.isfinite(value):
        return plain_number(value)
    if abs(value) >= EXPONENT_FROM or decimals > MOST_DECIMALS:
        return f"{value:.6g}"
    text = f"{round(value, decimals):,.{max(decimals, 0)}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def base_text(n: float) -> str:
    """Return a number of answers: whole, or an effective number to a tenth."""
    if n == n and abs(n) >= EXPONENT_FROM:
        return f"{n:.6g}"
    return f"{n:,.0f}" if n == n and float(n).is_integer() else f"{n:,.1f}" if n == n else "undefined"


def interval_text(low: float, high: float, confidence: float, decimals: int | None) -> str:
    """Return an interval as a clause such as "95% CI 6.1 to 27.9"; both limits are undefined where there is none."""
    if low != low and high != high:
        return "no interval"
    return f"{percentage(confidence)} CI {round_text(low, decimals)} to {round_text(high, decimals)}"


def value_text(value: float, low: float, high: float, confidence: float) -> str:
    """Return a value with its interval, such as "12.0, 95% CI 6.2 to 21.0"."""
    decimals = decimals_for(low, high)
    return f"{round_text(value, decimals)}, {interval_text(low, high, confidence, decimals)}"


def percentage(share: float) -> str:
    """Return a share such as a confidence as a percentage."""
    return f"{100.0 * share:.6g}%"


def unit_text(unit: str) -> str:
    """Return a unit as it stands after a number: amounts have no currency of which a result knows."""
    return unit.removeprefix("money").strip()


def method_text(method: str) -> str:
    """Return the method of an interval in words."""
    text = EPONYM.sub(lambda found: found[0].capitalize(), method.replace("_", " "))
    return text if "interval" in text or not text else f"{text} interval"


def p_text(p_value: float) -> str:
    """Return a p-value as a clause such as "p = 0.016"."""
    return f"p {plain_p(p_value)}" if p_value < 0.0001 else f"p = {plain_p(p_value)}"


def plain_p(p_value: float) -> str:
    """Return a p-value as a person reads it."""
    return "nan" if math.isnan(p_value) else f"{p_value:.2g}" if p_value >= 0.0001 else "< 0.0001"


def display_name(label: str) -> str:
    """Return a metric's name as a person writes it."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in label.replace("_", " ").split(" "))


def lines_below(notes: Sequence[str], excluded: Mapping[str, int]) -> tuple[str, str]:
    """Return the lines of rows left out and of note codes; an empty one where there is none."""
    lost = ", ".join(f"{reason} {count:,}" for reason, count in excluded.items() if count)
    return f"excluded: {lost}" if lost else "", f"notes: {', '.join(notes)}" if notes else ""
