"""Packaged maps of charts of accounts and of codes: what each account, category or code is, with the reason.

A map is used only where the company's params name it (`account_map`); the desk proposes one that fits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.classification.lines import NO_RULE
from carbon.activities.classification.words import Phrases
from carbon.core import packaged
from carbon.core.text_columns import Values

PACKAGE = "carbon.activities"
INCLUDE, EXCLUDE, REVIEW, SET_ASIDE = "include", "exclude", "review", "set aside"
WORDS = "words"
_LIKELY = 0.8
"""Share of the amount that a map must read before the desk proposes it [design]."""


@dataclass(frozen=True)
class Chart:
    """A packaged map: the column of purchases that it reads, how, and its lines.

    Attributes
    ----------
    lines
        code, label, outcome (include, exclude, review), kind (of a line without purchase), activity, category, family,
        set_aside_for, reason; and `decision`: the outcome, or "set aside" where records may replace the spend.
    assets
        Beginnings of the accounts of fixed assets.
    """

    name: str
    column: str
    reads: str
    pattern: str
    assets: tuple[str, ...]
    country: str
    lines: pd.DataFrame

    def positions(self, records: Any) -> npt.NDArray[np.int64]:
        """Return the line of each record, by its longest code or its words; NO_RULE where the map has none."""
        values: pd.Series | Values = records[self.column]
        codes, distinct = pd.factorize(values)
        read = _phrases(self.name).read if self.reads == WORDS else self._by_code
        positions = [NO_RULE if (line := read(str(value))) is None else line for value in distinct]
        return np.array(positions, dtype=np.int64)[codes] if len(positions) else np.empty(0, dtype=np.int64)

    def _by_code(self, text: str) -> int | None:
        """Return the line of the longest prefix of a code; text after a code of a category is not compared."""
        first = text.strip().split(" ")[0] if self.column == "category" else re.sub(r"[\s.-]", "", text)
        if not re.fullmatch(self.pattern, first):
            return None
        code, lines = first.replace(".", ""), _prefixes(self.name)
        return next((lines[code[:n]] for n in range(len(code), 0, -1) if code[:n] in lines), None)


@cache
def chart_table() -> pd.DataFrame:
    """Load the list of packaged maps: name, column, reads, pattern, assets, country."""
    return packaged.read_csv(PACKAGE, "data/charts.csv")


@cache
def load_chart(name: str) -> Chart:
    """Load one packaged map by its name, e.g. "pcg", "skr04", "gb_public"."""
    about = next(line for line in packaged.read_rows(PACKAGE, "data/charts.csv") if line["name"] == name)
    lines = packaged.read_csv(PACKAGE, f"data/{name}_map.csv")
    lines = lines.assign(decision=lines["outcome"].mask(lines["set_aside_for"] != "", SET_ASIDE),
                         category=pd.to_numeric(lines["category"].mask(lines["category"] == "", "0")))
    return Chart(name, about["column"], about["reads"], about["pattern"], tuple(about["assets"].split()),
                 about["country"], lines)


@cache
def _prefixes(name: str) -> dict[str, int]:
    return {code: number for number, code in enumerate(load_chart(name).lines["code"])}


@cache
def _phrases(name: str) -> Phrases:
    lines = load_chart(name).lines
    meanings = list(zip(lines["outcome"], lines["kind"], lines["activity"], lines["category"], strict=True))
    return Phrases(lines["code"].tolist(), meanings)


@cache
def no_purchase() -> pd.DataFrame:
    """Load the kinds of ledger lines that are no purchase: kind, en, fr (what each holds)."""
    return packaged.read_csv(PACKAGE, "data/no_purchase.csv")


def likely_charts(purchases: pd.DataFrame, country: str) -> pd.DataFrame:
    """Propose the maps of a country that decide most of its purchases; a person confirms one in params.

    Returns
    -------
    DataFrame
        name, column, share of the amount (credits as positive amounts) whose code or words the map reads, decided (the
        share that it decides without asking), bought (the share that it takes for purchases); the map that takes most
        for purchases first, empty where none reads enough.
    """
    amount = purchases["amount"].abs().to_numpy()
    of_country = chart_table()["country"].isin(["", country])
    found = []
    for chart in map(load_chart, chart_table().loc[of_country, "name"] if amount.sum() > 0 else ()):
        line = chart.positions(purchases)
        outcome = np.append(chart.lines["outcome"].to_numpy(object), "")[line]
        share, decided, bought = (float(amount[flags].sum() / amount.sum()) for flags in (
            line != NO_RULE, (outcome == INCLUDE) | (outcome == EXCLUDE), (outcome == INCLUDE) | (outcome == REVIEW)))
        enough = _LIKELY / 2 if chart.reads == WORDS else _LIKELY
        if share >= enough and bought >= enough / 2 and decided:  # of another chart the accounts are revenue or debts
            found.append((chart.name, chart.column, share, decided, bought))
    table = pd.DataFrame(found, columns=["name", "column", "share", "decided", "bought"])
    return table.sort_values(["bought", "decided", "name"], ascending=[False, False, True], ignore_index=True)
