"""The classification desk: what waits for a decision, and what it may be.

A proposal is never applied automatically: a person decides (`decisions`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.activities.classification.classified import Classified, Records
from carbon.activities.classification.rules import INCLUDE, PACKAGE, SET_ASIDE, longest_prefix, pcg_map
from carbon.core import packaged
from carbon.core.text import fold

KEYS = ["supplier", "account", "category", "currency"]
SCORES = {"supplier": 0.9, "account": 0.6, "category": 0.5, "wording": 0.4, "name": 0.3}
"""How much each kind of evidence weighs; several for one activity add up as 1 - product(1 - score) [design]."""
_SHOWN = 3


def waiting(records: Records, classified: Classified) -> pd.DataFrame:
    """Group the purchases without a decision by supplier, account, category and currency, with their commonest wording.

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
    counts = table.groupby([*KEYS, "description"], as_index=False).size().sort_values(
        ["size", "description"], ascending=[False, True], kind="stable")
    wording = counts.drop_duplicates(KEYS)[[*KEYS, "description"]].rename(columns={"description": "wording"})
    open_amount = groups["amount"].abs().groupby(groups["currency"]).transform("sum")
    share = (groups["amount"].abs() / open_amount).where(open_amount > 0, 0.0)
    return groups.assign(share=share).merge(wording, on=KEYS, how="left", validate="one_to_one")


def propose(lines: pd.DataFrame, *, seen: pd.DataFrame | None = None) -> pd.DataFrame:
    """Propose activities for each waiting line: at most three a line, with score and reason; none is applied.

    Parameters
    ----------
    lines
        From `waiting`.
    seen
        Activities of earlier years or sister companies (supplier, activity, category, quantity): what else was bought
        from the same supplier.

    Returns
    -------
    DataFrame
        supplier, account, category, currency, rank, activity, scope3_category, score [0 to 1], reason.
    """
    numbered = lines.reset_index(drop=True)
    evidence = [_by_supplier(numbered, seen), _by_account(numbered), *(
        _by_words(numbered, column, score) for column, score in (
            ("category", SCORES["category"]), ("wording", SCORES["wording"]), ("supplier", SCORES["name"])))]
    table = pd.concat(evidence, ignore_index=True)
    if table.empty:
        return numbered[KEYS].iloc[:0].assign(rank=0, activity="", scope3_category=0, score=0.0, reason="")
    table["_doubt"] = 1 - table["score"]
    proposals = table.groupby(["line", "activity", "scope3_category"], as_index=False).agg(
        _doubt=("_doubt", "prod"), reason=("reason", "; ".join))
    proposals = proposals.assign(score=1 - proposals["_doubt"]).sort_values(
        ["line", "score", "activity"], ascending=[True, False, True], kind="stable")
    proposals["rank"] = proposals.groupby("line").cumcount() + 1
    proposals = proposals[proposals["rank"] <= _SHOWN]
    columns = ["rank", "activity", "scope3_category", "score", "reason"]
    return numbered[KEYS].iloc[proposals["line"]].reset_index(drop=True).join(proposals[columns].reset_index(drop=True))


def _evidence(line: Any, activity: Any, category: Any, score: Any, reason: Any) -> pd.DataFrame:
    return pd.DataFrame({"line": np.array(line, np.int64), "activity": np.array(activity, object).astype("str"),
                         "scope3_category": np.array(category, np.int64), "score": np.array(score, np.float64),
                         "reason": np.array(reason, object)})


def _by_supplier(lines: pd.DataFrame, seen: pd.DataFrame | None) -> pd.DataFrame:
    if seen is None or seen.empty:
        return _evidence([], [], [], [], [])
    names = {s: fold(s) for s in {*seen["supplier"], *lines["supplier"]}}
    earlier = seen.assign(_name=seen["supplier"].map(names), _size=seen["quantity"].abs())
    by_name = earlier[earlier["_name"] != ""].groupby(["_name", "activity", "category"], as_index=False).agg(
        rows=("_size", "size"), size=("_size", "sum"))
    supplier_sum = by_name.groupby("_name")["size"].transform("sum")
    by_name = by_name.assign(share=(by_name["size"] / supplier_sum).where(supplier_sum > 0, 0.0))
    line_names = pd.DataFrame({"line": lines.index, "_name": lines["supplier"].map(names)})
    matched_lines = line_names.merge(by_name, on="_name", how="inner", validate="many_to_many")
    reason = [f"supplier seen before: {n} lines" for n in matched_lines["rows"]]
    line, activity, category = (matched_lines[c] for c in ("line", "activity", "category"))
    return _evidence(line, activity, category, matched_lines["share"] * SCORES["supplier"], reason)


def _by_account(lines: pd.DataFrame) -> pd.DataFrame:
    chart = pcg_map()
    position = longest_prefix(lines["account"], chart["prefix"])
    hit = position >= 0
    matched_accounts = chart.take(position[hit]).assign(line=lines.index[hit])
    matched_accounts = matched_accounts[matched_accounts["decision"].isin([INCLUDE, SET_ASIDE])]
    reason = ("account " + matched_accounts["prefix"] + ": " + matched_accounts["label"]).tolist()
    line, activity, category = (matched_accounts[c] for c in ("line", "activity", "category"))
    return _evidence(line, activity, category, [SCORES["account"]] * len(matched_accounts), reason)


@cache
def vocabulary() -> pd.DataFrame:
    """Load word, language, activity, category: words of ledgers and the purchase they usually mean."""
    return packaged.read_csv(PACKAGE, "data/vocabulary.csv", {"category": "integer"})


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, str, int], ...]:
    table = vocabulary()
    return tuple((re.compile(rf"\b{re.escape(w.removesuffix('*'))}" + ("" if w.endswith("*") else r"\b")), w, a, c)
                 for w, a, c in zip(table["word"], table["activity"], table["category"], strict=True))


def _by_words(lines: pd.DataFrame, column: str, score: float) -> pd.DataFrame:
    hits = {text: [(w, a, c) for pattern, w, a, c in _patterns() if pattern.search(fold(text))]
            for text in lines[column].unique()}
    word_hits = [(i, a, c, score, f"{column}: {w!r}") for i, text in zip(lines.index, lines[column], strict=True)
             for w, a, c in hits[text]]
    return _evidence(*zip(*word_hits, strict=True)) if word_hits else _evidence([], [], [], [], [])
