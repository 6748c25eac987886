"""A problem loses no kg, and each lever acts on its own streams alone."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.core.ghg_protocol import LOCATION, SCOPES
from carbon.levers import effect
from carbon.levers.problem import NEVER
from carbon.levers.rows import _split
from carbon.params.shapes.levers import Add


def test_no_kg_is_lost_between_streams_and_rows(made):
    """Rows of the problem sum to the baseline by both methods."""
    problem = made.plan.problem
    for method, kg in (("location-based", made.baseline.location_kg), ("market-based", made.baseline.market_kg)):
        total = problem.base[problem.mask(SCOPES, method)].sum(axis=0)
        assert total[:5] == pytest.approx(kg.sum(axis=0), rel=1e-12)
        assert total[5:] == pytest.approx(total[4], rel=1e-12) and len(total) == 15  # until 2040 as in 2030


def test_a_contract_never_moves_the_location_figure(made):
    """The renewable contract alone changes the market-based total and leaves the location-based one bit for bit."""
    problem = made.plan.problem
    start = np.full(len(problem.names), NEVER)
    start[problem.names.index("green-power")] = 0
    kg = effect.emissions(problem, start)
    location, market = problem.mask(SCOPES, LOCATION), problem.mask(SCOPES, "market-based")
    base = problem.base[:, :5]
    assert (kg[location] == base[location]).all()
    assert kg[market].sum() < base[market].sum()


def test_electrification_moves_emissions_to_electricity(made):
    """Scope 1 and the fuel's upstream fall by one share, and scope 2 rises by the stated kg per kg cut, less what
    the grid pathway takes off; the upstream and losses of that electricity rise with it, as in the company's own rows.
    """
    problem = made.plan.problem
    start = np.full(len(problem.names), NEVER)
    start[problem.names.index("electric-fleet")] = 0
    kg = effect.emissions(problem, start)
    base = problem.base[:, :5]
    cut, upstream = ((base - kg)[problem.mask(scopes, LOCATION)].sum(axis=0) for scopes in (["1", "3"], ["3"]))
    added = (kg - base)[problem.mask(["2"], LOCATION)].sum(axis=0)
    assert 0.15 < upstream[2] / cut[2] < 0.25  # of French diesel and petrol a fifth
    # full effect in the third year: 0.05 kg per kg cut x French grid, straight from 1 (2025) to 0.9 (2030): 0.94
    table = made.baseline.streams
    charged = table[(table["activity"] == "electricity") & table["site"].isin(["nantes", "grenoble"])]
    of_scope = charged.groupby("scope", observed=True)["location_kg"].sum()
    fuels_kg = cut[2] + added[2] * of_scope["3"] / of_scope["2"]
    assert of_scope["3"] / of_scope["2"] == pytest.approx(2166.0038 / 23620.84144)
    assert added[2] == pytest.approx(0.05 * 0.94 * fuels_kg, rel=1e-9)
    assert (cut > added).all()


def test_added_electricity_brings_its_own_upstream_once():
    """9 kg upstream of 100 kg at the site: 0.09 kg a kg added, of no other site or fuel; none where a lever adds it."""
    rows = [("2", 0, "electricity", "lyon", 100.0), ("3", 3, "electricity", "lyon", 9.0),
            ("3", 3, "electricity", "paris", 7.0), ("3", 3, "natural_gas", "lyon", 5.0)]
    table = pd.DataFrame(rows, columns=["scope", "category", "activity", "site", "location_kg"])
    table = table.assign(region="FR", supplier="")
    baseline = SimpleNamespace(streams=table, grid_index=np.full((4, 2), [1.0, 0.5]))
    lyon = Add(to={"scope": ["2"], "site": ["lyon"]}, kg_per_kg_cut=0.1, with_grid=True)
    stated = Add(to={"scope": ["3"], "category": [3], "activity": ["electricity"]}, kg_per_kg_cut=0.01)

    share = _split(lyon, SimpleNamespace(adds=[lyon]), baseline, "to")
    assert share == pytest.approx(np.outer([1.0, 0.09, 0.0, 0.0], [1.0, 0.5]))
    share = _split(lyon, SimpleNamespace(adds=[lyon, stated]), baseline, "to")
    assert share == pytest.approx(np.outer([1.0, 0.0, 0.0, 0.0], [1.0, 0.5]))


def test_an_upstream_of_another_energy_leaves_that_of_the_electricity():
    """A lever adds electricity and, by an entry of its own, the upstream of wood: the electricity keeps its 9 kg."""
    rows = [("2", 0, "electricity", 100.0), ("3", 3, "electricity", 9.0), ("3", 3, "wood", 5.0)]
    table = pd.DataFrame(rows, columns=["scope", "category", "activity", "location_kg"])
    baseline = SimpleNamespace(streams=table.assign(region="FR", site="lyon", supplier=""), grid_index=np.ones((3, 1)))
    adds = [Add(to={"scope": ["2"]}, kg_per_kg_cut=0.1),
            Add(to={"category": [3], "activity": ["wood"]}, kg_per_kg_cut=0.01)]
    share = _split(adds[0], SimpleNamespace(adds=adds), baseline, "to")
    assert share[:, 0].tolist() == pytest.approx([1.0, 0.09, 0.0])
