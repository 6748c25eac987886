"""Vehicles of the company: whose each is, the scope it counts in, and the electricity of battery and plug-in ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from carbon.activities.amounts import PLACE
from carbon.activities.classification.rules import PACKAGE
from carbon.activities.draft import Draft
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.modes import AVERAGE, CHARGED, SIZED, sizes_of
from carbon.core import packaged
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import NO_CATEGORY
from carbon.core.params.company import CompanyParams, Vehicle
from carbon.core.text import fold
from carbon.core.text_columns import Flags, among, by_word, pick

OWN_MODE = "company "
"""Start of the mode, in the table of activities, of a vehicle that the company runs."""
RUN = ("owned", "leased_in_approach")
LEASED_OUTSIDE = "leased_outside"
LEASED_ASSETS = 8
ELECTRIC = "battery_electric"
_ELECTRICITY = "electricity"
_OWNED_BY_WORD = {"company": "owned", "private": "private", "rental": "private", "": ""}


def number(vehicle: str) -> str:
    """Return the number or plate of a vehicle without case, spaces and punctuation: "AB-123 cd" is "ab123cd"."""
    return fold(vehicle).replace(" ", "")


def with_owner(draft: Draft, params: CompanyParams) -> Draft:
    """Set `owner` of each vehicle, its scope and category, and the fuel and size that params give it.

    owned or leased within the consolidation approach: scope 1; leased outside it: category 8; private, hired for the
    trip or not said: the category of its kind. The list of vehicles decides, else the word of the record, else
    `travel.company_vehicles`. A leased vehicle without either is the lessee's under operational control, and asked
    about under the other approaches.

    References
    ----------
    GHG Protocol, Corporate Standard, appendix F: Categorizing GHG Emissions Associated with Leased Assets.
    """
    draft = _identified(draft, params)
    rows, declared = draft.rows, params.travel.company_vehicles
    sized = among(rows["mode"], SIZED)
    words = dict(_OWNED_BY_WORD)
    words["leased"] = "leased_in_approach" if params.consolidation == "operational_control" else "unclear"
    if declared is not None:
        words["company"] = declared.ownership
        words["leased"] = declared.ownership if declared.ownership != "owned" else words["leased"]
    owner = pick(sized & (rows["_listed"] == ""), by_word(rows["mode_detail"], lambda s: words.get(s, "")), rows["_listed"])
    run, outside = among(owner, RUN), owner == LEASED_OUTSIDE
    company = run | outside
    usual = {c: getattr(declared, c) if declared else "" for c in ("fuel", "size")}
    given = {c: pick(company & (rows[c] == ""), usual[c], rows[c]) for c in usual}
    return draft.assign(
        owner=owner, **given, scope=pick(run, "1", rows["scope"]),
        category=np.where(run, NO_CATEGORY, np.where(outside, LEASED_ASSETS, rows["category"])),
        _mode=pick(run, OWN_MODE, "") + rows["mode"],
    ).reject(owner == "unclear", "lease_unclear", "whether the lease is within the consolidation approach is not said",
             "add the vehicle to vehicles.csv, or declare travel.company_vehicles.ownership: leased_in_approach (finance "
             "lease) or leased_outside (operating lease)", "mode")


@cache
def _listed(vehicles: tuple[Vehicle, ...]) -> dict[str, Vehicle]:
    return {number(v.vehicle): v for v in vehicles}


def _identified(draft: Draft, params: CompanyParams) -> Draft:
    """Set `_listed`, the ownership that the list of vehicles states, and the fuel and size of listed vehicles."""
    listed = _listed(tuple(params.vehicles))
    if "vehicle" not in draft.rows or not listed:
        return draft.assign(_listed="", _charged=np.nan)
    named = draft.rows["vehicle"] != ""
    draft = draft.reject(
        named & among(draft.rows["mode"], SIZED) & ~by_word(draft.rows["vehicle"], lambda v: number(v) in listed, np.bool_),
        "vehicle_unknown", "the vehicle is not in the company's list of vehicles",
        "add it to params/<company>/vehicles.csv with its ownership, or correct its number", "mode")
    key = by_word(draft.rows["vehicle"], number)

    for column in ("fuel", "size"):
        stated, own = draft.rows[column], by_word(key, lambda k, c=column: getattr(listed[k], c) if k in listed else "")
        differs = (stated != "") & (own != "") & (stated != own)
        draft = draft.assign(**{column: pick(own == "", stated, own)}).reject(
            differs, "vehicle_conflict", f"the record and the list of vehicles give the vehicle another {column}",
            f"correct `{column}` in the record or in vehicles.csv", column)
        key = by_word(draft.rows["vehicle"], number)
    owner = by_word(key, lambda k: listed[k].ownership if k in listed else "")
    word = by_word(draft.rows["mode_detail"], lambda s: {"private": "private", "rental": "private"}.get(s, ""))
    company_word = among(draft.rows["mode_detail"], ("company", "leased"))
    differs = (owner != "") & (((word == "private") & (owner != "private")) | (company_word & (owner == "private")))
    charged = by_word(key, lambda k: _share(listed.get(k)), np.float64)
    return draft.assign(_listed=owner, _charged=charged).reject(
        differs, "vehicle_conflict", "the record and the list of vehicles give the vehicle another owner",
        "correct the mode in the record, or `ownership` in vehicles.csv", "mode")


def _share(vehicle: Vehicle | None) -> float:
    share = None if vehicle is None else vehicle.charged_at_metered_sites
    return np.nan if share is None else share


def refuse_unclear(draft: Draft, params: CompanyParams, *, by_litres: Flags) -> Draft:
    """Reject vehicles of the company without a fuel, without a size where figures differ by size, or without a word on
    where they are charged.
    """
    rows = draft.rows
    company = among(rows["owner"], (*RUN, LEASED_OUTSIDE)) & ~by_litres
    if not company.any():
        return draft.assign(_share=np.nan)
    no_fuel = company & (among(rows["fuel"], ("", "unknown_fuel"))) & (rows["mode"] != "motorbike")
    combos = rows.groups(["_mode", "fuel", "region"])
    choices = [_sizes(*combo, params=params) for combo in combos.lines()]
    sizes = np.array([", ".join(c) for c in choices], dtype=object).take(combos.number)
    several = np.array([len(c) > 1 for c in choices], dtype=bool).take(combos.number)
    no_size = company & ~no_fuel & (rows["size"] == "") & several
    declared = params.travel.company_vehicles
    usual = np.nan if declared is None or declared.charged_at_metered_sites is None else declared.charged_at_metered_sites
    share = np.where(np.isnan(rows["_charged"]), usual, rows["_charged"])
    charged = among(rows["owner"], RUN) & among(rows["fuel"], CHARGED)
    code = pick(no_fuel, "vehicle_fuel_missing", pick(no_size, "vehicle_size_missing", pick(
        charged & np.isnan(share), "charging_unknown", "")))
    hint = by_word(code, lambda c: _TO_DO.get(c, ""))
    hint = hint + pick(no_size, sizes, "")
    return draft.assign(_share=share).reject(
        company & (code != ""), code, by_word(code, lambda c: _REASONS.get(c, "")), hint, "mode")


_REASONS = {
    "vehicle_fuel_missing": "a vehicle of the company without its fuel",
    "vehicle_size_missing": "a vehicle of the company without its size, by which its factors differ",
    "charging_unknown": "whether the meters of the sites hold the electricity of the vehicle is not said"}
_TO_DO = {
    "vehicle_fuel_missing": "give `fuel` (diesel, petrol, hybrid, plug_in_hybrid, battery_electric, lpg, cng) in the "
                            "record, in vehicles.csv or in travel.company_vehicles",
    "vehicle_size_missing": "give `size` in the record, in vehicles.csv or in travel.company_vehicles: ",
    "charging_unknown": "give charged_at_metered_sites (0 none, 1 all) in vehicles.csv or in travel.company_vehicles"}


def _sizes(mode: str, fuel: str, region: str, *, params: CompanyParams) -> list[str]:
    if mode.startswith(OWN_MODE) and fuel == ELECTRIC:
        return sorted({size for vehicle, size, of_fuel in consumption() if (OWN_MODE + vehicle, of_fuel) == (mode, fuel)})
    return sizes_of(mode, fuel, params.factors.chain(region, "3"))


@cache
def consumption() -> dict[tuple[str, str, str], dict[int, tuple[float, str]]]:
    """Load (vehicle, size, fuel) -> edition -> electricity [kWh/km] and the publisher's cell."""
    table = packaged.read_csv(PACKAGE, "data/ev_consumption.csv", {"edition": "number", "kwh_per_km": "number"})
    found: dict[tuple[str, str, str], dict[int, tuple[float, str]]] = {}
    for r in table.itertuples(index=False):
        found.setdefault((r.vehicle, r.size, r.fuel), {})[int(r.edition)] = (float(r.kwh_per_km), r.cell)
    return found


