"""Bands are wide where years or rows are few, and hold what earlier years did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.expectations.bands import WIDTH, expectations_of
from carbon.accounting.expectations.measures import MEASURES
from carbon.accounting.expectations.names import LEVEL, MONTHS, NEGATIVE_ROWS, PLACE, ROWS, SUMS, TO_END


def measure(value: float, *, name: str = LEVEL, rows: int = 12, kind: str = "energy", unit: str = "kWh",
            kg: float = 100.0, key: str = "paris") -> pd.DataFrame:
    """One line of measures."""
    line = {"kind": kind, "dimension": "site", "key": key, "measure": name, "unit": unit, "value": value, "rows": rows,
            "co2e_kg": kg, "scope": "2", "example": "energy.csv:2"}
    return MEASURES.validate(pd.DataFrame([line]).astype(MEASURES.dtypes))


def band(now: float, *before: float, rows: int = 12, **of: object) -> pd.Series:
    """The only line of the expectations of one measure."""
    earlier = {2020 + i: measure(value, rows=rows, **of) for i, value in enumerate(before)}
    return expectations_of(measure(now, rows=rows, **of), earlier).iloc[0]


@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_band_narrows_with_each_year_up_to_three(years: int):
    """Steady years leave the declared width of their number: m / f to m x f."""
    line = band(1000.0, *[1000.0] * years)
    width = WIDTH[LEVEL][years - 1]
    assert (line["low"], line["high"]) == pytest.approx((1000 / width, 1000 * width))
    assert line["years"] == years


def test_a_measure_without_a_past_has_no_band():
    """Nothing is expected of a meter in its first year."""
    line = expectations_of(measure(1000.0), {}).iloc[0]
    assert np.isnan(line["low"]) and np.isnan(line["high"]) and line["years"] == 0


def test_only_the_last_three_years_count():
    """A year long ago, when the company was ten times as large, widens nothing."""
    assert band(100.0, 10_000.0, 100.0, 100.0, 100.0)["high"] == pytest.approx(180.0)


def test_years_that_moved_widen_the_band():
    """A meter that moved by half from year to year may do so again."""
    assert band(100.0, 100.0, 150.0, 100.0)["high"] == pytest.approx(100 * 1.5**3)


def test_few_rows_by_chance_widen_the_band_and_bills_do_not():
    """Four purchases a year are chance; a bill a month is none."""
    assert band(100.0, 100.0, 100.0, 100.0, rows=4, kind="purchases")["high"] == pytest.approx(100 * np.exp(1.5))
    year = pd.concat([measure(100.0, kind="purchases"), measure(12.0, name=MONTHS, kind="purchases")])
    bills = expectations_of(year, dict.fromkeys((2020, 2021, 2022), year)).set_index("measure")
    assert bills.loc[LEVEL, "high"] == pytest.approx(180.0)


@pytest.mark.parametrize(("rows", "fewest"), [(6, 0.6), (12, 3.6), (40, 23.0)])
def test_few_flights_of_a_route_are_chance_and_none_is_not(rows: int, fewest: float):
    """Of 6 flights a year one is chance; none, after three years of 6, is not. Of 12 four are chance, of 40, 23."""
    line = band(1000.0, 1000.0, 1000.0, 1000.0, rows=rows, kind="travel")
    assert 0 < line["low"] == pytest.approx(1000 * fewest / rows, rel=0.1)


def test_a_meter_that_is_gone_is_expected_at_its_level():
    """A meter of each earlier year without a row this year is a line of zero, outside its band."""
    line = expectations_of(measure(5.0, key="london"), {2023: measure(1000.0)}).set_index("key").loc["paris"]
    assert (line["value"], line["rows"]) == (0.0, 0)
    assert line["low"] > 0


def test_a_rare_purchase_that_does_not_come_again_is_chance():
    """Three invoices a year may be none in the next."""
    now = measure(5.0, key="other", kind="purchases")
    lines = expectations_of(now, {y: measure(1000.0, rows=3, kind="purchases") for y in (2022, 2023)})
    assert np.isnan(lines.set_index("key").loc["paris", "low"])


def test_months_by_rule_are_all_expected_and_months_by_chance_are_not():
    """A meter of twelve months with eleven is short; forty trips a year leave out a month by chance, and
    so do sixty loads in an only year, five a month though they are.
    """
    assert band(11.0, 12.0, 12.0, name=MONTHS, rows=12)["low"] == 12
    assert band(10.0, 12.0, 12.0, name=MONTHS, rows=40, kind="travel")["low"] <= 10
    assert band(6.0, 12.0, 12.0, name=MONTHS, rows=60, kind="travel")["low"] > 6
    assert band(11.0, 12.0, name=MONTHS, rows=60, kind="freight")["low"] == 10


def test_no_credit_note_at_all_is_odd_where_there_were_many():
    """Ten credit notes a year do not vanish by chance; two may."""
    assert band(0.0, 10.0, 10.0, name=NEGATIVE_ROWS, kind="purchases")["low"] > 0
    assert np.isnan(band(0.0, 2.0, 2.0, name=NEGATIVE_ROWS, kind="purchases")["low"])


def test_a_row_that_is_the_sum_of_others_is_never_expected():
    """It needs no past."""
    line = expectations_of(measure(1.0, name=SUMS), {}).iloc[0]
    assert line["high"] == 0


def test_a_place_is_expected_to_stay():
    """A meter of Germany that is one of Poland leaves its place."""
    now = measure(1.0, name=PLACE, unit="PL")
    lines = expectations_of(now, {2023: measure(1.0, name=PLACE, unit="DE")}).set_index("unit")
    assert lines.loc["DE", "value"] == 0 and lines.loc["DE", "low"] == 1


@pytest.mark.parametrize(("amounts", "is_outside"), [(2400.0, True), (1200.0, False)])
def test_twice_the_bills_are_outside_where_the_amounts_grew_too(amounts: float, is_outside: bool):
    """A file entered twice doubles rows and amounts; the same amounts on twice as many bills are nothing."""
    year = pd.concat([measure(1200.0), measure(12.0, name=ROWS)])
    now = pd.concat([measure(amounts), measure(24.0, name=ROWS)])
    line = expectations_of(now, dict.fromkeys((2021, 2022, 2023), year)).set_index("measure").loc[ROWS]
    assert (line["value"] > line["high"]) == is_outside


def test_of_many_keys_some_move_more():
    """Up to 20 meters the declared width holds; of 400 meters it is to the power sqrt(ln 400 / ln 20), and so is the
    lower end.
    """
    few, many = (pd.concat([measure(100.0, key=f"site {i}") for i in range(n)], ignore_index=True) for n in (20, 400))
    line, wide = (expectations_of(year, {2022: year, 2023: year}).iloc[0] for year in (few, many))
    width = WIDTH[LEVEL][1]
    assert (line["low"], line["high"]) == pytest.approx((100 / width, 100 * width))
    assert (wide["low"], wide["high"]) == pytest.approx((100 / width**2**0.5, 100 * width**2**0.5))


def meters(*of: tuple[str, float, float]) -> pd.DataFrame:
    """Months and months to the end of meters of one site."""
    lines = [measure(value, name=name, key=f"hall \u00b7 electricity \u00b7 {key}").assign(
        dimension="site \u00b7 carrier \u00b7 meter", example="bills.csv:2")
        for key, months, to_end in of for name, value in ((MONTHS, months), (TO_END, to_end), (LEVEL, 1000.0))]
    return pd.concat(lines, ignore_index=True)


@pytest.mark.parametrize(("others", "is_missing"), [
    ([("b", 6.0, 12.0)], False), ([("b", 7.0, 12.0)], False), ([("b", 12.0, 12.0)], True), ([("b", 4.0, 12.0)], True),
    ([], True)], ids=["next month", "same month", "side by side", "a gap", "none"])
def test_a_meter_that_another_goes_on_from_misses_no_months(others: list, is_missing: bool):
    """Six bills of a meter that had twelve: replaced in July by another of the site, which has all bills since. In the
    year after that the old one is not asked for; a meter with all of its bills the year before is.
    """
    now, before = meters(("a", 6.0, 6.0), *others), meters(("a", 12.0, 12.0))
    for earlier in ({}, {2023: before}):
        line = expectations_of(now, earlier).query("measure == @MONTHS and key.str.endswith('a')").iloc[0]
        assert bool(line["low"] > 6) == (is_missing and bool(earlier))
    later = meters(("b", 12.0, 12.0))
    for last, is_asked in ((now, False), (before, True)):
        gone = expectations_of(later, {2024: last}).query("measure == @LEVEL and value == 0")
        assert bool(len(gone)) == is_asked


@pytest.mark.parametrize(("amount", "is_missing"), [(1000.0, False), (820.0, False), (500.0, True)])
def test_an_account_that_is_paid_less_often_misses_no_months(amount: float, is_missing: bool):
    """Twelve bills a year, then two for as much; two for half as much are months that are missing."""
    def account(months: float, value: float) -> pd.DataFrame:
        return pd.concat([measure(of, name=name, rows=int(months), kind="purchases") for name, of in (
            (MONTHS, months), (ROWS, months), (LEVEL, value))], ignore_index=True)

    line = expectations_of(account(2.0, amount), {2023: account(12.0, 1000.0)}).query("measure == @MONTHS").iloc[0]
    assert bool(line["low"] > 2) == is_missing
