"""What other series let expect of one: the drift and the spread of companies, sites or parts, learnt at the origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import digamma, expit, logit, stdtrit

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.packaged import read_yaml
from carbon.core.plain_numbers import refuse_no_number

Array = np.ndarray
NOISES = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Shares of noise that are weighed against each other."""
WORTH = 4.0
"""Yearly changes that what the prior is learnt towards is worth."""
COMMON_DRIFT = 0.01
"""How far the drift that all series share lies from its prior [ln per year, one standard deviation; design]."""
OWN_SPREAD = 6.0
"""Yearly changes that the spread of many series is worth for one of them [design]."""
LEAST_STEPS = 2
"""Fewest yearly changes of a series that has a spread."""
NO_SPREAD = 1e-8
"""Variance of a series that does not move [ln squared]."""
TRIED_FROM, TRIED_AHEAD, TRIED_LEVEL = 4, 5, 0.80
"""Forecasts that `width` is learnt from: after so many years, so many years ahead, by this interval [design]."""
WIDTHS = (0.5, 2.0)
"""Bounds of `width` [design]."""
FLAT_DRIFT = 0.055
"""Drifts around zero of the flat alternative [ln per year, one standard deviation; chosen on trial panels]."""


@dataclass(frozen=True, repr=False)
class Prior(Displayed):
    """What is expected of the yearly change of a series on the log scale, before its own years are seen.

    drift ~ N(m0, kappa sigma^2 + s0^2) [ln per year];  sigma^2 ~ scaled inverse chi-square(nu0, sig0^2) [ln];
    noise: variance of the error of one year over the variance sigma^2 of a yearly shock.
    flat: how likely, before its years weigh the two, that a series follows none of these, but drift ~ N(0,
    FLAT_DRIFT^2) without noise: one that grows or falls as no series of the prior did.
    """

    m0: float
    s0: float
    kappa: float
    sig0: float
    nu0: float
    noise: float
    origin: str
    """Where it comes from, in words, printed with each fit."""
    width: float = 1.0
    """By how much forecasts of the other series' own past were too narrow: their 80 % interval times this held 80 %."""
    flat: float = 0.0
    source: tuple[pd.Series, ...] = field(default=(), compare=False)
    """The series it was learnt from; none of a packaged one."""
    towards: Prior | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        refuse_no_number("prior", at_least=0, s0=self.s0, kappa=self.kappa, noise=self.noise)
        refuse_no_number("prior", over=0, sig0=self.sig0, nu0=self.nu0, width=self.width, spread=self.s0 + self.kappa)
        refuse_no_number("prior", at_least=0, at_most=1, hint="flat is a probability", flat=self.flat)

    def at(self, year: float) -> Prior:
        """Return the prior as it could be known in a year: learnt from the years up to it, never from later ones."""
        towards = self.towards.at(year) if self.towards is not None else packaged()
        if not self.source or (towards is self.towards and year >= max(float(s.index[-1]) for s in self.source)):
            return self
        return _learnt(self.source, int(year), towards)


@cache
def packaged() -> Prior:
    """Return the packaged prior (data/priors.yml), learnt from public panels."""
    of = read_yaml("carbon.trajectory", "data/priors.yml")["drift"]
    return Prior(**{name: of[name] for name in ("m0", "s0", "kappa", "sig0", "nu0", "noise", "width", "flat")},
                 origin="public panels of companies, facilities, cities and states")


