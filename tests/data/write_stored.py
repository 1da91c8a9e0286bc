"""Write what this version stores, for the tests of later ones: python tests/data/write_stored.py 0.3.0

Run it once, when a version is released, and never again for that version: the files are what it wrote. Then remove the
folder ``unreleased``, which keeps the format of counts, estimates and tables until then.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import kundenmetrik as km
from kundenmetrik import clv, retention
from tests.guards import test_results as results

NOT_KEPT = {"Scorecard", "VerifyReport", "Webshop"}
"""They are made again, not kept."""
ANSWERS = pd.DataFrame(
    {
        "shop": ["A", "A", "B", None],
        "score": [10, 3, None, 8],
        "w": [1.0, 2.0, 0.5, 1.5],
        "who": [1, 1, 2, 3],
        "day": pd.to_datetime(["2025-01-01"] * 3 + ["2025-02-01"]),
    }
)
COMPLAINTS = {"product": ["a", "b"], "complaints": [3, 4], "sales": [100, None]}
TGW = km.TGW("complaints", "sales")


def few() -> clv.Purchases:
    return results.base().select(range(6))


FURTHER: dict[str, Callable[[], Any]] = {
    "Counts_weighted": lambda: km.measure(ANSWERS, km.NPS(), by="shop", weight="w").counts,
    "Counts_clustered": lambda: km.measure(ANSWERS, km.NPS(), cluster="who").counts,
    "Counts_by_date": lambda: (
        km.measure(ANSWERS.assign(day=ANSWERS["day"].dt.date), km.NPS(), by=["shop", "day"]).counts
    ),
    "Counts_complaints": lambda: km.measure(COMPLAINTS, TGW).counts,
    "Estimate_weighted": lambda: km.nps([10, 3, 8, None], weight=[1, 2, 0.5, 1]),
    "Estimate_undefined": lambda: km.csat([None]),
    "Estimate_tgw": lambda: km.tgw(15, 400),
    "EstimateTable_by_month": lambda: km.measure(ANSWERS, km.NPS(), by="shop", period="month", date="day"),
    "EstimateTable_min_n": lambda: km.measure(ANSWERS, km.NPS(), by="shop", min_n=2),
    "EstimateTable_complaints": lambda: km.measure(COMPLAINTS, TGW, by="product"),
}
"""Further values of classes that hold several things; a name begins with its class."""
SMALLER: dict[str, Callable[[], Any]] = {
    "HistoricValue": lambda: clv.historic_value(few()),
    "InactivityCurve": lambda: retention.inactivity(results.shop().interactions.head(60), observed_until=results.UNTIL),
    "LifetimeValue": lambda: clv.lifetime_value(
        results.fit(), results.spend(), horizon="1 year", annual_discount=0.1, purchases=few()
    ),
    "Prediction": lambda: results.fit().expected_purchases(12, purchases=few()),
    "Purchases": few,
    "RFMScores": lambda: clv.rfm(few()),
    "Tenures": lambda: retention.tenures(results.shop().customers.head(8), observed_until=results.UNTIL, unit="month"),
}
"""The same results as in the test of all results, of fewer customers."""


def frame_of(result: Any) -> dict[str, Any]:
    """Return the first rows of a result as JSON has them, all digits kept."""
    text = result.to_frame().head(12).to_json(orient="split", double_precision=15, date_format="iso", index=False)
    found: dict[str, Any] = json.loads(text)
    return found


def main(version: str) -> None:
    folder = Path(__file__).with_name("stored") / version
    folder.mkdir(parents=True)
    frames = {}
    for name, make in sorted({**results.EXAMPLES, **SMALLER, **FURTHER}.items()):
        if name not in NOT_KEPT:
            result = make()
            (folder / f"{name}.json").write_text(f"{result.to_json()}\n", encoding="utf-8")
            frames[name] = frame_of(result)
    (folder / "frames.json").write_text(f"{json.dumps(frames, indent=0)}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
