"""The readers' table of a map: routes of flights and sites, each with its points and its tonnes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from carbon.core.places import Place, locate
from carbon.reports.tables.sums import table_of

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

BETWEEN = " – "
"""Between the ends of a route, in the tidy frame."""
NOT_STATED = "(no "
"""Beginning of the word of a pivot for rows without one."""
_KINDS = {"what": "str", "name": "str", "latitude": "float64", "longitude": "float64", "to_latitude": "float64",
          "to_longitude": "float64", "co2e_t": "float64", "reason": "str", "hue": "str"}


def map_table(inventory: Inventory, *, scope2_method: str, towns: Mapping[str, str] | None = None, hue: str = ""
              ) -> pd.DataFrame:
    """Return the routes of flights and the sites of a year, largest first in each.

    Places are those of the packaged gazetteer, as for distances. Nothing is dropped: a line whose place is not known
    has no point, and the reason; flights without a route are one line.

    Parameters
    ----------
    towns
        The town of each site, "Lyon, FR"; without it the site's own name, which must be a town of its country.
    hue
        A column of the tidy frame, such as "cabin", by whose words the flights of a route are on lines of their own.

    Returns
    -------
    DataFrame
        what ("flight" or "site"), name, latitude, longitude, to_latitude, to_longitude (of a site NaN) [degrees],
        co2e_t (of a site: all its rows), reason (why it has no point), hue (of a flight: its word).

    Raises
    ------
    UsageError
        A published set, which holds no records and so no routes.
    """
    rows = inventory.rows(scope2_method=scope2_method)
    if "route" not in rows:  # a published set: the pivot's error names the call for it
        inventory.pivot("route", scope2_method=scope2_method)
    sites = inventory.params.sites
    lines: list[tuple[object, ...]] = []
    for route, tonnes, word in _flights(inventory, scope2_method, hue, bool((rows["mode"] == "air").any())):
        if route.startswith(NOT_STATED):
            lines.append(("flight", route, *[math.nan] * 4, tonnes, "no route stated", word))
            continue
        ends = [locate(end, air=True, home=inventory.params.home, namesakes=inventory.params.travel.namesakes)
                for end in route.split(BETWEEN)]
        lines.append(_line("flight", route, ends, tonnes, word))
    for site, tonnes in _sites(inventory, scope2_method, bool((rows["site"] != "").any())):
        town = (towns or {}).get(site, f"{site}, {sites[site].country}" if site in sites else "")
        if not site.startswith(NOT_STATED):
            lines.append(_line("site", site, [locate(town, air=False)], tonnes))
    return table_of(lines, _KINDS)


def _flights(inventory: Inventory, method: str, hue: str, is_there: bool) -> list[tuple[str, float, str]]:
    """Return the routes of flights with their tonnes and their words of a second column."""
    if not is_there:
        return []
    by = ["route", hue] if hue else ["route"]
    table = inventory.pivot(by, scope2_method=method, top=None, where={"mode": "air"}).iloc[:-1]
    words = table.index.get_level_values(-1) if hue else [""] * len(table)
    return [(str(route), float(t), str(word)) for route, t, word in zip(
        table.index.get_level_values(0), table["co2e_t"], words, strict=True)]


def _sites(inventory: Inventory, method: str, is_there: bool) -> list[tuple[str, float]]:
    if not is_there:
        return []
    table = inventory.pivot("site", scope2_method=method, top=None).iloc[:-1]
    return [(str(name), float(t)) for name, t in table["co2e_t"].items()]


def _line(what: str, name: str, ends: list[Place], tonnes: float, word: str = "") -> tuple[object, ...]:
    first, last = ends[0], ends[-1]
    to = (last.latitude, last.longitude) if len(ends) > 1 else (math.nan, math.nan)
    reason = "; ".join(end.reason or "not located" for end in ends if not end.found)
    return (what, name, first.latitude, first.longitude, *to, tonnes, reason, word)
