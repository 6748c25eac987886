"""What an inventory's rows rest on, and how good the data are: read from the tables, worked by hand."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.accounting.origins import with_origins
from carbon.accounting.quality_classes import CLASSES, INDICATORS, quality_classes
from carbon.accounting.uncertainty import uncertainty_of
from carbon.core.errors import MethodError

SPEND = {"kind": "purchases", "activity": "purchase.x", "unit": "EUR", "tier": "spend", "part": "total", "scope": "3",
         "category": 1, "factor_id": "eur"}
FACTORS = pd.DataFrame([
    ("f", "FR", 2022, 2022, "L", 0), ("gb", "GB", 2024, 2024, "L", 0), ("eur", "FR", 2023, 2023, "EUR", 2023),
    ("gbp", "EU27", 2015, 9999, "GBP", 2022), ("old", "", 2010, 2012, "L", 0),
], columns=["factor_id", "region", "valid_from", "valid_to", "unit", "price_year"]).assign(uncertainty_pct=float("nan"))


@pytest.fixture
def make(make_emissions):
    """An inventory with just what the doubts are read from."""
    def made(*rows, currency=None, meters=(), fx=None, basis="transaction_date"):
        emissions = make_emissions(*rows)
        activities = emissions[["activity_id", "unit"]].assign(currency=currency or "")
        energy = pd.DataFrame(meters, columns=["record_id", "meter"])
        return SimpleNamespace(
            emissions=emissions, factors=FACTORS, activities=activities, records={"energy": energy}, fx=fx,
            params=SimpleNamespace(currency="EUR", fx=basis))
    return made


def origins(inventory, column):
    return with_origins(inventory, inventory.emissions)[column].tolist()


def test_a_reading_names_its_meter(make):
    """By record; a record without a meter has none."""
    inventory = make({"record_id": "r1"}, {"record_id": "r2"}, {"record_id": "r3"}, meters=[("r1", "m"), ("r2", "")])
    assert origins(inventory, "meter") == ["m", "", ""]


def test_spend_in_another_currency_rests_on_its_rate(make):
    """Dollars in a company of euros, by the company's basis or its own table; euros on a factor in pounds by a mean."""
    rows = [SPEND, SPEND, {**SPEND, "factor_id": "gbp"}, {}]
    inventory = make(*rows, currency=["USD", "EUR", "EUR", ""])
    assert origins(inventory, "exchange rate") == ["transaction_date USD>EUR", "", "year_mean EUR>GBP", ""]
    own = make(*rows, currency=["USD", "EUR", "EUR", ""], fx=pd.DataFrame({"currency": ["USD"]}))
    assert origins(own, "exchange rate")[0] == "company USD>EUR"


def test_prices_of_another_year_and_compromises_are_sources(make):
    """From the words of `reason`: the widest compromise counts, the rest is silent."""
    inventory = make({**SPEND, "reason": "older vintage; not deflated; price basis as is"},
                     {**SPEND, "reason": "deflated"},
                     {"reason": "region fallback; older vintage", "factor_id": "gb"},
                     {"reason": "exact"}, {"reason": "frozen in another GWP set", "gwp_used": "unstated"})
    assert origins(inventory, "price index") == ["not deflated, prices of 2023", "deflated, prices of 2023", "", "", ""]
    assert origins(inventory, "model choice") == [
        "vintage 2023", "", "region fallback FR>GB", "", "gwp unstated"]


def test_what_is_written_to_shares_of_doubt_is_not_in_the_next_answer(make):
    """They are kept by figure; each caller gets a table of its own."""
    found = uncertainty_of(make({**SPEND}, {**SPEND, "supplier": "other"}))
    first = found.contributions("3.1")
    first.loc[:, "share"] = 0.0

    assert found.contributions("3.1")["share"].sum() == pytest.approx(1.0)
    assert found.by_source("3.1")["share"].sum() == pytest.approx(1.0)


def test_a_shared_rate_widens_the_total_and_not_as_if_rows_were_apart(make):
    """A hundred dollar lines, each on its own supplier: their one exchange rate is one source, with the sum of their
    rows.
    """
    rows = [{**SPEND, "supplier": f"s{i}"} for i in range(100)]
    plain, dollars = (uncertainty_of(make(*rows, currency=[c] * 100)) for c in ("EUR", "USD"))
    table = dollars.contributions("3.1").set_index("source_id")

    rate = table.loc["exchange rate:transaction_date USD>EUR"]
    assert rate["rows"] == 100
    assert not rate["stated"]
    width = [u.table.set_index("figure").loc["3.1", "sd_kg"] for u in (plain, dollars)]
    assert width[1] > width[0]
    by_source = dollars.by_source("3.1").set_index("of")
    assert by_source["share"].sum() == pytest.approx(1.0)
    assert by_source.loc["exchange rate", "share"] == pytest.approx(rate["share"])


