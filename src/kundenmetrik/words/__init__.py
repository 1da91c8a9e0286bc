"""German and English: the words, and how numbers are written."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
