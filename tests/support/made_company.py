"""A company made of a few CSV texts, one a kind of record, and its inventory."""

from __future__ import annotations

from carbon.accounting.company import inventory
from carbon.params.files.project import Project

PARAMS = """
company: made
name: {en: Made, fr: Faite}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2024
gwp: AR5GWP100
allow_mixed_gwp: [ademe, ember, eea, desnz]
fx: transaction_date
scope2_headline: location-based
factors:
  release: 2026.1
  regions: {FR: [FR, GB, GLO], other: [FR, GB, GLO]}
  vintage: {later: allow, max_gap: 5}
  price_basis: as_is
  deflator: none
travel: {flight_bands: desnz, non_co2: none, rail: {FR: rail.tgv, other: rail.national}, flight_detour_km: 0,
  rail_detour: 1.2, road_detour: 1.3}
sites: {lyon: FR, lille: FR, brest: FR, campus: FR}
"""
BOUGHT = "date,supplier,category,description,amount,currency,invoice,site\n"
METERED = "period_start,period_end,site,carrier,quantity,unit,supplier,meter\n"
RULES = {"haulage": "purchase.nace.H49, category: 4", "flights": "purchase.nace.H51, category: 6",
         "trains": "purchase.nace.H49, category: 6", "hotels": "purchase.nace.I, category: 6",
         "laptops": "purchase.nace.C26, category: 2", "power": "purchase.nace.D35, category: 1",
         "water": "purchase.nace.E36, category: 1", "bins": "purchase.nace.E37T39, category: 5",
         "advice": "purchase.nace.M69_70, category: 1",
         "TVA": "purchase.nace.M69_70, category: 1"}


def made_inventory(root, files, policies="", **params):
    """Return the inventory of a company whose `files` are texts by name; the kind is the name up to its first "-".

    `params`: lines of params to replace, e.g. sites="{lyon: FR, berlin: DE}".
    """
    kept = "".join(f"{line}\n" for line in PARAMS.splitlines() if line.split(":")[0] not in params)
    stated = kept + "".join(f"{name}: {value}\n" for name, value in params.items())
    raw = root / "data" / "raw" / "made" / "2024"
    raw.mkdir(parents=True, exist_ok=True)
    (root / "params").mkdir(exist_ok=True)
    (root / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns: [{company: made, years: [2024]}]\n")
    rules = "".join(f"  - {{id: {c}, when: {{category: [{c}]}}, activity: {a}}}\n" for c, a in RULES.items())
    patterns = "".join(f"  - {{pattern: {name}.csv, kind: {name.partition('-')[0]}}}\n" for name in files)
    (root / "params" / "made.yml").write_text(f"{stated}files:\n{patterns}rules:\n{rules}{policies}")
    for name, text in files.items():
        (raw / f"{name}.csv").write_text(text)
    return inventory("made", 2024, project=Project(root))
