"""The IT fleet of one year: numbers, ages, carbon in both views, and the effect of a longer life."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.display import HandsOut, as_html
from carbon.core.errors import MethodError
from carbon.core.periods import reporting_year
from carbon.digital import packaged_tables
from carbon.digital.devices import embodied, figures, lifetimes
from carbon.digital.devices.lifetimes import cohort_table
from carbon.digital.devices.policy import check_policy
from carbon.digital.devices.stock import Usage, age_pyramid, devices_of
from carbon.digital.electricity import GridFactor
from carbon.digital.magnitude import about
from carbon.params.shapes.digital import FleetPolicy

HORIZON_YEARS = 12
"""How far the cohort tables look: long enough to see the second cliff of a six-year life."""
VIEWS = (embodied.SPREAD, embodied.PURCHASE_YEAR)


@dataclass(frozen=True, eq=False, repr=False)
class Fleet(HandsOut):
    """A fleet at the end of one year [kg CO2e].

    table: `FLEET_YEAR`, category x view: two views; do not add them together. headline: figure, value, unit, numerator,
    denominator. pyramid, exits, tiers (of evidence), second_lives (avoided emissions, apart), policy (its verdicts),
    cohorts (purchases and carbon under other lives). devices: one row a device, with its age, life, factor and tier.
    notes: for every table of it.
    """

    year: int
    view: str
    lifespan_rule: str
    grid: GridFactor
    table: pd.DataFrame
    headline: pd.DataFrame
    pyramid: pd.DataFrame
    exits: pd.DataFrame
    tiers: pd.DataFrame
    second_lives: pd.DataFrame
    policy: pd.DataFrame
    cohorts: pd.DataFrame
    devices: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def row(self) -> pd.Series:
        """All categories in the chosen view."""
        rows = self.table[(self.table["category"] == figures.ALL) & (self.table["view"] == self.view)]
        return rows.iloc[0]

    @property
    def embodied_kg(self) -> float:
        """Embodied carbon of the year in the chosen view [kg CO2e]; "at least" where a device is not covered."""
        return float(self.row["embodied_co2e_kg"])

    def figure(self, name: str) -> float:
        """Return one line of `headline` by name; NaN is "no data"."""
        return float(self.headline.loc[self.headline["figure"] == name, "value"].item())

    def __repr__(self) -> str:
        row = self.row
        kg = about(row["embodied_co2e_kg"], row["low_co2e_kg"], row["high_co2e_kg"], at_least=row["not_covered"] > 0)
        return f"Fleet({self.year}: {int(row['stock']):,} devices, {kg} embodied, view {self.view})"

    def _repr_html_(self) -> str:
        table = self.table.rename(columns=lambda c: c.replace("_", " "))
        return as_html(repr(self), table, notes=self.notes)


def fleet(
    assets: pd.DataFrame, *, year: int, view: str, lifespan_rule: str, idle_months: float, grid: GridFactor,
    planned: Mapping[str, float] | None = None, factors: pd.DataFrame | None = None, employees: float = math.nan,
    policy: FleetPolicy | None = None, scenario_lifespans: Sequence[float] = (), year_starts: str = "01-01",
    spend_kg_per_eur: float | None = None, site_grids: Mapping[str, GridFactor] | None = None,
    kwh_per_year: Mapping[str, float] | None = None, hours_per_day: Mapping[str, float] | None = None,
    work_share: Mapping[str, float] | None = None, payback_horizon_years: float | None = None,
) -> Fleet:
    """Calculate a fleet at the end of a reporting year, from a stock list.

    spread: sum(E / L) over the devices in stock; purchase_year: sum(E) over those bought in the year.
    use: W g of the devices in stock. Ranges: all factors low, all factors high: bounds, not confidence intervals.

    Parameters
    ----------
    assets
        `digital_tables.ASSET`.
    view
        "spread" or "purchase_year": which one `embodied_kg` is; `table` has both.
    lifespan_rule
        "max_of_age_and_planned" or "numecoeval".
    idle_months
        Never in service for longer than this is idle stock.
    grid
        From `grid_factor` or `given_grid`.
    planned
        Category -> planned life [years] where the stock list gives none.
    factors
        `digital_tables.DEVICE_FACTOR` of the user, before the packaged categories.
    employees
        For figures per employee; without it they are "no data".
    scenario_lifespans
        Lives of whole years for the cohort tables, e.g. (6, 8).
    spend_kg_per_eur
        Factor of a device with a price but without a footprint; without it such a device is "not covered".
    site_grids
        Site -> grid factor of devices that are in another country than `grid`.
    kwh_per_year, hours_per_day
        Category -> measured kWh of one device a year (TEC); else its hours of active use a day.
    work_share
        "COPE", "BYOD" -> share of a phone that is work's, in place of NumEcoEval's 0.8 and 0.57.
    payback_horizon_years
        With it, the notes state how many kWh a year a new device would have to save to pay for its making.

    Raises TableError: The stock list contradicts itself: see `checked_assets`; MethodError: An unknown view or rule.
    """
    if view not in VIEWS:
        raise MethodError(f"Unknown view {view!r}", hint=f"one of {', '.join(VIEWS)}")
    first, last = reporting_year(year, year_starts)
    grids = dict(site_grids or {})
    usage = Usage(grid.kg_per_kwh, {site: g.kg_per_kwh for site, g in grids.items()}, kwh_per_year or {},
                  hours_per_day or {}, work_share or {})
    unknown = sorted({*usage.kwh_per_year, *usage.hours_per_day} - {*packaged_tables.devices(), *assets["category"]})
    if unknown:
        raise MethodError(f"kWh a year or hours a day of {', '.join(unknown)}: no category of a device",
                          hint=f"categories: {', '.join(sorted({*assets['category']}))}")
    devices = devices_of(assets, first=first, last=last, lifespan_rule=lifespan_rule, idle_months=idle_months,
                         planned=planned or {}, factors=factors, spend_kg_per_eur=spend_kg_per_eur, usage=usage)
    table = figures.fleet_year(devices, year=year)
    return Fleet(
        year=year, view=view, lifespan_rule=lifespan_rule, grid=grid, table=table,
        headline=figures.headline(devices, employees=employees, months=12.0), pyramid=age_pyramid(devices),
        exits=figures.exits(devices), tiers=figures.by_tier(devices, view),
        second_lives=figures.second_lives(devices),
        policy=check_policy(devices, policy or FleetPolicy(), employees=employees),
        cohorts=cohort_table(_cohorts(devices), scenario_lifespans, first_year=year + 1, years=HORIZON_YEARS),
        devices=devices, notes=(
            *_notes(devices, view, lifespan_rule, grid), *_usage_notes(devices, usage, grids),
            *_paybacks(devices, grid, payback_horizon_years)))


def _usage_notes(devices: pd.DataFrame, usage: Usage, grids: Mapping[str, GridFactor]) -> list[str]:
    """Return what replaces the packaged power, hours, shares and the one grid."""
    sites = sorted(set(devices["site"]) & set(grids))
    notes = [f"devices of {site}: {grids[site].words}" for site in sites]
    for words, values in (("measured kWh a year", usage.kwh_per_year), ("hours a day", usage.hours_per_day),
                          ("share of phones that is work's", usage.work_share)):
        if values:
            notes.append(f"{words} of the company: " + ", ".join(f"{k} {v:g}" for k, v in sorted(values.items())))
    return notes


def _cohorts(devices: pd.DataFrame) -> pd.DataFrame:
    """Return stock by category and whole years of age, of devices with a date and a factor."""
    rows = devices["in_stock"] & devices["age_years"].notna() & devices["embodied_kg"].notna()
    stock = devices.loc[rows, ["asset_id", "category", "age_years", "embodied_kg", "planned_years"]]
    table = stock.assign(age=np.floor(stock["age_years"]).astype("int64"))
    return table.groupby(["category", "age"], as_index=False).agg(
        units=("asset_id", "size"), embodied_kg=("embodied_kg", "mean"), planned_years=("planned_years", "mean"))


def _paybacks(devices: pd.DataFrame, grid: GridFactor, horizon: float | None) -> list[str]:
    """Return of each category the saving from which a replacement pays, and what one device draws [kWh a year]."""
    stock = devices[devices["in_stock"] & devices["embodied_kg"].notna() & devices["kwh"].notna()]
    if horizon is None or not grid.kg_per_kwh or stock.empty:
        return []
    means = stock.groupby("category")[["embodied_kg", "kwh"]].mean()
    return [f"{category}: a new one pays for its making only if it saves over "
            f"{kg / (grid.kg_per_kwh * horizon):,.0f} kWh a year over {horizon:g} years; one draws about "
            f"{kwh:,.0f} kWh a year"
            for category, kg, kwh in means.itertuples(name=None)]


def _notes(devices: pd.DataFrame, view: str, rule: str, grid: GridFactor) -> tuple[str, ...]:
    stock = devices["in_stock"]
    uncovered = sorted(devices.loc[stock & devices["embodied_kg"].isna(), "category"].unique())
    undated = int((stock & devices["age_years"].isna()).sum())
    assumed = sorted(devices.loc[stock & (devices["range_from"] == "assumed"), "tier"].unique())
    defaults = sorted(devices.loc[stock & devices["planned_lifespan_years"].isna(), "category"].unique())
    notes = [
        f"embodied: manufacture, distribution and end of life; view {view}; the table has both views",
        f"life of a device: {rule} ({', '.join(lifetimes.RULES)})", grid.words,
        "ranges: all factors low, all high: a bound, not a confidence interval",
    ]
    if assumed:
        notes.append(f"the range of tiers {', '.join(assumed)} is an assumed band")
    if defaults:
        notes.append(f"planned life from params or the type's default: {', '.join(defaults)}")
    if undated:
        notes.append(f"without purchase date, so without age: {undated:,} in stock")
    if undated_exits := int((devices["retired"] & devices["age_years"].isna()).sum()):
        notes.append(f"without purchase date, so in no reuse rate: {undated_exits:,} retired")
    if uncovered:
        notes.append(f"not covered (no factor): {', '.join(uncovered)}")
    return tuple(notes)
