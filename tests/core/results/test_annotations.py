"""What is known of groups apart from their counts: taken and put together by their keys."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.results.annotations import Annotations
from kundenmetrik.core.results.groups import Groups


def groups_of(*keys: str) -> Groups:
    return Groups(names=("shop",), keys=tuple((key,) for key in keys))


def mask(*values: int) -> np.ndarray:
    return np.array(values, dtype=bool)


def test_some_groups_keep_what_is_known_of_them() -> None:
    known = Annotations(
        notes={"nps": ("few_clusters",)},
        group_notes={"nps": {"empty": mask(1, 0, 1)}},
        undefined={"no_period": mask(0, 1, 0)},
        suppressed=mask(0, 0, 1),
    )
    some = known.take([2, 1])
    assert some.notes == known.notes
    assert some.group_notes["nps"]["empty"].tolist() == [True, False]
    assert some.undefined["no_period"].tolist() == [False, True]
    assert some.suppressed is not None
    assert some.suppressed.tolist() == [True, False]
    assert some.codes("nps", {"own": mask(1, 1)}, 2) == [("own", "empty"), ("own", "no_period")]


def test_two_tables_put_their_notes_together_by_key() -> None:
    one = Annotations(notes={"nps": ("a", "b")}, group_notes={"nps": {"empty": mask(0, 1)}})
    two = Annotations(
        notes={"nps": ("b", "c")},
        group_notes={
            "nps": {
                "empty": mask(
                    1,
                )
            }
        },
    )
    parts = [(groups_of("A", "B"), one), (groups_of("C"), two)]
    both = Annotations.union(parts, groups_of("A", "B", "C"))
    assert both.notes == {"nps": ("a", "b", "c")}
    assert both.group_notes["nps"]["empty"].tolist() == [False, True, True]
