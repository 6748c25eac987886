"""Uses of the net against ADEME's own file, and the intensity of software against its definition."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carbon.core.errors import CarbonError
from carbon.digital import embodied_share, software_intensity, uses

PUBLISHED = Path(__file__).resolve().parents[4] / "shared" / "data" / "impactco2" / "usagenumerique.json"
NAMES = {"email": "email", "spam": "spam", "stockagedonnee": "storage", "rechercheweb": "search",
         "streamingvideo": "streaming", "visioconference": "video_call", "telechargement": "transfer"}

STAGES = {13: "terminal_manufacture_kg", 14: "terminal_use_kg", 15: "network_kg", 16: "data_centre_manufacture_kg",
          17: "data_centre_use_kg"}


def test_an_hour_of_video_is_what_impact_co2_shows():
    """Impact CO2: 64 g for an hour of video, of which 28 g the network; twice the hours are twice the grams."""
    table = uses({"streaming": 2.0, "email": 10.0}).set_index("use")
    assert table.loc["streaming", "co2e_kg"] == pytest.approx(2 * 0.06401675291, rel=1e-9)
    assert table.loc["streaming", "network_kg"] == pytest.approx(2 * 0.02780804, rel=1e-9)
    assert table.loc["email", "co2e_kg"] == pytest.approx(10 * 0.00246181262, rel=1e-9)


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the publisher's file is not here")
def test_every_use_is_that_of_the_publisher_file():
    """Each stage of each use is that of the file, but the three cells that its publisher's model contradicts."""
    published = {(NAMES[use["slug"]], STAGES[stage["id"]]): stage["value"]
                 for use in json.loads(PUBLISHED.read_text(encoding="utf-8")) for stage in use["ecv"]}
    table = uses(dict.fromkeys(NAMES.values(), 1.0)).set_index("use")
    mended = {(use, stage) for use, stages in table["mended"].items() for stage in stages.split()}
    assert {use for use, _ in mended} == {"search", "video_call", "spam"}
    held = {key: table.loc[key] for key in published}
    assert {k: v for k, v in held.items() if k not in mended} == pytest.approx(
        {k: v for k, v in published.items() if k not in mended}, rel=1e-12)
    assert all(max(held[k] / published[k], published[k] / held[k]) > 50 for k in mended)


def test_a_use_that_is_not_covered_is_no_zero():
    """A call to a model of language is in no open table of ADEME: it is refused by name."""
    with pytest.raises(CarbonError, match="ai_call"):
        uses({"ai_call": 3})
    with pytest.raises(CarbonError):
        uses({"email": float("nan")})


def test_the_intensity_of_software_is_energy_and_manufacture_by_unit():
    """12 kWh at 400 g and 1,200 g of manufacture over 3,000 calls: 2 g a call; no calls give no intensity."""
    assert software_intensity(12.0, 400.0, 1200.0, 3000.0) == 2.0
    with pytest.raises(CarbonError):
        software_intensity(12.0, 400.0, 1200.0, 0.0)


def test_published_scores_of_the_green_software_foundation_are_met():
    """sci-guide (370e4ef), "Getting started": 1,329 g and 4 of 32 processors for a month of four years of 1,230.3 kg,
    20,000 calls: 0.226 g (0.2266). AVEVA's case study there: 18,517.2 g and a fifth of 350 kg. Impact Framework
    (0829a399): 0.0502 a request, and 34.24657534246575 g an hour of a server of 1,200 kg.
    """
    month = embodied_share(1_230_300.0, 8760 / 12, 4.0, 4, 32)
    assert software_intensity(1.329, 1000.0, month, 20_000) == pytest.approx(0.2266, abs=5e-5)
    making = embodied_share(350_000.0, 8760, 5.0, 1, 1)
    assert making == pytest.approx(70_000)
    assert software_intensity(39.0, 474.8, making, 1) == pytest.approx(18_517.2 + 70_000)
    assert software_intensity(5.0, 1.0, 0.02, 100) == pytest.approx(0.0502)
    assert embodied_share(1_200_000.0, 1.0, 4.0, 1, 1) == pytest.approx(34.24657534246575, rel=1e-12)
