"""What people read: the scorecard, and the words and numbers of a language."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
