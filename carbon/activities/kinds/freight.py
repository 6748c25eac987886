"""Freight: work, km of a whole vehicle or fuel of each transport of goods, its empty way back, and its scope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from carbon.activities.amounts import PLACE, of_unit, to_unit
from carbon.activities.draft import Draft, together
from carbon.activities.kinds import energy
from carbon.activities.kinds.company_vehicles import LEASED_ASSETS, LEASED_OUTSIDE, RUN, with_hauler
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.freight_modes import AIR, HEAD, LOADS, has_own, haul, mode_of, own_freight, vehicle
from carbon.activities.kinds.named import names_of, slug
from carbon.activities.kinds.places import chosen_namesakes, with_ends
from carbon.activities.kinds.regions import with_region
from carbon.core.columns import Rows
from carbon.core.errors import ParamsError
from carbon.core.ghg_protocol import NO_CATEGORY
from carbon.core.text_columns import Flags, Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams

EXTENSIVE = ("quantity", "mass", "teu", "trips", "empty_distance")
DIRECTIONS = {"inbound": 4, "outbound": 4, "sold": 9}
"""Transport that is bought is category 4, whichever way it goes; transport of sold goods that others buy is 9."""
ASSUMED = "assumed: "
"""Start of the remark on a row whose mode is the company's declaration for a bare word."""
_FIX = "correct the source file"
_ONE_LORRY_T = 44
"""More than the gross weight of a lorry on European roads is no single journey by road."""
_ROAD = ("hgv", "hgv_refrigerated", "van")
_FARTHEST_KM = 6_000.0
"""By road between two towns [km], from which one may be a namesake, where no distance is stated [design]."""
_SHIP = "the way of a ship is not the straight line between its ports"
_ROUTE = "give the distance of its route, or tonne.km"
_FUEL = ("L", "kg", "kWh", "kWh_HHV", "kWh_LHV", "Nm3", "scf")
_LIMITS = {"empty_distance": ("empty_distance_impossible", "an empty distance below zero"),
           "teu": ("teu_impossible", "a number of containers below zero"),
           "trips": ("trips_impossible", "a number of journeys below zero"),
           "mass_per_teu": ("mass_per_teu_impossible", "a mass of a container below zero")}


def freight(draft: Draft, params: CompanyParams) -> Draft:
    """Measure freight; a word that stays open takes the mode that `freight_modes` declares, noted in `quality`.

    Raises ParamsError: A declared word has a mode of its own ("lorry"), or is declared as itself.
    """
    draft = measured_freight(draft, params)
    declared = _declared(params)
    is_open = among(draft.rows["activity"], declared) if declared else None
    if is_open is None or not is_open.any():
        return draft
    rows = draft.rows
    remark = by_word(rows["activity"], lambda name: _remark(name, declared[name]) if name in declared else "")
    return draft.with_rows(rows.assign(activity=by_word(rows["activity"], lambda name: declared.get(name, name)),
                                       quality=also(rows["quality"], remark)))


def measured_freight(draft: Draft, params: CompanyParams) -> Draft:
    """Measure freight: freight.<mode> by tonne.km, TEU.km or km of a whole vehicle, or the fuel of the vehicle.

    quantity = mass [t] x distance [km], TEU x distance, distance x journeys of a whole vehicle, or fuel as given;
    without a distance the great circle between the ends, noted in `quality`. Hired: category 4, or 9 for transport of
    sold goods that others pay. Vehicles that the company runs, by km or fuel: scope 1; leased outside its approach:
    category 8. An empty way back is an activity of its own, by km of the empty vehicle. The mode is the most specific
    one of its words, weight, fuel, load, country and, by air, both ends; one that stays open ("sea" without the ship)
    has no factor, and the reject names the choices.

    References
    ----------
    Technical Guidance for Calculating Scope 3 Emissions (2013), chapter 4, formulas 4.1 to 4.6, and chapter 9; DESNZ,
    sheets "Delivery vehicles" (scope 1 by km) and "Freighting goods".
    """
    draft = draft.reject(draft.rows["mode"] == "", "mode_missing", "freight without its mode", _FIX, "mode")
    draft = draft.reject(~among(draft.rows["direction"], DIRECTIONS), "direction_unknown",
                         "inbound, outbound (bought by the company) or sold (paid by others)", _FIX, "direction")
    draft = _within_limits(with_hauler(draft, params))
    if not len(draft.rows):
        return draft
    draft = _placed(draft)
    burnt = _by_fuel(draft.rows)
    parts = [Draft(draft.rows.where(burnt)).then(lambda d: with_region(d, params), _fuel),
             Draft(draft.rows.where(~burnt)).then(_measurable, lambda d: with_region(d, params),
                                                  lambda d: _work(d, params), lambda d: _named(d, params), _with_empty)]
    return together(draft, parts)


