"""The uncertainty of the figures of an inventory, its sources, and the requests that would reduce it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting import views
from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.origins import elements_of, uncertain_rows, with_origins
from carbon.accounting.quality_classes import quality_classes
from carbon.core.columns import Column, Groups, Rows
from carbon.core.display import HandsOut, as_html
from carbon.core.errors import MethodError, UsageError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET
from carbon.core.text_columns import records_of
from carbon.core.zones import is_wider
from carbon.emissions.uncertainty import UncertainRows, change, contributions, draw_totals, gsd2_of_percent, interval
from carbon.emissions.uncertainty.change import Change
from carbon.emissions.uncertainty.defaults import MODEL
from carbon.emissions.uncertainty.distributions import Z95, sigma_of_gsd2
from carbon.emissions.uncertainty.ends import Ends, ends, ends_of
from carbon.emissions.uncertainty.factor_sources import with_correlation
from carbon.emissions.uncertainty.gwp import gwp_sd
from carbon.emissions.uncertainty.moments import group_moments
from carbon.emissions.uncertainty.requests import requests_of
from carbon.emissions.uncertainty.shown import Interval
from carbon.factors.library import OWN_TIER

_NUMBERS = ("co2e_kg", "mean_kg", "sd_kg", "low_kg", "high_kg", "low_independent_kg", "high_independent_kg")
_COLUMNS: dict[str, Any] = {"figure": object, **dict.fromkeys(_NUMBERS, np.float64), "how": object}
TOGETHER = 100_000
"""Rows, counted for each figure that holds them, up to which all figures are taken together."""
ASSUMPTIONS = (
    "as declared", "independent factors", "one error a publisher and class", "with the GWP's own uncertainty")
"""Lines of `InventoryUncertainty.ends`."""


@dataclass(frozen=True, eq=False, repr=False)
class InventoryUncertainty(HandsOut):
    """Intervals of an inventory's figures.

    Attributes
    ----------
    table
        figure (as in figure ids), co2e_kg (the reported figure: table values are medians), mean_kg, sd_kg, low_kg and
        high_kg (95 %), low_independent_kg and high_independent_kg (as if rows shared nothing: too narrow; NaN where no
        lognormal has the mean), how ("drawn" where no lognormal fits: `emissions.uncertainty.ends`).
    """

    table: pd.DataFrame
    _doubts: UncertainRows
    _figures: dict[str, npt.NDArray[np.intp]]
    _tables: dict[str, pd.DataFrame]
    """The emission rows with their origins, and the factors."""
    _company_tiers: Mapping[str, str]
    """factor_id and element_id -> tier of the company's own factors."""
    _contributions: dict[str, pd.DataFrame] = field(default_factory=dict)
    """By figure, of those that were asked for."""

    def of(self, figure: str) -> Interval:
        """Return a figure with its interval, as every page, notebook and plan shows it."""
        self._of(figure)
        line = self._by_figure[figure]
        return Interval(line["co2e_kg"], line["low_kg"], line["high_kg"], line["how"])

    @cached_property
    def _by_figure(self) -> dict[str, dict[Any, Any]]:
        return {line["figure"]: line for line in records_of(self.table)}

    def ends(self, figure: str) -> pd.DataFrame:
        """Return the interval of a figure under other assumptions: assumption, low_kg, high_kg.

        "as declared"; "independent factors" and "one error a publisher and class": correlation 0 and 1 of the factors
        of one publisher's model; "with the GWP's own uncertainty", which intervals leave out as a GWP set is a
        convention (`emissions.uncertainty.gwp`; to first order, on a symmetric interval where the mean is not
        positive).
        """
        at, line, declared = self._figures[figure], self._by_figure[figure], self.of(figure)
        of_ends = [ends_of(with_correlation(self._doubts, r).take(at)) for r in (0.0, 1.0)]
        mean, sd = float(line["mean_kg"]), float(np.hypot(line["sd_kg"], gwp_sd(self._rows.take(at))))
        low, high = interval(mean, sd) if mean > 0 else (mean - Z95 * sd, mean + Z95 * sd)
        lines = [declared, *of_ends, declared if sd == line["sd_kg"] else Ends(low, high, "")]
        return pd.DataFrame({"assumption": ASSUMPTIONS, "low_kg": [e.low_kg for e in lines],
                             "high_kg": [e.high_kg for e in lines]})

    def by(self, figure: str) -> dict[str, float]:
        """Return the share of a figure's variance by who states it: publisher, company, or default (this project)."""
        sums = Rows(self.contributions(figure)).sums(["by"], "share")
        return {name or "default": sums.get(name, 0.0) for name in ("publisher", "company", "")}

    def after(self, figure: str, source_id: str, gsd2: float) -> Interval:
        """Return a figure with its interval if one source had the spread of an answer (`gsd2`), never a wider one."""
        rows = self._of(figure)
        spread, is_source = rows.column("spread"), rows.column("source_id") == source_id
        if not is_source.any():
            raise UsageError(f"{source_id!r} is no source of {figure}", hint="source_id of `contributions`")
        answered_rows = rows.with_columns(spread=np.where(
            is_source, np.minimum(spread, float(sigma_of_gsd2(gsd2))), spread))
        return Interval(self._by_figure[figure]["co2e_kg"], *ends_of(answered_rows))

    def contributions(self, figure: str) -> pd.DataFrame:
        """Return the share of each source in the variance of a figure; `stated` false is a declared default of ours."""
        if figure not in self._contributions:
            self._contributions[figure] = contributions(self._of(figure))
        # A copy of its own for each caller, which costs nothing until something is written to it.
        return self._contributions[figure].copy(deep=False)

    def requests(self, figure: str, n: int = 20) -> pd.DataFrame:
        """Return whom to ask for what: by supplier and data owner, with effort and the interval after each answer.

        See `emissions.uncertainty.requests.requests_of`; `runs.desk.requests` writes them as a workbook and reads
        the answers.
        """
        return requests_of(self, figure, n)

    def rows_of(self, figure: str) -> tuple[pd.DataFrame, UncertainRows]:
        """Return the emission rows of a figure, and the same rows with their sources."""
        return self._tables["rows"].take(self._figures[figure]).reset_index(drop=True), self._of(figure)

    @cached_property
    def _rows(self) -> Rows:
        return Rows(self._tables["rows"])

    def by_group(self, figure: str, *groupings: pd.Series) -> pd.DataFrame:
        """Return a line for each group of the rows of a figure (`rows_of`), as in `table`; figure: the group's name."""
        rows = {name: self._figures[figure][of_group.number == i] for of_group in (
            Groups.of([Column.of(groups)]) for groups in groupings) for i, name in enumerate(of_group.lines())}
        # Of the same rows as a figure, e.g. a post that is a category, the interval is known.
        of_figures = {name: self._by_figure[figure_id] | {"figure": name} for name, at in rows.items()
                      for figure_id, places in self._figures.items() if np.array_equal(at, places)}
        drawn = _lines({name: at for name, at in rows.items() if name not in of_figures}, self._doubts)
        lines = of_figures | {line["figure"]: line for line in drawn}
        return _table([lines[name] for name in rows])

    def is_coarser(self, source_id: str) -> bool:
        """Return whether to ask for another factor than this source's would be to ask for a coarser one.

        So it is of a supplier's own figure, and of a factor for a narrower place than that of the rows.
        """
        kind, _, what = source_id.partition(":")
        fallback = re.fullmatch(r"region fallback (.+)>(.+)", what) if kind == MODEL else None
        return self._company_tiers.get(what) == OWN_TIER if kind == "factor" else \
            fallback is not None and is_wider(fallback[1], fallback[2])

    def by_source(self, figure: str) -> pd.DataFrame:
        """Sum the shares of a figure's variance by kind of source: of, sources, share, stated_share.

        of: "factor", "factor family" (what factors of one publisher's model have in common), "meter", "exchange rate",
        "price index", "supplier estimate", "survey scale-up", "activity data" or "model choice".
        """
        sources = Rows(self.contributions(figure))
        sources = sources.where(sources["rows"] > 0)
        groups = sources.groups(["of"])
        share, stated_share = (exact_sum(part, groups.number, len(groups)) for part in (
            sources["share"], np.where(sources["stated"], sources["share"], 0.0)))
        table = Rows({"of": groups.keys()[0], "sources": np.array(groups.counts(), dtype=np.int64), "share": share,
                      "stated_share": stated_share}, len(groups))
        return table.take(np.argsort(-share, kind="stable")).frame()

    def quality_classes(self, figure: str) -> pd.DataFrame:
        """Return the share of a figure's emissions in each quality class of the GHG Protocol's five indicators.

        indicator, class (very good, good, fair, poor), rows, co2e_kg, share; the shares of an indicator sum to 1. See
        `accounting.quality_classes`.
        """
        self._of(figure)
        return quality_classes(self._rows.take(self._figures[figure]), self._tables["factors"])

    def suppliers(self, n: int) -> pd.DataFrame:
        """Return intervals of the n suppliers with the highest scope 3 emissions: figure is "supplier/<name>"."""
        third = np.flatnonzero(self._rows.column("scope").among("3") & ~self._rows.column("supplier").among(""))
        groups = self._rows.take(third).groups(["supplier"])
        kg, names = exact_sum(self._doubts.kg[third], groups.number, len(groups)), groups.lines()
        largest = np.argsort(-kg, kind="stable")[:n]
        return _table(_lines({f"supplier/{names[i]}": third[groups.number == i] for i in largest}, self._doubts))

    def intensity(self, figure: str, amount: float, *, percent: float) -> dict[str, float]:
        """Return a figure for one unit of an amount (revenue, people, floor area) with its 95 % interval.

        sigma^2 = sigma_E^2 + sigma_D^2, emissions and amount being independent; sigma_E^2 = ln(1 + sd^2 / mean^2),
        sigma_D = ln(1 + p) / 2. Keys: kg, low_kg, high_kg.

        amount: The denominator, above zero.
        percent: Its +- % at 95 %; 0 where it is counted exactly.

        Raises MethodError: The amount is not above zero, or no lognormal fits the figure: its mean is not positive.
        """
        if not 0 < amount < np.inf:
            raise MethodError(f"No intensity for {amount:g} units", hint="give that of the same year, above zero.")
        of_total = group_moments(self._of(figure), np.zeros(len(self._figures[figure]), dtype=np.int64), 1)
        kg, mean, sd = (float(of_total[c][0]) for c in ("kg", "mean_kg", "sd_kg"))
        interval(mean, sd)  # raises on a mean that is not positive
        own_variance = np.log1p((sd / mean) ** 2)
        sigma = np.sqrt(own_variance + float(sigma_of_gsd2(gsd2_of_percent(percent))) ** 2)
        middle = mean * np.exp(-own_variance / 2) / amount
        return {"kg": kg / amount, "low_kg": float(middle * np.exp(-Z95 * sigma)),
                "high_kg": float(middle * np.exp(Z95 * sigma))}

    def simulate(self, *, draws: int, seed: int) -> pd.DataFrame:
        """Draw percentiles of every figure with a seed, and their Monte Carlo errors: figure, mean_kg, p2.5_kg ..."""
        table = pd.concat([draw_totals(
            self._doubts.take(rows), np.zeros(len(rows), np.int64), 1, draws=draws, seed=seed).summary()
            for rows in self._figures.values()], ignore_index=True)
        table.insert(0, "figure", list(self._figures))
        return table.assign(draws=draws, seed=seed)

    def stated_share(self, figure: str) -> float:
        """Return the share of a figure's variance that publishers or the company state; the rest are our defaults."""
        table = self.contributions(figure)
        return float(table.loc[table["stated"], "share"].sum())

    def _of(self, figure: str) -> UncertainRows:
        if figure not in self._figures:
            raise UsageError(f"{figure!r} is not a figure with rows", hint=f"one of {', '.join(self._figures)}")
        return self._doubts.take(self._figures[figure])

    def __repr__(self) -> str:
        return f"InventoryUncertainty({len(self.table)} figures, 95 % intervals)"

    def __str__(self) -> str:
        names = [name for name in self._by_figure if name.startswith(("total", "scope"))]
        return "\n".join(["Uncertainty, 95 %", *(f"  {name:<18}{self.of(name)}" for name in names)])

    def _repr_html_(self) -> str:
        return as_html("Uncertainty, 95 % [t CO2e]", {name: str(self.of(name)) for name in self._by_figure})


