"""Planning a survey or a measurement: how many answers it needs, and what it could see."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
