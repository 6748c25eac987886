"""The identity of a published set: the SHA-256 of its manifest, kept next to the set from the moment it is published.

    <year>/set-<digest>/manifest.json   covers every file of the set and everything the overview prints
    <year>/set-<digest>.sha256          the identity, in the layout of `sha256sum --check`

Whoever can write the folder can write both: docs/evidence.md states what that proves, and to whom.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from carbon.params.files.project import sha256_of
from carbon.runs.publish import durable

MANIFEST = "manifest.json"
RECORD = ".sha256"
UNREADABLE = "unreadable"
SHOWN = 12
"""Digits of an identity in a sentence."""
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)\n")


def indented(value: Any, *, errors: str = "strict") -> bytes:
    """Return a value as JSON that is published: indented, keys in order, text as it is; one value has one text."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode(errors=errors) + b"\n"


def identity(folder: Path) -> str:
    """Return the identity of a set or a filing: the SHA-256 of its manifest, whose text is canonical."""
    return sha256_of(folder / MANIFEST)


def record_of(folder: Path) -> Path:
    """Return the file next to a set that holds its identity."""
    return folder.with_name(folder.name + RECORD)


def record(folder: Path, sha256: str) -> None:
    """Write the identity of a set next to it, before the set takes its name."""
    durable.write_atomic(record_of(folder), f"{sha256}  {folder.name}/{MANIFEST}\n".encode())


def recorded(folder: Path) -> str:
    """Return the identity recorded at publication; "" without a record, "unreadable" for more than its line."""
    try:
        line = _LINE.fullmatch(record_of(folder).read_text(encoding="ascii"))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError):
        return UNREADABLE
    return line[1] if line and line[2] == f"{folder.name}/{MANIFEST}" else UNREADABLE


def short(sha256: str) -> str:
    """Return the first digits of an identity, for a sentence."""
    return sha256[:SHOWN] or "none"
