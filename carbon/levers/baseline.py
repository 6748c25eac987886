"""Streams, the pieces of an inventory that levers act on, and the baseline.

The baseline carries every stream forward by the fitted trajectory, or by the grid where that is declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import ByYear
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError, ParamsError, TableError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD
from carbon.core.text import fold
from carbon.params.shapes.levers import Lever, Select
from carbon.params.shapes.plan_record import RecordedLever
from carbon.trajectory import Target, Trajectory, course, groups_of

FEWEST_CHANGES = 4
"""With fewer common yearly changes a correlation is not estimated: groups then share their shocks."""
STREAM = ["scope", "category", "activity", "region", "site", "supplier"]
TEXT_FIELDS = ["activity", "region", "site", "supplier"]


def streams(emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the emissions of a year by stream (scope x category x activity x region x site x supplier).

    Returns
    -------
    DataFrame
        The columns of `STREAM`, location_kg, market_kg [kg CO2e]; outside scope 2 the two are equal.

    Raises TableError: No counted rows.
    """
    counted_rows = emissions[emissions["kyoto"]]
    if counted_rows.empty:
        raise TableError("the inventory has no counted emissions: there is nothing a lever could act on")
    groups = counted_rows.groupby(STREAM, sort=True, observed=True, dropna=False)
    table = groups.size().reset_index()[STREAM]
    code = groups.ngroup().to_numpy()
    for column, method in (("location_kg", LOCATION), ("market_kg", MARKET)):
        by_method = counted_rows["scope2_method"].isin((NO_METHOD, method)).to_numpy()
        table[column] = exact_sum(counted_rows["co2e_kg"].to_numpy()[by_method], code[by_method], len(table))
    return table


def matching(table: pd.DataFrame, select: Select) -> np.ndarray:
    """Return which streams a selection matches: every field given must match, strings as globs without case."""
    hit = np.ones(len(table), dtype=bool)
    if select.scope:
        hit &= table["scope"].isin(select.scope).to_numpy()
    if select.category:
        hit &= table["category"].isin(select.category).to_numpy()
    for column in TEXT_FIELDS:
        patterns = [p.lower() for p in getattr(select, column)]
        if patterns:
            names = table[column].unique()
            matches = [w for w in names if any(fnmatchcase(str(w).lower(), p) for p in patterns)]
            hit &= table[column].isin(matches).to_numpy()
    return hit


def require_match(table: pd.DataFrame, select: Select, *, where: str) -> np.ndarray:
    """Return `matching`, or raise where no stream matches.

    where: File, lever and field, for the error.

    Raises ParamsError: No stream matches.
    """
    hit = matching(table, select)
    if not hit.any():
        fields = {k: v for k, v in select.model_dump().items() if v}
        raise ParamsError(f"{where}: no stream of the inventory matches {fields}",
                          hint="`carbon levers streams COMPANY` lists them; correct or leave out the lever")
    return hit


