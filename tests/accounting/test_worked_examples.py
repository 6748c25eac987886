"""Worked examples of the GHG Protocol's Technical Guidance (2013), chapters 4 and 8 to 15, and of PCAF, by records.

Each example is a file as a company would send it, with the example's own factors in params/<company>/factors.csv; what
the inventory gives is the figure that the guidance prints. Page numbers are those in square brackets of version 1.0.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carbon.accounting.company import inventory
from carbon.params.files.project import Project
from carbon.reports.filings import beges_v5

PARAMS = """
company: acme
name: {en: Acme}
country: GB
currency: CURRENCY
language: en
reporting_year_starts: "01-01"
consolidation: APPROACH
base_year: 2024
gwp: AR5GWP100
allow_mixed_gwp: [ademe, desnz, ember, company]
fx: year_mean
scope2_headline: location-based
factors:
  release: 2026.1
  regions: {GB: [GB, GLO], other: [GLO]}
  vintage: {later: allow, max_gap: 5}
  price_basis: as_is
  deflator: none
travel: {flight_bands: desnz, non_co2: none, rail: {other: rail.national}, flight_detour_km: 0, rail_detour: 1.2,
  road_detour: 1.3}
files:
  - {pattern: "*.csv", kind: KIND}
RULES
max_rejected_share: {KIND: {rows: 1, amount: 1}}
"""
YEAR = "2024-01-01,2024-12-31"
DATES = "period_start,period_end"


def project_of(root, kind, text, factors=(), *, approach="financial_control", accept=True, currency="GBP", rules=""):
    """A project whose one company sends one file of one kind, with factors (activity, unit, kg) of its own."""
    raw = root / "data" / "raw" / "acme" / "2024"
    for folder in (raw, root / "params" / "acme"):
        folder.mkdir(parents=True)
    (root / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns: [{company: acme, years: [2024]}]\n")
    params = PARAMS.replace("KIND", kind).replace("APPROACH", approach).replace("CURRENCY", currency).replace(
        "RULES", rules)
    if not accept:
        params = params[:params.index("max_rejected_share")]
    (root / "params" / "acme.yml").write_text(params)
    if factors:
        lines = [f"own-{i},{activity},GB,{unit},{kg},2024,example,{2024 if unit == 'USD' else 0},"
                 f"{'purchaser' if unit == 'USD' else ''}" for i, (activity, unit, kg) in enumerate(factors)]
        (root / "params" / "acme" / "factors.csv").write_text(
            "factor_id,activity,region,unit,co2e_kg,valid_from,evidence,price_year,price_basis\n"
            + "".join(f"{line}\n" for line in lines))
    (raw / "sent.csv").write_text(text)
    return Project(root)


def computed(root, kind, text, factors=(), **options):
    """kg CO2e by category of the file, and the inventory."""
    inv = inventory("acme", 2024, project=project_of(root, kind, text, factors, **options))
    table = inv.table[inv.table["rows"] > 0]
    assert set(table["scope"]) <= {"3"}
    assert {status.partition(":")[0] for status in table["status"]} <= {"computed", "partly"}
    return dict(zip(table["category"], table["co2e_kg"], strict=True)), inv


GAS_AND_POWER = (("natural_gas", "kWh", 0.2), ("electricity", "kWh", 0.7), ("refrigerant.example", "kg", 1500))
LEASED = f"{DATES},country,asset,role,lease,activity,quantity,unit,area,total_area,occupied_share"
USE = f"{DATES},country,product,phase,units_sold,activity,quantity,unit,lifetime_uses,share,grid"
INVESTED = f"{DATES},investee,asset_class,investee_scopes,option,activity,quantity,unit,gwp,evidence"
REPORTED = "reported emissions"
CARRIED = f"{DATES},country,supplier,mode,direction"
ROAD, AIR, SHIP = ("hgv.rigid_3_5_to_7_5t", "air.long_haul", "sea.container_ship.20002999_teu")
EXAMPLES = {
    # 4.1 [56]: (50,000 + 80,000 + 90,000) x 3 + 50 x 2,000 = 660,000 + 100,000 = 760,000 kg
    "4.1 fuel and refrigerant of suppliers' lorries": ("shared_logistics", (
        f"{DATES},country,asset,direction,activity,quantity,unit\n{YEAR},GB,lorries of B,inbound,diesel,50000,L\n"
        f"{YEAR},GB,lorries of C,inbound,diesel,80000,L\n{YEAR},GB,lorries of D,inbound,diesel,90000,L\n"
        f"{YEAR},GB,lorries of D,inbound,refrigerant.example,50,kg\n"),
        (("diesel", "L", 3), ("refrigerant.example", "kg", 2000)), {4: 760_000.0}),
    # 4.1 [56], the fuel alone, as freight: 660,000 kg
    "4.1 fuel of suppliers' lorries": ("freight", f"{CARRIED},fuel,quantity,unit\n" + "".join(
        f"{YEAR},GB,{supplier},lorry,inbound,diesel,{litres},L\n" for supplier, litres in (
            ("B", 50000), ("C", 80000), ("D", 90000))), (("diesel", "L", 3),), {4: 660_000.0}),
    # 4.2 [62]: 2 x 2,000 x 0.2 + 1 x 3,000 x 1.0 + 6 x 4,000 x 0.05 = 5,000 kg. The page heads its factors
    # "kg CO2e/TEU-km" and multiplies them by tonnes x km: they are factors by tonne.km.
    "4.2 distance of suppliers' transport": ("freight", f"{CARRIED},mass (t),distance (km)\n" + "".join(
        f"{YEAR},GB,{supplier},{mode},inbound,{t},{km}\n" for supplier, mode, t, km in (
            ("B", '"Truck (rigid, >3.5-7.5t)"', 2, 2000), ("C", AIR, 1, 3000), ("D", SHIP, 6, 4000))),
        ((f"freight.{ROAD}", "tonne.km", 0.2), (f"freight.{AIR}", "tonne.km", 1.0),
         (f"freight.{SHIP}", "tonne.km", 0.05)), {4: 5000.0}),
    # 4.4 [66]: 20,000 x 0.04 + 30,000 x 0.15 + 40,000 x 0.05 = 7,300 kg
    "4.4 spend on transport": ("purchases", "date,supplier,category,description,amount,currency\n" + "".join(
        f"2024-06-03,{supplier},{what},carriage,{amount},USD\n" for supplier, what, amount in (
            ("B", "road", 20000), ("C", "air", 30000), ("D", "sea", 40000))),
        (("spend.road", "USD", 0.04), ("spend.air", "USD", 0.15), ("spend.sea", "USD", 0.05)), {4: 7300.0}),
    # 9.1 [105]: 4 x 2,000 x 0.2 = 1,600 kg
    "9.1 transport of sold timber": ("freight", f"{CARRIED},mass (t),distance (km)\n"
                                     f'{YEAR},GB,B,"Truck (rigid, >3.5-7.5t)",sold,4,2000\n',
                                     ((f"freight.{ROAD}", "tonne.km", 0.2),), {9: 1600.0}),
    # 4.3 [64], II: 31.5 kg x 240 / 490 tkm of the great circle = 15.43 kg (printed to two decimals) for shipment 1
    "4.3 a delivery run by great circles": ("shared_logistics", (
        f"{DATES},asset,direction,activity,quantity,unit,gwp,evidence,basis,part (tkm),total (tkm)\n"
        f"{YEAR},run,inbound,{REPORTED},31.5,kg,AR5,carrier,tonne-km,240,490\n"), (), {4: 31.5 * 240 / 490}),
    # 4.5 [69]: ((10,000 x 0.8) + (1,000 x 0.25)) x 100/400 = 2,062.5; 3,125; in all 5,187.5 kg
    "4.5 storage by volume": ("shared_logistics", (
        f"{DATES},country,asset,direction,activity,quantity,unit,basis,part (m3),total (m3)\n"
        + "".join(f"{YEAR},GB,{n},inbound,{what},{kwh},kWh,volume,{part},{total}\n" for n, what, kwh, part, total in (
            (1, "electricity", 10000, 100, 400), (1, "natural gas", 1000, 100, 400),
            (2, "electricity", 15000, 200, 800), (2, "natural gas", 2000, 200, 800)))),
        (("electricity", "kWh", 0.8), ("natural_gas", "kWh", 0.25)), {4: 5187.5}),
    # 4.6 [71]: 4,000 m3 x 2 days x 0.01 + 4,000 x 2 x 0.02 = 240 kg
    "4.6 storage by an average": ("shared_logistics", (
        f"{DATES},country,asset,direction,activity,quantity,unit,days\n"
        f"{YEAR},GB,centre,outbound,storage.centre,4000,m3,2\n{YEAR},GB,shops,outbound,storage.shop,4000,m3,2\n"),
        (("storage.centre", "m3.day", 0.01), ("storage.shop", "m3.day", 0.02)), {4: 240.0}),
    # 4.3 [63], I: 31.5 kg x 240 / 640 tkm = 11.8125 kg ("11.8") for shipment 1
    "4.3 a delivery run by tonne-kilometres": ("shared_logistics", (
        f"{DATES},asset,direction,activity,quantity,unit,gwp,evidence,basis,part (tkm),total (tkm)\n"
        f"{YEAR},run,inbound,{REPORTED},31.5,kg,AR5,carrier,tonne-km,240,640\n"), (), {4: 11.8125}),
    # 8.1 [97]: 200 / (2,000 x 0.75) of 1,500 kWh, 3,000 kWh and 5 kg: 200 kWh, 400 kWh, 0.667 kg.
    # The guidance rounds to 0.67 kg: 40 + 280 + 1,005 = 1,325; without rounding 40 + 280 + 1,000 = 1,320 kg
    "8.1 leased space": ("leased_assets", f"{LEASED}\n" + "".join(
        f"{YEAR},GB,floor,lessee,operating,{what},{n},{unit},200 m2,2000 m2,75 %\n" for what, n, unit in (
            ("natural gas", 1500, "kWh"), ("electricity", 3000, "kWh"), ("refrigerant.example", 5, "kg"))),
        GAS_AND_POWER, {8: 1320.0}),
    # 13.1 [129]: 9,000 kg x 5,000 / 15,000 m2 = 3,000 kg
    "13.1 a leased factory": ("leased_assets", (
        f"{DATES},asset,role,lease,activity,quantity,unit,gwp,evidence,part (m2),total (m2)\n"
        f"{YEAR},factory 1,lessor,finance,{REPORTED},9000,kg,AR5GWP100,report of D,5000,15000\n"), (), {13: 3000.0}),
    # 10.1 [110]: 3,500 x 0.2 + 2,000 x 0.5 + 50 x 0.5 = 1,725 kg
    "10.1 processing, site-specific": ("processing", (
        f"{DATES},country,product,activity,quantity,unit\n{YEAR},GB,resin,natural gas,3500,kWh\n"
        f"{YEAR},GB,resin,electricity,2000,kWh\n{YEAR},GB,resin,waste.example,50,kg\n"),
        (("natural_gas", "kWh", 0.2), ("electricity", "kWh", 0.5), ("waste.example", "kg", 0.5)), {10: 1725.0}),
    # 10.2 [112]: 1,000 kg x 1.5 = 1,500 kg
    "10.2 processing by an average": ("processing", (
        f"{DATES},country,product,activity,quantity,unit\n{YEAR},GB,sugar,processing.candy,1000,kg\n"),
        (("processing.candy", "kg", 1.5),), {10: 1500.0}),
    # 11.1 [117]: 7,475,000 + 1,567,500 + 4,000,000 = 13,042,500 kg
    "11.1 direct use": ("product_use", f"{USE}\n" + "".join(
        f"{YEAR},GB,{name},direct,{sold},electricity,{kwh},kWh,{uses},,constant\n" for name, uses, sold, kwh in (
            ("X100", 1000, 11500, 1.3), ("X200", 1100, 1900, 1.5), ("Y123", 2000, 20000, 0.2))),
        (("electricity", "kWh", 0.5),), {11: 13_042_500.0}),
    # 11.2 [122]: 80,000 + 200,000 + 480,000 = 760,000 kg
    "11.2 indirect use by scenario": ("product_use", f"{USE}\n" + "".join(
        f"{YEAR},GB,soap {t},indirect,2000,electricity,{kwh},kWh,1000,{share} %,constant\n" for t, share, kwh in (
            (30, 20, 0.4), (40, 40, 0.5), (90, 40, 1.2))), (("electricity", "kWh", 0.5),), {11: 760_000.0}),
    # 11.3 [124]: 10 engines x 300,000 km x 0.3 kg/km x 20/500 = 36,000 kg
    "11.3 engines of an aircraft": ("product_use", (
        f"{DATES},country,product,phase,units_sold,activity,quantity,unit,lifetime_uses,part (t),total (t)\n"
        f"{YEAR},GB,engine,direct,10,aircraft.example,1,km,300000,20,500\n"),
        (("aircraft.example", "km", 0.3),), {11: 36_000.0}),
    # 12.1 [127]: 10,000 x 90 % x 0.3 + 10,000 x 10 % x 1.0 + 0 = 3,700 kg
    "12.1 laminated paper": ("end_of_life", (
        f"{DATES},country,product,material,treatment,quantity,unit,share\n"
        f"{YEAR},GB,paper,laminate,landfill,10000,kg,90 %\n{YEAR},GB,paper,laminate,incinerated,10000,kg,10 %\n"
        f"{YEAR},GB,paper,laminate,recycled,10000,kg,0 %\n"),
        (("waste.laminate.landfill", "kg", 0.3), ("waste.laminate.combustion", "kg", 1.0)), {12: 3700.0}),
    # 14.1 [133]: five franchisees, scopes 1 and 2: 355,000 kg
    "14.1 franchises as reported": ("franchises", (
        f"{DATES},franchise,activity,quantity,unit,gwp,evidence\n" + "".join(
            f"{YEAR},{i},{REPORTED},{kg},kg,AR5,inventory 2024\n" for i, kg in enumerate(
                (100_000, 20_000, 25_000, 10_000, 30_000, 10_000, 90_000, 30_000, 30_000, 10_000)))),
        (), {14: 355_000.0}),
    # 14.2 [135]: (100 + 150) x 30,000 + (400 + 700 + 500) x 10,000 = 23,500,000 kg
    "14.2 franchises by area": ("franchises", f"{DATES},country,franchise,activity,quantity,unit\n" + "".join(
        f"{YEAR},GB,{i},{what},{m2},m2\n" for i, (what, m2) in enumerate((
            ("shop.food", 100), ("shop.food", 150), ("shop.clothing", 400), ("shop.clothing", 700),
            ("shop.clothing", 500)))),
        (("shop.food", "m2", 30000), ("shop.clothing", "m2", 10000)), {14: 23_500_000.0}),
    # 15.1 [142]: 48,000 + 30,000 + 400,000 + 15,000 = 493,000 t
    "15.1 equity by reports": ("investments", f"{INVESTED},equity_share\n" + "".join(
        f"{YEAR},{i},equity investment,1+2,1b,{REPORTED},{t},t,AR5,report,{share} %\n" for i, (t, share) in enumerate((
            (120_000, 40), (200_000, 15), (1_600_000, 25), (60_000, 25)))), (), {15: 493_000_000.0}),
    # 15.2 [145]: 90,000 + 562,500 + 690,000 + 990,000 = 2,332,500 kg. The guidance prints 900,000 for the last one,
    # (3,300,000 x 2.0 + 2,200,000 x 1.5) x 0.10, and so 2,242,500, which it calls tonnes: both are slips of the page.
    "15.2 equity by revenue": ("investments", f"{DATES},country,investee,asset_class,investee_scopes,option,activity,"
                               "quantity,unit,equity_share\n" + "".join(
        f"{YEAR},GB,{i},equity share,1+2,3a,sector.{what},{revenue},USD,{share}\n" for i, what, revenue, share in (
            (1, "telecom", 3_000_000, 0.05), (2, "pharma", 7_500_000, 0.15), (3, "energy", 1_150_000, 0.2),
            (4, "food", 3_300_000, 0.1), (4, "apparel", 2_200_000, 0.1))),
        tuple((f"sector.{what}", "USD", kg) for what, kg in (
            ("telecom", 0.6), ("pharma", 0.5), ("energy", 3.0), ("food", 2.0), ("apparel", 1.5))), {15: 2_332_500.0}),
    # 15.3 [148]: 10,000 + 1,000 + 12,500 + 3,333 = 26,833 t (the last share printed as 11.11 %: exactly 10/90)
    "15.3 projects by reports": ("investments", f"{INVESTED},outstanding,project_cost,currency\n" + "".join(
        f"{YEAR},{i},debt with known use of proceeds,1+2,1b,{REPORTED},{t},t,AR5,report,{debt},{cost},USD\n"
        for i, (t, debt, cost) in enumerate(((200_000, 1_000_000, 20_000_000), (10_000, 5_000_000, 50_000_000),
                                             (250_000, 3_000_000, 60_000_000), (30_000, 10_000_000, 90_000_000)))),
        (), {15: 10_000_000 + 1_000_000 + 12_500_000 + 30_000_000 / 9}),
    # 15.4 [151]: 434 + 260 + 75 + 6,750 = 7,519 t; factors in t per $ million are kg per $ thousand: /1000 a dollar
    "15.4 projects by cost and revenue": ("investments", (
        f"{DATES},country,investee,asset_class,investee_scopes,option,activity,quantity,unit,outstanding,project_cost\n"
        + "".join(f"{YEAR},GB,{what},project finance,1+2,3a,sector.{what},{amount},USD,{share},100\n"
                  for what, amount, share in (("bridge", 20_000_000, 7), ("hospital", 8_000_000, 10),
                                              ("mill", 3_000_000, 5), ("coal", 15_000_000, 5)))),
        tuple((f"sector.{what}", "USD", kg) for what, kg in (
            ("bridge", 0.310), ("hospital", 0.325), ("mill", 0.5), ("coal", 9.0))), {15: 7_519_000.0}),
    # PCAF table 5-20: 61,451,586 t x 1 / 579,762 = 106 t (printed to whole tonnes); with and without land use
    "PCAF 5-20 sovereign debt": ("investments", f"{INVESTED},outstanding,ppp_gdp,currency\n" + "".join(
        f"{YEAR},Singapore,government bonds,{scopes},1a,{REPORTED},61451586,t,AR5,UNFCCC,1000000,579762000000,USD\n"
        for scopes in ("scope 1", "1 without LULUCF")), (), {15: 61_451_586_000 / 579_762}),
    # PCAF table 5-8 and 5-9 (scopes 1 and 2): 1,100 x 10 % + 25,000 x 25 % + 5,000 x 20 % = 6,100 + 1,260 = 7,360 t
    "PCAF 5-9 a loan portfolio": ("investments", f"{INVESTED},outstanding,equity,debt,currency\n" + "".join(
        f"{YEAR},{name},business loans,1+2,1a,{REPORTED},{t},t,AR5,report,{part},60,40,EUR\n" for name, t, part in (
            ("forestry", 1_100, 10), ("industrial", 25_000, 25), ("energy", 5_000, 20))), (), {15: 7_360_000.0}),
}


RULES = "rules:" + "".join(
    f"\n  - {{id: {w}, when: {{category: [{w}]}}, activity: spend.{w}, category: 4}}" for w in ("road", "air", "sea"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_guidance_is_reached_by_records(tmp_path, example):
    """The records of the example give the figure that the guidance prints, in its category, and nothing is rejected."""
    kind, text, factors, expected = EXAMPLES[example]

    # The money of an example is that of its company.
    by_money = {"currency": "USD", "rules": RULES} if kind == "purchases" else {}
    kg, inv = computed(tmp_path, kind, text, factors, accept=False, **by_money)

    assert kg == pytest.approx(expected, rel=1e-12)
    assert set(inv.ledger["outcome"]) <= {"inventoried", "excluded"}


PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "value-chain.md"
FILES = dict(re.findall(r"^## (\w+)[^\n]*\n(?:(?!^## ).)*?```csv\n(.*?)```", PAGE.read_text(encoding="utf-8"),
                        re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("kind", [
    "leased_assets", "shared_logistics", "processing", "product_use", "end_of_life", "franchises", "investments"])
def test_the_files_of_the_guide_can_be_pasted(tmp_path, kind):
    """Each file of docs/how-to/value-chain.md is counted as it stands there, under operational control."""
    kg, inv = computed(tmp_path, kind, FILES[kind], approach="operational_control", accept=False)

    assert set(inv.ledger["outcome"]) == {"inventoried"}
    assert sum(kg.values()) > 0


def test_the_freight_of_the_guide_can_be_pasted(tmp_path):
    """Hired lorries in category 4, the company's own by km in scope 1 with upstream in category 3; nothing rejected."""
    inv = inventory("acme", 2024, project=project_of(tmp_path, "freight", FILES["freight"], accept=False,
                                                     approach="operational_control"))
    assert set(inv.ledger["outcome"]) == {"inventoried"}
    rows = inv.activities.set_index("activity")["quantity"]
    # 8 t x 300 km, back empty; 420 km; 1,200 L; 2 TEU x 10 t x 9,000 km
    assert rows.to_dict() == pytest.approx({
        "freight.hgv.rigid_over_17t.laden_100": 2400.0, "freight.hgv.rigid_over_17t.laden_0": 300.0,
        "freight.hgv.articulated_3_5_to_33t": 420.0, "diesel": 1200.0,
        "freight.sea.container_ship.average": 180_000.0})
    table = inv.table[inv.table["rows"] > 0].set_index(["scope", "category"])["co2e_kg"]
    assert set(table.index) == {("1", 0), ("3", 3), ("3", 4)}
    # DESNZ 2024, articulated >3.5-33 t, average laden, by km: combustion
    factor = inv.emissions.set_index(["activity", "part"])["kg_per_unit"]
    assert table["1", 0] == pytest.approx(420 * factor["freight.hgv.articulated_3_5_to_33t", "combustion"], rel=1e-12)
    inputs = inv.explain("3.4").rows
    shown = inputs.loc[inputs["activity"] == "freight.hgv.rigid_over_17t.laden_0", "inputs"].iloc[0]
    assert "distance 300 km" in shown and "empty_share 1" in shown


