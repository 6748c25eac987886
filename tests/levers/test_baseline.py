"""Streams sum to the inventory, and the baseline follows the trajectory of each group."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.years.history_tables import PlainHistory
from carbon.core.errors import MethodError
from carbon.core.schemas import HISTORY
from carbon.levers.baseline import carry_forward, of_full_year
from carbon.trajectory import course


def test_the_baseline_starts_from_the_inventory_and_follows_its_trajectory(made, history):
    """Streams sum to the last inventory by both methods; the group's median is the trajectory's own."""
    inv = history.inventories[2025]
    streams = made.baseline.streams
    assert streams["location_kg"].sum() == pytest.approx(inv.total("location-based"), rel=1e-12)
    assert streams["market_kg"].sum() == pytest.approx(inv.total("market-based"), rel=1e-12)
    fitted = made.baseline.fits["3"]
    group = (streams["group"] == "3").to_numpy() & ~streams["grid"].to_numpy()
    last = float(fitted.series.iloc[-1])
    expected = streams["location_kg"][group].sum() * fitted.table["median_kg"].to_numpy() / last
    assert made.baseline.location_kg[group].sum(axis=0) == pytest.approx(expected)
    upstream = (streams["category"] == 3).to_numpy() & streams["grid"].to_numpy()
    power = (streams["scope"] == "2").to_numpy() & streams["grid"].to_numpy()
    for region in set(streams["region"][upstream]):
        own = (streams["region"] == region).to_numpy()
        assert made.baseline.index[own & upstream][0] == pytest.approx(made.baseline.index[own & power][0])


def test_every_stream_has_its_baseline_and_the_range_of_its_group(made):
    """Streams of a year sum to their group, and their ranges to the 80 % interval of the group's own trajectory."""
    table = made.baseline.by_stream(2030)
    fitted = made.baseline.fits["3"]
    at = fitted.table["year"] == 2030
    own = table[(table["group"] == "3") & ~table["grid"]]
    share = own["last_kg"].sum() / float(fitted.series.iloc[-1])
    assert own["location_kg"].sum() == pytest.approx(share * fitted.table.loc[at, "median_kg"].item(), rel=1e-9)
    for column, p in (("low_kg", 0.1), ("high_kg", 0.9)):
        assert own[column].sum() == pytest.approx(
            share * fitted.predictive.quantile(p)[at.to_numpy()].item(), rel=1e-9)
    groups = made.baseline.table().query("year == 2030").set_index("group")["location_kg"]
    assert groups.sum() == pytest.approx(table["location_kg"].sum(), rel=1e-12)
    with pytest.raises(MethodError, match="2019"):
        made.baseline.by_stream(2019)


METHODS = ("location-based", "market-based")


class WithEvents(PlainHistory):
    """A history whose last year has an event within it."""

    @property
    def inventories_behind(self) -> SimpleNamespace:
        return SimpleNamespace(events=pd.DataFrame(
            [("Annex", 2024, "1", "", 5.0), *(("Annex", 2024, "2", m, v) for m, v in zip(METHODS, (5.0, 1.0),
                                                                                       strict=True))],
            columns=["entity", "year", "scope", "scope2_method", "delta_kg"]))


def test_each_method_of_scope_2_has_its_own_full_year():
    """Three months that add 5 kg by the grid and 1 kg by the contract: the market-based streams take 1, not a third."""
    past = WithEvents(pd.DataFrame([("c", 2024, "2", 0, m, v, "reported", "g", "b", "")
                                    for m, v in zip(METHODS, (90.0, 81.0), strict=True)], columns=[*HISTORY.columns]))
    table = pd.DataFrame({"scope": "2", "site": ["lyon", "annex"], "location_kg": [70.0, 15.0],
                          "market_kg": [70.0, 10.0]})
    made = of_full_year(table, past, 2024)
    assert made["location_kg"].tolist() == [70.0, 20.0] and made["market_kg"].tolist() == [70.0, 11.0]


@pytest.mark.parametrize(("restated", "annex"), [(90.0, 20.0), (97.0, 15.0)])
def test_a_site_bought_within_the_last_year_is_carried_forward_with_twelve_months(restated: float, annex: float):
    """Nine months of a site are 15 kg, and 20 kg with the three before: the plan starts from the 90 kg of the page, and
    the lever on the site acts on 20. Where the restated year differs by something else, nothing is guessed.
    """
    kg = [100.0, 98.0, 97.0, 95.0, 93.0, restated]
    past = WithEvents(pd.DataFrame([("c", 2019 + i, "1", 0, "", v, "reported", "g", "b", "") for i, v in enumerate(kg)],
                                   columns=[*HISTORY.columns]))
    table = pd.DataFrame({"scope": "1", "category": 0, "activity": "gas", "region": "NL", "site": ["lyon", "annex"],
                          "supplier": "", "location_kg": [70.0, 15.0], "market_kg": [70.0, 15.0]})
    made = carry_forward(table, past, targets=[], first_year=2025, last_year=2027, grid={})
    assert made.streams["location_kg"].tolist() == made.streams["market_kg"].tolist() == [70.0, annex]
    page = course(past, scopes=["1"], scope2_method="location-based", until=2027).fit.table["median_kg"].to_numpy()
    assert np.allclose(made.location_kg.sum(axis=0), page * (70 + annex) / restated)


def test_each_scope_2_method_is_carried_forward_by_its_own_change():
    """The three months before cost 30 kg of the grid, and 20 kg by the contracts of the time: each total is restated by
    its own; a market-based total that differs by something else stays, and the other does not.
    """
    events = pd.DataFrame([("Annex", 2024, "2", "location-based", 30.0), ("Annex", 2024, "2", "market-based", 20.0)],
                          columns=["entity", "year", "scope", "scope2_method", "delta_kg"])
    table = pd.DataFrame({"site": ["annex", "lyon"], "scope": "2", "location_kg": [90.0, 50.0],
                          "market_kg": [10.0, 40.0]})
    for market, annex in ((70.0, 30.0), (75.0, 10.0)):
        kg = {"location-based": 170.0, "market-based": market}
        history = SimpleNamespace(inventories_behind=SimpleNamespace(events=events),
                                  series=lambda scopes, method, kg=kg: pd.Series({2024: kg[method]}))
        made = of_full_year(table, history, 2024)
        assert made["location_kg"].tolist() == [120.0, 50.0]
        assert made["market_kg"].tolist() == pytest.approx([annex, 40.0])
