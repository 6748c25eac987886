"""
Targets: the pathway a company has promised, the gap to it, and the rate it now takes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.by_year import calendar_year, calendar_years, mean_of_years, refuse_infinite, refuse_no_series
from carbon.core.boxed import boxed
from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import SCOPE2_METHODS, SCOPES
from carbon.core.params import TargetParams
from carbon.trajectory.checked import refuse_breaks, refuse_other_method

if TYPE_CHECKING:
    from carbon.accounting.history import Inventories


@dataclass(frozen=True, repr=False)
class Target(Displayed):
    """
    A reduction of some scopes between a base year and a target year, by absolute contraction.

    pathway(y) = max(E_b (1 - r (y - b)), residual E_b),  r = reduction / (target_year - b)

    Linear in base emissions, never compounded. `scope2_method` is required: location- and market-based
    series never mix.

    References
    ----------
    SBTi, absolute contraction approach; methods page "Targets".
    """

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "scopes", self._known_scopes())
        for name in ("base_year", "target_year"):
            object.__setattr__(self, name, calendar_year(getattr(self, name), what=f"Target {self.id}, {name}"))
        mean = tuple(calendar_years(self.base_years or (), what=f"Target {self.id}, base_years"))
        if len(set(mean)) < len(mean):
            raise MethodError(f"Target {self.id}: base_years {list(mean)} hold a year twice",
                              hint="a mean counts each of its years once")
        object.__setattr__(self, "base_years", mean)
        self._refuse_shares()
        if self.target_year <= self.base_year:
            raise MethodError(
                f"Target {self.id}: target year {self.target_year} is not after base year {self.base_year}",
                hint="correct base_year or target_year in the company's params, key `targets`",
            )
        if self.base_years and max(self.base_years) >= self.target_year:
            raise MethodError(f"Target {self.id}: target year {self.target_year} is not after base years "
                              f"{list(self.base_years)}", hint="a mean base lies before the target year")
        if self.base_years and self.base_year not in self.base_years:
            raise MethodError(f"Target {self.id}: base_year {self.base_year} is none of base_years "
                              f"{list(self.base_years)}", hint="the cut is counted from one of the years of the mean")
        if self.scope2_method not in SCOPE2_METHODS:
            raise MethodError(f"Target {self.id}: scope2_method must be one of {list(SCOPE2_METHODS)}",
                              hint="location- and market-based never mix: a target is set on one of them")

    def _known_scopes(self) -> tuple[str, ...]:
        given = self.scopes
        listed = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else []
        texts = [str(s) for s in listed if isinstance(s, str)]
        if not listed or len(set(texts)) < len(listed) or not set(texts) <= set(SCOPES):
            raise MethodError(f"Target {self.id}: scopes {given!r} are none of {list(SCOPES)}, each once",
                              hint='a list of text, e.g. scopes=("1", "2")')
        return tuple(sorted(texts) if isinstance(given, set | frozenset) else texts)

    def _refuse_shares(self) -> None:
        cut, left = self.reduction, self.residual
        if not _is_number(cut) or not 0 < cut <= 1:
            raise MethodError(f"Target {self.id}: reduction {cut} is not in (0, 1]", hint="0.42 means -42 %")
        if not _is_number(left) or not 0 <= left < 1:
            raise MethodError(f"Target {self.id}: residual {left} is not in [0, 1)",
                              hint="0.1 means that 10 % of the base may be left at net zero")

    @classmethod
    def from_params(cls, params: TargetParams) -> Target:
        """
        The target as a company's params file states it.
        """
        return cls(
            id=params.id, scopes=tuple(params.scopes), scope2_method=params.scope2_method,
            base_year=params.base_year, target_year=params.target_year, reduction=params.reduction,
            residual=params.residual, ruleset=params.ruleset, base_years=tuple(params.base_years),
        )

    @property
    def yearly_rate(self) -> float:
        """
        r [share of base emissions per year].
        """
        return self.reduction / (self.target_year - self.base_year)

    @property
    def cut(self) -> float:
        """
        Share of the base that the pathway cuts by the target year: the reduction, as far as its residual lets it.
        """
        return min(self.reduction, 1 - self.residual)

    @boxed
    def check(
        self, history: Inventories, *, rules: Sequence[str], on: date, engaged_suppliers: Collection[str] = ()
    ) -> pd.DataFrame:
        """
        Findings under several records side by side, from real inventories: see `findings.check`.
        """
        from carbon.trajectory.findings import check

        return check(self, history, rules=rules, on=on, engaged_suppliers=engaged_suppliers)

    def has_base(self, series: pd.Series) -> bool:
        """
        Whether the series has a figure for the base year, or for each year of a mean base.
        """
        return set(self.base_years or (self.base_year,)) <= set(series.index[series.notna()])

    def base_kg(self, series: pd.Series) -> float:
        """
        Emissions the cut is a share of [kg]: those of the base year, or the mean of `base_years`.

        Raises
        ------
        MethodError
            A base year that the series does not have, or has no figure for; a year that stands twice; text instead of
            numbers.
        """
        refuse_no_series(series)
        years = list(self.base_years or (self.base_year,))
        missing = [y for y in years if y not in series.index]
        if missing:
            raise MethodError(
                f"Target {self.id}: the series has no base year {', '.join(map(str, missing))} "
                f"(years {list(series.index)})",
                hint="add the year to reported_inventories, or move the target's base_year")
        return mean_of_years(series, years)

    def pathway_of(self, series: pd.Series) -> pd.Series:
        """
        The pathway from the base in a series that the target can be held against [kg].

        Raises
        ------
        MethodError
            As `base_kg`; another scope 2 method or other scopes than the target's; an event since the base year that is
            not restated.
        """
        base_kg = self.base_kg(series)
        if "2" in self.scopes:
            refuse_other_method(series, self.scope2_method, what=f"target {self.id}")
        _refuse_other_scopes(series, self)
        refuse_breaks(series.loc[series.index >= min(self.base_years or (self.base_year,))])
        return self.pathway(base_kg)

    def pathway(self, base_kg: float) -> pd.Series:
        """
        Emissions the target allows [kg], by year from base year to target year.

        Raises
        ------
        MethodError
            Something else than a finite number of kg; a base of zero or less.
        """
        if not _is_number(base_kg):
            shown = repr(base_kg) if isinstance(base_kg, str) or not isinstance(base_kg, Iterable) else (
                type(base_kg).__name__)
            raise MethodError(f"Target {self.id}: base_kg is {shown}, not a finite number of kg",
                              hint="give the emissions of the base year as one number [kg], e.g. pathway(1.2e6); for a "
                                   "series of years: pathway_of(series)")
        if base_kg <= 0:
            raise MethodError(
                f"Target {self.id}: base-year emissions are {base_kg} kg; a percentage of nothing does not exist",
                hint="check the inventory of the base year",
            )
        years = np.arange(self.base_year, self.target_year + 1)
        kg = np.maximum(base_kg * (1 - self.yearly_rate * (years - self.base_year)), self.residual * base_kg)
        made = pd.Series(kg, index=pd.Index(years, name="year"), name="pathway_kg")
        made.attrs["scope2_method"] = self.scope2_method if "2" in self.scopes else ""
        return made


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return number and math.isfinite(value)


def _refuse_other_scopes(series: pd.Series, target: Target) -> None:
    own = series.attrs.get("scopes")
    if own is not None and tuple(own) != tuple(sorted(target.scopes)):
        raise MethodError(f"target {target.id} is on scopes {', '.join(target.scopes)} and the series sums "
                          f"{', '.join(own)}",
                          hint=f'take inventories.series({list(target.scopes)}, "{target.scope2_method}")')


def gap(series: pd.Series, target: Target) -> pd.DataFrame:
    """
    Actual emissions against the pathway, year by year.

    gap_kg = actual_kg - pathway_kg; positive means above the pathway.

    Parameters
    ----------
    series
        kg CO2e by year; must hold the base year, or each year of a mean base.

    Returns
    -------
    DataFrame
        year, actual_kg (NaN where there is no inventory), pathway_kg, gap_kg.

    Raises
    ------
    MethodError
        No base year in the series; a year twice; another scope 2 method or other scopes than the target's; an event in
        between that is not restated.
    """
    pathway = target.pathway_of(series)
    refuse_infinite(series)
    actual = series.reindex(pathway.index)
    return pd.DataFrame(
        {"year": pathway.index, "actual_kg": actual.to_numpy(), "pathway_kg": pathway.to_numpy(),
         "gap_kg": (actual - pathway).to_numpy()}
    )


def required_rate(current_kg: float, target_kg: float, *, years: int, base_kg: float) -> pd.DataFrame:
    """
    What it now takes to be at `target_kg` in `years` years, in four labelled forms.

    compound = 1 - (target/current)^(1/years); yearly = (current - target)/years, as kg, as share of current, of base.

    Returns
    -------
    DataFrame
        form, value, unit.
    """
    if not all(_is_number(v) for v in (current_kg, target_kg, base_kg, years)):
        raise MethodError(f"required_rate: {current_kg!r}, {target_kg!r}, {base_kg!r} kg in {years!r} years are not "
                          "all numbers", hint="an unknown figure is not zero: add the inventory that is missing")
    if years <= 0:
        raise MethodError(f"required_rate: {years} years left", hint="the target year must lie ahead")
    if min(current_kg, base_kg) <= 0 or target_kg < 0:
        raise MethodError("required_rate: emissions must be positive", hint="check the current and base-year totals")
    yearly = (current_kg - target_kg) / years
    return pd.DataFrame(
        [
            ("compound", 1 - (target_kg / current_kg) ** (1 / years), "per year"),
            ("linear", yearly, "kg per year"),
            ("linear, share of current", yearly / current_kg, "of current per year"),
            ("linear, share of base", yearly / base_kg, "of base per year"),
        ],
        columns=["form", "value", "unit"],
    )
