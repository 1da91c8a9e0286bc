"""Figures are drawn without a window; nothing global may change while they are."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import matplotlib as mpl
import pytest

mpl.use("Agg")


@pytest.fixture(autouse=True)
def nothing_global_changes() -> Iterator[None]:
    before = copy.deepcopy(dict(mpl.rcParams))
    yield
    assert dict(mpl.rcParams) == before
