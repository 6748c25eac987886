"""Residual mixes for market-based scope 2, as the user brings them: the issuing bodies restrict their tables.

CSV, comma or semicolon: region, year, and one of g_co2e_per_kwh, g_co2_per_kwh, kg_co2e_per_kwh; evidence (edition,
table). A figure of CO2 alone has that note. A country without a published residual mix is absent.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from carbon.core.errors import FileRefused
from carbon.factors.sources.company import REGION
from carbon.factors.sources.imported import Imported, imported

SOURCE_ID = "residual_mix_user"
SCALES = {"g_co2e_per_kwh": 0.001, "g_co2_per_kwh": 0.001, "kg_co2e_per_kwh": 1.0}


def import_residual_mix(path: Path) -> Imported:
    """Import factors of electricity.residual [kg CO2e/kWh], by region and year.

    Raises FileRefused: Columns are missing, or there are two figure columns.
    """
    path = Path(path)
    head = path.read_bytes().split(b"\n", 1)[0]
    lines = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig",
                        sep=";" if head.count(b";") > head.count(b",") else ",")
    figures = [c for c in SCALES if c in lines.columns]
    missing = [c for c in ("region", "year", "evidence") if c not in lines.columns]
    if missing or len(figures) != 1:
        raise FileRefused(f"{path.name}: missing columns {missing}; figure columns {figures}, exactly one expected",
                          code="not_residual_mix", what_to_do=f"region, year, evidence and one of {', '.join(SCALES)}")
    lines = lines.apply(lambda column: column.str.strip())
    kg = pd.to_numeric(lines[figures[0]], errors="coerce") * SCALES[figures[0]]
    lines = lines.assign(kg=kg, number=pd.to_numeric(lines["year"], errors="coerce"), reason=_reason(lines, kg),
                         example=lines["region"] + " " + lines["year"])
    kept_rows = lines[lines["reason"].eq("")]
    table = _columns(kept_rows, co2_only=figures[0] == "g_co2_per_kwh")
    return imported(table, read=len(lines), kept=len(kept_rows), left_out=lines[lines["reason"].ne("")])


def _reason(lines: pd.DataFrame, kg: pd.Series) -> pd.Series:
    reason = pd.Series("", index=lines.index, dtype="str")
    checks = [
        (~lines["region"].str.fullmatch(REGION), "no ISO code"), (~lines["year"].str.fullmatch(r"\d{4}"), "no year"),
        (kg.isna(), "no figure"), (kg.lt(0), "negative figure"), (lines["evidence"].eq(""), "no evidence"),
        (lines.duplicated(["region", "year"]), "region and year twice"),
    ]
    for fails, why in checks:
        reason = reason.mask(reason.eq("") & fails, why)
    return reason


def _columns(rows: pd.DataFrame, *, co2_only: bool) -> pd.DataFrame:
    year = rows["year"].astype("int64")
    name = SOURCE_ID.replace("_", "-") + "-" + rows["region"].str.lower() + "-" + rows["year"]
    return pd.DataFrame({
        "factor_id": name, "element_id": name, "activity": "electricity.residual",
        "label": "Residual mix, " + rows["region"] + " " + rows["year"], "part": "combustion",
        "region": rows["region"], "valid_from": year, "valid_to": year, "unit": "kWh", "co2e_kg": rows["kg"],
        "gwp_set": "", "co2_kg": rows["kg"] if co2_only else float("nan"), "source_id": SOURCE_ID,
        "edition": rows["evidence"], "page": rows["evidence"], "licence": "as the user obtained it",
        "verification": "user file", "notes": "CO2 only" if co2_only else "",
    })
