"""Why company-years failed, for the person who ran them: every line and remedy of each reason, within one screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from carbon.core.errors import EARLIER, OWN_ERRORS
from carbon.runs.company_year.journal import SUMMARY

SCREEN = 40
"""Lines for all reasons together."""
WIDEST = 600
"""Characters of one line: a list of many columns is cut, the summary file has it whole."""
REMEDIES = ("Hint: ", "All rejected rows: ")
SHOWN_KEYS = 4
_PLACE = re.compile(rf"^cell \d+: (?:{'|'.join(OWN_ERRORS)}): ")
"""No information for a reader: an error raised on purpose names file, line, value and remedy itself."""
_OF_A_YEAR = re.compile(rf"^\d{{4}}, {EARLIER}: |^{REMEDIES[1]}[^\n]*\n?", re.MULTILINE)
"""What differs between a year at fault and the later years that it stops."""


def clean_lines(text: str) -> list[str]:
    """Return the lines of a reason without control characters, and without place and class of our own errors."""
    lines = _PLACE.sub("", text.strip()).splitlines() or [""]
    return ["".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) for line in lines]


def closing_lines(rows: Iterable[Mapping[str, Any]], *, screen: int = SCREEN) -> list[str]:
    """Return the reasons of rows of the run summary; company-years with the same reason share it.

    The first line and the remedy of a reason are always shown; what does not fit is counted, with the file that has it.
    """
    groups, reasons = dict[str, list[str]](), dict[str, str]()
    for row in rows:
        if row["reason"]:
            # One cause met in two cells of the notebook, or by later years of its company, is one cause.
            reason = "\n".join(clean_lines(row["reason"]))
            cause = _OF_A_YEAR.sub("", reason)
            groups.setdefault(cause, []).append(f"{row['company']}/{row['year']}")
            reasons.setdefault(cause, reason)
    shares = max(2, screen // max(1, len(groups)))
    lines: list[str] = []
    for position, (reason, keys) in enumerate(groups.items()):
        block = _block(reasons[reason], keys, shares)
        if position and len(lines) + len(block) > screen:
            left = [key for others in list(groups.values())[position:] for key in others]
            return [*lines, f"... and {len(left)} more: {_named(left)}; each `reason` is in data/processed/{SUMMARY}"]
        lines += block
    return lines


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - SHOWN_KEYS} more" if len(keys) > SHOWN_KEYS else ""
    return ", ".join(keys[:SHOWN_KEYS]) + more


def _block(reason: str, keys: list[str], limit: int) -> list[str]:
    """Return the first line, as many of the others as `limit` allows, and the remedies."""
    first, *rest = clean_lines(reason)
    between = [line for line in rest if not line.startswith(REMEDIES)]
    remedies = [line for line in rest if line.startswith(REMEDIES)]
    room = max(0, limit - 1 - len(remedies))
    if len(between) > room:
        between = [*between[: max(0, room - 1)], f"... {len(between) - max(0, room - 1)} more lines"]
    return [_cut(f"{_named(keys)}: {first}"), *(f"    {_cut(line)}" for line in [*between, *remedies])]


def _cut(line: str) -> str:
    return line if len(line) <= WIDEST else f"{line[:WIDEST]} ..."
