"""The forms in which counts arrive, put into two: squares by feature, or a frame of letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.errors import InvalidType
from kundenmetrik.kano.categories.letters import letter_scheme

__all__ = ["ONLY", "arranged"]

ONLY = "feature"
"""What the feature is called when only one was given, without a name."""


def arranged(counts: Any, steps: int, scheme: str) -> Any:
    """Return counts as a mapping from feature to its square or letters, or as a frame with a feature column."""
    if isinstance(counts, pd.DataFrame):
        return _of_frame(counts, steps)
    if isinstance(counts, Mapping):
        return _of_mapping(counts, scheme)
    if isinstance(counts, Sequence) and not isinstance(counts, str) and all(isinstance(c, Mapping) for c in counts):
        return pd.DataFrame(list(counts))
    if isinstance(counts, (Sequence, np.ndarray)) and not isinstance(counts, (str, bytes)):
        return _of_array(counts, steps)
    return counts


def _of_frame(frame: pd.DataFrame, steps: int) -> Any:
    answers = set(range(1, steps + 1))
    if len(frame) and set(frame.columns) <= answers and set(frame.index) <= answers:
        whole = frame.reindex(index=range(1, steps + 1), columns=range(1, steps + 1), fill_value=0)
        return {ONLY: whole.to_numpy()}
    if "feature" in frame.columns or "functional" in frame.columns:
        return frame
    return frame.rename_axis("feature").reset_index()


def _of_mapping(counts: Mapping[Any, Any], scheme: str) -> Any:
    letters = letter_scheme(scheme)
    if counts and all(name in letters and isinstance(value, Real) for name, value in counts.items()):
        return {ONLY: counts}
    if "feature" in counts and ("functional" in counts or any(name in letters for name in counts)):
        return pd.DataFrame({name: list(values) for name, values in counts.items()})
    return counts


def _of_array(counts: Any, steps: int) -> Any:
    try:
        array = np.asarray(counts)
    except ValueError:
        raise InvalidType("counts", "be rectangular", counts) from None
    if array.shape in ((steps, steps), (steps * steps,)):
        return {ONLY: array}
    return dict(enumerate(array)) if array.ndim > 1 else counts
