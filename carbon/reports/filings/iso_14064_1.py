"""ISO 14064-1:2018: six categories with their subcategories. Numbers and short names only: the text is paid."""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.accounting.compile import states_by_figure
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports.filings.counting import TOTAL, Counting, counting
from carbon.reports.filings.gases import GASES, gas_sums
from carbon.reports.filings.intervals import intervals_of
from carbon.reports.filings.lines import lines_table
from carbon.reports.filings.posts import names, posts_of
from carbon.reports.filings.stated import not_stated
from carbon.reports.tables.sums import in_scopes
from carbon.reports.words.figure_ids import figure_id
from carbon.reports.words.language import Words

FORMAT = "iso_14064_1"
MARKET_LINE = "2 (market-based)"
GAS_COLUMNS = ("co2_t", *(f"{gas}_co2e_t" for gas in GASES[1:]))


def count(inventory: Any) -> Counting:
    """Return the subcategories "1.1" to "6.1" as lines, "4.x" where only the category is known; category 2 is
    location-based, market-based is next to it.
    """
    rows = in_scopes(inventory.emissions)
    lines = posts_of(rows, inventory.params.beges_posts).mask(rows["scope2_method"] == MARKET, MARKET_LINE)
    return counting(FORMAT, inventory, lines, scope2_method=LOCATION)


def tables(inventory: Any, history: Any, words: Words) -> dict[str, pd.DataFrame]:
    """Return "lines", "significance" and "not_stated"."""
    lines = categories_table(inventory, history, words)
    return {"lines": lines, "significance": significance_table(inventory, lines, words),
            "not_stated": not_stated(inventory, lines, "iso_category", words)}


def categories_table(inventory: Any, history: Any, words: Words) -> pd.DataFrame:
    """Return the six categories and their subcategories: `lines_table` with `iso_category`, CO2 in tonnes and each
    other gas in tonnes CO2e; then category 2 market-based, which is in no total of this table.
    """
    counting_rows = count(inventory)
    table = lines_table(inventory, history, counting_rows, words, line_column="iso_category", gas_columns=GAS_COLUMNS)
    market = counting_rows.rows[counting_rows.rows["line"] == MARKET_LINE]
    if market.empty:
        return table
    status, _, reason = states_by_figure(inventory.table)["scope2-market"].partition(": ")
    sums = gas_sums(market, ["line"], inventory).reset_index(drop=True).assign(
        **intervals_of(inventory, ["scope2-market"]), iso_category=MARKET_LINE, post_name=words.term("method", MARKET),
        figure_id=figure_id(inventory, "scope2-market"), axis=names(FORMAT, words.language)["2"], basis="",
        status=status, reason=reason)
    return pd.concat([table, sums.reindex(columns=table.columns)], ignore_index=True)


def significance_table(inventory: Any, lines: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the indirect subcategories by the company's criteria.

    indirect_share = co2e_t / sum of categories 2 to 6.  Columns: iso_category, post_name, co2e_t, indirect_share,
    significance, criteria (of the company's params).
    """
    posts = lines[lines["iso_category"].str.contains(".", regex=False) & (lines["iso_category"] < TOTAL)]
    posts = posts[(posts["iso_category"].str[0] > "1") & posts["rows"].gt(0)][["iso_category", "post_name", "co2e_t"]]
    total, criteria = posts["co2e_t"].sum(), inventory.params.filing.significance
    shares = posts["co2e_t"] / total if total > 0 else posts["co2e_t"] * float("nan")
    limit = "" if criteria is None else words.percent(criteria.share, _decimals(criteria.share))
    verdicts = [words("significance.not_stated") if criteria is None else criteria.posts.get(post) or words(
        f"significance.{'above' if share >= criteria.share else 'below'}", share=limit)
        for post, share in zip(posts["iso_category"], shares, strict=True)]
    return posts.assign(indirect_share=shares, significance=verdicts,
                        criteria="" if criteria is None else criteria.criteria)


def _decimals(share: float) -> int:
    """Return how many decimals of a percentage a stated share has, at most four: another limit would be untrue."""
    return next(n for n in range(5) if n == 4 or round(share, n + 2) == share)
