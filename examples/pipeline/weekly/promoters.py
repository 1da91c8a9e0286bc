"""A metric of the shop's own."""

from __future__ import annotations

from dataclasses import dataclass

import kundenmetrik as km

ZERO_TO_TEN = km.Scale(0, 10)


@dataclass(frozen=True, slots=True)
class Promoters(km.TopBox):
    """The percentage of answers of 9 and 10 to the NPS question."""

    question: str | None = "nps"
    scale: km.Scale = ZERO_TO_TEN
    name: str = "promoters"
    top: tuple[int, ...] | None = (9, 10)
