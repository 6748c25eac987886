"""What lies in a project beside the records reaches its inventory: own factors, footprints, rates, decisions."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from carbon.accounting.company import inventory, library_of
from carbon.accounting.years.rerun import rerun
from carbon.activities import rejected_shares
from carbon.cli import app
from carbon.core.errors import ParamsError, RejectedShareError, TableError, UsageError
from carbon.core.ledgers import DECISIONS
from carbon.factors import load
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.records.files.company import read_company
from carbon.reports.tables.method import factors_table
from carbon.runs.company_year.stale import dependencies
from carbon.runs.desk.classify import open_desk, save_decisions
from carbon.runs.desk.factors import import_file
from carbon.runs.publish.hashing import FileHashes

PARAMS = """
company: small
name: {en: Small, fr: Petit}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2024
gwp: AR5GWP100
allow_mixed_gwp: [ademe, ember, desnz, sdes, company]
fx: transaction_date
scope2_headline: market-based
factors:
  release: 2026.1
  regions: {FR: [FR, EU27, GB, GLO]}
  vintage: {later: allow, max_gap: 5}
  price_basis: as_is
  deflator: none
  life_cycle_grid: [FR]
  prefer: [ember, ademe_base_carbone, ademe_impact, desnz, ademe]
  IMPORTED
travel: {flight_bands: ademe, non_co2: as_published, rail: {other: rail.national}, flight_detour_km: 95,
  rail_detour: 1.2, road_detour: 1.3}
sites: {lyon: FR}
files:
  - {pattern: purchases.csv, kind: purchases}
  - {pattern: energy.csv, kind: energy}
rules:
  - {id: steel, when: {category: [steel]}, activity: material.acme_steel, use_quantity: true}
  - {id: software, when: {category: [software]}, activity: purchase.nace.J62_63}
"""
PURCHASES = """date,supplier,category,amount,currency,quantity,unit
2024-02-01,Acme Steel,steel,900.00,EUR,600,kg
2024-03-01,Beta,software,500.00,EUR,,
"""
ENERGY = "site,carrier,period_start,period_end,quantity,unit\nlyon,electricity,2024-01-01,2024-12-31,1000,kWh\n"
OWN_HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,price_year,price_basis,tier,evidence\n"
OWN_STEEL = "acme-2024,material.acme_steel,GLO,t,1420,2024,2025,AR5GWP100,,,measured,EPD S-P-01234\n"
FOOTPRINT = {
    "id": "0001", "specVersion": "3.0.0", "version": 2, "companyName": "Acme Steel", "productNameCompany": "Coil",
    "validityPeriodStart": "2024-01-01T00:00:00Z", "validityPeriodEnd": "2026-12-31T00:00:00Z",
    "pcf": {"declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1000", "pcfExcludingBiogenicUptake":
            "1500", "ipccCharacterizationFactors": ["AR5"]}}


def project_of(root, *, params="", purchases=PURCHASES, imported="", beside=None):
    """A project whose one company buys steel and software and has one meter."""
    files = {
        "params/runs.yml": "notebook: notebooks/annual_report.ipynb\nruns: [{company: small, years: [2024]}]\n",
        "params/small.yml": PARAMS.replace("IMPORTED", imported or "imported: []") + params,
        "data/raw/small/2024/purchases.csv": purchases, "data/raw/small/2024/energy.csv": ENERGY, **(beside or {}),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Project(root)


def steel_rows(inv):
    return inv.emissions[inv.emissions["activity"] == "material.acme_steel"]


def test_a_factor_of_the_company_is_the_top_tier_with_its_evidence_and_hash(tmp_path):
    """600 kg at 1,420 kg/t; its tier on the row, its evidence in the report's table, its file among the inputs."""
    inv = inventory("small", 2024, project=project_of(tmp_path, beside={
        "params/small/factors.csv": OWN_HEAD + OWN_STEEL}))

    assert steel_rows(inv)["co2e_kg"].item() == pytest.approx(0.6 * 1420, rel=1e-12)
    assert steel_rows(inv)["tier"].item() == "measured"
    assert "measured" in set(inv.by_tier()["tier"])
    assert factors_table(inv).set_index("factor_id").loc["acme-2024", "page"] == "EPD S-P-01234"
    assert len(inv.inputs["params/small/factors.csv"]) == 64


