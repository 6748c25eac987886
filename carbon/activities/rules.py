"""
The rules that decide what a purchase is, as one table: the company's own, then the packaged account map.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.classification import NO_RULE, rule_of_rows
from carbon.core import packaged
from carbon.core.params import Rule

PACKAGE = "carbon.activities"
INCLUDE, EXCLUDE, REVIEW, SET_ASIDE = "include", "exclude", "review", "set aside"
COLUMNS = ("rule", "decision", "activity", "scope", "category", "region", "tier", "group", "use_quantity",
           "set_aside_for", "rule_reason")


def decide(records: pd.DataFrame, rules: Sequence[Rule], *, account_map: str) -> pd.DataFrame:
    """
    The records with one column for each of COLUMNS: the decision of the first rule that matches.

    `decision` is "" where no rule speaks of the record.

    Parameters
    ----------
    account_map
        "pcg": lines that no company rule catches go by the packaged French chart of accounts; "none": they stay open.
    """
    table = company_rules(rules)
    position = rule_of_rows(records, rules, kind="purchases")
    if account_map == "pcg":
        table = pd.concat([table, pcg_map()], ignore_index=True)
        mapped = longest_prefix(records["account"], pcg_map()["prefix"])
        position = np.where((position == NO_RULE) & (mapped != NO_RULE), len(rules) + mapped, position)
    nothing = pd.DataFrame({c: [False if c == "use_quantity" else 0 if c == "category" else ""] for c in COLUMNS})
    known = pd.concat([table[list(COLUMNS)], nothing], ignore_index=True)
    taken = known.take(np.where(position == NO_RULE, len(known) - 1, position))
    return records.assign(**{c: taken[c].array for c in COLUMNS})


def company_rules(rules: Sequence[Rule]) -> pd.DataFrame:
    """
    The company's rules with the columns of COLUMNS, in file order.
    """
    lines = [{
        "rule": r.id, "decision": _decision(r), "activity": r.activity or (r.otherwise.activity if r.otherwise else ""),
        "scope": r.scope, "category": r.otherwise.category if r.otherwise else r.category if r.scope == "3" else 0,
        "region": r.region or "", "tier": r.tier or "", "group": r.group or "", "use_quantity": r.use_quantity,
        "set_aside_for": r.set_aside_for or "", "rule_reason": r.exclude or r.reason,
    } for r in rules]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _decision(rule: Rule) -> str:
    return EXCLUDE if rule.exclude is not None else SET_ASIDE if rule.set_aside_for else INCLUDE


@cache
def pcg_map() -> pd.DataFrame:
    """
    The packaged map of the French chart of accounts: COLUMNS and prefix, label, family, good.
    """
    table = packaged.read_csv(PACKAGE, "data/pcg_map.csv")
    decision = table["outcome"].mask(table["set_aside_for"] != "", SET_ASIDE)
    return table.assign(
        rule="pcg:" + table["prefix"], decision=decision, scope=table["scope"].mask(table["scope"] == "", "3"),
        category=pd.to_numeric(table["category"].mask(table["category"] == "", "0")), region="", tier="",
        group=table["family"], use_quantity=False, rule_reason=table["reason"])


def longest_prefix(accounts: pd.Series, prefixes: pd.Series) -> npt.NDArray[np.int64]:
    """
    Position of the longest of `prefixes` that each account starts with; NO_RULE where none does.
    """
    known = {p: i for i, p in enumerate(prefixes)}
    codes, distinct = pd.factorize(accounts)
    found = [next((known[a[:n]] for n in range(len(a), 0, -1) if a[:n] in known), NO_RULE)
             for a in (str(value).strip() for value in distinct)]
    return np.array(found, dtype=np.int64)[codes] if len(found) else np.empty(0, dtype=np.int64)
