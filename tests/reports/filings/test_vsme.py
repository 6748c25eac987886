"""VSME: the facts of EFRAG's sample from its inputs, its template filled, and companies without what it asks for."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pandas as pd
import pytest
from made_company import METERED, made_inventory

from carbon.core import packaged
from carbon.core.errors import UsageError
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.filings import filing
from carbon.reports.filings.amounts import Amount, derived
from carbon.reports.filings.counting import PACKAGE
from carbon.reports.filings.eu_datapoints import facts_table, routing
from carbon.reports.filings.vsme import actions_text, filled, version_of, versions
from carbon.reports.filings.xbrl_json import unit_of
from carbon.reports.filings.xlsx_fill import Place, Workbook
from carbon.reports.words.language import Words

SHARED = next((folder / "shared" / "data" / "vsme" for folder in Path(__file__).parents
               if (folder / "shared" / "data" / "vsme").is_dir()), None)
official = pytest.mark.skipif(SHARED is None, reason="EFRAG's files are not beside the project")
CELLS = packaged.read_csv(PACKAGE, "data/vsme_cells.csv", {"down": "integer"})
OVERWRITTEN = 4
"""Formulas that a value replaces, as the template allows: fuels of both origins, scope 3 in base and target year."""


@pytest.fixture(scope="module", params=["1.3.0", "1.2.0"])
def sample(request: Any) -> Workbook:
    assert SHARED is not None
    name = f"VSME-Digital-Template-Sample-{request.param}.xlsx"
    return Workbook((SHARED / name).read_bytes(), name)


def places(book: Workbook) -> dict[tuple[str, str], Place]:
    found = {}
    for name, down, amount, _, _, cell in CELLS.itertuples(index=False, name=None):
        place = book.place_of(name, down)
        assert place is not None, name
        found[amount, cell] = place
    return found


def number(text: str) -> float:
    return float(text) if text not in ("", "-") else float("nan")


def inputs_of(book: Workbook) -> dict[str, Amount]:
    """What the sample states, as amounts; what it leaves empty has a gap."""
    words = ("name", "identifier", "currency", "module", "start", "end", "has", "actions")
    stated = {amount: number(book.text(place)) for (amount, cell), place in places(book).items()
              if cell == "input" and amount.partition("_")[0] not in words}
    for kind in ("electricity", "own", "fuel"):
        stated[f"energy.{kind}"] = stated[f"energy.{kind}.renewable"] + stated[f"energy.{kind}.non_renewable"]
    categories = [v for name, v in stated.items() if name.startswith("3.") and v == v]
    stated["scope3"] = sum(categories)
    year = {"@base": int(stated["base_year"]), "@target": int(stated["target_year"])}
    return {name: Amount(value, year.get(name[name.find("@"):], 2026), gap="" if value == value else "no_figure")
            for name, value in stated.items()}


@official
def test_the_facts_of_the_sample_follow_from_its_inputs(sample: Workbook):
    """Sums of scopes, totals of energy and intensities computed from the sample's inputs are EFRAG's expected facts:
    concept, value, unit, decimals and member; none is missing and none is more.
    """
    version, _ = version_of(sample)
    stub = SimpleNamespace(params=SimpleNamespace(reporting_year_starts="01-01", currency="EUR"), year=2026)
    facts = facts_table(stub, derived(inputs_of(sample)), "vsme", "")
    made = {(f["datapoint"], f["member"].replace("=", "=vsme:"), unit_of(f["unit"]) if f["unit"] else "",
             f["decimals"]): f["value"] for f in facts.to_dict("records")}
    concepts = set(routing("vsme")["datapoint"])
    expected = {}
    for fact in json.loads((SHARED / f"vsme-{version}-facts.json").read_text(encoding="utf-8"))["facts"]:  # type: ignore[operator]
        concept, of = fact["concept"].removeprefix("vsme:"), fact["aspects"]
        if concept in concepts:
            member = "".join(f"{k.removeprefix('vsme:')}={v}" for k, v in of.items() if k.endswith("Axis"))
            money = "iso4217:EUR" if concept == "Turnover" else ""
            unit = of.get("units", of.get("complex-units", money)).strip('"')
            expected[concept, member, unit, of.get("decimals", "").strip('"')] = float(fact["value"])

    assert set(made) == set(expected)
    assert made == pytest.approx(expected, rel=1e-12)


@official
def test_the_template_filled_with_the_samples_inputs_holds_the_samples_cells():
    """Every named cell of the empty template, filled with what the sample states, holds what the sample holds; of its
    formulas four are replaced, of its validations, formats and other parts none is lost, and every part is well-formed.
    """
    assert SHARED is not None
    data = (SHARED / "VSME-Digital-Template-1.3.0.xlsx").read_bytes()
    empty = Workbook(data, "empty.xlsx")
    sample = Workbook((SHARED / "VSME-Digital-Template-Sample-1.3.0.xlsx").read_bytes(), "sample.xlsx")
    header = {a: sample.text(p) for (a, _), p in places(sample).items() if a in (
        "name", "identifier", "identifier_scheme", "currency", "module", "start", "end", "actions")}
    header |= {a: int(sample.text(p)) for (a, c), p in places(sample).items() if re.match("(start|end)_", a)}
    made = filled(empty, header, derived(inputs_of(sample)))
    book = Workbook(made, "filled.xlsx")

    unlike = {a: (book.text(p), sample.text(places(sample)[a])) for a, p in places(book).items()
              if book.text(p) != sample.text(places(sample)[a])
              and number_or(book.text(p)) != pytest.approx(number_or(sample.text(places(sample)[a])))}
    assert not unlike
    with ZipFile(io.BytesIO(data)) as before, ZipFile(io.BytesIO(made)) as after:
        assert set(before.namelist()) - set(after.namelist()) == {"xl/calcChain.xml"}
        old, new = ("".join(z.read(n).decode() for n in before.namelist() if n.startswith("xl/worksheets/sheet"))
                    for z in (before, after))
        parts = {n: after.read(n) for n in after.namelist() if n.endswith((".xml", ".rels"))}
    for tag in ("<dataValidation ", "<x14:dataValidation ", "<conditionalFormatting", "<mergeCell ", "<hyperlink ",
                "<sheetProtection", "<c "):
        assert old.count(tag) == new.count(tag), tag
    assert len(re.findall(r"<f[ >]", old)) - len(re.findall(r"<f[ >]", new)) == OVERWRITTEN
    for name, part in parts.items():
        ElementTree.fromstring(part)
        assert b"calcChain" not in part, name


@official
def test_a_part_of_a_figure_is_in_the_footnote_of_the_template():
    """Of a scope 1 that lacks a factor the cell has the figure and the first footnote what is missing from it; without
    the footnote's name the cell, and the block with it, stays empty.
    """
    assert SHARED is not None
    data = (SHARED / "VSME-Digital-Template-1.3.0.xlsx").read_bytes()
    amounts = {"scope1": Amount(1.5, 2024, detail="partly: lpg"), "scope2-location": Amount(2.0, 2024)}
    for name, cell, note in (("footnote_text", "1.5", "GrossScope1GreenhouseGasEmissions: partly: lpg"),
                             ("absent", "", "")):
        book = Workbook(data, "t.xlsx")
        book._names[name] = book._names.pop("footnote_text")
        made = Workbook(filled(book, {}, amounts), "filled.xlsx")
        place = made.place_of("GrossScope1GreenhouseGasEmissions")
        assert place is not None
        assert (made.text(place), made.text(("Footnotes", "B4"))) == (cell, note)


@official
def test_a_base_year_without_its_target_is_in_no_cell():
    """The template shows a base year without a target as a cut of 100 %: a company whose targets are on other scopes
    has both columns empty, one whose location-based targets alone are known has no market-based base year.
    """
    assert SHARED is not None
    data = (SHARED / "VSME-Digital-Template-1.3.0.xlsx").read_bytes()
    scopes = ("scope1", "scope2-location", "scope3")
    base = {f"{name}@base": Amount(8.0, 2019) for name in (*scopes, "scope2-market")}
    for known in (("scope12-location", "scope3"), scopes):
        amounts = derived({"base_year": Amount(2019, 2019), "target_year": Amount(2030, 2030), **{
            name: Amount(9.0, 2025) for name in (*scopes, "scope2-market", "revenue")}, **base, **{
            f"{name}@target": Amount(4.0, 2030) for name in known}})
        made = Workbook(filled(Workbook(data, "t.xlsx"), {}, amounts), "filled.xlsx")
        texts = {amount: made.text(place) for (amount, _), place in places(made).items()}
        held = {amount for amount in texts if "@" in amount and number_or(texts[amount]) > 0}
        assert texts["target_year"] == "2030" and texts["scope1"] == "9"
        assert held == ({f"{name}{mark}" for mark in ("@base", "@target") for name in (
            *scopes, "scope12-location", "total-location")} if known == scopes else set())


def number_or(text: str) -> float:
    return number(text) if re.fullmatch(r"-?[0-9.eE+-]+", text) else float("nan")


@official
def test_a_workbook_that_is_no_known_template_is_refused():
    """The version is named; a template whose row has another label is not filled."""
    assert SHARED is not None
    data = (SHARED / "VSME-Digital-Template-1.3.0.xlsx").read_bytes()
    book = Workbook(data, "VSME.xlsx")
    assert version_of(book) == next(iter(versions().items()))
    book._parts["xl/sharedStrings.xml"] = book._parts["xl/sharedStrings.xml"].replace(b">1.3.0<", b">9.9.9<")
    with pytest.raises(UsageError, match=r"VSME\.xlsx is version '9\.9\.9'"):
        version_of(book)
    sheet = "xl/worksheets/sheet5.xml"
    book._parts[sheet] = book._parts[sheet].replace(b"=template_label_6", b"=x").replace(
        b"template_label_6_business_travel", b"other")
    with pytest.raises(UsageError, match="template_label_6_business_travel"):
        filled(book, {}, {})


def filed(inventory: Any, **more: Any) -> Any:
    history = SimpleNamespace(table=inventory.table.assign(gwp="AR5GWP100", boundary="", source=""), recalculated=False)
    return filing("vsme", inventory, history, of_set="0" * 64, **more)


def test_a_company_of_april_to_march_without_revenue(tmp_path: Any):
    """Its period is its own; revenue, identifier, module, fuel and template are listed with their remedy, never zero;
    every fact carries the set; the reconciliation closes.
    """
    year = "2023-04-01,2024-03-31"
    made = filed(made_inventory(tmp_path, {"energy": f"{METERED}{year},lyon,electricity,1000,kWh,x,m1\n"},
                                reporting_year_starts='"04-01"', language="fr"))
    lines, missing = made.tables["facts"], made.tables["not_stated"]
    document = json.loads(made.attached["vsme-xbrl.json"])

    assert set(lines["period_start"].dt.strftime("%Y-%m-%d")) == {"2023-04-01"}
    assert "GrossScope1GreenhouseGasEmissions" not in set(lines["datapoint"])
    assert set(lines["set"]) == {"0" * 64} and document["documentInfo"]["carbon:set"] == "0" * 64
    assert len(document["facts"]) == len(lines)
    for remedy in ("revenue: {2024", "Aucune donnée de combustible", "identifier", "vsme_module",
                   "VSME-Digital-Template-1.3.0.xlsx", "autoproduction"):
        assert missing["text"].str.contains(remedy, regex=False).any(), remedy
    total, rest = made.tables["reconciliation"].iloc[-2:].to_dict("records")
    assert rest["difference_t"] == 0.0 and total["co2e_t_a"] == pytest.approx(0.05)


def test_a_large_company_in_another_currency_without_electricity_and_with_a_restated_base(tmp_path: Any):
    """Kronor in the unit of intensity; a record of no electricity is a fact of 0 and not a gap; the restated base year
    has its own figure, its state and the id of this set's history; 10,000 employees are listed by name.
    """
    year = "2024-01-01,2024-12-31,lyon"
    rows = f"{year},electricity,0,kWh,x,m1\n{year},natural_gas,9000,kWh_HHV,x,m2\n"
    target = ("[{id: t, scopes: ['1'], scope2_method: location-based, base_year: 2020, target_year: 2030, "
              "reduction: 0.5}]")
    company = made_inventory(tmp_path, {"energy": METERED + rows}, currency="SEK", base_year=2020,
                             revenue="{2024: 5000000}", employees="{2024: 10000}", targets=target)
    table = company.table.assign(gwp="AR5GWP100", boundary="", source="")
    history = SimpleNamespace(table=pd.concat([table, table.assign(year=2020, co2e_kg=table["co2e_kg"] * 3)]),
                              recalculated=True)
    made = filing("vsme", company, history, of_set="0" * 64)
    facts = json.loads(made.attached["vsme-xbrl.json"])["facts"]
    scope1 = float(facts["GrossScope1GreenhouseGasEmissions"]["value"])

    intensity = facts["Scope1AndScope2GreenhouseGasEmissionsIntensityValueLocationBased"]
    assert intensity["dimensions"]["unit"] == "utr:tCO2e/iso4217:SEK"
    assert float(intensity["value"]) == pytest.approx(scope1 / 5e6)
    assert facts["EnergyConsumptionFromElectricity"]["value"] == "0"
    assert facts["GrossLocationBasedScope2GreenhouseGasEmissions"]["value"] == "0"
    base = facts["GrossScope1GreenhouseGasEmissions_BaselineYearMember"]
    assert float(base["value"]) == pytest.approx(3 * scope1)
    assert (base["carbon:state"], base["carbon:figures"]) == ("restated", ["made/2024/history/2020"])
    assert float(facts["GrossScope1GreenhouseGasEmissions_TargetYearMember"]["value"]) == pytest.approx(1.5 * scope1)
    missing = made.missing().set_index("what")["text"]
    assert missing["Employees"].startswith("10,000 employees: above 1,000")
    assert not missing.index.str.contains("Turnover").any()
    # The template asks for its main actions where a target is stated, and only there.
    assert "in the template" in missing["Main actions for the targets"]
    object.__setattr__(company, "params", company.params.model_copy(update={"targets": []}))
    assert "Main actions for the targets" not in set(filing("vsme", company, history).missing()["what"])


TWO_SCOPES = ("[{id: both, scopes: ['1', '2'], scope2_method: location-based, base_year: 2020, target_year: 2030, "
              "reduction: 0.5}]")


@pytest.mark.parametrize("declared", [True, False])
def test_a_target_of_two_scopes_is_divided_only_where_params_say_how(tmp_path: Any, declared: bool):
    """Half of scopes 1 and 2 together is half of each where the company declares the same reduction, marked so at each
    fact and a sum that closes; else neither scope has a target and the line that divides it is offered.
    """
    year = "2024-01-01,2024-12-31,lyon"
    rows = f"{year},electricity,1000,kWh,x,m1\n{year},natural_gas,9000,kWh_HHV,x,m2\n"
    more = {"filing": "{targets_by_scope: same_reduction}"} if declared else {}
    company = made_inventory(tmp_path, {"energy": METERED + rows}, base_year=2020, targets=TWO_SCOPES, **more)
    table = company.table.assign(gwp="AR5GWP100", boundary="", source="")
    history = SimpleNamespace(table=pd.concat([table, table.assign(year=2020)]), recalculated=False)
    made = filing("vsme", company, history)
    facts = made.tables["facts"].set_index("datapoint")
    goal = facts[facts["member"].str.endswith("TargetYearMember")]
    names = ["GrossScope1GreenhouseGasEmissions", "GrossLocationBasedScope2GreenhouseGasEmissions"]
    total = goal.loc["TotalGrossLocationBasedScope1AndScope2GHGEmissions", "value"]

    assert set(names) & set(goal.index) == (set(names) if declared else set())
    offered = made.missing().set_index("params")["text"].get("filing: {targets_by_scope: same_reduction}", "")
    assert ("both is on several scopes" in offered) is not declared
    if declared:
        parts = [facts.loc[[n]].set_index("member")["value"] for n in names]
        assert [part.iloc[-1] / part.iloc[0] for part in parts] == pytest.approx([0.5, 0.5])
        assert goal.loc[names, "value"].sum() == pytest.approx(total, rel=1e-15)
        assert set(goal.loc[names, "state"]) == {"divided at the same reduction for each scope: both"}


def test_a_target_of_a_mean_of_base_years_is_not_divided(tmp_path: Any):
    """The base year of each scope is one year, the target's base the mean of two: their parts would not sum to it."""
    year = "2024-01-01,2024-12-31,lyon"
    rows = f"{year},electricity,1000,kWh,x,m1\n{year},natural_gas,9000,kWh_HHV,x,m2\n"
    of_mean = TWO_SCOPES.replace("base_year: 2020", "base_year: 2020, base_years: [2019, 2020]")
    company = made_inventory(tmp_path, {"energy": METERED + rows}, base_year=2020, targets=of_mean,
                             filing="{targets_by_scope: same_reduction}")
    table = company.table.assign(gwp="AR5GWP100", boundary="", source="")
    history = SimpleNamespace(table=pd.concat([table, table.assign(year=2020), table.assign(
        year=2019, co2e_kg=table["co2e_kg"] * 2)]), recalculated=False)
    goal = filing("vsme", company, history).tables["facts"].set_index("datapoint")
    goal = goal[goal["member"].str.endswith("TargetYearMember")]

    assert "GrossScope1GreenhouseGasEmissions" not in goal.index
    total = goal.loc["TotalGrossLocationBasedScope1AndScope2GHGEmissions", "value"]
    assert total == pytest.approx(0.75 * table.loc[table["scope"].isin(["1", "2"]) & (
        table["scope2_method"] != "market-based"), "co2e_kg"].sum() / 1000)