def uncertainty_of(inventory: InventoryTables) -> InventoryUncertainty:
    """Return intervals of totals, scopes and categories: in closed form where a lognormal fits, else drawn."""
    rows = views.chosen(inventory.emissions, inventory.emissions["kyoto"]).reset_index(drop=True)
    rows = with_origins(inventory, rows)
    doubts = uncertain_rows((inventory, rows))
    figures = {name: at for name, at in _figures(rows).items() if len(at)}
    tiers = {} if inventory.library is None else dict(inventory.library.overrides)
    elements = elements_of(inventory)
    tiers |= {elements[name]: tier for name, tier in tiers.items() if name in elements}
    return InventoryUncertainty(
        _table(_lines(figures, doubts)), doubts, figures, {"rows": rows, "factors": inventory.factors}, tiers)


def change_between(earlier: InventoryTables, later: InventoryTables, *, scope2_method: str) -> Change:
    """Return the change of the total between two years; uncertainty that both years share cancels."""
    parts = [views.counted_rows(inv.emissions, scope2_method=scope2_method) for inv in (earlier, later)]
    doubts = uncertain_rows((earlier, parts[0]), (later, parts[1]), split_years=True)
    return change(doubts, np.repeat([False, True], [len(p) for p in parts]))


def _figures(table: pd.DataFrame) -> dict[str, npt.NDArray[np.intp]]:
    rows = Rows(table)
    of_scope, of_method = rows.column("scope").among, rows.column("scope2_method").among
    category, third = rows["category"], of_scope("3")
    masks = {
        "total-location": ~of_method(MARKET), "total-market": ~of_method(LOCATION), "scope1": of_scope("1"),
        "scope2-location": of_method(LOCATION), "scope2-market": of_method(MARKET), "scope3": third,
        **{f"3.{c}": third & (category == c) for c in CATEGORIES},
    }
    return {name: np.flatnonzero(mask) for name, mask in masks.items()}


