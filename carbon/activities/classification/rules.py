"""The rules that decide what a purchase is, as one table: the company's own, then decisions, then a packaged map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from carbon.activities.classification.charts import EXCLUDE, INCLUDE, REVIEW, SET_ASIDE, Chart, load_chart
from carbon.activities.classification.lines import NO_RULE, rule_of_rows
from carbon.activities.classification.own_category import GOODS_AND_SERVICES, place
from carbon.core.columns import Rows
from carbon.core.text_columns import Values, by_word, pick
from carbon.params.shapes.company import Rule

COLUMNS = ("rule", "decision", "activity", "scope", "category", "region", "tier", "group", "use_quantity",
           "set_aside_for", "rule_reason", "own_place", "unclear", "assumed")
_KINDS: dict[str, Any] = {"use_quantity": np.bool_, "own_place": np.bool_, "category": np.int64}
_CAPITAL_GOODS = 2
NO_MAP = "none"


def decide(records: Rows, rules: Sequence[Rule], *, account_map: str) -> Rows:
    """Add one column for each of COLUMNS to the records: the decision of the first rule that matches.

    `decision` is "" where no rule matches the record, and "review" where decisions about its category and about its
    account disagree.

    Parameters
    ----------
    account_map
        Name of the packaged map for lines that no rule catches ("pcg", "skr04", "gb_public" ...); "none": they stay
        open.
    """
    table = company_rules(rules)
    position = rule_of_rows(records, rules, kind="purchases")
    disagree = _disagreeing(records, rules, position, table)
    if account_map == NO_MAP:
        return _asked(records.assign(**decisions_at(position, table)), disagree)
    chart = load_chart(account_map)
    columns = _chart_columns(account_map)
    table = {c: np.concatenate([table[c], columns[c]]) for c in COLUMNS}
    mapped = chart.positions(records)
    position = np.where((position == NO_RULE) & (mapped != NO_RULE), len(rules) + mapped, position)
    return _asked(_assets(records.assign(**decisions_at(position, table)), chart), disagree)


def _disagreeing(
    records: Rows, rules: Sequence[Rule], position: npt.NDArray[np.int64], table: Mapping[str, Values],
) -> npt.NDArray[np.bool_]:
    """Flag lines that a decision about their account alone and one about their category alone decide differently."""
    alone = {n: bool(r.when.account) for n, r in enumerate(rules) if r.id.startswith("decision:")
             and not r.when.supplier and bool(r.when.account) != bool(r.when.category)}
    if len({*alone.values()}) < 2:
        return np.zeros(len(records), dtype=bool)
    first = np.isin(position, list(alone))
    of_account = [n for n, is_account in alone.items() if is_account]
    others = [n for n in alone if n not in of_account]
    by_account, by_category = (_only(records, rules, numbers) for numbers in (of_account, others))
    agree = np.all([decisions_at(by_account, table)[c] == decisions_at(by_category, table)[c] for c in (
        "decision", "activity", "scope", "category")], axis=0)
    return first & (by_account != NO_RULE) & (by_category != NO_RULE) & ~agree


def _only(records: Rows, rules: Sequence[Rule], numbers: Sequence[int]) -> npt.NDArray[np.int64]:
    position_of_part = rule_of_rows(records, [rules[n] for n in numbers], kind="purchases")
    return np.append(np.array(numbers, dtype=np.int64), NO_RULE)[position_of_part]


def _asked(rows: Rows, disagree: npt.NDArray[np.bool_]) -> Rows:
    if not disagree.any():
        return rows
    reason = "the decisions about its category and about its account disagree: decide for both in one line"
    return rows.assign(decision=pick(disagree, REVIEW, rows["decision"]),
                       rule_reason=pick(disagree, reason, rows["rule_reason"]))


def _assets(rows: Rows, chart: Chart) -> Rows:
    """Count a purchase on an account of fixed assets as capital goods where its rule names no category."""
    is_bought = rows["own_place"] & (rows["scope"] == "3") & (rows["category"] == GOODS_AND_SERVICES)
    if not (chart.assets and is_bought.any()):
        return rows
    is_asset = is_bought & by_word(rows["account"], lambda account: account.strip().startswith(chart.assets), np.bool_)
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
def _chart_columns(name: str) -> dict[str, Values]:
    """Return the lines of a packaged map with the columns of COLUMNS; an exclusion begins with its kind."""
    lines = load_chart(name).lines
    reason = (lines["kind"] + ": ").where(lines["kind"] != "", "") + lines["reason"]
    table = lines.assign(rule=f"{name}:" + lines["code"], scope="3", region="", tier="", group=lines["family"],
                         use_quantity=False, rule_reason=reason, own_place=False, unclear="", assumed="")
    return {c: table[c].to_numpy(dtype=_KINDS.get(c, object)) for c in COLUMNS}
