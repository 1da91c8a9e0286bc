"""One spelling of a text: what looks the same in print is the same."""

from __future__ import annotations

from unicodedata import normalize

BLANKS = dict.fromkeys((0xA0, 0x2007, 0x202F), " ") | dict.fromkeys((0x200B, 0x2060, 0xFEFF))
"""Blanks that do not break are plain ones; signs without any width are none."""


def one_spelling(text: str) -> str:
    """Return a text as composed letters (NFC) with plain blanks: files from macOS write ö as o and two dots."""
    return text if text.isascii() else normalize("NFC", text.translate(BLANKS))


def plain_words(text: str) -> str:
    """Return a text without what people type differently: case, and blanks around and between words."""
    return " ".join(one_spelling(text).casefold().split())
