"""The front door: which names there are, that each is loaded on demand, and what an import may load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kundenmetrik as km

PROMISED = {
    "CES",
    "CSAT",
    "NPS",
    "TGW",
    "ChurnRate",
    "Contrast",
    "Counts",
    "Customer",
    "Difference",
    "DifferenceTable",
    "Estimate",
    "EstimateTable",
    "Interaction",
    "KanoAnswer",
    "MeanScore",
    "Measurand",
    "Metric",
    "NetScore",
    "Record",
    "RetentionRate",
    "Scale",
    "Share",
    "ShareMetric",
    "SurveyResponse",
    "TargetTest",
    "TopBox",
    "ces",
    "check",
    "churn_rate",
    "clv",
    "compare",
    "complaints",
    "csat",
    "cumulative",
    "datasets",
    "errors",
    "kano",
    "monitoring",
    "measure",
    "notes",
    "nps",
    "planning",
    "plot",
    "read",
    "read_csv",
    "read_excel",
    "records",
    "report",
    "retention",
    "retention_rate",
    "rolling",
    "segments",
    "survey",
    "testing",
    "tgw",
    "to_frame",
    "words",
}
HEAVY = (
    "scipy.stats",
    "scipy.special",
    "scipy.optimize",
    "matplotlib",
    "narwhals",
    "polars",
    "duckdb",
    "pymc",
    "hypothesis",
    "pydantic",
)


def run(code: str, *flags: str) -> str:
    done = subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_names_are_those_that_were_promised() -> None:
    assert set(km.__all__) == PROMISED  # type: ignore[attr-defined]
    assert set(dir(km)) == {*PROMISED, "__version__"}


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_every_name_is_there(name: str) -> None:
    assert getattr(km, name) is getattr(km, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'npz'"):
        _ = km.npz  # type: ignore[attr-defined]


def test_the_import_loads_nothing_heavy() -> None:
    loaded = run("import kundenmetrik, sys; print(*sys.modules)").split()
    assert not [name for name in HEAVY if name in loaded]


@pytest.mark.parametrize(
    "use", ["km.nps([1, 2]).low", "km.tgw(1, 2).low", "km.measure({'s': [1]}, km.NPS('s')).to_frame()"]
)
def test_the_first_uses_load_no_optional_package_and_no_statistics(use: str) -> None:
    loaded = run(f"import kundenmetrik as km, sys; {use}; print(*sys.modules)").split()
    forbidden = ("scipy.stats", "matplotlib", "narwhals", "polars", "duckdb", "hypothesis")
    assert not [name for name in forbidden if name in loaded]


@pytest.mark.parametrize("flags", [("-W", "error"), ("-O",), ("-OO",)], ids=" ".join)
def test_it_imports_and_works_under(flags: tuple[str, ...]) -> None:
    uses = "[getattr(km, name) for name in km.__all__ if name not in ('testing', 'plot')]"
    assert run(f"import kundenmetrik as km; {uses}; print(km.nps([10, 3]).value)", *flags) == "0.0"


def test_validation_is_there_without_asserts() -> None:
    code = "import kundenmetrik as km\ntry:\n    km.nps([11])\nexcept km.errors.InvalidData:\n    print('refused')"
    assert run(code, "-O") == "refused"


def test_the_same_numbers_for_every_hash_seed() -> None:
    table = "km.measure({'s': list('bac'), 'nps': [1, 9, 10]}, km.NPS('nps'), by='s')"
    code = f"import kundenmetrik as km; print({table}.to_frame().to_csv())"
    outputs = set()
    for seed in ("0", "1", "random"):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
