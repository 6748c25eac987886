"""From the total of one framework to that of another, line by line, closing to zero.

Both are assignments of the same emission rows, so every difference is a set of rows that one counts and the other does
not; there is nothing else it could be.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.core.errors import RunError
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import NO_METHOD
from carbon.core.units import KG_PER_T
from carbon.reports.filings.counting import Counting
from carbon.reports.tables.sums import sum_by
from carbon.reports.words.language import Words

_BY = ["line_a", "line_b", "scope", "category", "scope2_method", "why"]
CLOSED_T = 1e-9
"""A remainder below a milligram per line is what rounding each line to a double leaves."""


def reconciliation_table(a: Counting, b: Counting, words: Words) -> pd.DataFrame:
    """Return the line of `b` that each line of `a` belongs to, and why the totals differ.

    total_a = total_b + sum of difference_t; the last line holds both totals and the remainder, which is zero.

    Columns: line_a, line_b, scope, category, scope2_method, co2e_t_a, co2e_t_b (0: not in that total), difference_t,
    why.

    Raises
    ------
    RunError
        The two count different rows of emissions, or the sheet does not close.
    """
    if not a.rows.index.equals(b.rows.index):
        raise RunError(f"{a.format} and {b.format} do not have the same rows")
    rows = a.rows.rename(columns={"line": "line_a", "counted": "in_a"}, errors="raise").assign(
        line_b=b.rows["line"], in_b=b.rows["counted"])
    rows = rows[rows["in_a"] | rows["in_b"]]
    rows = rows.assign(why=_why(rows, words), kg_a=rows["co2e_kg"].where(rows["in_a"], 0.0),
                       kg_b=rows["co2e_kg"].where(rows["in_b"], 0.0))
    table = pd.concat([sum_by(rows, _BY, f"kg_{side}").div(KG_PER_T).rename(f"co2e_t_{side}") for side in "ab"], axis=1)
    table = table.reset_index()
    table["difference_t"] = table["co2e_t_a"] - table["co2e_t_b"]
    table = table[[*_BY[:-1], "co2e_t_a", "co2e_t_b", "difference_t", "why"]]
    return pd.concat([table, _total(a, b, table, words)], ignore_index=True)


def _why(rows: pd.DataFrame, words: Words) -> pd.Series[Any]:
    in_both = rows["in_a"] & rows["in_b"]
    same_line = rows["line_a"] == rows["line_b"]
    why = pd.Series(words("filing.routed"), index=rows.index, dtype="str").mask(same_line, words("filing.same"))
    other_method = ~in_both & (rows["scope2_method"] != NO_METHOD)
    why = why.mask(other_method & rows["in_a"], words("filing.method_a"))
    why = why.mask(other_method & rows["in_b"], words("filing.method_b"))
    return why.mask(~in_both & ~other_method, words("filing.only_one"))


def _total(a: Counting, b: Counting, table: pd.DataFrame, words: Words) -> pd.DataFrame:
    parts = [a.total_t, -b.total_t, *(-table["difference_t"])]
    remainder = exact_total(parts)
    if abs(remainder) > CLOSED_T * max(1.0, abs(a.total_t), abs(b.total_t)):
        raise RunError(f"The reconciliation of {a.format} and {b.format} leaves {remainder:g} t")
    total = {"line_a": "total", "line_b": "total", "scope": "", "category": 0, "scope2_method": "",
             "co2e_t_a": a.total_t, "co2e_t_b": b.total_t, "difference_t": a.total_t - b.total_t,
             "why": words("filing.closes")}
    rest = {**total, "line_a": "remainder", "line_b": "", "co2e_t_a": 0.0, "co2e_t_b": 0.0,
            "difference_t": round(remainder, 9) + 0.0, "why": words("filing.remainder")}
    return pd.DataFrame([total, rest])
