"""Vehicles of the company: whose each is, the scope it counts in, and the electricity of battery and plug-in ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from carbon.activities.amounts import PLACE
from carbon.activities.classification.charts import PACKAGE
from carbon.activities.draft import Draft
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.modes import AVERAGE, CHARGED, COMPANY, SIZED, UNKNOWN_FUEL, sizes_of
from carbon.core import packaged
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import NO_CATEGORY
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams
from carbon.params.shapes.travel import Vehicle

RUN = ("owned", "leased_in_approach")
LEASED_OUTSIDE = "leased_outside"
LEASED_ASSETS = 8
ELECTRIC = "battery_electric"
_ELECTRICITY = "electricity"
_OF_OTHERS = {"private": "private", "rental": "private"}
_UNCLEAR = "unclear"


def number(vehicle: str) -> str:
    """Return the number or plate of a vehicle without case, spaces and punctuation: "AB-123 cd" is "ab123cd"."""
    return fold(vehicle).replace(" ", "")


def with_owner(draft: Draft, params: CompanyParams) -> Draft:
    """Set `owner` of each vehicle, its scope and category, and the fuel and size that params give it.

    owned or leased within the consolidation approach: scope 1; leased outside it: category 8; private, hired for the
    trip or not stated: the category of its kind. The list of vehicles decides, else the word of the record, else
    `travel.company_vehicles`. A leased vehicle without either is the lessee's under operational control, and asked
    about under the other approaches.

    References
    ----------
    GHG Protocol, Corporate Standard, appendix F: Categorizing GHG Emissions Associated with Leased Assets (version 1.0,
    June 2006).
    """
    draft = _identified(draft, params)
    rows, declared, by_own_word = draft.rows, params.travel.company_vehicles, _owners(params)
    unlisted = among(rows["mode"], SIZED) & (rows["_listed"] == "")
    owner = pick(unlisted, by_word(rows["mode_detail"], lambda s: by_own_word.get(s, "")), rows["_listed"])
    run, outside = among(owner, RUN), owner == LEASED_OUTSIDE
    usual = {c: getattr(declared, c) if declared else "" for c in ("fuel", "size")}
    completed = {c: pick((run | outside) & (rows[c] == ""), usual[c], rows[c]) for c in usual}
    draft = draft.assign(
        owner=owner, **completed, scope=pick(run, "1", rows["scope"]),
        category=np.where(run, NO_CATEGORY, np.where(outside, LEASED_ASSETS, rows["category"])),
        _mode=pick(run, COMPANY, "") + rows["mode"])
    return draft.reject(
        owner == _UNCLEAR, "lease_unclear", "it is not stated whether the lease is within the consolidation approach",
        "declare travel.company_vehicles.ownership or list the vehicle in vehicles.csv: leased_in_approach (finance "
        "lease) or leased_outside (operating lease)", "mode")


def _owners(params: CompanyParams) -> dict[str, str]:
    """Return whose a vehicle is by the word of its record."""
    declared, control = params.travel.company_vehicles, params.consolidation == "operational_control"
    leased = "leased_in_approach" if control else _UNCLEAR
    if declared is None:
        return {"company": "owned", "leased": leased, **_OF_OTHERS}
    ownership = declared.ownership
    return {"company": ownership, "leased": leased if ownership == "owned" else ownership, **_OF_OTHERS}


def with_hauler(draft: Draft, params: CompanyParams) -> Draft:
    """Set `owner` of the vehicle of each transport of goods: by the list of vehicles, else by `run_by`; "" is hired.

    Columns read: `vehicle`, `run_by` ("own", "leased", "hired" or "").
    """
    listed, words = _listed(tuple(params.vehicles)), _owners(params)
    by_own_word = {"own": words["company"], "leased": words["leased"]}
    by_run = by_word(draft.rows["run_by"], lambda word: by_own_word.get(word, ""))
    by_list = _listed_as(draft.rows, listed, "ownership")
    draft = draft.assign(owner=pick(by_list == "", by_run, pick(by_list == "private", "", by_list)))
    hired = draft.rows["run_by"] == "hired"
    draft = draft.reject(
        (hired & among(by_list, RUN)) | ((by_run != "") & (by_list == "private")), "vehicle_conflict",
        "the record and the list of vehicles give the vehicle another owner",
        "correct `run_by` in the record, or `ownership` in vehicles.csv", "run_by")
    return draft.reject(
        draft.rows["owner"] == _UNCLEAR, "lease_unclear", "it is not stated whether the lease is within the "
        "consolidation approach", "declare travel.company_vehicles.ownership or list the vehicle in vehicles.csv: "
        "leased_in_approach (finance lease) or leased_outside (operating lease)", "run_by")


@cache
def _listed(vehicles: tuple[Vehicle, ...]) -> dict[str, Vehicle]:
    return {number(v.vehicle): v for v in vehicles}


def _identified(draft: Draft, params: CompanyParams) -> Draft:
    """Set `_listed`, the ownership that the list of vehicles states, and the fuel and size of listed vehicles. A
    vehicle that is not listed, or listed with another fuel, size or owner than its record gives, is rejected.
    """
    listed = _listed(tuple(params.vehicles))
    if "vehicle" not in draft.rows or not listed:
        return draft.assign(_listed="", _charged=np.nan)
    has_number = (draft.rows["vehicle"] != "") & among(draft.rows["mode"], SIZED)
    is_listed = by_word(draft.rows["vehicle"], lambda v: number(v) in listed, np.bool_)
    draft = draft.reject(
        has_number & ~is_listed, "vehicle_unknown", "the vehicle is not in the company's list of vehicles",
        "add it to params/<company>/vehicles.csv with its ownership, or correct its number", "mode")
    for column in ("fuel", "size"):
        draft = _as_listed(draft, listed, column)
    rows = draft.rows
    owner = _listed_as(rows, listed, "ownership")
    private, company = among(rows["mode_detail"], _OF_OTHERS), among(rows["mode_detail"], ("company", "leased"))
    differs = (owner != "") & ((private & (owner != "private")) | (company & (owner == "private")))
    charged = by_word(rows["vehicle"], lambda v: _share(listed.get(number(v))), np.float64)
    return draft.assign(_listed=owner, _charged=charged).reject(
        differs, "vehicle_conflict", "the record and the list of vehicles give the vehicle another owner",
        "correct the mode in the record, or `ownership` in vehicles.csv", "mode")


def _listed_as(rows: Rows, listed: dict[str, Vehicle], column: str) -> Values:
    """Return what the list has in a column for the vehicle of each row, "" for one that is not listed."""
    return by_word(rows["vehicle"], lambda v: getattr(listed.get(number(v)), column, ""))


def _as_listed(draft: Draft, listed: dict[str, Vehicle], column: str) -> Draft:
    """Fill the fuel or size of listed vehicles; a record that gives another is rejected."""
    in_record, in_list = draft.rows[column], _listed_as(draft.rows, listed, column)
    differs = (in_record != "") & (in_list != "") & (in_record != in_list)
    return draft.assign(**{column: pick(in_list == "", in_record, in_list)}).reject(
        differs, "vehicle_conflict", f"the record and the list of vehicles give the vehicle another {column}",
        f"correct `{column}` in the record or in vehicles.csv", column)


def _share(vehicle: Vehicle | None) -> float:
    share = None if vehicle is None else vehicle.charged_at_metered_sites
    return np.nan if share is None else share


def refuse_unclear(draft: Draft, params: CompanyParams, *, by_litres: Flags) -> Draft:
    """Reject vehicles of the company without a fuel, without a size where figures differ by size, or without a word on
    where they are charged.
    """
    rows, declared = draft.rows, params.travel.company_vehicles
    company = among(rows["owner"], (*RUN, LEASED_OUTSIDE)) & ~by_litres
    if not company.any():
        return draft.assign(_share=np.nan)
    accepted = (rows["_listed"] != "") | (declared is not None and declared.fuel == UNKNOWN_FUEL)
    no_fuel = ((rows["fuel"] == "") | ((rows["fuel"] == UNKNOWN_FUEL) & ~accepted)) & (rows["mode"] != "motorbike")
    combos = rows.groups(["_mode", "fuel", "region"])
    choices = [_sizes(*combo, params=params) for combo in combos.lines()]
    sizes = np.array([", ".join(c) for c in choices], dtype=object).take(combos.number)
    no_size = (rows["size"] == "") & np.array([len(c) > 1 for c in choices], dtype=bool).take(combos.number)
    usual = np.nan if declared is None or declared.charged_at_metered_sites is None else \
        declared.charged_at_metered_sites
    share = np.where(np.isnan(rows["_charged"]), usual, rows["_charged"])
    uncharged = among(rows["owner"], RUN) & among(rows["fuel"], CHARGED) & np.isnan(share)
    code = pick(no_fuel, "vehicle_fuel_missing", pick(no_size, "vehicle_size_missing", pick(
        uncharged, "charging_unknown", "")))
    return draft.assign(_share=share).reject(
        company & (code != ""), code, by_word(code, lambda c: _REASONS.get(c, "")),
        by_word(code, lambda c: _TO_DO.get(c, "")) + pick(no_size & ~no_fuel, sizes, ""), "mode")


_REASONS = {
    "vehicle_fuel_missing": "a vehicle of the company without its fuel",
    "vehicle_size_missing": "a vehicle of the company without its size, by which its factors differ",
    "charging_unknown": "it is not stated whether the meters of the sites hold the electricity of the vehicle"}
_TO_DO = {
    "vehicle_fuel_missing": "give `fuel` (diesel, petrol, hybrid, plug_in_hybrid, battery_electric, lpg, cng) in the "
                            "record, in vehicles.csv or in travel.company_vehicles",
    "vehicle_size_missing": "give `size` in the record, in vehicles.csv or in travel.company_vehicles: ",
    "charging_unknown": "give charged_at_metered_sites (0 none, 1 all) in vehicles.csv or in travel.company_vehicles"}


def _sizes(mode: str, fuel: str, region: str, *, params: CompanyParams) -> list[str]:
    if mode.startswith(COMPANY) and fuel == ELECTRIC:
        return sorted({size for vehicle, size, of_fuel in consumption()
                       if (COMPANY + vehicle, of_fuel) == (mode, fuel)})
    return sizes_of(mode, fuel, params.factors.chain(region, "3"))


@cache
def consumption() -> dict[tuple[str, str, str], dict[int, tuple[float, str]]]:
    """Load (vehicle, size, fuel) -> edition -> electricity [kWh/km] and the publisher's cell."""
    figures: dict[tuple[str, str, str], dict[int, tuple[float, str]]] = {}
    for r in packaged.read_rows(PACKAGE, "data/ev_consumption.csv"):
        by_edition = figures.setdefault((r["vehicle"], r["size"], r["fuel"]), {})
        by_edition[int(r["edition"])] = (float(r["kwh_per_km"]), r["cell"])
    return figures


