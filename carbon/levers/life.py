"""A lever's life in units: bought, renewed, running and how well they work, by year of start and calendar year.

Capex, grants, running cost, savings, effect, decay and residual value are all computed from these units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carbon.core.display import Displayed
from carbon.params.shapes.levers import Lever


@dataclass(frozen=True, eq=False, repr=False)
class Life(Displayed):
    """Units of one lever [T starts, H years]; H counts the plan's years and those after whose costs count.

    bought, renewed, running: New units, units bought again at the end of their life, and units that run.
    effect: Share of the whole lever's full effect.
    first_year: Of the plan.
    left: [T] units' worth of life that is left after the last year, of units that run then.
    """

    bought: np.ndarray
    renewed: np.ndarray
    running: np.ndarray
    effect: np.ndarray
    left: np.ndarray
    first_year: int


def life(lever: Lever, units: int, *, first_year: int, starts: int, years: int) -> Life:
    """Return the units of a lever that starts in each of the plan's years.

    bought(y) = min(per_year, what is missing of `units`); a unit bought in year c is renewed in c + lifetime, c + 2
    lifetimes, ..., or ends there where the lever is not renewed; none is bought or runs after `end_year`

    effect(y) = sum over units of effect_by_age(y - c) x (1 - decay)^(years since the unit's last purchase) / all units

    units: How far the roll-out goes; `lever.rollout.units` is the whole.
    starts, years: T and H.
    """
    whole_units, per_year = (lever.rollout.units, lever.rollout.per_year) if lever.rollout else (1, 1)
    end = years if lever.end_year is None else min(years, max(0, lever.end_year - first_year + 1))
    # A unit that ends at end_year is worth no more than the years until then.
    after = 1.0 if lever.end_year is None else (lever.end_year - first_year + 1 - end) / lever.lifetime_years
    bought_units, renewed, running, effect = (np.zeros((starts, years)) for _ in range(4))
    left = np.zeros(starts)
    for start in range(starts):
        for k, first in enumerate(range(start, end)):
            n = min(per_year, units - per_year * k)
            if n <= 0:
                break
            stop = end if lever.renewed else min(end, first + lever.lifetime_years)
            age = np.arange(stop - first)
            bought_units[start, first] += n
            again = np.arange(first + lever.lifetime_years, stop, lever.lifetime_years)
            renewed[start, again] += n
            running[start, first:stop] += n
            ramp = np.array([lever.effect_by_age[min(a, len(lever.effect_by_age) - 1)] for a in age.tolist()])
            decay = (1 - lever.decay_per_year) ** (age % lever.lifetime_years)
            effect[start, first:stop] += n / whole_units * ramp * decay
            if stop == years:
                left[start] += n * min(1 - (age[-1] % lever.lifetime_years + 1) / lever.lifetime_years, after)
    return Life(bought_units, renewed, running, effect, left, first_year)
