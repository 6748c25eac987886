"""Carbon budgets: the sum that a path allows, the part used, the rest, and a straight line that keeps it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import refuse_infinite, refuse_no_series
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.trajectory.checked_series import refuse_breaks, refuse_other_method
from carbon.trajectory.contraction import refuse_convention, years_at_level

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LAST_BITS = 1e-9


def budget_kg(path: pd.Series, *, convention: str) -> float:
    """Budget of a path [kg]: the sum of its years, or the area under it.

    annual_sum = sum E_y; trapezoid = sum (E_y + E_y+1)/2. They differ by (E_first + E_last)/2.
    """
    if len(path):
        refuse_infinite(path)
    refuse_convention(convention)
    if not len(path) or (np.diff(path.index) != 1).any() or path.isna().any():
        raise MethodError(f"a budget needs every year, in order; the path has {list(path.dropna().index)}",
                          hint="add the missing years to reported_inventories, or start the budget after them")
    total = math.fsum(path)
    return total if convention == "annual_sum" else total - (path.iloc[0] + path.iloc[-1]) / 2


def _used_kg(paths: np.ndarray, now_kg: float, convention: str) -> np.ndarray:
    """Return what paths from the year after `now_kg` on have used by each of their years [kg], the last axis the years:
    annual_sum = E_1 + ... + E_y;  trapezoid = that sum + (E_now - E_y)/2.
    """
    used: np.ndarray = paths.cumsum(axis=-1)
    return used if convention == "annual_sum" else used + (now_kg - paths) / 2


@dataclass(frozen=True, repr=False)
class Budget(HandsOut, Displayed):
    """State of a budget after the last inventory year. overshoot, remaining, slack [kg]; `line` in words."""

    convention: str
    overshoot_kg: float
    remaining_kg: float
    years_left: int
    """Years of the pathway after the last inventory, to which `straight_line` runs; not R / E_now."""
    exhausted_in: int | None
    straight_line: pd.Series | None
    line: str
    last_year: int
    """Of the last inventory: what remains is for the `years_left` years after it."""
    slack_kg: float
    """What the straight line leaves unused, as it never ends above the target nor above today's level [kg]."""
    years_at_level: float | None
    """How long what remains lasts at today's level: R / E_now [years]; 0 where used up, None without emissions."""
    actual: pd.Series
    """What was emitted, by year, from the base year on [kg]."""
    pathway: pd.Series
    """What the target allows, by year [kg]."""

    @property
    def now_kg(self) -> float:
        """Emissions of the last inventory [kg], where the trapezoid begins."""
        return float(self.actual.loc[self.last_year])

    def plot(self, ax: Axes | None = None, *, language: str = "en") -> Axes:
        """Draw the budget as areas [t CO2e]; see `carbon.figures.plot_budget`."""
        import carbon  # a figure of the readers' rooms, by its public name

        axes: Axes = carbon.figures.plot_budget(self, ax, words=language)
        return axes

    def used_by(self, years: np.ndarray, paths: np.ndarray) -> np.ndarray:
        """Return the use of the remaining budget by each of several paths, (draws, years) [kg], over its years.

        Raises MethodError: Paths that do not begin after the last inventory, or end before the budget does.
        """
        n = self.years_left
        if int(years[0]) != self.last_year + 1 or len(years) < n:
            raise MethodError(f"the budget runs from {self.last_year + 1} to {self.last_year + n}, the paths from "
                              f"{int(years[0])} to {int(years[-1])}",
                              hint="fit the same series that the budget was made from, until the budget's last year")
        use: np.ndarray = _used_kg(paths, self.now_kg, self.convention)[:, n - 1]
        return use

    def exhausted_on(self, path: pd.Series) -> int | None:
        """Year in which a path uses up what remains, by the budget's convention; None where its years leave some.

        annual_sum: first y with E_1 + ... + E_y >= R;  trapezoid: that sum + (E_now - E_y)/2 >= R, with `path` the
        emissions from the year after the last inventory [kg], e.g. the median of a fit.
        """
        refuse_infinite(path)
        kg = path.to_numpy(dtype=float)
        self.used_by(path.index.to_numpy(), kg[None, :])
        budget_kg(path, convention=self.convention)  # every year, in order, and with a figure
        # What is used up to the last bit is used up.
        used_up = _used_kg(kg, self.now_kg, self.convention) >= self.remaining_kg * (1 - _LAST_BITS)
        return int(path.index[used_up][0]) if used_up.any() else None


