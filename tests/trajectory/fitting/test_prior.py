"""Priors: known parameters come back, the future is never looked at, few series change little."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_t

from carbon.core.errors import MethodError
from carbon.trajectory import fit
from carbon.trajectory.fitting.models import shrunken_drift
from carbon.trajectory.fitting.prior import (
    FLAT_DRIFT,
    Prior,
    expected,
    learn_prior,
    packaged,
    past_misses,
    seen_with,
    steps_of,
)


@pytest.fixture(scope="module")
def quiet() -> Prior:
    rng = np.random.Generator(np.random.PCG64(5))
    return learn_prior(pd.DataFrame(np.exp(np.cumsum(rng.normal(0, 0.02, (10, 200)), axis=0)), index=range(2010, 2020)))


def test_the_shock_and_the_share_of_noise_of_a_panel_come_back(quiet: Prior):
    """200 random walks with yearly shocks of 2 %: sig0 near 0.02, little noise; others seen with as much noise as
    shock: a share near one.
    """
    assert quiet.sig0 == pytest.approx(0.02, rel=0.15)
    assert quiet.noise < 0.1
    rng = np.random.Generator(np.random.PCG64(6))
    level = np.cumsum(rng.normal(0, 0.05, (12, 200)), axis=0) + rng.normal(0, 0.05, (12, 200))
    assert learn_prior(pd.DataFrame(np.exp(level), index=range(2010, 2022))).noise > 0.6


def test_two_series_leave_most_of_the_packaged_prior():
    """Two sites of four years each: between their own shock and the packaged one."""
    two = pd.DataFrame({"a": [100.0, 101, 99, 100], "b": [50.0, 50.5, 50, 49.5]}, index=range(2018, 2022))
    learnt = learn_prior(two, origin="sites")
    assert 0.01 < learnt.sig0 < packaged().sig0
    assert packaged().nu0 < learnt.nu0 < 6
    assert learnt.origin == "2 sites, until 2021"


def test_a_prior_never_looks_past_the_year_that_is_predicted_from():
    """Sisters that collapse in 2018 change no prediction made from 2017, whether they are cut there or not."""
    rng = np.random.Generator(np.random.PCG64(7))
    sisters = pd.DataFrame(np.exp(np.cumsum(rng.normal(0, 0.05, (12, 9)), axis=0)), index=range(2010, 2022))
    sisters.loc[2018:] *= 0.2
    own = pd.Series(100 * 0.97 ** np.arange(8.0) * [1, 1.02, 0.99, 1.01, 1, 0.98, 1.02, 1], index=range(2010, 2018))
    whole, cut = (fit(own, until=2022, prior=t) for t in (sisters, sisters.loc[:2017]))
    assert whole.table.equals(cut.table)
    assert "9 other series, until 2017" in whole.branch
    # The past is forecast as it could be: by the prior of each origin.
    assert whole.scores.equals(cut.scores)


def test_what_a_prior_is_pulled_to_never_looks_ahead_either():
    """Another learnt prior that later years made wide: known in 2009, both are those of the years until 2009."""
    calm = pd.DataFrame({k: [100.0, 101, 99, 100, 102, 100, 99, 101] for k in "ab"}, index=range(2002, 2010))
    fell = pd.DataFrame({k: 100 * 0.5 ** np.arange(10.0) for k in "cd"}, index=range(2010, 2020))
    grown = learn_prior(pd.concat([calm.rename(columns={"a": "c", "b": "d"}), fell]))
    pulled = learn_prior(calm, towards=grown)
    before = learn_prior(calm, towards=learn_prior(calm.rename(columns={"a": "c", "b": "d"})))
    assert pulled.sig0 > 2 * before.sig0
    assert pulled.at(2009).sig0 == before.sig0 and pulled.at(2019).sig0 == pulled.sig0


def test_an_origin_of_the_prior_is_printed_and_a_wrong_prior_refused():
    """The branch names where the prior comes from; a model that uses none, or a list, is refused with what to do."""
    own = pd.Series(100 * 0.97 ** np.arange(6.0), index=range(2015, 2021))
    assert "prior of public panels of companies" in fit(own, until=2024).branch
    with pytest.raises(MethodError, match="drift does not use a prior"):
        fit(own, until=2024, model="drift", prior=packaged())
    with pytest.raises(MethodError, match="no series with three years"):
        learn_prior(pd.DataFrame({"a": [1.0, 2.0]}, index=[2019, 2020]))


def test_years_of_series_that_move_as_one_count_once():
    """A hundred copies of one series tell as much of the shock as a few: the prior stays near the packaged one."""
    one = np.exp(np.cumsum([0, 0.01, -0.01, 0.02, -0.02]))
    copies = learn_prior(pd.DataFrame(dict.fromkeys(range(100), one), index=range(2015, 2020)))
    alone = learn_prior(pd.DataFrame({"a": one}, index=range(2015, 2020)))
    assert copies.nu0 == pytest.approx(alone.nu0, abs=0.5)


def test_the_covariance_of_changes_seen_with_noise_by_hand():
    """Errors of variance 1, 2, 4: changes have 3 and 6, and share -2."""
    assert seen_with(np.array([1.0, 2.0, 4.0])).tolist() == [[3, -2], [-2, 6]]
    walk = steps_of(np.array([0.0, 1.0, 3.0]), np.log([[1.0, 2.0, 8.0]]), 0.0)
    # Without noise the drift is that of the ends: ln 8 / 3 years.
    assert walk.drift[0] == pytest.approx(np.log(8) / 3)


def test_without_noise_and_kappa_the_default_is_the_walk_with_a_shrunken_drift():
    """k = 3 changes 0.1, 0.1, 0.4 of one year: drift 0.2, squares 0.06; nu0 = 2, sig0 = 0.1, s0 = 0.1:
    s2 = (0.02 + 0.06)/4 = 0.02, v = 1/(100 + 150) = 0.004, b = 0.004 x 150 x 0.2 = 0.12; two years: variance
    0.04 + 4 x 0.004.
    """
    prior = Prior(m0=0.0, s0=0.1, kappa=0.0, sig0=0.1, nu0=2.0, noise=0.0, origin="hand")
    ahead = shrunken_drift(prior).predict(np.arange(4.0), np.array([0.0, 0.1, 0.2, 0.6]), np.array([5.0]))
    assert ahead.location[0] == pytest.approx(0.6 + 2 * 0.12)
    assert ahead.scale[0] == pytest.approx(np.sqrt(0.04 + 4 * 0.004))
    assert ahead.df == 4


def test_a_width_is_learnt_from_what_past_forecasts_missed():
    """Shocks that come in calm and wild years alike, 40 walks: calm until 2014 and three times as wild after, the band
    is too narrow and widens; the medians stay. Two series change little. The prior's own width does not feed back.
    """
    rng = np.random.Generator(np.random.PCG64(9))
    shocks = rng.normal(0, 0.02, (14, 40)) * np.where(np.arange(14) < 6, 1, 3)[:, None]
    wild = pd.DataFrame(np.exp(np.cumsum(shocks, axis=0)), index=range(2009, 2023))
    learnt = learn_prior(wild)
    assert 1.1 < learnt.width <= 2
    # One forecast origin each: a third of the way at most, 2 / (2 + WORTH).
    few = learn_prior(wild.iloc[:5, :2]).width / packaged().width
    assert few != 1 and abs(np.log(few)) <= np.log(2 / packaged().width) / 3
    years, own = np.arange(2015.0, 2023), np.log(wild.iloc[-8:, 0].to_numpy())
    plain, wide = (shrunken_drift(replace(learnt, width=w, source=())).predict(years, own, np.array([2025.0]))
                   for w in (1.0, learnt.width))
    assert wide.location == pytest.approx(plain.location)
    assert wide.scale == pytest.approx(plain.scale * learnt.width)
    panels = [(wild.index.to_numpy(dtype=float), np.log(wild.to_numpy()).T)]
    assert past_misses(replace(learnt, width=1.7), panels) == pytest.approx(past_misses(learnt, panels))


def test_known_errors_of_years_are_whole_whatever_the_width():
    """The error of a year to come is added outside of what the width scales: 0.3 alone leaves 0.3 at least."""
    prior = Prior(m0=0.0, s0=0.01, kappa=0.0, sig0=0.01, nu0=50.0, noise=0.0, origin="hand", width=0.5)
    years = np.arange(2015.0, 2021)
    model = shrunken_drift(prior, sd_year=dict.fromkeys(range(2015, 2021), 0.3))
    of = model.predict(years, np.zeros(6), years[-1:] + 1)
    assert of.scale[0] > 0.3


def test_the_years_of_a_series_weigh_the_prior_and_its_flat_alternative():
    """Changes 0.1, 0.1, 0.4 under each of the two: multivariate Student t with nu0 = 3, 0.1^2 (V + v0/s2 gg'), V = I +
    r N; the shares are Bayes', the drift their mean, and the covariance has what lies between the two.
    """
    prior = Prior(m0=-0.02, s0=0.02, kappa=0.0, sig0=0.1, nu0=3.0, noise=0.5, origin="hand", flat=0.4)
    t, y, future = np.arange(4.0), np.array([[0.0, 0.1, 0.2, 0.6]]), np.array([4.0, 6.0])
    ways = [replace(prior, flat=0.0), replace(prior, m0=0.0, s0=FLAT_DRIFT, noise=0.0, flat=0.0)]
    likelihood = []
    for of in ways:
        v = np.eye(3) + of.noise * np.array([[2, -1, 0], [-1, 2, -1], [0, -1, 2.0]])
        s2 = (3 * 0.01 + float(steps_of(t, y, of.noise).squares[0])) / 5
        shape = 0.01 * (v + of.s0**2 / s2 * np.ones((3, 3)))
        likelihood.append(multivariate_t(np.full(3, of.m0), shape, df=3).pdf(np.diff(y[0])))
    share = 0.4 * likelihood[1] / (0.4 * likelihood[1] + 0.6 * likelihood[0])
    learnt, flat, both = (expected(of, t, y, future) for of in (*ways, prior))
    apart = (flat.location - learnt.location)[0]
    assert both.drift[0] == pytest.approx((1 - share) * learnt.drift[0] + share * flat.drift[0])
    assert both.location[0] == pytest.approx(learnt.location[0] + share * apart)
    assert both.covariance[0] == pytest.approx((1 - share) * learnt.covariance[0] + share * flat.covariance[0]
                                               + share * (1 - share) * np.outer(apart, apart))


@pytest.mark.parametrize("wrong", [
    {"flat": 1.4}, {"flat": -0.1}, {"sig0": 0.0}, {"nu0": 0.0}, {"width": -1.0}, {"noise": -0.2}, {"s0": float("nan")},
    {"s0": -1.0}])
def test_a_prior_of_impossible_numbers_is_named_and_makes_no_forecast_of_nan(wrong: dict[str, float]):
    """A probability outside 0 to 1, a spread of nothing, a negative variance: each would end in NaN."""
    with pytest.raises(MethodError, match=rf"prior: .*{next(iter(wrong))}"):
        replace(packaged(), **wrong)
    assert replace(packaged(), flat=1.0).flat == 1


def test_a_steady_fast_grower_is_not_held_back_by_series_that_fell():
    """12 % a year with shocks of 2 %: at least four fifths of its own drift, where the prior alone leaves less than
    seven tenths.
    """
    years, shock = np.arange(2015.0, 2023), 0.02 * np.array([0, 1, -1, 0.5, -0.5, 1, -1, 0])
    alone = replace(packaged(), flat=0.0)
    grower = (np.log(1.12) * np.arange(8) + shock)[None, :]
    assert expected(packaged(), years, grower, years[-1:] + 1).drift[0] > 0.8 * np.log(1.12)
    assert expected(alone, years, grower, years[-1:] + 1).drift[0] < 0.7 * np.log(1.12)


def test_series_of_its_own_make_the_flat_alternative_unlikely(quiet: Prior):
    """Two series of four years leave most of it, two hundred of ten years next to nothing."""
    two = pd.DataFrame({"a": [100.0, 101, 99, 100], "b": [50.0, 50.5, 50, 49.5]}, index=range(2018, 2022))
    assert 0.3 < learn_prior(two).flat / packaged().flat < 0.8
    assert 0 < quiet.flat < 0.01
