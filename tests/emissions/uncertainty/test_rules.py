"""The classes of default uncertainty, held against what publishers state."""

import numpy as np
import pandas as pd
import pytest

from carbon import factors
from carbon.core import units
from carbon.emissions.uncertainty.rules import columns_of, defaults, first_fit, rules_of


@pytest.fixture(scope="module")
def published():
    table = factors.load().table
    return table[table["uncertainty_pct"].notna()].reset_index(drop=True)


def test_no_class_is_narrower_than_what_is_published_of_it(published):
    """Each published +- of the newest release, against the class it would have had: as wide, or a written reason."""
    assert len(published) > 150
    fit = first_fit(rules_of(columns_of(defaults()), "factor"), activity=published["activity"].to_numpy(object),
                    part=published["part"].to_numpy(object), tier=np.full(len(published), "", dtype=object),
                    unit=np.array([units.unit(u).dimension for u in published["unit"]], dtype=object))
    stated = 1 + published["uncertainty_pct"].to_numpy() / 100
    narrower = (stated > fit["gsd2"] + 1e-9) & (fit["narrower_because"] == "")

    assert published.loc[narrower, ["activity", "part", "unit", "uncertainty_pct"]].empty


def test_a_kilometre_is_not_as_sure_as_a_litre():
    """Per km, passenger-km and tonne-km the class is wider than of the fuel by quantity, whatever the mode."""
    asked = pd.DataFrame([("diesel", "combustion", "L"), ("car.x", "combustion", "km"),
                          ("van.new", "combustion", "mile"), ("ferry.foot", "total", "passenger.km"),
                          ("freight.hgv", "combustion", "tonne.km"), ("freight.sea", "combustion", "TEU.km"),
                          ("flight.x", "combustion", "passenger.km")],
                         columns=["activity", "part", "unit"])
    fit = first_fit(rules_of(columns_of(defaults()), "factor"), tier=np.full(len(asked), "", dtype=object),
                    activity=asked["activity"].to_numpy(object), part=asked["part"].to_numpy(object),
                    unit=np.array([units.unit(u).dimension for u in asked["unit"]], dtype=object))

    assert fit["gsd2"][0] == 1.05
    assert (fit["gsd2"][1:] >= 1.7).all()


@pytest.mark.parametrize(("activity", "part", "unit", "least"), [
    ("services.unheard_of", "total", "EUR", 1.8), ("services.unheard_of", "basic", "PLN", 1.8),
    ("food.unheard_of", "farm", "kg", 1.5), ("food.unheard_of", "packaging", "kg", 1.5),
    ("insulation.unheard_of", "total", "m2", 1.5), ("furniture.unheard_of", "distribution", "unit", 1.5),
    ("dish.unheard_of", "total", "meal", 1.5), ("district_heat", "combustion", "kWh", 1.3),
    ("steam", "upstream", "kWh", 1.3), ("district_cooling.unheard_of", "total", "kWh", 1.3)])
def test_a_factor_that_no_line_names_takes_its_width_from_its_unit(activity: str, part: str, unit: str, least: float):
    """Tables that come later are covered: by money as purchases, a good or service as goods by mass, heat that arrives
    by pipe as what publishers state of networks; and parts of one unnamed factor have one error.
    """
    fit = first_fit(rules_of(columns_of(defaults()), "factor"), activity=np.array([activity], dtype=object),
                    part=np.array([part], dtype=object), tier=np.array([""], dtype=object),
                    unit=np.array([units.unit(unit).dimension], dtype=object))

    assert fit["gsd2"][0] >= least and fit["shared_by"][0] == "element"


def test_the_table_is_complete():
    """Correlations and shares lie in 0 to 1, an answer never leaves more than the default, effort is a known word."""
    table = defaults()

    assert all(table[c].between(0, 1).all() for c in ("correlation", "shared_over_years"))
    assert (table["after"] <= table["gsd2"]).all() and (table["after"] >= 1).all()
    assert set(table["effort"]) <= {"none", "low", "medium", "high"}
    assert (table["class"] != "").all()
