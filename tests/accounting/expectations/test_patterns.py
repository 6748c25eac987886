"""What rows of one year say against one another: each error shows, and an honest table beside it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.expectations.limited import Stated
from carbon.accounting.expectations.limits import limits
from carbon.accounting.expectations.names import (
    ANOTHER_CURRENCY,
    ANSWERED,
    BY_VAT,
    FILLED,
    RISING,
    WHOLE_METER,
    WHOLE_NUMBERS,
    WITHOUT_POWER,
    WITHOUT_RECORDS,
    ZERO_READINGS,
)
from carbon.accounting.expectations.patterns import patterns
from carbon.core.columns import Rows

MONTHS = pd.date_range("2024-01-01", periods=12, freq="MS")
KWH = [820.0, 810, 770, 700, 690, 640, 660, 610, 690, 720, 790, 830]
HEAT = [900.0, 850, 700, 500, 200, 0, 0, 0, 150, 480, 700, 880]
EUROS = [103.17, 98.4, 120.83, 77.91, 88.26, 143.07, 99.99, 101.36, 87.44, 92.58, 110.02, 96.73]


def table(days: pd.DatetimeIndex = MONTHS, **columns: object) -> Rows:
    """Rows of the months of a year, or of other days."""
    n = len(days)
    words = {"site": "oven", "carrier": "electricity", "meter": "m", "service": "supply", "account": "601",
             "category": "", "supplier": "", "mode": "car", "cabin_class": "", "origin": "", "destination": "",
             "country": "FR", "currency": "EUR", "group": "all", "_unit": "kWh",
             "_scope": "3", **columns}
    base: dict[str, object] = {"_kg": np.ones(n), "_money": np.full(n, np.nan), "_vat": np.full(n, np.nan),
                               "_amount": np.ones(n),
                               "source_line": np.arange(n), "period_start": days.to_numpy(),
                               "period_end": (days + pd.Timedelta(days=27)).to_numpy()}
    base |= {name: np.full(n, value, dtype=object) if isinstance(value, str) else np.array(
        value, dtype=object if isinstance(value[0], str) else float) for name, value in words.items()}
    return Rows(base, n)


def beyond(
    kind: str, rows: Rows, sites: tuple[str, ...] = (), silent: tuple[str, ...] = (),
) -> dict[str, float]:
    """The largest kg at stake of each pattern that is out of its band."""
    bands = limits().set_index(["kind", "measure", "unit"])
    found: dict[str, float] = {}
    for of in patterns(kind, rows, Stated(float("nan"), "FR", "EUR", {}, sites_in_use=sites, silent_sites=silent)):
        band = bands.loc[(kind, of.measure, str(of.rows["_unit"][0]))]
        out = (of.by_key < band["low"]) | (of.by_key > band["high"])
        if out.any():
            found[of.measure] = float(of.kg[out].max())
    return found


def both(*meters: list[float], carrier: str = "electricity") -> Rows:
    """A table of several meters of one site."""
    names = [name for i in range(len(meters)) for name in [f"m{i}"] * 12]
    return table(MONTHS.append([MONTHS] * (len(meters) - 1)), meter=names, carrier=carrier,
                 _amount=[kwh for meter in meters for kwh in meter])


@pytest.mark.parametrize("rows", [
    table(_amount=KWH), table(carrier="natural_gas", _amount=HEAT), both(KWH, HEAT),
    table(_amount=KWH, _money=[160.0] * 12),
    table(carrier="natural_gas", _amount=HEAT, _money=[9 + 0.08 * kwh for kwh in HEAT]),
    both([k * 0.4 for k in KWH], [k * 0.63 for k in KWH[::-1]])])
def test_honest_meters_are_silent(rows: Rows):
    """Seasons, summers without heat and with a standing charge, meters of unlike size."""
    assert beyond("energy", rows).keys() <= {WITHOUT_POWER}  # of gas alone


def test_sums_since_january_and_the_index_of_a_meter_rise_throughout():
    """Twelve rows, each more than the one before; a year that grows by five percent a month is no sum."""
    index = list(48_200 + np.cumsum(KWH))
    for cumulated in (list(np.cumsum(KWH)), index):
        assert RISING in beyond("energy", table(_amount=cumulated))
    at_stake = 12 * (1 - (index[-1] - index[0]) / sum(index))
    assert beyond("energy", table(_amount=index))[RISING] == pytest.approx(at_stake)
    assert RISING in beyond("purchases", table(_amount=list(np.cumsum(EUROS))))
    assert RISING not in beyond("purchases", table(_amount=[100 * 1.05**month + 0.37 for month in range(12)]))


def test_a_reading_of_zero_that_is_paid_for_or_stands_between_ordinary_ones():
    """Two months of twelve: a fifth of the other ten months is missing."""
    gaps = [*KWH[:4], 0.0, 0.0, *KWH[6:]]
    assert beyond("energy", table(_amount=gaps))[ZERO_READINGS] == pytest.approx(12 * 2 / 10)
    winter = [0.0, 0.0, *HEAT[2:]]
    paid = [70.0, 70.0, *[60.0] * 10]
    assert ZERO_READINGS in beyond("energy", table(carrier="natural_gas", _amount=winter, _money=paid))
    assert ZERO_READINGS not in beyond("energy", table(carrier="natural_gas", _amount=winter))  # opened in March


def test_one_number_filled_down_a_column():
    """Ten passengers in each of twelve trips; two trips in each are there and back."""
    ten, mixed = [10.0] * 12, [1.0, 3.0] * 6
    assert beyond("travel", table(passengers=ten, trips=[2.0] * 12)) == {FILLED: pytest.approx(12 * 0.9)}
    assert beyond("travel", table(passengers=mixed, trips=[1.0] * 12)) == {}
    assert beyond("travel", table(MONTHS[:11], passengers=ten[:11], trips=ten[:11])) == {}


def test_an_amount_that_is_ten_times_what_its_vat_says():
    """One invoice of twelve; a row with a tenth of the rate by chance must be that within a percent."""
    vat = [round(e * 0.2, 2) for e in EUROS]
    amounts = [EUROS[0] * 10, *EUROS[1:]]
    assert beyond("purchases", table(_amount=amounts, _vat=vat)) == {BY_VAT: pytest.approx(0.9)}
    assert beyond("purchases", table(_amount=EUROS, _vat=[vat[0] / 9, *vat[1:]])) == {}


def test_a_site_of_params_without_any_record():
    """Two sites of 12 and 24 kg, and one of which no file has a row: as much as the smaller is at stake."""
    days = MONTHS.append([MONTHS, MONTHS])
    of_two = table(days, site=["oven"] * 12 + ["shop"] * 24, _amount=[*KWH, *KWH, *KWH])
    assert beyond("energy", of_two, silent=("annex",)) == {WITHOUT_RECORDS: 12.0}
    assert beyond("energy", of_two) == {}


def test_a_credit_note_of_which_one_column_lost_its_sign():
    """One amount of thirteen against its VAT is twice its kg; an export that writes all VAT the other way is none."""
    days = MONTHS.append(MONTHS[:1])
    amounts, vat = [*EUROS, 50.35], [round(e * 0.2, 2) for e in EUROS]
    assert beyond("purchases", table(days, _amount=amounts, _vat=[*vat, -10.07])) == {BY_VAT: 2.0}
    assert beyond("purchases", table(days, _amount=amounts, _vat=[*vat, 10.07])) == {}
    assert beyond("purchases", table(days, _amount=amounts, _vat=[*(-v for v in vat), 10.07])) == {}


def test_an_account_bought_at_home_in_another_currency():
    """100 JPY are 0.6 EUR: the account moves by more than a hundred times; its supplier abroad is no error."""
    yen = beyond("purchases", table(_amount=EUROS, currency="JPY"))
    assert yen[ANOTHER_CURRENCY] > 12 * 100
    assert beyond("purchases", table(_amount=EUROS, currency="JPY", country="JP")) == {}


def test_an_account_in_cents_beside_others_with_a_comma():
    """Whole amounts that end in any digit; agreed prices are round."""
    accounts = ["602"] * 12 + ["601"] * 12
    days = MONTHS.append(MONTHS)
    cents = [round(e * 100) for e in EUROS]
    assert beyond("purchases", table(days, account=accounts, _amount=[*EUROS, *cents])) == {
        WHOLE_NUMBERS: pytest.approx(0.99 * 12)}
    rents = [float(100 * k) for k in range(1, 13)]
    assert WHOLE_NUMBERS not in beyond("purchases", table(days, account=accounts, _amount=[*EUROS, *rents[::-1]]))


def test_a_main_meter_among_strangers():
    """Two parts with losses of 1 to 4 percent, found beside a third meter that it does not hold."""
    other = [500.0, 620, 480, 700, 510, 660, 590, 450, 630, 540, 610, 480]
    small = [k * 0.3 * (1 + 0.08 * (-1) ** i) for i, k in enumerate(KWH)]
    main = [(a + b) * (1.01 + 0.03 * (i % 3) / 2) for i, (a, b) in enumerate(zip(KWH, small, strict=True))]
    assert beyond("energy", both(KWH, small, other, main))[WHOLE_METER] == pytest.approx(12)
    assert beyond("energy", both(KWH, small, other)) == {}


def test_a_site_in_use_has_electricity():
    """Heated, or named by other records: one line for all sites without; vehicles alone are no building."""
    gas = table(site=["a"] * 6 + ["b"] * 6, carrier="natural_gas", _amount=HEAT)
    assert beyond("energy", gas)[WITHOUT_POWER] == 12
    assert beyond("energy", table(_amount=KWH), sites=("oven", "shop"))[WITHOUT_POWER] == 12
    stated = Stated(float("nan"), "FR", "EUR", {}, sites_in_use=("oven", "Shop"))
    lacking = next(of for of in patterns("energy", table(_amount=KWH), stated) if of.measure == WITHOUT_POWER)
    assert lacking.rows["site"].tolist() == ["Shop"]  # by the name that params give it
    assert beyond("energy", table(site="", _amount=KWH), sites=("oven", "shop")) == {}
    cars = table(site=["oven"] * 6 + ["depot"] * 6, carrier=["electricity"] * 6 + ["diesel"] * 6, _amount=KWH)
    assert beyond("energy", cars) == {}


def test_few_answers_for_many_people():
    """Three answers of a hundred people: the standard error of a share is at stake; thirty answers are a survey."""
    three = table(MONTHS[:3], answers=[1.0] * 3, headcount=[100.0] * 3)
    assert beyond("commuting", three) == {ANSWERED: pytest.approx(3 / np.sqrt(3))}
    assert beyond("commuting", table(MONTHS[:3], answers=[10.0] * 3, headcount=[100.0] * 3)) == {}
    assert beyond("commuting", table(MONTHS[:3], answers=[1.0] * 3, headcount=[12.0] * 3)) == {}
