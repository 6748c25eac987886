"""A company of a dozen records whose inventory is worked by hand, and what must hold of any inventory."""

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.company import inventory, inventory_of
from carbon.accounting.uncertainty import change_between
from carbon.core import schemas
from carbon.core.exact import exact_total
from carbon.factors.library import SOURCES, Library
from carbon.records.files.company import read_company
from carbon.records.params.project import Project

PARAMS = """
company: hand
name: {en: Hand, fr: Main}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2024
gwp: AR5GWP100
allow_mixed_gwp: [hotel_night]
fx: transaction_date
scope2_headline: market-based
factors:
  release: hand
  regions: {FR: [FR]}
  vintage: {later: refuse, max_gap: 0}
  price_basis: as_is
  deflator: none
travel:
  flight_bands: ademe
  non_co2: as_published
  rail: {FR: rail.tgv, other: rail.national}
  flight_detour_km: 95
  rail_detour: 1.2
  road_detour: 1.3
sites: {lyon: FR}
files:
  - {pattern: energy.csv, kind: energy}
  - {pattern: purchases.csv, kind: purchases}
  - {pattern: travel.csv, kind: travel}
rules:
  - {id: software, when: {category: [software]}, activity: purchase.nace.J62_63, scope: "3", category: 1}
  - {id: cables, when: {category: [cables]}, activity: unobtainium, scope: "3", category: 1}
  - {id: rent, when: {category: [rent]}, exclude: rent, reason: the building's energy is metered}
instruments:
  - {id: GO-1, kind: certificate, region: FR, start: 2024-01-01, end: 2024-12-31, kg_per_kwh: 0, volume_kwh: 300,
     sites: [lyon], evidence: cancelled for the test}
categories:
  5: {status: excluded, reason: not weighed}
max_rejected_share:
  purchases: {rows: 0.25, amount: 0.05}
"""
RUNS = "notebook: notebooks/annual_report.ipynb\nruns: [{company: hand, years: [2024]}]\n"
ENERGY = """site,carrier,period_start,period_end,quantity,unit
lyon,electricity,2024-01-01,2024-06-30,600,kWh
lyon,electricity,2024-07-01,2024-12-31,400,kWh
lyon,natural_gas,2024-01-01,2024-12-31,2000,kWh_HHV
lyon,diesel,2024-01-01,2024-12-31,100,L
"""
PURCHASES = """date,supplier,category,amount,currency
2024-02-01,Alpha,software,1000.10,EUR
2024-03-01,Alpha,software,-200.10,EUR
2024-04-01,Beta,software,500.00,EUR
2024-05-01,Gamma,rent,3000.00,EUR
2024-06-01,Delta,cables,20.00,EUR
"""
TRAVEL = """date,mode,origin,destination,distance,distance_unit,cabin_class,passengers,trips,return,nights,country
2024-02-01,rail,Lyon,Paris,400,km,,1,1,yes,,FR
2024-03-01,air,LYS,MAD,500,km,,2,1,no,,FR
2024-03-02,hotel,,,,,,1,1,no,3,FR
"""


def factor(activity, unit, part, kg, **more):
    name = f"{activity}.{part}"
    return {
        "factor_id": name, "element_id": activity, "activity": activity, "label": name, "part": part, "region": "FR",
        "valid_from": 2024, "valid_to": 2024, "unit": unit, "co2e_kg": kg, "gwp_set": "AR5GWP100", "co2_kg": np.nan,
        "ch4_fossil_kg": np.nan, "ch4_nonfossil_kg": np.nan, "n2o_kg": np.nan, "composition": "",
        "biogenic_co2_kg": 0.0, "uncertainty_pct": np.nan, "price_year": 0, "price_basis": "", "life_cycle": False,
        "kyoto": True, "source_id": "hand", "edition": "1", "page": "p. 1", "licence": "", "verification": "test",
        "notes": "", **more}


