"""For tests and for trust: strategies for records and counts, the laws of metrics, published figures to verify."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kundenmetrik.testing.verification import Verified, VerifyReport, verify

if TYPE_CHECKING:
    from kundenmetrik.testing import laws, strategies

__all__ = ["Verified", "VerifyReport", "laws", "strategies", "verify"]

NEED_HYPOTHESIS = ("laws", "strategies")
"""What is loaded when it is first used, so that verify needs nothing that is optional."""


def __getattr__(name: str) -> Any:
    if name in NEED_HYPOTHESIS:
        try:
            return import_module(f"kundenmetrik.testing.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != "hypothesis":
                raise
            said = f'km.testing.{name} needs hypothesis; install "kundenmetrik[testing]"'
            raise ModuleNotFoundError(said, name="hypothesis") from None
    raise AttributeError(f"module 'kundenmetrik.testing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
