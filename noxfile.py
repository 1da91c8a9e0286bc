"""The tasks of this repository; ``nox -l`` lists them, and ``.ci/run`` runs those that hold for every change."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "mypy", "quick"]

ROOT = Path(__file__).parent
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""One thread for each worker, so that two workers share two cores."""
BRIEF = {**ENVIRONMENT, "HYPOTHESIS_PROFILE": "brief"}
"""A few drawn examples for each property: the README's command has drawn many."""
PYTEST = ("python", "-m", "pytest", "-q", "-n", "2")
OLDEST = ("numpy==2.0.*", "pandas==2.2.3", "scipy==1.15.*", "pydantic==2.10.*")
COVERAGE = 97
"""The least share of lines and branches that the quick tests run, in percent."""
MEASURED = ("--cov", "--cov-branch", "--cov-report=term:skip-covered", f"--cov-fail-under={COVERAGE}")
DOORS = ("tests/published", "tests/guards", "tests/frame", "tests/models", "tests/survey", "tests/report")
"""What the oldest versions are tried on for every change: published figures, guards, and what reads data."""


@nox.session
def quick(session: nox.Session) -> None:
    """Run the quick tests, as the README does; further arguments go to pytest."""
    session.install(".[test]")
    session.run(*PYTEST, "-m", "not slow", *session.posargs, env=ENVIRONMENT)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the slow tests: simulations, coverage of intervals, large tables."""
    session.install(".[test]")
    session.run(*PYTEST, "-m", "slow", *session.posargs, env=ENVIRONMENT)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install(*nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def mypy(session: nox.Session) -> None:
    """Check types strictly inside, in the tests and in the examples."""
    session.install(".[test]", *nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "types"))
    session.run("mypy")


@nox.session
def types(session: nox.Session) -> None:
    """Check that everything public is typed completely for those who use the library, and the examples strictly."""
    session.install(".[test]", *nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "types"))
    session.run("pyright")
    session.run("pyright", "--verifytypes", "kundenmetrik", "--ignoreexternal")


@nox.session
def floors(session: nox.Session) -> None:
    """Check that modules import from lower floors only, and in no circle."""
    session.install(".[test]")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "src"})
    session.run("python", "-m", "pytest", "-q", "tests/guards/test_cycles.py")


@nox.session
def examples(session: nox.Session) -> None:
    """Run every example and the tests of service and pipeline, each warning an error."""
    session.install(".[test]")
    for example in sorted((ROOT / "examples").glob("*.py")):
        session.run("python", "-W", "error", str(example), silent=True, env=ENVIRONMENT)
    session.run("python", "-W", "error", "-m", "pytest", "-q", "examples/service", "examples/pipeline", env=ENVIRONMENT)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build wheel and archive, check them, use the wheel alone, without anything optional, and then with hypothesis."""
    session.install("build", "twine")
    built = Path(session.create_tmp()).resolve()
    shutil.rmtree(built, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(built), silent=True)
    session.run("twine", "check", "--strict", *map(str, built.iterdir()))
    session.run("python", "-m", "venv", "--clear", str(built / "alone"))
    python = str(next(path for path in built.glob("alone/*/python*") if path.stem == "python"))
    session.run(python, "-m", "pip", "install", "-q", str(next(built.glob("*.whl"))), external=True)
    with session.chdir(built):
        command = ("-m", "kundenmetrik", "scorecard", "--language", "en")
        session.run(python, "-W", "error", "-O", *command, external=True, silent=True)
        session.run(python, "-m", "pip", "install", "-q", "hypothesis>=6.115", external=True)
        session.run(python, "-W", "error", str(ROOT / "tests" / "testing" / "from_type.py"), external=True)


@nox.session
def oldest(session: nox.Session) -> None:
    """Run published figures, guards and doors with the oldest versions that are promised, or the tests named."""
    session.install(".[test]", "lifelines>=0.30", *OLDEST)
    session.run(*PYTEST, "-m", "not slow", *(session.posargs or DOORS), env=BRIEF)


@nox.session(venv_backend="none")
def newest(session: nox.Session) -> None:
    """Run the quick tests under the newest Python of this machine, with the newest of everything; ask for coverage."""
    python = newest_python()
    if python is None:
        session.skip("no Python 3.12 or newer is on this machine")
    session.log(f"newest Python: {python}")
    place = Path(session.create_tmp()).resolve() / "environment"
    session.run(python, "-m", "venv", "--clear", str(place), external=True)
    inside = str(next(path for path in place.glob("*/python*") if path.stem == "python"))
    session.run(inside, "-m", "pip", "install", "-q", "--upgrade", ".[test]", "pytest-cov>=5", external=True)
    session.run(inside, *PYTEST[1:], "-m", "not slow", *MEASURED, *session.posargs, env=BRIEF, external=True)


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure which lines and branches the quick tests run, and fail below the least share."""
    session.install("-e", ".[test]", "pytest-cov>=5")
    session.run(*PYTEST, "-m", "not slow", *MEASURED, *session.posargs, env=BRIEF)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site, every warning an error."""
    session.install(".[docs]")
    session.run("sphinx-build", "-q", "-W", "--keep-going", "docs", str(Path(session.create_tmp()) / "site"))


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Compare speed with baselines of the same run; needs a quiet machine."""
    session.install(".[test]")
    session.run("python", "-m", "pytest", "-q", "-m", "bench", "tests/bench", *session.posargs, env=ENVIRONMENT)


@nox.session(default=False)
def signatures(session: nox.Session) -> None:
    """Write the snapshot of the public signatures anew, after a change that is meant."""
    session.install("-e", ".[test]")
    session.run("python", "tests/guards/test_signatures.py")


def newest_python() -> str | None:
    """Return the newest Python from 3.12 on: on the search path, or where pyenv keeps its own."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    folders = [*map(Path, os.get_exec_path()), *kept.glob("*/bin")]
    found: dict[int, str] = {}
    for folder in folders:
        for path in folder.glob("python3.*"):
            minor = re.fullmatch(r"python3\.(\d+)(\.exe)?", path.name)
            if minor and "shims" not in path.parts and os.access(path, os.X_OK):
                found.setdefault(int(minor[1]), str(path))
    best = max(found, default=0)
    return found[best] if best >= 12 else None