def test_each_supplier_has_an_interval_of_its_own_rows(make):
    """90 kg of A on one factor, 2 x 5 kg of B: largest first, each as its rows alone would give, and wider than
    nothing.
    """
    rows = [{**SPEND, "supplier": "A", "co2e_kg": 90.0}, *[{**SPEND, "supplier": "B", "co2e_kg": 5.0}] * 2]
    whole, alone = uncertainty_of(make(*rows)), uncertainty_of(make(rows[0]))
    table = whole.suppliers(5).set_index("figure")

    assert table.index.tolist() == ["supplier/A", "supplier/B"]
    assert table["co2e_kg"].tolist() == [90.0, 10.0]
    expected = alone.table.set_index("figure").loc["3.1", ["low_kg", "high_kg"]]
    assert table.loc["supplier/A", ["low_kg", "high_kg"]].tolist() == expected.tolist()
    assert whole.suppliers(1)["figure"].tolist() == ["supplier/A"]


def test_an_intensity_has_the_doubt_of_both(make):
    """100 kg for 4 people counted exactly: a quarter of the figure and its interval; +- 10 % of revenue widens it as
    two lognormals do.
    """
    found = uncertainty_of(make({**SPEND, "co2e_kg": 100.0}))
    line = found.table.set_index("figure").loc["3.1"]
    exact, wide = found.intensity("3.1", 4, percent=0), found.intensity("3.1", 4, percent=10)

    assert exact["kg"] == wide["kg"] == 25.0
    assert [exact["low_kg"], exact["high_kg"]] == pytest.approx([line["low_kg"] / 4, line["high_kg"] / 4])
    log_width = [math.log(i["high_kg"] / i["low_kg"]) / (2 * 1.959964) for i in (exact, wide)]
    assert log_width[1] ** 2 - log_width[0] ** 2 == pytest.approx((math.log(1.1) / 2) ** 2, rel=1e-5)
    for amount in (0, -1, float("nan")):
        with pytest.raises(MethodError, match="No intensity"):
            found.intensity("3.1", amount, percent=0)


def classes(rows, factors=FACTORS):
    table = quality_classes(rows, factors)
    return {i: table[(table["indicator"] == i) & (table["share"] > 0)].set_index("class")["share"].round(6).to_dict()
            for i in INDICATORS}


def test_emissions_fall_in_the_classes_worked_by_hand(make_emissions):
    """60 kg of a meter on the region's factor of two years before, 30 kg of spend on Europe's since 2015, 10 kg
    estimated on a factor of no known place, twelve years old.
    """
    rows = make_emissions({"co2e_kg": 60.0}, {**SPEND, "factor_id": "gbp", "co2e_kg": 30.0},
                          {"tier": "estimated", "factor_id": "old", "co2e_kg": 10.0})
    assert classes(rows) == {
        "technology": {"very good": 0.6, "fair": 0.3, "poor": 0.1},
        "time": {"very good": 0.6, "fair": 0.3, "poor": 0.1},
        "geography": {"very good": 0.6, "good": 0.3, "poor": 0.1}, "completeness": {"very good": 0.9, "poor": 0.1},
        "reliability": {"good": 0.6, "fair": 0.3, "poor": 0.1}}
    table = quality_classes(rows, FACTORS)
    assert table["class"].tolist() == list(CLASSES) * 5
    assert table.groupby("indicator")["co2e_kg"].sum().tolist() == [100.0] * 5


def test_nothing_unknown_is_good(make_emissions):
    """A factor nobody lists, a tier nobody knows: poor. A remark on a measured row: fair in reliability."""
    unknown = classes(make_emissions({"factor_id": "?", "tier": "?"}))
    assert {i: list(c) for i, c in unknown.items()} == {i: ["poor"] for i in INDICATORS}
    remarked = classes(make_emissions({"quality": "unit slip suspected"}, {"factor_id": "gb"}))
    assert remarked["reliability"] == {"good": 0.5, "fair": 0.5}
    assert remarked["geography"] == {"very good": 0.5, "fair": 0.5}


def test_a_credit_note_does_not_hide_what_it_cancels(make_emissions):
    """100 kg and -100 kg have shares by size; no emissions have no share."""
    both = make_emissions({"co2e_kg": 100.0}, {**SPEND, "co2e_kg": -100.0})
    assert classes(both)["technology"] == {"very good": 0.5, "fair": 0.5}
    assert quality_classes(make_emissions(), FACTORS)["share"].tolist() == [0.0] * 20
