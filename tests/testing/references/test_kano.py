"""Fong's test against the figures that papers print."""

from __future__ import annotations

import numpy as np

from kundenmetrik.testing.references.kano import fong_limit


def test_fong_on_brand_and_rese() -> None:
    first, second, n = np.array([[275.0, 276.0], [216.0, 229.0], [607.0, 607.0]])
    assert (first - second).tolist() == [59, 47]
    limit = fong_limit(first, second, n)
    assert limit.round(2).tolist() == [28.22, 28.34]
    assert (first - second >= limit).all()


def test_without_answers_there_is_no_limit() -> None:
    assert np.isnan(fong_limit(*np.zeros((3, 1)))).all()
