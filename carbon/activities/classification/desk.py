"""The classification desk: what waits for a decision, and what it may be.

A proposal is never applied automatically: a person decides (`decisions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
import pandas as pd

from carbon.activities.classification.charts import PACKAGE, REVIEW, load_chart, no_purchase
from carbon.activities.classification.classified import Records
from carbon.activities.classification.decisions import rules_of
from carbon.activities.classification.learner import Learner
from carbon.activities.classification.lines import NO_RULE, rule_of_rows
from carbon.activities.classification.words import Phrases
from carbon.core import packaged
from carbon.core.columns import Rows
from carbon.core.ledgers import ANY, DECISION_KEYS
from carbon.core.text import fold

KEYS = ["supplier", "account", "category", "currency"]
SCORES = {"supplier": 0.9, "map": 0.6, "category": 0.5, "wording": 0.4, "name": 0.3}
"""How much each kind of evidence weighs; several for one activity add up as 1 - product(1 - score) [design]."""
_SHOWN = 3
_DECISIVE = ("account", "category")
"""Columns that a proposal may not contradict."""
_LABEL = ("activity", "scope3_category", "kind")
_NO_KIND = "|0|"
"""Label of an exclusion without a kind: its reason is its own, so it teaches nothing."""


class Unclassified(Protocol):
    """Anything that holds the purchases without a decision."""

    @property
    def unclassified(self) -> pd.DataFrame:
        """Return them by supplier, account, category and currency."""


def waiting(records: Records, classified: Unclassified, *, by: str = "") -> pd.DataFrame:
    """Group the purchases without a decision by supplier, account, category and currency, with their commonest wording.

    Parameters
    ----------
    by
        "supplier", "account" or "category": group by this column alone; "*" is in the two others, as in a decision
        about all of it. Lines that have none stay groups of their own.

    Returns
    -------
    DataFrame
        supplier, account, category, currency, wording, rows, amount, share (of the open amount in that currency),
        largest first.
    """
    groups = classified.unclassified
    if groups.empty:
        return groups.assign(wording="", share=0.0)
    table = records.records["purchases"].merge(groups[KEYS], on=KEYS, how="inner", validate="many_to_one")
    if by:
        groups = _widened(groups, by).groupby(KEYS, as_index=False)[["rows", "amount"]].sum()
        groups = groups.loc[groups["amount"].abs().sort_values(ascending=False, kind="stable").index]
        groups, table = groups.reset_index(drop=True), _widened(table, by)
    counts = table.groupby([*KEYS, "description"], as_index=False).size().sort_values(
        ["size", "description"], ascending=[False, True], kind="stable")
    wording = counts.drop_duplicates(KEYS)[[*KEYS, "description"]].rename(columns={"description": "wording"})
    open_amount = groups["amount"].abs().groupby(groups["currency"]).transform("sum")
    share = (groups["amount"].abs() / open_amount).where(open_amount > 0, 0.0)
    return groups.assign(share=share).merge(wording, on=KEYS, how="left", validate="one_to_one")


def _widened(table: pd.DataFrame, by: str) -> pd.DataFrame:
    has = table[by].str.strip() != ""
    return table.assign(**{key: table[key].mask(has, ANY) for key in DECISION_KEYS if key != by})


def decided_lines(purchases: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Return what a learner trains on: the purchases that decisions decide, and the names in all decisions.

    Returns
    -------
    DataFrame
        supplier, category, description, amount, rows, label (activity, scope 3 category and kind, joined by "|").
    """
    rules = rules_of(decisions)
    kinds = [kind if (kind := (r.exclude or "").partition(":")[0]) in set(no_purchase()["kind"]) else "" for r in rules]
    labels = [f"{r.activity or ''}|{r.category or 0}|{kind}" for r, kind in zip(rules, kinds, strict=True)]
    position = rule_of_rows(Rows(purchases), rules, kind="purchases")
    mine = purchases[["supplier", "category", "description", "amount"]][position != NO_RULE]
    mine = mine.assign(label=np.array(labels, dtype=object)[position[position != NO_RULE]], rows=1)
    key_lines = decisions[["supplier", "category"]].replace(ANY, "")
    order = [int(r.id.partition(":")[2]) - 1 for r in rules]
    key_lines = key_lines.assign(description="", amount=0.0, rows=1).iloc[order].assign(label=labels)
    key_lines = key_lines[(key_lines["supplier"] + key_lines["category"]) != ""]
    table = pd.concat([mine, key_lines], ignore_index=True).astype({"label": "str"})
    return table[table["label"] != _NO_KIND].reset_index(drop=True)


