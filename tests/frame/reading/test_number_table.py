"""Tables of numbers, whatever holds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import KundenmetrikError
from kundenmetrik.frame.reading.number_table import number_table

ROWS = [[1.0, 2.0], [3.0, np.nan]]


@pytest.mark.parametrize(
    "held",
    [
        ROWS,
        [[1, 2], [3, None]],
        tuple(map(tuple, ROWS)),
        np.array(ROWS),
        np.array(ROWS, dtype=">f8"),
        np.ma.array([[1, 2], [3, 9]], mask=[[0, 0], [0, 1]]),
        pd.DataFrame(ROWS),
        pd.DataFrame(ROWS).convert_dtypes(),
        pd.DataFrame(ROWS).convert_dtypes(dtype_backend="pyarrow"),
        pd.DataFrame([[1, 2], [3, None]], dtype=object),
    ],
)
def test_the_same_numbers_are_the_same_table(held: Any) -> None:
    assert number_table(held, "counts").tolist()[0] == [1.0, 2.0]
    np.testing.assert_array_equal(number_table(held, "counts"), np.array(ROWS))


@pytest.mark.parametrize(
    "held", [None, "ab", 3, [1, 2], [[1, 2], [3]], np.zeros(3), np.zeros((2, 2, 2)), [["a"]], [[1j]]]
)
def test_what_is_no_table_of_numbers_is_refused(held: Any) -> None:
    with pytest.raises(KundenmetrikError, match="counts"):
        number_table(held, "counts")


def test_a_table_may_be_empty() -> None:
    assert number_table([], "counts").shape == (0, 0)
    assert number_table(pd.DataFrame(index=[0, 1]), "counts").shape == (2, 0)