def _table(lines: list[dict[str, Any]]) -> pd.DataFrame:
    return Rows({name: np.array([line[name] for line in lines], dtype=kind) for name, kind in _COLUMNS.items()},
                len(lines)).frame()


def _lines(figures: dict[str, npt.NDArray[np.intp]], doubts: UncertainRows) -> list[dict[str, Any]]:
    """Return a line for each figure's rows; few rows in one call, with the same bits, as the sums are exact."""
    if not figures:
        return []
    sizes = [len(at) for at in figures.values()]
    if sum(sizes) > TOGETHER:
        of_each = [group_moments(doubts.take(at), np.zeros(len(at), dtype=np.int64), 1) for at in figures.values()]
        of_figures = {c: np.concatenate([one[c] for one in of_each]) for c in of_each[0]}
    else:
        groups = np.repeat(np.arange(len(figures), dtype=np.int64), sizes)
        of_figures = group_moments(doubts.take(np.concatenate(list(figures.values()))), groups, len(figures))
    of_lines = zip(*(values.tolist() for values in of_figures.values()), strict=True)
    return [_line(name, doubts.take(at), *line) for (name, at), line in zip(figures.items(), of_lines, strict=True)]


def _line(name: str, rows: UncertainRows, kg: float, mean: float, sd: float, sd_independent: float) -> dict[str, Any]:
    low, high, how = ends(rows, mean, sd)
    low_alone, high_alone = interval(mean, sd_independent) if mean > 0 else (float("nan"), float("nan"))
    return {"figure": name, "co2e_kg": kg, "mean_kg": mean, "sd_kg": sd, "low_kg": low,
            "high_kg": high, "low_independent_kg": low_alone, "high_independent_kg": high_alone, "how": how}
