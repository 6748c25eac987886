"""ISO 14064-1:2018: six categories, by the axes of the French method. Numbers and short names only: the text is
paid.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.core import packaged
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports.filings.counting import PACKAGE, TOTAL, Counting, counting, gas_table, with_states
from carbon.reports.tables.sums import in_scopes
from carbon.reports.words.figure_ids import figure_id
from carbon.reports.words.language import Words

FORMAT = "iso_14064_1"
MARKET_LINE = "2 (market-based)"


def count(inventory: Any) -> Counting:
    """Return the categories "1" to "6" as lines; category 2 is location-based, market-based is next to it."""
    rows = in_scopes(inventory.emissions)
    pairs = pd.MultiIndex.from_frame(rows[["scope", "category"]])
    lines = pd.Series(routing().reindex(pairs).to_numpy(), index=rows.index)
    lines = lines.mask(rows["scope2_method"] == MARKET, MARKET_LINE)
    return counting(FORMAT, inventory, lines, scope2_method=LOCATION)


def tables(inventory: Any, words: Words) -> dict[str, pd.DataFrame]:
    """Return "lines": the six categories, their total, and imported energy by the market-based method."""
    return {"lines": categories_table(inventory, words)}


def categories_table(inventory: Any, words: Words) -> pd.DataFrame:
    """Return the six categories.

    Columns: figure_id, iso_category, name, co2_t, ch4_t, n2o_t, unsplit_co2e_t, co2e_t (NaN: nothing was counted),
    biogenic_co2_t, rows, status and reason; then the total, and category 2 market-based, which is in no total of this
    table.
    """
    iso_rows = count(inventory)
    names = packaged.read_csv(PACKAGE, "data/iso_14064_1.csv")[["category", words.language]]
    table = names.rename(columns={"category": "iso_category", words.language: "name"}, errors="raise")
    table = table.merge(gas_table(iso_rows.counted, ["line"]), left_on="iso_category", right_index=True, how="left",
                        validate="one_to_one")
    total_row = _one_line(iso_rows.counted, TOTAL, words("scope.total"))
    market_row = iso_rows.rows[iso_rows.rows["line"] == MARKET_LINE]
    market = _one_line(market_row, MARKET_LINE, f"{table['name'].iloc[1]} ({words.term('method', MARKET)})")
    table = pd.concat([table, total_row, *([market] if len(market_row) else [])], ignore_index=True)
    table["rows"] = table["rows"].fillna(0).astype("int64")
    figure_names = {TOTAL: "total-location", MARKET_LINE: "scope2-market", "2": "scope2-location", "1": "scope1"}
    ids = [figure_id(inventory, figure_names[c]) if c in figure_names else "" for c in table["iso_category"]]
    table.insert(0, "figure_id", ids)
    return with_states(table, inventory, "iso_category", lambda *of: str(routing().get(of, "")))


@lru_cache(maxsize=1)
def routing() -> pd.Series[Any]:
    """Return ISO category of each scope and scope 3 category."""
    table = packaged.read_csv(PACKAGE, "data/iso_14064_1_routing.csv", {"scope3_category": "integer"})
    return table.set_index(["scope", "scope3_category"])["category"]


def _one_line(rows: pd.DataFrame, line: str, name: str) -> pd.DataFrame:
    table = gas_table(rows.assign(line=line), ["line"]).reset_index()
    return table.rename(columns={"line": "iso_category"}, errors="raise").assign(name=name)
