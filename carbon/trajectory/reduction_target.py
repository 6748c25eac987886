"""A reduction target: its terms, checked, and its pathway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from carbon.accounting.years.by_year import calendar_year, calendar_years, mean_of_years, refuse_no_series
from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import SCOPE2_METHODS, SCOPES
from carbon.core.plain_numbers import is_number
from carbon.core.text import instead
from carbon.trajectory.checked_series import refuse_breaks, refuse_other_method
from carbon.trajectory.contraction import absolute_contraction, implied_rate


@dataclass(frozen=True, repr=False)
class ReductionTarget(Displayed):
    """The terms of a target and its pathway; `targets.Target` gives the formula and its source."""

    id: str
    scopes: tuple[str, ...]
    scope2_method: str
    base_year: int
    target_year: int
    reduction: float
    residual: float = 0.0
    ruleset: str = ""
    base_years: tuple[int, ...] = ()
    """Years whose mean is the base (`base_year` the one the cut is counted from); empty: the base year alone."""
    period_from: int | None = None
    """First reporting year of the target period, which ESRS E1 (AR 25) measures the base year from."""

    def __post_init__(self) -> None:
        which = f"Target {self.id}"
        object.__setattr__(self, "scopes", self._known_scopes())
        for name in ("base_year", "target_year", *(["period_from"] if self.period_from is not None else [])):
            object.__setattr__(self, name, calendar_year(getattr(self, name), what=f"{which}, {name}"))
        mean = calendar_years(self.base_years or (), what=f"{which}, base_years")
        object.__setattr__(self, "base_years", tuple(mean))
        for is_wrong, what, hint in self._faults():
            if is_wrong:
                raise MethodError(f"{which}: {what}", hint=hint)

    def _faults(self) -> Iterator[tuple[bool, str, str]]:
        """Return whether each fault is there, what it is, and its remedy; the first one there is raised."""
        mean, base, last, period = list(self.base_years), self.base_year, self.target_year, self.period_from
        cut, left = self.reduction, self.residual
        yield (len(set(mean)) < len(mean), f"base_years {mean} hold a year twice",
               "a mean counts each of its years once")
        yield not is_number(cut) or not 0 < cut <= 1, f"reduction {cut} is not in (0, 1]", "0.42 means -42 %"
        yield (not is_number(left) or not 0 <= left < 1, f"residual {left} is not in [0, 1)",
               "0.1 means that 10 % of the base may be left at net zero")
        yield (last <= base, f"target year {last} is not after base year {base}",
               "correct base_year or target_year in the company's params, key `targets`")
        yield (period is not None and period > last, f"period_from {period} is after target year {last}",
               "the first reporting year of the target period, e.g. 2025")
        yield (max(mean, default=base) >= last, f"target year {last} is not after base years {mean}",
               "a mean base lies before the target year")
        yield (bool(mean) and base not in mean, f"base_year {base} is not one of base_years {mean}",
               "the cut is counted from one of the years of the mean")
        yield (self.scope2_method not in SCOPE2_METHODS, f"scope2_method must be one of {list(SCOPE2_METHODS)}",
               instead(str(self.scope2_method), SCOPE2_METHODS))

    def _known_scopes(self) -> tuple[str, ...]:
        stated_scopes = self.scopes
        is_list = isinstance(stated_scopes, Iterable) and not isinstance(stated_scopes, str)
        listed = list(stated_scopes) if is_list else []
        texts = [str(s) for s in listed if isinstance(s, str)]
        if not listed or len(set(texts)) < len(listed) or not set(texts) <= set(SCOPES):
            raise MethodError(f"Target {self.id}: scopes {stated_scopes!r} must be of {list(SCOPES)}, each once",
                              hint='a list of text, e.g. scopes=("1", "2")')
        return tuple(sorted(texts) if isinstance(stated_scopes, set | frozenset) else texts)

    @property
    def yearly_rate(self) -> float:
        """Yearly rate r [share of base emissions per year]."""
        return implied_rate(self.reduction, base_year=self.base_year, target_year=self.target_year)

    @property
    def cut(self) -> float:
        """Share of the base that the pathway cuts by the target year: the reduction, as far as its residual lets it."""
        return min(self.reduction, 1 - self.residual)

    @property
    def years_of_base(self) -> tuple[int, ...]:
        """The base year, or the years whose mean is the base."""
        return self.base_years or (self.base_year,)

    def has_base(self, series: pd.Series) -> bool:
        """Return whether the series has a figure for the base year, or for each year of a mean base."""
        known_years = {year for year, kg in zip(series.index.tolist(), series.tolist(), strict=True) if kg == kg}
        return known_years.issuperset(self.years_of_base)

    def base_kg(self, series: pd.Series) -> float:
        """Emissions the cut is a share of [kg]: those of the base year, or the mean of `base_years`.

        Raises MethodError: A base year that the series does not have, or has no figure for; a duplicate year; strings
        instead of numbers.
        """
        refuse_no_series(series)
        if missing := [y for y in self.years_of_base if y not in series.index]:
            raise MethodError(f"Target {self.id}: the series has no base year {', '.join(map(str, missing))} "
                              f"(years {list(series.index)})",
                              hint="add the year to reported_inventories, or move the target's base_year")
        return mean_of_years(series, list(self.years_of_base))

    def pathway_of(self, series: pd.Series) -> pd.Series:
        """Return the pathway from the base in a series that compares with the target [kg].

        Raises MethodError: As `base_kg`; another scope 2 method or other scopes than the target's; an event since the
        base year that is not restated.
        """
        base_kg = self.base_kg(series)
        if "2" in self.scopes:
            refuse_other_method(series, self.scope2_method, what=f"target {self.id}")
        own_scopes = series.attrs.get("scopes")
        if own_scopes is not None and tuple(own_scopes) != tuple(sorted(self.scopes)):
            raise MethodError(f"target {self.id} is on scopes {', '.join(self.scopes)} and the series sums "
                              f"{', '.join(own_scopes)}",
                              hint=f'take inventories.series({list(self.scopes)}, "{self.scope2_method}")')
        refuse_breaks(series.loc[series.index >= min(self.years_of_base)])
        return self.pathway(base_kg)

    def pathway(self, base_kg: float) -> pd.Series:
        """Emissions the target allows [kg], by year from base year to target year."""
        if not is_number(base_kg):
            many = isinstance(base_kg, Iterable) and not isinstance(base_kg, str)
            shown_value = type(base_kg).__name__ if many else repr(base_kg)
            raise MethodError(f"Target {self.id}: base_kg is {shown_value}, not a finite number of kg",
                              hint="give the emissions of the base year as one number [kg], e.g. pathway(1.2e6); for a "
                                   "series of years: pathway_of(series)")
        if base_kg <= 0:
            raise MethodError(f"Target {self.id}: base-year emissions are {base_kg} kg; a percentage of nothing does "
                              "not exist", hint="check the inventory of the base year")
        path = absolute_contraction(base_kg, base_year=self.base_year, last_year=self.target_year,
                                    yearly_rate=self.yearly_rate, residual=self.residual)
        path.attrs["scope2_method"] = self.scope2_method if "2" in self.scopes else ""
        return path
