"""Supply Chain GHG Emission Factors (USEEIO) by NAICS-6, CO2e and by gas: v1.2 and v1.3 of US EPA, v1.4 of Cornerstone.

kg per US dollar of the version's year, purchaser prices; the figure with margins is kept. Versions have other dollar
years and models: each row has its price year, so they are never mixed in silence.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from carbon.core import gases
from carbon.core.errors import FileRefused
from carbon.factors.sources.imported import Imported, imported

LICENCE = "US Government work, public domain (17 USC 105)"
_VERSIONS = {2021: ("epa_supply_chain_1_2", "v1.2", LICENCE), 2022: ("epa_supply_chain_1_3", "v1.3.0", LICENCE),
             2024: ("cornerstone_supply_chain_1_4", "v1.4.0", "CC BY-SA 4.0")}
"""Dollar year -> source_id, edition and licence."""
_UNIT = r"^(kg(?: CO2e)?)/(\d{4}) USD, purchaser price$"
_CODE, _TITLE, _WITH = "2017 NAICS Code", "2017 NAICS Title", "Supply Chain Emission Factors with Margins"
_GAS = {
    "Carbon dioxide": "CO2", "Methane": "CH4", "Nitrous oxide": "N2O", "Sulfur hexafluoride": "SF6",
    "Nitrogen trifluoride": "NF3", "Carbon tetrafluoride": "CF4", "Hexafluoroethane": "C2F6",
    "Perfluorocyclobutane": "PFC-318", "Perfluoropropane": "C3F8", "Perfluorobutane": "C4F10",
    "Perfluoropentane": "C5F12", "Perfluorohexane": "C6F14",
}
_SET = "AR5GWP100"


def import_supply_chain(path: Path) -> Imported:
    """Import purchase factors by NAICS-6 [kg CO2e/USD], from the CO2e file or the file by gas (`.csv`, `.csv.gz`).

    By gas: CO2e = sum of gas x GWP (AR5); methane is carried as fossil and non-fossil unknown, so its column stays
    empty and the total is frozen in AR5; "HFCs and PFCs, unspecified" is already CO2e.

    Raises FileRefused: Other columns, or a dollar year of no known version.
    """
    lines = pd.read_csv(path, dtype="str", keep_default_na=False)
    missing = [c for c in (_CODE, _TITLE, "GHG", "Unit", _WITH) if c not in lines.columns]
    if missing:
        raise FileRefused(f"{Path(path).name}: columns {missing} are missing", code="not_epa_supply_chain",
                          what_to_do="download the CSV of the Supply Chain GHG Emission Factors")
    basis, year = _basis(lines, path)
    lines = lines.assign(kg=pd.to_numeric(lines[_WITH], errors="coerce") * _weights(lines, basis))
    lines = lines.assign(example=lines[_CODE] + " " + lines["GHG"],
                         reason=pd.Series("", index=lines.index, dtype="str").mask(lines["kg"].isna(), "no value"))
    kept_rows = lines[lines["reason"].eq("")]
    table = kept_rows.groupby([_CODE, _TITLE], sort=False)["kg"].sum().reset_index()
    return imported(_columns(table, year, by_gas="Methane" in set(lines["GHG"])), read=len(lines), kept=len(kept_rows),
                    left_out=lines[lines["reason"].ne("")])


def _basis(lines: pd.DataFrame, path: Path) -> tuple[pd.Series, int]:
    units = lines["Unit"].str.extract(_UNIT)
    years = units[1].dropna().unique()
    if units.isna().to_numpy().any() or len(years) != 1 or int(years[0]) not in _VERSIONS:
        raise FileRefused(f"{Path(path).name}: units {sorted(lines['Unit'].unique())[:3]} are not those of a known "
                          "version", code="unknown_version",
                          what_to_do="known dollar years: 2021 (v1.2), 2022 (v1.3), 2024 (v1.4)")
    return units[0], int(years[0])


def _weights(lines: pd.DataFrame, basis: pd.Series) -> pd.Series:
    """Return kg CO2e per kg of each row's gas: 1 where the row is CO2e already."""
    names = lines.loc[basis.eq("kg"), "GHG"].unique()
    weight = {name: gases.gwp(_GAS.get(name, re.sub(r"\s+", "", name)), _SET) for name in names}
    return lines["GHG"].map(weight).where(basis.eq("kg"), 1.0)


def _columns(table: pd.DataFrame, year: int, *, by_gas: bool) -> pd.DataFrame:
    source_id, edition, licence = _VERSIONS[year]
    name = source_id.replace("_", "-") + "-us-naics-" + table[_CODE]
    return pd.DataFrame({
        "factor_id": name, "element_id": name, "activity": "purchase.naics." + table[_CODE],
        "label": "Purchase: " + table[_TITLE], "part": "total", "region": "US", "valid_from": year, "valid_to": year,
        "unit": "USD", "co2e_kg": table["kg"], "gwp_set": _SET, "price_year": year, "price_basis": "purchaser",
        "source_id": source_id, "edition": edition + (" by gas" if by_gas else ""), "page": "NAICS " + table[_CODE],
        "licence": licence, "verification": "official_file_copy", "notes": "with margins",
    })
