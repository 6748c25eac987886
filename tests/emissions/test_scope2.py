"""Scope 2: one meter, two figures; no kWh twice, none lost."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_meter import POWER, instrument, totals

from carbon.core.errors import MethodError
from carbon.emissions.market import meters
from carbon.emissions.scope2 import allocate, for_period, instrument_use


def test_what_the_volume_does_not_cover_takes_the_rest(make_activities, emissions_of):
    """600 of 1000 kWh covered: market = 400 x 0.08 = 32."""
    emissions = emissions_of(make_activities(POWER), instrument(volume_kwh=600.0), residual=[{"co2e_kg": 0.08}])

    assert totals(emissions)["market-based"] == pytest.approx(32.0, rel=1e-12)


def test_more_volume_than_kwh_is_left_unused(make_activities):
    """Excess certificates are not negative emissions: they are listed as unused."""
    use = instrument_use(allocate(meters(make_activities(POWER)), [instrument(volume_kwh=5000.0)]))

    assert use["allocated_kwh"].tolist() == [1000.0, 0.0]
    assert use["unused_kwh"].tolist()[0] == 4000.0


def test_declared_sites_first_then_pro_rata(make_activities):
    """GO-2 names lyon and covers 300 of its 1000 kWh; GO-1 shares 850 kWh over what is left, 700 + 1000."""
    sites = make_activities({**POWER, "site": "lyon"}, {**POWER, "site": "paris"})
    done = allocate(meters(sites), [instrument(id="GO-1", volume_kwh=850.0),
                                    instrument(id="GO-2", volume_kwh=300.0, sites=["lyon"])])

    assert [i.id for i in done.instruments] == ["GO-2", "GO-1"]
    assert done.kwh[0].tolist() == [300.0, 0.0]
    assert done.kwh[1] == pytest.approx([350.0, 500.0])  # half of 700 and of 1000
    assert done.rest_kwh == pytest.approx([350.0, 500.0])


def test_a_certificate_of_a_country_serves_its_zones(make_activities):
    """The United States are one market: 1,000 kWh of Colorado are covered; those of Australia are not."""
    done = allocate(meters(make_activities({**POWER, "region": "US-eGRID-RMPA"}, {**POWER, "region": "AU-NSW"})),
                    [instrument(region="US", volume_kwh=5000.0)])
    assert done.kwh[0].tolist() == [1000.0, 0.0] and done.rest_kwh.tolist() == [0.0, 1000.0]


def test_order_of_use(make_activities, emissions_of):
    """Certificate, contract, supplier rate, residual mix: 400 x 0 + 300 x 0.01 + 300 x 0.2 = 63."""
    emissions = emissions_of(
        make_activities(POWER),
        instrument(id="rate", kind="supplier_rate", kg_per_kwh=0.2, volume_kwh=None, sites=["lyon"]),
        instrument(id="ppa", kind="contract", kg_per_kwh=0.01, volume_kwh=300.0), instrument(volume_kwh=400.0))

    assert totals(emissions)["market-based"] == pytest.approx(63.0, rel=1e-12)


def test_production_window_is_kept(make_activities):
    """A certificate of the first half serves 182 of the 366 days of a yearly bill, whatever its volume."""
    done = allocate(meters(make_activities({**POWER, "quantity": 3660.0})), [
        instrument(id="h1", end=date(2024, 6, 30), volume_kwh=9999.0),
        instrument(id="h1-too", end=date(2024, 6, 30), volume_kwh=9999.0)])

    assert done.kwh[:, 0].tolist() == pytest.approx([1820.0, 0.0])  # the second finds no kWh left in its window
    assert done.rest_kwh[0] == pytest.approx(1840.0)


def test_a_contract_of_years_serves_each_by_its_days():
    """731 kWh over 2023-2024 (731 days): 365 in the first, 366 in the second; outside its window, nothing."""
    it = instrument(kind="contract", start=date(2023, 1, 1), end=date(2024, 12, 31), volume_kwh=731.0,
                    generated_from=None, generated_to=None)
    volumes = [for_period([it], date(y, 1, 1), date(y, 12, 31)) for y in (2022, 2023, 2024)]

    assert volumes[0] == ()
    assert [v[0].volume_kwh for v in volumes[1:]] == pytest.approx([365.0, 366.0])


@pytest.mark.parametrize(("made", "volumes"), [
    ((date(2023, 11, 1), date(2023, 11, 30)), [100.0, None]),  # before the window: all in its first year
    ((date(2024, 1, 1), date(2024, 12, 31)), [100.0, None]),
    ((date(2025, 2, 1), date(2025, 2, 28)), [None, 100.0]),
    ((date(2024, 12, 1), date(2025, 1, 31)), [50.0, 50.0]),  # 31 and 31 days
    ((date(2026, 1, 1), date(2026, 1, 31)), [None, 100.0]),
])
def test_a_certificate_serves_the_year_of_its_generation(made, volumes):
    """100 kWh that may serve 2024 and 2025 are used once: in the year in which they were generated, not pro rata."""
    it = instrument(start=date(2024, 1, 1), end=date(2025, 12, 31), volume_kwh=100.0, generated_from=made[0],
                    generated_to=made[1], cancelled_on=date(2026, 3, 1))
    cut = [for_period([it], date(y, 1, 1), date(y, 12, 31)) for y in (2024, 2025)]

    assert [part[0].volume_kwh if part else None for part in cut] == volumes


def test_a_zone_is_served_from_its_country(make_activities):
    """The market of a grid zone is its country: a certificate of the US serves a meter of the Rockies."""
    done = allocate(meters(make_activities({**POWER, "region": "US-eGRID-RMPA"})), [instrument(region="US")])

    assert done.kwh[0].tolist() == [1000.0]


def test_another_region_is_not_served(make_activities):
    """A French certificate leaves the German meter alone."""
    activities = make_activities(POWER, {**POWER, "region": "DE", "site": "berlin"})
    done = allocate(meters(activities), [instrument(volume_kwh=5000.0)])

    assert done.kwh[0].tolist() == [1000.0, 0.0]


@pytest.mark.parametrize(("instruments", "says"), [
    ([instrument(), instrument()], "listed twice"),
    ([instrument(region="DE", sites=["lyon"])], "sites of another region"),
    ([instrument(volume_kwh=None)], "neither a volume nor sites"),
])
def test_instruments_that_cannot_hold_are_refused(make_activities, instruments, says):
    """Used twice, wrong market, unknown volume."""
    with pytest.raises(MethodError, match=says):
        allocate(meters(make_activities(POWER)), instruments)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=6),
       st.lists(st.tuples(st.floats(1e-3, 1e7), st.integers(1, 12), st.integers(1, 12), st.booleans()),
                max_size=4))
def test_instrument_kwh_and_rest_are_the_metered_kwh(kwh, given_instruments):
    """Whatever the ledger of instruments: nothing twice, nothing lost, no volume exceeded."""
    rng = np.random.default_rng(len(kwh))
    table = pd.DataFrame({"region": "FR", "site": [f"s{i % 2}" for i in range(len(kwh))], "kwh": kwh,
                          "period_start": pd.to_datetime([date(2024, int(rng.integers(1, 7)), 1) for _ in kwh]),
                          "period_end": pd.to_datetime([date(2024, int(rng.integers(7, 13)), 17) for _ in kwh])})
    instruments = [instrument(id=f"i{j}", volume_kwh=v, start=date(2024, min(a, b), 1), end=date(2024, max(a, b), 28),
                              sites=["s0"] if named else []) for j, (v, a, b, named) in enumerate(given_instruments)]
    done = allocate(table, instruments)

    assert done.kwh.sum(axis=0) + done.rest_kwh == pytest.approx(np.array(kwh), rel=1e-12)
    assert (done.rest_kwh >= 0).all()
    for it, used in zip(done.instruments, done.kwh, strict=True):
        assert used.sum() <= it.volume_kwh * (1 + 1e-12)