def _within_limits(draft: Draft) -> Draft:
    for column, (code, reason) in _LIMITS.items():
        draft = draft.reject(draft.rows[column] < 0, code, reason, _FIX, column)
    share = draft.rows["empty_share"]
    draft = draft.reject((share < 0) | (share > 1), "empty_share_impossible",
                         "the share of the way back that is driven empty lies between 0 and 1",
                         "write 80 % as 0.8 or \"80 %\"; where both ways are known give empty_distance", "empty_share")
    rows = draft.rows
    given_twice = ~np.isnan(rows["empty_distance"]) & ~np.isnan(rows["empty_share"])
    return draft.reject(given_twice, "empty_twice", "an empty distance and a share of the way back",
                        "give one of the two", "empty_share")


def _placed(draft: Draft) -> Draft:
    """Set scope and category by who runs the vehicle, and the columns that every activity has."""
    owner = draft.rows["owner"]
    run, direction = among(owner, RUN), by_word(draft.rows["direction"], DIRECTIONS.__getitem__, np.int64)
    return draft.assign(
        scope=pick(run, "1", "3"), group="freight", rule="", contract="", quality="", _run=run,
        category=np.where(run, NO_CATEGORY, np.where(owner == LEASED_OUTSIDE, LEASED_ASSETS, direction)))


def _by_fuel(rows: Rows) -> Flags:
    """Return the rows whose quantity is a fuel that they name."""
    return ~np.isnan(rows["quantity"]) & of_unit(rows["unit"], *_FUEL) & (rows["fuel"] != "")


def _fuel(draft: Draft) -> Draft:
    """Set the fuel of a vehicle as its activity: all of it, loaded and empty ways."""
    carriers = energy.carriers()
    activity_of, scope_of = ({str(k): str(v) for k, v in carriers[c].items()} for c in ("activity", "scope"))
    draft = draft.reject(~among(draft.rows["fuel"], activity_of), "carrier_unknown", "no such fuel",
                         "name the fuel: diesel, petrol, lpg, cng, lng, electricity ...", "fuel")
    own_power = draft.rows["_run"] & by_word(draft.rows["fuel"], lambda f: scope_of[f] != "1", np.bool_)
    draft = draft.reject(own_power, "vehicle_electric", "electricity of the company's own vehicles is scope 2",
                         "give it as `energy` of its site, or the trips as `travel` by company van", "fuel")
    has_empty = ~np.isnan(draft.rows["empty_distance"]) | ~np.isnan(draft.rows["empty_share"])
    draft = draft.reject(has_empty, "empty_in_fuel", "fuel of the vehicle and an empty distance next to it",
                         "give the fuel of the whole journey, or that of the way back as a row of its own",
                         "empty_distance")
    groups = draft.rows.groups(["fuel", "unit", "region"])
    verdicts = [energy.unit_of(*words) for words in groups.lines()]
    unit, code, reason, hint = (np.array([v[i] for v in verdicts], dtype=object).take(groups.number) for i in range(4))
    draft = draft.reject(code != "", code, reason, hint, "unit")
    rows = draft.rows
    return draft.assign(unit=unit[code == ""], activity=by_word(rows["fuel"], activity_of.__getitem__),
                        tier=pick(rows["_run"], "measured", "supplier-specific"), meter=rows["vehicle"])


def _measurable(draft: Draft) -> Draft:
    """Reject quantities that are no work, and works of whole vehicles that are not the company's part of them."""
    rows = draft.rows
    is_stated, unit = ~np.isnan(rows["quantity"]), rows["unit"]
    whole_vehicle = is_stated & of_unit(unit, "km")
    work = of_unit(unit, "tonne.km", "TEU.km")
    no_fuel = is_stated & of_unit(unit, "L", "Nm3")
    draft = draft.reject(no_fuel, "fuel_missing", "a volume of fuel without its name",
                         "name the fuel in `fuel`: diesel, petrol, lpg, cng ...", "fuel")
    is_stated, unit, whole_vehicle, work = (values[~no_fuel] for values in (is_stated, unit, whole_vehicle, work))
    mass = ~np.isnan(draft.rows["mass"])
    draft = draft.reject(
        is_stated & ~work & ~(whole_vehicle & (~mass | draft.rows["_run"])), "unit_dimension",
        "freight is counted in tonne.km or TEU.km, or without a mass in km of a whole vehicle, or in fuel that `fuel` "
        "names", _FIX, "unit")
    rows = draft.rows
    by_km = ~np.isnan(rows["quantity"]) & of_unit(rows["unit"], "km")
    by_work = ~np.isnan(rows["quantity"]) & ~by_km
    return draft.reject(
        rows["_run"] & by_work, "own_vehicle_by_work", "the company's own vehicles are counted whole, not by tonne.km",
        "give the km of the vehicle, or its distance and `trips`, or its fuel (most exact)", "quantity")


