"""What a stream of emissions is held against: a band that tells a digit too many and one too few, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.accounting.expectations.bands import EXPECTATIONS
from carbon.accounting.expectations.held import NOTHING, held_of
from carbon.accounting.expectations.measures import WHOLE
from carbon.accounting.expectations.names import (
    LEDGER_PRICE,
    LEVEL,
    MARKET_PRICE,
    MONTHS,
    NEGATIVE,
    PEAK,
    PER_PERSON,
    ROWS,
    VAT,
)

LYON, BREST = "lyon · electricity", "brest · electricity"


def line(key: str, measure: str, kg: float, value: float = 1.0, low: float = float("nan"),
         high: float = float("nan"), unit: str = "electricity:kWh", basis: str = "") -> dict[str, object]:
    """One line of a year with the energy of two sites."""
    return {"kind": "energy", "dimension": "site · carrier" if key else WHOLE, "key": key, "measure": measure,
            "unit": unit, "value": value, "rows": 12, "co2e_kg": kg, "scope": "2", "example": "energy.csv:2",
            "expected": value, "low": low, "high": high, "years": 0, "basis": basis, "before_kg": float("nan")}


def table(*bands: dict[str, object], lyon: float = 900.0, brest: float = 100.0) -> pd.DataFrame:
    """Rows and amounts of two sites with some bands besides."""
    rows = [line(key, measure, kg) for key, kg in ((LYON, lyon), (BREST, brest), ("", lyon + brest))
            for measure in (ROWS, LEVEL)]
    return EXPECTATIONS.validate(pd.DataFrame([*rows, *bands]).astype(EXPECTATIONS.dtypes))


def of(found: pd.DataFrame) -> dict[str, tuple[float, str]]:
    """What is held against nothing, and what holds, by stream."""
    return {stream["key"]: (stream["free_kg"], stream["against"]) for stream in held_of(found).streams}


PRICED = "EUR/kWh of electricity"


@pytest.mark.parametrize(("band", "lyon"), [
    (line(LYON, LEVEL, 900, 9.0, 4.0, 20.0, unit="other", basis="own past"), (0.0, "own past")),
    (line(LYON, MARKET_PRICE, 900, 0.2, 0.03, 0.76, PRICED, "eurostat"), (0.0, "market price")),
    (line(LYON, MARKET_PRICE, 300, 0.2, 0.03, 0.76, PRICED, "eurostat"), (600.0, "market price, in part")),
    (line(LYON, MARKET_PRICE, 900, 0.2, 0.01, 0.76, PRICED, "eurostat"), (900.0, NOTHING)),
    (line(LYON, MARKET_PRICE, 900, 0.2, 0.03, 3.0, PRICED, "eurostat"), (900.0, NOTHING)),
    (line(LYON, MARKET_PRICE, 900, 9.0, 0.03, 0.76, PRICED, "eurostat"), (0.0, "market price")),
    (line(LYON, MARKET_PRICE, 900, 0.2, 0.0, 0.76, PRICED, "eurostat"), (900.0, NOTHING)),
], ids=["earlier years", "price", "price of a third", "ten times too little passes", "ten times too much passes",
        "beyond: its breach names it", "no lower end"])
def test_a_band_holds_where_a_digit_more_and_a_digit_less_would_be_out_of_it(band, lyon):
    """A price of 0.2 in 0.03 to 0.76 is 2.0 or 0.02 with a digit moved; in 0.01 to 0.76 the latter passes."""
    found = of(table(band))
    assert found[LYON] == (pytest.approx(lyon[0]), lyon[1])
    assert found[BREST] == (100.0, NOTHING)


def test_a_band_of_all_holds_the_stream_that_moves_it():
    """The ledger pays for both sites: ten times Lyon (nine tenths) moves its price out of the band, ten times Brest
    does not, and neither does a wide band a person.
    """
    ledger = line("", LEDGER_PRICE, 1000, 0.2, 0.05, 0.76, "EUR/kWh of electricity in the ledger", "eurostat")
    people = line("", PER_PERSON, 1000, 5_000.0, 300.0, 1.6e6, "kWh of electricity a person", "cbecs")
    assert of(table(ledger, people)) == {LYON: (0.0, LEDGER_PRICE), BREST: (100.0, NOTHING)}


def test_rows_that_no_word_names_are_a_stream_too():
    """Of 1,000 kg the two sites have 700: the others are held against nothing, and no emission is left out."""
    rows = table(lyon=600, brest=100).assign(co2e_kg=[600.0, 600, 100, 100, 1000, 1000])
    held = held_of(rows)
    assert held.co2e_kg == held.free_kg == 1000
    assert of(rows)[""] == (300.0, NOTHING)
    assert held.against() == ["", NOTHING, "", NOTHING, "", ""]


def test_a_year_without_records_has_no_stream():
    """Nothing is read: nothing is claimed."""
    held = held_of(EXPECTATIONS.empty())
    assert not held.streams and held.free_kg == held.co2e_kg == 0


SHOWN = ("months", "meter", "below", "times")
HELD = line(LYON, MARKET_PRICE, 990, 0.2, 0.03, 0.76, PRICED, "eurostat")


MORE = {("diesel:L", "kg"): 1.2, ("diesel:L", "us_gallons"): 3.785, ("lpg:kg", "litres"): 0.53,
        ("electricity:kWh", "kvarh"): 2.5}
"""How many times as much an amount emits as another quantity."""
METER = {**line("", MONTHS, 400, 8.0), "dimension": "site · carrier · meter", "key": LYON + " · 2"}


@pytest.mark.parametrize(("odd", "column", "value"), [
    (line(LYON, MONTHS, 900, 9.0), "months", 9.0), (METER, "meter", 8.0),
    (line(LYON, NEGATIVE, 900, 0.25), "below", 0.25), (line(LYON, PEAK, 400, 6.0), "times", 6.0)])
def test_a_stream_is_shown_with_what_is_odd_of_its_rows(odd, column, value):
    """Nine months, eight of a second meter, a quarter below zero, one row six times the next: of Lyon, shown since it
    is large, although its price holds it. Brest is small and held by nothing.
    """
    twelve = [] if column == "months" else [line(LYON, MONTHS, 900, 12.0)]
    found = table(HELD, *twelve, odd, lyon=990.0, brest=5.0)
    read = held_of(found).read(0.01)
    assert [(stream["key"], stream["large"], stream["against"]) for stream in read] == [
        (LYON, True, MARKET_PRICE), (BREST, False, NOTHING)]
    assert {name: read[0][name] for name in SHOWN if read[0][name] == read[0][name]} == {column: value}
    assert [line["unit"] for line in read[0]["amounts"]] == ["electricity:kWh"]


def test_twelve_months_and_ordinary_rows_are_not_odd():
    """1 % below zero is a fact; a row twice the next and a meter with a row a quarter are none."""
    few = {**METER, "rows": 4}
    sound = table(line(LYON, MONTHS, 900, 12.0), few, line(LYON, NEGATIVE, 900, 0.0), line(LYON, PEAK, 400, 2.0))
    assert not [name for stream in held_of(sound).read(0.01) for name in SHOWN if stream[name] == stream[name]]


@pytest.mark.parametrize(("value", "expected", "moved"), [
    (1.6, 1.0, [337.5]), (0.5, 1.0, [-900.0]), (1.1, 1.0, [900 / 11]), (1.04, 1.0, []), (4.0, 1.0, [])],
    ids=["more", "less", "a tenth more of nearly all", "a few percent more", "a breach"])
def test_an_amount_that_moved_within_its_band_is_shown_with_its_tonnes(value, expected, moved):
    """Of 900 kg at 1.6 times the year before, 337.5 kg are more; half of it was twice as much. A tenth more is named
    where it moves the total by 5 %. Beyond a third to three times it is a breach.
    """
    band = {**line(LYON, LEVEL, 900, value, expected / 3, expected * 3, "diesel:L", "own past"), "expected": expected}
    found = table(band)
    assert [of["moved_kg"] for of in held_of(found).moved(0.01)] == pytest.approx(moved)
    assert not held_of(found).moved(0.95)


@pytest.mark.parametrize(("unit", "price", "asked"), [
    ("diesel:L", 0.96, ["kg"]), ("diesel:L", 3.5, ["kg", "us_gallons"]), ("lpg:kg", 1.4, ["litres"]),
    ("electricity:kWh", 0.2, ["kvarh"]), ("natural_gas:kWh", 0.05, []), ("wood.logs:t", 1.0, [])])
def test_a_price_that_fits_another_quantity_as_well_asks_which_it_is(unit, price, asked):
    """In 0.37 to 7.04 EUR, a litre at 0.96 may be a kilogram, and no gallon; at 3.50 it may be one. Gas as cubic
    metres would cost 0.005 EUR a kWh.
    """
    band = line(LYON, MARKET_PRICE, 900, price, *((0.01, 0.3) if "gas" in unit else (0.366, 7.04) if unit[-1] == "L"
                                                  else (0.03, 9.0)))
    found = table(band, brest=1.0).assign(unit=unit)
    mistaken = held_of(found).mistaken(0.1)
    assert [of["moved_kg"] for of in mistaken] == pytest.approx([900 * (MORE[unit, name] - 1) for name in asked])
    assert [(of["key"], of["asked"]) for of in mistaken] == [(LYON, name) for name in asked]


def test_amounts_with_a_column_of_tax_are_not_asked_for_it():
    """A purchase next to its VAT states whether it holds it; one without does not."""
    found = table().assign(kind="purchases", unit="CLP")
    assert [of["asked"] for of in held_of(found).mistaken(0.01)] == ["tax"]
    assert not held_of(found.assign(co2e_kg=0.0)).mistaken(0.01)  # nothing is at stake
    taxed = pd.concat([found, found.assign(measure=VAT)], ignore_index=True)
    assert not held_of(taxed).mistaken(0.01)


def test_a_stream_in_two_units_is_asked_for_each_that_nothing_tells():
    """Diesel in litres and gas in cubic metres, of one key: the litres of last year tell the litres alone."""
    past = line(LYON, LEVEL, 900, 1.0, 0.9, 1.1, unit="diesel:L")
    both = table(past, line(LYON, LEVEL, 900, unit="natural_gas:m3"))
    found = both[(both["measure"] == ROWS) | (both["unit"] != "electricity:kWh")].reset_index(drop=True)
    assert [(of["unit"], of["asked"]) for of in held_of(found).mistaken(0.1)] == [("natural_gas:m3", "kwh")]


def test_a_stream_of_an_earlier_year_alone_is_named_where_no_band_misses_it():
    """A meter with records before and none now: within chance it is named with what it emitted, out of its band it
    has a breach; one that is answered for has nothing expected.
    """
    gone = [line("nice · electricity", LEVEL, 0.0, 0.0, float("nan"), 30.0, unit="x", basis="own past"),
            line("caen · electricity", LEVEL, 0.0, 0.0, 3.0, 30.0, unit="x", basis="own past"),
            line("metz · electricity", LEVEL, 0.0, 0.0, unit="x")]
    found = table(*(of | {"rows": 0, "expected": 10.0 if of["high"] == 30.0 else float("nan"), "before_kg": 50.0}
                    for of in gone))
    assert [(of["key"], of["moved_kg"]) for of in held_of(found).gone(0.01)] == [("nice · electricity", -50.0)]
    assert not held_of(found).gone(0.06)
