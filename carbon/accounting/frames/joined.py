"""Tables of one's own joined to an inventory: emissions next to areas, people or revenue, and the ratios of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from carbon.accounting.frames.select import refuse_unknown
from carbon.core.errors import UsageError
from carbon.core.units import KG_PER_T

FOUND = {"both": "both", "left_only": "only in the table", "right_only": "only in the inventory"}


def joined(sums: pd.Series, table: pd.DataFrame, on: str, *, share_by: str | None) -> pd.DataFrame:
    """Return a table with the emissions of each of its lines; `Inventory.join` describes it.

    sums: co2e_kg by the words of `on`; that of rows without one is "(no <on>)".

    Raises UsageError: A column that is not there; a key that the table has twice; no key of both; nothing to share by.
    """
    refuse_unknown(table, [on, *([share_by] if share_by else [])])
    if reserved := sorted({"co2e_kg", "co2e_t", "found"} & set(table.columns)):
        raise UsageError(f"the table has columns of the result: {', '.join(reserved)}", hint="rename them first")
    keys = table[on] if is_numeric_dtype(sums.index.dtype) else table[on].astype("str")
    if keys.duplicated().any():
        raise UsageError(f"the table has {on} {keys[keys.duplicated()].iloc[0]!r} twice: its emissions would count "
                         "twice", rows=table[keys.duplicated(keep=False)], hint=f"sum it by {on} first")
    unnamed = sums[sums.index == f"(no {on})"]
    named_sums = sums.drop(unnamed.index) if share_by else sums
    if not named_sums.index.isin(keys).any():
        raise UsageError(f"no {on} of the table is one of the inventory",
                         hint="the inventory has " + ", ".join(map(repr, named_sums.index[:8].tolist())))
    sums_by_key = named_sums.rename("co2e_kg").rename_axis(on).reset_index()
    lines = table.assign(**{on: keys}).merge(sums_by_key, on=on, how="outer", indicator="found", validate="one_to_one")
    lines["found"] = lines["found"].astype("str").map(FOUND)
    lines = _shared(lines, float(unnamed.sum()), share_by) if share_by else lines
    return _with_ratios(lines, [c for c in table.columns if c != on and is_numeric_dtype(table[c].dtype)])


def _shared(lines: pd.DataFrame, kg: float, share_by: str) -> pd.DataFrame:
    """Return lines with own_kg and shared_kg: what has no key, in proportion to a column of the table."""
    unknown = lines[share_by].isna() & (lines["found"] != FOUND["right_only"])
    if unknown.any():
        raise UsageError(f"{share_by} is unknown in {int(unknown.sum())} lines: what they share is unknown too",
                         rows=lines[unknown], hint="fill it in, 0 where there is none")
    weight = lines[share_by].to_numpy(dtype=np.float64)
    if not np.nansum(weight) > 0 or (weight < 0).any():
        raise UsageError(f"nothing can be shared by {share_by}: it sums to {np.nansum(weight):g}",
                         hint="give a column of positive numbers, e.g. areas or people")
    shared = np.nan_to_num(weight) / np.nansum(weight) * kg
    line_kg = lines["co2e_kg"].to_numpy()
    total = np.where(~np.isnan(line_kg) | (shared != 0), np.nan_to_num(line_kg) + shared, np.nan)
    return lines.rename(columns={"co2e_kg": "own_kg"}).assign(shared_kg=shared, co2e_kg=total)


def _with_ratios(lines: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    """Return lines with co2e_t, and kg for one unit of each number; none for a number that is not positive."""
    ratios = {f"kg_per_{name}": lines["co2e_kg"] / lines[name].where(lines[name] > 0) for name in numbers}
    front = lines.drop(columns="found").assign(co2e_t=lines["co2e_kg"] / KG_PER_T, **ratios)
    return front.assign(found=lines["found"])
