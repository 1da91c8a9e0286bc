"""What one valid record is: a customer, an interaction, a survey response, a Kano answer."""

from kundenmetrik.models.customer import Customer
from kundenmetrik.models.interaction import Interaction, InteractionKind
from kundenmetrik.models.kano_answer import KanoAnswer
from kundenmetrik.models.record import Record
from kundenmetrik.models.survey_response import SurveyResponse

__all__ = ["Customer", "Interaction", "InteractionKind", "KanoAnswer", "Record", "SurveyResponse"]
