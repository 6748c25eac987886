"""Commitments and targets in words: each next to its verdict, and who looks after it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from carbon.core.text_columns import lines_of, text_array
from carbon.reports.tables.sums import table_of
from carbon.reports.words.language import Words
from carbon.scorecards.commitments import BODIES, HIDDEN, VERDICTS
from carbon.scorecards.company import Indicators
from carbon.trajectory import Target, rulesets
from carbon.trajectory.findings import MET, MISSED, NOT_APPLICABLE, UNKNOWN, judged
from carbon.trajectory.situation import Situation

NAN = float("nan")
_ASKS_SCOPE3 = "scope 3 target required"
"""Rule that another target of the company can answer."""
_RULESETS = {"target": "str", "ruleset_name": "str", "verdict_text": "str", "missing_t": "float64", "missed": "str",
             "unjudged": "str", "met": "str", "evidence_text": "str"}


def commitment_lines(table: pd.DataFrame, found: Indicators | None, words: Words) -> pd.DataFrame:
    """Return `VERDICTS` for readers.

    Columns: commitment, adopted_text, verdict_text, why_text, body, due, review, evidence_file.
    """
    VERDICTS.validate(table)
    labels = {} if found is None else dict(lines_of(found.catalogue.table, ("id", f"label_{words.language}")))
    return pd.DataFrame({
        "commitment": table["title"], "adopted_text": table["text"],
        "verdict_text": text_array([words(f"commitment.{v.replace(' ', '_')}") for v in table["verdict"]]),
        "why_text": text_array([_why(text, labels, words) for text in table["why"]]),
        "body": table["body"], "due": text_array([_day(day, words) for day in table["due"]]),
        "review": text_array([_review(day, state, words) for day, state in lines_of(table, ("reviewed_on", "review"))]),
        "evidence_file": table["evidence"]})


def reviewer_lines(table: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return `BODIES` for readers: commitment, role, body, review, opinion, evidence_file."""
    BODIES.validate(table)
    return pd.DataFrame({
        "commitment": table["title"], "role": text_array([words(f"commitment.{role}") for role in table["role"]]),
        "body": table["body"],
        "review": text_array([_review(day, state, words) for day, state in lines_of(table, ("last_on", "state"))]),
        "opinion": table["opinion"], "evidence_file": table["evidence"]})


def ruleset_lines(targets: list[tuple[str, Target, Situation | None]], on: date, words: Words) -> pd.DataFrame:
    """Return each target under each ruleset in force on a day, and under the one that the company names.

    Parameters
    ----------
    targets
        Label, target and its figures; None where it has no base year: it cannot be judged.

    Returns
    -------
    DataFrame
        target, ruleset_name, verdict_text, missing_t (largest shortfall of a missed rule), missed, unjudged, met (rules
        by name), evidence_text; rulesets of another kind of target last.
    """
    has_scope3 = any("3" in target.scopes for _, target, _ in targets)
    lines: list[tuple[object, ...]] = []
    for label, target, facts in targets:
        if facts is None or (target.ruleset and target.ruleset not in rulesets()):
            why = words.term("rule", "base year" if facts is None else "not packaged")
            lines.append((label, target.ruleset, words.term("rule_verdict", UNKNOWN), NAN, "", why, "", ""))
        records = [] if facts is None else [r for r in rulesets().values() if r.id == target.ruleset
                                            or r.in_force(on, year=facts.recent_year)]
        for record in records:
            assert facts is not None
            verdicts = [(found.rule, found.verdict, float(found.missing_t))
                        for found in judged(target, facts, record, on=on)
                        if not (has_scope3 and found.rule == _ASKS_SCOPE3)]
            name = record.name[words.language]
            lines.append((label, words("rulesets.named", name=name) if record.id == target.ruleset else name,
                          *_verdict(verdicts, words),
                          words.term("evidence", record.evidence)))
    does_not_apply = words.term("rule_verdict", NOT_APPLICABLE)
    return table_of(sorted(lines, key=lambda line: line[2] == does_not_apply), _RULESETS)


def _verdict(lines: list[tuple[Any, ...]], words: Words) -> tuple[object, ...]:
    """Return the verdict of some (rule, verdict, missing_t), the largest shortfall, and the rules of each verdict."""
    rules: dict[str, list[str]] = {}
    for rule in dict.fromkeys(line[:2] for line in lines):
        rules.setdefault(rule[1], []).append(rule[0])
    verdict = next((v for v in (MISSED, UNKNOWN, MET) if v in rules), NOT_APPLICABLE)
    rule_names = [words("text.list").join(words.term("rule", rule) for rule in rules.get(v, []))
                  for v in (MISSED, UNKNOWN, MET)]
    missing = max((t for _, of, t in lines if of == MISSED and t == t), default=NAN)
    return words.term("rule_verdict", verdict), missing, *rule_names


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
