"""The pairs of columns of a wide table, found by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kundenmetrik.errors import InvalidArgument, InvalidType


def pair_columns(
    columns: Any, *, functional: str = "{feature}_functional", dysfunctional: str = "{feature}_dysfunctional"
) -> dict[str, tuple[str, str]]:
    """Find the pairs of columns of a wide table by their names.

    Parameters
    ----------
    columns : DataFrame or sequence of str
        The table, or its column names.
    functional, dysfunctional : str
        How the two columns of a feature are named, with ``{feature}`` in the place of the feature.

    Returns
    -------
    dict
        For each feature its two columns, as ``classify(..., pairs=...)`` takes them.

    Raises
    ------
    InvalidArgument
        If a feature has one column only, or no column fits.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.kano.pair_columns(["id", "F4_dys", "F4_fun"], functional="{feature}_fun", dysfunctional="{feature}_dys")
    {'F4': ('F4_fun', 'F4_dys')}
    """
    listed = getattr(columns, "columns", columns)
    if isinstance(listed, str) or not isinstance(listed, Iterable):
        raise InvalidType("columns", "be a table or the names of its columns", columns)
    names = [name for name in listed if isinstance(name, str)]
    first = _columns_by_feature(functional, "functional", names)
    second = _columns_by_feature(dysfunctional, "dysfunctional", names)
    unpaired = sorted(first.keys() ^ second.keys())
    if unpaired or not first:
        raise InvalidArgument("columns", "hold both columns of every feature", unpaired or names)
    return {feature: (name, second[feature]) for feature, name in first.items()}


def _columns_by_feature(template: str, argument: str, names: Sequence[str]) -> dict[str, str]:
    before, mark, after = template.partition("{feature}") if isinstance(template, str) else ("", "", "")
    if not mark or not (before or after):
        raise InvalidArgument(argument, "hold {feature} and something beside it", template)
    size = len(before) + len(after)
    matching = [name for name in names if name.startswith(before) and name.endswith(after) and len(name) > size]
    return {name[len(before) : len(name) - len(after)]: name for name in matching}
