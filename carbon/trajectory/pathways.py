"""Pathways beyond absolute contraction, each a plain function of plain numbers or Series by year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import calendar_year, calendar_years
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.public_names import box_all
from carbon.trajectory.contraction import contracted


def sector_decarbonisation(
    company_activity: pd.Series, sector_activity: pd.Series, sector_intensity: pd.Series, *, base_kg: float,
    market_share: bool,
) -> pd.DataFrame:
    """Sectoral decarbonisation approach: the company's intensity converges to the sector's.

    d = CI_b - SI_end; p_y = (SI_y - SI_end)/(SI_b - SI_end); m_y = (CA_b/SA_b)/(CA_y/SA_y);
    CI_y = d p_y m_y + SI_end; E_y = CI_y CA_y.

    Activities are in the same unit, by year from base to end year; the sector's intensity in kg per unit; `base_kg` is
    the company's emissions in the base year [kg]. `market_share=False` sets m to 1 (a named choice: some
    implementations leave it out). Returns year, d, p, m, intensity [kg/unit], co2e_kg. Where the company is already
    below the sector's end point (d < 0) its intensity stays at the base year's (column `clipped`).

    Raises MethodError: Years or units (`attrs["unit"]`) that differ; an activity that is not positive or not known; a
    sector whose intensity does not change.

    Source: SBTi, Sectoral Decarbonization Approach; RMI-PACTA/r2dii.analysis, article "SDA target".
    """
    years = sector_intensity.index
    if not (company_activity.index.equals(years) and sector_activity.index.equals(years)):
        raise MethodError("the three series do not have the same years",
                          hint="interpolate between the scenario's years before; never extrapolate")
    _refuse_unknown({"company's activity": company_activity, "sector's activity": sector_activity,
                     "sector's intensity": sector_intensity}, base_kg)
    si_b, si_end = float(sector_intensity.iloc[0]), float(sector_intensity.iloc[-1])
    if si_b == si_end:
        raise MethodError("the sector's intensity does not change", hint="take absolute contraction")
    own_intensity = base_kg / float(company_activity.iloc[0])
    d, p = own_intensity - si_end, (sector_intensity - si_end) / (si_b - si_end)
    share = company_activity / sector_activity
    m = share.iloc[0] / share if market_share else 1.0
    # Below the sector's end point the formula would raise the company: it stays where it is.
    intensity = d * p * m + si_end if d >= 0 else own_intensity
    table = pd.DataFrame({"d": d, "p": p, "m": m, "intensity": intensity, "co2e_kg": intensity * company_activity,
                          "clipped": d < 0}, index=years)
    return table.rename_axis("year").reset_index()


def _refuse_unknown(series: dict[str, pd.Series], base_kg: float) -> None:
    for name, values in series.items():
        # An intensity may end at zero; an activity is divided by.
        low = 0.0 if name.endswith("intensity") else np.finfo(float).tiny
        if bad := values.index[~(np.isfinite(values) & (values >= low))].tolist():
            raise MethodError(f"the {name} in {bad} is not known or has no activity to divide by",
                              hint="take a base and end year with figures for each year between them")
    if not np.isfinite(base_kg) or base_kg < 0:
        raise MethodError(f"base-year emissions are {base_kg} kg", hint="take a base year with an inventory")
    units = sorted({str(s.attrs["unit"]) for s in series.values() if "unit" in s.attrs})
    if len(units) > 1:
        raise MethodError(f"activities in {' and '.join(units)} have no common intensity",
                          hint="convert the company's activity into the scenario's unit")


def economic_pathway(value_added: pd.Series, *, base_kg: float, yearly_rate: float) -> pd.DataFrame:
    """Return GEVA, the one pathway that compounds, with the absolute tonnes it allows: a fall per value may be a rise.

    intensity_y = (E_b / V_b) (1 - r)^(y - b);  E_y = intensity_y V_y

    Value added is by year from base year to last year, each of them, in money of one year (deflated), positive;
    `base_kg` the company's emissions in the base year [kg]; r e.g. 0.07. Returns year, value_added, intensity [kg per
    value added], co2e_kg, co2e_t.

    Source: SBTi, greenhouse gas emissions per value added: 7 % a year (to confirm in the criteria before printing as a
    rule).
    """
    if not isinstance(value_added, pd.Series):
        raise MethodError(f"value added by year is a Series, not a {type(value_added).__name__}",
                          hint="pd.Series(value_added, index=years)")
    index = calendar_years(value_added.index, what="value_added")
    if not index or len(set(index)) < len(index):
        raise MethodError(f"value added is given for the years {index}", hint="one figure a year, the base year first")
    refuse_no_number("emissions per value added", value_added=value_added.replace(np.inf, np.nan))
    value = value_added.set_axis(index).sort_index()
    of_years = value.reindex(range(min(index), max(index) + 1))
    if wrong_years := of_years.index[~((of_years > 0) & (of_years < np.inf))].tolist():
        raise MethodError(f"value added is not positive or not known in {wrong_years}",
                          hint="a change of sign has no intensity: take another base year or an absolute target")
    refuse_no_number("emissions per value added", over=0, base_kg=base_kg, hint="take a base year with an inventory")
    refuse_no_number("emissions per value added", over=0, yearly_rate=yearly_rate, hint="0.07 means 7 % a year")
    if yearly_rate >= 1:
        raise MethodError(f"a yearly rate of {yearly_rate} is not accepted", hint="0.07 means 7 % a year")
    intensity = base_kg / float(value.iloc[0]) * (1 - yearly_rate) ** np.arange(len(value))
    table = pd.DataFrame({"value_added": value.astype(float), "intensity": intensity, "co2e_kg": intensity * value,
                          "co2e_t": intensity * value / 1000})
    return table.rename_axis("year").reset_index()


def forward_looking_limit(
    base_kg: float, recent_kg: float, *, base_year: int, recent_year: int, target_year: int, net_zero_year: int,
    yearly_rate: float, residual: float,
) -> pd.DataFrame:
    """Return the two conditions of forward-looking ambition; both must hold.

    E_b (1 - r (TY - b))  and  E_mry (1 - (1 - residual)(TY - MRY)/(NZ - MRY)).

    Returns condition, limit_kg [kg], binds (true on the stricter one).

    Source: SBTi Target Validation Protocol V3.0, 3.1-3.2 (contents verified, rule text second-hand).
    """
    refuse_no_number("forward-looking ambition", over=0, base_kg=base_kg,
                     hint="a percentage of nothing does not exist: check the inventory of the base year")
    refuse_no_number("forward-looking ambition", at_least=0, recent_kg=recent_kg,
                     hint=f"emissions of {base_kg} and {recent_kg} kg are not both known: take years with an inventory")
    refuse_no_number("forward-looking ambition", at_least=0, yearly_rate=yearly_rate, residual=residual,
                     base_year=base_year, recent_year=recent_year, net_zero_year=net_zero_year, target_year=target_year)
    for what, year in (("the net-zero year", net_zero_year), ("target year", target_year)):
        if year <= recent_year:
            raise MethodError(f"{what} {year} is not after the most recent year {recent_year}",
                              hint="what is due is compared with what was emitted, not with an ambition")
    limits = forward_looking_kg(
        base_kg, recent_kg, np.array([target_year]), base_year=base_year, recent_year=recent_year,
        net_zero_year=net_zero_year, yearly_rate=yearly_rate, residual=residual)
    limits = limits.melt(var_name="condition", value_name="limit_kg")
    return limits.assign(binds=limits["limit_kg"] == limits["limit_kg"].min())


def forward_looking_kg(
    base_kg: float, recent_kg: float, years: np.ndarray, *, base_year: int, recent_year: int, net_zero_year: int,
    yearly_rate: float, residual: float, least: float = -np.inf,
) -> pd.DataFrame:
    """Return both conditions of forward-looking ambition in some years [kg], unchecked; `least`: the share left."""
    to_net_zero = (1 - residual) / (net_zero_year - recent_year)
    return pd.DataFrame({
        "from base year": contracted(base_kg, years - base_year, yearly_rate=yearly_rate, residual=least),
        "from most recent year": contracted(recent_kg, years - recent_year, yearly_rate=to_net_zero, residual=least)})


def milestones(points: dict[int, float]) -> pd.Series:
    """Return a pathway through given years [kg], straight between them; to net zero: the base, the base less each
    near-term cut, and what may be left, e.g. {2020: E_b, 2030: 0.58 E_b, 2050: 0.1 E_b}. Removals are their own series.
    """
    points = {calendar_year(y, what="milestones"): kg for y, kg in points.items()}
    known_kg = [kg for kg in points.values() if isinstance(kg, int | float | np.number) and 0 <= kg < np.inf]
    if len(points) < 2 or len(known_kg) < len(points):
        raise MethodError("milestones need at least two years and no negative or unknown value",
                          hint="give the base year and a later one; removals are a series of their own")
    years = np.arange(min(points), max(points) + 1)
    ends = np.array(sorted(points))
    return pd.Series(np.interp(years, ends, [points[y] for y in ends]), index=pd.Index(years, name="year"))


def renewable_share(year: int, schedule: dict[int, float]) -> float:
    """Return the required share of renewable electricity in a year, by interpolation between the schedule's years."""
    known_years = calendar_years(sorted(schedule), what="schedule")
    if not known_years:
        raise MethodError("a schedule without a year asks for nothing", hint="e.g. {2025: 0.8, 2030: 1.0}")
    shares: dict[str, Any] = {str(y): schedule[y] for y in known_years}
    refuse_no_number("renewable share", **shares)
    year = calendar_year(year, what="renewable share")
    return float(np.interp(year, known_years, [schedule[y] for y in known_years]))


box_all(globals(), ("economic_pathway", "forward_looking_limit", "milestones",
                    "renewable_share", "sector_decarbonisation"))
