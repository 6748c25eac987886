"""The GHG Protocol table: scopes, all fifteen categories with reasons, gases, biogenic CO2 outside scopes, exclusions.

Source: Corporate Standard (2004) ch. 9; Scope 2 Guidance (2015) ch. 7; Scope 3 Standard (2011) ch. 7
(types of data) and 11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from carbon.core.ghg_protocol import CATEGORIES
from carbon.core.units import KG_PER_T
from carbon.reports.filings.counting import Counting, counting
from carbon.reports.filings.gases import gases_table
from carbon.reports.tables.coverage import exclusions_table
from carbon.reports.tables.inventory import categories_table, scopes_table
from carbon.reports.tables.method import method_choices_table
from carbon.reports.tables.sums import in_scopes, share, tonnes_by, total_t
from carbon.reports.words.figure_ids import figure_id, scope_id_name
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

FORMAT = "ghg_protocol"
PRIMARY = "supplier-specific"
"""Tier of data from suppliers and other partners of the value chain, so without the company's own meters."""


def count(inventory: Any, format: str = FORMAT, *, scope2_method: str = "") -> Counting:
    """Return the figures as lines ("scope1", "scope2-market", "3.1" ...); the total by the headline's method or that of
    `scope2_method`.
    """
    rows = in_scopes(inventory.emissions)
    names = rows[["scope", "category", "scope2_method"]].drop_duplicates()
    names["line"] = [f"3.{category}" if scope == "3" else scope_id_name(scope, method)
                     for scope, category, method in names.itertuples(index=False)]
    named_rows = rows[["scope", "category", "scope2_method"]].merge(names, how="left", validate="many_to_one")
    return counting(format, inventory, named_rows["line"].set_axis(rows.index),
                    scope2_method=scope2_method or inventory.params.scope2_headline)


def tables(inventory: Any, words: Words) -> dict[str, pd.DataFrame]:
    """Return "lines" (every scope and category), "data_types" (each category by method tier), "gases" (seven gases, and
    what no factor splits), "method", and "exclusions": rows left out, with their size.
    """
    gases = gases_table(in_scopes(inventory.emissions), ["scope", "scope2_method"], inventory)
    gases.insert(0, "figure_id", [figure_id(inventory, scope_id_name(scope, method)) for scope, method in zip(
        gases["scope"], gases["scope2_method"], strict=True)])
    return {"lines": lines_table(inventory), "data_types": data_types_table(inventory), "gases": gases,
            "method": method_choices_table(inventory, words=words), "exclusions": exclusions_table(inventory)}


def lines_table(inventory: Any) -> pd.DataFrame:
    """Return the scopes, the fifteen categories, both totals.

    Columns: figure_id, scope, scope2_method, category (0: none), name, co2e_t (NaN where there is no figure),
    primary_share (of scope 3 and its categories, see `primary_shares`), biogenic_co2_t (outside the scopes; NaN without
    rows), rows, status, reason, estimated_t (the company's estimate for an excluded category).
    """
    scopes = scopes_table(inventory)[["figure_id", "scope", "scope2_method", "co2e_t", "status", "reason"]]
    scopes = scopes.assign(category=0, name="", estimated_t=float("nan"))
    categories = categories_table(inventory).assign(scope="3", scope2_method="").drop(columns=["share", "rows"])
    table = pd.concat([scopes[scopes["scope"] != "total"], categories, scopes[scopes["scope"] == "total"]],
                      ignore_index=True)
    stated_lines = inventory.table[["scope", "category", "scope2_method", "biogenic_co2_kg", "rows"]]
    table = table.merge(stated_lines, on=["scope", "category", "scope2_method"], how="left", validate="one_to_one")
    # Sets of earlier releases have 0 on lines without rows.
    table["biogenic_co2_t"] = (table["biogenic_co2_kg"] / KG_PER_T).where(table["rows"] > 0)
    shares = primary_shares(inventory)
    table["primary_share"] = [shares.get(number, float("nan")) if scope == "3" else float("nan")
                              for scope, number in zip(table["scope"], table["category"], strict=True)]
    return table[["figure_id", "scope", "scope2_method", "category", "name", "co2e_t", "primary_share",
                  "biogenic_co2_t", "rows", "status", "reason", "estimated_t"]]


def primary_shares(inventory: Inventory) -> dict[int, float]:
    """Return the share of primary data (`PRIMARY`) in the emissions of each category of scope 3, and of all of it (0).

    share = sum of |kg| of primary data / sum of |kg|, so that a credit note makes no share above 1; NaN without rows.
    Source: Scope 3 Standard (2011), ch. 11; ESRS E1 AR 46 (g).
    """
    rows = in_scopes(inventory.emissions)
    rows = rows[rows["scope"] == "3"].assign(co2e_kg=lambda of: of["co2e_kg"].abs())
    return {number: share(total_t(of[of["tier"] == PRIMARY]), total_t(of))
            for number, of in ((0, rows), *rows.groupby("category"))}


def data_types_table(inventory: Any) -> pd.DataFrame:
    """Return each category of scope 3 by method tier: what share of it is from suppliers, quantities or money.

    Columns: category, name, tier, co2e_t, share (of the category; NaN where it sums to 0).
    """
    rows = in_scopes(inventory.emissions)
    sums = tonnes_by(rows[rows["scope"] == "3"], ["category", "tier"]).rename("co2e_t").reset_index()
    totals = sums["category"].map(tonnes_by(rows[rows["scope"] == "3"], ["category"]))
    table = sums.assign(share=(sums["co2e_t"] / totals).where(totals != 0))
    table.insert(1, "name", [CATEGORIES[number] for number in table["category"]])
    return table
