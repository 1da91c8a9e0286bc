"""Reading a column of flags: True and False, or 1 and 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import Fault
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.reading.other_libraries import as_plain
from kundenmetrik.frame.reading.python_objects import no_column


def flags(values: Any, argument: str, faults: list[Fault | None]) -> BoolArray:
    """Return a column of True and False; 1 and 0 stand for them, anything else, a missing one too, is a fault."""
    plain = as_plain(values)
    if plain is not None:
        values = plain[0] if plain[1] is None else np.ma.array(plain[0], mask=plain[1])
    try:
        raw = values.to_numpy() if hasattr(values, "to_numpy") else np.asanyarray(values)
    except ValueError:  # a list of lists of different lengths
        raise no_column(values, argument) from None
    if raw.ndim != 1:
        raise no_column(values, argument)
    masked = np.ma.getmaskarray(raw)
    if raw.dtype.kind == "b" and not masked.any():
        return np.asarray(raw)
    listed = np.asarray(raw.astype(object))
    listed[masked] = None
    good = np.array([isinstance(v, (bool, np.bool_, int, float, np.number)) and v in (0, 1) for v in listed], bool)
    faults.append(fault_of(argument, "be True or False (or 1 or 0), never missing", ~good, listed, "flag"))
    return np.array([bool(ok and v) for v, ok in zip(listed, good, strict=True)], bool)
