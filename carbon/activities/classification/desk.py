"""The classification desk: what waits for a decision, and what it may be.

A proposal is never applied automatically: a person decides (`decisions`).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

import numpy as np
import pandas as pd

from carbon.activities.classification.classified import Records
from carbon.activities.classification.rules import INCLUDE, PACKAGE, SET_ASIDE, longest_prefix, pcg_map
from carbon.core import packaged
from carbon.core.text import fold
from carbon.records.kinds.vocabulary import named_month

KEYS = ["supplier", "account", "category", "currency"]
SCORES = {"supplier": 0.9, "account": 0.6, "category": 0.5, "wording": 0.4, "name": 0.3}
"""How much each kind of evidence weighs; several for one activity add up as 1 - product(1 - score) [design]."""
_SHOWN, _LONGEST = 3, 3
_DECISIVE = ("account", "category")
"""Columns that a proposal may not contradict."""
_SMALL = frozenset(["a", "and", "au", "aux", "d", "de", "des", "du", "en", "et", "for", "in", "l", "la", "le", "les",
                    "of", "on", "par", "pour", "sur", "the", "to"])
_Entry = tuple[str, str, str, int]
"""Word, language, activity and category of the vocabulary."""


class Unclassified(Protocol):
    """Anything that holds the purchases without a decision."""

    @property
    def unclassified(self) -> pd.DataFrame:
        """Return them by supplier, account, category and currency."""


def waiting(records: Records, classified: Unclassified) -> pd.DataFrame:
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

    A proposal never contradicts the account or the category of its line: where one of them names activities, only
    those are proposed, and where they disagree none is. Words that cover their text only in part ("train station
    cleaning") need a second column that agrees; without one the line is shown without a proposal.

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
    table = _agreeing(pd.concat(evidence, ignore_index=True))
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


def _agreeing(evidence: pd.DataFrame) -> pd.DataFrame:
    """Keep the evidence that neither account nor category contradicts, and that is proved or has a second column."""
    for column in _DECISIVE:
        of_column = evidence.loc[evidence["column"] == column, ["line", "activity"]]
        speaks = evidence["line"].isin(of_column["line"])
        agrees = pd.MultiIndex.from_frame(evidence[["line", "activity"]]).isin(pd.MultiIndex.from_frame(of_column))
        evidence = evidence.assign(_against=evidence.get("_against", False) | (speaks & ~agrees))
    evidence = evidence[~evidence["_against"]]
    by_proposal = evidence.groupby(["line", "activity"])
    backed = by_proposal["proved"].transform("any") | (by_proposal["column"].transform("nunique") > 1)
    return evidence[backed.astype(bool)].reset_index(drop=True)


def _evidence(
    column: str, line: Any, activity: Any, category: Any, score: Any, reason: Any, proved: Any
) -> pd.DataFrame:
    return pd.DataFrame({"column": column, "line": np.array(line, np.int64),
                         "activity": np.array(activity, object).astype("str"),
                         "scope3_category": np.array(category, np.int64), "score": np.array(score, np.float64),
                         "reason": np.array(reason, object), "proved": np.array(proved, np.bool_)})


def _by_supplier(lines: pd.DataFrame, seen_lines: pd.DataFrame | None) -> pd.DataFrame:
    if seen_lines is None or seen_lines.empty:
        return _evidence("seen", [], [], [], [], [], [])
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
    return _evidence("seen", line, activity, category, matched_lines["share"] * SCORES["supplier"], reason,
                     [True] * len(matched_lines))


def _by_account(lines: pd.DataFrame) -> pd.DataFrame:
    chart = pcg_map()
    position = longest_prefix(lines["account"], chart["prefix"])
    hit = position >= 0
    matched_accounts = chart.take(position[hit]).assign(line=lines.index[hit])
    matched_accounts = matched_accounts[matched_accounts["decision"].isin([INCLUDE, SET_ASIDE])]
    reason = ("account " + matched_accounts["prefix"] + ": " + matched_accounts["label"]).tolist()
    line, activity, category = (matched_accounts[c] for c in ("line", "activity", "category"))
    count = len(matched_accounts)
    return _evidence("account", line, activity, category, [SCORES["account"]] * count, reason, [True] * count)


@cache
def vocabulary() -> pd.DataFrame:
    """Load word, language, activity, category: words of ledgers and the purchase they usually mean."""
    return packaged.read_csv(PACKAGE, "data/vocabulary.csv", {"category": "integer"})


def _by_words(lines: pd.DataFrame, column: str, score: float) -> pd.DataFrame:
    readings = {text: read_words(text) for text in lines[column].unique()}
    known_words = [(i, *reading) for i, text in zip(lines.index, lines[column], strict=True)
             if (reading := readings[text]) is not None]
    line, word, activity, category, proved = zip(*known_words, strict=True) if known_words else ([],) * 5
    reason = [f"{column}: {w!r}" for w in word]
    return _evidence(column, line, activity, category, [score] * len(known_words), reason, proved)


def read_words(text: str) -> tuple[str, str, int, bool] | None:
    """Return the entry of the vocabulary that some words name: word, activity, category, and whether it covers them.

    They are covered where each word, but for small words, months and numbers, is of one activity. Else the
    head decides: the last word in English ("hotel software"), the first in French ("assurance voiture"); words
    whose head no entry has, or with two heads, name nothing.
    """
    words = [w for w in fold(text).split() if not (w in _SMALL or any(c.isdigit() for c in w) or named_month(w))]
    entries = _entries_in(words)
    proposals = {entry[2:] for entry in entries if entry}
    if len(proposals) == 1 and all(entries):
        word, _, activity, category = next(entry for entry in entries if entry)
        return word, activity, category, True
    ends = ((entries[-1], "en"), (entries[0], "fr")) if entries else ()
    heads = {entry for entry, language in ends if entry and entry[1] == language}
    if len({head[2:] for head in heads}) != 1:
        return None
    word, _, activity, category = next(iter(heads))
    return word, activity, category, False


def _entries_in(words: list[str]) -> list[_Entry | None]:
    """Return the entry of each word, the longest that fits; a phrase is one entry, a word without one is None."""
    entry_of_word: list[_Entry | None] = []
    while words:
        for size in range(min(_LONGEST, len(words)), 0, -1):
            entry = _entry(" ".join(words[:size]))
            if entry or size == 1:
                entry_of_word.append(entry)
                words = words[size:]
                break
    return entry_of_word


@cache
def _entry(text: str) -> _Entry | None:
    fitting = [line for line in _vocabulary() if line[0] == text or (
        line[0].endswith("*") and " " not in text and text.startswith(line[0][:-1]))]
    return max(fitting, key=lambda line: len(line[0].rstrip("*"))) if fitting else None


@cache
def _vocabulary() -> list[_Entry]:
    lines = vocabulary()[["word", "language", "activity", "category"]].itertuples(index=False, name=None)
    # Small words are not compared: "fournitures de bureau" is "fournitures bureau".
    return [(" ".join(w for w in word.split() if w not in _SMALL), *rest) for word, *rest in lines]
