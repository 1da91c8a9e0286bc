"""Customer lifetime value: purchase bases, repeat-buying models, money, and whether the model is any good."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
