"""The command: chooses the task, prints, and ends with a code; what a user can cause is one message, no traceback."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from kundenmetrik.command.options import Task, language_asked, parser
from kundenmetrik.errors import KundenmetrikError
from kundenmetrik.words.fault_text import error_text
from kundenmetrik.words.language import Language
from kundenmetrik.words.language import language as language_of

FAULT, INTERNAL, INTERRUPTED = 1, 70, 130
"""How the command ends: faults in files or arguments, a fault of the library, Ctrl-C; 2 is a wrong option."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind the command; by default what it was called with.

    Returns
    -------
    int
        0 if all is well, 1 for faults in files or a figure that disagrees, 2 for a wrong option, 70 for a fault of the
        library, 130 after Ctrl-C.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # a minus sign is not in every code page
    language = language_asked(given, os.environ)
    words = language_of(language)
    try:
        chosen = parser(words).parse_args(given)
    except SystemExit as ended:
        return int(ended.code or 0)
    task: Task = chosen.task
    try:
        return task(chosen, words)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    except (KundenmetrikError, OSError, ModuleNotFoundError) as fault:
        _say(_sentence(fault, words))
        return FAULT
    except Exception as fault:  # noqa: BLE001 - a fault of the library is one sentence, too
        if chosen.debug:
            traceback.print_exc()
        _say(words.word("command.internal", fault=f"{type(fault).__name__}: {fault}"))
        return INTERNAL


def _sentence(fault: Exception, words: Language) -> str:
    if isinstance(fault, OSError) and fault.filename is not None:
        return f"{fault.filename}: {fault.strerror}"
    return error_text(fault, words)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
