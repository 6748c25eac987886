"""The page estimate, its rating, and the user's own EcoIndex."""

from __future__ import annotations

import pytest

from carbon.core.errors import MethodError, UsageError
from carbon.digital import page as pages
from carbon.digital.page import eco_index_impacts, page_estimate, page_grams, page_segments, rating


def test_a_gigabyte_on_the_worlds_grid():
    """(0.055 + 0.059 + 0.080 + 0.012 + 0.013 + 0.081) kWh x 494 g = 148.2 g, the figure of the model's authors."""
    assert page_grams(1, grid_g_per_kwh=494, green_hosting=False) == pytest.approx(148.2)


def test_embodied_stays_on_the_worlds_grid():
    """On a grid of zero the embodied part stays: 0.106 kWh x 494 = 52.364 g."""
    assert page_grams(1, grid_g_per_kwh=0, green_hosting=False) == pytest.approx(52.364)


def test_green_hosting_takes_off_the_data_centres_operation_only():
    """0.055 kWh x 494 = 27.17 g a gigabyte."""
    grey, green = (page_grams(1, grid_g_per_kwh=494, green_hosting=g) for g in (False, True))
    assert grey - green == pytest.approx(27.17)


def test_a_visit_counts_returning_readers():
    """75 % first, 25 % returning with 2 % reloaded: 0.755 of a page."""
    page = page_estimate(2, grid_g_per_kwh=494, green_hosting=False, first_share=0.75, reload_share=0.02)
    assert page.g_per_visit == pytest.approx(page.g_per_view * 0.755)
    assert page.rating == "E"  # 2 MB: 0.2964 g, over D (0.278), within E (0.359)
    with pytest.raises(MethodError):
        page_estimate(2, grid_g_per_kwh=494, green_hosting=False, first_share=1.2, reload_share=0)


@pytest.mark.parametrize(("grams", "letter"), [(0.04, "A+"), (0.0401, "A"), (0.359, "E"), (0.36, "F")])
def test_rating_is_the_first_limit_not_exceeded(grams, letter):
    """At a limit the page still has its letter."""
    assert rating(grams) == letter


@pytest.mark.parametrize(("green", "per_view", "per_visit"), [(False, 148.2, 118.56), (True, 121.03, 96.824)])
def test_the_published_figures_of_co2_js_are_met(green: bool, per_view: float, per_visit: float):
    """One GB, 75 % first visits, 20 % reloaded: thegreenwebfoundation/co2.js 0.19.0 (27cbe832), test-constants.js,
    SWDV4.
    """
    found = page_estimate(1000, grid_g_per_kwh=494, green_hosting=green, first_share=0.75, reload_share=0.2)
    assert found.g_per_view == pytest.approx(per_view, abs=5e-4)
    assert found.g_per_visit == pytest.approx(per_visit, abs=5e-4)
    assert found.rating == "F"


def test_the_published_parts_of_co2_js_are_met():
    """Of one GB: 95.836 g operational and 52.364 g embodied, 27.17 g of the data centre's operation; the same test
    file.
    """
    whole, green = (page_grams(1, grid_g_per_kwh=494, green_hosting=g) for g in (False, True))
    embodied = page_grams(1, grid_g_per_kwh=0, green_hosting=False)
    assert (whole - embodied, embodied, whole - green) == pytest.approx((95.836, 52.364, 27.17), abs=5e-4)
    assert page_grams(0, grid_g_per_kwh=494, green_hosting=False) == 0