@dataclass(frozen=True, eq=False, repr=False)
class Baseline(HandsOut, Displayed):
    """What is emitted without new levers.

    streams: Streams of the last inventory, with `group` (scopes that are fitted together), `grid` (true where the
    stream follows the grid pathway) and their kg in that year.
    years: The plan's years.
    index: [streams, years]: kg of the year / kg of the last inventory year.
    grid_index: [streams, years]: the grid pathway of the stream's region, 1 where none is declared.
    fits: Trajectory of each group; none where the baseline is declared.
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

    def median(self, group: str) -> np.ndarray:
        """Return the median of a group's trajectory [kg], by year of the plan."""
        return _medians(self.fits[group], self.years)[1]

    def trend(self, group: str) -> np.ndarray:
        """Return a group's median / its last year, by year of the plan."""
        return self.median(group) / float(self.fits[group].series.iloc[-1])

    def multipliers(self, draws: int, *, seed: int, correlation: float | None = None) -> dict[str, np.ndarray]:
        """Return simulated path / median path of each group, [draws, years].

        Streams of a group share its path. Groups are correlated as their history is (`correlation`), or as stated: 1
        makes a good year good for all, 0 lets them cancel. Paths are paired by ranks of their last year, so that each
        group keeps its own distribution (Iman and Conover 1982, Communications in Statistics B11:311).
        """
        shared = self.correlation if correlation is None else correlation
        ratios, common = {}, np.random.default_rng([seed, 1]).standard_normal(draws)
        for k, (group, fitted) in enumerate(self.fits.items()):
            at, median = _medians(fitted, self.years)
            paths = fitted.predictive.paths(draws, seed=seed)[:, at] / median
            own_normal = np.random.default_rng([seed, 2, k]).standard_normal(draws)
            score = np.sqrt(shared) * common + np.sqrt(1 - shared) * own_normal
            ratios[group] = paths[np.argsort(paths[:, -1], kind="stable")][np.argsort(np.argsort(score))]
        return ratios

    @property
    def correlation(self) -> float:
        """Mean correlation of the groups' yearly changes in their common years, 0 to 1; 1 where there is one group."""
        logs = {g: np.log(f.series.astype(float)) for g, f in self.fits.items() if (f.series > 0).all()}
        changes = pd.DataFrame(logs).sort_index().diff().dropna()
        if len(logs) < 2 or len(changes) < FEWEST_CHANGES:
            return 1.0
        matrix = changes.corr().to_numpy()
        mean = float(np.nanmean(matrix[np.triu_indices(len(logs), 1)]))
        return float(np.clip(mean, 0.0, 1.0)) if np.isfinite(mean) else 1.0

    def table(self) -> pd.DataFrame:
        """Return the baseline by group: year, group, location_kg, market_kg, low_share, high_share.

        80 % of its paths lie between the two shares of it (`spread`).
        """
        spread = self.spread()
        unknown = np.full((2, len(self.years)), np.nan)
        rows = [(int(year), group, float(self.location_kg[hit, t].sum()), float(self.market_kg[hit, t].sum()),
                 *spread.get(group, unknown)[:, t].tolist())
                for group, hit in self._groups() for t, year in enumerate(self.years)]
        return pd.DataFrame(rows, columns=["year", "group", "location_kg", "market_kg", "low_share", "high_share"])

    def by_stream(self, year: int) -> pd.DataFrame:
        """Return every stream in one year of the plan.

        The stream's columns, last_kg (of the last inventory), location_kg, market_kg and the 80 % range low_kg to
        high_kg of location_kg.

        Raises MethodError: The year is not one of the plan.
        """
        if year not in self.years:
            raise MethodError(f"{year} is not among the plan's years {self.years[0]}-{self.years[-1]}")
        at, spread = int(np.flatnonzero(self.years == year)[0]), self.spread()
        unknown = np.full((2, len(self.years)), np.nan)
        low, high = (np.array([spread.get(g, unknown)[side, at] for g in self.streams["group"]]) for side in (0, 1))
        kg = self.location_kg[:, at]
        table = self.streams.drop(columns="market_kg").rename(columns={"location_kg": "last_kg"})
        return table.assign(location_kg=kg, market_kg=self.market_kg[:, at], low_kg=low * kg, high_kg=high * kg)

    def spread(self) -> dict[str, np.ndarray]:
        """Return the 10 % and 90 % quantile of each group's trajectory over its median [2, years].

        NaN on three years, which give no interval. A stream shares its group's: the history is too short to separate
        them.
        """
        quantiles = {}
        for group, fitted in self.fits.items():
            at, median = _medians(fitted, self.years)
            quantiles[group] = np.array([fitted.predictive.quantile(p)[at] / median for p in (0.1, 0.9)])
        return quantiles

    def notes(self) -> pd.DataFrame:
        """Return how each group was carried forward: group, years, fit, record, share_on_grid_pathway."""
        rows = []
        for group, hit in self._groups():
            fitted = self.fits.get(group)
            share = float(self.streams["location_kg"][hit & self.streams["grid"].to_numpy()].sum()
                          / self.streams["location_kg"][hit].sum())
            rows.append((group, len(fitted.series), fitted.branch, fitted.record, share) if fitted is not None
                        else (group, 1, "declared", "as the company states; no probability", share))
        return pd.DataFrame(rows, columns=["group", "years", "fit", "record", "share_on_grid_pathway"])

    def _groups(self) -> list[tuple[str, np.ndarray]]:
        names = self.streams["group"].to_numpy()
        return [(g, names == g) for g in dict.fromkeys(names)]

    def __repr__(self) -> str:
        total = self.location_kg.sum(axis=0) / 1000
        return (f"Baseline({len(self.streams)} streams, {self.years[0]}-{self.years[-1]}, "
                f"{total[0]:,.1f} -> {total[-1]:,.1f} t location-based)")


