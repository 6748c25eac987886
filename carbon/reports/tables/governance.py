"""Commitments in words: the adopted text next to its verdict, and who looks after it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from carbon.core.text_columns import text_array
from carbon.reports.words.language import Words
from carbon.scorecards.commitments import BODIES, HIDDEN, VERDICTS
from carbon.scorecards.company import Indicators


def commitment_lines(table: pd.DataFrame, found: Indicators | None, words: Words) -> pd.DataFrame:
    """Return `VERDICTS` for readers.

    Returns
    -------
    DataFrame
        commitment, adopted_text, verdict_text, why_text, body, due, review, evidence_file.
    """
    VERDICTS.validate(table)
    labels = {} if found is None else dict(zip(
        found.catalogue.table["id"], found.catalogue.table[f"label_{words.language}"], strict=True))
    return pd.DataFrame({
        "commitment": table["title"], "adopted_text": table["text"],
        "verdict_text": text_array([words(f"commitment.{v.replace(' ', '_')}") for v in table["verdict"]]),
        "why_text": text_array([_why(text, labels, words) for text in table["why"]]),
        "body": table["body"], "due": text_array([_day(day, words) for day in table["due"]]),
        "review": text_array([_review(day, state, words) for day, state in zip(table["reviewed_on"], table["review"],
                                                                               strict=True)]),
        "evidence_file": table["evidence"]})


def reviewer_lines(table: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return `BODIES` for readers: commitment, role, body, review, opinion, evidence_file."""
    BODIES.validate(table)
    return pd.DataFrame({
        "commitment": table["title"], "role": text_array([words(f"commitment.{role}") for role in table["role"]]),
        "body": table["body"],
        "review": text_array([_review(day, state, words) for day, state in zip(table["last_on"], table["state"],
                                                                               strict=True)]),
        "opinion": table["opinion"], "evidence_file": table["evidence"]})


def _review(day: str, state: str, words: Words) -> str:
    text = words(f"commitment.{state.replace(' ', '_')}")
    return f"{_day(day, words)} ({text})" if day else text


def _day(text: str, words: Words) -> str:
    return words.date(date.fromisoformat(text)) if text else ""


def _why(text: str, labels: dict[str, str], words: Words) -> str:
    """Return the parts of a verdict in words; "nothing measures it" without any."""
    parts = []
    for part in text.split("; ") if text else []:
        kind, name, *rest = part.split(":")
        if kind == "criteria":
            met, applicable, untested, rows, published = rest
            key = "commitment.list" if rows == published else "commitment.list_incomplete" if published else \
                "commitment.list_unknown"
            parts.append(words(key, framework=name, met=met, applicable=applicable, untested=untested, rows=rows,
                               published=published))
        else:
            status = rest[0].replace(" ", "_")
            key = f"commitment.{status}" if status in (HIDDEN, "contradicted") else f"scorecard.{status}"
            parts.append(words("commitment.part", name=labels.get(name) or name, status=words(key)))
    return words("text.list").join(parts) if parts else words("commitment.nothing")
