"""A reduction of some scopes: its base, its pathway and its residual."""

import re

import numpy as np
import pandas as pd
import pytest
from one_target import target

from carbon.core.errors import MethodError
from carbon.trajectory import gap


def test_a_contraction_pathway_is_linear_in_base_emissions():
    """Equal steps in kg every year, never a constant percentage of the year before."""
    pathway = target().pathway(1000.0)

    # 42 % in 10 years = 4.2 % of 1,000 kg a year = 42 kg
    assert np.allclose(np.diff(pathway), -42.0)
    assert pathway.loc[2030] == pytest.approx(580.0)


def test_a_pathway_stops_at_its_residual():
    """Below the residual the target asks for nothing more."""
    pathway = target(base_year=2020, target_year=2040, reduction=1.0, residual=0.10).pathway(1000.0)

    # 5 % a year reaches 10 % of the base after 18 years and stays
    assert pathway.loc[2038] == pytest.approx(100.0)
    assert pathway.loc[2040] == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"target_year": 2020}, "is not after base year"), ({"reduction": 42.0}, "is not in (0, 1]"),
     ({"reduction": 1.01}, "is not in (0, 1]"), ({"reduction": 0.0}, "is not in (0, 1]"),
     ({"scope2_method": "green"}, "scope2_method must be one of")],
)
def test_a_target_that_means_nothing_is_refused(changes: dict, message: str):
    """The message says which value is wrong."""
    with pytest.raises(MethodError, match=re.escape(message)):
        target(**changes)


def test_a_mean_of_several_years_can_be_the_base():
    """Mean of 900, 1,000 and 1,100 is 1,000: 580 in 2030, the cut counted from 2020; each of the years must be
    there.
    """
    mean = target(base_years=(2018, 2019, 2020))
    series = pd.Series({2018: 900.0, 2019: 1000.0, 2020: 1100.0, 2021: 950.0})
    table = gap(series, mean).set_index("year")
    assert table.loc[2030, "pathway_kg"] == pytest.approx(580.0)
    # 1000 - 42 = 958; 950 - 958 = -8
    assert table.loc[2021, "gap_kg"] == pytest.approx(-8.0)
    assert gap(series, target()).set_index("year").loc[2030, "pathway_kg"] == pytest.approx(638.0)
    assert mean.has_base(series)
    assert not mean.has_base(series.drop(2018))
    with pytest.raises(MethodError, match="no base year 2018"):
        gap(series.drop(2018), mean)
    with pytest.raises(MethodError, match="not after base years"):
        target(base_years=(2029, 2030))
