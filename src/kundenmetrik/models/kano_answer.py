"""One customer's pair of answers about one feature."""

from __future__ import annotations

from pydantic import Field

from kundenmetrik.models.fields import Id, KanoLevel, Name, NotNegative
from kundenmetrik.models.record import Record


class KanoAnswer(Record):
    """One customer's answers to the two Kano questions about one feature.

    Both answers run from 1 (I like it) over 2 (I expect it), 3 (I am neutral) and 4 (I can live
    with it) to 5 (I dislike it).

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answer = km.KanoAnswer(customer_id=17, feature="free returns", functional=1, dysfunctional=5)
    >>> answer.functional, answer.dysfunctional
    (1, 5)
    """

    customer_id: Id = Field(description="Who answered.")
    feature: Name = Field(description="The feature asked about.")
    functional: KanoLevel = Field(description="How the customer would feel if the feature were there, 1 to 5.")
    dysfunctional: KanoLevel = Field(description="How the customer would feel if the feature were not there, 1 to 5.")
    importance: NotNegative | None = Field(
        default=None, description="How important the customer says the feature is, on the survey's own scale."
    )
    wording: Name | None = Field(default=None, description="Which wording of the two questions was used.")
