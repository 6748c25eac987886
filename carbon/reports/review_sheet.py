"""The sheet of a review, as an assurer is handed it: what was judged, what ran and what did not, each difference."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pandas as pd

from carbon.core.text import from_difference
from carbon.reports.audit_sheet import sheet
from carbon.reports.words.figure_ids import short
from carbon.reports.words.language import Words

LISTED, SHOWN = 25, 120
"""Differences of one file on the sheet, and characters of a value, from shortly before the first that differs."""
_PLACE = re.compile(r"\b(cell|line|row|sheet)\b(?= ['\d])")
_CHANGE = re.compile(r"(?<= )(changed|added|removed)(?=, | and \d+ more$|$)")
_UNBROKEN = re.compile(r"(\S{36})\S{4,}")
"""A hash or another word that no column holds."""
_MORE = re.compile(r"and (\d+) more$")


def review_page(review: Any, language: str, reviewed_on: date) -> str:
    """Return the sheet of a company-year as an offline page.

    review: `runs.review.review.Sheet`.
    """
    words, comparison = Words(language), review.found
    tables = {"changed": _changed(comparison.get("changed", {}), words),
              "moved": _moved(comparison.get("moved", []), words),
              "differences": _differences(comparison.get("findings", []), words)}
    verdict = words(f"review.{review.verdict.replace(' ', '_')}", reason=review.reason,
                    moved=words.number(len(comparison.get("moved", []))),
                    differences=words.number(len(comparison.get("findings", []))))
    return sheet(f"{review.company} {review.year}", words, kind="review", heading=verdict,
                 facts=_facts(review, words, reviewed_on),
                 tables={name: table for name, table in tables.items() if len(table)}, digits=6)


def _facts(review: Any, words: Words, reviewed_on: date) -> list[str]:
    """Return the day, the identity, what was executed and what was not, as sentences."""
    found, day = review.found, words("review.day", day=words.date(reviewed_on))
    if not found:
        return [day]
    executed, left_out = found.get("executed"), found.get("not_compared")
    return [words("audit.identity", identity=found.get("identity") or words("table.not_given")),
            words("review.executed", notebook=executed) if executed else words("review.nothing_executed"),
            words("review.nbval", text=review.nbval["text"]) if review.nbval else words("review.no_nbval"),
            *([words("review.left_out")] if left_out else []),
            *([words("review.full_values", shown=LISTED)] if found.get("findings") else []), day]


def _changed(changed: dict[str, str], words: Words) -> pd.DataFrame:
    texts = [_MORE.sub(lambda more: words("review.more", count=more[1]),
                       _CHANGE.sub(lambda verb: words.term("review_change", verb[1]), text))
             for text in changed.values()]
    return pd.DataFrame({"set_part": [words.term("set_part", part) for part in changed], "set_change": texts})


def _moved(moved: list[dict[str, Any]], words: Words) -> pd.DataFrame:
    causes = [words("text.list").join(f"{words.term('set_part', cause)} {words.signed(tonnes, 6)} t"
                                      for cause, tonnes in row.get("because_t", {}).items() if tonnes)
              for row in moved]
    table = pd.DataFrame({"moved_figure": [short(row["figure_id"]) for row in moved],
                          **{name: pd.Series([row[name] for row in moved], dtype="float64")
                             for name in ("published_t", "now_t")}})
    return table.assign(change_t=table["now_t"] - table["published_t"], because=causes)


def _differences(findings: list[dict[str, str]], words: Words) -> pd.DataFrame:
    lines, listed = [], Counter[str]()
    for finding in findings:
        file = finding["where"].split(" ")[0]
        listed[file] += 1
        if listed[file] > LISTED:
            continue
        place = _PLACE.sub(lambda kind: words.term("place", kind[1]), finding["where"])
        stored, now = (_UNBROKEN.sub(r"\1…", text)
                       for text in from_difference(finding["stored"], finding["now"], SHOWN))
        lines.append({"place": f"{place}{words('text.colon')}{words.term('difference', finding['what'])}",
                      "moved_figure": short(finding["figure_id"]), "stored": stored, "now": now})
    return pd.DataFrame(lines)
