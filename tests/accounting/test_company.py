"""A company of a dozen records whose inventory is worked by hand, and what must hold of any inventory."""

from pathlib import Path

import numpy as np
import pytest

from carbon.accounting import company as at_hand
from carbon.accounting.company import inventory, inventory_of
from carbon.accounting.years.history import inventories
from carbon.params.files.project import Project
from carbon.records.files.company import read_company
from carbon.runs.company_year.inventory_content import share

PROJECT = Project(Path(__file__).resolve().parents[2])


@pytest.fixture
def nothing_at_hand(monkeypatch):
    monkeypatch.setattr(at_hand, "_PREPARED", {})


def lines(inv):
    return inv.table.set_index(["scope", "category", "scope2_method"])["co2e_kg"]


SCOPE1 = 2000 * 0.18 + 100 * 2.5  # gas and diesel burnt: 610 kg
LOCATION = 1000 * 0.05  # all kWh at the grid's average: 50 kg
MARKET = 300 * 0.0 + 700 * 0.08  # 300 kWh certified at zero, the rest at the residual mix: 56 kg
CATEGORY1 = (1000.10 - 200.10 + 500.00) * 0.1  # two suppliers and a credit note: 130 kg
CATEGORY3 = 2000 * 0.03 + 100 * 0.6 + 1000 * (0.004 + 0.01)  # upstream of gas, diesel and power, losses: 134 kg
CATEGORY6 = 2 * 400 * 0.003 + 2 * 500 * (0.12 + 0.08) + 3 * 6.0  # train there and back, two in a plane, hotel


def test_each_line_is_the_one_worked_by_hand(hand):
    """Scopes and categories to 1e-9 of their arithmetic; every other category has no figure and says why."""
    table = lines(hand)

    assert table["1", 0, ""] == pytest.approx(SCOPE1, rel=1e-9)
    assert table["2", 0, "location-based"] == pytest.approx(LOCATION, rel=1e-9)
    assert table["2", 0, "market-based"] == pytest.approx(MARKET, rel=1e-9)
    assert table["3", 1, ""] == pytest.approx(CATEGORY1, rel=1e-9)
    assert table["3", 3, ""] == pytest.approx(CATEGORY3, rel=1e-9)
    assert table["3", 6, ""] == pytest.approx(CATEGORY6, rel=1e-9)
    assert table["3"].drop([1, 3, 6], level=0).isna().all()


def test_every_row_is_accounted_for(hand):
    """Twelve rows read: ten inventoried, the rent excluded, the cables rejected for want of a factor with its
    amount.
    """
    ended = hand.ledger[hand.ledger["counts_row"]]["outcome"].value_counts().to_dict()
    cables = hand.rejects.iloc[0]

    assert ended == {"inventoried": 10, "excluded": 1, "rejected": 1}
    assert cables[["source_line", "amount", "unit", "stage"]].tolist() == [6, 20.0, "EUR", "factor"]
    assert "unobtainium" in cables["reason"]


def shuffled(text, seed):
    head, *rows = text.splitlines()
    return "\n".join([head, *np.random.default_rng(seed).permutation(rows)]) + "\n"


def test_shuffling_the_records_changes_no_bit(hand, tmp_path, hand_company):
    """Rows of every file in another order: the same inventory, to the last bit."""
    mixed = hand_company.inventory(tmp_path, energy=shuffled(hand_company.energy, 1),
                                   purchases=shuffled(hand_company.purchases, 2),
                                   travel=shuffled(hand_company.travel, 3))

    assert lines(mixed).equals(lines(hand))


def test_splitting_a_record_changes_no_total(hand, tmp_path, hand_company):
    """An invoice in two lines, a reading in two months: the same kilograms."""
    split = hand_company.inventory(
        tmp_path,
        purchases=hand_company.purchases.replace("Beta,software,500.00,EUR", "Beta,software,123.45,EUR\n"
                                    "2024-04-01,Beta,software,376.55,EUR"),
        energy=hand_company.energy.replace("2024-12-31,2000,kWh_HHV", "2024-05-31,700,kWh_HHV\n"
                              "lyon,natural_gas,2024-06-01,2024-12-31,1300,kWh_HHV"))

    assert lines(split).to_numpy() == pytest.approx(lines(hand).to_numpy(), rel=1e-12, nan_ok=True)


