"""docs/guarantees.md names tests that exist, and has a row for every promise."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
PROMISES = {"A": 17, "B": 13, "C": 9, "D": 9, "E": 15, "G": 5}


def test_every_test_named_exists():
    """A promise whose test was renamed or removed is a promise without a test."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 60
    missing = [f"{file}::{name}" for file, name in named
               if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert missing == []


def test_every_promise_has_a_row():
    """Each id stands once, with a test, a rule, or the words "not yet"."""
    found: list[str] = []
    for ids, cell in re.findall(r"(?m)^\| ((?:[A-G]\d+(?:, | to )?)+) \| [^|]+ \| ([^|]+) \|", PAGE):
        ends = re.findall(r"([A-G])(\d+)", ids)
        numbers = [int(number) for _, number in ends]
        span = range(numbers[0], numbers[-1] + 1) if " to " in ids else numbers
        found += [f"{ends[0][0]}{number}" for number in span]
        assert "`" in cell or cell == "not yet", ids
    assert found == [f"{letter}{n}" for letter, count in PROMISES.items() for n in range(1, count + 1)]