def test_registers_of_a_meter_are_inventoried_together_and_their_total_is_not(tmp_path):
    """700 kWh of peak and 300 of off-peak are the meter's 1,000; its total of the month is a reject with its kWh."""
    head, row = "site,carrier,meter,Register,period_start,period_end,quantity,unit\n", "2024-01-01,2024-01-31"
    inv = inventory("small", 2024, project=project_of(
        tmp_path, params="max_rejected_share: {energy: {rows: 0.34, amount: 0.5}}\n", beside={
            "params/small/factors.csv": OWN_HEAD + OWN_STEEL, "data/raw/small/2024/energy.csv": head + "".join(
                f"lyon,electricity,M1,{name},{row},{kwh},kWh\n" for name, kwh in (
                    ("Peak", 700), ("Off-peak", 300), ("Base", 1000)))}))

    assert inv.activities.query("activity == 'electricity'")["quantity"].tolist() == [700.0, 300.0]
    lost = inv.ledger.query("kind == 'energy' and outcome != 'inventoried'")
    assert lost[["outcome", "code", "amount", "unit"]].values.tolist() == [
        ["rejected", "subtotal_suspected", 1000.0, "electricity:kWh"]]


def test_a_suppliers_footprint_is_a_factor(tmp_path):
    """1,500 kg per 1,000 kg of coil x 600 kg = 900 kg, supplier-specific; the JSON file stands among the inputs."""
    inv = inventory("small", 2024, project=project_of(
        tmp_path, params="footprints: [{file: coil.json, activity: material.acme_steel}]\n",
        beside={"params/small/coil.json": json.dumps(FOOTPRINT)}))

    assert steel_rows(inv)["co2e_kg"].item() == pytest.approx(900.0, rel=1e-12)
    assert steel_rows(inv)["tier"].item() == "supplier-specific"
    assert factors_table(inv).set_index("factor_id").loc["pact-0001", "page"] == "Acme Steel: coil.json"
    assert "params/small/coil.json" in inv.inputs


def test_a_footprint_that_is_not_there_is_named(tmp_path):
    """Params that name a missing file are no run without it."""
    project = project_of(tmp_path, params="footprints: [{file: coil.json, activity: material.acme_steel}]\n")
    with pytest.raises(UsageError, match=re.escape("coil.json is not in params/small/")):
        inventory("small", 2024, project=project)


def test_an_imported_residual_mix_serves_the_market_based_figure(tmp_path):
    """1,000 kWh x 0.1 kg: a residual mix that the user imported and named in params; without its name it is not
    used.
    """
    source = tmp_path / "mix.csv"
    source.write_text("region,year,kg_co2e_per_kwh,evidence\nFR,2024,0.1,invented for a test\n")
    project = project_of(tmp_path / "project", imported="imported: [residual_mix-mix]", beside={
        "params/small/factors.csv": OWN_HEAD + OWN_STEEL})
    with pytest.raises(UsageError, match=re.escape("residual_mix-mix.csv")):
        inventory("small", 2024, project=project)
    import_file(project, source, "residual_mix")
    params = project.params_file("small")
    params.write_text(params.read_text().replace("sdes, company]", "sdes, company, residual_mix]"))
    inv = inventory("small", 2024, project=project)

    market = inv.table.set_index(["scope", "scope2_method"])["co2e_kg"]["2", "market-based"]
    assert market == pytest.approx(100.0, rel=1e-12)
    assert "residual_mix_user" in set(inv.factor_sources["source_id"])
    assert "params/shared/factors/residual_mix-mix.csv" in inv.inputs
    without = inventory("small", 2024, project=project_of(tmp_path / "project"))
    assert without.table.set_index(["scope", "scope2_method"])["co2e_kg"]["2", "market-based"] != market


def test_a_residual_mix_that_a_rule_names_is_rejected_in_words(tmp_path):
    """That a region has no residual mix is no fault; a purchase booked as one has no factor, and the reject says
    why.
    """
    project = project_of(tmp_path, params="\nmax_rejected_share: {purchases: {rows: 1, amount: 1}}\n")
    file = tmp_path / "params/small.yml"
    file.write_text(file.read_text().replace(
        "purchase.nace.J62_63", "electricity.residual, scope: '2', category: 0"))
    inv = inventory("small", 2024, project=project)

    reject = inv.rejects[inv.rejects["source_line"] == 3]
    assert reject["code"].tolist() == ["region"] and reject["reason"].item().startswith("no factor for electricity.res")
    assert reject["what_to_do"].item() != ""