def test_doubling_the_quantities_doubles_every_total(hand, tmp_path, hand_company):
    """Twice the kWh, litres, euros and nights: twice the kilograms, scope by scope (certificates stay 300 kWh)."""
    twice = hand_company.inventory(
        tmp_path,
        energy=hand_company.energy.replace(",600,", ",1200,").replace(",400,", ",800,").replace(",2000,", ",4000,")
        .replace(",100,L", ",200,L"),
        purchases=hand_company.purchases.replace("1000.10", "2000.20").replace("-200.10", "-400.20")
        .replace("500.00", "1000.00"),
        travel=hand_company.travel.replace(",2,1,no", ",4,1,no").replace(",1,1,yes", ",2,1,yes")
        .replace("no,3,FR", "no,6,FR"))
    table, doubled = lines(hand), lines(twice)

    assert doubled["2", 0, "market-based"] == pytest.approx(1700 * 0.08, rel=1e-12)
    rest = [key for key in table.index if key[2] != "market-based"]
    assert doubled[rest].to_numpy() == pytest.approx(2 * table[rest].to_numpy(), rel=1e-12, nan_ok=True)


def test_nothing_that_was_given_is_changed(tmp_path, hand_company):
    """Records and library are the same after an inventory as before."""
    records, factors = read_company("hand", 2024, project=hand_company.write(tmp_path)), hand_company.library()
    before = {kind: table.copy() for kind, table in records.records.items()}
    table = factors.table.copy()
    inventory_of(records, factors)

    assert all(records.records[kind].equals(copy) for kind, copy in before.items())
    assert factors.table.equals(table)


OWN = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,price_year,price_basis,evidence\n"


def test_a_factor_of_the_companys_own_replaces_the_published_one(tmp_path, monkeypatch, hand_company):
    """params/hand/factors.csv: 1300 EUR x 0.02 kg; its tier is the supplier's, its page the evidence."""
    monkeypatch.setattr("carbon.accounting.company.load", lambda release: hand_company.library())
    project = hand_company.write(tmp_path)
    (tmp_path / "params" / "hand").mkdir()
    (tmp_path / "params" / "hand" / "factors.csv").write_text(
        OWN + "alpha-2024,purchase.nace.J62_63,FR,EUR,0.02,2024,2024,AR5GWP100,2024,purchaser,letter of Alpha\n")
    inv = inventory("hand", 2024, project=project)

    assert lines(inv)["3", 1, ""] == pytest.approx(26.0, rel=1e-9)
    software = inv.emissions[inv.emissions["category"] == 1]
    assert set(software["tier"]) == {"supplier-specific"}
    assert inv.factors.set_index("factor_id").loc["alpha-2024", "page"] == "letter of Alpha"


def test_what_reports_share_is_every_year_up_to_the_last_and_is_computed_once(nothing_at_hand):
    """After sharing for 2023, both years' inventories are at hand, a later year is not, and a history takes those."""
    share(PROJECT, "petit-studio", [2023])
    kept = {year: at_hand.prepared(PROJECT, "petit-studio", year) for year in (2022, 2023, 2024)}
    assert kept[2022] is not None and kept[2023] is not None and kept[2024] is None
    history = inventories("petit-studio", project=PROJECT, until=2023)
    assert {year: id(made) for year, made in history.inventories.items()} == {y: id(kept[y]) for y in (2022, 2023)}


def test_an_inventory_at_hand_is_for_its_own_project_company_and_year(tmp_path, nothing_at_hand):
    """Another project's, company's or year's question is never answered with it."""
    at_hand.keep(PROJECT, inventory("petit-studio", 2022, project=PROJECT))
    for project, company, year in ((Project(tmp_path), "petit-studio", 2022), (PROJECT, "nuage-logiciels", 2022),
                                   (PROJECT, "petit-studio", 2023)):
        assert at_hand.prepared(project, company, year) is None


def test_a_year_that_is_refused_is_left_to_its_own_report(tmp_path, nothing_at_hand):
    """A company without records costs the saving, not the schedule: nothing is raised, nothing is at hand."""
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns: [{company: alpha, years: [2023, 2024]}]\n")
    share(Project(tmp_path), "alpha", [2023, 2024])
    assert at_hand.prepared(Project(tmp_path), "alpha", 2024) is None
