"""What is stored of counts, and what makes equal counts of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kundenmetrik.core.results.groups import Groups


def stored_fields(counts: Any, arrays: Iterable[str]) -> dict[str, Any]:
    """Return names, keys, cells and arrays of counts as plain lists."""
    return {
        "names": counts.groups.names,
        "keys": counts.groups.keys,
        "cells": counts.cells,
        "whole": counts.table.dtype.kind == "i",
        "excluded": {reason: rows.tolist() for reason, rows in counts.excluded.items()},
        **{part: None if (array := getattr(counts, part)) is None else array.tolist() for part in arrays},
    }


def counts_arguments(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that make the counts whose fields were stored."""
    shape = (len(stored["keys"]), len(stored["cells"]))
    kinds = {"table": np.int64 if stored["whole"] else np.float64, "squares": np.float64, "raw": np.int64}
    arrays = {
        part: None if stored[part] is None else np.array(stored[part], dtype=kind).reshape(shape)
        for part, kind in kinds.items()
    }
    return {
        "groups": Groups(names=tuple(stored["names"]), keys=tuple(map(tuple, stored["keys"]))),
        "cells": tuple(stored["cells"]),
        "excluded": {reason: np.array(rows, dtype=np.int64) for reason, rows in stored["excluded"].items()},
        "design": None if stored["design"] is None else np.array(stored["design"], dtype=np.float64),
        **arrays,
    }
