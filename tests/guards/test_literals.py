"""Closed choices are literal types: a type checker finds a wrong word, and the types hold what the checks allow."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

import kundenmetrik as km
from kundenmetrik.core.results.result import Result

TABLES = {
    "Adjustment": "ADJUSTMENTS",
    "Alternative": "ALTERNATIVES",
    "CoefficientName": "CELLS",
    "DenominatorName": "DENOMINATORS",
    "DispersionInterval": "DISPERSION_METHODS",
    "HazardInterval": "HAZARD_LIMITS",
    "LetterScheme": "letter_schemes",
    "LogRankWeight": "WEIGHTS",
    "MeanVariance": "VARIANCES",
    "NowcastModel": "NOWCASTS",
    "NumeratorName": "NUMERATORS",
    "PeriodLength": "PERIODS",
    "RateInterval": "RATE_METHODS",
    "ScoreInterval": "SCORE_METHODS",
    "ShareInterval": "SHARE_METHODS",
    "SigmaZ": "SIGMA_Z",
    "Stop": "STOPS",
    "TwoRateTest": "RATE_TESTS",
    "Unit": "DAYS",
}
"""The table (or what returns it) that a check reads, in the module of the type; other checks read the type itself."""
CLOSED = {
    *(
        "adjust",
        "alternative",
        "clock",
        "coefficient",
        "counting",
        "denominator",
        "grain",
        "invalid",
        "limits",
        "match",
    ),
    *("method", "numerator", "period", "reference", "refunds", "scheme", "sigma_z", "timing", "topic", "until"),
}
"""Parameters with a closed choice."""
RETURNED = {"Heterogeneity", "Verified"}
"""Classes, beside results, that the library makes and users read."""
WRONG = """
import kundenmetrik as km

km.nps([1], invalid="exlude")
km.measure({"score": [1]}, km.NPS(), period="weak", date="day")
km.retention_rate(10, 8, method="wilsen")
km.nps([1], invalid="exclude", method="score")
"""


def literals() -> Iterator[tuple[str, Any, Any]]:
    """Yield each literal type of the library with its name and the module that it is defined in."""
    for info in pkgutil.walk_packages(km.__path__, "kundenmetrik."):
        module = importlib.import_module(info.name)
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if get_origin(value) is Literal and f"\n{name} = Literal[" in source:
                yield name, value, module


def test_the_types_hold_what_the_tables_of_the_checks_hold() -> None:
    found = {name: (get_args(value), module) for name, value, module in literals()}
    for name, table in TABLES.items():
        choices, module = found[name]
        allowed = getattr(module, table)
        assert sorted(choices) == sorted(allowed() if callable(allowed) else allowed), name
    for name, (_, module) in found.items():
        if name not in TABLES:
            assert any(f"get_args({name})" in inspect.getsource(other) for other in users(name, module)), name


def users(name: str, module: Any) -> list[Any]:
    """Return the modules that know a type."""
    return [other for key, other in sys.modules.items() if key.startswith("kundenmetrik") and name in vars(other)]


def test_each_type_has_one_home_and_no_other_has_its_words() -> None:
    found = [(name, frozenset(get_args(value))) for name, value, _ in literals()]
    assert len({name for name, _ in found}) == len(found)


def public_signatures() -> Iterator[tuple[str, inspect.Signature]]:
    def of(name: str, thing: Any) -> Iterator[tuple[str, inspect.Signature]]:
        if inspect.ismodule(thing):
            for inner in getattr(thing, "__all__", ()):
                yield from of(f"{name}.{inner}", getattr(thing, inner))
        elif inspect.isclass(thing) and thing.__module__.startswith("kundenmetrik."):
            for kind in (inspect.isfunction, inspect.ismethod):
                for member, function in inspect.getmembers(thing, kind):
                    if not member.startswith("_") and function.__module__.startswith("kundenmetrik."):
                        yield f"{name}.{member}", inspect.signature(function)
            if not (issubclass(thing, (Result, Exception)) or thing.__name__ in RETURNED):
                yield name, inspect.signature(thing)
        elif inspect.isfunction(thing):
            yield name, inspect.signature(thing)

    yield from of("km", km)


def test_no_closed_choice_of_a_public_parameter_is_any_text() -> None:
    found = [
        f"{name}({parameter.name})"
        for name, signature in public_signatures()
        for parameter in signature.parameters.values()
        if parameter.name in CLOSED and str(parameter.annotation).replace(" | None", "") == "str"
    ]
    assert found == []


@pytest.mark.slow
def test_a_type_checker_finds_wrong_words(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    source = Path(km.__file__).parents[1]
    script = tmp_path / "wrong.py"
    script.write_text(WRONG, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(source.parent / ".mypy_cache"), "--strict", str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={"MYPYPATH": str(source), "PATH": ""},
    )
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [int(line.split(":")[1]) for line in errors] == [4, 5, 6], done.stdout
    assert all("arg-type" in line and "Literal" in line for line in errors)
