"""What one valid record is: a customer, an interaction, a survey response, a Kano answer."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
