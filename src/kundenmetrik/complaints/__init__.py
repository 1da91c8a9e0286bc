"""Things gone wrong: complaint rates, what lies behind them, and how soon complaints are dealt with."""

from kundenmetrik.lazy import lazy_package

lazy_package(__name__)