FACTORS = [
    factor("electricity", "kWh", "combustion", 0.05), factor("electricity", "kWh", "losses", 0.004),
    factor("electricity", "kWh", "upstream", 0.01), factor("electricity.residual", "kWh", "total", 0.08),
    factor("natural_gas", "kWh_HHV", "combustion", 0.18), factor("natural_gas", "kWh_HHV", "upstream", 0.03),
    factor("diesel", "L", "combustion", 2.5, biogenic_co2_kg=0.2), factor("diesel", "L", "upstream", 0.6),
    factor("rail.tgv", "passenger.km", "total", 0.003),
    factor("flight.under_1000km.average", "passenger.km", "combustion", 0.12),
    factor("flight.under_1000km.average", "passenger.km", "contrails", 0.08),
    factor("hotel_night", "room.night", "total", 6.0, gwp_set=""),  # as many publishers print it
    factor("purchase.nace.J62_63", "EUR", "total", 0.1, price_year=2024, price_basis="purchaser"),
    # Decoys: another year's and another country's factor must not be taken.
    factor("diesel", "L", "combustion", 9.9, factor_id="decoy-year", element_id="decoy-year", valid_from=2025,
           valid_to=2025),
    factor("electricity", "kWh", "combustion", 9.9, factor_id="decoy-region", element_id="decoy-region", region="DE",
           gwp_set="AR4GWP100", co2_kg=9.0, ch4_nonfossil_kg=0.01, n2o_kg=0.001),
]


def library():
    source = {"source_id": "hand", "title": "By hand", **dict.fromkeys(
        ["publisher", "edition", "licence", "date", "citation", "sha256", "verification"], "")}
    table = pd.DataFrame(FACTORS)
    table = schemas.FACTORS.validate(pd.concat([table[[c]].copy() for c in table], axis=1))
    return Library("hand", table, SOURCES.validate(pd.DataFrame([source])))


def write_project(root, *, energy=ENERGY, purchases=PURCHASES, travel=TRAVEL):
    raw = root / "data" / "raw" / "hand" / "2024"
    for folder in (raw, root / "params"):
        folder.mkdir(parents=True, exist_ok=True)
    (root / "params" / "runs.yml").write_text(RUNS)
    (root / "params" / "hand.yml").write_text(PARAMS)
    for name, text in (("energy", energy), ("purchases", purchases), ("travel", travel)):
        (raw / f"{name}.csv").write_text(text)
    return Project(root)


def inventory_in(root, **tables):
    return inventory_of(read_company("hand", 2024, project=write_project(root, **tables)), library())


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    return inventory_in(tmp_path_factory.mktemp("hand"))


def lines(inv):
    return inv.table.set_index(["scope", "category", "scope2_method"])["co2e_kg"]


SCOPE1 = 2000 * 0.18 + 100 * 2.5  # gas and diesel burnt: 610 kg
LOCATION = 1000 * 0.05  # all kWh at the grid's average: 50 kg
MARKET = 300 * 0.0 + 700 * 0.08  # 300 kWh certified at zero, the rest at the residual mix: 56 kg
CATEGORY1 = (1000.10 - 200.10 + 500.00) * 0.1  # two suppliers and a credit note: 130 kg
CATEGORY3 = 2000 * 0.03 + 100 * 0.6 + 1000 * (0.004 + 0.01)  # upstream of gas, diesel and power, losses: 134 kg
CATEGORY6 = 2 * 400 * 0.003 + 2 * 500 * (0.12 + 0.08) + 3 * 6.0  # train there and back, two in a plane, hotel


def test_each_line_is_the_one_worked_by_hand(hand):
    """Scopes and categories to 1e-9 of their arithmetic; every other category is zero and says why."""
    table = lines(hand)

    assert table["1", 0, ""] == pytest.approx(SCOPE1, rel=1e-9)
    assert table["2", 0, "location-based"] == pytest.approx(LOCATION, rel=1e-9)
    assert table["2", 0, "market-based"] == pytest.approx(MARKET, rel=1e-9)
    assert table["3", 1, ""] == pytest.approx(CATEGORY1, rel=1e-9)
    assert table["3", 3, ""] == pytest.approx(CATEGORY3, rel=1e-9)
    assert table["3", 6, ""] == pytest.approx(CATEGORY6, rel=1e-9)
    assert (table["3"].drop([1, 3, 6], level=0) == 0).all()


def test_both_totals_are_the_ones_worked_by_hand(hand):
    """Scope 1 + scope 2 by one method + scope 3; biogenic CO2 stands beside: 100 L x 0.2 kg."""
    scope3 = CATEGORY1 + CATEGORY3 + CATEGORY6

    assert hand.total("location-based") == pytest.approx(SCOPE1 + LOCATION + scope3, rel=1e-9)
    assert hand.total("market-based") == pytest.approx(SCOPE1 + MARKET + scope3, rel=1e-9)
    assert hand.table["biogenic_co2_kg"].sum() == pytest.approx(20.0, rel=1e-9)