def _work(draft: Draft, params: CompanyParams) -> Draft:
    """Set quantity and unit: work as stated or computed, or the km of a whole vehicle."""
    rows = draft.rows
    needs = np.isnan(rows["quantity"]) & np.isnan(rows["distance"])
    mode = by_word(rows["mode"], lambda text: mode_of("", text)[0])
    by_air = np.asarray(mode == AIR, dtype=bool)
    declared = _declared(params)
    family = by_word(mode, lambda name: declared.get(HEAD + name, HEAD + name).removeprefix(HEAD).partition(".")[0])
    rows = with_ends(rows.assign(mode=pick(by_air, AIR, rows["mode"])), needs | by_air, home=params.home,
                     namesakes=params.travel.namesakes, by_road=among(family, _ROAD))
    draft = _with_km(draft.with_rows(rows), family, needs, params)
    draft = chosen_namesakes(_measured(_with_teu(draft, params)))
    return draft.reject(np.isnan(draft.rows["quantity"]), "freight_incomplete",
                        "neither tonne.km, nor mass and a distance that is given or can be found",
                        "give tonne.km, or mass and distance with their units", "quantity")


def _with_km(draft: Draft, family: Values, needs: Flags, params: CompanyParams) -> Draft:
    """Set _km as stated, else the great circle between the ends with the detour that params state of road and rail.
    Publishers' factors are by the km driven. A ship's way is not computed: Shanghai and Felixstowe are 9,200 km apart,
    and 19,000 by sea.
    """
    rows = draft.rows
    stated_km, circle = to_unit(rows["distance"], rows["distance_unit"], "km"), rows["great_circle_km"]
    detours = {AIR: 1.0, "rail": params.travel.rail_detour, **dict.fromkeys(_ROAD, params.travel.road_detour)}
    times = by_word(family, lambda name: detours.get(name, np.nan), np.float64)
    is_computed = needs & ~np.isnan(circle)
    longer = by_word(family, lambda name: f" x {detours[name]:g}" if detours.get(name, 1.0) != 1 else "")
    draft = draft.assign(_km=np.where(np.isnan(stated_km), circle * times, stated_km),
                         quality=also(rows["quality"], pick(is_computed, "great circle" + longer, "")))
    km, is_known = circle * times, is_computed & ~np.isnan(times)
    cases = (("freight_incomplete", is_computed & (family == "sea"), _SHIP, _ROUTE),
             ("freight_incomplete", is_computed & np.isnan(times),
              "of this mode the way between two towns is not known", _ROUTE),
             ("zero_length", is_known & (km <= 0),
              "the leg has no length: both ends are the same place, or 0 km", _ROUTE),
             ("distance_implausible", is_known & among(family, _ROAD) & (km > _FARTHEST_KM),
              "farther than lorries drive: a town may be a namesake",
              "write both places as \"Town, CC\", or give the distance"))
    code, reason, hint = (np.full(len(rows), "", dtype=object) for _ in range(3))
    for case_code, hit, text, remedy in reversed(cases):
        code, reason, hint = pick(hit, case_code, code), pick(hit, text, reason), pick(hit, remedy, hint)
    return draft.reject(code != "", code, reason, hint, "distance")


