"""``python -m kundenmetrik`` is the command."""

from __future__ import annotations

import kundenmetrik.__main__
from kundenmetrik.command.main import main


def test_the_module_is_the_command() -> None:
    assert vars(kundenmetrik.__main__)["main"] is main
