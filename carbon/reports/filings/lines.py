"""The lines of a framework of posts: gases, interval, base year, state and reason of each, subtotals by category."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from carbon.accounting.compile import AND, NO_RECORDS, has_figure, state_of
from carbon.core.columns import Rows
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD, SCOPES
from carbon.core.units import KG_PER_T
from carbon.reports.filings.counting import TOTAL, Counting, basis_of, series_of
from carbon.reports.filings.gases import gas_sums
from carbon.reports.filings.intervals import LINE, intervals_of
from carbon.reports.filings.posts import OPEN, Place, names, posts_of, routing
from carbon.reports.tables.sums import counted
from carbon.reports.words.figure_ids import figure_id, scope_id_name
from carbon.reports.words.language import Words

_STATED = ("not relevant", "excluded")
NO_FIGURE, NO_POSTS = "no figure", "no posts"
"""Basis of a line whose base year has no figure, or none by post."""


def lines_table(inventory: Any, history: Any, counting: Counting, words: Words, *, line_column: str,
                gas_columns: Sequence[str]) -> pd.DataFrame:
    """Return all posts, also those without a figure, each category as the subtotal after its posts, and the total.

    Columns: figure_id (the figures whose rows the line has, wholly or in part), axis (name of its category),
    `line_column`, post_name, the columns of gases, unsplit_co2e_t, co2e_t (NaN: nothing was counted), biogenic_co2_t,
    low_t and high_t (95 %), uncertainty_share = (high - low) / 2 / value, base_year_t, change_share = this year / base
    year - 1 of the history, basis (of the base year, or why it has no figure), rows, status and reason.

    Raises MethodError: A post that the company states to be empty has rows.
    """
    rows = counting.counted
    levels = [rows, rows.assign(line=rows["line"].str.split(".").str[0]), rows.assign(line=TOTAL)]
    sums = pd.concat([gas_sums(level, ["line"], inventory) for level in levels])
    line_names = names(counting.format, words.language)
    open_lines = {line: words("filing.open_post") for line in sorted(set(rows["line"])) if line.endswith(OPEN)}
    order = sorted(line_names | open_lines, key=lambda line: (line[0], "." not in line, line))
    table = pd.DataFrame({line_column: [*order, TOTAL], "post_name": [*((line_names | open_lines)[x] for x in order),
                                                                      words("scope.total")]})
    table.insert(0, "axis", ["" if line == TOTAL else line_names[line[0]] for line in table[line_column]])
    table = table.merge(sums, left_on=line_column, right_index=True, how="left", validate="one_to_one")
    table["rows"] = table["rows"].fillna(0).astype("int64")
    places = [_Places(line, rows if line == TOTAL else rows[_within(rows["line"], line)]) for line in
              table[line_column]]
    table.insert(0, "figure_id", [place.figures(inventory) for place in places])
    ends = intervals_of(inventory, ["total-location" if line == TOTAL else LINE + line for line in table[line_column]])
    table = table.assign(**ends)
    table["uncertainty_share"] = ((table["high_t"] - table["low_t"]) / 2 / table["co2e_t"]).where(table["co2e_t"] > 0)
    table = table.assign(**_base_years(inventory, history, places))
    states = [_state(inventory, place, int(n)).partition(": ") for place, n in zip(places, table["rows"], strict=True)]
    table = table.assign(status=[word for word, _, _ in states], reason=[reason for _, _, reason in states])
    return table[["figure_id", "axis", line_column, "post_name", *gas_columns, "unsplit_co2e_t", "co2e_t",
                  "biogenic_co2_t", "low_t", "high_t", "uncertainty_share", "base_year_t", "change_share", "basis",
                  "rows", "status", "reason"]]


def _within(lines: pd.Series[Any], line: str) -> pd.Series[Any]:
    return lines.eq(line) if "." in line else lines.str.startswith(f"{line}.")


@dataclass(frozen=True)
class _Places:
    """The scopes and categories that a line is made of."""

    line: str
    rows: pd.DataFrame

    @property
    def parts(self) -> list[Place]:
        """Places whose rows can be in the line."""
        if self.line.endswith(OPEN):
            return [place for place, posts in routing().items()
                    if "" not in posts and next(iter(posts.values()))[0] == self.line[0]]
        return [place for place, posts in routing().items() if self.line == TOTAL or any(
            post == self.line or post.startswith(f"{self.line}.") for post in posts.values())]

    @property
    def holds_all(self) -> bool:
        """Whether all rows of these places are in the line."""
        return "." not in self.line or all("" in routing()[place] for place in self.parts)

    def figures(self, inventory: Any) -> str:
        if self.line == TOTAL:
            return figure_id(inventory, "total-location")
        keys = self.rows[["scope", "category", "scope2_method"]].drop_duplicates().sort_values(["scope", "category"])
        return " ".join(figure_id(inventory, f"3.{category}" if scope == "3" else scope_id_name(scope, method))
                        for scope, category, method in keys.itertuples(index=False, name=None))


def _base_years(inventory: Any, history: Any, places: Sequence[_Places]) -> dict[str, list[Any]]:
    """Return base_year_t, change_share and basis of each line; no change where the years have figures of other
    categories. A line that shares a category has the base year of its own rows, where the history has their sum.
    """
    series = {place: series_of(history.table, ((place[0],), place[1], LOCATION if place[0] == "2" else NO_METHOD))
              for place in routing()}
    base = inventory.params.base_year
    of_year, of_base = ({place: float(of.get(year, math.nan)) for place, of in series.items()}
                        for year in (inventory.year, base))
    posts, basis = _base_posts(inventory, history, of_base), basis_of(history, base)
    columns: dict[str, list[Any]] = {"base_year_t": [], "change_share": [], "basis": []}
    for line in places:
        known_year, known_base = ({p: of[p] for p in line.parts if of[p] == of[p]} for of in (of_year, of_base))
        has_posts = line.holds_all or known_base.keys() <= posts.keys()
        if not line.holds_all:
            known_year = {place: of[line.line] for place, of in _by_post(line.rows).items()}
            known_base = {p: posts[p][line.line] for p in known_base if has_posts and line.line in posts[p]}
        kg = sum(known_base.values()) if known_base else math.nan
        if line.line == TOTAL:
            kg = float(series_of(history.table, (SCOPES, 0, LOCATION)).get(base, math.nan))
        columns["base_year_t"].append(kg / KG_PER_T)
        columns["change_share"].append(sum(known_year.values()) / kg - 1
                                       if known_year.keys() == known_base.keys() and kg > 0 else math.nan)
        lacking = "" if line.rows.empty else NO_FIGURE if has_posts else NO_POSTS
        columns["basis"].append(basis if kg == kg else lacking)
    return columns


def _base_posts(inventory: Any, history: Any, of_base: Mapping[Place, float]) -> dict[Place, dict[str, float]]:
    """Return kg CO2e by post of the base year's rows, for each place whose sum the history has."""
    behind = getattr(history, "inventories_behind", None)
    base_inventory = {} if behind is None else behind.inventories
    if history.recalculated or inventory.params.base_year not in base_inventory:
        return {}
    rows = counted(base_inventory[inventory.params.base_year].emissions, LOCATION)
    sums = _by_post(rows.assign(line=posts_of(rows, inventory.params.beges_posts)))
    return {place: of for place, of in sums.items()
            if math.isclose(math.fsum(of.values()), of_base[place], rel_tol=1e-9, abs_tol=1e-6)}