def test_a_projected_lifetime_is_next_to_scope_3(tmp_path):
    """15.5 [152]: 7,000,000 t a year x 30 or 60 years x 15 % = 31,500,000 or 63,000,000 t: stated, never in scope 3."""
    text = f"{INVESTED},outstanding,project_cost,lifetime_years\n" + "".join(
        f"{YEAR},plant {years},project lifetime,1+2,1b,{REPORTED},7000000,t,AR5,plan,15,100,{years}\n"
        for years in (30, 60))
    kg, inv = computed(tmp_path, "investments", text)
    assert kg == {}
    reasons = inv.ledger.loc[inv.ledger["code"] == "lifetime_projection", "reason"]
    assert [r.partition(" t ")[0] for r in reasons] == ["31,500,000", "63,000,000"]


def test_an_explanation_shows_the_inputs_of_the_formula(tmp_path):
    """Next to 400 kWh: 3,000 kWh of the building, the areas, the occupied share, and the rule that was used."""
    kind, text, factors, _ = EXAMPLES["8.1 leased space"]
    found = computed(tmp_path, kind, text, factors)[1].explain("3.8")

    row = found.rows.set_index("activity").loc["electricity"]
    assert (row["quantity"], row["quality"]) == (400.0, "share of area and occupied space")
    assert "quantity 3000 kWh, area 200 m2, total_area 2000 m2, occupied_share 0.75" in row["inputs"]
    assert "occupied_share 0.75" in found.formula


