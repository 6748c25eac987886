"""Yearly totals without what factors moved: a chained index of the bridge's own changes."""

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.accounting.years.bridge import STEPS
from carbon.accounting.years.corrected import corrected_series
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION

SCOPES = ("1", "2")


def history(*links, last):
    """Years from 2022 on: of each link its start, and kg of some steps; scope 3 is a decoy that is not asked for."""
    bridges, published = {}, {}
    for place, (start, steps) in enumerate(links):
        rows = pd.DataFrame([{"scope": "1", "start": start, **dict.fromkeys(STEPS, 0.0), **steps},
                             {"scope": "3", "start": 999.0, **dict.fromkeys(STEPS, 77.0)}])
        year = 2022 + place
        bridges[year, year + 1] = SimpleNamespace(streams=rows, years=(year, year + 1), moved_most=("desnz", 1.0))
        published[year] = start
    published[2022 + len(links)] = last
    inventories = {y: SimpleNamespace(params=SimpleNamespace(significant_share=0.05)) for y in published}
    return SimpleNamespace(
        inventories=inventories, plain_series=lambda scopes, method: pd.Series(published),
        bridge=lambda a, b, **choices: bridges[a, b])


def test_each_yearly_change_is_the_one_that_the_bridge_shows():
    """100 -> 90: editions -20, grid -5, activity +15; 90 -> 99: activity +9, all at 10 %. At constant factors 2022 is
    99 / 1.1 / 1.15; without the editions, 99 / 1.1 / 1.10; -20 of 100 is a break at 5 %.
    """
    made = history((100.0, {"factor editions": -20.0, "grid": -5.0, "activity level": 15.0}),
                   (90.0, {"activity level": 9.0}), last=99.0)

    choices = ("published", "editions", "constant factors")
    table = {at: corrected_series(made, SCOPES, LOCATION, at=at) for at in choices}

    assert table["constant factors"]["corrected_kg"].tolist() == pytest.approx([99 / 1.1 / 1.15, 90.0, 99.0])
    assert table["editions"]["corrected_kg"].tolist() == pytest.approx([99 / 1.1 / 1.10, 90.0, 99.0])
    assert table["published"]["corrected_kg"].tolist() == pytest.approx([100.0, 90.0, 99.0])
    assert table["editions"]["is_break"].tolist() == [False, True, False]
    assert table["editions"]["moved_kg"].tolist() == [0.0, -20.0, 0.0]
    assert table["constant factors"]["moved_kg"].tolist() == [0.0, -25.0, 0.0]
    assert table["published"]["published_kg"].tolist() == [100.0, 90.0, 99.0]
    assert not table["published"]["is_break"].any()


def test_a_choice_is_stated_and_a_base_is_positive():
    """No default; a year below zero has no share."""
    made = history((-1.0, {"activity level": 3.0}), last=2.0)
    with pytest.raises(MethodError, match="unknown correction"):
        corrected_series(made, SCOPES, LOCATION, at="constant")
    with pytest.raises(MethodError, match="no share of it exists"):
        corrected_series(made, SCOPES, LOCATION, at="editions")
