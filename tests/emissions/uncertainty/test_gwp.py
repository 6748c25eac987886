"""The uncertainty of the warming potentials themselves."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.emissions.uncertainty.gwp import RELATIVE_SD, gas_kg, gwp_sd

ROW = {"activity": "natural_gas", "co2_kg": 100.0, "ch4_kg": 1.0, "n2o_kg": 0.1, "co2e_kg": 154.5,
       "gwp_used": "AR5GWP100"}


def test_gases_by_hand():
    """1 kg CH4 x 28 and 0.1 kg N2O x 265 (AR5); a refrigerant is all fluorinated; a factor without gases is listed."""
    rows = pd.DataFrame([ROW, {**ROW, "activity": "refrigerant.R-32", "co2e_kg": 70.0},
                         {**ROW, "ch4_kg": np.nan, "co2e_kg": 9.0}])

    assert gas_kg(rows) == pytest.approx({"CH4": 28.0, "N2O": 26.5, "F": 70.0, "not split": 9.0})
    expected = math.hypot(28 * RELATIVE_SD["CH4"], 26.5 * RELATIVE_SD["N2O"], 70 * RELATIVE_SD["F"])
    assert gwp_sd(rows) == pytest.approx(expected)


def test_the_ranges_are_those_of_the_ipcc():
    """AR6 table 7.15: 29.8 +- 11, 273 +- 130, 771 +- 292, from 5 to 95 %: half widths of 1.645 standard deviations."""
    half = {gas: 1.6448536 * sd for gas, sd in RELATIVE_SD.items()}
    assert half == pytest.approx({"CH4": 0.3691, "N2O": 0.4762, "F": 0.3787}, abs=1e-4)
