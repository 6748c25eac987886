"""JSON that is published: indented by one space, keys in order, text as it is; the same bytes for the same value."""

from __future__ import annotations

import json
from typing import Any


def indented(value: Any) -> str:
    """Return a value as published JSON."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
