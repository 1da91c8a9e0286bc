"""The contract of every public callable, in the manner of scikit-learn's common tests.

Each argument of a working example gets junk of every type, and columns get the same and other values in every
container. Demanded are: nothing that was given is changed; what is refused is refused by an error of the library, of at
most 1 kB and without commands to a terminal, that names the argument; the same values give the same bits; no warning,
and no dependence on ``numpy.errstate``. ``python -m tests.contract`` counts calls and misses.
"""

from __future__ import annotations

import numpy as np
import pytest

from kundenmetrik.errors import InvalidArgument
from tests.contract.callables import arguments_of, public_callables
from tests.contract.contract import misses, trace
from tests.contract.examples import EXAMPLES, Example

BY_NAME = {example.name: example for example in EXAMPLES}


def test_every_public_callable_has_an_example() -> None:
    known = {f"{function.__module__}.{function.__qualname__}" for function in (one.function() for one in EXAMPLES)}
    missing = {name for home, name in public_callables().items() if home not in known}
    assert not missing, "give it a working call in tests/contract/examples.py"


@pytest.mark.parametrize("name", [name for name in BY_NAME if " " not in name])
def test_an_example_gives_every_argument(name: str) -> None:
    alike = [one for one in EXAMPLES if one.name.split(" ")[0] == name]
    given = {argument for example in alike for argument in example.arguments()}
    assert arguments_of(alike[0].function()) <= given


@pytest.mark.slow
@pytest.mark.parametrize("everything", [False, True], ids=["some", "all"])
@pytest.mark.parametrize("name", BY_NAME)
def test_the_contract_is_kept(name: str, everything: bool) -> None:
    calls, found = misses(BY_NAME[name], everything=everything)
    assert calls > 1
    assert not found, "\n".join(map(str, found))


def broken(scores: object) -> object:
    """Break the contract in every way that it knows."""
    if isinstance(scores, np.ndarray) and scores.flags.writeable:
        scores[0] = 5
    if isinstance(scores, str):
        raise InvalidArgument("other", "be a list")
    if scores is None:
        raise KeyError("scores")
    return trace(scores)


class Holder:
    """What an example's function is looked up in."""

    broken = staticmethod(broken)


def test_the_contract_sees_what_breaks_it() -> None:
    calls, found = misses(Example("broken", lambda: {"scores": [1.0, 2.0, 3.0]}, Holder), everything=False)
    kinds = {miss.kind for miss in found}
    assert calls > 50
    assert {"mutated", "foreign", "unnamed", "other result"} <= kinds
