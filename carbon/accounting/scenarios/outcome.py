"""What a what-if changes: each activity old and new, the money of its records, and the lever that does the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from carbon.accounting import views
from carbon.accounting.frames.tidy import rows_of
from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.result import Inventory
from carbon.accounting.scenarios.steps import MARK, SPENT
from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import LOCATION

Weights = npt.NDArray[np.float64]
_ROW = ["activity_id", "part", "factor_id", "scope2_method", "scope", "category"]
_OF = ["source_file", "source_line", "site", "supplier"]
_STREAM = ["scope", "category", "activity", "place", "site", "supplier"]
_SAME = 1e-12
"""Relative difference below which a share is the same share."""


def weights(base: InventoryTables, new: InventoryTables, scope2_method: str) -> tuple[Weights, Weights]:
    """Return the weight of each counted row of both in the difference new - base; NaN for rows that are the same.

    A row of both weighs new / old - 1, one that is gone -1, a new one 1: what both share has one error.
    """
    old, later = (views.counted(one.emissions, scope2_method=scope2_method).reset_index(drop=True)
                  for one in (base, new))
    kg = later.groupby(_ROW, observed=True)["co2e_kg"].sum()
    at = pd.MultiIndex.from_frame(old[_ROW].astype("str").assign(category=old["category"]))
    known_kg = kg.reindex(at).to_numpy()
    before = old["co2e_kg"].to_numpy()
    ratio = np.divide(np.nan_to_num(known_kg), before, out=np.zeros(len(old)), where=before != 0)
    is_same = np.nan_to_num(known_kg) == before
    is_new = ~pd.MultiIndex.from_frame(later[_ROW].astype("str").assign(category=later["category"])).isin(at)
    return np.where(is_same, np.nan, ratio - 1.0), np.where(is_new, 1.0, np.nan)


def changes(base: Inventory, new: Inventory, scope2_method: str) -> pd.DataFrame:
    """Return a row for each activity of either that is not the same in both; `WhatIf.changes` describes it."""
    columns = ["activity_id", "activity", "quantity", "unit", "co2e_kg", *_OF]
    sides = []
    for one, side in ((base, "old"), (new, "new")):
        rows = rows_of(one, scope2_method, columns)
        groups = rows.groupby("activity_id", sort=False, observed=True)
        table = groups[["activity", "unit", *_OF]].first()
        code = groups.ngroup().to_numpy()
        sides.append(table.assign(quantity=groups["quantity"].sum(), co2e_kg=exact_sum(
            rows["co2e_kg"].to_numpy(), code, len(table))).add_prefix(f"{side}_"))
    joined = sides[0].join(sides[1], how="outer")
    differs = ~((joined["old_co2e_kg"] == joined["new_co2e_kg"]) & (joined["old_activity"] == joined["new_activity"])
                & (joined["old_quantity"] == joined["new_quantity"]))
    joined = joined[differs].rename_axis("activity_id").reset_index()
    for name in _OF:
        joined[name] = joined[f"old_{name}"].where(joined[f"old_{name}"].notna(), joined[f"new_{name}"])
    joined["source_line"] = joined["source_line"].astype("int64")
    joined["change_kg"] = joined["new_co2e_kg"].fillna(0.0) - joined["old_co2e_kg"].fillna(0.0)
    of_sides = [f"{side}_{name}" for side in ("old", "new") for name in ("activity", "quantity", "unit", "co2e_kg")]
    return joined[["activity_id", *_OF, *of_sides, "change_kg"]].sort_values(
        ["source_file", "source_line", "activity_id"], ignore_index=True)


def money(base: Inventory, activities: pd.DataFrame) -> pd.DataFrame:
    """Return the money that is no longer spent as it was, by kind and currency; `WhatIf.money` describes it."""
    origin = activities["activity_id"].astype("str").str.partition(MARK)[0]
    spent = base.activities["activity_id"].astype("str").map(activities.groupby(origin)[SPENT].sum()).fillna(0.0)
    of_record = spent.groupby(base.activities["record_id"].astype("str")).agg(["min", "max"])
    of_record = of_record[of_record["min"] < 1.0]
    share_gone = (1.0 - of_record["min"]).where(of_record["min"] == of_record["max"])
    lines = []
    for kind, table in base.records.items():
        rows = table[table["record_id"].astype("str").isin(share_gone.index)]
        if rows.empty or "amount" not in rows:
            lines += [(kind, "", np.nan, len(rows))] if len(rows) else []
            continue
        share = share_gone.loc[rows["record_id"].astype("str")].to_numpy()
        priced = rows.assign(spent=rows["amount"].to_numpy() * share)
        for currency, some in priced.groupby(priced["currency"].astype("str")):
            known_kg = some["spent"].notna()
            lines.append((kind, str(currency), float(some["spent"].sum()) if known_kg.any() else np.nan,
                          int((~known_kg).sum())))
    return pd.DataFrame(lines, columns=["kind", "currency", "amount", "rows_without"])


def lever(base: Inventory, new: Inventory, id_: str, label: str, names: Sequence[str]) -> str:
    """Return an entry of levers.yml with the same effect on the streams; `WhatIf.lever` describes it."""
    old, later = (_streams(one) for one in (base, new))
    moved = pd.DataFrame({"old": old, "new": later}).fillna(0.0)
    down = moved[moved["new"] < moved["old"] * (1 - _SAME)]
    up = moved[moved["new"] > moved["old"] * (1 + _SAME)]
    if down.empty:
        raise MethodError("no stream falls: a lever cuts one and may add to others", hint="add a cut or a move")
    less, more = (down["old"] - down["new"]).sum(), up["new"] - up["old"]
    added = more[up["old"] > 0]
    # What appears on streams that the year does not have is taken off the cut: a lever adds to streams that exist.
    net = 1.0 - (more.sum() - added.sum()) / less
    if net <= 0:
        raise MethodError("more appears on streams that the year does not have than falls", hint="it is no reduction")
    cuts = [{"where": _select(key), "reduction": float((1.0 - line["new"] / line["old"]) * net)}
            for key, line in down.iterrows()]
    adds = [{"to": _select(key), "kg_per_kg_cut": float(kg / (less * net))} for key, kg in added.items()]
    entry: dict[str, Any] = {
        "label": {base.params.language: label}, "cuts": cuts, **({"adds": adds} if adds else {}),
        "track": "both", "cost": {"currency": base.params.currency, "price_year": base.year, "capex": "<capex>",
                                  "opex_per_year": "<more a year>", "savings_per_year": "<less a year>"},
        "lifetime_years": "<years>", "earliest_start": "<year>",
        "evidence": f"what if, on the records of {base.year}: {'; '.join(names)}"}
    return yaml.safe_dump({id_: entry}, sort_keys=False, allow_unicode=True, width=110)


def _streams(inventory: Inventory) -> pd.Series:
    rows = rows_of(inventory, LOCATION, [*_STREAM, "co2e_kg"])
    groups = rows.groupby(_STREAM, sort=True, observed=True)
    keys = groups.size().index
    return pd.Series(exact_sum(rows["co2e_kg"].to_numpy(), groups.ngroup().to_numpy(), len(keys)), index=keys)


def _select(key: Any) -> dict[str, Any]:
    scope, category, *words = key
    names = ("activity", "region", "site", "supplier")
    return {"scope": [scope], "category": [int(category)],
            **{name: [re.sub(r"([*?[])", r"[\1]", str(word))] for name, word in zip(names, words, strict=True)}}
