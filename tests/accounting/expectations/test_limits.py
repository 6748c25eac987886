"""Published bands: each has its source, a width, and a middle inside."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.accounting.expectations.limits import limits
from carbon.accounting.expectations.names import group
from carbon.core import packaged


def test_each_band_has_a_middle_a_source_and_a_known_measure():
    """low < expected < high, except where nothing at all is allowed; every source is described beside the table."""
    table = limits()
    some = table["high"] > 0  # not where nothing is allowed, nor where there is no upper end
    assert (table["low"] < table["high"])[some].all()
    assert ((table["expected"] > table["low"]) & (table["expected"] < table["high"]))[some].all()
    assert set(table["measure"]) == {*group("limit", "odd", "pattern")}
    described = {name for page in ("limits", "energy_prices")
                 for name in packaged.read_yaml("carbon.accounting", f"data/{page}.yml")["sources"]}
    assert {name.strip() for names in table["source"] for name in names.split(";")} == set(described)
    assert (table["place"] != "").all() and (table["licence"] != "").all()


def test_no_trip_is_longer_than_half_the_meridian():
    """Between two points of the earth, one way: WGS 84 has a meridian of 40,007.86 km."""
    table = limits().set_index("unit")
    assert table.loc["km by air", "high"] == pytest.approx(40_007.86 / 2, abs=0.2)


def test_a_band_is_as_wide_as_declared():
    """Diesel: 1.099 to 2.345 EUR/L published, three times as wide on both sides, its middle the geometric one."""
    line = limits().set_index("unit").loc["EUR/L of diesel"]
    assert (line["low"], line["high"]) == pytest.approx((1.099 / 3, 2.345 * 3))
    assert line["expected"] == pytest.approx(np.sqrt(1.099 * 2.345))


def test_a_country_has_a_band_of_its_own():
    """FI: 0.0676 (2021-S1) to 0.115 EUR/kWh (2022-S2) of electricity, three times as wide; above, none is wider than
    that of all. Diesel at 0.20 EUR a litre is a price in Algeria and none in Germany.
    """
    table = limits().set_index(["measure", "unit"])
    line = table.loc[("market price", "EUR/kWh of electricity in FI")]
    assert (line["low"], line["high"]) == pytest.approx((0.0676 / 3, 0.115 * 3))
    for unit in ("EUR/kWh of electricity", "EUR/kWh of natural gas"):
        ends = table.loc["market price"].filter(like=f"{unit} in ", axis=0)
        assert len(ends) > 30 and (ends["high"] <= table.loc[("market price", unit), "high"]).all()
    low, high = (table.loc[("market price", "EUR/L of diesel in DZ"), end] for end in ("low", "high"))
    assert low < 0.2 < table.loc[("market price", "EUR/L of diesel"), "low"]
    assert high == table.loc[("market price", "EUR/L of diesel"), "high"]