def learn_prior(table: pd.DataFrame | Mapping[str, pd.Series], *, origin: str = "", towards: Prior | None = None
                ) -> Prior:
    """Learn a prior from other series: the company's sites or parts, the project's companies, a panel.

    Of each series: drift and sigma^2 by generalised least squares; sig0 by the mean of ln sigma^2 (Smyth 2004), m0 by
    the mean drift, pulled to that of `towards` as far as years in which all move together leave it uncertain; the share
    of noise by its likelihood; the width of the interval by forecasts of their own past (split conformal, pooled), each
    from the years before it. Few series, or series that move together, leave most of `towards`.

    The table is kg CO2e, one row a year and one column a series (or series by name); unknown, zero and negative years
    are left out, and the series that is fitted is not among them. `origin` is where they come from, in words;
    `towards` what few series are pulled to, None: the packaged prior.

    Source: Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3(1):3 (variances of many short series).
    """
    series = tuple(of for _, s in table.items() if len(of := s[s > 0].sort_index()) > LEAST_STEPS)
    if not series:
        raise MethodError("no series with three years to learn a prior from",
                          hint="leave prior out: the packaged one is taken")
    last = max(int(s.index[-1]) for s in series)
    return replace(_learnt(series, last, towards or packaged()),
                   origin=f"{len(series)} {origin or 'other series'}, until {last}")


def _learnt(series: Sequence[pd.Series], until: int, towards: Prior) -> Prior:
    groups: dict[tuple[int, ...], list[Array]] = {}
    for of in (s[s.index <= until] for s in series):
        if len(of) > LEAST_STEPS:
            groups.setdefault(tuple(int(y) for y in of.index), []).append(np.log(of.to_numpy(dtype=float)))
    if not groups:
        return towards
    # (years, ln values) of the series of the same years, (series, years) each
    panels = [(np.array(years, dtype=float), np.array(logs)) for years, logs in groups.items()]
    common, series_together = _common(panels)
    best = np.array([_of_noise(panels, noise, common, series_together, towards) for noise in NOISES])
    weight = np.exp(best[:, 0] - best[:, 0].max())
    _, m0, m0_variance, log_spread, noise = (weight / weight.sum()) @ best
    steps = sum(y.shape[0] * (y.shape[1] - 1) for _, y in panels) / series_together
    w = steps / (steps + WORTH)
    of_others = Prior(
        m0=m0, s0=float(np.sqrt(towards.s0**2 + m0_variance)), kappa=towards.kappa,
        sig0=float(np.exp(w * log_spread / 2 + (1 - w) * np.log(towards.sig0))),
        nu0=w * OWN_SPREAD + (1 - w) * towards.nu0, noise=w * noise + (1 - w) * towards.noise,
        flat=(1 - w) * towards.flat,
        origin=f"{sum(map(len, groups.values()))} other series, until {until}", source=tuple(series), towards=towards)
    misses = past_misses(of_others, panels)
    origins = sum(y.shape[0] * max(y.shape[1] - TRIED_FROM, 0) for _, y in panels) / series_together
    w = origins / (origins + WORTH)
    held_width = float(np.clip(np.quantile(misses, TRIED_LEVEL), *WIDTHS)) if len(misses) else 1.0
    return replace(of_others, width=float(held_width**w * towards.width ** (1 - w)))


def past_misses(prior: Prior, panels: Sequence[tuple[Array, Array]]) -> Array:
    """Return |error| over the half-width of the 80 % interval, of forecasts of series from the years before only.

    The prior's own `width` does not count. Quantile 0.8 is the width that would have held 80 %.
    """
    plain_prior, misses = replace(prior, width=1.0), []
    for t, y in panels:
        for n in range(TRIED_FROM, len(t)):
            ahead = np.flatnonzero((t > t[n - 1]) & (t <= t[n - 1] + TRIED_AHEAD))
            trial = expected(plain_prior, t[:n], y[:, :n], t[ahead])
            reach = np.sqrt(np.diagonal(trial.covariance, axis1=1, axis2=2)) * stdtrit(trial.df, 0.5 + TRIED_LEVEL / 2)
            misses.append((np.abs(y[:, ahead] - trial.location) / reach).ravel())
    return np.concatenate(misses) if misses else np.zeros(0)


class Expected(NamedTuple):
    """What is expected of series of the same years: location (series, years) [ln], covariance (series, years, years),
    degrees of freedom, and drift by series [ln per year].
    """

    location: Array
    covariance: Array
    df: float
    drift: Array


