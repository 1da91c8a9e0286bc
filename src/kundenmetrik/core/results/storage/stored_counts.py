"""What is stored of counts, and what makes equal counts of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any

import numpy as np

from kundenmetrik.core.measurand import Measurand
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.storage.json_values import restore_date
from kundenmetrik.errors import InvalidArgument

REQUIRED = ("names", "keys", "cells", "whole", "excluded", "table", "squares", "raw", "design")
"""The fields that counts of every version have; the measurand came with version 2."""
MEASURAND = frozenset(one.name for one in fields(Measurand))


def stored_fields(counts: Any, arrays: Iterable[str]) -> dict[str, Any]:
    """Return names, keys, cells, arrays and measurand of counts as plain lists."""
    return {
        "names": counts.groups.names,
        "keys": counts.groups.keys,
        "cells": counts.cells,
        "whole": counts.table.dtype.kind == "i",
        "excluded": {reason: rows.tolist() for reason, rows in counts.excluded.items()},
        **{part: None if (array := getattr(counts, part)) is None else array.tolist() for part in arrays},
        "measurand": None if counts.measurand is None else counts.measurand._fields_to_store(),
    }


def counts_arguments(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that make the counts whose fields were stored; what cannot be is refused, all at once."""
    faults = list(_faults(stored))
    if faults:
        raise InvalidArgument("text", f"hold counts that can be; {'; '.join(faults)}")
    shape = (len(stored["keys"]), len(stored["cells"]))
    kinds = {"table": np.int64 if stored["whole"] else np.float64, "squares": np.float64, "raw": np.int64}
    arrays = {
        part: None if stored[part] is None else np.array(stored[part], dtype=kind).reshape(shape)
        for part, kind in kinds.items()
    }
    known, keys = stored.get("measurand"), tuple(tuple(map(restore_date, key)) for key in stored["keys"])
    return {
        "groups": Groups(names=tuple(stored["names"]), keys=keys),
        "cells": tuple(stored["cells"]),
        "excluded": {reason: np.array(rows, dtype=np.int64) for reason, rows in stored["excluded"].items()},
        "design": None if stored["design"] is None else np.array(stored["design"], dtype=np.float64),
        "measurand": None if known is None else Measurand(**{k: v for k, v in known.items() if k in MEASURAND}),
        **arrays,
    }


def _faults(stored: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the fields of counts, as clauses."""
    lists = [name for name in ("names", "keys", "cells") if not isinstance(stored[name], (list, tuple))]
    yield from (f"{name} is no list" for name in lists)
    if lists:
        return
    names, keys, cells = stored["names"], stored["keys"], stored["cells"]
    yield from _key_faults(names, keys)
    if not cells or len(set(map(repr, cells))) < len(cells):
        yield "cells are none, or not different"
    if not isinstance(stored["whole"], bool):
        yield "whole is neither true nor false"
    table = len(keys), len(cells)
    yield from _of_array("table", stored["table"], table, whole=stored["whole"] is True)
    yield from _of_array("squares", stored["squares"], table, optional=True)
    yield from _of_array("raw", stored["raw"], table, whole=True, optional=True)
    yield from _of_array("design", stored["design"], table[:1], optional=True)
    if (stored["squares"] is None) != (stored["raw"] is None):
        yield "of squares and raw one is missing; weighted counts have both"
    if not isinstance(stored["excluded"], Mapping):
        yield "excluded is no object"
    else:
        for reason, rows in stored["excluded"].items():
            yield from _of_array(f"excluded {reason}", rows, table[:1], whole=True)
    known = stored.get("measurand")
    if known is not None and not _is_measurand(known):
        yield "the measurand has no name, identity and definition, or another field that cannot be"


def _key_faults(names: Sequence[Any], keys: Sequence[Any]) -> Iterator[str]:
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        yield "names are not different texts"
    if not all(isinstance(key, (list, tuple)) and len(key) == len(names) for key in keys):
        yield f"a key has not {len(names)} part{'s' * (len(names) != 1)}, one for each name"
    elif any(isinstance(part, list) for key in keys for part in key):
        yield "a key holds a list"


def _is_measurand(known: object) -> bool:
    if not isinstance(known, Mapping) or not isinstance(known.get("counted", {}), Mapping):
        return False
    texts = [known.get(name) for name in ("name", "definition")]
    optional = [known.get(name) for name in ("question", "column", "weight")]
    texts += [text for text in optional if text is not None]
    return isinstance(known.get("identity"), (list, tuple)) and all(isinstance(text, str) for text in texts)


def _of_array(
    name: str, items: Any, shape: tuple[int, ...], *, whole: bool = False, optional: bool = False
) -> Iterator[str]:
    """Yield what is wrong with an array: its shape, or a value that is negative, no number or not whole."""
    if items is None and optional:
        return
    rows = items if isinstance(items, (list, tuple)) else [items]
    nested = len(shape) == 2
    even = len(rows) == shape[0] and isinstance(items, (list, tuple))
    if not even or (nested and not all(isinstance(row, (list, tuple)) and len(row) == shape[1] for row in rows)):
        yield f"{name} is not {' by '.join(map(str, shape))}"
        return
    values = list(chain.from_iterable(rows)) if nested else list(rows)
    if set(map(type, values)) <= {int} and 0 <= min(values, default=0) <= max(values, default=0) < 2**63:
        return
    wrong = [value for value in values if not _is_count(value, whole)]
    if wrong:
        kind = "whole numbers from 0 to 2**63 - 1" if whole else "numbers from 0 on"
        yield f"{name} holds {', '.join(map(repr, wrong[:3]))} where there are only {kind}"


def _is_count(value: object, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return False
    return 0 <= value < (2**63 if whole else float("inf"))
