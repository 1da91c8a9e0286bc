"""``kundenmetrik scorecard``: the report on files of one's own, or on the shop that comes with the library."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kundenmetrik.command.progress_line import progress_line
from kundenmetrik.command.tables import config_of, read_tables
from kundenmetrik.datasets import webshop
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.report import Scorecard, scorecard
from kundenmetrik.words.language import Language

SHOP = {"n_customers": 2000, "seed": 2026}
MIN_N = 10
"""Groups with fewer answers are hidden in what is written for others."""


def scorecard_task(chosen: argparse.Namespace, words: Language) -> int:
    """Print the report; with ``--out`` write it as text, page and table, too."""
    if chosen.out is not None:
        _check_folder(chosen.out)
    config = config_of(chosen)
    options: dict[str, Any]
    tables: dict[str, Any]
    if config is None:
        shop = webshop(**SHOP)
        tables = {"customers": shop.customers, "interactions": shop.interactions, "responses": shop.responses}
        tables["kano"] = shop.kano
        named = ("by", "period", "time_zone", "observed_until", "min_n")
        options = {"by": "segment"} | {name: value for name in named if (value := getattr(chosen, name)) is not None}
        sys.stderr.write(words.word("command.shop") + "\n")
    else:
        with progress_line(words) as progress:
            tables = read_tables(config, words, progress)
        options = dict(config.scorecard)
    options.setdefault("min_n", 0 if chosen.out is None else MIN_N)
    options |= {"by": options.get("by") or None, "language": words.code}
    with progress_line(words) as progress:
        card = scorecard(**tables, **options, progress=progress)
    sys.stdout.write(card.to_text() + "\n")
    if chosen.out is not None:
        _write(card, chosen.out)
    return 0


def _check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be made or written, before anything is computed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".kundenmetrik"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise InvalidArgument("--out", f"be a folder that can be written: {fault.strerror}", str(folder)) from None


def _write(card: Scorecard, folder: Path) -> None:
    """Write the report in whole files only: each is renamed when it is complete."""
    table = card.to_csv()
    charts = card.charts() if find_spec("matplotlib") is not None else {}
    made = {"scorecard.txt": card.to_text(), "scorecard.html": card.to_html(charts=charts), "scorecard.csv": table}
    for name, text in (made | {f"{name}.svg": chart for name, chart in charts.items()}).items():
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8-sig" if name.endswith(".csv") else "utf-8", newline="")
        part.replace(folder / name)
