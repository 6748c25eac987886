"""The last year that is enough and the first that is not: each refusal of the room with its reason."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION
from carbon.trajectory import Target, fit, required_rate
from carbon.trajectory.budget import budget_kg, budget_state
from carbon.trajectory.fitting.models import MODELS
from carbon.trajectory.fitting.models.broken_line import best_knot
from carbon.trajectory.fitting.models.weighted_line import weighted_line
from carbon.trajectory.pathways import economic_intensity, sector_decarbonisation
from carbon.trajectory.situation import _electricity, _engaged, _excluded, situation


def series(n: int) -> pd.Series:
    return pd.Series(1000.0 * 0.95 ** np.arange(n), index=range(2010, 2010 + n))


def test_a_fit_needs_three_years_beside_the_marked_ones_and_a_year_ahead():
    """Four years of which one is marked are enough, two are not; the last known year is no forecast."""
    assert len(fit(series(4), until=2020, event_years=[2011]).used) == 3
    with pytest.raises(MethodError, match="only 2 years are left"):
        fit(series(4), until=2020, event_years=[2011, 2012])
    assert fit(series(6), until=2016).table["year"].tolist() == [2016]
    with pytest.raises(MethodError, match="until=2015 is not after the last year 2015"):
        fit(series(6), until=2015)


def test_a_model_by_choice_is_a_known_one_with_enough_years():
    """Exactly as many years as it needs are enough."""
    with pytest.raises(MethodError, match="unknown model 'spline'"):
        fit(series(6), until=2030, model="spline")
    for name, model in MODELS.items():
        enough = max(model.min_years, 3)
        assert fit(series(enough), until=2030, model=name).model == name
        if model.min_years > 3:
            with pytest.raises(MethodError, match=f"{name} needs {model.min_years} years, there are"):
                fit(series(model.min_years - 1), until=2030, model=name)


def test_a_probability_needs_five_years():
    """Four say "cannot tell", five give one."""
    with pytest.raises(MethodError, match="at least five years, there are 4"):
        fit(series(4), until=2020).p_at_most(500.0, 2020)
    # Falling by 5 % each year without a spread: 500 is certain to be undercut in 2030 (1000 x 0.95^20 = 358)
    assert fit(series(5), until=2030).p_at_most(500.0, 2030) > 0.5


def test_a_line_with_weights_or_a_knot_has_its_own_limits():
    """Positive errors, one a year; eight years for a change of slope."""
    years, y = np.arange(2010.0, 2017.0), np.log(np.linspace(100.0, 80.0, 7))
    for sd, shared in (([0.05] * 6 + [0.0], 0.0), ([0.05] * 7, -0.1)):
        with pytest.raises(MethodError, match="must be positive"):
            weighted_line(sd, sd_shared=shared)
    with pytest.raises(MethodError, match="6 standard deviations for 7 years"):
        weighted_line([0.05] * 6, sd_shared=0.0).rate(years, y)
    with pytest.raises(MethodError, match="at least eight years, there are 7"):
        best_knot(years, y)


def test_a_budget_needs_every_year_and_a_pathway_that_goes_on():
    """A gap, an unknown convention, a pathway that ends today: refused."""
    path = pd.Series([100.0, 90.0, 80.0], index=[2020, 2021, 2022])
    assert (budget_kg(path, convention="annual_sum"), budget_kg(path, convention="trapezoid")) == (270.0, 180.0)
    with pytest.raises(MethodError, match="unknown budget convention"):
        budget_kg(path, convention="sum")
    with pytest.raises(MethodError, match="needs every year"):
        budget_kg(path.drop(2021), convention="annual_sum")
    with pytest.raises(MethodError, match="the pathway ends in 2022, not after 2022"):
        budget_state(path, path, convention="annual_sum")
    assert budget_state(path.loc[:2021], path, convention="annual_sum").remaining_kg == 80.0


def test_pathways_without_a_base_or_a_direction_are_refused():
    """A sector that does not move, a company without activity, a value added of nothing."""
    years = pd.Index([2020, 2030])
    activity, sector = pd.Series([10.0, 10.0], index=years), pd.Series([0.5, 0.2], index=years)
    for own, intensity, message in ((activity, sector * 0 + 0.5, "does not change"),
                                    (activity * 0, sector, "company's activity in .2020, 2030. is not known")):
        with pytest.raises(MethodError, match=message):
            sector_decarbonisation(own, activity, intensity, base_kg=8.0, market_share=True)
    for base in (0.0, -0.1):
        with pytest.raises(MethodError, match="need a positive base"):
            economic_intensity(base, yearly_rate=0.07, years=3)


def test_a_required_rate_looks_ahead_from_emissions_that_exist():
    """A year at least, something emitted now and then; a target of zero is one, below zero is none."""
    for years in (0, -1):
        with pytest.raises(MethodError, match="years left"):
            required_rate(100.0, 50.0, years=years, base_kg=120.0)
    for now, goal, base in ((0.0, 50.0, 120.0), (100.0, 50.0, 0.0), (100.0, -1.0, 120.0)):
        with pytest.raises(MethodError, match="emissions must be positive"):
            required_rate(now, goal, years=1, base_kg=base)
    rates = required_rate(100.0, 0.0, years=1, base_kg=200.0).set_index("form")["value"]
    assert rates.to_dict() == {"compound": 1.0, "linear": 100.0, "linear, share of current": 1.0,
                               "linear, share of base": 0.5}


def test_a_target_is_judged_by_records_and_exclusions_have_a_size():
    """A history that is only reported has no rows; a category left out without an estimate has no coverage, with one it
    counts in tonnes.
    """
    made = Target("t", ("1",), LOCATION, 2019, 2030, 0.5)
    with pytest.raises(MethodError, match="no inventory with records"):
        situation(made, SimpleNamespace(inventories={}, company="c"))
    left_out = {5: SimpleNamespace(status="excluded", estimated_t=None),
                7: SimpleNamespace(status="excluded", estimated_t=2.5),
                8: SimpleNamespace(status="not relevant", estimated_t=9.0)}
    inventory = SimpleNamespace(params=SimpleNamespace(categories=left_out))
    with pytest.raises(MethodError, match=r"categories \[5\] are left out without an estimate"):
        _excluded(inventory)
    left_out[5].estimated_t = 1.0
    assert _excluded(inventory).to_dict() == {"3": 3500.0}


def test_engaged_suppliers_are_shares_of_scope_3_and_of_its_spend():
    """Of 400 kg of scope 3 (100 outside the Kyoto gases) and 1,000 EUR: supplier a has 100 kg and 600 EUR."""
    emissions = pd.DataFrame({"scope": ["3", "3", "3", "1"], "kyoto": [True, True, False, True],
                              "supplier": ["a", "b", "a", "a"], "co2e_kg": [100.0, 300.0, 100.0, 50.0]})
    activities = pd.DataFrame({"scope": ["3", "3", "3", "1"], "supplier": ["a", "b", "a", "a"],
                               "record_unit": ["EUR", "EUR", "electricity:kWh", "EUR"],
                               "record_amount": [600.0, 400.0, 70.0, 5.0]})
    inventory = SimpleNamespace(emissions=emissions, activities=activities, params=SimpleNamespace(currency="EUR"))
    assert _engaged(inventory, ["a"]) == (0.25, 0.6)
    assert _engaged(inventory, ["a", "b"]) == (1.0, 1.0)
    assert _engaged(inventory, []) == ()


def test_renewable_electricity_is_under_a_contract_and_without_emissions():
    """Of 100 kWh, 40 under a contract without emissions; 30 under one with emissions and 30 of a clean grid are not."""
    use = pd.DataFrame({"instrument": ["po", "coal", ""], "kg_per_kwh": [0.0, 0.9, 0.0],
                        "allocated_kwh": [40.0, 30.0, 30.0]})
    told = _electricity(SimpleNamespace(instruments=use))
    assert told == {"renewable_kwh": 40.0, "electricity_kwh": 100.0}
