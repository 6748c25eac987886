"""Whom to ask for what, so that an interval narrows most: by supplier and data owner, with the interval after.

A supplier's line assumes that it gives a figure of its own: all of what its rows share with others (factor, publisher's
model, rate, price index, choice of method) is replaced by one source with the spread that an answer usually leaves. A
data owner's line assumes the same of one meter, survey, estimate or factor.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.exact import exact_sum
from carbon.emissions.uncertainty import UncertainRows
from carbon.emissions.uncertainty.distributions import LOGNORMAL, sigma_of_gsd2
from carbon.emissions.uncertainty.ends import Ends, ends_of
from carbon.emissions.uncertainty.moments import group_moments
from carbon.emissions.uncertainty.shown import Interval
from carbon.emissions.uncertainty.sources import COLUMNS, NO_SOURCE

REQUESTS = {"of": "str", "id": "str", "who": "str", "ask": "str", "effort": "str", "rows": "int64",
            "co2e_kg": "float64", "low_kg": "float64", "high_kg": "float64", "low_after_kg": "float64",
            "high_after_kg": "float64", "narrows": "float64"}
"""Columns of `requests_of`; of and id are those of params/<company>/uncertainty.csv, "" where the answer belongs in
other params (a contract, a rate, a factor's region).
"""
SUPPLIER_GSD2 = 1.2
"""GSD2 that a supplier's own figure usually leaves: our judgement, as `after` in the table of defaults."""
_SUPPLIER_ASK = "the supplier's own figure for what was bought, with its uncertainty"
LEAST = 0.01
"""Share of the width that an answer saves at least, to be asked for; less is within the error of the draws."""
_OF = {"factor": "factor", "meter": "meter", "survey scale-up": "survey", "activity data": "activity"}


class Uncertainty(Protocol):
    """What an inventory's uncertainty answers: `accounting.uncertainty.InventoryUncertainty`."""

    def of(self, figure: str) -> Interval:
        """Return a figure with its interval."""

    def rows_of(self, figure: str) -> tuple[pd.DataFrame, UncertainRows]:
        """Return the emission rows of a figure, and the same rows with their sources."""

    def contributions(self, figure: str) -> pd.DataFrame:
        """Return the share of each source in the variance."""

    def after(self, figure: str, source_id: str, gsd2: float) -> Interval:
        """Return the interval with one source known better."""

    def is_coarser(self, source_id: str) -> bool:
        """Return whether an answer would lead to a coarser factor."""


def requests_of(uncertainty: Uncertainty, figure: str, n: int = 20) -> pd.DataFrame:
    """Return the n requests that narrow a figure's interval most, with the interval after each answer alone.

    An answer that would save less than 1 % of the width is not asked for.

    Returns
    -------
    DataFrame
        of, id, who (supplier; site and group of the rows, else their supplier), ask, effort (low, medium, high: our
        judgement), rows, co2e_kg (what depends on it), low_kg and high_kg (now), low_after_kg and high_after_kg,
        narrows (share of the width).
    """
    now = uncertainty.of(figure)
    lines = [*_suppliers(uncertainty, figure, n), *_owners(uncertainty, figure, n)]
    table = pd.DataFrame(lines, columns=[c for c in REQUESTS if c not in ("low_kg", "high_kg", "narrows")])
    width = now.high_kg - now.low_kg
    left = (table["high_after_kg"] - table["low_after_kg"]).astype("float64")
    table = table.assign(low_kg=now.low_kg, high_kg=now.high_kg, narrows=1 - left / width if width > 0 else 0.0)
    table = table[table["narrows"] >= LEAST].sort_values(["narrows", "of", "id"], ascending=[False, True, True]).head(n)
    return table[list(REQUESTS)].astype(REQUESTS).reset_index(drop=True)


def _suppliers(uncertainty: Uncertainty, figure: str, n: int) -> list[dict[str, object]]:
    rows, doubts = uncertainty.rows_of(figure)
    with_name = np.flatnonzero(~Rows(rows).column("supplier").among(""))
    groups = Rows(rows).take(with_name).groups(["supplier"])
    code, names, kg = groups.number, groups.lines(), exact_sum(doubts.kg[with_name], groups.number, len(groups))
    sd, lines = _sd(doubts), []
    for i in np.argsort(-np.abs(kg), kind="stable")[:n]:
        after = answered(doubts, with_name[code == i])
        if _sd(after) <= (1 - LEAST / 2) * sd:
            lines.append({"of": "supplier", "id": str(names[i]), "who": str(names[i]), "ask": _SUPPLIER_ASK,
                          "effort": "medium", "rows": int((code == i).sum()), "co2e_kg": float(kg[i]),
                          **_named(ends_of(after))})
    return lines


def _sd(rows: UncertainRows) -> float:
    return float(group_moments(rows, np.zeros(len(rows.kg), dtype=np.int64), 1)["sd_kg"][0])


def answered(doubts: UncertainRows, at: np.ndarray, gsd2: float = SUPPLIER_GSD2) -> UncertainRows:
    """Return the rows, some of them with one source of their own in place of all others."""
    codes = np.vstack([doubts.codes, np.full((1, len(doubts.kg)), NO_SOURCE)])
    codes[:, at] = NO_SOURCE
    codes[-1, at] = len(doubts.column("spread"))
    line: dict[str, Any] = {"source_id": "~answer", "of": "answer", "slot": "answer", "distribution": LOGNORMAL,
                            "spread": float(sigma_of_gsd2(gsd2)), "centre": 1.0, "stated": True, "joint_spread": np.nan}
    columns = {c: np.append(doubts.column(c), line.get(c, doubts.column(c)[0])) for c in COLUMNS}
    return replace(doubts, codes=codes, kinds=(*doubts.kinds, "answer")).with_columns(**columns)


def _owners(uncertainty: Uncertainty, figure: str, n: int) -> list[dict[str, object]]:
    rows, doubts = uncertainty.rows_of(figure)
    table = uncertainty.contributions(figure)
    is_open = (table["total_share"] >= LEAST) & ~table["ask"].str.startswith("nothing") & (table["by"] != "company")
    table = table[is_open & ~table["source_id"].map(uncertainty.is_coarser)].head(n)
    place = pd.Index(doubts.column("source_id")).get_indexer(table["source_id"])
    lines = []
    for at, line in zip(place, table.to_dict("records"), strict=True):
        of, id_ = _statement(str(line["of"]), str(line["source_id"]))
        if of == "supplier":
            continue
        owned = Rows(rows).where((doubts.codes == at).any(axis=0))
        lines.append({"of": of, "id": id_, "who": _owner(owned), "ask": line["ask"], "effort": line["effort"],
                      "rows": line["rows"], "co2e_kg": line["co2e_kg"],
                      **_named(uncertainty.after(figure, line["source_id"], float(line["after"])))})
    return lines


def _named(ends: Ends | Interval) -> dict[str, float]:
    return {"low_after_kg": ends.low_kg, "high_after_kg": ends.high_kg}


def _statement(of: str, source_id: str) -> tuple[str, str]:
    """Return what a line of uncertainty.csv would state: its `of` and `id`; "" where it cannot."""
    _, _, what = source_id.partition(":")
    parts = what.split("/")
    if of == "supplier estimate" or (of == "activity data" and parts[0] == "spend"):
        return "supplier", parts[1] if len(parts) > 1 else ""
    name = parts[-1] if of == "meter" else parts[1] if of == "survey scale-up" and len(parts) > 1 else what
    return (_OF[of], name) if of in ("factor", "meter", "survey scale-up") and name else ("", "")


def _owner(rows: Rows) -> str:
    """Return the site and group, else supplier, with most of the rows' emissions, and how many others there are."""
    kg: dict[str, float] = {}
    sizes = rows.assign(size=np.abs(rows["co2e_kg"])).sums(["site", "group", "supplier"], "size")
    for (site, group, supplier), size in sizes.items():
        name = f"{site} {group}".strip() or supplier
        kg[name] = kg.get(name, 0.0) + size
    names = sorted(kg.keys() - {""}, key=lambda name: (-kg[name], name))
    return "" if not names else names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