def test_an_imported_table_may_not_repeat_the_release(tmp_path):
    """A factor_id of the release cannot be given another figure by an import."""
    line = OWN_STEEL.replace("acme-2024", load("2026.1").table["factor_id"].iloc[0])
    source = tmp_path / "again.csv"
    source.write_text(OWN_HEAD + line)
    project = project_of(tmp_path / "project", imported="imported: [own-again]")
    import_file(project, source, "own")
    with pytest.raises(TableError, match=re.escape("factor_ids that release 2026.1 has already")):
        inventory("small", 2024, project=project)


DINARS = PURCHASES + "2024-05-01,Gamma,software,5200.00,LYD,,\n"
OWN = {"params/small/factors.csv": OWN_HEAD + OWN_STEEL}
FX = "currency,period,per_eur,evidence\nLYD,2024-05-01,5.2,the central bank's rate of the day\n"


def test_a_rate_of_the_company_brings_in_a_currency_the_ecb_does_not_quote(tmp_path):
    """5,200 LYD at 5.2 for one euro are 1,000 EUR more; without the rate the line is a reject. The file is an input."""
    project = project_of(tmp_path, purchases=DINARS, beside={**OWN, "params/small/fx.csv": FX})
    inv = inventory("small", 2024, project=project)

    software = inv.activities[inv.activities["activity"] == "purchase.nace.J62_63"]
    assert software["quantity"].tolist() == [500.0, pytest.approx(1000.0, rel=1e-12)]
    assert "params/small/fx.csv" in inv.inputs
    again = rerun(inv, inv.params, library_of(read_company("small", 2024, project=project), project))
    assert again.total("market-based") == inv.total("market-based")
    (tmp_path / "params/small/fx.csv").unlink()
    with pytest.raises(RejectedShareError, match="LYD"):
        inventory("small", 2024, project=project)
    # A mean of the year is no rate of the day.
    (tmp_path / "params/small/fx.csv").write_text(FX.replace("2024-05-01", "2024"))
    with pytest.raises(RejectedShareError, match="no exchange rate near this day"):
        inventory("small", 2024, project=project)


def test_a_share_of_rejects_is_judged_in_the_companys_currency_by_its_own_rate(tmp_path):
    """A rejected line of 52 LYD is 10 EUR of the 1,410 EUR that were judged, not a currency of its own."""
    lines = PURCHASES + "2024-05-01,Gamma,unheard of,52.00,LYD,,\n"
    accepted = "max_rejected_share: {purchases: {rows: 0.5, amount: 0.01}}\n"
    inv = inventory("small", 2024, project=project_of(
        tmp_path, purchases=lines, params=accepted, beside={**OWN, "params/small/fx.csv": FX}))

    shares = rejected_shares(inv.ledger, inv.params, year=2024, fx=inv.fx).set_index(["kind", "measure"])
    assert shares.loc[("purchases", "EUR"), "share"] == pytest.approx(10 / 1410, rel=1e-12)


def test_a_table_of_rates_with_other_columns_is_refused(tmp_path):
    """A rate given the wrong way round would be silent: the columns say what a rate is."""
    beside = {**OWN, "params/small/fx.csv": FX.replace("per_eur", "eur_per_unit")}
    with pytest.raises(ParamsError, match="per_eur like 4"):
        inventory("small", 2024, project=project_of(tmp_path, beside=beside))


OPEN = PURCHASES + "2024-05-01,Gamma,unheard of,200.00,EUR,,\n"
ACCEPTED = "max_rejected_share: {purchases: {rows: 0.5, amount: 0.5}}\n"
DECISION = {"supplier": "Gamma", "account": "", "category": "unheard of", "activity": "purchase.nace.M69_70",
            "scope3_category": 1, "exclude": "", "author": "an analyst", "evidence": "invoice 12"}


def decided(**changes):
    """One decision, as the desk hands it over."""
    table = pd.DataFrame([{**DECISION, **changes}]).assign(decided_on=pd.Timestamp("2025-02-01"))
    return DECISIONS.validate(table.astype({"decided_on": "datetime64[s]", "scope3_category": "int64"})[
        list(DECISIONS.columns)])


