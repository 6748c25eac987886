"""What a year has no records of is named; what params state, and what later years' pasts show, is not asked."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from carbon.accounting.expectations.absent import _looked_for, absent_of
from carbon.accounting.expectations.names import WITHOUT_POWER
from carbon.factors.library import load

ROWS = [("energy", "electricity", 0), ("commuting", "car.average.petrol", 7), ("purchases", "purchase.nace.I", 1)]

SITES = ("Hall", "shop")


def year(*rows: tuple[str, str, int], employees: int = 0, **status: str) -> SimpleNamespace:
    """A year with activities (kind, activity, category), and statuses of categories, c7="excluded"."""
    return SimpleNamespace(
        year=2024, activities=pd.DataFrame(rows, columns=["kind", "activity", "category"]),
        params=SimpleNamespace(sites=SITES, employees={2024: employees} if employees else {}, categories={
            int(name[1:]): SimpleNamespace(status=word) for name, word in status.items()}))


def test_kinds_without_a_record_are_named():
    """A car that people commute with is no trip by car; nights paid by money are nights."""
    absent = absent_of(year(*ROWS), [])
    assert {"heat", "vehicle_fuel", "flights", "cars", "freight", "waste", "refrigerants"} <= {*absent.kinds}
    assert not {"electricity", "commuting", "hotel_nights", "purchases"} & {*absent.kinds}


def test_names_that_begin_alike_are_other_things():
    """Petroleum coke is no petrol, natural gasoline no gas, a cargo no car; jet fuel and a company car are both."""
    alike = ("energy", "petroleum_coke", 0), ("energy", "natural_gasoline", 0), ("freight", "cargo", 4)
    absent = absent_of(year(*alike), [])
    assert {"vehicle_fuel", "heat", "cars"} <= {*absent.kinds} and "freight" not in absent.kinds
    burnt = ("energy", "jet_fuel", 0), ("travel", "company_car.diesel", 0), ("energy", "wood.pellets", 0)
    moved = absent_of(year(*burnt), [])
    assert not {"vehicle_fuel", "heat", "cars"} & {*moved.kinds}


def test_people_imply_electricity_purchases_and_ways_to_work():
    """Asked of a company with employees alone; an exclusion with its reason answers, "not relevant" does not."""
    flown = [("travel", "flight.short_haul.economy", 6)]
    assert absent_of(year(*flown), []).implied == ()
    asked = absent_of(year(*flown, employees=40), []).implied
    assert asked == ("electricity", "purchases", "commuting")
    stated = absent_of(year(*flown, employees=40, c7="excluded", c5="not relevant"), [])
    assert stated.implied == ("electricity", "purchases") and not {"commuting", "waste"} & {*stated.kinds}
    assert "commuting" in absent_of(year(*flown, employees=40, c7="not relevant"), []).implied


def test_groups_that_no_purchase_is_of_are_named():
    """Of a ledger by NACE; of a year without purchases the kind is named, not its groups."""
    unspent = absent_of(year(*ROWS, ("purchases", "purchase.nace.C10T12", 1)), []).unspent
    assert {"insurance", "software", "rent"} <= {*unspent} and not {"hotels", "food"} & {*unspent}
    assert absent_of(year(*ROWS[:2]), []).unspent == ()


def test_each_division_of_spend_is_of_a_group_or_a_kind():
    """An account that is missing is named by its group whatever is bought; energy, fuel and water by their records."""
    begins = [word.removeprefix("purchase.nace.") for of in ("spend", "records")
              for words in _looked_for(of).values() for word in words
              if of == "spend" or word.startswith("purchase.nace.")]
    divisions = load().table["activity"].astype("str").unique()
    unnamed = [name for name in divisions if name.startswith("purchase.nace.")
               and not name.removeprefix("purchase.nace.").startswith(tuple(begins))]
    assert not unnamed and len(begins) > 50


def test_a_stream_read_as_zero_is_named():
    """Two of three streams have rows; the one of nothing is named by its finest words once."""
    lines = [("site · carrier", "depot · natural_gas", 0.0), ("site · carrier · meter", "depot · natural_gas · g", 0.0),
             ("site · carrier", "lyon · electricity", 900.0), ("kind", "", 0.0)]
    zero = absent_of(year(*ROWS), [{
        "kind": "energy", "dimension": dimension, "key": key, "measure": "level", "value": value, "rows": 12,
        "co2e_kg": 90.0} for dimension, key, value in lines]).zero
    assert [(of["kind"], of["dimension"], of["key"]) for of in zero] == [
        ("energy", "site · carrier", "depot · natural_gas")]


def test_sites_without_what_other_sites_have_are_named_and_meters_are_counted():
    """A hall of params with water alone has no electricity, the shop no gas; two gas meters of the depot are two; a
    breach of two sites is no third one.
    """
    lines = [("site · carrier", "depot · natural_gas"), ("site · carrier · meter", "depot · natural_gas · g1"),
             ("site · carrier · meter", "depot · natural_gas · g2"), ("site · carrier", "shop · electricity"),
             ("site · carrier · meter", "shop · electricity · "), ("site · service", "hall · supply")]
    table = [{"kind": "water" if "service" in dimension else "energy", "dimension": dimension, "key": key,
              "measure": "level", "value": 5.0, "rows": 12, "co2e_kg": 90.0} for dimension, key in lines]
    absent = absent_of(year(*ROWS), table)
    assert absent.meters == {"depot": {"natural_gas": 2}, "shop": {"electricity": 1}}
    without = {kind: ({*map(str.casefold, sites)}, kg) for kind, (sites, kg) in absent.without.items()}
    assert without == {"electricity": ({"hall", "depot"}, 90.0), "heat": ({"hall", "shop"}, 90.0)}
    of_two = table[0] | {"dimension": "site", "key": "hall, depot", "measure": WITHOUT_POWER, "value": 0.0}
    again = absent_of(year(*ROWS), [*table, of_two]).without
    assert {kind: {*map(str.casefold, sites)} for kind, (sites, _) in again.items()} == {
        "electricity": {"hall", "depot"}, "heat": {"hall", "shop"}}
    powered = [of for of in table if "electricity" in of["key"]]
    assert set(absent_of(year(*ROWS), powered).without) == {"electricity"}  # no heat at all is said of the year