def expected(prior: Prior, years: Array, logs: Array, future: Array, errors: Array | None = None) -> Expected:
    """Return the prediction for series of the same years, by prior and alternative; `errors`: known of one [ln]."""
    learnt, likelihood = _expected(prior, years, logs, future, errors)
    if not prior.flat:
        return learnt
    flat, of_flat = _expected(replace(prior, m0=0.0, s0=FLAT_DRIFT, noise=0.0), years, logs, future, errors)
    w = expit(of_flat - likelihood + logit(prior.flat))[:, None]
    apart, of = flat.location - learnt.location, w[:, :, None]
    between = prior.width**2 * of * (1 - of) * apart[:, :, None] * apart[:, None, :]
    return Expected(learnt.location + w * apart, (1 - of) * learnt.covariance + of * flat.covariance + between,
                    learnt.df, learnt.drift + w[:, 0] * (flat.drift - learnt.drift))


def _expected(prior: Prior, years: Array, logs: Array, future: Array, errors: Array | None) -> tuple[Expected, Array]:
    """Return the prediction by the prior itself, and the log likelihood of each series."""
    walk = steps_of(years, logs, prior.noise)
    df = prior.nu0 + walk.free
    s2 = (prior.nu0 * prior.sig0**2 + walk.squares) / df
    known_errors = np.zeros(len(years)) if errors is None else errors**2
    if errors is not None:
        walk = steps_of(years, logs, prior.noise, extra=seen_with(known_errors) / s2[0])
    v0 = prior.kappa * s2 + prior.s0**2
    v = 1 / (1 / v0 + walk.information / s2)
    drift = v * (prior.m0 / v0 + walk.information * walk.drift / s2)
    c = -prior.noise - known_errors[-1] / s2
    solved = np.outer(c, walk.inverse[-1])
    h = (future - years[-1]).astype(float)
    left = walk.changes - drift[:, None] * walk.gaps
    location = logs[:, -1:] + np.outer(drift, h) + (solved * left).sum(axis=1, keepdims=True)
    lever = h - (solved @ walk.gaps)[:, None]
    of_years = np.minimum.outer(h, h) + prior.noise * (1 + np.eye(len(h)))
    covariance = s2[:, None, None] * (of_years - (c * solved[:, -1])[:, None, None]) + known_errors[-1]
    covariance = prior.width**2 * (covariance + v[:, None, None] * lever[:, :, None] * lever[:, None, :])
    return (Expected(location, covariance + known_errors.mean() * np.eye(len(h)), df, drift),
            _likelihood(walk, prior.m0, v0 / s2, prior.nu0, prior.sig0**2))


def _likelihood(walk: Steps, m0: float, spread: Array | float, nu: float, sig2: float) -> Array:
    """Return the log likelihood of each series' changes, multivariate Student t; spread: var drift / sigma^2."""
    lever = 1 + spread * walk.information
    distance = walk.squares + (walk.drift - m0) ** 2 * walk.information / lever
    return np.asarray(-(np.linalg.slogdet(walk.shape)[1] + np.log(lever) + len(walk.gaps) * np.log(sig2)
                        + (nu + len(walk.gaps)) * np.log1p(distance / (nu * sig2))) / 2)


def _common(panels: Sequence[tuple[Array, Array]]) -> tuple[float, float]:
    """Return the variance of the mean of the years' common changes, and how many series move as one. Series that share
    their years' shocks are fewer than they look: 1 + (n - 1) rho, rho the correlation within a year.
    """
    changes = pd.concat([pd.DataFrame(np.diff(y, axis=1) / np.diff(t), columns=t[1:]) for t, y in panels]).to_numpy()
    n, k = changes.shape
    if k < 2:
        return COMMON_DRIFT**2, float(n)
    with np.errstate(invalid="ignore"):
        middle = np.nanmedian(changes, axis=0)
        centred = changes - np.nanmean(changes, axis=1, keepdims=True)
        sd = np.sqrt(np.nansum(centred**2, axis=1, keepdims=True)
                     / np.maximum((~np.isnan(changes)).sum(axis=1, keepdims=True) - 1, 1))
        z = np.clip(centred / np.maximum(sd, 0.2 * np.nanmedian(sd) + 1e-9), -3, 3)
        total = float(np.nanvar(z)) * k / (k - 1)
        within = float(np.var(np.nanmean(z, axis=0), ddof=1))
    rho = 0.0 if n < 2 or total <= 0 else (within / total - 1 / n) * n / (n - 1)
    return float(np.var(middle, ddof=1)) / k, 1 + (n - 1) * min(max(rho, 0.0), 1.0)