def test_the_main_actions_are_those_of_the_plan_for_the_coming_year(tmp_path: Any):
    """The adopted plan's actions, the largest cut first, with start and cut of its last year; a company without a
    target has none, nor has one whose plan has ended.
    """
    wedges = {"led": [0.0, 1500.0], "pump": [200.0, 4000.0]}
    levers = [{"id": name, "label": {"en": name.title()}, "decarbonisation_lever": "", "track": "both",
               "start": 2025, "where": [], "to": [], "capex": {}, "running_per_year": 0.0, "npv": 0.0, "evidence": "x"}
              for name in wedges]
    stream = {"scope": "1", "scope2_method": "", "levers": [*wedges], "baseline_kg": [9e3, 9e3], "plan_kg": [8e3, 4e3],
              "wedge_kg": wedges}
    plan = PlanRecord.model_validate({
        "company": "made", "inventory_year": 2024, "first_year": 2025, "last_year": 2026, "gwp": "AR5GWP100",
        "release": "x", "currency": "EUR", "price_year": 2024, "discount_rate": 0.0, "scope2_method": "location-based",
        "status": "optimal", "meets": True, "gap": None, "cost": 0.0, "targets": [], "limits": [], "levers": levers,
        "not_planned": [], "streams": [stream], "inputs": {}})
    company = made_inventory(tmp_path, {"energy": f"{METERED}2024-01-01,2024-12-31,lyon,natural_gas,1,kWh_HHV,x,m\n"},
                             targets=TWO_SCOPES)
    words, ended = Words("en"), plan.model_copy(update={"inventory_year": 2022, "first_year": 2023, "last_year": 2024})
    made = filed(company, plans=[plan])

    assert actions_text(made.tables["main_actions"], words) == {
        "actions": "Pump (from 2025): \u22124.0 t CO₂e in 2026\nLed (from 2025): \u22121.5 t CO₂e in 2026"}
    assert "Main actions for the targets" not in set(made.missing()["what"])
    assert filed(company, plans=[ended]).tables["main_actions"].empty
    object.__setattr__(company, "params", company.params.model_copy(update={"targets": []}))
    assert actions_text(filed(company, plans=[plan]).tables["main_actions"], words) == {}


@official
def test_blocks_of_which_a_part_is_missing_stay_empty(tmp_path: Any):
    """The template takes an empty cell for 0 in its sums: without scope 1 neither scope 2 nor scope 3 is filled, and
    the filled cells are those of the report alone.
    """
    assert SHARED is not None
    name = "VSME-Digital-Template-1.3.0.xlsx"
    files = {"energy": f"{METERED}2024-01-01,2024-12-31,lyon,electricity,1000,kWh,x,m1\n"}
    made = filed(made_inventory(tmp_path, files, identifier="EUID:FRX.1", vsme_module="basic"),
                 template=(name, (SHARED / name).read_bytes()))
    book = Workbook(made.attached["vsme-template-1.3.0.xlsx"], name)
    texts = {amount: book.text(place) for (amount, cell), place in places(book).items() if cell == "input"}

    assert (texts["identifier_scheme"], texts["identifier"], texts["module"]) == (
        "EU ID", "FRX.1", "Option A (Basic Module only)")
    assert [texts[a] for a in ("start_year", "end_day", "has_scope3", "has_breakdown")] == ["2024", "31", "0", "0"]
    assert not any(texts[a] for a in ("scope1", "scope2-location", "scope2-market", "energy", "revenue", "3.1"))
