"""The histogram of pairs against plain counting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from kundenmetrik.kano.answers.tally import WORD_BLOCK, pair_codes, pair_histogram

CODES = st.integers(0, 200).flatmap(lambda n: st.tuples(*[arrays(np.int8, n, elements=st.integers(0, 7))] * 2))


def plain(functional: NDArray[Any], dysfunctional: NDArray[Any]) -> NDArray[Any]:
    return np.bincount(functional.astype(int) * 8 + dysfunctional, minlength=64)[None, :]


@given(CODES)
def test_pairs_are_counted(codes: tuple[NDArray[Any], NDArray[Any]]) -> None:
    np.testing.assert_array_equal(pair_histogram(*codes), plain(*codes))


@given(CODES)
def test_pairs_are_counted_by_group(codes: tuple[NDArray[Any], NDArray[Any]]) -> None:
    groups = np.arange(len(codes[0])) % 3
    each = [plain(codes[0][groups == group], codes[1][groups == group])[0] for group in range(3)]
    np.testing.assert_array_equal(pair_histogram(*codes, groups, 3), each)


@pytest.mark.parametrize("n", [2 * WORD_BLOCK - 1, 2 * WORD_BLOCK, 2 * WORD_BLOCK + 1, 5 * WORD_BLOCK + 3])
def test_blocks_join(n: int) -> None:
    rng = np.random.default_rng(n)
    codes = rng.integers(0, 8, (2, n), dtype=np.int8)
    np.testing.assert_array_equal(pair_histogram(*codes), plain(*codes))


@pytest.mark.parametrize("part", [slice(1, None), slice(None, None, 2), slice(None, None, -1), slice(3, 3)])
def test_views_and_strides(part: Any) -> None:
    codes = np.random.default_rng(0).integers(0, 8, (2, 999), dtype=np.int8)
    np.testing.assert_array_equal(pair_histogram(codes[0][part], codes[1][part]), plain(codes[0][part], codes[1][part]))


@given(CODES)
def test_every_pair_has_its_code(codes: tuple[NDArray[Any], NDArray[Any]]) -> None:
    np.testing.assert_array_equal(pair_codes(*codes), codes[0].astype(int) * 8 + codes[1])
