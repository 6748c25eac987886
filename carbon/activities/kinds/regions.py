"""The region of an activity: the rule's, else the record's country, else its site's, else the company's country.

Within that country, electricity has the grid zone of its record or site, and heat the network of its site.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from carbon.activities.draft import Draft
from carbon.activities.kinds.flights import also
from carbon.core import zones
from carbon.core.columns import Rows
from carbon.core.errors import UsageError
from carbon.core.text_columns import Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams

GRID = ("electricity", "electricity.residual")
HEAT = ("district_heat", "steam")
NO_ZONE = "grid zone unknown: national average"


def with_region(draft: Draft, params: CompanyParams, *, site_decides: bool = False) -> Draft:
    """Fill `region`: a rule's region, else the record's country, else its site's country, else the company's country.

    Electricity of a site with a grid zone in that country takes the zone, heat and steam of one with a heat network the
    network; everything else stays with the country.

    Parameters
    ----------
    site_decides
        Reject a row whose site the company has not declared, instead of taking the company's country: for energy,
        whose factor is the country's grid.
    """
    rows = draft.rows
    region = pick(rows["region"] == "", rows["country"], rows["region"]) if "region" in rows else rows["country"]
    if (unsaid := region == "").any():
        region = pick(unsaid, by_word(rows["site"], params.country_of_site), region)
    if site_decides and params.sites:
        draft = draft.assign(region=region).reject(
            region == "", "site_unknown", "neither a country nor a declared site locates it",
            "add the site with its country to `sites` in the company's params", "site")
        region = draft.rows["region"]
    assumed = region == ""
    draft = with_remark_on_home(draft, assumed, params, params.home)
    draft = draft.assign(region=pick(assumed, params.country, region))
    return draft.assign(region=_within(draft.rows, params)) if "activity" in draft.rows else draft


def with_remark_on_home(draft: Draft, assumed: npt.NDArray[np.bool_], params: CompanyParams,
                        home: Collection[str]) -> Draft:
    """Remark on rows that are assumed to be in the company's country, where that is one of several at home."""
    if not assumed.any() or len(home) < 2:
        return draft
    kinds = ", ".join(sorted(set(draft.rows["kind"][assumed])))
    return draft.warn("country_assumed", f"{int(assumed.sum()):,} records of {kinds} state neither a country nor a "
                      f"declared site: taken as in {params.country}, though the company is in "
                      f"{', '.join(sorted(home))}; give them a country, a site, or the country of their entity in the "
                      "entities file")


def _within(rows: Rows, params: CompanyParams) -> Values:
    """Return the region of each row, or the zone or network of its site where that lies in it."""
    region = rows["region"]
    for activities, place in ((GRID, attrgetter("grid_zone")), (HEAT, attrgetter("heat_region"))):
        places = {name: place(site) for name, site in params.sites.items() if place(site)}
        if places:
            narrower = by_word(rows["site"], partial(_of, places))
            holds = by_word(narrower, zones.country_of) == region
            region = pick(among(rows["activity"], activities) & (narrower != "") & holds, narrower, region)
    return region


def _of(places: Mapping[str, str], site: str) -> str:
    return places.get(site, "")


def with_zones(draft: Draft) -> Draft:
    """Take the grid zone that records of electricity state themselves; reject one of another country or site's zone.

    A word that may be several zones, or none, is rejected with the choices where the site's zone does not settle it;
    one that is no zone at all, next to a site whose zone is known, is left unread with a warning.
    Where the country has zones and none is known, the national average counts, and the row states it in `quality`.
    """
    rows = draft.rows
    zone_words = pick(among(rows["activity"], GRID), rows["zone"], "")
    unread: list[str] = []
    if (zone_words != "").any():
        pairs = rows.assign(_stated=zone_words).groups(["region", "_stated"])
        verdicts = [_stated_zone(*pair) for pair in pairs.lines()]
        region, reason, hint = (np.array([v[i] for v in verdicts], dtype=object).take(pairs.number) for i in range(3))
        unread = sorted(word for place, word in pairs.lines() if _is_no_zone(place, word))
        draft = draft.assign(region=region).reject(reason != "", "zone_unknown", reason, hint, "zone")
    if unread:
        examples = ", ".join(unread[:3])
        draft = draft.warn("zone_unread", f"`zone` holds words that are no grid zone, e.g. {examples}: the zones of "
                           "the sites in params count")
    rows = draft.rows
    coarse = among(rows["activity"], GRID) & among(rows["region"], zones.countries())
    return draft.assign(quality=also(rows["quality"], pick(coarse, NO_ZONE, "")))


def _is_no_zone(region: str, word: str) -> bool:
    """Return whether a word next to a site of known zone is no zone of any country, e.g. a sales region."""
    country = zones.country_of(region)
    return word != "" and region != country and country in zones.countries() and not zones.is_zone(word)


def _stated_zone(region: str, word: str) -> tuple[str, str, str]:
    """Return region, what is wrong and what to do; a country that is one grid has no zone, whatever the word."""
    country = zones.country_of(region)
    if not word or not zones.zones_of(country) or _is_no_zone(region, word):
        return region, "", ""
    words = (word,) if region == country else (word, region)
    try:
        return zones.zone_of(country, *words), "", ""
    except UsageError as error:
        return region, error.what, error.hint
