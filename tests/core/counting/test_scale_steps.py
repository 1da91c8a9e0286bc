"""Numbers become steps of a scale, or are rejected under one reason."""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.core.counting.scale_steps import part_of, parts, steps_of


@pytest.mark.parametrize("size", [0, 1, 5, 9, 10, 11])
def test_parts_cover_each_row_once(size: int) -> None:
    assert [row for part in parts(size, 5) for row in range(size)[part]] == list(range(size))


def test_a_part_without_a_marked_row_has_no_mask() -> None:
    mask = np.array([False, False, True])
    assert part_of(mask, slice(0, 2)) is None
    assert part_of(None, slice(0, 2)) is None
    np.testing.assert_array_equal(part_of(mask, slice(1, 3)), [False, True])


@pytest.mark.parametrize("dtype", ["i1", "u1", "i8", "u8", "f4", "f8"])
def test_numbers_off_the_scale_are_rejected_and_are_step_0(dtype: str) -> None:
    answers = np.array([1, 5, 0, 6, 3, 100], dtype=dtype)
    steps, rejected = steps_of(answers, 1, 5)
    assert steps.tolist() == [0, 4, 0, 0, 2, 0]
    assert rejected.out_of_scale is not None
    assert rejected.out_of_scale.tolist() == [False, False, True, True, False, True]
    assert rejected.not_a_step is None


def test_each_rejected_number_has_one_reason() -> None:
    missing = np.array([True, False, False, False, False])
    _, rejected = steps_of(np.array([2.5, 2.5, np.nan, 7.0, 3.0]), 1, 5, missing)
    reasons = [np.zeros(5, bool) if mask is None else mask for mask in rejected]
    assert [mask.tolist() for mask in reasons] == [
        [True, False, True, False, False],
        [False, False, False, True, False],
        [False, True, False, False, False],
    ]
