"""Customer metrics one can trust: each number with its uncertainty, its base and its provenance."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
