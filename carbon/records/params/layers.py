"""Values on top of values: the upper of two wins, mappings key by key."""

from __future__ import annotations

from typing import Any

from carbon.records.params.strict_yaml import Key


def merged(upper: Any, lower: Any, key: Key = (), replaced: set[Key] | None = None) -> Any:
    """Return the upper value over the lower one; an empty value takes a lower one back.

    `replaced` collects the keys below which nothing of the lower value is left.
    """
    if not (isinstance(upper, dict) and isinstance(lower, dict)):
        if replaced is not None:
            replaced.add(key)
        return upper
    values = dict(lower)
    for name, value in upper.items():
        if name in lower:
            values[name] = merged(value, lower[name], (*key, name), replaced)
        else:
            values[name] = value
        if values[name] is None and name in lower:
            del values[name]
    return values
