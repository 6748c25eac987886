"""
The baseline: every stream carried forward by the fitted trajectory, or by the grid where that is declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError, ParamsError, TableError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD, SCOPES
from carbon.core.lever_params import Select
from carbon.trajectory import Target, Trajectory, fit

STREAM = ["scope", "category", "activity", "region", "site", "supplier"]
TEXTS = ["activity", "region", "site", "supplier"]


def streams(emissions: pd.DataFrame) -> pd.DataFrame:
    """
    Emissions of a year by stream (scope x category x activity x region x site x supplier).

    Returns
    -------
    DataFrame
        The columns of `STREAM`, location_kg, market_kg [kg CO2e]; outside scope 2 the two are equal.

    Raises
    ------
    TableError
        No counted rows.
    """
    counted = emissions[emissions["kyoto"]]
    if counted.empty:
        raise TableError("the inventory has no counted emissions: there is nothing a lever could act on")
    groups = counted.groupby(STREAM, sort=True, observed=True, dropna=False)
    table = groups.size().reset_index()[STREAM]
    code = groups.ngroup().to_numpy()
    for column, method in (("location_kg", LOCATION), ("market_kg", MARKET)):
        chosen = counted["scope2_method"].isin((NO_METHOD, method)).to_numpy()
        table[column] = exact_sum(counted["co2e_kg"].to_numpy()[chosen], code[chosen], len(table))
    return table


def matching(table: pd.DataFrame, select: Select) -> np.ndarray:
    """
    Which streams a selection means: every field given must match, texts as globs blind to capitals.
    """
    hit = np.ones(len(table), dtype=bool)
    if select.scope:
        hit &= table["scope"].isin(select.scope).to_numpy()
    if select.category:
        hit &= table["category"].isin(select.category).to_numpy()
    for column in TEXTS:
        patterns = [p.lower() for p in getattr(select, column)]
        if patterns:
            words = table[column].unique()
            found = [w for w in words if any(fnmatchcase(str(w).lower(), p) for p in patterns)]
            hit &= table[column].isin(found).to_numpy()
    return hit


def known(table: pd.DataFrame, select: Select, *, where: str) -> np.ndarray:
    """
    `matching`, refused where it is empty.

    Parameters
    ----------
    where
        File, lever and field, for the error.

    Raises
    ------
    ParamsError
        No stream matches.
    """
    hit = matching(table, select)
    if not hit.any():
        asked = {k: v for k, v in select.model_dump().items() if v}
        raise ParamsError(f"{where}: no stream of the inventory matches {asked}",
                          hint="`carbon.levers.streams(inv.emissions)` lists the streams; correct the selection")
    return hit


@dataclass(frozen=True, eq=False, repr=False)
class Baseline(Displayed):
    """
    What is emitted without new levers.

    Attributes
    ----------
    streams
        Streams of the last inventory, with `group` (scopes that are fitted together), `grid` (true where the stream
        follows the grid pathway) and their kg in that year.
    years
        The plan's years.
    index
        [streams, years]: kg of the year / kg of the last inventory year.
    grid_index
        [streams, years]: the grid pathway of the stream's region, 1 where none is declared.
    fits
        Trajectory of each group.
    """

    streams: pd.DataFrame
    years: np.ndarray
    index: np.ndarray
    grid_index: np.ndarray
    fits: Mapping[str, Trajectory] = field(default_factory=dict)

    @property
    def location_kg(self) -> np.ndarray:
        """[streams, years], kg CO2e."""
        return self.streams["location_kg"].to_numpy()[:, None] * self.index

    @property
    def market_kg(self) -> np.ndarray:
        """[streams, years], kg CO2e."""
        return self.streams["market_kg"].to_numpy()[:, None] * self.index

    def multipliers(self, draws: int, *, seed: int) -> dict[str, np.ndarray]:
        """
        Simulated path / median path of each group, [draws, years]. All groups share the same shocks: a good year is
        good for all, so the spread of the total is not made smaller by adding up.
        """
        made = {}
        for group, fitted in self.fits.items():
            at = np.searchsorted(fitted.table["year"].to_numpy(), self.years)
            paths = fitted.predictive.paths(draws, seed=seed)[:, at]
            made[group] = paths / fitted.table["median_kg"].to_numpy()[at]
        return made

    def table(self) -> pd.DataFrame:
        """
        year, group, location_kg, market_kg, low_share, high_share: the baseline by group; 80 % of its paths lie between
        the two shares of it (`spread`).
        """
        spread = self.spread()
        rows = [(int(year), group, float(self.location_kg[hit, t].sum()), float(self.market_kg[hit, t].sum()),
                 *spread[group][:, t].tolist()) for group, hit in self._groups() for t, year in enumerate(self.years)]
        return pd.DataFrame(rows, columns=["year", "group", "location_kg", "market_kg", "low_share", "high_share"])

    def by_stream(self, year: int) -> pd.DataFrame:
        """
        Every stream in one year of the plan: its columns, last_kg (of the last inventory), location_kg, market_kg and
        the 80 % range low_kg to high_kg of location_kg.

        Raises
        ------
        MethodError
            The year is not one of the plan.
        """
        if year not in self.years:
            raise MethodError(f"{year} is not among the plan's years {self.years[0]}-{self.years[-1]}")
        at, spread = int(np.flatnonzero(self.years == year)[0]), self.spread()
        low, high = (np.array([spread[g][side, at] for g in self.streams["group"]]) for side in (0, 1))
        kg = self.location_kg[:, at]
        table = self.streams.drop(columns="market_kg").rename(columns={"location_kg": "last_kg"})
        return table.assign(location_kg=kg, market_kg=self.market_kg[:, at], low_kg=low * kg, high_kg=high * kg)

    def spread(self) -> dict[str, np.ndarray]:
        """
        10 % and 90 % quantile of each group's trajectory over its median [2, years]; NaN on three years, which give no
        interval. A stream shares its group's: the history is too short to tell the streams of a group apart.
        """
        made = {}
        for group, fitted in self.fits.items():
            at = np.searchsorted(fitted.table["year"].to_numpy(), self.years)
            median = fitted.table["median_kg"].to_numpy()[at]
            made[group] = np.array([fitted.predictive.quantile(p)[at] / median for p in (0.1, 0.9)])
        return made

    def notes(self) -> pd.DataFrame:
        """
        group, years, fit, record, grid: how each group was carried forward, in words.
        """
        rows = []
        for group, hit in self._groups():
            fitted = self.fits[group]
            share = float(self.streams["location_kg"][hit & self.streams["grid"].to_numpy()].sum()
                          / self.streams["location_kg"][hit].sum())
            rows.append((group, len(fitted.series), fitted.branch, fitted.record, share))
        return pd.DataFrame(rows, columns=["group", "years", "fit", "record", "share_on_grid_pathway"])

    def _groups(self) -> list[tuple[str, np.ndarray]]:
        names = self.streams["group"].to_numpy()
        return [(g, names == g) for g in dict.fromkeys(names)]

    def __repr__(self) -> str:
        total = self.location_kg.sum(axis=0) / 1000
        return (f"Baseline({len(self.streams)} streams, {self.years[0]}-{self.years[-1]}, "
                f"{total[0]:,.1f} -> {total[-1]:,.1f} t location-based)")


def groups_of(targets: Sequence[Target]) -> dict[str, tuple[str, str]]:
    """
    Scope -> (group, scope 2 method of its fit): the scopes of a target are fitted together where targets do not
    overlap; else, and for scopes without a target, each scope alone.
    """
    scopes = [s for t in targets for s in t.scopes]
    if len(scopes) == len(set(scopes)):
        together = {s: ("+".join(t.scopes), t.scope2_method) for t in targets for s in t.scopes}
    else:
        together = {}
    method = targets[0].scope2_method if targets else "location-based"
    return {s: together.get(s, (s, method)) for s in SCOPES}


def carry_forward(
    table: pd.DataFrame, history: Any, *, targets: Sequence[Target], first_year: int, last_year: int, model: str,
    grid: Mapping[str, Mapping[int, float]],
) -> Baseline:
    """
    The baseline of every stream.

    B_s(y) = B_s(last) x median(y) / E(last) of the stream's group; a scope 2 stream of a region with a grid pathway
    follows B_s(last) x grid(y) instead, at constant consumption: the grid's fall is never counted twice.

    Parameters
    ----------
    table
        `streams` of the last inventory.
    history
        `Inventories`: `.series(scopes, scope2_method)` in kg by year.
    grid
        Region -> {year: factor relative to the last inventory year}, straight between, constant after.

    Raises
    ------
    MethodError
        The plan's years do not follow the last inventory; a group that cannot be fitted.
    """
    of_scope = groups_of(targets)
    members = {group: [s for s in SCOPES if of_scope[s][0] == group] for group, _ in of_scope.values()}
    needed = dict.fromkeys(of_scope[s] for s in sorted(set(table["scope"])))
    fits = {group: fit(history.series(members[group], method), until=last_year, model=model)
            for group, method in needed}
    last = {int(f.series.index[-1]) for f in fits.values()}
    if len(last) != 1 or first_year != min(last) + 1:
        raise MethodError(f"the plan starts in {first_year}, the series of its groups end in {sorted(last)}",
                          hint="set plan.first_year in levers.yml to the year after the last inventory")
    years = np.arange(first_year, last_year + 1)
    group = table["scope"].map({s: g for s, (g, _) in of_scope.items()}).astype("str")
    trend = {g: _trend(f, years) for g, f in fits.items()}
    grid_index = np.array([_grid(grid.get(r), years, min(last)) for r in table["region"]])
    on_grid = (table["scope"] == "2") & table["region"].isin(list(grid))
    index = np.where(on_grid.to_numpy()[:, None], grid_index, np.array([trend[g] for g in group]))
    return Baseline(table.assign(group=group, grid=on_grid), years, index, grid_index, fits)


def _trend(fitted: Trajectory, years: np.ndarray) -> np.ndarray:
    at = np.searchsorted(fitted.table["year"].to_numpy(), years)
    return fitted.table["median_kg"].to_numpy()[at] / float(fitted.series.iloc[-1])


def _grid(pathway: Mapping[int, float] | None, years: np.ndarray, last: int) -> np.ndarray:
    if pathway is None:
        return np.ones(len(years))
    points = {last: 1.0, **pathway}
    known = sorted(points)
    return np.interp(years, known, [points[y] for y in known])
