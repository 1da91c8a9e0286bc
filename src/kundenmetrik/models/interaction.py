"""One interaction of a customer with the company."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kundenmetrik.models.fields import UNSET, Attributes, Currency, Id, Moment, Name, Number
from kundenmetrik.models.record import Record
from kundenmetrik.models.rules import NotBefore, OneClock, OnlyFor, Requires, Rule

InteractionKind = Literal["purchase", "refund", "complaint", "contact", "visit", "other"]
"""What a customer can do: buy, send back, complain, get in touch, drop by, or something else."""

ANSWERED = ("complaint", "contact")


class Interaction(Record):
    """One interaction: a purchase, a refund, a complaint, a contact, a visit or another one.

    Examples
    --------
    >>> from datetime import datetime
    >>> import kundenmetrik as km
    >>> order = km.Interaction(
    ...     interaction_id="o-1", customer_id=17, kind="purchase",
    ...     occurred_at=datetime(2025, 3, 1, 9, 30), amount=49.9, currency="EUR",
    ... )
    >>> order.amount
    49.9
    """

    RULES: ClassVar[tuple[Rule, ...]] = (
        Requires("amount", "currency"),
        OnlyFor("first_response_at", "kind", ANSWERED),
        OnlyFor("resolved_at", "kind", ANSWERED),
        NotBefore("first_response_at", "occurred_at"),
        NotBefore("resolved_at", "occurred_at"),
        OneClock(("occurred_at", "first_response_at", "resolved_at")),
    )

    interaction_id: Id = Field(description="The interaction's identifier.")
    customer_id: Id = Field(description="Whose interaction it is.")
    kind: InteractionKind = Field(description="What happened.")
    occurred_at: Moment = Field(description="When it happened.")
    amount: Annotated[Number | None, UNSET] = Field(default=None, description="The money that moved, in ``currency``.")
    currency: Currency | None = Field(
        default=None, description="The currency of ``amount``; required where an amount is given."
    )
    touchpoint: Name | None = Field(
        default=None, description="The point of the customer journey, such as checkout or delivery."
    )
    channel: Name | None = Field(default=None, description="The way it came about, such as web, phone or shop.")
    product: Name | None = Field(default=None, description="The product concerned.")
    reason: Name | None = Field(default=None, description="Why it happened, such as the ground of a complaint.")
    first_response_at: Annotated[Moment | None, UNSET] = Field(
        default=None, description="When a complaint or a contact was first answered; not before ``occurred_at``."
    )
    resolved_at: Annotated[Moment | None, UNSET] = Field(
        default=None, description="When a complaint or a contact was settled; not before ``occurred_at``."
    )
    attributes: Attributes | None = Field(default=None, description="Further facts about the interaction, by name.")
