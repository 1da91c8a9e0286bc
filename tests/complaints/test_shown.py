"""Results show themselves, escape what data bring, and never raise, however little they hold."""

from __future__ import annotations

import copy
import dataclasses
import math
import pickle
import subprocess
import sys

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import complaints, monitoring, segments
from kundenmetrik.errors import InvalidData

EVIL = "<script>alert(1)</script>"
PAIR = ([5, 9], [100, 120])
LOG = pd.DataFrame(
    {
        "customer_id": [1, 1],
        "kind": ["purchase", "complaint"],
        "occurred_at": pd.to_datetime(["2025-01-05", "2025-01-20"]),
        "first_response_at": pd.to_datetime([None, "2025-01-21"]),
    }
)
RESULTS = {
    "chart": lambda: monitoring.control_chart(*PAIR, period=[EVIL, "b"]),
    "empty chart": lambda: monitoring.control_chart([], []),
    "funnel": lambda: segments.funnel(*PAIR, by=[EVIL, "b"]),
    "funnel of nothing": lambda: segments.funnel([0, 3], [0, 0]),
    "cusum": lambda: monitoring.cusum(*PAIR, period=[EVIL, "b"], threshold=3),
    "ewma": lambda: monitoring.ewma(*PAIR, width=3),
    "lag": lambda: complaints.lag_matched(*PAIR, lags=[1]),
    "segments": lambda: segments.compare_rates(*PAIR, by=[EVIL, "b"]),
    "shrunk": lambda: segments.shrink(*PAIR, by=[EVIL, "b"]),
    "ranks": lambda: segments.rank(*PAIR, by=[EVIL, "b"]),
    "pareto": lambda: complaints.pareto([EVIL, "b", None], rng=1),
    "ages": lambda: complaints.tgw_by_age(LOG, observed_until="2025-04-30"),
    "curve": lambda: complaints.mean_cumulative([3], [0], [5]),
    "triangle": lambda: complaints.sale_triangle(LOG, observed_until="2025-04-30"),
    "nowcast": lambda: complaints.nowcast([[5, 3], [4, math.nan]], sales=[10, 20]),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_shows_itself(name: str) -> None:
    result = RESULTS[name]()
    assert " ".join(repr(result).split()).startswith(" ".join(result.headline.split()))
    html = result._repr_html_()
    assert "<table" in html
    assert EVIL not in html
    assert "<script" not in html
    assert isinstance(result.to_frame(), pd.DataFrame)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_survives_pickle_and_copy(name: str) -> None:
    result = RESULTS[name]()
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        pd.testing.assert_frame_equal(again.to_frame(), result.to_frame())
        assert repr(again) == repr(result)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_cannot_be_changed(name: str) -> None:
    result = RESULTS[name]()
    field = dataclasses.fields(result)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, field, None)


def test_what_was_left_out_cannot_be_changed() -> None:
    left_out = complaints.pareto(["a", None], rng=1).excluded
    assert dict(left_out) == {"missing": 1}
    assert repr(left_out) == "{'missing': 1}"
    with pytest.raises(TypeError):
        left_out["missing"] = 2


def test_a_clock_survives_pickle() -> None:
    times = complaints.service_times(LOG, observed_until="2025-04-30")
    assert pickle.loads(pickle.dumps(times)).median() == times.median()


def test_notes_are_shown() -> None:
    assert "notes: overdispersed" in repr(monitoring.control_chart([1, 60, 2, 55], [1000] * 4))


def test_estimates_of_the_clocks() -> None:
    times = complaints.service_times(LOG, observed_until="2025-04-30")
    assert "Time to response by elapsed hours: 1 complaints, 0 still waiting" in repr(times)
    assert times.median().low == 24
    rate = complaints.first_contact_resolution(LOG, observed_until="2025-04-30", same=())
    assert 0 < rate.low < rate.value == 1
    assert rate.high == 1


def test_a_name_too_few_and_a_missing_number() -> None:
    with pytest.raises(ValueError, match="by must have one entry a row"):
        segments.funnel(*PAIR, by=["A"])
    with pytest.raises(InvalidData, match="complaints must be given in every row; 1 of 2"):
        monitoring.control_chart(pd.array([1, None], dtype="Int64"), [1, 2])
    with pytest.raises(InvalidData, match="2"):
        monitoring.control_chart([2**60], [1])


def test_limits_so_wide_that_nothing_ever_signals() -> None:
    assert monitoring.ewma(*PAIR, width=400).run_length == math.inf
    assert monitoring.cusum(*PAIR, threshold=5_000).run_length == math.inf


def test_asking_for_tgw_does_not_load_the_charts() -> None:
    code = (
        "import sys, kundenmetrik as km; km.tgw(1, 10); print('kundenmetrik.monitoring.control_chart' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    for name in complaints.__all__:  # type: ignore[attr-defined]
        thing = getattr(km.complaints, name)
        assert not callable(thing) or thing.__doc__
