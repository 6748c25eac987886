"""A small sound project, and ways to break it: each names what is changed, and where."""

from __future__ import annotations

import json
from pathlib import Path

from made_company import PARAMS, RULES

FILES = {
    "energy.csv": "period_start,period_end,site,carrier,quantity,unit,supplier,meter\n" + "".join(
        f"2024-{m:02}-01,2024-{m:02}-28,lyon,electricity,{1500 + m * 37 % 101},kWh,Grid,M1\n" for m in range(1, 13)),
    "travel.csv": "date,mode,origin,destination,distance,distance_unit,cabin,passengers,trips\n"
                  "2024-03-01,air,CDG,JFK,,,economy,1,1\n2024-03-02,rail,,,400,km,,1,1\n",
    "purchases.csv": "date,supplier,category,description,amount,currency,invoice,site\n"
                     "2024-02-01,Mill,advice,report,1200.50,EUR,A1,lyon\n"
                     "2024-05-01,Bins,bins,removal,300.25,EUR,A2,lyon\n",
    "commuting.csv": "period_start,period_end,site,group,headcount,answers,mode,distance,distance_unit,days\n"
                     "2024-01-01,2024-12-31,lyon,all,10,5,car,12,km,200\n"
                     "2024-01-01,2024-12-31,lyon,all,10,5,bicycle,3,km,200\n",
}
PARAM = "params/made.yml"
RAW = "data/raw/made/2024/"
BREAKS: dict[str, tuple[str, str, str]] = {
    "a GWP set that is none": (PARAM, "gwp: AR5GWP100", "gwp: AR9GWP100"),
    "a release that is none": (PARAM, "release: 2026.1", "release: 1999.9"),
    "a source that is none": (PARAM, "deflator: none", "deflator: none\n  prefer: [nobody]"),
    "no region but the own": (PARAM, "{FR: [FR, GB, GLO], other: [FR, GB, GLO]}", "{FR: [FR]}"),
    "factors of the year alone": (PARAM, "later: allow, max_gap: 5", "later: refuse, max_gap: 0, older_max_gap: 0"),
    "no other price basis": (PARAM, "price_basis: as_is", "price_basis: strict"),
    "no other GWP set": (PARAM, "allow_mixed_gwp: [ademe, ember, eea, desnz]", "allow_mixed_gwp: []"),
    "a rule for an activity that is none": (
        PARAM, "purchase.nace.M69_70, category: 1}", "purchase.nace.XX, category: 1}"),
    "a rule without a condition": (PARAM, "rules:\n", "rules:\n  - {id: all, when: {}, activity: purchase.nace.I}\n"),
    "a rule of physical records that sets aside": (
        PARAM, "rules:\n", "rules:\n  - {id: p, when: {kind: [energy]}, set_aside_for: energy}\n"),
    "a purchase without a rule": (RAW + "purchases.csv", ",advice,", ",mystery,"),
    "a unit that is none": (RAW + "energy.csv", "1540,kWh", "1540,kVAh"),
    "a carrier that is none": (RAW + "energy.csv", "electricity,1540", "zorb,1540"),
    "a number that is none": (RAW + "energy.csv", ",1540,", ",'n.c.',"),
    "exported energy": (RAW + "energy.csv", ",1540,", ",-112,"),
    "a file of another year": (RAW + "energy.csv", "2024-", "2019-"),
    "a site that is none": (RAW + "energy.csv", "2024-01-28,lyon", "2024-01-28,nowhere"),
    "a file that is not declared": (RAW + "more.csv", "", "a,b\n1,2\n"),
    "a file without rows": (RAW + "commuting.csv", FILES["commuting.csv"].partition("\n")[2], ""),
    "an airport that is none": (RAW + "travel.csv", "JFK", "QQQ"),
    "a flight without ends": (RAW + "travel.csv", "CDG,JFK,,,", ",,5000,km,"),
    "a cabin that bands do not have": (RAW + "travel.csv", "economy", "first"),
    "more answers than people": (RAW + "commuting.csv", "all,10,5", "all,4,5"),
    "no headcount": (RAW + "commuting.csv", "all,10,5", "all,,5"),
    "a currency without a rate": (RAW + "purchases.csv", "1200.50,EUR", "1200.50,ARS"),
    "rates that are no table": ("params/made/fx.csv", "", "currency;period\nARS;2024\n"),
    "decisions that are no table": ("data/ledger/made/decisions.csv", "", "supplier\nMill\n"),
    "events that are no table": ("data/ledger/made/base_year_events.csv", "", "what\never\n"),
    "levers that are none": ("params/made/levers.yml", "", "levers: 5\n"),
    "a digital table that is none": ("data/raw/made/digital/devices.csv", "", "what\never\n"),
    "a footprint that is not there": (PARAM, "sites:", "footprints: [{file: a.json, activity: x.y}]\nsites:"),
    "vehicles that are no table": ("params/made/vehicles.csv", "", "id\n1\n"),
    "a notebook that is not there": ("params/runs.yml", "annual_report", "none"),
    "a year without records": ("params/runs.yml", "years: [2024]", "years: [2023, 2024]"),
    "scope 3 reported twice": (
        "data/raw/made/reported/reported_inventories.csv", "",
        "year,scope,category,co2e_t,scope2_method,boundary,gwp,source\n2020,3,0,10,,all,AR5GWP100,r\n2020,3,6,5,,all,AR5GWP100,r\n"),
    "an instrument of a site that is none": (
        PARAM, "sites:", "instruments: [{id: A, kind: contract, region: FR, start: 2024-01-01, end: 2024-12-31, "
        "kg_per_kwh: 0.0, rate_basis: direct, sites: [mars], evidence: a contract}]\nsites:"),
    "own factors that are no table": ("params/made/factors.csv", "", "a;b\n1;2\n"),
    "a sister without decisions": (PARAM, "sites:", "decisions_from: [other]\nsites:"),
    "freight modes that are read otherwise": (PARAM, "sites:", "freight_modes: {air: van}\nsites:"),
    "a band of flights of its own without a table": (PARAM, "flight_bands: desnz", "flight_bands: own"),
    "a target with a ruleset that is none": (
        PARAM, "sites:", "targets: [{id: t, scopes: ['1'], scope2_method: location-based, base_year: 2024, "
        "target_year: 2030, reduction: 0.4, ruleset: nobody}]\nsites:"),
    "a model that is none": (PARAM, "sites:", "trajectory_model: crystal\nsites:"),
}
"""What is broken -> file, what is there, what takes its place (a file that is not there is written)."""


def sound_project(root: Path) -> Path:
    """Write a project that a run accepts."""
    rules = "".join(f"  - {{id: {c}, when: {{category: [{c}]}}, activity: {a}}}\n" for c, a in RULES.items())
    kinds = "".join(f"  - {{pattern: {name}, kind: {name.removesuffix('.csv')}}}\n" for name in FILES)
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "company = ''\nyear = 0"}
    texts = {PARAM: f"{PARAMS}files:\n{kinds}rules:\n{rules}",
             "notebooks/annual_report.ipynb": json.dumps({"cells": [cell]}),
             "params/runs.yml": "notebook: notebooks/annual_report.ipynb\nruns: [{company: made, years: [2024]}]\n"}
    for name, text in {**texts, **{RAW + name: text for name, text in FILES.items()}}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def broken(root: Path, *names: str) -> Path:
    """Write the project with some breakages, one after the other."""
    sound_project(root)
    for name in names:
        file, old, new = BREAKS[name]
        path = root / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text or not text, (name, old)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    return root
