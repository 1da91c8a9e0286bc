"""The Kano model: from answers to categories one can defend."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
