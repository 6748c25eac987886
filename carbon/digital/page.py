"""A page estimate by Sustainable Web Design, version 4, next to the service.

It is not a life-cycle assessment and is never added to one.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module, metadata

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
    grid_g_per_kwh: float
    note: str = "Sustainable Web Design v4: a page estimate, not a life-cycle assessment"

    def __repr__(self) -> str:
        return one_line(f"PageEstimate({self.g_per_view:.3g} g CO2e a view, rating {self.rating})")


@dataclass(frozen=True)
class EcoIndex(Displayed):
    """Score (0 to 100, more is better) and grade (A to G) that the user's own package gave."""

    score: float
    grade: str
    source: str
    note: str = "EcoIndex: a score of a page, not a mass of CO2e; never added to one"

    def __repr__(self) -> str:
        return one_line(f"EcoIndex({self.score:.0f}, {self.grade}; {self.source})")


def page_grams(gigabytes: float, *, grid_g_per_kwh: float, green_hosting: bool) -> float:
    """Return g = GB x sum over tiers of (operational kWh/GB x grid + embodied kWh/GB x 494) [g CO2e].

    Green hosting removes the operational part of the data centre only; embodied stays on the world's grid (494).

    Parameters
    ----------
    grid_g_per_kwh
        Grid of the operation [g CO2e/kWh].

    References
    ----------
    Sustainable Web Design model v4; constants of co2.js 0.19.0.
    """
    refuse_no_number("page", at_least=0, gigabytes=gigabytes, grid_g_per_kwh=grid_g_per_kwh)
    if not isinstance(green_hosting, bool):
        raise MethodError(f"green_hosting is {green_hosting!r}", hint="True or False")
    world = packaged_tables.figure("page", "global_grid_intensity")
    operation = sum(packaged_tables.figure("page", f"operational_{t}") for t in TIERS
                    if not (green_hosting and t == "datacentre"))
    embodied = sum(packaged_tables.figure("page", f"embodied_{t}") for t in TIERS)
    return gigabytes * (operation * grid_g_per_kwh + embodied * world)


def page_estimate(megabytes: float, *, grid_g_per_kwh: float, green_hosting: bool, first_share: float,
                  reload_share: float) -> PageEstimate:
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
    """Return the EcoIndex of a page as the user's own installation of `ecoindex-compute` gives it.

    Its quantiles are CC BY-NC-ND; no licence-clean publication of them is known, so none of it is in this package.

    Parameters
    ----------
    nodes
        Elements of the page's document tree.
    kilobytes
        What the page transfers.

    Raises
    ------
    UsageError
        The package is not installed.
    MethodError
        A negative count.
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


def rating(grams: float) -> str:
    """Return the first limit that the page does not exceed, A+ to E; else F."""
    refuse_no_number("rating of a page", at_least=0, grams=grams)
    return next((r for r in RATINGS[:-1] if grams <= packaged_tables.figure("page", f"rating_{r}_max")), RATINGS[-1])
