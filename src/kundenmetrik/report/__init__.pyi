from kundenmetrik.report.layout import Section as Section
from kundenmetrik.report.scorecard import Scorecard as Scorecard
from kundenmetrik.report.scorecard import scorecard as scorecard
