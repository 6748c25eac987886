"""Carbon intensity of electricity by country and year (Ember and Energy Institute, processed by Our World in Data).

Life-cycle intensity of generation, g CO2e per kWh: upstream is inside, imports are not. In scope 2 it would be counted
twice with category 3, so every row is marked `life_cycle`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from babel.core import get_global

from carbon.core.errors import FileRefused
from carbon.factors.sources.imported import Imported, imported

SOURCE_ID, EDITION = "ember_owid_2026", "grapher CSV, years 2000-2025 (2026 release)"
LICENCE = "CC BY 4.0"
_COLUMNS = ["Entity", "Code", "Year"]
_AREAS = {"XKX": "XK", "OWID_KOS": "XK", "OWID_WRL": "GLO", "OWID_EU27": "EU27"}
_NO_COUNTRY = "not a country (continent, income group)"
_NOTE = "life-cycle intensity of generation: upstream inside, imports ignored"


def import_ember(path: Path, *, since: int = 0) -> Imported:
    """Import electricity factors by country and year [kg CO2e/kWh].

    Parameters
    ----------
    since
        First year kept.

    Raises
    ------
    FileRefused
        Not the layout Entity, Code, Year, <intensity>.
    """
    # Namibia is not a missing value: codes are strings.
    lines = pd.read_csv(path, dtype="str", keep_default_na=False)
    if list(lines.columns[:3]) != _COLUMNS or len(lines.columns) != 4:
        raise FileRefused(f"{Path(path).name}: the columns are not {', '.join(_COLUMNS)}, <g CO2e per kWh>",
                          code="not_ember", what_to_do="download the table as CSV, with its four columns")
    lines = lines.rename(columns={lines.columns[3]: "grams"}, errors="raise")
    region = lines["Code"].map({code: _alpha2(code) for code in lines["Code"].unique()}).astype("str")
    grams = pd.to_numeric(lines["grams"], errors="coerce")
    year = lines["Year"].astype("int64")
    reason = pd.Series("", index=lines.index, dtype="str").mask(region.eq(""), _NO_COUNTRY)
    reason = reason.mask(reason.eq("") & grams.isna(), "no value").mask(
        reason.eq("") & year.lt(since), f"before {since}")
    lines = lines.assign(region=region, year=year, kg=grams / 1000, reason=reason,
                         example=lines["Entity"] + " " + lines["Year"])
    kept_rows = lines[lines["reason"].eq("")]
    return imported(_columns(kept_rows), read=len(lines), kept=len(kept_rows), left_out=lines[lines["reason"].ne("")])


def _alpha2(code: str) -> str:
    codes = [c for c in get_global("territory_aliases").get(code, []) if len(c) == 2]
    return _AREAS.get(code) or (codes[0] if len(codes) == 1 else "")


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    name = "ember-" + rows["region"].str.lower() + "-electricity-" + rows["Year"]
    last = rows["year"].eq(rows["year"].max())
    return pd.DataFrame({
        "factor_id": name, "element_id": name, "activity": "electricity",
        "label": "Grid electricity, generation mix, life cycle, " + rows["Entity"], "part": "total",
        "region": rows["region"], "valid_from": rows["year"], "valid_to": rows["year"], "unit": "kWh",
        "co2e_kg": rows["kg"], "gwp_set": "", "life_cycle": True, "source_id": SOURCE_ID, "edition": EDITION,
        "page": rows["Code"] + ":" + rows["Year"], "licence": LICENCE, "verification": "official_file_copy",
        "notes": pd.Series(_NOTE, index=rows.index).mask(last, _NOTE + "; provisional year"),
    })