def _per_km(mode: str, size: str, fuel: str, year: int) -> tuple[float, str]:
    """Return electricity [kWh/km] and the remark on it: the latest edition up to the year, else the first."""
    sizes = consumption()
    editions = sizes.get((mode, size or AVERAGE, fuel)) or sizes.get((mode, AVERAGE, fuel))
    if editions is None:
        return np.nan, ""
    edition = max((e for e in editions if e <= year), default=min(editions))
    instead = f" of the average {mode}" if (mode, size or AVERAGE, fuel) not in sizes else ""
    return editions[edition][0], f"{editions[edition][0]:g} kWh per km{instead} (DESNZ {edition}, British vehicles)"


def with_electricity(draft: Draft, params: CompanyParams) -> Draft:
    """Give battery-electric vehicles of the company their kWh, and plug-in hybrids kWh next to their petrol.

    quantity = km x kWh per km x (1 - share charged at metered sites) [kWh], activity electricity, scope 2. Both
    methods, upstream and losses follow as for any meter. What the meters of the sites hold already is set aside, not
    counted again. Columns read: `quantity` [km], `owner`, `fuel`, `size`, `_share`. The kWh per km are those of British
    vehicles (DESNZ, "SECR kWh UK electricity for EVs"), wherever the vehicle runs.
    """
    rows = draft.rows
    is_electric = among(rows["owner"], RUN) & (rows["unit"] == "km") & among(rows["fuel"], CHARGED)
    if not is_electric.any():
        return draft
    year = pd.DatetimeIndex(rows["period_start"]).year.to_numpy()
    combos = rows.assign(_year=year).groups(["mode", "size", "fuel", "_year"])
    figures = [_per_km(*combo) for combo in combos.lines()]
    kwh = np.array([k for k, _ in figures]).take(combos.number) * rows["quantity"] * (1 - rows["_share"])
    note = np.array([text for _, text in figures], dtype=object).take(combos.number)
    partly = is_electric & (rows["_share"] > 0) & (rows["_share"] < 1)
    note = also(note, pick(partly, by_word(rows["_share"], lambda s: f"{s:.0%} charged at metered sites"), ""))
    grid = by_word(rows["site"], params.grid_of_site)
    powered = rows.assign(
        activity=_ELECTRICITY, quantity=kwh, unit="kWh", scope="2", category=NO_CATEGORY,
        quality=also(rows["quality"], note), region=pick(grid == "", rows["region"], grid))
    battery = is_electric & (rows["fuel"] == ELECTRIC)
    hybrid = is_electric & (rows["fuel"] != ELECTRIC) & (rows["_share"] < 1)
    hybrid_power = powered.where(hybrid)
    hybrid_power = hybrid_power.assign(record_amount=np.nan, activity_id=hybrid_power["record_id"] + "#electricity")
    parts = [p for p in (rows.where(~battery), powered.where(battery), hybrid_power) if len(p)]
    stacked = Rows.stack(parts, dict.fromkeys(name for part in parts for name in part))
    draft = replace(draft, rows=stacked.take(np.argsort(stacked[PLACE], kind="stable")))
    metered = (draft.rows["unit"] == "kWh") & (draft.rows["activity"] == _ELECTRICITY) & (draft.rows["_share"] == 1)
    return draft.end(metered, "set aside", code="charged_at_site", column="mode",
                     reason="charged at metered sites: its electricity is in their meters")