def _of_noise(panels: Sequence[tuple[Array, Array]], noise: float, common: float, series_together: float, towards: Prior
              ) -> tuple[float, float, float, float, float]:
    """Return (log likelihood over series that move as one, m0, its variance, ln sig0^2, noise) of a share of noise."""
    parts = [steps_of(t, y, noise) for t, y in panels]
    drift, information, squares, free = (np.concatenate([np.broadcast_to(getattr(p, of), len(p.drift)) for p in parts])
                                         for of in ("drift", "information", "squares", "free"))
    z = np.log(np.maximum(squares / free, NO_SPREAD)) - digamma(free / 2) + np.log(free / 2)
    log_spread = float(z.mean()) + float(digamma(OWN_SPREAD / 2) - np.log(OWN_SPREAD / 2))
    sig2 = np.exp(log_spread)
    variance = (OWN_SPREAD * sig2 + squares) / (OWN_SPREAD + free)
    weight = 1 / (variance / information + towards.s0**2)
    mean = float((weight * drift).sum() / weight.sum())
    error = common + 1 / float(weight.sum())
    share = COMMON_DRIFT**2 / (COMMON_DRIFT**2 + error)
    m0, m0_variance = share * mean + (1 - share) * towards.m0, share * error
    spread = towards.kappa + (towards.s0**2 + m0_variance) / sig2
    likelihood = sum(float(_likelihood(p, m0, spread, OWN_SPREAD, sig2).sum()) for p in parts) / series_together
    return likelihood, m0, m0_variance, log_spread, noise


class Steps(NamedTuple):
    """Changes of series of the same years: gaps [years], changes (series, steps) [ln], shape of their covariance
    (D + noise N, in units of sigma^2) and its inverse, drift by generalised least squares, its information g' V^-1 g,
    squared distance from it, degrees of freedom.
    """

    gaps: Array
    changes: Array
    shape: Array
    inverse: Array
    drift: Array
    information: float
    squares: Array
    free: int


def steps_of(years: Array, logs: Array, noise: float, extra: Array | None = None) -> Steps:
    """Return the changes of series of the same years, (series, years), under a random walk seen with noise.

    The covariance has the gaps on its diagonal, the noise of both years and of the one between two changes, and extra.
    """
    gaps, changes = np.diff(years).astype(float), np.diff(logs, axis=1)
    shape, inverse = _shape(tuple(gaps.tolist()), float(noise))
    if extra is not None:
        inverse = np.linalg.inv(shape := shape + extra)
    weights = inverse @ gaps
    information = float(gaps @ weights)
    drift = changes @ weights / information
    left = changes - drift[:, None] * gaps
    squares = (left @ inverse * left).sum(axis=1)
    return Steps(gaps, changes, shape, inverse, drift, information, np.maximum(squares, 0.0), len(gaps) - 1)


@lru_cache(maxsize=4096)
def _shape(gaps: tuple[float, ...], noise: float) -> tuple[Array, Array]:
    """Return the covariance of changes by their gaps and noise, and its inverse: the same for all series of a year."""
    shape = np.diag(np.array(gaps)) + noise * seen_with(np.ones(len(gaps) + 1))
    return shape, np.linalg.inv(shape)


def seen_with(variance: Array) -> Array:
    """Return the covariance of changes between years whose own errors have these variances."""
    between = np.diag(-variance[1:-1], 1)
    return np.diag(variance[:-1] + variance[1:]) + between + between.T