def _per_km(mode: str, size: str, fuel: str, year: int) -> tuple[float, str]:
    """Return electricity [kWh/km] and the remark on it: the latest edition up to the year, else the first."""
    sizes = consumption()
    editions = sizes.get((mode, size or AVERAGE, fuel)) or sizes.get((mode, AVERAGE, fuel))
    if editions is None:
        return np.nan, ""
    edition = max((e for e in editions if e <= year), default=min(editions))
    asked = f" of the average {mode}" if (mode, size or AVERAGE, fuel) not in sizes else ""
    return editions[edition][0], f"{editions[edition][0]:g} kWh per km{asked} (DESNZ {edition}, British vehicles)"


def with_electricity(draft: Draft, params: CompanyParams) -> Draft:
    """Give battery-electric vehicles of the company their kWh, and plug-in hybrids a row of kWh next to their petrol.

    quantity = km x kWh per km x (1 - share charged at metered sites) [kWh], activity electricity, scope 2: both methods,
    upstream and losses follow as for any meter. What the meters of the sites hold already is set aside, not counted
    again. Columns read: `quantity` [km], `owner`, `fuel`, `size`, `_share`.
    """
    rows = draft.rows
    own = among(rows["owner"], RUN) & (rows["unit"] == "km") & among(rows["fuel"], CHARGED)
    if not own.any():
        return draft
    year = pd.DatetimeIndex(rows["period_start"]).year.to_numpy()
    combos = rows.assign(_year=year).groups(["mode", "size", "fuel", "_year"])
    found = [_per_km(*combo) for combo in combos.lines()]
    kwh = np.array([k for k, _ in found]).take(combos.number) * rows["quantity"] * (1 - rows["_share"])
    note = np.array([text for _, text in found], dtype=object).take(combos.number)
    partly = own & (rows["_share"] > 0) & (rows["_share"] < 1)
    note = also(note, pick(partly, by_word(rows["_share"], lambda s: f"{s:.0%} charged at metered sites"), ""))
    grid = by_word(rows["site"], lambda site: params.sites.get(site, ""))
    powered = rows.assign(
        activity=_ELECTRICITY, quantity=kwh, unit="kWh", scope="2", category=NO_CATEGORY,
        quality=also(rows["quality"], note), region=pick(grid == "", rows["region"], grid))
    battery, hybrid = own & (rows["fuel"] == ELECTRIC), own & (rows["fuel"] != ELECTRIC) & (rows["_share"] < 1)
    beside = powered.where(hybrid)
    beside = beside.assign(record_amount=np.nan, _activity_id=beside["record_id"] + "#electricity")
    parts = [p for p in (rows.where(~battery), powered.where(battery), beside) if len(p)]
    stacked = Rows.stack(parts, dict.fromkeys(name for part in parts for name in part))
    draft = replace(draft, rows=stacked.take(np.argsort(stacked[PLACE], kind="stable")))
    metered = (draft.rows["unit"] == "kWh") & (draft.rows["activity"] == _ELECTRICITY) & (draft.rows["_share"] == 1)
    return draft.end(metered, "set aside", code="charged_at_site", column="mode",
                     reason="charged at metered sites: its electricity is in their meters")


