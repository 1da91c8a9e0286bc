"""All laws by name, and the check that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from traceback import extract_tb

import hypothesis
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from hypothesis.errors import Flaky, Unsatisfiable

from kundenmetrik.core.checks import check_choice, check_count, check_items
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.errors import InvalidType
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.testing.laws.assertions import Draw, LawBroken, counts_text
from kundenmetrik.testing.laws.comparisons import antisymmetry, contrast, equality
from kundenmetrik.testing.laws.groups import batch, identity, margins, merge, order, subset
from kundenmetrik.testing.laws.precision import coverage, shrinkage
from kundenmetrik.testing.laws.tallies import base, exclusion, reading, tally, weights
from kundenmetrik.testing.laws.values import bounds, direction, emptiness, interval, nesting, repetition, unanimity

Law = Callable[[Metric, Draw], None]
LAWS: Mapping[str, Law] = FrozenMapping(
    {
        law.__name__: law
        for law in (
            batch,
            order,
            merge,
            identity,
            subset,
            repetition,
            weights,
            bounds,
            unanimity,
            interval,
            nesting,
            margins,
            direction,
            emptiness,
            tally,
            exclusion,
            base,
            reading,
            contrast,
            antisymmetry,
            equality,
            coverage,
            shrinkage,
        )
    }
)
"""The laws by name."""


def check(
    metric: Metric,
    *,
    laws: str | Iterable[str] | None = None,
    settings: hypothesis.settings | None = None,
    max_examples: int | None = None,
) -> None:
    """Check that a metric keeps the laws, on counts and rows that hypothesis draws.

    Parameters
    ----------
    metric : Metric
        Any metric: one of the library's, a ``km.TopBox`` of your own, or a class of your own.
    laws : str or iterable of str, optional
        The names of the laws to check; all of ``LAWS`` by default.
    settings : hypothesis.settings, optional
        How many examples are drawn, with which seed and database; by default the settings of the profile that is
        loaded. Deadlines and health checks are left out: laws are not about speed.
    max_examples : int, optional
        How many draws each law is tried on, whatever the settings say.

    Raises
    ------
    LawBroken
        At the first law that is broken, with the smallest counts that show it; also where the metric raises an error.
    InvalidType
        If the metric is none.
    UnknownName
        If there is no law of a name.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> from kundenmetrik.testing import laws
    >>> laws.check(km.TopBox("wait", scale=km.Scale(1, 4), name="short_wait"), max_examples=10)
    """
    if not isinstance(metric, Metric):
        raise InvalidType("metric", "be a metric, such as km.NPS()", metric)
    if settings is not None and not isinstance(settings, hypothesis.settings):
        raise InvalidType("settings", "be settings of hypothesis", settings)
    chosen = hypothesis.settings(
        settings,
        max_examples=(settings or hypothesis.settings()).max_examples
        if max_examples is None
        else check_count(max_examples, "max_examples", low=1, high=1_000_000),
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    named = [laws] if isinstance(laws, str) else LAWS if laws is None else check_items(laws, "laws", "be names of laws")
    for name in named:
        check_choice(name, "laws", LAWS)
        _run(name, metric, chosen)


def _run(name: str, metric: Metric, settings: hypothesis.settings) -> None:
    seen: list[object] = []

    def run(data: st.DataObject) -> None:
        seen.clear()

        def draw(strategy: st.SearchStrategy[object]) -> object:
            seen.append(data.draw(strategy))
            return seen[-1]

        LAWS[name](metric, draw)

    run.__name__ = run.__qualname__ = (
        f"{type(metric).__name__}_{metric.label}_{name}"  # its own place in the database of hypothesis
    )
    try:
        settings(given(st.data())(run))()
    except LawBroken as broken:
        said = str(broken)
    except Unsatisfiable:
        return  # the metric refuses all rows that can be drawn for it
    except Flaky:
        said = f"the same counts are not always judged alike, {_last(seen)}"
    except Exception as error:  # noqa: BLE001 - whatever a metric of one's own raises
        place = extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}: {error}, {_last(seen)}"
    else:
        return
    raise LawBroken(f"{metric.label} breaks the law of {name}: {said}") from None


def _last(seen: list[object]) -> str:
    """Return the counts that were drawn last: hypothesis ends with the smallest that fail."""
    drawn = [one for one in seen if isinstance(one, Counts)]
    return f"for {' against '.join(map(counts_text, drawn))}" if drawn else f"for {seen}"