def test_every_row_is_accounted_for(hand):
    """Twelve rows read: ten inventoried, the rent excluded, the cables rejected for want of a factor with its
    amount.
    """
    ended = hand.ledger[hand.ledger["counts_row"]]["outcome"].value_counts().to_dict()
    cables = hand.rejects.iloc[0]

    assert ended == {"inventoried": 10, "excluded": 1, "rejected": 1}
    assert cables[["source_line", "amount", "unit", "stage"]].tolist() == [6, 20.0, "EUR", "factor"]
    assert "unobtainium" in cables["reason"]


def test_every_emission_row_leads_to_its_line_and_its_factor(hand):
    """factor_id, source_id, source_file and source_line on each; the raw line has the quantity."""
    columns = ["factor_id", "source_id", "source_file"]
    assert (hand.emissions[columns] != "").all(axis=None)
    diesel = hand.emissions[hand.emissions["activity"] == "diesel"]
    assert diesel["source_line"].tolist() == [5, 5]
    assert ENERGY.splitlines()[4] == "lyon,diesel,2024-01-01,2024-12-31,100,L"


def test_all_views_sum_to_the_rows(hand):
    """By scope = by category and scope = by site = the rows, for both methods."""
    for method in ("location-based", "market-based"):
        rows = hand.emissions[hand.emissions["scope2_method"].isin(["", method])]
        by_scope = hand.by_scope()
        by_scope = by_scope[by_scope["scope2_method"].isin(["", method])]["co2e_kg"]
        by_site = hand.by_site()
        by_site = by_site[by_site["scope2_method"].isin(["", method])]["co2e_kg"]
        table = hand.table[hand.table["scope2_method"].isin(["", method])]["co2e_kg"]
        for view in (by_scope, by_site, table):
            assert exact_total(view) == pytest.approx(hand.total(method), rel=1e-12)
        assert exact_total(rows["co2e_kg"]) == hand.total(method)


def shuffled(text, seed):
    head, *rows = text.splitlines()
    return "\n".join([head, *np.random.default_rng(seed).permutation(rows)]) + "\n"


def test_shuffling_the_records_changes_no_bit(hand, tmp_path):
    """Rows of every file in another order: the same inventory, to the last bit."""
    mixed = inventory_in(tmp_path, energy=shuffled(ENERGY, 1), purchases=shuffled(PURCHASES, 2),
                         travel=shuffled(TRAVEL, 3))

    assert lines(mixed).equals(lines(hand))


def test_splitting_a_record_changes_no_total(hand, tmp_path):
    """An invoice in two lines, a reading in two months: the same kilograms."""
    split = inventory_in(
        tmp_path,
        purchases=PURCHASES.replace("Beta,software,500.00,EUR", "Beta,software,123.45,EUR\n"
                                    "2024-04-01,Beta,software,376.55,EUR"),
        energy=ENERGY.replace("2024-12-31,2000,kWh_HHV", "2024-05-31,700,kWh_HHV\n"
                              "lyon,natural_gas,2024-06-01,2024-12-31,1300,kWh_HHV"))

    assert lines(split).to_numpy() == pytest.approx(lines(hand).to_numpy(), rel=1e-12)


def test_doubling_the_quantities_doubles_every_total(hand, tmp_path):
    """Twice the kWh, litres, euros and nights: twice the kilograms, scope by scope (certificates stay 300 kWh)."""
    twice = inventory_in(
        tmp_path,
        energy=ENERGY.replace(",600,", ",1200,").replace(",400,", ",800,").replace(",2000,", ",4000,")
        .replace(",100,L", ",200,L"),
        purchases=PURCHASES.replace("1000.10", "2000.20").replace("-200.10", "-400.20").replace("500.00", "1000.00"),
        travel=TRAVEL.replace(",2,1,no", ",4,1,no").replace(",1,1,yes", ",2,1,yes").replace("no,3,FR", "no,6,FR"))
    table, doubled = lines(hand), lines(twice)

    assert doubled["2", 0, "market-based"] == pytest.approx(1700 * 0.08, rel=1e-12)
    rest = [key for key in table.index if key[2] != "market-based"]
    assert doubled[rest].to_numpy() == pytest.approx(2 * table[rest].to_numpy(), rel=1e-12)


