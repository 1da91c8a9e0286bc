"""The main job in Python: three tables in, a page with what is real about them out.

The command does the same on files of one's own: ``kundenmetrik scorecard --help``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import kundenmetrik as km


def main(folder: Path) -> Path:
    shop = km.datasets.webshop(n_customers=2000, seed=2026)
    card = km.report.scorecard(
        shop.customers, shop.interactions, shop.responses, kano=shop.kano, by="segment", language="de", min_n=10
    )
    page = folder / "scorecard.html"
    page.write_text(card.to_html(), encoding="utf-8")
    return page


if __name__ == "__main__":
    print(main(Path(tempfile.mkdtemp())))
