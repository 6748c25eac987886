"""The rules that decide what a purchase is, as one table: the company's own, then the packaged account map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.classification.lines import NO_RULE, rule_of_rows
from carbon.activities.classification.own_category import GOODS_AND_SERVICES, place
from carbon.core import packaged
from carbon.core.columns import Rows
from carbon.core.params.company import Rule
from carbon.core.text_columns import Values, by_word

PACKAGE = "carbon.activities"
INCLUDE, EXCLUDE, REVIEW, SET_ASIDE = "include", "exclude", "review", "set aside"
COLUMNS = ("rule", "decision", "activity", "scope", "category", "region", "tier", "group", "use_quantity",
           "set_aside_for", "rule_reason", "own_place", "unclear", "assumed")
_KINDS: dict[str, Any] = {"use_quantity": np.bool_, "own_place": np.bool_, "category": np.int64}
_CAPITAL_GOODS, _FIXED_ASSETS = 2, "2"
"""Accounts of class 2 of the French chart are fixed assets."""


def decide(records: Rows, rules: Sequence[Rule], *, account_map: str) -> Rows:
    """Add one column for each of COLUMNS to the records: the decision of the first rule that matches.

    `decision` is "" where no rule matches the record.

    Parameters
    ----------
    account_map
        "pcg": lines that no company rule catches go by the packaged French chart of accounts; "none": they stay open.
    """
    table = company_rules(rules)
    position = rule_of_rows(records, rules, kind="purchases")
    if account_map == "pcg":
        chart = _pcg_columns()
        table = {c: np.concatenate([table[c], chart[c]]) for c in COLUMNS}
        mapped = longest_prefix(records["account"], pcg_map()["prefix"])
        position = np.where((position == NO_RULE) & (mapped != NO_RULE), len(rules) + mapped, position)
    return _assets(records.assign(**decisions_at(position, table))) if account_map == "pcg" else records.assign(
        **decisions_at(position, table))


def _assets(rows: Rows) -> Rows:
    """Count a purchase on an account of class 2 as capital goods where its rule names no category."""
    is_bought = rows["own_place"] & (rows["scope"] == "3") & (rows["category"] == GOODS_AND_SERVICES)
    if not is_bought.any():
        return rows
    is_asset = is_bought & by_word(rows["account"], lambda account: account.strip().startswith(_FIXED_ASSETS), np.bool_)
    return rows.assign(category=np.where(is_asset, _CAPITAL_GOODS, rows["category"]))


def decisions_at(position: npt.NDArray[np.int64], table: Mapping[str, Values]) -> dict[str, Values]:
    """Return the decision at each position of a table of decisions; blanks at NO_RULE."""
    none: dict[str, Any] = {"use_quantity": False, "own_place": False, "category": 0}
    return {c: np.append(table[c], np.array([none.get(c, "")], dtype=table[c].dtype)).take(position) for c in COLUMNS}


def company_rules(rules: Sequence[Rule]) -> dict[str, Values]:
    """Return the company's rules with the columns of COLUMNS, in file order.

    own_place: the rule names neither scope nor category. unclear, assumed: see `own_category.Place`.
    """
    lines = [(
        r.id, _decision(r), r.activity or (r.otherwise.activity if r.otherwise else ""), where.scope, where.category,
        r.region or "", r.tier or "", r.group or "", r.use_quantity, r.set_aside_for or "", r.exclude or r.reason,
        r.scope is None and not (r.otherwise.category if r.otherwise else r.category), where.unclear, where.assumed,
    ) for r, where in ((r, place(r)) for r in rules)]
    return {c: np.array([line[i] for line in lines], dtype=_KINDS.get(c, object)) for i, c in enumerate(COLUMNS)}


def _decision(rule: Rule) -> str:
    return EXCLUDE if rule.exclude is not None else SET_ASIDE if rule.set_aside_for else INCLUDE


@cache
def pcg_map() -> pd.DataFrame:
    """Load the packaged map of the French chart of accounts: COLUMNS and prefix, label, family, good."""
    table = packaged.read_csv(PACKAGE, "data/pcg_map.csv")
    decision = table["outcome"].mask(table["set_aside_for"] != "", SET_ASIDE)
    return table.assign(
        rule="pcg:" + table["prefix"], decision=decision, scope=table["scope"].mask(table["scope"] == "", "3"),
        category=pd.to_numeric(table["category"].mask(table["category"] == "", "0")), region="", tier="",
        group=table["family"], use_quantity=False, rule_reason=table["reason"], own_place=False, unclear="", assumed="")


@cache
def _pcg_columns() -> dict[str, Values]:
    chart = pcg_map()
    return {c: chart[c].to_numpy(dtype=_KINDS.get(c, object)) for c in COLUMNS}


def longest_prefix(accounts: pd.Series | Values, prefixes: pd.Series) -> npt.NDArray[np.int64]:
    """Return the position of the longest of `prefixes` that each account starts with; NO_RULE where none does."""
    position_of = {p: i for i, p in enumerate(prefixes)}
    codes, distinct = pd.factorize(accounts)
    positions = [next((position_of[a[:n]] for n in range(len(a), 0, -1) if a[:n] in position_of), NO_RULE)
             for a in (str(value).strip() for value in distinct)]
    return np.array(positions, dtype=np.int64)[codes] if len(positions) else np.empty(0, dtype=np.int64)
