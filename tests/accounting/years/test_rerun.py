"""Old records with other parameters and factors: calculated again, never scaled."""

import dataclasses

import pytest

from carbon.accounting.company import inventory
from carbon.accounting.years.bridge import (
    FACTORS,
    bridge,
)
from carbon.accounting.years.rerun import rerun, with_methods_of
from carbon.core.ghg_protocol import LOCATION, MARKET


@pytest.fixture(scope="module", params=["petit-studio", "nuage-logiciels", "cap-conseil"])
def years(request):
    return [inventory(request.param, year) for year in (2022, 2023, 2024)]


def test_the_old_records_with_the_same_choices_give_the_same_inventory(years):
    """A rerun is a calculation, not a scaling: nothing changed, nothing moves; doubled factors land in the method
    step.
    """
    from carbon.factors import load

    start, end = years[:2]
    library = load(start.params.factors.release)
    again = rerun(start, start.params, library)
    assert again.total(MARKET) == start.total(MARKET)
    doubled = dataclasses.replace(library, table=library.table.assign(co2e_kg=library.table["co2e_kg"] * 2))
    later = rerun(start, start.params, doubled)
    later = dataclasses.replace(
        later, year=end.year, emissions=later.emissions.assign(year=end.year),
        activities=later.activities.assign(year=later.activities["year"] + 1, record_unit=""),
        keys=later.keys.assign(year=later.keys["year"] + 1))
    made = bridge(start, later, scope2_method=LOCATION, driver="none", library=doubled).table.set_index("step")["kg"]
    assert made["method"] == pytest.approx(made.iloc[-1] - made.iloc[0], abs=1e-3)
    assert made[FACTORS].abs().max() == pytest.approx(0, abs=1e-3)


def test_contracts_of_a_year_ask_for_no_rerun(years):
    """Only the instruments differ, which are facts of their year: the start is itself; another parameter is a rerun."""
    start, end = years[:2]
    bare = dataclasses.replace(start, params=start.params.model_copy(update={"instruments": []}))
    assert with_methods_of(bare, end, None) is bare
    other = dataclasses.replace(end, params=end.params.model_copy(update={"base_year": 2020}))
    assert with_methods_of(start, other, None) is not start