def set_aside_for_litres(travel: Draft, fuel: Rows) -> Draft:
    """Set aside the km of vehicles whose fuel is there in litres: one thing, counted once.

    Litres of one day (a fuel card) cover their month, those of a period its days. A trip that is covered in part is
    rejected: its kilometres may or may not be those of the litres.

    Parameters
    ----------
    travel
        Trips with their activities; those counted by km and with a vehicle are looked at.
    fuel
        Rows of energy with `meter`, which holds the vehicle, in scope 1.
    """
    rows = travel.rows
    if "vehicle" not in rows or not len(rows) or not len(fuel):
        return travel
    burning = among(rows["scope"], ("1", "3")) & (rows["unit"] == "km") & (rows["vehicle"] != "")
    key, meter = by_word(rows["vehicle"], number), by_word(fuel["meter"], number)
    both = burning & among(key, set(meter[(meter != "") & (fuel["scope"] == "1")]))
    if not both.any():
        return travel
    at = np.flatnonzero(both)
    share = np.zeros(len(rows))
    days = [_days(fuel.where(meter == k)) for k in pd.unique(key[at])]
    for k, covered in zip(pd.unique(key[at]), days, strict=True):
        of_vehicle = at[key[at] == k]
        first, last = (rows[c][of_vehicle].astype("datetime64[D]") for c in ("period_start", "period_end"))
        length = (last - first).astype(np.int64) + 1
        share[of_vehicle] = (np.searchsorted(covered, last, "right") - np.searchsorted(covered, first)) / length
    travel = travel.end(share == 1, "set aside", code="litres_counted", column="mode",
                        reason="the fuel of this vehicle and these days is counted in litres")
    partly = (share > 0)[share != 1]
    return travel.reject(partly, "litres_in_part", "litres of this vehicle cover a part of these days",
                         "cut the row where the litres begin or end", "mode")


def _days(fuel: Rows) -> np.ndarray:
    """Return the days that fuel rows cover, sorted: the month of a single day, each day of a longer period."""
    first, last = (fuel[c].astype("datetime64[D]") for c in ("period_start", "period_end"))
    one = first == last
    month = first.astype("datetime64[M]")
    start = np.where(one, month.astype("datetime64[D]"), first)
    stop = np.where(one, (month + 1).astype("datetime64[D]"), last + 1)
    return np.unique(np.concatenate([np.arange(a, b) for a, b in zip(start, stop, strict=True)]))
