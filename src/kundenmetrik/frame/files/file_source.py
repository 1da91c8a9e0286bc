"""What is read: files by name or pattern, bytes, and open files, each with the name that messages use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import IO, Any

from kundenmetrik.errors import InvalidArgument, InvalidType

FileSource = str | Path | bytes | IO[bytes] | IO[str]
"""One file: its path, a pattern such as ``sales-*.csv``, its bytes, or an open file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: what it is called and what it holds."""

    name: str
    content: bytes
    fault: InvalidArgument | None = None
    """Why the file cannot be read, where it is one of several."""


def sources_of(source: Any, name: str | None = None) -> list[Source]:
    """Return the files that are meant, at least one, in order; a pattern's by name.

    Of several, one that cannot be read is told later, with the faults of the others.
    """
    if name is not None and not (isinstance(name, str) and name):
        raise InvalidType("name", "be text: what messages call the file", name)
    several = source if isinstance(source, (list, tuple)) else [source]
    found: list[Source] = []
    for item in several:
        try:
            found.extend(_files(item, name))
        except InvalidArgument as fault:
            if len(several) == 1 or isinstance(fault, InvalidType):
                raise
            found.append(Source(name=Path(str(item)).name, content=b"", fault=fault))
    if not found:
        raise InvalidArgument("source", "name at least one file", source)
    if name is not None and len(found) > 1:
        raise InvalidArgument("name", "be left out for several files", name)
    return found


def _files(source: Any, name: str | None) -> Iterator[Source]:
    if isinstance(source, (str, Path)):
        yield from (Source(name=name or path.name, content=_content(path)) for path in _paths(source))
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield Source(name=name or "bytes", content=bytes(source))
    elif callable(getattr(source, "read", None)):
        yield _stream(source, name)
    else:
        raise InvalidType("source", "be the name of a file, its bytes, or an open file", source)


def _paths(source: str | Path) -> list[Path]:
    if not has_magic(str(source)) or Path(source).exists():
        return [Path(source)]
    return [Path(found) for found in sorted(glob(str(source), recursive=True)) if Path(found).is_file()]


def _content(path: Path) -> bytes:
    called = path.name or str(path)
    try:
        there, is_file = path.exists(), path.is_file() or path.is_fifo()
        content = path.read_bytes() if is_file else b""
    except (OSError, ValueError) as fault:
        said = str(getattr(fault, "strerror", None) or fault)
        raise InvalidArgument("source", "be a file that can be read", called, f"{said}.") from None
    if not there:
        raise InvalidArgument("source", "be a file", called, "There is no file of that name.")
    if not is_file:
        raise InvalidArgument("source", "be a file, not a folder or a device", called)
    return content


def _stream(stream: Any, name: str | None) -> Source:
    given = getattr(stream, "name", None)
    called = name or (Path(given).name if isinstance(given, str) and given else "the open file")
    try:
        content = stream.read()
    except (OSError, ValueError) as fault:
        raise InvalidArgument("source", "be a file that can be read", called, f"{fault}.") from None
    if isinstance(content, str):
        return Source(name=called, content=content.encode("utf-8", "surrogatepass"))
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise InvalidType("source", "hold bytes or text", content)
    return Source(name=called, content=bytes(content))