def propose(
    lines: pd.DataFrame, *, seen: pd.DataFrame | None = None, charts: Sequence[str] = (),
    learner: Learner | None = None,
) -> pd.DataFrame:
    """Propose activities for each waiting line: at most three a line, with score and reason; none is applied.

    What a learner proposes comes alone. A line that it proposes nothing for has the proposals of words: each comes from
    words that name one activity and leave none over, and none contradicts the account or the category of the line.

    Parameters
    ----------
    lines
        From `waiting`.
    seen
        Activities of earlier years or sister companies (supplier, activity, category, quantity): what else was bought
        from the same supplier.
    charts
        Packaged maps that fit the company (`charts.likely_charts`), but are not confirmed in its params.
    learner
        A model of the decided lines (`learner.learn`).

    Returns
    -------
    DataFrame
        supplier, account, category, currency, rank, activity, scope3_category, kind (of a line without purchase),
        score [0 to 1], reason.
    """
    numbered = lines.reset_index(drop=True)
    evidence = [_by_supplier(numbered, seen), *(_by_chart(numbered, name) for name in charts), *(
        _by_words(numbered, column, score) for column, score in (
            ("category", SCORES["category"]), ("wording", SCORES["wording"]), ("supplier", SCORES["name"])))]
    table = _agreeing(pd.concat(evidence, ignore_index=True), numbered)
    learnt = _learnt(numbered, learner)
    table = pd.concat([learnt, table[~table["line"].isin(learnt["line"])]], ignore_index=True)
    proposals = table.assign(_open=1 - table["score"]).groupby(["line", *_LABEL], as_index=False).agg(
        _open=("_open", "prod"), reason=("reason", "; ".join))
    proposals = proposals.assign(score=1 - proposals["_open"]).sort_values(
        ["line", "score", "activity"], ascending=[True, False, True], kind="stable")
    proposals["rank"] = proposals.groupby("line").cumcount() + 1
    proposals = proposals[proposals["rank"] <= _SHOWN]
    columns = ["rank", *_LABEL, "score", "reason"]
    return numbered[KEYS].iloc[proposals["line"]].reset_index(drop=True).join(proposals[columns].reset_index(drop=True))


def _learnt(lines: pd.DataFrame, learner: Learner | None) -> pd.DataFrame:
    if learner is None:
        return _evidence("learnt", [], [], [], [], [])
    texts = lines[["supplier", "category"]].replace(ANY, "").assign(description=lines["wording"].fillna(""))
    proposed = learner.propose(texts.assign(amount=lines["amount"], rows=lines["rows"]))
    activity, category, kind = (proposed["label"].str.split("|").str[n] for n in range(3))
    nearest = proposed["nearest"].str.replace(r"= ([\w.]+)\|(\d+)\|", r"= \1 (category \2)", regex=True)
    nearest = nearest.str.replace(r"= \|0\|(\w+)", r"= no purchase: \1", regex=True)
    return _evidence("learnt", proposed["line"], activity, category.astype("int64"), proposed["score"],
                     "like decided lines: " + nearest, kind)