def test_a_report_in_another_gwp_set_is_no_figure_of_this_one(tmp_path):
    """100 t in AR4 are no tonnes in AR5: rejected, and counted only where the params accept reported emissions."""
    text = f"{DATES},franchise,activity,quantity,unit,gwp,evidence\n{YEAR},a,{REPORTED},100,t,AR4,report\n"
    kg, inv = computed(tmp_path / "a", "franchises", text)
    assert kg == {}
    assert inv.rejects["code"].tolist() == ["gwp_mixed"]

    project = project_of(tmp_path / "b", "franchises", text)
    path = project.params_file("acme")
    path.write_text(path.read_text().replace("ember, company", "ember, company, reported"))
    accepted = inventory("acme", 2024, project=project)
    assert accepted.emissions["co2e_kg"].sum() == 100_000.0
    assert set(accepted.emissions["gwp_used"]) == {"AR4GWP100"}


def test_a_year_of_a_grid_path_without_a_factor_is_missing(tmp_path):
    """Three years of life, factors for two: the last year's share of the units sold is a reject, not the old grid."""
    text = (f"{DATES},country,product,phase,units_sold,activity,quantity,unit,uses_per_year,lifetime_years,grid,"
            f"grid_source\n{YEAR},GB,lamp,direct,300,electricity,1,kWh,10,3,path,plan\n")
    factors = (("electricity", "kWh", 0.2), ("electricity.2025", "kWh", 0.1))
    kg, inv = computed(tmp_path, "product_use", text, factors)

    # 300 x 10 kWh a year
    assert kg == pytest.approx({11: 3000 * 0.2 + 3000 * 0.1}, rel=1e-12)
    assert inv.rejects[["code", "value", "amount"]].values.tolist() == [["activity", "electricity.2026", 100.0]]


@pytest.mark.parametrize(("category", "post"), [(8, "4.4"), (9, "3.2"), (10, "5.1"), (11, "5.1"), (12, "5.3"),
                                                (13, "5.2"), (14, "6.1"), (15, "5.4")])
def test_the_french_method_has_a_post_for_each_category(tmp_path, category, post):
    """Methods 8.2: each downstream category goes to its post of BEGES V5, with all its kilograms."""
    example = next(e for e in EXAMPLES.values() if category in e[3]) if category != 9 else (
        "shared_logistics", EXAMPLES["4.6 storage by an average"][1].replace("outbound", "sold"),
        EXAMPLES["4.6 storage by an average"][2], {})
    kind, text, factors, _ = example
    kg, inv = computed(tmp_path, kind, text, factors)
    posts = beges_v5.count(inv).counted

    assert set(posts["line"]) == {post}
    assert posts["co2e_kg"].sum() == pytest.approx(kg[category], rel=1e-12)