def test_a_saved_decision_changes_the_next_inventory(tmp_path):
    """An open line is a reject; once decided at the desk it is counted, its file is an input and its author in the
    rule.
    """
    project = project_of(tmp_path, purchases=OPEN, params=ACCEPTED, beside=OWN)
    before = inventory("small", 2024, project=project)
    path = save_decisions(project, "small", decided())
    after = inventory("small", 2024, project=project)

    assert before.unclassified["supplier"].tolist() == ["Gamma"]
    assert after.unclassified.empty
    assert after.total("market-based") > before.total("market-based")
    assert set(after.emissions.loc[after.emissions["supplier"] == "Gamma", "activity"]) == {"purchase.nace.M69_70"}
    assert project.name_of(path) in after.inputs
    assert project.name_of(path) not in before.inputs


def test_a_changed_decision_makes_the_set_stale(tmp_path):
    """The plan sees the ledger's file, also a sister's whose decisions are taken over."""
    project = project_of(tmp_path, purchases=OPEN, params=ACCEPTED + "decisions_from: [sister]\n", beside={
        **OWN, "notebooks/annual_report.ipynb": "{}"})
    seen = []
    for change in ({}, {"evidence": "invoice 13", "supplier": "Delta"}):
        save_for_sister(project, **change)
        found = dependencies(project, load_runs(project), "small", 2024, hashes=FileHashes(project.root))
        seen.append(found["inputs"]["data/ledger/sister/decisions.csv"])
    assert seen[0] != seen[1]


def save_for_sister(project, **changes):
    """Save a decision for another company with the same params."""
    text = project.params_file("small").read_text().replace("company: small", "company: sister")
    project.params_file("sister").write_text(text.replace("decisions_from: [sister]\n", ""))
    save_decisions(project, "sister", decided(**changes))


def test_decisions_are_taken_over_only_when_asked_and_only_into_gaps(tmp_path):
    """A sister's decision fills a gap; the company's own about the same lines holds against it."""
    project = project_of(tmp_path, purchases=OPEN, params=ACCEPTED, beside=OWN)
    save_for_sister(project)
    assert not inventory("small", 2024, project=project).unclassified.empty
    project_of(tmp_path, purchases=OPEN, params=ACCEPTED + "decisions_from: [sister]\n", beside=OWN)
    taken = inventory("small", 2024, project=project)
    assert taken.unclassified.empty
    assert "data/ledger/sister/decisions.csv" in taken.inputs
    save_decisions(project, "small", decided(activity="", scope3_category=0, exclude="a loan"))
    own = inventory("small", 2024, project=project)
    assert own.ledger.loc[own.ledger["source_line"] == 4, "reason"].str.contains("a loan").any()


def test_the_desk_from_the_sheet_to_the_decision(tmp_path, monkeypatch):
    """What is open is written, filled in and taken back; the shares before and after, and what a sister decided, are
    said.
    """
    project = project_of(tmp_path, purchases=OPEN, params=ACCEPTED, beside=OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARBON_PROJECT", str(project.root))
    sheet = tmp_path / "open.csv"
    first = CliRunner().invoke(app, ["classify", "small/2024", "--sheet", str(sheet)])
    assert sheet.is_file(), (first.exception, first.output)
    table = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    assert (first.exit_code, table["supplier"].tolist()) == (1, ["Gamma"])
    table.assign(activity="purchase.nace.M69_70", scope3_category="1").to_csv(sheet, index=False)

    refused = CliRunner().invoke(app, ["classify", "small/2024", "--decide", str(sheet)])
    again = CliRunner().invoke(app, ["classify", "small/2024", "--sheet", str(sheet)])
    said = ["--author", "A", "--evidence", "b"]
    done = CliRunner().invoke(app, ["classify", "small/2024", "--decide", str(sheet), *said])

    assert (refused.exit_code, "name author and evidence" in str(refused.exception) + refused.output) == (1, True)
    assert "there already" in str(again.exception) + again.output
    assert done.exit_code == 0, done.output
    assert re.search(r"EUR: \d\d?\.\d\d % -> 100\.00 %", done.output)
    project_of(tmp_path, purchases=OPEN, params=ACCEPTED + "decisions_from: [sister]\n", beside=OWN)
    save_for_sister(project, supplier="Delta")
    desk = open_desk(project, "small", 2024)
    assert (len(desk.saved), desk.taken_over, desk.classified["EUR"]) == (1, 1, 1.0)


def test_a_sister_without_decisions_is_named(tmp_path):
    """Taking over from nobody is a slip of the pen."""
    project = project_of(tmp_path, params="decisions_from: [sister]\n", beside=OWN)
    with pytest.raises(ParamsError, match=re.escape("decisions_from names 'sister'")):
        inventory("small", 2024, project=project)
