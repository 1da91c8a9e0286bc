"""``kundenmetrik demo``: the shop as files to begin with."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

import pandas as pd

from kundenmetrik.command.config_file import NAME
from kundenmetrik.datasets import webshop
from kundenmetrik.words.language import Language


def demo_task(chosen: argparse.Namespace, words: Language) -> int:
    """Write the four tables as CSV files, as one workbook where openpyxl is installed, and the file that names them."""
    shop = webshop(n_customers=chosen.customers, seed=chosen.seed)
    tables = {name: getattr(shop, name) for name in ("customers", "interactions", "responses", "kano")}
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(chosen.out / f"{name}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S")
    said = "\n".join(f'[{name}]\nfiles = "{name}.csv"\n' for name in tables) + '\n[scorecard]\nby = "segment"\n'
    (chosen.out / NAME).write_text(said, encoding="utf-8")
    made = [*(f"{name}.csv" for name in tables), NAME]
    if find_spec("openpyxl") is not None:
        with pd.ExcelWriter(chosen.out / "shop.xlsx", engine="openpyxl") as book:
            for name, frame in tables.items():
                frame.to_excel(book, sheet_name=name, index=False)
        made.append("shop.xlsx")
    sys.stdout.write(words.word("command.written", files=", ".join(made), folder=chosen.out) + "\n")
    return 0
