"""The main job: from three tables to a scorecard.

Without files it runs on the web shop that comes with the library:

python examples/scorecard.py

With three CSV files of your own (fields as in docs/records.md):

python examples/scorecard.py --customers c.csv --interactions i.csv --responses r.csv --html report.html
"""

from __future__ import annotations

import argparse
import os
import sys
from io import TextIOWrapper
from pathlib import Path

import kundenmetrik as km


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    if chosen.html is not None and (fault := _unwritable(Path(chosen.html))):
        print(f"--html: {fault}", file=sys.stderr)
        return 2
    try:
        card = _card(chosen)
    except km.errors.KundenmetrikError as fault:
        print(fault, file=sys.stderr)
        return 1
    print(card.to_text())
    return _written(card, chosen.html) if chosen.html is not None else 0


def _unwritable(path: Path) -> str:
    """Say why no page can be written there, before anything is computed; empty where one can."""
    try:
        if path.is_dir():
            return f"{path} is a directory; name a file in it, such as {path / 'scorecard.html'}"
        if not path.parent.is_dir():
            return f"there is no directory {path.parent}; make it first"
        new = not path.exists()
        path.open("a").close()
        if new:
            path.unlink()
    except OSError as fault:
        return f"{path} cannot be written: {fault.strerror}"
    return ""


def _written(card: km.report.Scorecard, path: str) -> int:
    try:
        Path(path).write_text(card.to_html(), encoding="utf-8")
    except OSError as fault:
        print(f"--html: {fault}", file=sys.stderr)
        return 1
    return 0


def _card(chosen: argparse.Namespace) -> km.report.Scorecard:
    files = {name: getattr(chosen, name) for name in ("customers", "interactions", "responses")}
    if any(files.values()):
        missing = [f"--{name}" for name, path in files.items() if not path]
        if missing:
            raise km.errors.InvalidArgument(" and ".join(missing), "be given too: a scorecard takes three files")
        style = {"separator": chosen.separator.replace("\\t", "\t"), "decimal": chosen.decimal}
        tables = [
            km.read_csv(chosen.customers, km.Customer, **style),
            km.read_csv(chosen.interactions, km.Interaction, **style),
            km.read_csv(chosen.responses, km.SurveyResponse, **style),
        ]
        kano = km.read_csv(chosen.kano, km.KanoAnswer, **style) if chosen.kano else None
    else:
        shop = km.datasets.webshop(n_customers=chosen.customers_to_make, seed=chosen.seed)
        tables = [shop.customers, shop.interactions, shop.responses]
        kano = shop.kano
    return km.report.scorecard(
        *tables,
        kano=kano,
        by=chosen.by or None,
        period=chosen.period,
        language=chosen.language,
        min_n=chosen.min_n,
        time_zone=chosen.time_zone,
    )


def _language() -> str:
    """Return the language of the system, English where it is neither German nor English."""
    chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "de" if chosen.lower().startswith("de") else "en"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Customer metrics with their uncertainty, from three tables.",
        epilog="The columns of the files are the fields in docs/records.md; those without a value may be left out.",
    )
    parser.add_argument("--language", choices=["de", "en"], default=_language(), help="by default that of the system")
    parser.add_argument("--by", default="segment", help="a column of the customers; empty for none")
    parser.add_argument("--period", default="month", choices=["day", "week", "month", "quarter", "year"])
    parser.add_argument("--time-zone", help="the zone whose calendar counts, for times with a zone")
    parser.add_argument("--min-n", type=int, default=0, help="hide groups with fewer answers")
    parser.add_argument("--html", help="write the report as an HTML page, too")
    parser.add_argument("--customers", help="a CSV file of customers")
    parser.add_argument("--interactions", help="a CSV file of interactions")
    parser.add_argument("--responses", help="a CSV file of survey responses")
    parser.add_argument("--kano", help="a CSV file of Kano answers, if there are any")
    parser.add_argument("--separator", default=",", help="what stands between two cells of the files, \\t for a tab")
    parser.add_argument("--decimal", default=".", help="the decimal mark of the files")
    parser.add_argument("--customers-to-make", type=int, default=2000, help="the size of the shop that is made up")
    parser.add_argument("--seed", type=int, default=2026, help="the seed of the shop that is made up")
    return parser


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        # A minus sign is not in every code page.
        sys.stdout.reconfigure(encoding="utf-8")  # pyright: ignore[reportUnknownMemberType]
    raise SystemExit(main())
