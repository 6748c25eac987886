"""Streams sum to the inventory, and the baseline follows the trajectory of each group."""

from __future__ import annotations

import pytest

from carbon.core.errors import MethodError


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
