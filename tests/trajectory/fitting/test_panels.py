"""The panels behind the packaged prior: with their sources, and the prior is the one that they give."""

from hashlib import sha256

import numpy as np
import pytest
import yaml

from benchmarks import panels
from carbon.trajectory.fitting.prior import packaged


def test_each_panel_is_whole_positive_and_cited():
    """Source, licence and hash of each; a figure in every year."""
    for name in (*panels.PANELS, *panels.UNSEEN):
        source = yaml.safe_load((panels.DATA / f"{name}.yml").read_text())
        assert source["licence"], name
        if name != "cdiac_national":
            assert source["sha256"] == sha256((panels.DATA / f"{name}.csv").read_bytes()).hexdigest(), name
        table = panels.panel(name)
        assert (np.isfinite(table) & (table > 0)).all(axis=None), name
        assert table.columns.is_unique, name


def test_the_packaged_prior_is_that_of_the_panels():
    """data/priors.yml to its digits; countries and the panel that was kept unseen are not among them. Trigamma(1) =
    pi^2 / 6.
    """
    assert panels.inverse_trigamma(np.pi**2 / 6) == pytest.approx(1)
    again = panels.joined(panels.LEARNT)
    for name in ("m0", "s0", "kappa", "sig0", "nu0", "noise", "width"):
        assert getattr(packaged(), name) == pytest.approx(getattr(again, name), rel=0.01), name
    assert {"cdiac_national", "se_municipalities", *panels.UNSEEN}.isdisjoint(panels.LEARNT)


def test_a_prior_of_the_own_panel_is_of_other_entities_and_earlier_years():
    """The prior for a fold is the same whatever that fold, or any later year, holds."""
    name, until = "jp_prefectures", 2011
    table = panels.panel(name)
    model = panels._of_others(name, until, 1)
    t, y = np.array([2007.0, 2008, 2009, 2010, 2011]), np.log(table.iloc[:5, 1].to_numpy())
    before = model.predict(t, y, np.array([2012.0])).scale
    changed = table.copy()
    changed.iloc[:, 1::4] *= 3.0
    changed.loc[2012:] *= 0.1
    others = changed.loc[:until, np.arange(changed.shape[1]) % panels.FOLDS != 1]
    again = panels.shrunken_drift(panels.learn_prior(others, towards=panels.START))
    assert again.predict(t, y, np.array([2012.0])).scale == pytest.approx(before)


@pytest.mark.parametrize(("name", "label"), [
    ("ru_regions", "76 regions, Russia"),
    pytest.param("cdiac_growth", "74 countries, 1950-1972", marks=pytest.mark.torture)])
def test_the_page_prints_what_the_default_does_on_a_panel_that_no_setting_has_seen(name: str, label: str):
    """CRPS over that of the former default and what the 80 % interval covers, by the panel's own past and by the
    packaged prior.
    """
    assert name in panels.UNSEEN
    table = panels.compared((name,), {m: panels.OURS[m] for m in ("own panel", "other panels")}).set_index("model")
    own, other = (table.loc[m] for m in ("own panel", "other panels"))
    line = f"| {own['ratio']:.3f} | {own['inside']:.0%} | {other['ratio']:.3f} | {other['inside']:.0%} |"
    page = (panels.DATA.parents[1] / "docs" / "how-to" / "trajectory.md").read_text(encoding="utf-8")
    assert f"| {label} {line.replace('%', ' %')}" in page