def test_published_segments_are_met():
    """co2.js (27cbe832), sustainable-web-design-v4.test.js: 5.5, 11.8 and 24 g on grids of 100, 200 and 300 g; half
    green is 134.615 g, the mean of both. The model's authors: 22, 24 and 54 % of the energy.

    Not met: 71.6 mg of 620 kB at 385 g (an example of sustainable-code-skill-setup), which puts the making on the grid
    of the place too; the model leaves it on 494: 78.8 mg.
    """
    grids = {"datacentre": 100.0, "network": 200.0, "device": 300.0}
    found = page_segments(1, grid_g_per_kwh=grids, green_hosting=False)
    assert found["operational_g"].tolist() == pytest.approx([5.5, 11.8, 24.0])
    assert sum(page_grams(1, grid_g_per_kwh=494, green_hosting=g) for g in (True, False)) / 2 == pytest.approx(134.615)
    world = page_segments(1, grid_g_per_kwh=494, green_hosting=False)["co2e_g"]
    assert (100 * world / world.sum()).round().tolist() == [22, 24, 54]
    assert 0.00062 * 385 / 494 * world.sum() == pytest.approx(0.0716, abs=5e-5)
    assert page_grams(0.00062, grid_g_per_kwh=385, green_hosting=False) == pytest.approx(0.0788, abs=5e-5)


def test_eco_index_is_the_users_own_package_or_a_sentence(monkeypatch):
    """Not installed: what to install and under which licence. Installed: its score, grade and version, nothing of
    ours.
    """
    import types

    async def compute_ecoindex(nodes, size, requests):
        return types.SimpleNamespace(score=float(nodes + size + requests), grade="B", ecoindex_version="9.9")

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(pages, "import_module", missing)
    with pytest.raises(UsageError, match="ecoindex-compute"):
        pages.eco_index(nodes=1, kilobytes=2, requests=3)
    monkeypatch.setattr(pages, "import_module", lambda name: types.SimpleNamespace(compute_ecoindex=compute_ecoindex))
    monkeypatch.setattr(pages.metadata, "version", lambda name: "1.0")
    found = pages.eco_index(nodes=1, kilobytes=2, requests=3)
    assert (found.score, found.grade, found.source) == (6.0, "B", "ecoindex-compute 1.0, EcoIndex 9.9")
    assert (found.grams, found.water_cl) == pytest.approx((2.88, 4.32))
    with pytest.raises(MethodError, match="negative"):
        pages.eco_index(nodes=-1, kilobytes=2, requests=3)


def test_the_impacts_of_an_eco_index_are_those_of_its_documentation():
    """89 is 1.22 g and 1.83 cl (cnumr/ecoindex_node, README); 50 is 2 g and 3 cl; a score over 100 is none. 2, 10, 67
    and 70 as in cnumr/ecoindex_python (090b050f), tests.
    """
    published = {2: (2.96, 4.44), 10: (2.8, 4.2), 67: (1.66, 2.49), 70: (1.6, 2.4)}
    assert all(eco_index_impacts(score) == pytest.approx(values) for score, values in published.items())
    assert eco_index_impacts(89) == pytest.approx((1.22, 1.83))
    assert eco_index_impacts(50) == (2.0, 3.0)
    with pytest.raises(MethodError):
        eco_index_impacts(101)


def test_each_segment_has_its_own_grid_and_they_sum_to_the_page():
    """One GB: 0.055 x 494 + 0.012 x 494 for the data centre, and so on; a data centre in France saves its part."""
    world = page_segments(1, grid_g_per_kwh=494, green_hosting=False).set_index("segment")
    assert world["operational_g"].tolist() == pytest.approx([27.17, 29.146, 39.52])
    assert world["embodied_g"].tolist() == pytest.approx([5.928, 6.422, 40.014])
    assert world["co2e_g"].sum() == pytest.approx(page_grams(1, grid_g_per_kwh=494, green_hosting=False))
    grids = {"datacentre": 50.0, "network": 494.0, "device": 494.0}
    mixed = page_grams(1, grid_g_per_kwh=grids, green_hosting=False)
    assert world["co2e_g"].sum() - mixed == pytest.approx(0.055 * 444)
    with pytest.raises(UsageError, match="segments"):
        page_grams(1, grid_g_per_kwh={"datacentre": 50.0}, green_hosting=False)
