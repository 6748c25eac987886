"""Upstream greenhouse gas content of French products, NACE A64 (SDES and Insee, table GES.501).

kg CO2e per thousand euros of the year, basic prices, no margins, no VAT. These are the monetary ratios of the
Base Carbone from 2022 on.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from carbon.core.errors import FileRefused
from carbon.factors.sources.imported import Imported, imported

SOURCE_ID, LICENCE = "sdes_ges501", "Licence Ouverte / Open Licence 2.0"
_COLUMN = r"^sdes_ges501_(\d{4})_kgco2e_per_keur$"


def import_sdes(path: Path) -> Imported:
    """Import purchase factors by NACE A64 sector and year [kg CO2e/EUR].

    Raises FileRefused: No column sdes_ges501_<year>_kgco2e_per_keur.
    """
    lines = pd.read_csv(path, dtype="str", keep_default_na=False)
    years = {c: m[0] for c, m in lines.columns.to_series().str.findall(_COLUMN).items() if m}
    if not years or not {"nace_a64", "label"} <= set(lines.columns):
        raise FileRefused(f"{Path(path).name}: no columns nace_a64, label, sdes_ges501_<year>_kgco2e_per_keur",
                          code="not_sdes", what_to_do="see docs/factors.md for the layout")
    other = [c for c in lines.columns if c not in years and c not in ("nace_a64", "label")]
    long = lines.melt(["nace_a64", "label"], [*years, *other], var_name="column", value_name="value")
    value = pd.to_numeric(long["value"], errors="coerce")
    reason = pd.Series("", index=long.index, dtype="str").mask(long["column"].isin(other), "another model's column")
    reason = reason.mask(reason.eq("") & value.isna(), "no value")
    long = long.assign(year=long["column"].map(years).fillna("0").astype("int64"), kg=value / 1000, reason=reason,
                       example=long["nace_a64"] + " " + long["column"])
    kept_rows = long[long["reason"].eq("")]
    return imported(_columns(kept_rows), read=len(long), kept=len(kept_rows), left_out=long[long["reason"].ne("")])


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    name = "sdes-fr-nace-" + rows["nace_a64"].str.lower().str.replace("_", "-") + "-" + rows["year"].astype("str")
    return pd.DataFrame({
        "factor_id": name, "element_id": name, "activity": "purchase.nace." + rows["nace_a64"],
        "label": "Purchase of " + rows["label"], "part": "total", "region": "FR", "valid_from": rows["year"],
        "valid_to": rows["year"], "unit": "EUR", "co2e_kg": rows["kg"], "gwp_set": "AR5GWP100",
        "price_year": rows["year"], "price_basis": "basic", "source_id": SOURCE_ID,
        "edition": rows["year"].astype("str") + " values (published 2025-26)", "page": "NACE " + rows["nace_a64"],
        "licence": LICENCE, "verification": "secondary_transcription",
        "notes": "read in a validation table of the FIGARO factors, not in the publisher's own file",
    })
