"""Results of the room survive a pickle and a copy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kundenmetrik import retention
from tests.builders import log_of


def test_results_survive_a_pickle() -> None:
    import copy
    import pickle

    log = log_of(["a", "a", "b", None], ["2026-01-05", "2026-02-06", "2026-02-10", "2026-01-01"])
    frame = pd.DataFrame(
        {"customer_id": ["a", "b"], "acquired_at": log["occurred_at"][:2], "churned_at": [pd.NaT, pd.NaT]}
    )
    results = [
        retention.ledger(log, window=1, observed_until="2026-03-31"),
        retention.cohorts(log, observed_until="2026-03-31"),
        retention.tenures(frame, observed_until="2026-03-31").survival(),
        retention.inactivity(log, observed_until="2026-03-31"),
        retention.logrank([1, 2, np.nan, 4], [True] * 4, ["a", "a", "b", "b"]),
        retention.revenue([1, 2], [1, 3]),
        retention.overlap([1, 2], [2, 3]),
        retention.repeat_purchase_rate(log, observed_until="2026-03-31"),
    ]
    for result in results:
        assert repr(pickle.loads(pickle.dumps(result))) == repr(copy.deepcopy(result)) == repr(result)
