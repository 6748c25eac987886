"""A page estimate by Sustainable Web Design, version 4, next to the service.

It is not a life-cycle assessment and is never added to one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module, metadata

import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import MethodError, UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital import packaged_tables

TIERS = ("datacentre", "network", "device")
ECO_INDEX = "ecoindex-compute"
RATINGS = ("A+", "A", "B", "C", "D", "E", "F")


@dataclass(frozen=True)
class PageEstimate(Displayed):
    """Grams of CO2e of one page view and of one visit, with the rating of the view."""

    g_per_view: float
    g_per_visit: float
    rating: str
    grid_g_per_kwh: Mapping[str, float] | float
    note: str = "Sustainable Web Design v4: a page estimate, not a life-cycle assessment"

    def __repr__(self) -> str:
        return one_line(f"PageEstimate({self.g_per_view:.3g} g CO2e a view, rating {self.rating})")


@dataclass(frozen=True)
class EcoIndex(Displayed):
    """Score (0 to 100, more is better) and grade (A to G) that the user's own package gave."""

    score: float
    grade: str
    source: str
    note: str = "EcoIndex: grams and water are made from the score of a view, and are added to no other figure"

    @property
    def grams(self) -> float:
        """Of one view, by the score [g CO2e]."""
        return eco_index_impacts(self.score)[0]

    @property
    def water_cl(self) -> float:
        """Of one view, by the score [cl]."""
        return eco_index_impacts(self.score)[1]

    def __repr__(self) -> str:
        impacts = f"{self.grams:.3g} g, {self.water_cl:.3g} cl"
        return one_line(f"EcoIndex({self.score:.0f}, {self.grade}, {impacts}; {self.source})")


def page_segments(
    gigabytes: float, *, grid_g_per_kwh: Mapping[str, float] | float, green_hosting: bool
) -> pd.DataFrame:
    """Return the grams of a transfer by segment: datacentre, network and device, in operation and embodied [g CO2e].

    operational = GB x kWh/GB of the segment x its grid;  embodied = GB x kWh/GB of the segment x 494

    Green hosting removes the operational part of the data centre only; embodied stays on the world's grid (494).

    Parameters
    ----------
    grid_g_per_kwh
        Grid of the operation [g CO2e/kWh]: one number, or one for each segment {"datacentre": .., "network": ..,
        "device": ..}.

    References
    ----------
    Sustainable Web Design model v4; constants of co2.js 0.19.0.
    """
    refuse_no_number("page", at_least=0, gigabytes=gigabytes)
    grids = grid_g_per_kwh if isinstance(grid_g_per_kwh, Mapping) else dict.fromkeys(TIERS, grid_g_per_kwh)
    if set(grids) != set(TIERS):
        raise UsageError(f"grids of the segments {', '.join(map(str, grids))}", hint=f"one each of {', '.join(TIERS)}")
    for segment, grid in grids.items():
        refuse_no_number(f"page, {segment}", at_least=0, grid_g_per_kwh=grid)
    if not isinstance(green_hosting, bool):
        raise MethodError(f"green_hosting is {green_hosting!r}", hint="True or False")
    world = packaged_tables.figure("page", "global_grid_intensity")
    green = {"datacentre": 0.0 if green_hosting else 1.0}
    rows = [(t, gigabytes * packaged_tables.figure("page", f"operational_{t}") * grids[t] * green.get(t, 1.0),
             gigabytes * packaged_tables.figure("page", f"embodied_{t}") * world) for t in TIERS]
    table = pd.DataFrame(rows, columns=["segment", "operational_g", "embodied_g"])
    return table.assign(co2e_g=table["operational_g"] + table["embodied_g"])


def page_grams(gigabytes: float, *, grid_g_per_kwh: Mapping[str, float] | float, green_hosting: bool) -> float:
    """Return the grams of a transfer, all segments of `page_segments` [g CO2e]."""
    return float(page_segments(gigabytes, grid_g_per_kwh=grid_g_per_kwh, green_hosting=green_hosting)["co2e_g"].sum())


def page_estimate(megabytes: float, *, grid_g_per_kwh: Mapping[str, float] | float, green_hosting: bool,
                  first_share: float, reload_share: float) -> PageEstimate:
    """Estimate one page, per view and per visit: visit = page x (first + returning x reload).

    Parameters
    ----------
    first_share
        Share of visits that load the page for the first time; the rest return.
    reload_share
        Share of the page that a returning visit loads again.
    """
    refuse_no_number("page", at_least=0, at_most=1, first_share=first_share, reload_share=reload_share)
    refuse_no_number("page", at_least=0, megabytes=megabytes)
    gigabytes = megabytes * 1e6 / packaged_tables.figure("page", "bytes_per_gb")
    view = page_grams(gigabytes, grid_g_per_kwh=grid_g_per_kwh, green_hosting=green_hosting)
    visit = view * (first_share + (1 - first_share) * reload_share)
    return PageEstimate(view, visit, rating(view), grid_g_per_kwh)


def eco_index(*, nodes: int, kilobytes: float, requests: int) -> EcoIndex:
    """Return the EcoIndex of a page as the user's own installation of `ecoindex-compute` gives it, in grams and water.

    Its quantiles are CC BY-NC-ND; no licence-clean publication of them is known, so none of it is in this package.

    Parameters
    ----------
    nodes
        Elements of the page's document tree.
    kilobytes
        What the page transfers.

    Raises UsageError: The package is not installed; MethodError: A negative count.
    """
    if min(nodes, kilobytes, requests) < 0:
        raise MethodError("A page has no negative count of nodes, kilobytes or requests")
    try:
        compute = import_module("ecoindex.compute").compute_ecoindex
        version = metadata.version(ECO_INDEX)
    except (ImportError, AttributeError, metadata.PackageNotFoundError):
        raise UsageError(f"EcoIndex needs your own installation of {ECO_INDEX}",
                         hint=f"pip install {ECO_INDEX} (CC BY-NC-ND: read its terms first)") from None
    # In a thread of its own: a notebook's event loop is already running.
    with ThreadPoolExecutor(1) as executor:
        result = executor.submit(asyncio.run, compute(nodes=nodes, size=kilobytes, requests=requests)).result()
    return EcoIndex(float(result.score), str(getattr(result.grade, "value", result.grade)),
                    f"{ECO_INDEX} {version}, EcoIndex {result.ecoindex_version}")


def eco_index_impacts(score: float) -> tuple[float, float]:
    """Return the grams and the water of one view by its EcoIndex [g CO2e, cl].

    g = 2 + 2 (50 - score) / 100;  cl = 3 + 3 (50 - score) / 100

    References
    ----------
    EcoIndex, as cnumr/ecoindex_node documents it: a score of 89 is 1.22 g and 1.83 cl.
    """
    refuse_no_number("EcoIndex", at_least=0, at_most=100, score=score)
    distance = (50.0 - score) / 100.0
    return 2.0 + 2.0 * distance, 3.0 + 3.0 * distance


def rating(grams: float) -> str:
    """Return the first limit that the page does not exceed, A+ to E; else F."""
    refuse_no_number("rating of a page", at_least=0, grams=grams)
    return next((r for r in RATINGS[:-1] if grams <= packaged_tables.figure("page", f"rating_{r}_max")), RATINGS[-1])
