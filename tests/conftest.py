"""What all tests share: the profiles of hypothesis, and which folders run only when they are named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

import kundenmetrik as km
from kundenmetrik import clv
from kundenmetrik.clv import Purchases, Split
from kundenmetrik.core.results.difference import Difference
from kundenmetrik.core.results.difference_table import DifferenceTable
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.kano.table import KanoTable

settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", settings.get_profile("dev"), max_examples=100, derandomize=True, print_blob=True, database=None
)
settings.register_profile("brief", settings.get_profile("ci"), max_examples=10)
settings.register_profile("deep", settings.get_profile("dev"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

os.environ["COLUMNS"] = "80"
"""The width that results are printed for, whatever the terminal of whoever runs the tests."""

BENCH = Path(__file__).parent / "bench"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the speed tests out unless they are named: they need a quiet machine."""
    named = any("bench" in str(argument) for argument in config.args)
    return True if collection_path == BENCH and not named else None


@pytest.fixture(scope="session", autouse=True)
def only_registered_notes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a result of the library is printed, or made a dict or frame, with a note that is not registered."""
    if any("bench" in str(argument) for argument in request.config.args):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for kind in (Result, Estimate, Difference):
            for name in {"__repr__", "to_dict"} & set(vars(kind)):
                patch.setattr(kind, name, _with_known_notes(vars(kind)[name], lambda shown, _: shown.notes))
        for kind in (EstimateTable, DifferenceTable, KanoTable):  # type: ignore[assignment]
            patch.setattr(kind, "to_frame", _with_known_notes(vars(kind)["to_frame"], lambda _, frame: frame["notes"]))
        yield


def _with_known_notes(method: Callable[..., Any], notes_of: Callable[[Any, Any], Iterable[str]]) -> Callable[..., Any]:
    @wraps(method)
    def call(shown: Any) -> Any:
        made = method(shown)
        if type(shown).__module__.startswith("kundenmetrik."):
            for code in {code for cell in set(notes_of(shown, made)) for code in cell.split(", ") if code}:
                km.notes.note(code)
        return made

    return call


def _shipped(name: str) -> Path:
    """Return a data file of the lifetimes wheel, which is found but never imported."""
    try:
        files = metadata.files("lifetimes") or []
    except metadata.PackageNotFoundError:
        pytest.skip("lifetimes is not installed; its wheel holds the CDNOW data")
    return Path(next(str(file.locate()) for file in files if file.name == name))


@pytest.fixture(scope="session")
def cdnow_split() -> Split:
    """The CDNOW sample of 2,357 customers: 39 weeks of calibration, 39 weeks of holdout, time in days / 7."""
    names = ["master", "customer_id", "day", "count", "amount"]
    rows = pd.read_csv(_shipped("CDNOW_sample.txt"), sep=r"\s+", header=None, names=names)
    rows["occurred_at"] = pd.to_datetime(rows["day"].astype(str))
    return clv.split(rows[["customer_id", "occurred_at", "amount"]], at="1997-09-30", observed_until="1998-06-30")


@pytest.fixture(scope="session")
def cdnow_base(cdnow_split: Split) -> Purchases:
    """The calibration customers of CDNOW."""
    return cdnow_split.calibration


@pytest.fixture(scope="session")
def cdnow_rounded() -> Purchases:
    """The summary of the same customers, rounded to two decimals."""
    table = pd.read_csv(_shipped("cdnow_customers_summary_with_transactions.csv"))
    spend = table["zbar"].where(table["x"] > 0)
    return clv.Purchases.from_summary(table["x"], table["t_x"], table["T"], spend, unit="week")
