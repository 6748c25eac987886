"""A company unlike the examples: British, a year from April, refrigerants, SF6 and NF3, wood, waste water, and credit
notes that are more than the purchases.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from carbon.accounting.company import inventory
from carbon.params.files.project import Project

FILES = {
    "energy": "period_start,period_end,site,carrier,quantity,unit,supplier\n"
              "2023-04-01,2024-03-31,leeds,natural_gas,10000,kWh_HHV,Gas Example\n"
              "2023-04-01,2024-03-31,leeds,electricity,20000,kWh,Power Example\n"
              "2023-04-01,2024-03-31,leeds,wood.pellets,2000,kWh_LHV,Wood Example\n",
    "refrigerants": "period_start,period_end,site,gas,quantity,unit\n"
                    "2023-04-01,2024-03-31,leeds,R410A,2,kg\n"
                    "2023-04-01,2024-03-31,leeds,SF6,500,g\n"
                    "2023-04-01,2024-03-31,leeds,NF3,0.1,kg\n",
    "water": "period_start,period_end,site,service,quantity,unit\n"
             "2023-04-01,2024-03-31,leeds,treatment,1000,m3\n",
    "purchases": "date,supplier,category,description,amount,currency,invoice,site\n"
                 "2023-05-02,Adviser Example,advice,audit,1000,GBP,A1,leeds\n"
                 "2023-06-02,Adviser Example,advice,credit note,-6000,GBP,A2,leeds\n",
}
PARAMS = """
company: made
name: {en: Made}
country: GB
currency: GBP
language: en
reporting_year_starts: "04-01"
consolidation: operational_control
base_year: 2020
gwp: AR5GWP100
fx: transaction_date
scope2_headline: location-based
factors: {release: 2026.2, regions: {GB: [GB, GLO]}, vintage: {later: allow, max_gap: 5}, price_basis: as_is,
  deflator: none, prefer: [desnz, epa_hub, figaro]}
travel: {flight_bands: desnz, non_co2: none, rail: {other: rail.national}, flight_detour_km: 0, rail_detour: 1,
  road_detour: 1}
sites: {leeds: GB}
allow_mixed_gwp: [figaro]
files: [{pattern: energy.csv, kind: energy}, {pattern: refrigerants.csv, kind: refrigerants},
  {pattern: water.csv, kind: water}, {pattern: purchases.csv, kind: purchases}]
rules: [{id: advice, when: {category: [advice]}, activity: purchase.nace.M69_70}]
"""


def unlike_inventory(root: Path) -> Any:
    """The inventory of the company, from its files."""
    raw = root / "data" / "raw" / "made" / "2024"
    raw.mkdir(parents=True)
    (root / "params").mkdir()
    (root / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns: [{company: made, years: [2024]}]\n")
    (root / "params" / "made.yml").write_text(PARAMS)
    for name, text in FILES.items():
        (raw / f"{name}.csv").write_text(text)
    return inventory("made", 2024, project=Project(root))


def history_from(inventory: Any) -> Any:
    """A history in which every figure of 2020 is twice that of the year."""
    table = inventory.table.assign(gwp=inventory.params.gwp, boundary="same", source="")
    base = table.assign(year=2020, co2e_kg=table["co2e_kg"] * 2)
    return SimpleNamespace(table=pd.concat([base, table], ignore_index=True), recalculated=False)