def carry_forward(
    table: pd.DataFrame, history: ByYear, *, targets: Sequence[Target], first_year: int, last_year: int,
    grid: Mapping[str, Mapping[int, float]],
) -> Baseline:
    """Carry every stream forward to the plan's years.

    B_s(y) = B_s(last) x median(y) / E(last) of the stream's group; electricity (scope 2, and its part of category 3)
    of a region with a grid pathway follows B_s(last) x grid(y) instead, at constant consumption: the grid's fall is
    never counted twice.

    table: `streams` of the last inventory.
    history: The view of the pages, `Inventories.restated()`; its series carry the company's events, gaps and model.
    grid: Region -> {year: factor relative to the last inventory year}, straight between, constant after.

    Raises MethodError: The plan's years do not follow the last inventory; a group that cannot be fitted; a grid pathway
    of a region without electricity.
    """
    of_scope = groups_of(targets)
    used_groups = dict.fromkeys(of_scope[s] for s in sorted(set(table["scope"])))
    # The fits of the pages: the same series, events and model.
    fits = {group_name(members): course(history, scopes=members, scope2_method=method, until=last_year).fit
            for members, method in used_groups}
    last = {int(f.series.index[-1]) for f in fits.values()}
    if len(last) != 1 or first_year != min(last) + 1:
        raise MethodError(f"the plan starts in {first_year}, the series of its groups end in {sorted(last)}",
                          hint="set plan.first_year in levers.yml to the year after the last inventory")
    years = np.arange(first_year, last_year + 1)
    table = of_full_year(table, history, min(last))
    group = table["scope"].map({s: group_name(members) for s, (members, _) in of_scope.items()}).astype("str")
    trend = {g: _medians(f, years)[1] / float(f.series.iloc[-1]) for g, f in fits.items()}
    on_grid, grid_index = grid_indices(table, grid, years, min(last))
    index = np.where(on_grid[:, None], grid_index, np.array([trend[g] for g in group]))
    return Baseline(table.assign(group=group, grid=on_grid), years, index, grid_index, fits)


def of_full_year(table: pd.DataFrame, history: ByYear, year: int) -> pd.DataFrame:
    """Return streams of the last year with what was bought or sold within it counted as the restated year counts it.

    kg + delta of the ledger's event, of a site, scope and scope 2 method: nine months of a site are carried forward as
    twelve. Unchanged where that is not what the restated year differs by.
    """
    behind = history.inventories_behind
    events = None if behind is None else behind.events[behind.events["year"] == year]
    if events is None or events.empty:
        return table
    sites, scaled = table["site"].map(fold), {}
    for column, method in (("location_kg", LOCATION), ("market_kg", MARKET)):
        kg, of_method = table[column].copy(), events["scope2_method"].isin((NO_METHOD, method))
        deltas = events[of_method].groupby(["entity", "scope"])["delta_kg"].sum()
        for entity, scope, delta in deltas.reset_index().itertuples(index=False):
            hit = (sites == fold(entity)) & (table["scope"] == scope)
            own_kg = float(kg[hit].sum())
            if own_kg > 0:
                kg[hit] *= max(1 + delta / own_kg, 0.0)
        restated_kg = {scope: history.series([scope], method).get(year, np.nan) for scope in set(table["scope"])}
        if all(np.isclose(kg[table["scope"] == scope].sum(), of, rtol=1e-6) for scope, of in restated_kg.items()):
            scaled[column] = kg
    return table.assign(**scaled)


def group_name(members: Sequence[str]) -> str:
    """Return the name of a group by its scopes, e.g. "1+2"."""
    return "+".join(members)


def grid_indices(
    table: pd.DataFrame, grid: Mapping[str, Mapping[int, float]], years: np.ndarray, last: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return which streams a grid pathway moves, and the pathway of each stream's region [streams, years].

    Raises MethodError: A pathway of a region without electricity.
    """
    unknown = sorted(set(grid) - set(table["region"][on_a_grid(table)]))
    if unknown:
        regions = ", ".join(sorted(set(table["region"][on_a_grid(table)])))
        raise MethodError(f"plan.grid: no electricity of the last inventory has region {unknown[0]!r}",
                          hint=f"regions with electricity: {regions or 'none'}")
    index = np.array([path_by_year({last: 1.0, **grid.get(r, {})}, years) for r in table["region"]])
    return (on_a_grid(table) & table["region"].isin(list(grid))).to_numpy(), index


def on_a_grid(table: pd.DataFrame) -> pd.Series:
    """Return which streams a grid pathway moves: electricity of scope 2, its upstream and losses of category 3."""
    electricity = table["activity"].astype("str").str.startswith("electricity")
    return electricity & ((table["scope"] == "2") | ((table["scope"] == "3") & (table["category"] == 3)))


def _medians(fitted: Trajectory, years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    at = np.searchsorted(fitted.table["year"].to_numpy(), years)
    return at, fitted.table["median_kg"].to_numpy()[at]


def path_by_year(path: Mapping[int, float] | float, years: np.ndarray) -> np.ndarray:
    """Return a price or factor by year: straight between the years given, constant before the first and after the
    last.
    """
    points = path if isinstance(path, Mapping) else {int(years[0]): float(path)}
    given = sorted(points)
    return np.interp(years, given, [points[y] for y in given])


def touches(lever: Lever | RecordedLever, table: pd.DataFrame) -> np.ndarray:
    """Return which streams a lever cuts or adds to, by its selections alone."""
    selections = ([*lever.where, *lever.to] if isinstance(lever, RecordedLever)
                  else [*(cut.where for cut in lever.cuts), *(add.to for add in lever.adds)])
    return np.logical_or.reduce([matching(table, select) for select in selections])
