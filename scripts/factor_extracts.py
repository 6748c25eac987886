"""Factors that are known through the extracts key_factors.csv and key_factors_extended.csv, by the project's own names.

Which line becomes which activity and part is a table, factor_names.csv; a line without a name there is not shipped.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from carbon.factors.sources.imported import complete

HERE = Path(__file__).parent
SOURCES = {
    "ADEME Impact CO2 (from Base Carbone)": "ademe_impact_co2_2026",
    "ADEME Base Carbone quoted in Nos Gestes Climat": "ademe_ngc_2026",
    "EEA Greenhouse gas emission intensity of electricity generation, country level": "eea_2023",
    "DCCEEW National Greenhouse Accounts Factors 2025": "dcceew_nga_2025",
    "NZ Ministry for the Environment, Measuring emissions guide": "mfe_nz_2026",
}
UNITS = {"kWh (HHV/PCS)": "kWh_HHV", "night": "room.night"}
GRID = r"^\w\w(?:27)?(?:-\w+)?-elec(?:-residual)?-(?:eea|nga|mfe)-\d{4}$"


def read(data: Path) -> pd.DataFrame:
    """The extracts' lines that the library ships, as (partial) factors."""
    lines = pd.concat([pd.read_csv(data / name, dtype="str", keep_default_na=False)
                       for name in ("key_factors.csv", "key_factors_extended.csv")], ignore_index=True)
    named = pd.read_csv(HERE / "factor_names.csv", dtype="str", keep_default_na=False)
    names = pd.concat([named, _grid(lines)], ignore_index=True)
    rows = names.merge(lines, on="id", how="left", suffixes=("", "_source"), validate="one_to_one")
    return complete(_columns(_differences(rows.assign(kg=rows["value"].astype("float64")))))


def _grid(lines: pd.DataFrame) -> pd.DataFrame:
    grid = lines[lines["id"].str.match(GRID)]
    residual = grid["id"].str.contains("-residual-")
    activity = pd.Series("electricity", index=grid.index).mask(residual, "electricity.residual")
    note = pd.Series("generation, direct emissions; second-hand: one public transcription", index=grid.index)
    note = note.mask(residual, "residual mix, national; second-hand: one public transcription")
    return pd.DataFrame({"id": grid["id"], "activity": activity, "part": "combustion", "element": "",
                         "valid_from": "", "valid_to": "", "notes": note})


def _differences(rows: pd.DataFrame) -> pd.DataFrame:
    """
    "With" figures become their own part: what they add to the element's total.
    """
    added = rows["part"].isin(["contrails", "manufacture"]) & rows["source"].eq("ADEME Impact CO2 (from Base Carbone)")
    base = rows[rows["part"].eq("total") & rows["element"].ne("")].set_index("element")["kg"]
    return rows.assign(kg=rows["kg"].mask(added, (rows["kg"] - rows["element"].map(base)).round(8)))


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    source = rows["source"].map(SOURCES).astype("str")
    year = rows["year_valid"].where(rows["valid_from"].eq(""), rows["valid_from"]).astype("int64")
    last = rows["valid_to"].where(rows["valid_to"].ne(""), rows["year_valid"]).astype("int64")
    element = (source + "-" + rows["element"]).where(rows["element"].ne(""), rows["id"])
    return pd.DataFrame({
        "factor_id": rows["id"],
        "element_id": element.str.replace("_", "-"), "activity": rows["activity"], "label": rows["activity_source"],
        "part": rows["part"], "region": rows["region"], "valid_from": year, "valid_to": last.clip(lower=year),
        "unit": rows["unit_denominator"].replace(UNITS), "co2e_kg": rows["kg"],
        "gwp_set": rows["gwp_set"].map({"AR5": "AR5GWP100"}).fillna(""),
        "uncertainty_pct": pd.to_numeric(rows["uncertainty_pct"]),
        "life_cycle": rows["activity"].eq("electricity.solar_pv"), "source_id": source,
        "edition": rows["source_version"], "page": rows["source_row_id"], "licence": rows["licence"],
        "verification": rows["verification"], "notes": rows["notes"],
    })
