from kundenmetrik.models.customer import Customer as Customer
from kundenmetrik.models.interaction import Interaction as Interaction
from kundenmetrik.models.interaction import InteractionKind as InteractionKind
from kundenmetrik.models.kano_answer import KanoAnswer as KanoAnswer
from kundenmetrik.models.record import Record as Record
from kundenmetrik.models.survey_response import SurveyResponse as SurveyResponse
