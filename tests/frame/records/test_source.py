"""Data in every form: frames of other libraries, records, mappings; and what is no data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidType, KundenmetrikError, UnknownName
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.records.source import read_columns

COLUMNS: dict[str, list[Any]] = {
    "shop": ["A", "B", None, "B"],
    "size": [1, None, 2, 2],
    "day": [datetime(2026, 1, 31, 23), datetime(2026, 2, 1), None, datetime(2026, 4, 1)],
    "nps": [10, None, 3, 9],
    "weight": [1.0, 2.0, 0.5, 1.5],
    "times": [1, 2, 3, 4],
}


def measured(data: Any, **options: Any) -> pd.DataFrame:
    return km.measure(data, km.NPS("nps"), by=["shop", "size"], period="month", date="day", **options).to_frame()


def engines() -> dict[str, Any]:
    frame = pd.DataFrame(COLUMNS).astype({"size": "Int64"})
    found = {
        "records": [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)],
        "mapping": COLUMNS | {"size": frame["size"]},
        "nullable": frame.convert_dtypes(),
    }
    try:
        import polars as pl
        import pyarrow as pa  # type: ignore[import-untyped]

        found |= {"polars": pl.DataFrame(COLUMNS), "lazy": pl.LazyFrame(COLUMNS), "pyarrow": pa.table(COLUMNS)}
        found["arrow-backed"] = frame.convert_dtypes(dtype_backend="pyarrow")
    except ImportError:
        pass
    try:
        import duckdb

        found["duckdb"] = duckdb.from_df(frame)
    except ImportError:
        pass
    return found


@pytest.mark.parametrize("engine", engines())
@pytest.mark.parametrize("options", [{}, {"weight": "weight"}, {"count": "times"}], ids=str)
def test_every_engine_gives_the_same(engine: str, options: dict[str, str]) -> None:
    expected = measured(pd.DataFrame(COLUMNS).astype({"size": "Int64"}), **options)
    pd.testing.assert_frame_equal(measured(engines()[engine], **options), expected)


@pytest.mark.parametrize("engine", [name for name in engines() if name in ("polars", "lazy", "pyarrow", "duckdb")])
def test_a_missing_column_of_an_engine_is_told_with_all_names(engine: str) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'shop'") as caught:
        km.measure(engines()[engine], km.NPS("nps"), by="shopp")
    assert caught.value.available == tuple(COLUMNS)
    assert len(read_columns(engines()[engine], ["shop", "nope"])) == 4


def test_polars_dtypes_are_read_as_what_they_are() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {
            "kind": pl.Series(["b", "a", "b"], dtype=pl.Enum(["c", "b", "a"])),
            "truth": [True, None, False],
            "day": pl.Series([datetime(2026, 1, 1)] * 3).cast(pl.Date),
            "nps": pl.Series([10, None, 3], dtype=pl.UInt64),
        }
    )
    table = km.measure(frame, km.NPS("nps"), by="kind", period="year", date="day")
    assert [key[0] for key in table.groups.keys] == ["c", "b", "a"]
    assert km.measure(frame, km.NPS("nps"), by="truth").groups.keys == ((False,), (True,), (None,))


def test_whole_keys_of_records_stay_whole_beside_a_missing_one() -> None:
    rows = [{"shop": 2**53 + 1, "nps": 1}, {"nps": 9}, {"shop": 2**53, "nps": 9}]
    assert km.measure(rows, km.NPS("nps"), by="shop").groups.keys == ((2**53,), (2**53 + 1,), (None,))


def test_columns_of_a_mapping_belong_together_or_are_refused() -> None:
    shop, nps = pd.Series(["A", "B"], index=[0, 1]), pd.Series([10, 0], index=[1, 0])
    with pytest.raises(InvalidArgument, match="same index as shop"):
        km.measure({"shop": shop, "nps": nps}, km.NPS("nps"), by="shop")
    with pytest.raises(InvalidArgument, match=r"nps must have as many rows as shop: 2, not 1"):
        km.measure({"shop": ["A", "B"], "nps": [1]}, km.NPS("nps"), by="shop")
    table = km.measure({"shop": shop, "nps": nps.to_numpy(), "question": "nps"}, km.NPS("nps"), by="shop")
    assert table["A"].value == 100.0


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        "nps",
        b"nps",
        [],
        [1, 2],
        [{"nps": 1}, 5],
        {"nps": 1},
        {"nps": {1, 2}},
        {"nps": np.zeros((2, 2))},
        object(),
        pd.Series([1]),
        np.zeros(3),
        (row for row in [{"nps": 1}]),
        type,
        {"nps": object()},
    ],
    ids=lambda data: type(data).__name__ + str(data)[:12],
)
def test_what_is_no_data_is_told(data: object) -> None:
    with pytest.raises(KundenmetrikError, match=r"^(data|nps) must"):
        km.measure(data, km.NPS("nps"))


def test_doubled_and_nested_columns_are_told() -> None:
    doubled = pd.DataFrame([[1, 2, 3]], columns=["nps", "nps", "shop"])
    with pytest.raises(InvalidArgument, match="several of that name"):
        km.measure(doubled, km.NPS("nps"))
    with pytest.raises(InvalidArgument, match="several of that name"):
        km.measure(doubled.rename(columns={"nps": "question", "shop": "nps"}), km.NPS("nps"))
    nested = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "nps"), ("a", "shop")]))
    with pytest.raises(KundenmetrikError, match=r"^column must"):
        km.measure(nested, km.NPS("nps"))
    with pytest.raises(InvalidArgument, match="several of that name"):
        km.measure(nested, km.NPS("a"))
    with pytest.raises(InvalidType, match=r"^by must"):
        column_of(doubled, 5, "by")


@pytest.mark.parametrize("long", [True, False])
def test_an_empty_frame_of_every_engine_is_undefined(long: bool) -> None:
    columns = {"score": pd.Series([], dtype="float64"), "shop": pd.Series([], dtype=object)}
    frame = pd.DataFrame(columns | ({"question": pd.Series([], dtype=object)} if long else {}))
    assert km.measure(frame, km.NPS()).overall().notes == ("empty",)
    assert len(km.measure(frame, km.NPS(), by="shop")) == 0
    assert list(km.measure(frame, km.NPS(), by="shop").to_frame().columns)[:2] == ["shop", "metric"]