def budget_state(actual: pd.Series, pathway: pd.Series, *, convention: str) -> Budget:
    """Overshoot so far, what remains to the end of the pathway, and the straight line that keeps it.

    O = sum(actual - path) to date; R = sum(path, future) - O; step = (n E_now - R)/(n (n + 1)/2),
    last year E_now - n step, and at most the target: what is left then is slack. If R < E_now (n - 1)/2 no straight
    line keeps it.

    Raises MethodError: A year between base year and now without an inventory; none since the base year; no year left; a
    year twice; a pathway by the other scope 2 method; an event in between that is not restated.
    """
    refuse_no_series(actual)
    refuse_no_series(pathway)
    actual = actual.dropna()
    if pathway.attrs.get("scope2_method"):
        refuse_other_method(actual, pathway.attrs["scope2_method"], what="the pathway")
    refuse_breaks(actual.loc[actual.index >= pathway.index.min()])
    if not len(actual) or actual.index.max() < pathway.index.min():
        raise MethodError(f"no inventory since {int(pathway.index.min())}, where the budget begins",
                          hint="a budget is held against what was emitted; take a target whose base year is known")
    now = int(actual.index.max())
    past, future = pathway.loc[:now], pathway.loc[now + 1:]
    if missing := [int(y) for y in past.index if y not in actual.index]:
        raise MethodError(f"no inventory for {missing}: a budget cannot skip years",
                          hint="add these years to reported_inventories")
    if not len(future):
        raise MethodError(f"the pathway ends in {int(pathway.index.max())}, not after {now}",
                          hint="take a target whose year lies ahead; nothing is left to share out")
    used_kg, allowed_kg, whole_kg = (budget_kg(of, convention=convention)
                                     for of in (actual.loc[past.index], past, pathway))
    overshoot, now_kg = used_kg - allowed_kg, float(actual.loc[now])
    remaining = whole_kg - allowed_kg - overshoot
    line, words = straight_line(now_kg, remaining, start=now, years=len(future), convention=convention,
                                target_kg=float(future.iloc[-1]))
    return Budget(
        convention, overshoot, remaining, len(future),
        _exhausted(actual.loc[past.index], whole_kg, remaining, convention),
        line, words, now, 0.0 if line is None else _slack(line, now_kg, remaining, convention),
        years_at_level(remaining, now_kg) if now_kg > 0 else None, actual, pathway)


def straight_line(
    now_kg: float, remaining_kg: float, *, start: int, years: int, convention: str, target_kg: float = math.inf
) -> tuple[pd.Series | None, str]:
    """Return yearly emissions that change by equal steps and keep the remaining budget, or None with the reason.

    The line uses all of the budget where it then ends at or below `target_kg`, what the target allows in the last year;
    else it ends at min(E_now, target), and what it leaves is slack, in words. It never rises.
    """
    refuse_convention(convention)
    refuse_no_number("straight line", at_least=0, now_kg=now_kg, hint="take the last inventory")
    refuse_no_number("straight line", remaining_kg=remaining_kg)
    refuse_no_number("straight line", at_least=1, years=years, hint="take a target whose year lies ahead")
    if not target_kg >= 0:
        raise MethodError(f"straight line: target_kg is {target_kg!r}", hint="kg of the target year, none is negative")
    if remaining_kg <= 0:
        return None, "the budget is exhausted"
    n = years
    # annual: sum_{i=1..n} (E - i s) = n E - s n (n + 1)/2;  trapezoid from year `start`: n E - s n^2/2
    step = (n * now_kg - remaining_kg) / (n * (n + 1) / 2 if convention == "annual_sum" else n**2 / 2)
    if now_kg - n * step < -_LAST_BITS * now_kg:
        return None, "cannot be kept by a straight line: it would end below zero"
    # The least step that ends at or below the target and does not rise.
    step = max(step, (now_kg - target_kg) / n, 0.0)
    index = pd.Index(range(start + 1, start + n + 1), name="year")
    line = pd.Series(np.maximum(now_kg - step * np.arange(1, n + 1), 0.0), index=index)
    change = f"{step:,.0f} kg less each year" if step else "no more than today's level each year"
    slack = _slack(line, now_kg, remaining_kg, convention)
    return line, f"{change}; {slack:,.0f} kg of slack" if slack else change


def _slack(line: pd.Series, now_kg: float, remaining_kg: float, convention: str) -> float:
    """Return what a line leaves of a budget [kg]; the last bits are nothing."""
    left = remaining_kg - float(_used_kg(line.to_numpy(), now_kg, convention)[-1])
    return left if left > _LAST_BITS * remaining_kg else 0.0


def _exhausted(actual: pd.Series, whole_kg: float, remaining_kg: float, convention: str) -> int | None:
    """Return the year in which the budget was or, at today's level, will be used up."""
    now, now_kg = int(actual.index[-1]), float(actual.iloc[-1])
    if remaining_kg <= 0:
        half = 0.0 if convention == "annual_sum" else (actual.iloc[0] + actual) / 2
        used_up = actual.cumsum() - half >= whole_kg
        return int(actual.index[used_up][0]) if used_up.any() else now  # used up now to the last bit is used up now
    # Seven years to the last bits are seven years: 0.7 / 0.1 is a little more.
    return now + math.ceil(remaining_kg / now_kg * (1 - _LAST_BITS)) if now_kg > 0 else None