_BY_DISTANCE = ("km", "tonne.km", "TEU.km")


def set_aside_for_litres(travel: Draft, fuel: Rows) -> Draft:
    """Set aside the km, or work, of vehicles whose fuel is there in litres: one thing, counted once.

    Litres of one day (a fuel card) cover their month, those of a period its days. A trip that is covered in part is
    rejected: its kilometres may or may not be those of the litres.

    Parameters
    ----------
    travel
        Trips with their activities; those counted by km and with a vehicle are looked at.
    fuel
        Rows of fuel with `meter`, which holds the vehicle: of energy in scope 1, and of freight.
    """
    rows = travel.rows
    if "vehicle" not in rows or not len(rows) or not len(fuel):
        return travel
    burning = among(rows["scope"], ("1", "3")) & among(rows["unit"], _BY_DISTANCE) & (rows["vehicle"] != "")
    key, meter = by_word(rows["vehicle"], number), by_word(fuel["meter"], number)
    has_litres = burning & among(key, set(meter[meter != ""]))
    if not has_litres.any():
        return travel
    at = np.flatnonzero(has_litres)
    share = np.zeros(len(rows))
    days = [_days(fuel.where(meter == k)) for k in pd.unique(key[at])]
    for k, covered in zip(pd.unique(key[at]), days, strict=True):
        of_vehicle = at[key[at] == k]
        first, last = (rows[c][of_vehicle].astype("datetime64[D]") for c in ("period_start", "period_end"))
        length = (last - first).astype(np.int64) + 1
        share[of_vehicle] = (np.searchsorted(covered, last, "right") - np.searchsorted(covered, first)) / length
    second = np.zeros(len(rows), dtype=bool) if "activity_id" not in rows else np.asarray(
        ~pd.isna(rows["activity_id"]) & (rows["activity_id"] != rows["record_id"]), dtype=bool)
    # The empty way back has no line of its own in the ledger: it goes with the loaded one.
    travel, share = replace(travel, rows=rows.where(~(second & (share > 0)))), share[~(second & (share > 0))]
    travel = travel.end(share == 1, "set aside", code="litres_counted", column="mode",
                        reason="the fuel of this vehicle and these days is counted in litres")
    partly = (share > 0)[share != 1]
    return travel.reject(partly, "litres_in_part", "litres of this vehicle cover a part of these days",
                         "cut the row where the litres begin or end", "mode")


