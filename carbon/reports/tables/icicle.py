"""The readers' table of where a year's emissions are: scopes, categories of scope 3, and their largest suppliers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from carbon.accounting.views import named_suppliers
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import CATEGORIES, SCOPES
from carbon.reports.tables.inventory import OTHERS
from carbon.reports.tables.sums import counted_rows, share, table_of, tonnes, total_t
from carbon.reports.words.figure_ids import figure_id

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

TOP, LEAST = 4, 0.01
"""Suppliers named in a category, and the least share of the total from which one is named."""


def icicle_table(inventory: Inventory) -> pd.DataFrame:
    """Return the headline total by scope, scope 3 by category, and its categories by supplier, largest first.

    Lines of one level add up to the line above them that holds them: no level is added to another. No line where all
    scopes are zero.

    Columns: figure_id, scope, category (NaN: a scope), name (of the category), supplier ("": a scope or a category;
    "(others)" for the exact rest), co2e_t, share (of the headline total).
    """
    method = inventory.params.scope2_headline
    rows = counted_rows(inventory.emissions, method)
    total, lines = total_t(rows), []
    by_scope, by_category = tonnes(rows, ["scope"]), tonnes(rows.where(scope="3"), ["category"])
    names = named_suppliers(inventory)
    by_supplier = {key: co2e_t for key, co2e_t in tonnes(rows.where(scope="3"), ["category", "supplier"]).items()
                   if key[1] in names and co2e_t >= LEAST * total > 0}
    scopes = [scope for scope in SCOPES if scope in by_scope] if any(by_scope.values()) else []
    for scope in sorted(scopes, key=lambda s: (-by_scope[s], s)):
        name = f"scope2-{method.removesuffix('-based')}" if scope == "2" else f"scope{scope}"
        lines.append((figure_id(inventory, name), scope, math.nan, "", "", by_scope[scope],
                      share(by_scope[scope], total)))
        for category in sorted(by_category if scope == "3" else (), key=lambda c: (-by_category[c], c)):
            value = by_category[category]
            title = CATEGORIES.get(int(category), "")
            lines.append((figure_id(inventory, f"3.{category}"), scope, category, title, "", value,
                          share(value, total)))
            lines += [("", scope, category, title, supplier, co2e_t, share(co2e_t, total))
                      for supplier, co2e_t in _suppliers(rows.where(scope="3"), category, by_supplier)]
    return table_of(lines, {"figure_id": "str", "scope": "str", "category": "float64", "name": "str", "supplier": "str",
                            "co2e_t": "float64", "share": "float64"})


def _suppliers(rows: Rows, category: int, large: Mapping[tuple[int, str], float]) -> list[tuple[str, float]]:
    """Return the largest named suppliers of a category and the exact rest; none where no supplier is large."""
    sums = [(name, co2e_t) for (of, name), co2e_t in large.items() if of == category]
    top = sorted(sums, key=lambda line: (-line[1], line[0]))[:TOP]
    rest = rows.where(category=[category]).but(supplier=[name for name, _ in top])
    return [*top, *([(OTHERS, co2e_t)] if (co2e_t := total_t(rest)) else [])] if top else []
