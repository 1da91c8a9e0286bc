"""The options of the command, in German and English."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kundenmetrik.command.check import check_task
from kundenmetrik.command.config_file import TABLES
from kundenmetrik.command.demo import demo_task
from kundenmetrik.command.init import init_task
from kundenmetrik.command.scorecard import scorecard_task
from kundenmetrik.command.verify import verify_task
from kundenmetrik.frame.time.periods import PERIODS
from kundenmetrik.version import __version__
from kundenmetrik.words.language import LANGUAGES, Language, LanguageCode

Task = Callable[[argparse.Namespace, Language], int]


def language_asked(arguments: Sequence[str], environment: Mapping[str, str]) -> LanguageCode:
    """Return the language that is asked for, else that of the system, else English."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        value = value or next(iter(arguments[place + 1 :]), "")
        named = [code for code in LANGUAGES if name == "--language" and value == code]
        if named:
            return named[0]
    chosen = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "de" if chosen.lower().startswith("de") else "en"


def parser(words: Language) -> argparse.ArgumentParser:
    """Return the options of all tasks."""
    whole = argparse.ArgumentParser(prog="kundenmetrik", description=words.word("command.about"))
    whole.add_argument("--version", action="version", version=__version__)
    _common(whole, words, default=True)
    tasks = whole.add_subparsers(required=True, metavar="TASK")
    made = {
        name: tasks.add_parser(name, help=words.word(f"command.{name}"), description=words.word(f"command.{name}"))
        for name in ("scorecard", "check", "init", "verify", "demo")
    }
    for name, task in (
        ("scorecard", scorecard_task),
        ("check", check_task),
        ("init", init_task),
        ("verify", verify_task),
        ("demo", demo_task),
    ):
        _common(made[name], words, default=False)
        made[name].set_defaults(task=task)
    for name in ("scorecard", "check"):
        _file_options(made[name], words)
    _scorecard_options(made["scorecard"], words)
    made["init"].add_argument("files", nargs="+", help=words.word("option.files"))
    made["init"].add_argument("--out", type=Path, default=Path("kundenmetrik.toml"), help=words.word("option.toml"))
    made["verify"].add_argument("topics", nargs="*", help=words.word("option.topics"))
    made["demo"].add_argument("--out", type=Path, required=True, help=words.word("option.out"))
    made["demo"].add_argument("--customers", type=int, default=2000, help=words.word("option.size"))
    made["demo"].add_argument("--seed", type=int, default=2026, help=words.word("option.seed"))
    return whole


def _common(one: argparse.ArgumentParser, words: Language, *, default: bool) -> None:
    """Add what stands before or behind the task: behind it nothing is set by default, or it would undo the first."""
    language = words.code if default else argparse.SUPPRESS
    debug = False if default else argparse.SUPPRESS
    one.add_argument("--language", choices=LANGUAGES, default=language, help=words.word("option.language"))
    one.add_argument("--debug", action="store_true", default=debug, help=words.word("option.debug"))


def _file_options(one: argparse.ArgumentParser, words: Language) -> None:
    for name in TABLES:
        one.add_argument(f"--{name}", nargs="+", metavar="FILE", help=words.word(f"option.{name}"))
    one.add_argument("--config", type=Path, help=words.word("option.config"))
    for name in ("encoding", "separator", "decimal", "dates", "currency"):
        one.add_argument(f"--{name}", help=words.word(f"option.{name}"))
    for name in ("columns", "kinds", "questions"):
        one.add_argument(f"--{name}", nargs="+", metavar="NAME=...", help=words.word(f"option.{name}"))
    one.add_argument("--attributes", choices=["keep", "drop"], help=words.word("option.attributes"))


def _scorecard_options(one: argparse.ArgumentParser, words: Language) -> None:
    one.add_argument("--by", nargs="+", metavar="COLUMN", help=words.word("option.by"))
    one.add_argument("--period", choices=PERIODS, help=words.word("option.period"))
    one.add_argument("--time-zone", help=words.word("option.time_zone"))
    one.add_argument("--observed-until", help=words.word("option.observed_until"))
    one.add_argument("--min-n", type=int, help=words.word("option.min_n"))
    one.add_argument("--out", type=Path, help=words.word("option.out"))
