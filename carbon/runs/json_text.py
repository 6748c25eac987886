"""JSON that is published: indented by one space, keys in order, text as it stands; the same bytes as the standard's."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any


def indented(value: Any, line: str = "\n") -> str:
    """
    What `json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)` gives, in a third of the time: the standard
    library's fast encoder does not indent.

    Parameters
    ----------
    line
        The end of a line and the spaces that the next one begins with.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{line} "
    if isinstance(value, dict) and value:
        parts = f",{inner}".join([f"{_key(name)}: {indented(value[name], inner)}" for name in sorted(value)])
        return f"{{{inner}{parts}{line}}}"
    if isinstance(value, list | tuple) and value:
        return f"[{inner}{f',{inner}'.join([indented(item, inner) for item in value])}{line}]"
    return json.dumps(value)


def _key(name: Any) -> str:
    return encode_basestring(name) if isinstance(name, str) else json.dumps({name: 0})[1:-len(": 0}")]
