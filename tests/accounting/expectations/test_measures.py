"""Measures of a company-year: by the words of its rows, in their own units, with what they emit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from metered_project import COMPANY, metered_project

from carbon.accounting.company import inventory
from carbon.accounting.expectations import measures
from carbon.accounting.expectations.likeness import number_of_sums
from carbon.accounting.expectations.measures import MEASURES, WHOLE
from carbon.accounting.expectations.names import LEVEL, MONTHS, PRICE, ROWS, TOTAL
from carbon.core.columns import Rows


@pytest.fixture
def project(tmp_path):
    """A year of a bill of 500 kWh a month."""
    return metered_project(tmp_path / "project", (2024,))


def by_measure(found, **of):
    """The values of one key, by measure."""
    rows = found[(found[list(of)] == list(of.values())).all(axis=1)]
    return dict(zip(rows["measure"], rows["value"], strict=True))


def test_a_meter_has_its_kwh_rows_and_months(project):
    """12 x 500 kWh, twelve rows, twelve months, the same for the kind as a whole; and what it emits."""
    found = MEASURES.validate(inventory(COMPANY, 2024, project=project).measures)

    for of in ({"dimension": WHOLE}, {"dimension": "site · carrier", "key": "office · electricity"}):
        values = by_measure(found, kind="energy", unit="electricity:kWh", **of)
        assert (values[LEVEL], values[ROWS], values[MONTHS]) == (6000.0, 12.0, 12.0)
    level = found[(found["measure"] == LEVEL) & (found["dimension"] == WHOLE)].iloc[0]
    assert level["unit"] == "electricity:kWh" and level["co2e_kg"] > 0 and level["example"].endswith("energy.csv:2")


def test_all_energy_is_in_kwh():
    """3.6 GJ of district heat are 1,000 kWh, as the limits of a kWh have it; cubic metres stay, gross and net apart."""
    table = pd.DataFrame({"carrier": ["district_heat", *["natural_gas"] * 3], "unit": ["GJ", "GJ_HHV", "m3", "kWh_HHV"],
                          "quantity": [3.6, 7.2, 5.0, 9.0]})
    amount, unit = measures._recorded("energy", table)

    assert amount.tolist() == pytest.approx([1000.0, 2000.0, 5.0, 9.0])
    assert unit.tolist() == ["district_heat:kWh", "natural_gas:kWh HHV", "natural_gas:m3", "natural_gas:kWh HHV"]


def test_a_category_below_zero_is_a_measure_of_its_own(project):
    """50 EUR in all, and more kg credited than bought: category 1 sums to less than nothing, and the row that
        lowers it most is named.
        """
    (project.raw(COMPANY, 2024) / "purchases.csv").write_text(
        "date,supplier,category,description,amount,currency,country\n"
        "2024-01-31,A,software,licences,100.00,EUR,FR\n2024-02-28,A,software,credit note,-900.00,EUR,FR\n"
        "2024-03-31,B,legal,contract review,850.00,EUR,FR\n")
    found = inventory(COMPANY, 2024, project=project)
    row = found.measures[found.measures["measure"] == TOTAL].iloc[0]

    assert (row["kind"], row["key"], row["unit"]) == ("inventory", "3.1", "kg CO2e")
    assert row["value"] < 0 and row["example"].endswith("purchases.csv:3")
    assert {"total_negative"} <= set(found.breaches()["code"]) and found.breaches()["fails"].any()


THREE = [
    ("two invoices and their total", "purchases", [1000.41, 516.82, 1517.23], 1),
    ("two round invoices and as much again", "purchases", [1000.0, 500.0, 1500.0], 0),
    ("four round amounts", "purchases", [1000.0, 500.0, 250.0, 1750.0], 1),
    ("two invoices and another", "purchases", [1000.41, 516.82, 1517.24], 0),
    ("an invoice twice", "purchases", [1517.23, 1517.23], 0),
    ("one, one and two people on a route", "travel", [431.27, 431.27, 862.54], 0),
]


@pytest.mark.parametrize(("kind", "amounts", "number"), [case[1:] for case in THREE], ids=[case[0] for case in THREE])
def test_a_total_beside_few_rows_by_its_digits(kind, amounts, number):
    """However few the rows are, an amount that is all others to the cent is their sum, unless round amounts are."""
    values, at = np.array(amounts), np.zeros(len(amounts), dtype=np.intp)
    assert number_of_sums(kind, values, at, 1).tolist() == [number]


def test_a_total_row_without_a_name_is_a_breach_with_its_tonnes(project):
    """Beside two invoices of one supplier: half of what the three rows emit is at stake."""
    (project.raw(COMPANY, 2024) / "purchases.csv").write_text(
        "date,supplier,category,description,amount,currency,country\n"
        "2024-01-31,A,software,licences,100041.17,EUR,FR\n2024-02-28,A,software,licences,51682.36,EUR,FR\n"
        "2024-03-31,A,software,licences,151723.53,EUR,FR\n2024-03-31,B,legal,contract review,850.00,EUR,FR\n")
    found = inventory(COMPANY, 2024, project=project)
    (breach,) = [line for line in found.breaches().to_dict("records") if line["code"] == "row_is_a_sum"]
    of_three = found.emissions[found.emissions["scope"] == "3"].nlargest(3, "co2e_kg")["co2e_kg"].sum()
    assert breach["at_stake_kg"] == pytest.approx(of_three / 2) and breach["fails"]


def test_a_year_without_purchases_has_no_price(project):
    """No money beside the kWh: no price, not a price of zero."""
    assert PRICE not in set(inventory(COMPANY, 2024, project=project).measures["measure"])


def test_a_year_without_any_emission_has_measures(project):
    """Records whose factor is missing emit nothing: they are measured, at 0 kg, and no error ends the inventory."""
    params = project.params_file(COMPANY)
    text = params.read_text(encoding="utf-8")
    params.write_text(f"{text}max_rejected_share: {{energy: {{rows: 1, amount: 1}}}}\n", encoding="utf-8")
    energy = project.raw(COMPANY, 2024) / "energy.csv"
    without_factor = energy.read_text(encoding="utf-8").replace("office,FR,electricity", ",KE,steam")
    energy.write_text(without_factor, encoding="utf-8")
    found = inventory(COMPANY, 2024, project=project)

    assert len(found.emissions) == 0
    assert (found.measures["co2e_kg"] == 0).all() and by_measure(found.measures, kind="energy", dimension=WHOLE)


BOUGHT = ["2024-03-05", "2024-03-05", "2024-03-05", "2024-08-19", "2024-08-19"]
RENTS = [f"2024-{month:02d}-01" for month in range(1, 13)]


@pytest.mark.parametrize(("days", "amounts", "repeated"), [
    (BOUGHT, [260.0] * 5, 0), (BOUGHT[:4], [260.0] * 4, 0), (RENTS * 2, [900.0] * 24, 12), (RENTS, [900.0] * 12, 0),
    (BOUGHT[:3], [260.0] * 3, 2), (BOUGHT[:2], [260.0, 261.0], 0),
], ids=["a tariff: three and two", "a tariff: three and one", "each rent twice", "rents", "one day", "two amounts"])
def test_a_tariff_that_recurs_is_no_repeated_row(days, amounts, repeated):
    """A file entered twice has each row an even number of times; equal fees of a day come again in other numbers."""
    rows = Rows({"supplier": np.full(len(days), "garage", dtype=object), "_amount": np.array(amounts),
                 **dict.fromkeys(("period_start", "period_end"), np.array(days, dtype="datetime64[ns]"))}, len(days))
    assert measures._repeats(rows).sum() == repeated