def _by_post(rows: pd.DataFrame) -> dict[Place, dict[str, float]]:
    """Return the exact kg CO2e of each line by its scope and category."""
    sums: dict[Place, dict[str, float]] = {}
    for key, kg in Rows(rows).sums(["scope", "category", "line"], "co2e_kg").items():
        sums.setdefault((key[0], int(key[1])), {})[key[2]] = kg
    return sums


def _state(inventory: Any, place: _Places, rows: int) -> str:
    """Return the state of a line: what lacks factors is named, also on a line without a figure."""
    why_empty = inventory.params.filing.empty_posts.get(place.line, "")
    if why_empty and rows:
        raise MethodError(f"`filing.empty_posts` states that {place.line} is empty, and it has {rows} rows",
                          hint=f"take {place.line} out of `filing.empty_posts`, or name another post in `beges_posts`")
    of_place: dict[Place, list[str]] = {}
    for scope, category, method, status in inventory.table[["scope", "category", "scope2_method", "status"]].itertuples(
            index=False, name=None):
        if method != MARKET:
            of_place.setdefault((scope, category), []).append(status)
    statuses = [status for part in place.parts for status in of_place.get(part, [])]
    state = state_of(statuses, rows)
    if rows:
        return state
    if why_empty:
        return f"{_STATED[0]}: {why_empty}"
    words = {status.partition(": ")[0] for status in statuses}
    if words and place.holds_all and words <= {*_STATED}:
        reasons = dict.fromkeys(status.partition(": ")[2] for status in statuses)
        return f"{_STATED[1] if _STATED[1] in words else _STATED[0]}: {AND.join(reasons)}"
    # What another post of the same scope or category lacks is in the state of that one.
    return NO_RECORDS if not place.holds_all and any(map(has_figure, statuses)) else state
