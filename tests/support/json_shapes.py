"""The shape of each verb's JSON by docs/reference/json.md, and whether a value has it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "json.md"
_ROW = re.compile(r"^\| `([^`]+)` \| (object|array) \| (.+) \|$", re.MULTILINE)
_AS = re.compile(r"^the keys of `(\w+)`$")


@cache
def shapes() -> dict[str, tuple[str, frozenset[str], frozenset[str]]]:
    """Call -> object or array, keys that it always has, keys that it may have."""
    rows = {call: (value, keys) for call, value, keys in _ROW.findall(PAGE.read_text(encoding="utf-8"))}
    found = {}
    for call, (value, keys) in rows.items():
        same = _AS.match(keys)
        # What a key holds is in brackets behind it.
        names = re.findall(r"`([^`]+)`", re.sub(r"\([^)]*\)", "", rows[same[1]][1] if same else keys))
        found[call] = (value, frozenset(n for n in names if not n.endswith("?")),
                       frozenset(n[:-1] for n in names if n.endswith("?")))
    return found


def call_of(words: tuple[str, ...]) -> str:
    """The row of the page for the words of a call: the one that names most of them."""
    fitting = [call for call in shapes() if set(call.split()) <= set(words) and words[0] == call.split()[0]]
    return max(fitting, key=lambda call: len(call.split()), default="")


def check_shape(words: tuple[str, ...], value: object) -> None:
    """Raise where a value is not as the page has it."""
    call = call_of(words)
    assert call, f"{words[0]} is not on {PAGE.name}"
    kind, needed, possible = shapes()[call]
    if isinstance(value, list):
        assert kind == "array" or call in ("classify", "file"), f"{call}: an array"
        for row in value if kind == "array" else ():
            assert needed <= row.keys(), f"{call}: {sorted(needed - row.keys())} missing"
    else:
        assert kind == "object", f"{call}: an object"
        missing, strange = needed - value.keys(), value.keys() - needed - possible
        assert not missing | strange, f"{call}: missing {sorted(missing)}, not on the page {sorted(strange)}"
