"""A metric of one's own, made as those of the library are: the share of the customers asked who answered.

python examples/response_rate.py
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

import kundenmetrik as km


@dataclass(frozen=True, slots=True)
class ResponseRate(km.ShareMetric):
    """The share of the customers asked who answered: answers over invitations.

    Parameters
    ----------
    answers, invitations : str
        The columns of the two counts, one row for each mailing.

    Notes
    -----
    Totals are pooled: all answers over all invitations, never an average of rates. The rate says nothing about who
    did not answer: a high one can hide that the unhappy stay silent.
    """

    answers: str = "answers"
    invitations: str = "invitations"

    unit = "share"
    higher_is_better: ClassVar[bool | None] = True

    @property
    def label(self) -> str:
        """The metric's name in tables."""
        return "response_rate"

    @property
    def interval_method(self) -> str:
        """Wilson's interval, which is right for small mailings, too."""
        return "wilson"

    @property
    def cells(self) -> tuple[str, str]:
        """Those counted, then the others."""
        return "answered", "silent"

    @property
    def columns(self) -> tuple[str, str]:
        """The columns that are read."""
        return self.answers, self.invitations

    @property
    def identity(self) -> tuple[object, ...]:
        """What two estimates must share to be compared."""
        return (type(self).__name__,)

    def tally(self, rows: Any) -> km.Counts:
        """Add up answers and invitations by group; the cells are those who answered and those who did not."""
        sums = rows.sums({"answered": self.answers, "invited": self.invitations})
        answered, invited = sums.table.T
        if (answered > invited).any():
            raise km.errors.InvalidArgument(self.answers, f"be at most {self.invitations} in every group")
        table = np.stack([answered, invited - answered], axis=1)
        return km.Counts(groups=sums.groups, cells=self.cells, table=table, excluded=sums.excluded)


def main() -> None:
    mailings = {
        "channel": ["e-mail", "e-mail", "phone", "phone"],
        "wave": ["spring", "autumn", "spring", "autumn"],
        "invitations": [4000, 4200, 250, 260],
        "answers": [812, 760, 101, 96],
    }
    by_channel = km.measure(mailings, ResponseRate(), by="channel")
    print(by_channel.to_frame()[["channel", "value", "low", "high", "n"]].round(3).to_string(index=False))
    by_wave = km.measure(mailings, ResponseRate(), by="wave")
    print(km.compare(by_wave["autumn"], by_wave["spring"]))


if __name__ == "__main__":
    main()