def _agreeing(evidence: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Keep the evidence that neither account nor category contradicts, not even by a part of its words."""
    labels = evidence[["line", *_LABEL]]
    category_meanings = lines["category"].map(_words().said)
    triples = evidence[["line", "activity", "scope3_category"]].itertuples(index=False, name=None)
    against = pd.Series([bool(category_meanings[line]) and (activity, category) not in category_meanings[line]
                         for line, activity, category in triples], index=evidence.index, dtype=bool)
    for column in _DECISIVE:
        of_column = labels[evidence["column"] == column]
        agrees = pd.MultiIndex.from_frame(labels).isin(pd.MultiIndex.from_frame(of_column))
        against |= evidence["line"].isin(of_column["line"]) & ~agrees
    return evidence[~against].reset_index(drop=True)


def _evidence(
    column: str, line: Any, activity: Any, category: Any, score: Any, reason: Any, kind: Any = "",
) -> pd.DataFrame:
    table = pd.DataFrame({"line": np.array(line, np.int64), "activity": np.array(activity, object).astype("str"),
                          "scope3_category": np.array(category, np.int64), "score": np.array(score, np.float64),
                          "reason": np.array(reason, object).astype("str")})
    return table.assign(column=column, kind=kind if isinstance(kind, str) else np.array(kind, object)).astype(
        {"activity": "str", "kind": "str", "reason": "str"})


def _by_supplier(lines: pd.DataFrame, seen_lines: pd.DataFrame | None) -> pd.DataFrame:
    if seen_lines is None or seen_lines.empty:
        return _evidence("seen", [], [], [], [], [])
    names = {s: fold(s) for s in {*seen_lines["supplier"], *lines["supplier"]}}
    earlier = seen_lines.assign(_name=seen_lines["supplier"].map(names), _size=seen_lines["quantity"].abs())
    by_name = earlier[earlier["_name"] != ""].groupby(["_name", "activity", "category"], as_index=False).agg(
        rows=("_size", "size"), size=("_size", "sum"))
    supplier_sum = by_name.groupby("_name")["size"].transform("sum")
    by_name = by_name.assign(share=(by_name["size"] / supplier_sum).where(supplier_sum > 0, 0.0))
    line_names = pd.DataFrame({"line": lines.index, "_name": lines["supplier"].map(names)})
    matched_lines = line_names.merge(by_name, on="_name", how="inner", validate="many_to_many")
    reason = [f"supplier seen before: {n} lines" for n in matched_lines["rows"]]
    line, activity, category = (matched_lines[c] for c in ("line", "activity", "category"))
    return _evidence("seen", line, activity, category, matched_lines["share"] * SCORES["supplier"], reason)


def _by_chart(lines: pd.DataFrame, name: str) -> pd.DataFrame:
    chart = load_chart(name)
    position = chart.positions(lines)
    hit = position != NO_RULE
    matched = chart.lines.take(position[hit]).assign(line=lines.index[hit])
    matched = matched[matched["outcome"] != REVIEW]
    reason = f"{chart.column} " + matched["code"] + f" ({name}): " + matched["label"]
    line, activity, category, kind = (matched[c] for c in ("line", "activity", "category", "kind"))
    return _evidence(chart.column, line, activity, category, [SCORES["map"]] * len(matched), reason, kind)


@cache
def vocabulary() -> pd.DataFrame:
    """Load word, language, activity, category: words of ledgers and the purchase they usually mean."""
    return packaged.read_csv(PACKAGE, "data/vocabulary.csv", {"category": "integer"})


@cache
def _words() -> Phrases:
    table = vocabulary()
    return Phrases(table["word"].tolist(), list(zip(table["activity"], table["category"], strict=True)))


def _by_words(lines: pd.DataFrame, column: str, score: float) -> pd.DataFrame:
    readings = {text: _words().read(text) for text in lines[column].unique()}
    number = lines[column].map(readings)
    line = lines.index[number.notna()]
    entries = vocabulary().take(number[number.notna()].to_numpy(np.int64))
    reason = [f"{column}: {word!r}" for word in entries["word"]]
    return _evidence(column, line, entries["activity"], entries["category"], [score] * len(line), reason)
