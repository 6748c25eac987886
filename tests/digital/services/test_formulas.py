"""The formulas of a service, and published figures met."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.digital.services import formulas

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "data" / "digital" / "usage_reference_ademe.csv"


def test_active_over_calendar_is_24_over_hours_per_day():
    """8 for a laptop of 3 hours a day."""
    active, calendar = (formulas.embodied_per_hour(185.09, 5, 3, allocation=a) for a in
                        ("active_hours", "calendar_hours"))
    assert active / calendar == pytest.approx(8)
    with pytest.raises(MethodError):
        formulas.embodied_per_hour(1, 5, 3, allocation="by feel")


@pytest.mark.official
@pytest.mark.skipif(not REFERENCE.exists(), reason="the published extracts are not beside the project")
def test_published_video_call_is_met():
    """ADEME's own model, one hour of video call on two laptops: 67.6128 g embodied, 2.7507 g of use."""
    table = pd.read_csv(REFERENCE).drop_duplicates(["scenario", "output"]).set_index(["scenario", "output"])["gco2e"]
    scenario = "video call 1 h SD, 2 laptops, fixed FR"
    per_hour = formulas.embodied_per_hour(185.09, 5, 3, allocation="active_hours")
    assert 1000 * formulas.terminal_embodied(2, 1, 1, per_hour) == pytest.approx(
        table[scenario, "visio . terminaux . construction"])
    # its grid: 0.0519 kg CO2e/kWh
    assert 1000 * formulas.terminal_use(2, 1, 1, 26.5, 0.0519) == pytest.approx(
        table[scenario, "visio . terminaux . usage"])


@pytest.mark.official
@pytest.mark.skipif(not REFERENCE.exists(), reason="the published extracts are not beside the project")
def test_published_network_of_a_video_is_met():
    """One hour in HD is 3 GB: 3 x 9.26934695867389 = 27.808 g on a French fixed line."""
    table = pd.read_csv(REFERENCE).drop_duplicates(["scenario", "output"]).set_index(["scenario", "output"])["gco2e"]
    scenario = "video streaming 1 h HD, average devices, fixed FR"
    assert 1000 * formulas.network(1, 3, 1, 9.26934695867389) == pytest.approx(
        table[scenario, "streaming . transmission"])