def _measured(draft: Draft) -> Draft:
    """Set the km of whole vehicles, TEU.km where the company has its own factor by them, else tonne.km."""
    rows = draft.rows
    km, run, is_stated = rows["_km"], rows["_run"], ~np.isnan(rows["quantity"])
    no_goods = np.isnan(rows["mass"]) & np.isnan(rows["teu"])
    driven = km * np.where(run & np.isnan(rows["trips"]), 1.0, rows["trips"])
    whole_km = np.where(is_stated, to_unit(rows["quantity"], rows["unit"], "km"),
                        np.where(run | no_goods, driven, np.nan))
    tonne_km = np.where(is_stated, to_unit(rows["quantity"], rows["unit"], "tonne.km"),
                        to_unit(rows["mass"], rows["mass_unit"], "t") * km)
    teu_km = np.where(is_stated, to_unit(rows["quantity"], rows["unit"], "TEU.km"), rows["teu"] * km)
    by_vehicle = ~np.isnan(whole_km)
    by_teu = rows["_by_teu"] & ~np.isnan(teu_km) & ~by_vehicle
    load = pick(among(rows["load"], ("", "average")), "whole vehicle, average load", "whole vehicle")
    note = pick(by_vehicle, load + pick(run, ", by distance: less exact than its fuel", ""), "")
    return draft.assign(
        quantity=np.where(by_vehicle, whole_km, np.where(by_teu, teu_km, tonne_km)), _by_vehicle=by_vehicle,
        unit=pick(by_vehicle, "km", pick(by_teu, "TEU.km", "tonne.km")), tier="physical average",
        quality=also(rows["quality"], note))


def _with_teu(draft: Draft, params: CompanyParams) -> Draft:
    """Set the mass of containers, or `_by_teu` where the company has its own factor by TEU.km; without either, ask."""
    own_factors = own_freight(tuple(params.own_factors))
    rows = draft.rows
    groups = rows.groups(["mode", "region"])
    chains = [(mode, tuple(params.factors.chain(region, "3"))) for mode, region in groups.lines()]
    has_factor = np.array([has_own(own_factors, mode_of(chain[0], mode)[0], chain, "container_distance")
                           for mode, chain in chains], dtype=bool).take(groups.number)
    by_count = ~np.isnan(rows["teu"]) & np.isnan(rows["quantity"])
    by_teu = ~rows["_run"] & (by_count | (~np.isnan(rows["quantity"]) & of_unit(rows["unit"], "TEU.km")))
    t_per_teu = to_unit(rows["mass_per_teu"], rows["mass_per_teu_unit"], "t")
    in_mass = by_teu & ~has_factor & (t_per_teu > 0)
    weighed = by_count & ~np.isnan(rows["mass"])
    draft = draft.assign(_by_teu=by_teu & has_factor)
    is_asked = by_teu & ~has_factor & ~in_mass & ~weighed
    rows = draft.rows
    mass = np.where(in_mass & by_count & ~weighed, rows["teu"] * t_per_teu, rows["mass"])
    teu_km = to_unit(rows["quantity"], rows["unit"], "TEU.km")
    work = np.where(in_mass & ~by_count, teu_km * t_per_teu, rows["quantity"])
    note = by_word(np.where(in_mass & ~weighed, t_per_teu, 0.0), lambda t: f"{t:g} t per TEU" if t else "")
    by_mean_mass = in_mass & by_count & ~weighed
    draft = draft.assign(mass=mass, mass_unit=pick(by_mean_mass, "t", rows["mass_unit"]), quantity=work,
                         unit=pick(in_mass & ~by_count, "tonne.km", rows["unit"]), quality=also(rows["quality"], note))
    return draft.reject(
        is_asked, "teu_without_mass", "containers without their mass, and no factor by TEU.km",
        "give the mass of the goods, or mass_per_teu (the Technical Guidance, table 4.2, has 10 t as its default), or "
        "a factor by TEU.km in params/<company>/factors.csv", "teu")


def _named(draft: Draft, params: CompanyParams) -> Draft:
    """Set the activity of each transport by its words, and that of its vehicle when empty; open words are asked."""
    own_factors = own_freight(tuple(params.own_factors))
    rows = draft.rows
    groups = rows.groups(["mode", "fuel", "load", "region", "scope"])
    vehicles = [vehicle(mode, fuel, load, tuple(params.factors.chain(region, scope)), own_factors)
                for mode, fuel, load, region, scope in groups.lines()]
    words = {c: np.array([getattr(v, c) for v in vehicles], dtype=object).take(groups.number)
             for c in ("mode", "remark", "empty", "empty_remark", "code", "reason", "what_to_do")}
    between = haul(rows["from_country"], rows["to_country"])
    mode = pick((words["mode"] == AIR) & (between != ""), AIR + "." + between, words["mode"])
    draft = draft.assign(activity=HEAD + mode, quality=also(rows["quality"], words["remark"]), _empty=words["empty"],
                         _empty_remark=words["empty_remark"])
    draft = draft.reject(words["code"] != "", words["code"], words["reason"], words["what_to_do"], "mode")
    rows = draft.rows
    charged = rows["_run"] & by_word(rows["activity"], lambda a: a.endswith(("battery_electric", "plug_in_hybrid")),
                                     np.bool_)
    draft = draft.reject(charged, "vehicle_electric", "electricity of the company's own vehicles is scope 2",
                         "give it as `energy` of its site, or the trips as `travel` by company van", "mode")
    no_goods = (draft.rows["load"] == "empty") & ~draft.rows["_by_vehicle"]
    return draft.reject(no_goods, "load_conflict", "an empty vehicle carries no tonne.km",
                        "give the km of the empty vehicle, or correct `load`", "load")