_MOTOR_FUELS = ("diesel", "petrol", "lpg", "cng", "lng", "e85", "bioethanol", "biodiesel")


def remark_fuel(freight: Draft, fuel: Rows) -> Draft:
    """Warn of the company's own lorries by km next to motor fuel, where a vehicle's number is missing on one side."""
    rows = freight.rows
    if "run_by" not in rows or not len(rows):
        return freight
    is_own = (rows["scope"] == "1") & (rows["unit"] == "km")
    motor = (fuel["scope"] == "1") & by_word(fuel["activity"], lambda a: a.split(".")[0] in _MOTOR_FUELS, np.bool_)
    unnamed = (is_own & (rows["vehicle"] == "")).any() or (motor & (fuel["meter"] == "")).any()
    if not (is_own.any() and motor.any() and unnamed):
        return freight
    return freight.warn(
        "litres_and_km", f"{rows['quantity'][is_own].sum():,.6g} km of the company's own lorries are in scope 1, and "
        f"so are {int(motor.sum()):,} rows of {', '.join(sorted({*fuel['activity'][motor]}))}: where they are the same "
        "vehicles, they count twice. Give the vehicle's number on both (`vehicle`, `meter`), or leave one out")


def _days(fuel: Rows) -> Values:
    """Return the days that fuel rows cover, sorted: the month of a single day, each day of a longer period."""
    first, last = (fuel[c].astype("datetime64[D]") for c in ("period_start", "period_end"))
    one = first == last
    month = first.astype("datetime64[M]")
    start = np.where(one, month.astype("datetime64[D]"), first)
    next_month, next_day = month + np.timedelta64(1, "M"), last + np.timedelta64(1, "D")
    stop = np.where(one, next_month.astype("datetime64[D]"), next_day)
    return np.unique(np.concatenate([np.arange(a, b) for a, b in zip(start, stop, strict=True)]))
