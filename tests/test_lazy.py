"""Packages that load their names when they are first used: every name has one home, and no module hides one."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import re
import subprocess
import sys
from types import ModuleType

import pytest

import kundenmetrik as km
from kundenmetrik.lazy import LazyPackage
from kundenmetrik.renamed import REMOVED, RENAMED

PACKAGES = [km, *(getattr(km, name) for name in km.__all__ if isinstance(getattr(km, name), LazyPackage))]  # type: ignore[attr-defined]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_dir_shows_public_names_only_and_each_can_be_read(package: ModuleType) -> None:
    assert package.__all__ == [name for name in dir(package) if not name.startswith("_")]
    for name in package.__all__:
        assert getattr(package, name) is getattr(package, name)


def test_a_module_never_hides_a_name() -> None:
    """A submodule with the name of a public function, loaded first, leaves the function where it was."""
    code = (
        "import importlib, inspect, kundenmetrik as km\n"
        "importlib.import_module('kundenmetrik.retention.survival.tenure')\n"
        "importlib.import_module('kundenmetrik.retention.cohorts.cohort_table')\n"
        "importlib.import_module('kundenmetrik.monitoring.cusum')\n"
        "print(inspect.isfunction(km.retention.survival), inspect.isfunction(km.retention.cohorts),"
        " inspect.isfunction(km.monitoring.cusum))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]


def test_every_module_loaded_leaves_every_name() -> None:
    for info in pkgutil.walk_packages(km.__path__, "kundenmetrik."):
        importlib.import_module(info.name)
    for package in PACKAGES[1:]:
        modules = {name for name in package.__all__ if inspect.ismodule(getattr(package, name))}
        assert modules <= {"definitions", "laws", "notes", "strategies"}


@pytest.mark.parametrize(("old", "remedy"), sorted(REMOVED.items()))
def test_a_removed_name_says_what_to_do_instead(old: str, remedy: str) -> None:
    package, _, name = old.rpartition(".")
    with pytest.raises(AttributeError, match="has no attribute") as raised:
        getattr(importlib.import_module(f"kundenmetrik.{package}"), name)
    assert str(raised.value).endswith(remedy)
    for mentioned in re.findall(r"[a-z_]+(?:\.[a-z_]+)+", remedy):
        home, _, public = mentioned.rpartition(".")
        assert hasattr(importlib.import_module(f"kundenmetrik.{home}"), public)


@pytest.mark.parametrize(("old", "new"), sorted(RENAMED.items()))
def test_an_old_name_says_the_new_one(old: str, new: str) -> None:
    *path, name = old.split(".")
    package = importlib.import_module(".".join(["kundenmetrik", *path]))
    with pytest.raises(AttributeError, match=f"it is kundenmetrik.{new} now"):
        getattr(package, name)
    thing: object = km
    for part in new.split("."):
        thing = getattr(thing, part)


def test_public_functions_survive_a_pickle() -> None:
    for function in (km.retention.survival, km.monitoring.cusum, km.nps):
        assert pickle.loads(pickle.dumps(function)) is function


OLD_PARAMETERS = [
    *((f"clv.{name}", "time", "date") for name in ("purchases", "split", "backtest", "spend_trend")),
    *((f"clv.{name}", "time", "date") for name in ("regularity", "regularity_test")),
    ("clv.top_share", "top", "share"),
    ("survey.CSAT", "top", "satisfied"),
    *((f"segments.{name}", "segment", "by") for name in ("compare_rates", "rank", "funnel", "shrink")),
]


@pytest.mark.parametrize(("home", "old", "new"), OLD_PARAMETERS)
def test_an_old_parameter_says_the_new_one(home: str, old: str, new: str) -> None:
    package, name = home.split(".")
    function = getattr(getattr(km, package), name)
    with pytest.raises(TypeError, match=rf"{name}\(\) got '{old}'; it is '{new}' now"):
        function([], **{old: "x"})
    assert old not in inspect.signature(function).parameters
