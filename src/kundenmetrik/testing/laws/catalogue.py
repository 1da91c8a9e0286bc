"""All laws by name, and the check that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kundenmetrik.core.results.metric import Metric
from kundenmetrik.errors import InvalidType, UnknownName
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.testing.laws.assertions import Draw, LawBroken
from kundenmetrik.testing.laws.groups import batch, identity, margins, merge, order, subset
from kundenmetrik.testing.laws.values import (
    bounds,
    direction,
    emptiness,
    interval,
    nesting,
    repetition,
    unanimity,
    weights,
)

Law = Callable[[Metric, Draw], None]
PHASES: tuple[Phase, ...] = (Phase.generate, Phase.shrink)
"""What hypothesis does with a law: draw counts, and make those that break it small."""

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
        )
    }
)
"""The laws by name."""


def check(metric: Metric, *, laws: str | Iterable[str] | None = None, max_examples: int = 50) -> None:
    """Check that a metric keeps the laws, on counts that hypothesis draws.

    Parameters
    ----------
    metric : Metric
        Any metric: one of the library's, a ``km.TopBox`` of your own, or a class of your own.
    laws : str or iterable of str, optional
        The names of the laws to check; all of ``LAWS`` by default.
    max_examples : int
        How many draws each law is tried on.

    Raises
    ------
    LawBroken
        At the first law that is broken, with the smallest counts that show it.
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
    for name in LAWS if laws is None else [laws] if isinstance(laws, str) else laws:
        if name not in LAWS:
            raise UnknownName("laws", name, LAWS)
        _run(name, metric, max_examples)


def _run(name: str, metric: Metric, max_examples: int) -> None:
    @settings(
        max_examples=max_examples,
        deadline=None,
        database=None,
        phases=PHASES,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        LAWS[name](metric, data.draw)

    try:
        run()
    except AssertionError as broken:
        raise LawBroken(f"{metric.label} breaks the law of {name}: {broken}") from broken
