"""The command, as ``python -m kundenmetrik``."""

from kundenmetrik.command.main import main

if __name__ == "__main__":
    raise SystemExit(main())
