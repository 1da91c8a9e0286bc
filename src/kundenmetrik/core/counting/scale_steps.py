"""Reading numbers as steps of a scale: which step each number is, and which numbers are none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kundenmetrik.core.arrays import AnyArray, BoolArray

CHUNK = 1 << 15
"""How many numbers are read at a time, so that what is held beside them stays in the cache."""


class Rejected(NamedTuple):
    """Which numbers of a chunk are no step, by reason; None where there are none."""

    missing: BoolArray | None = None
    out_of_scale: BoolArray | None = None
    not_a_step: BoolArray | None = None


NONE_REJECTED = Rejected()


def parts(size: int, length: int = CHUNK) -> list[slice]:
    """Return the slices that cut ``size`` rows into chunks."""
    return [slice(start, min(start + length, size)) for start in range(0, size, length)]


def part_of(mask: BoolArray | None, part: slice) -> BoolArray | None:
    """Return the mask of some rows, or None if it is empty there."""
    if mask is None:
        return None
    piece = mask[part]
    return piece if piece.any() else None


def steps_of(chunk: AnyArray, low: int, high: int, missing: BoolArray | None = None) -> tuple[AnyArray, Rejected]:
    """Return each number's step, counted from 0 at ``low``, and the rejected numbers, whose step is set to 0."""
    if chunk.dtype.kind == "f":
        return _steps_of_floats(chunk, low, high, missing)
    steps, out_of_scale = _steps_of_integers(chunk, low, high, missing)
    return steps, Rejected(missing, out_of_scale) if missing is not None or out_of_scale is not None else NONE_REJECTED


def _steps_of_integers(
    chunk: AnyArray, low: int, high: int, missing: BoolArray | None
) -> tuple[AnyArray, BoolArray | None]:
    chunk = _wide_enough(chunk, low, high)
    unsigned = np.dtype(f"u{chunk.dtype.itemsize}")
    steps = np.subtract(chunk, chunk.dtype.type(low)).view(unsigned)  # what lies below low wraps round to the far end
    if missing is not None:
        steps[missing] = 0
    if not steps.size or int(steps.max()) <= high - low:
        return steps, None
    out_of_scale = steps > unsigned.type(high - low)
    steps[out_of_scale] = 0
    return steps, out_of_scale


def _wide_enough(chunk: AnyArray, low: int, high: int) -> AnyArray:
    """Return the integers in the machine's byte order and in a type that holds both ends of the scale."""
    if not chunk.dtype.isnative:
        chunk = chunk.astype(chunk.dtype.newbyteorder("="))
    bounds = np.iinfo(chunk.dtype)
    if bounds.min <= low and high <= bounds.max:
        return chunk
    if chunk.dtype == np.uint64:
        chunk = np.minimum(chunk, np.uint64(max(high, 0) + 1))
    return chunk.astype(np.int64)


def _steps_of_floats(chunk: AnyArray, low: int, high: int, missing: BoolArray | None) -> tuple[AnyArray, Rejected]:
    exact = chunk if chunk.dtype.itemsize > 8 else chunk.astype(np.float64, copy=False)
    with np.errstate(invalid="ignore"):
        whole = exact.astype(np.int32)  # arbitrary for what no int32 holds, but then unequal to it
    rejected = whole != exact
    if missing is not None:
        rejected |= missing
    if not rejected.any():
        steps, out_of_scale = _steps_of_integers(whole, low, high, None)
        return steps, NONE_REJECTED if out_of_scale is None else Rejected(out_of_scale=out_of_scale)
    whole[rejected] = low
    steps, out_of_scale = _steps_of_integers(whole, low, high, None)
    return steps, _rejection_reasons(exact, rejected, low, high, missing, out_of_scale)


def _rejection_reasons(
    exact: AnyArray, rejected: BoolArray, low: int, high: int, missing: BoolArray | None, out_of_scale: BoolArray | None
) -> Rejected:
    """Return the reasons of the rejected floats: missing, off the scale or between two steps of it."""
    absent = np.isnan(exact)
    if missing is not None:
        absent |= missing
    rest = rejected & ~absent
    if not rest.any():
        return Rejected(absent if absent.any() else None, out_of_scale)
    between = rest & (exact > low) & (exact < high)
    outside = rest & ~between if out_of_scale is None else out_of_scale | (rest & ~between)
    return Rejected(*(reason if reason.any() else None for reason in (absent, outside, between)))
