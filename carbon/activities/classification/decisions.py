"""Decisions of people about unclassified purchases, as rules.

Each carries its author, day and evidence to the ledger of the lines it decides. One about a whole category or account
decides every line of it, but for those of a supplier that has a decision of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pandas as pd

from carbon.activities.classification.lines import WHOLE
from carbon.core.errors import ParamsError
from carbon.core.ledgers import ANY, DECISION_KEYS, DECISIONS
from carbon.params.shapes.company import Condition, Rule

__all__ = ["DECISIONS", "rules_of"]


def rules_of(decisions: pd.DataFrame, *, known_activities: Collection[str] | None = None) -> list[Rule]:
    """Turn decisions into rules, to be tried after the company's own rules and before the account map.

    Parameters
    ----------
    known_activities
        Activities of the factor library; a decision for another is rejected.

    Raises
    ------
    ParamsError
        A decision without author or evidence, with neither or both of activity and exclusion, for an unknown activity,
        about no line at all, or two decisions about the same lines.
    """
    table = DECISIONS.validate(decisions, extra=True)
    keys = list(DECISION_KEYS)
    faults = {
        "name author and evidence": (table["author"].str.strip() == "") | (table["evidence"].str.strip() == ""),
        "give one of activity and exclude": (table["activity"] == "") == (table["exclude"] == ""),
        "name supplier, account or category": table[keys].isin(["", ANY]).all(axis=1),
        "give a scope 3 category from 1 to 15": (table["exclude"] == "") & ~table["scope3_category"].between(1, 15),
        "decide the same lines once": table.duplicated(keys, keep=False),
    }
    if known_activities is not None:
        unknown = (table["activity"] != "") & ~table["activity"].isin(list(known_activities))
        faults["use an activity of the factor library"] = unknown
    for hint, bad in faults.items():
        if bad.any():
            raise ParamsError(f"{int(bad.sum())} decisions cannot be used", rows=table[bad], hint=hint)
    numbered = enumerate(table.to_dict("records"), start=1)
    return [_rule(n, line) for n, line in sorted(numbered, key=lambda numbered_line: _width(numbered_line[1]))]


def _width(line: dict[Any, Any]) -> tuple[bool, int]:
    """Sort what names a supplier before what names none, then the narrower first."""
    return line["supplier"] == ANY, sum(line[key] == ANY for key in DECISION_KEYS)


def _rule(number: int, line: dict[Any, Any]) -> Rule:
    fields = {key: [_literal(line[key])] for key in ("supplier", "category") if line[key] != ANY}
    if line["account"] != ANY:
        fields["account"] = [line["account"] + WHOLE]
    when = Condition(**fields)
    reason = f"decided by {line['author']} on {line['decided_on']:%Y-%m-%d}: {line['evidence']}"
    if line["exclude"]:
        return Rule(id=f"decision:{number}", when=when, exclude=f"{line['exclude']} ({reason})")
    return Rule(id=f"decision:{number}", when=when, activity=line["activity"], category=line["scope3_category"],
                reason=reason)


def _literal(text: str) -> str:
    # A decision is about this very text: its stars and brackets are not wildcards, and blank means blank.
    return re.sub(r"([*?[])", r"[\1]", text)
