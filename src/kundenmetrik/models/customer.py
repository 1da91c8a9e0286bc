"""One customer."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from kundenmetrik.models.fields import UNSET, Attributes, Id, Moment, Name
from kundenmetrik.models.record import Record
from kundenmetrik.models.rules import NotBefore, OneClock, Rule


class Customer(Record):
    """One customer: who, since when, and until when.

    Examples
    --------
    >>> from datetime import datetime
    >>> import kundenmetrik as km
    >>> anna = km.Customer(customer_id=17, acquired_at=datetime(2025, 3, 1), segment="retail")
    >>> anna.churned_at is None
    True
    """

    RULES: ClassVar[tuple[Rule, ...]] = (
        NotBefore("churned_at", "acquired_at"),
        OneClock(("acquired_at", "churned_at")),
    )

    customer_id: Id = Field(description="The customer's identifier.")
    acquired_at: Moment = Field(description="When the customer became one.")
    churned_at: Annotated[Moment | None, UNSET] = Field(
        default=None, description="When the customer left, None while the customer stays; not before ``acquired_at``."
    )
    segment: Name | None = Field(default=None, description="The segment the customer belongs to.")
    persona: Name | None = Field(default=None, description="The persona the customer stands for.")
    attributes: Attributes | None = Field(default=None, description="Further facts about the customer, by name.")
