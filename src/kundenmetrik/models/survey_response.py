"""One answer to one survey question."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from kundenmetrik.models.fields import UNSET, AnswerScale, Attributes, Comment, Id, Moment, Name, NotNegative, Number
from kundenmetrik.models.record import Record
from kundenmetrik.models.rules import Rule, Within


class SurveyResponse(Record):
    """One answer to one survey question.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answer = km.SurveyResponse(response_id=1, question="nps", score=9, scale=(0, 10))
    >>> answer.score, answer.scale, answer.weight
    (9.0, (0.0, 10.0), 1.0)
    """

    RULES: ClassVar[tuple[Rule, ...]] = (Within("score", "scale"),)

    response_id: Id = Field(description="The answer's identifier.")
    customer_id: Id | None = Field(default=None, description="Who answered, None when the survey is anonymous.")
    question: Name = Field(description="Which question: nps, csat, ces or any other name.")
    score: Number | None = Field(
        description="The answer as a number, None when the question was asked but not answered."
    )
    scale: Annotated[AnswerScale | None, UNSET] = Field(
        default=None, description="The lowest and the highest possible answer; ``score`` lies within."
    )
    answered_at: Moment | None = Field(default=None, description="When the answer was given.")
    touchpoint: Name | None = Field(
        default=None, description="The point of the customer journey the question was about."
    )
    wave: Id | None = Field(default=None, description="The wave of the survey, by name or by number.")
    weight: NotNegative = Field(
        default=1.0, description="The survey weight: for how many people of the population the answer stands."
    )
    comment: Comment | None = Field(default=None, description="What the customer wrote.")
    attributes: Attributes | None = Field(default=None, description="Further facts about the answer, by name.")
