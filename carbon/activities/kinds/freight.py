"""Freight: the vehicle or ship of each transport of goods by its words, size, ends and country."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from carbon.activities.amounts import of_unit, to_unit
from carbon.activities.classification.rules import PACKAGE
from carbon.activities.draft import Draft
from carbon.activities.kinds.flights import DOMESTIC, also, uk_hauls
from carbon.activities.kinds.named import country_names, names_of, slug
from carbon.activities.kinds.places import chosen_namesakes, with_ends
from carbon.activities.kinds.regions import with_region
from carbon.core import packaged
from carbon.core.params.company import CompanyParams
from carbon.core.text_columns import Values, among, by_word, pick

EXTENSIVE = ("quantity", "mass")
AIR = "air"
DIRECTIONS = {"inbound": 4, "outbound": 4, "sold": 9}
"""Transport that is bought is category 4, whichever way it goes; transport of sold goods that others buy is 9."""
_FIX = "correct the source file"
_SIZE = re.compile(r"^(.*?)[\s,(]*(\d+(?:[.,]\d+)?)\s*(?:t|tonnes?)\)?$", re.IGNORECASE)
"""A mode that ends in a gross weight: "porteur 19 t", "articulated lorry (40 tonnes)"."""


def freight(draft: Draft, params: CompanyParams) -> Draft:
    """Measure freight: freight.<mode> [tonne.km], category 4, or 9 for transport of sold goods that others pay.

    quantity = mass [t] x distance [km]; without a distance the great circle between the ends, noted in `quality`. A
    whole vehicle may be given in km, without a mass. The mode is the most specific one that its words, a gross weight,
    the country and, by air, both ends give; one that stays open ("sea" without the ship) has no factor, and the reject
    names the choices.
    """
    draft = draft.reject(draft.rows["mode"] == "", "mode_missing", "freight without its mode", _FIX, "mode")
    draft = draft.reject(~among(draft.rows["direction"], DIRECTIONS), "direction_unknown",
                         "inbound, outbound (bought by the company) or sold (paid by others)", _FIX, "direction")
    has_quantity, unit = ~np.isnan(draft.rows["quantity"]), draft.rows["unit"]
    by_vehicle = has_quantity & of_unit(unit, "km") & np.isnan(draft.rows["mass"])
    draft = draft.assign(_by_vehicle=by_vehicle).reject(
        has_quantity & ~of_unit(unit, "tonne.km") & ~by_vehicle, "unit_dimension",
        "freight is counted in tonne.km, or without a mass in km of a whole vehicle", _FIX, "unit")
    return draft.then(lambda d: _work(with_region(d, params), params), _named)


def _work(draft: Draft, params: CompanyParams) -> Draft:
    """Set quantity and unit: tonne.km as stated or computed, or the stated km of a whole vehicle."""
    rows = draft.rows
    home = params.home
    needs = np.isnan(rows["quantity"]) & np.isnan(rows["distance"])
    by_air = by_word(rows["mode"], lambda text: _mode("", text)[0] == AIR, np.bool_)
    rows = with_ends(rows.assign(mode=pick(by_air, AIR, rows["mode"])), needs | by_air, home=home,
                     namesakes=params.travel.namesakes)
    km = to_unit(rows["distance"], rows["distance_unit"], "km")
    computed = np.isnan(km)
    tonne_km = to_unit(rows["mass"], rows["mass_unit"], "t") * np.where(computed, rows["great_circle_km"], km)
    by_vehicle = rows["_by_vehicle"]
    stated_work = np.where(by_vehicle, rows["quantity"], to_unit(rows["quantity"], rows["unit"], "tonne.km"))
    quality = pick(by_vehicle, "whole vehicle, average load",
                   pick(np.isnan(stated_work) & computed, "great circle", ""))
    draft = draft.with_rows(rows.assign(
        quantity=np.where(np.isnan(stated_work), tonne_km, stated_work),
        unit=pick(by_vehicle, rows["unit"], "tonne.km"), quality=quality))
    draft = chosen_namesakes(draft)
    return draft.reject(np.isnan(draft.rows["quantity"]), "freight_incomplete",
                        "neither tonne.km, nor mass and a distance that is given or can be found",
                        "give tonne.km, or mass and distance with their units", "quantity")


def _named(draft: Draft) -> Draft:
    rows = draft.rows
    places = rows["region"] + ":" + rows["mode"]
    mode = by_word(places, lambda place: _mode(*place.split(":", 1))[0])
    remark = by_word(places, lambda place: _mode(*place.split(":", 1))[1])
    haul = _haul(rows["from_country"], rows["to_country"])
    mode = pick((mode == AIR) & (haul != ""), AIR + "." + haul, mode)
    return draft.assign(
        activity="freight." + mode, group="freight", scope="3", tier="physical average", rule="", contract="",
        category=by_word(rows["direction"], DIRECTIONS.__getitem__, np.int64), quality=also(rows["quality"], remark))


@cache
def _mode(region: str, text: str) -> tuple[str, str]:
    """Return the mode of a word in a country and a remark: ("FR", "Porteur 19 t") is hgv.rigid_12_to_20t."""
    size = _SIZE.match(text)
    mode = _known(slug(text, keep="."))
    remark = ""
    if size and (general := _known(slug(size[1], keep="."))) in names_of("freight.mode").values():
        classed = _of_size(region, general, float(size[2].replace(",", ".")))
        mode, remark = classed or general, "" if classed else "size of the vehicle not used: average"
    return country_names("freight.mode").get(f"{region}:{mode}", (mode, ""))[0], remark


def _known(word: str) -> str:
    word = names_of("freight.family").get(word, word)
    return names_of("freight.mode").get(word, word)


def _of_size(region: str, mode: str, tonnes: float) -> str:
    """Return the class of a gross weight [t], the country's own first; "" where none is published."""
    fitting = [line for line in _sizes() if line["mode"] == mode and line["region"] in ("", region)
               and float(line["over_t"]) < tonnes <= float(line["up_to_t"])]
    return max(fitting, key=lambda line: line["region"])["name"] if fitting else ""


@cache
def _sizes() -> list[dict[str, str]]:
    return packaged.read_rows(PACKAGE, "data/freight_sizes.csv")


def _haul(origin: Values, destination: Values) -> Values:
    """Return the haul of freight by air as DESNZ publishes it, by both countries; "" where an end is unknown."""
    pairs = origin + ":" + destination

    def haul(pair: str) -> str:
        start, _, end = pair.partition(":")
        hauls = [uk_hauls().get(start, ""), uk_hauls().get(end, "")]
        if not (start and end):
            return ""
        if DOMESTIC not in hauls:
            return "international"
        hauls.remove(DOMESTIC)
        return hauls[0]

    return by_word(pairs, haul)
