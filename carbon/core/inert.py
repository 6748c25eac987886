"""Text that a spreadsheet would run, made inert, and taken back unchanged.

A text that starts with one of = + - @ tab, line feed or carriage return (or their full-width forms), after any number
of apostrophes, gets one apostrophe in front. Since texts with apostrophes before such a character are marked as
well, taking the mark away gives the very text back. Numbers are not texts: they are never marked.

Source: OWASP ASVS 5, 1.2.10; CWE-1236.
"""

from __future__ import annotations

import re

MARK = "'"
LIVE = re.compile(r"^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""Start of a text that could become a formula."""


def make_inert(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet could run it: "=1+1" -> "'=1+1"."""
    return MARK + text if LIVE.match(text) else text


def as_written(text: str) -> str:
    """The text before `make_inert`: "'=1+1" -> "=1+1"; any other text as it is."""
    return text[1:] if text.startswith(MARK) and LIVE.match(text) else text
