"""Comparison of two factor releases: factors added, removed, changed, and the tonnes each change moves.

A comparison adopts nothing: an inventory keeps the release its params pin.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.factors.library import Library
from carbon.factors.matching import KEY, Matched, match_factors
from carbon.params.shapes.company import FactorPolicy

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_WHO = ["factor_id", "element_id", "activity", "part", "region", "valid_from", "unit"]
MOVED = ["activity", "unit", "region", "year", "scope", "quantity", "old_elements", "new_elements", "old_t", "new_t",
         "moved_t", "why"]


def compare(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Compare two tables (`schemas.FACTORS`) by factor_id: one row for each factor added, removed or changed.

    Columns: change, factor_id, element_id, activity, part, region, valid_from, unit, old_co2e_kg, new_co2e_kg,
    change_pct (of a changed figure; NaN from zero), columns (those that differ). Empty where nothing changed.
    """
    one, two = (schemas.FACTORS.validate(t).set_index("factor_id", drop=False) for t in (old, new))
    in_both = one.index.intersection(two.index)
    columns = _differing(one.loc[in_both], two.loc[in_both])
    none = pd.Series(dtype="str")
    rows = [_rows(REMOVED, one.drop(in_both), none), _rows(ADDED, two.drop(in_both), none),
            _rows(CHANGED, two.loc[columns.index], columns)]
    table = pd.concat(rows, ignore_index=True)
    old_kg, new_kg = (table["factor_id"].map(side["co2e_kg"]).astype("float64") for side in (one, two))
    percent = ((new_kg / old_kg - 1) * 100).where(old_kg.ne(0))
    table = table.assign(old_co2e_kg=old_kg, new_co2e_kg=new_kg, change_pct=percent)
    order = ["change", *_WHO, "old_co2e_kg", "new_co2e_kg", "change_pct", "columns"]
    return table.sort_values(["change", "factor_id"], kind="stable", ignore_index=True)[order]


def _differing(one: pd.DataFrame, two: pd.DataFrame) -> pd.Series:
    columns = [c for c in schemas.FACTORS.columns if c != "factor_id"]
    unlike = pd.DataFrame({c: one[c].ne(two[c]) & ~(one[c].isna() & two[c].isna()) for c in columns}, index=one.index)
    unlike = unlike[unlike.any(axis=1)]
    names = [", ".join(c for c, differs in zip(columns, row, strict=True) if differs) for row in unlike.to_numpy()]
    return pd.Series(names, index=unlike.index, dtype="str")


def _rows(change: str, factors: pd.DataFrame, columns: pd.Series) -> pd.DataFrame:
    return factors[_WHO].reset_index(drop=True).assign(
        change=change, columns=columns.reindex(factors.index, fill_value="").astype("str").to_numpy())


def tonnes_moved(
    activities: pd.DataFrame, old: Library, new: Library, *, policy: FactorPolicy, gwp: str,
    allow_mixed_gwp: Sequence[str], non_co2: str, fx: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the tonnes that activities move by when `old` is replaced by `new`, one row for each key that moves.

    moved_t = sum over a key's activities of quantity x (kg per unit by `new` - kg per unit by `old`) / 1000

    All parts are counted, scope 2 once, by the grid's factor (location-based). A key without a factor has NaN on that
    side and is listed with all of its other side.

    activities: `schemas.ACTIVITIES` of one company-year; the choices are the company's own, as for `match_factors`.

    Columns: activity, unit, region, year, scope, quantity, old_elements, new_elements, old_t, new_t, moved_t, why; the
    largest move first.

    Raises TableError, MoneyError, MethodError: See `match_factors`.
    """
    sides = [match_factors(activities, library, policy=policy, gwp=gwp, allow_mixed_gwp=list(allow_mixed_gwp),
                           non_co2=non_co2, fx=fx) for library in (old, new)]
    old_side, new_side = (_by_key(side, activities["quantity"]) for side in sides)
    table = old_side.merge(new_side, on=[*KEY, "quantity"], suffixes=("_old", "_new"), validate="one_to_one")
    moved_t = table["t_new"].fillna(0) - table["t_old"].fillna(0)
    table = table.rename(columns={"elements_old": "old_elements", "elements_new": "new_elements", "t_old": "old_t",
                                  "t_new": "new_t"}).assign(moved_t=moved_t, why=_why(table))
    unlike = table["why"].ne("") & (moved_t.ne(0) | table["new_t"].isna() | table["old_t"].isna())
    sized = table.assign(size=moved_t.abs())[unlike]
    return sized.sort_values(["size", *KEY], ascending=[False, *[True] * len(KEY)])[MOVED].reset_index(drop=True)


def _by_key(side: Matched, quantity: pd.Series) -> pd.DataFrame:
    keys = side.resolved.keys
    weights = quantity.to_numpy("float64")
    total = np.bincount(side.codes, weights=weights, minlength=int(keys["key_id"].max()) + 1 if len(keys) else 0)
    parts = side.resolved.table.groupby("key_id")
    kg = parts["co2e_kg"].sum()
    elements = parts["element_id"].agg(lambda e: ", ".join(sorted(set(e)))).astype("str")
    amount = pd.Series(total)[keys["key_id"]].to_numpy()
    tonnes = amount * keys["key_id"].map(kg).to_numpy("float64") / 1000
    miss_reasons = side.resolved.misses.set_index("key_id")["reason"].reindex(keys["key_id"]).fillna("")
    return keys[KEY].assign(quantity=amount, t=tonnes, lost=miss_reasons.to_numpy(),
                            elements=elements.reindex(keys["key_id"], fill_value="").to_numpy())


def _why(table: pd.DataFrame) -> pd.Series:
    is_removed, is_new = table["t_new"].isna() & table["t_old"].notna(), table["t_old"].isna() & table["t_new"].notna()
    other = table["elements_old"].ne(table["elements_new"])
    figure = ~other & table["t_old"].ne(table["t_new"]) & table["t_old"].notna()
    why = pd.Series("", index=table.index, dtype="str").mask(figure, "the factor's figure changed")
    why = why.mask(other, "another factor is chosen").mask(is_removed, "no factor any more: " + table["lost_new"])
    return why.mask(is_new, "a factor where there was none")


def to_markdown(table: pd.DataFrame) -> str:
    """Return a table of `compare` or `tonnes_moved` as Markdown, figures to six digits."""
    def cell(value: object) -> str:
        """Format a number to six digits, a missing one as nothing; a bar in a string would end the cell."""
        if isinstance(value, float):
            return "" if np.isnan(value) else f"{value:.6g}"
        return str(value).replace("|", "\\|")

    lines = [f"| {' | '.join(table.columns)} |", "|" + " --- |" * len(table.columns)]
    lines += [f"| {' | '.join(map(cell, row))} |" for row in table.itertuples(index=False, name=None)]
    return "\n".join(lines) + "\n"