def _with_empty(draft: Draft) -> Draft:
    """Add the km of the empty way back as an activity of its own, by km of the empty vehicle. A row is one journey
    where `trips` is blank; one that carries more than a lorry does is several, and asked about.
    """
    rows = draft.rows
    by_share = rows["empty_share"] > 0
    several = np.isnan(rows["trips"]) & (to_unit(rows["mass"], rows["mass_unit"], "t") > _ONE_LORRY_T)
    draft = draft.reject(
        by_share & (np.isnan(rows["_km"]) | several), "trips_missing",
        "a share of the way back without the length and number of the ways", "give distance and `trips` (journeys of a "
        "vehicle), or the empty kilometres in empty_distance", "trips")
    rows = draft.rows
    has_empty = (rows["empty_distance"] > 0) | (rows["empty_share"] > 0)
    draft = draft.reject(
        has_empty & (rows["_empty"] == ""), "empty_without_figure", "no figure of an empty vehicle of this mode is "
        "known", "leave the empty distance out (averages of carriers hold it), or add a factor of freight.<mode>"
        ".laden_0 by km to params/<company>/factors.csv", "empty_distance")
    has_empty = has_empty[~(has_empty & (rows["_empty"] == ""))]
    if not has_empty.any():
        return draft
    rows = draft.rows
    trips = np.where(np.isnan(rows["trips"]), 1.0, rows["trips"])
    km = np.where(np.isnan(rows["empty_distance"]), rows["_km"] * trips * rows["empty_share"],
                  to_unit(rows["empty_distance"], rows["empty_distance_unit"], "km"))
    note = also(pick(has_empty, "empty way back", ""), rows["_empty_remark"])
    empty = rows.assign(quantity=km, unit="km", activity=HEAD + rows["_empty"], record_amount=np.nan,
                        activity_id=rows["record_id"] + "#empty", quality=note).where(has_empty)
    loaded = rows.assign(activity_id=rows["record_id"])
    stacked = Rows.stack([loaded, empty], dict.fromkeys((*loaded, *empty)))
    draft = _warn_of_averages(draft, km, has_empty)
    return replace(draft, rows=stacked.take(np.argsort(stacked[PLACE], kind="stable")))


def _warn_of_averages(draft: Draft, km: Values, has_empty: Flags) -> Draft:
    """Warn of empty kilometres next to a factor of average load, which may hold empty running already."""
    by_load = tuple(end for end in LOADS.values() if end)
    average = has_empty & by_word(draft.rows["activity"], lambda a: not a.endswith(by_load), np.bool_)
    if not average.any():
        return draft
    return draft.warn("empty_running", f"{km[average].sum():,.6g} km of empty vehicles in {int(average.sum()):,} rows "
                      "are next to a factor of average load, which may hold empty running already (ISO 14083): state "
                      "the load of the loaded way, or leave the empty kilometres out")


def _declared(params: CompanyParams) -> dict[str, str]:
    """Return freight.<word> -> freight.<mode> of the declared words."""
    modes, families = names_of("freight.mode"), names_of("freight.family")
    words = {}
    for text, target in params.freight_modes.items():
        word, mode = slug(text, keep="."), slug(target, keep=".")
        word, mode = families.get(word, word), modes.get(mode, mode)
        if word in modes or word == mode:
            raise ParamsError(f"params/{params.company}.yml: freight_modes.{text}: the word is read as "
                              f"{modes.get(word, mode)}",
                              hint="leave it out; `values` of a file entry gives a word of that file another meaning")
        words[HEAD + word] = HEAD + mode
    return words


def _remark(name: str, mode: str) -> str:
    return f"{ASSUMED}{name.removeprefix(HEAD)} is {mode} (freight_modes)"
