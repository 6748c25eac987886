"""The uncertainty of the figures of an inventory, its sources, and the requests that would reduce it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting import views
from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.origins import with_origins
from carbon.accounting.quality_classes import ASKED, quality_classes
from carbon.core.display import as_html
from carbon.core.errors import MethodError, UsageError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET
from carbon.core.text_columns import stack
from carbon.core.zones import is_wider
from carbon.emissions.uncertainty import (
    UncertainRows,
    change,
    contributions,
    draw_totals,
    gsd2_of_percent,
    interval,
    moments,
    uncertain_rows_of,
)
from carbon.emissions.uncertainty.change import Change
from carbon.emissions.uncertainty.defaults import MODEL
from carbon.emissions.uncertainty.distributions import Z95, sigma_of_gsd2
from carbon.factors.library import OWN_TIER

_NUMBERS = ("co2e_kg", "mean_kg", "sd_kg", "low_kg", "high_kg", "low_independent_kg", "high_independent_kg")
_EMPTY: dict[str, Any] = {"figure": "str", **dict.fromkeys(_NUMBERS, "float64"), "how": "str"}
TOGETHER = 100_000
"""Rows, counted for each figure that holds them, up to which all figures are taken together."""
CLOSED, DRAW = "exact moments, lognormal", "draw it: the mean is not positive"


@dataclass(frozen=True, eq=False, repr=False)
class InventoryUncertainty:
    """Intervals of an inventory's figures.

    Attributes
    ----------
    table
        figure (as in figure ids), co2e_kg (the reported figure: table values are medians), mean_kg, sd_kg, low_kg and
        high_kg (95 %), low_independent_kg and high_independent_kg (as if rows shared nothing: too narrow), how.
    """

    table: pd.DataFrame
    _doubts: UncertainRows
    _figures: dict[str, npt.NDArray[np.intp]]
    _rows: pd.DataFrame
    _factors: pd.DataFrame
    _contributions: dict[str, pd.DataFrame] = field(default_factory=dict)
    """By figure, of those that were asked for."""
    _company_tiers: Mapping[str, str] = field(default_factory=dict)
    """factor_id -> tier of the company's own factors."""

    def contributions(self, figure: str) -> pd.DataFrame:
        """Return the share of each source in the variance of a figure; `stated` false is a declared default of ours."""
        if figure not in self._contributions:
            self._contributions[figure] = contributions(self._of(figure))
        # A copy of its own for each caller, which costs nothing until something is written to it.
        return self._contributions[figure].copy(deep=False)

    def worth_asking(self, figure: str, n: int = 10) -> pd.DataFrame:
        """Return the n requests that would narrow the interval most; none that would lead to a coarser factor.

        narrows = 1 - sqrt(1 - share): share of the width that knowing this source exactly would save, to first order.
        One answer serves all its rows; narrows_per_row is the gain of each row.
        """
        table = self.contributions(figure)
        is_open = (table["share"] > 0) & ~table["ask"].str.startswith("nothing")
        table = table[is_open & ~table["source_id"].map(self.is_coarser)].head(n)
        table = table.assign(narrows_per_row=table["narrows"] / table["rows"])
        columns = ["ask", "narrows", "narrows_per_row", "share", "rows", "stated", "source_id"]
        return table[columns].reset_index(drop=True)

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

        of: "factor", "meter", "exchange rate", "price index", "supplier estimate", "survey scale-up", "activity data"
        or "model choice".
        """
        table = self.contributions(figure)
        table = table.assign(stated_share=table["share"].where(table["stated"], 0.0))
        groups = table[table["rows"] > 0].groupby("of")
        sums = groups[["share", "stated_share"]].sum()
        sums.insert(0, "sources", groups.size())
        return sums.reset_index().sort_values(["share", "of"], ascending=[False, True], ignore_index=True)

    def quality_classes(self, figure: str) -> pd.DataFrame:
        """Return the share of a figure's emissions in each quality class of the GHG Protocol's five indicators.

        indicator, class (very good, good, fair, poor), rows, co2e_kg, share; the shares of an indicator sum to 1. See
        `accounting.quality_classes`.
        """
        self._of(figure)
        return quality_classes(self._rows[[*ASKED, "co2e_kg"]].take(self._figures[figure]), self._factors)

    def suppliers(self, n: int) -> pd.DataFrame:
        """Return intervals of the n suppliers with the highest scope 3 emissions: figure is "supplier/<name>"."""
        third = np.flatnonzero(((self._rows["scope"] == "3") & (self._rows["supplier"] != "")).to_numpy())
        code, supplier_names = pd.factorize(self._rows["supplier"].take(third), sort=True)
        kg = exact_sum(self._doubts.kg[third], code, len(supplier_names))
        largest = np.argsort(-kg, kind="stable")[:n]
        lines = _lines({f"supplier/{supplier_names[i]}": third[code == i] for i in largest}, self._doubts)
        return pd.DataFrame(lines, columns=list(_EMPTY)).astype(_EMPTY)

    def intensity(self, figure: str, amount: float, *, percent: float) -> dict[str, float]:
        """Return a figure for one unit of an amount (revenue, people, floor area) with its 95 % interval.

        sigma^2 = sigma_E^2 + sigma_D^2, emissions and amount being independent; sigma_E^2 = ln(1 + sd^2 / mean^2),
        sigma_D = ln(1 + p) / 2. Keys: kg, low_kg, high_kg.

        Parameters
        ----------
        amount
            The denominator, above zero.
        percent
            Its +- % at 95 %; 0 where it is counted exactly.

        Raises
        ------
        MethodError
            The amount is not above zero, or no lognormal fits the figure: its mean is not positive.
        """
        if not 0 < amount < np.inf:
            raise MethodError(f"No intensity for {amount:g} units", hint="give that of the same year, above zero.")
        figure_moments = moments(self._of(figure), np.zeros(len(self._figures[figure]), dtype=np.int64), 1).iloc[0]
        mean, sd = float(figure_moments["mean_kg"]), float(figure_moments["sd_kg"])
        interval(mean, sd)  # raises on a mean that is not positive
        own_variance = np.log1p((sd / mean) ** 2)
        sigma = np.sqrt(own_variance + float(sigma_of_gsd2(gsd2_of_percent(percent))) ** 2)
        middle = mean * np.exp(-own_variance / 2) / amount
        return {"kg": float(figure_moments["kg"]) / amount, "low_kg": float(middle * np.exp(-Z95 * sigma)),
                "high_kg": float(middle * np.exp(Z95 * sigma))}

    def simulate(self, *, draws: int, seed: int) -> pd.DataFrame:
        """Draw percentiles of every figure with a seed, and their Monte Carlo errors: figure, mean_kg, p2.5_kg ..."""
        summaries = []
        for rows in self._figures.values():
            drawn = draw_totals(self._doubts.take(rows), np.zeros(len(rows), np.int64), 1, draws=draws, seed=seed)
            summaries.append(drawn.summary())
        table = pd.concat(summaries, ignore_index=True)
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
        rows = self.table[self.table["figure"].str.startswith(("total", "scope"))]
        lines = [f"  {r['figure']:<18}{r['co2e_kg'] / 1000:>12,.1f}  [{r['low_kg'] / 1000:,.1f}, "
                 f"{r['high_kg'] / 1000:,.1f}]" for r in rows.to_dict("records")]
        return "\n".join(["Uncertainty, 95 % [t CO2e]", *lines])

    def _repr_html_(self) -> str:
        tonnes = self.table.set_index("figure")[["co2e_kg", "low_kg", "high_kg"]] / 1000
        return as_html("Uncertainty, 95 % [t CO2e]", tonnes.rename(columns=lambda c: c.replace("_kg", "_t")).round(1))


def uncertainty_of(inventory: InventoryTables) -> InventoryUncertainty:
    """Return intervals of totals, scopes and categories in closed form."""
    rows = views.chosen(inventory.emissions, inventory.emissions["kyoto"]).reset_index(drop=True)
    doubts = uncertain_rows_of(with_origins(inventory, rows), stated_percent(inventory), split_years=False)
    figures = {name: at for name, at in _figures(rows).items() if len(at)}
    lines = _lines(figures, doubts)
    # Without a line there are no columns to name: a company-year of which nothing was counted has an empty table.
    table = pd.DataFrame(lines) if lines else pd.DataFrame(columns=list(_EMPTY)).astype(_EMPTY)
    tiers = {} if inventory.library is None else inventory.library.overrides
    return InventoryUncertainty(table, doubts, figures, rows, inventory.factors, _company_tiers=tiers)


def change_between(earlier: InventoryTables, later: InventoryTables, *, scope2_method: str) -> Change:
    """Return the change of the total between two years; uncertainty that both years share cancels."""
    parts = [with_origins(inv, views.counted(inv.emissions, scope2_method=scope2_method).reset_index(drop=True))
             for inv in (earlier, later)]
    rows = stack(parts)
    doubts = uncertain_rows_of(rows, stated_percent(earlier) | stated_percent(later), split_years=True)
    return change(doubts, np.repeat([False, True], [len(p) for p in parts]))


def stated_percent(inventory: InventoryTables) -> dict[str, float]:
    """Return factor_id -> +- % at 95 % where its publisher states one."""
    pairs = zip(inventory.factors["factor_id"].tolist(), inventory.factors["uncertainty_pct"].tolist(), strict=True)
    return {name: percent for name, percent in pairs if not np.isnan(percent)}


def _figures(rows: pd.DataFrame) -> dict[str, npt.NDArray[np.intp]]:
    of_scope, of_method = _places(rows["scope"]), _places(rows["scope2_method"])
    category, third = rows["category"].to_numpy(), of_scope("3")
    masks = {
        "total-location": ~of_method(MARKET), "total-market": ~of_method(LOCATION), "scope1": of_scope("1"),
        "scope2-location": of_method(LOCATION), "scope2-market": of_method(MARKET), "scope3": third,
        **{f"3.{c}": third & (category == c) for c in CATEGORIES},
    }
    return {name: np.flatnonzero(mask) for name, mask in masks.items()}


def _places(column: pd.Series) -> Callable[[str], npt.NDArray[np.bool_]]:
    """Return a function from a word to its rows in a column, whose strings are compared once."""
    code, words = pd.factorize(column)
    numbers = {word: number for number, word in enumerate(words)}
    return lambda word: code == numbers.get(word, len(words))


def _lines(figures: dict[str, npt.NDArray[np.intp]], doubts: UncertainRows) -> list[dict[str, object]]:
    """Return a line for each figure's rows; few rows in one call, with the same bits, as the sums are exact."""
    if not figures:
        return []
    sizes = [len(at) for at in figures.values()]
    if sum(sizes) > TOGETHER:
        of_each = [moments(doubts.take(at), np.zeros(len(at), dtype=np.int64), 1) for at in figures.values()]
        all_moments = pd.concat(of_each, ignore_index=True)
    else:
        groups = np.repeat(np.arange(len(figures), dtype=np.int64), sizes)
        all_moments = moments(doubts.take(np.concatenate(list(figures.values()))), groups, len(figures))
    return [_line(name, line) for name, line in zip(figures, all_moments.to_dict("records"), strict=True)]


def _line(name: str, of_rows: Mapping[Any, Any]) -> dict[str, object]:
    mean, sd, sd_independent = float(of_rows["mean_kg"]), float(of_rows["sd_kg"]), float(of_rows["sd_independent_kg"])
    how, low, high, low_alone, high_alone = CLOSED, *(4 * [float("nan")])
    try:
        (low, high), (low_alone, high_alone) = interval(mean, sd), interval(mean, sd_independent)
    except MethodError:
        how = DRAW
    return {"figure": name, "co2e_kg": float(of_rows["kg"]), "mean_kg": mean, "sd_kg": sd, "low_kg": low,
            "high_kg": high, "low_independent_kg": low_alone, "high_independent_kg": high_alone, "how": how}
