"""Groups of customers by one key or several: as arrays in their order, or as columns of a table of customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, IntArray
from kundenmetrik.core.checks import check_items
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.grouping import key_names
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.keys import factorize
from kundenmetrik.frame.records.source import read_columns

CUSTOMER = "customer_id"
RESULT_COLUMNS = ("customers", "value", "low", "high", "notes")


def customer_groups(groups: Any, ids: AnyArray, customers: Any) -> tuple[dict[str, Any], IntArray]:
    """Return the keys of each group, sorted, a missing one last, and the group of each customer."""
    columns = {name: _in_order(column, ids) for name, column in _key_columns(groups, customers).items()}
    if taken := [name for name in columns if name in RESULT_COLUMNS]:
        raise InvalidArgument("groups", "not name a column of the result; rename it first", taken[0])
    codes, keys = [], []
    for column in columns.values():
        try:
            found, names = factorize(column, sort=True)
        except (TypeError, OverflowError):
            raise InvalidType("groups", "hold texts or numbers, one a customer") from None
        codes.append(np.where(found < 0, len(names), found))
        keys.append([*names, None])
    groups_there, group = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True)
    labels = {
        name: _labels([values[code] for code in groups_there[:, place]])
        for place, (name, values) in enumerate(zip(columns, keys, strict=True))
    }
    return labels, group.reshape(-1)


def _key_columns(groups: Any, customers: Any) -> dict[str, Any]:
    """Return the columns of keys by name, each with the customers' ids as its index where they are known."""
    if customers is not None:
        read_columns(customers, [CUSTOMER], "customers")
        names = key_names(groups, "groups")
        frame = read_columns(customers, [CUSTOMER, *names], "customers")
        ids = column_of(frame, CUSTOMER, "customers")
        return {name: pd.Series(column_of(frame, name, "groups").array, index=pd.Index(ids)) for name in names}
    if isinstance(groups, str):
        raise InvalidArgument("customers", "be given where groups names its columns", customers)
    if isinstance(groups, (pd.DataFrame, Mapping)):
        if not len(groups.keys()):
            raise InvalidArgument("groups", "have at least one column of keys", groups)
        return {str(name): groups[name] for name in groups}
    return {"group": groups}


def _in_order(groups: Any, ids: AnyArray) -> AnyArray:
    """Return one key for each customer in the order of the ids; a Series is aligned by its index."""
    if isinstance(groups, pd.Series) and not groups.index.equals(pd.RangeIndex(len(groups))):
        groups = _in_order_of_ids(groups, pd.Index(ids))
    found = check_items(groups, "groups", "be a list, one group a customer")
    if len(found) != len(ids):
        raise InvalidArgument("groups", f"have one group for each of {len(ids):,} customers", len(found))
    return pd.Series(found, dtype=object).to_numpy()


def _in_order_of_ids(groups: pd.Series[Any], ids: pd.Index[Any]) -> pd.Series[Any]:
    lost = ids[~ids.isin(groups.index)]
    twice = groups.index[groups.index.duplicated()].unique()
    if len(lost) or len(twice):
        seen = f"{len(lost):,} of {len(ids):,} customers are not there, {len(twice):,} are there more than once"
        rule = "have each customer once in its index, or the index 0, 1, 2 ... in the order of customer_id"
        raise InvalidArgument("groups", rule, remedy=f"{seen}.")
    return groups.reindex(ids)


def _labels(keys: list[Any]) -> Any:
    """Return keys as a column; whole numbers that no float holds stay objects."""
    try:
        return pd.Series(keys)
    except OverflowError:
        return pd.Series(keys, dtype=object)
