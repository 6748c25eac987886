"""
Refrigerants of the EPA Hub: single gases (table 11) and blends by composition (table 12).

CO2e follows the GWP set through the composition; a blend's printed GWP is not used (one of them, R-424A, is not the
sum of its own composition). A blend with a gas outside the GWP sets (propane, isobutane ...) is left out here.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from carbon.core import gases
from carbon.factors.sources.refrigerants import known, pure, word

SET = "AR5GWP100"
ALWAYS = (1990, 9999)
"""A composition does not age."""
LICENCE = "US Government work, public domain (17 USC 105)"
_UNKNOWN = "a gas of it is in no GWP set of this package"


def gases_read(body: pd.DataFrame, rows: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """
    Table 11: one gas a row.
    """
    return _read(body, body[2].map(pure) if len(body) else body.get(2), rows, 11)


def blends_read(body: pd.DataFrame, rows: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """
    Table 12: "50% HFC-32 , 50% HFC-125".
    """
    return _read(body, body[4].map(_composition) if len(body) else body.get(2), rows, 12)


def _read(body: pd.DataFrame, composition: pd.Series | None, rows: Callable[..., pd.DataFrame],
          table: int) -> pd.DataFrame:
    if composition is None or body.empty:
        return rows(body, {}, label=body.get(2, pd.Series(dtype="str")), unit="kg")
    reason = pd.Series("", index=body.index, dtype="str").mask(composition.eq(""), _UNKNOWN)
    reason = reason.mask(body[2].eq("Methane"), "methane: its origin must be named, fossil or not")
    return rows(body, {}, label=body[2], unit="kg", reason=reason, group=f"Table {table}").assign(
        composition=composition)


def _composition(text: str) -> str:
    parts = [part.strip().split("% ", 1) for part in text.split(",")]
    if not all(known(name.strip()) for _, name in parts):
        return ""
    return ";".join(f"{name.strip()}:{round(float(share) / 100, 6):g}" for share, name in parts)


def factors(kept: pd.DataFrame, edition: int) -> pd.DataFrame:
    """
    Refrigerants by the kg: a Kyoto row, a non-Kyoto row, or both where a blend holds both.
    """
    rows = kept[kept["table"].ge(11)]
    halves = pd.concat([rows.assign(kyoto=True), rows.assign(kyoto=False)], ignore_index=True)
    part = [gases.blend_gwp(c, SET, kyoto=k) for c, k in zip(halves["composition"], halves["kyoto"], strict=True)]
    halves = halves.assign(co2e_kg=part)
    halves = halves[halves["co2e_kg"].gt(0)].sort_values(["table", "row", "kyoto"], ascending=[True, True, False])
    name = halves["label"].map(word)
    element = f"epa-hub-{edition}-glo-refrigerant-" + name
    return pd.DataFrame({
        "factor_id": (element + "-fugitive").mask(~halves["kyoto"], element + "-fugitive-non-kyoto"),
        "element_id": element, "activity": "refrigerant." + name, "label": halves["label"] + " leakage",
        "part": "fugitive", "region": "GLO", "valid_from": ALWAYS[0], "valid_to": ALWAYS[1], "unit": "kg",
        "co2e_kg": halves["co2e_kg"], "gwp_set": SET, "composition": halves["composition"],
        "kyoto": halves["kyoto"], "source_id": f"epa_hub_{edition}", "edition": f"Hub {edition}",
        "page": "Emission Factors Hub!row " + halves["row"].astype("str") + " (Table "
        + halves["table"].astype("str") + ")", "licence": LICENCE, "verification": "official_file_copy",
        "notes": "CO2e by composition and GWP set",
    })