def test_any_figure_is_explained_by_its_rows(hand):
    """The figure is the exact sum of the rows shown; each names quantity, factor, page, file and line."""
    found = hand.explain("scope1")

    assert found.co2e_kg == pytest.approx(610.0, rel=1e-9)
    assert exact_total(found.rows["co2e_kg"]) == found.co2e_kg
    assert "2,000 kWh_HHV x 0.18 kg/kWh_HHV = 360.000 kg  natural_gas, combustion" in found.formula
    assert "p. 1" in found.formula
    assert "data/raw/hand/2024/energy.csv line 4" in found.formula
    for name in ("total-market", "scope2-location", "3.6", "energy/diesel", "site/lyon", "supplier/Beta",
                 f"activity/{hand.emissions['activity_id'].iloc[0]}"):
        assert len(hand.explain(name).rows), name
    assert hand.explain("3.5").formula == "no rows: excluded: not weighed"


def test_the_short_view_is_short_and_stable(hand):
    """The repr is a line with both totals, the text scopes and rows; the HTML carries the ids of its figures."""
    assert repr(hand) == repr(hand) and "location-based" in repr(hand) and "market-based" in repr(hand)
    assert str(hand) == str(hand)
    assert len(str(hand).splitlines()) == 8
    assert 'id="hand/2024/scope2-market"' in hand._repr_html_()


def test_nothing_that_was_given_is_changed(tmp_path):
    """Records and library are the same after an inventory as before."""
    records, factors = read_company("hand", 2024, project=write_project(tmp_path)), library()
    before = {kind: table.copy() for kind, table in records.records.items()}
    table = factors.table.copy()
    inventory_of(records, factors)

    assert all(records.records[kind].equals(copy) for kind, copy in before.items())
    assert factors.table.equals(table)


OWN = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,price_year,price_basis,evidence\n"


def test_a_factor_of_the_companys_own_replaces_the_published_one(tmp_path, monkeypatch):
    """params/hand/factors.csv: 1300 EUR x 0.02 kg; its tier is the supplier's, its page the evidence."""
    monkeypatch.setattr("carbon.accounting.company.load", lambda release: library())
    project = write_project(tmp_path)
    (tmp_path / "params" / "hand").mkdir()
    (tmp_path / "params" / "hand" / "factors.csv").write_text(
        OWN + "alpha-2024,purchase.nace.J62_63,FR,EUR,0.02,2024,2024,AR5GWP100,2024,purchaser,letter of Alpha\n")
    inv = inventory("hand", 2024, project=project)

    assert lines(inv)["3", 1, ""] == pytest.approx(26.0, rel=1e-9)
    software = inv.emissions[inv.emissions["category"] == 1]
    assert set(software["tier"]) == {"supplier-specific"}
    assert inv.factors.set_index("factor_id").loc["alpha-2024", "page"] == "letter of Alpha"


def test_the_interval_knows_which_rows_share_a_factor(hand):
    """The figure lies inside; as if rows shared nothing it is narrower; shares of the sources sum to 1; draws agree."""
    found = hand.uncertainty()
    table = found.table.set_index("figure")

    assert table.loc["total-market", "co2e_kg"] == hand.total("market-based")
    assert (table["low_kg"] < table["co2e_kg"]).all()
    assert (table["co2e_kg"] < table["high_kg"]).all()
    assert table.loc["scope3", "high_independent_kg"] < table.loc["scope3", "high_kg"]
    assert found.contributions("scope3")["share"].sum() == pytest.approx(1.0)
    assert found.worth_asking("scope3", 3)["narrows"].is_monotonic_decreasing
    drawn = found.simulate(draws=5_000, seed=1).set_index("figure")
    assert (abs(drawn["mean_kg"] - table["mean_kg"]) < 5 * drawn["mean_error_kg"]).all()
    assert drawn["p97.5_kg"].to_numpy() == pytest.approx(table["high_kg"].to_numpy(), rel=0.05)


def test_figures_taken_together_have_the_intervals_they_have_alone(hand, monkeypatch):
    """All figures in one go, or one after the other as for long tables: the same to the last bit."""
    together = hand.uncertainty()
    monkeypatch.setattr("carbon.accounting.uncertainty.TOGETHER", 0)

    pd.testing.assert_frame_equal(hand.uncertainty().table, together.table, check_exact=True)
    pd.testing.assert_frame_equal(hand.uncertainty().suppliers(5), together.suppliers(5), check_exact=True)


def test_the_change_of_equal_years_is_surer_than_their_level(hand):
    """The same year twice: what both share cancels in %."""
    found = change_between(hand, hand, scope2_method="market-based")
    level = hand.uncertainty().table.set_index("figure").loc["total-market"]

    assert found.share == pytest.approx(0.0)
    assert found.ratio_sd < level["sd_kg"] / level["mean_kg"]
