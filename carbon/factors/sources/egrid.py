"""US EPA eGRID summary tables (2018 on), table 1: output emission rates by subregion [lb/MWh], and grid gross loss.

    Subregion | name | total output: CO2, CH4, N2O, CO2e, NOx ... | non-baseload: ... | Grid Gross Loss (%)

Combustion only, no upstream. Total output rates are those of an inventory; the non-baseload rates are not.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from carbon.core.errors import FileRefused
from carbon.factors.sources.epa_hub import CH4, GWP_SET, KG_PER_LB, LICENCE, N2O
from carbon.factors.sources.imported import Imported, imported

SHEET = "Table 1"
US = "U.S."
_TITLE = re.compile(r"Subregion Output Emission Rates \(eGRID(\d{4})\)")
_GASES = {"co2": 3, "ch4": 4, "n2o": 5}
"""Column of each gas's total output rate; the acronym is column 1, its name in 2."""


def import_egrid(path: Path) -> Imported:
    """Import the electricity factors of a workbook of summary tables [kg of gas per kWh], by subregion and of the US.

    Raises FileRefused: No sheet "Table 1" with the title "Subregion Output Emission Rates (eGRID<year>)".
    """
    year, rows = read_rows(Path(path))
    pounds = {name: pd.to_numeric(rows[column]) * KG_PER_LB / 1000 for name, column in _GASES.items()}
    region = ("US-eGRID-" + rows[1]).mask(rows[1].eq(US), "US").astype("str")
    source = f"epa_egrid_{year}"
    name = source.replace("_", "-") + "-" + region.str.lower() + "-electricity-kwh"
    table = pd.DataFrame({
        "factor_id": name, "element_id": name, "activity": "electricity", "part": "combustion", "region": region,
        "label": (rows[1] + " " + rows[2]).mask(rows[1].eq(US), "US Average"), "valid_from": year, "valid_to": year,
        "unit": "kWh", "co2e_kg": pounds["co2"] + CH4 * pounds["ch4"] + N2O * pounds["n2o"], "gwp_set": GWP_SET,
        "co2_kg": pounds["co2"], "ch4_nonfossil_kg": pounds["ch4"], "n2o_kg": pounds["n2o"], "source_id": source,
        "edition": f"eGRID{year} summary tables", "page": SHEET + "!row " + rows["row"], "licence": LICENCE,
        "verification": "official_file_copy", "notes": "combustion only, no upstream; converted from lb/MWh",
    })
    return imported(table, read=len(rows), kept=len(rows), left_out=rows.iloc[:0].assign(reason="", example=""))


def read_rows(path: Path) -> tuple[int, pd.DataFrame]:
    """Read the year and the lines of table 1 as they are, by number of column, with their `row`; see `import_egrid`.

    The last column is the grid gross loss: losses as a share of what the grid disposes of, 0 to 1.
    """
    workbook = CalamineWorkbook.from_path(str(path))
    cells = workbook.get_sheet_by_name(SHEET).to_python(skip_empty_area=False) if SHEET in workbook.sheet_names else []
    year = next((title[1] for row in cells[:5] for cell in row if (title := _TITLE.search(str(cell)))), "")
    if not year:
        raise FileRefused(f"{path.name}: no {SHEET!r} of subregion output emission rates", code="not_egrid",
                          what_to_do="download the eGRID summary tables as a workbook")
    lines = pd.DataFrame(cells, dtype=object).assign(row=[str(number + 1) for number in range(len(cells))])
    acronym = lines[1].astype("str").str.strip()
    rows = lines.assign(acronym=acronym)[acronym.str.fullmatch(r"[A-Z]{4}") | acronym.eq(US)]
    return int(year), rows.drop(columns="acronym").reset_index(drop=True)
