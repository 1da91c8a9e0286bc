"""What people read: the scorecard, and the words and numbers of a language."""

from kundenmetrik.report.language import Language, language
from kundenmetrik.report.layout import Section
from kundenmetrik.report.scorecard import Scorecard, scorecard

__all__ = ["Language", "Scorecard", "Section", "language", "scorecard"]
