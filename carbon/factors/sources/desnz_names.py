"""
From the sheets and labels of the UK conversion factors to the library's own names.

One rule a table of the workbook: which sheet, which labels make the activity, and which part of a factor its figures
are. The full set (by sheet) and the flat file (by "Level 1" ... "Level 4") share these names.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from carbon.factors.sources.imported import joined, slug
from carbon.factors.sources.refrigerants import word


@dataclass(frozen=True)
class Rule:
    """
    Figures of one table: `sheet`, first label starting with `level1`; activity = stem + the named labels.
    """

    sheet: str
    level1: str
    stem: str
    labels: tuple[str, ...]
    part: str


_L2, _L3, _CARS = ("level2",), ("level2", "level3"), ("level2", "group")
_LAND, _WTT_LAND = "Business travel- land", "WTT- pass vehs & travel- land"
_FREIGHT, _WTT_FREIGHT = "Freighting goods", "WTT- delivery vehs & freight"

_HGV, _COLD = "freight.hgv", "freight.hgv_refrigerated"


def _pair(sheet: str, wtt: str, level1: str, stem: str, labels: tuple[str, ...]) -> list[Rule]:
    return [Rule(sheet, level1, stem, labels, "combustion"),
            Rule(wtt, "WTT- " + level1[:1].lower() + level1[1:], stem, labels, "upstream")]


def _hgv(level1: str, stem: str) -> list[Rule]:
    return [Rule(_FREIGHT, level1, stem, _CARS, "combustion"),
            Rule(_WTT_FREIGHT, "WTT- " + level1, stem, _CARS, "upstream")]


RULES: tuple[Rule, ...] = (
    Rule("Fuels", "", "", _L2, "combustion"),
    Rule("WTT- fuels", "", "", _L2, "upstream"),
    Rule("Bioenergy", "", "", _L2, "combustion"),
    Rule("WTT- bioenergy", "", "", _L2, "upstream"),
    Rule("UK electricity", "", "electricity", (), "combustion"),
    Rule("Transmission and distribution", "T&D- UK electricity", "electricity", (), "losses"),
    Rule("WTT- UK electricity", "", "electricity", (), "upstream"),
    Rule("Heat and steam", "", "", _L2, "combustion"),
    Rule("Transmission and distribution", "Distribution - district heat", "district_heat", (), "losses"),
    Rule("WTT- heat and steam", "WTT- heat and steam", "", _L2, "upstream"),
    Rule("WTT- heat and steam", "WTT- district heat", "district_heat", (), "upstream"),
    Rule("Water supply", "", "water.supply", (), "total"),
    Rule("Water treatment", "", "water.treatment", (), "total"),
    Rule("Homeworking", "", "homeworking", ("level1",), "total"),
    Rule("Hotel stay", "", "hotel_night", (), "total"),
    Rule("Material use", "", "material", _CARS, "total"),
    Rule("Waste disposal", "", "waste", _CARS, "total"),
    *_pair("Business travel- sea", "WTT- business travel- sea", "Ferry", "ferry", _L2),
    *_pair("Business travel- air", "WTT- business travel- air", "Flights", "flight", _L3),
    *_pair(_LAND, _WTT_LAND, "Cars (", "car", _CARS),
    *_pair(_LAND, _WTT_LAND, "Motorbike", "motorbike", _L2),
    *_pair(_LAND, _WTT_LAND, "Taxis", "taxi", _L2),
    *_pair(_LAND, _WTT_LAND, "Bus", "", _L2),
    *_pair(_LAND, _WTT_LAND, "Rail", "rail", _L2),
    Rule("Passenger vehicles", "Motorbike", "company_motorbike", _L2, "combustion"),
    Rule(_WTT_LAND, "WTT- motorbike", "company_motorbike", _L2, "upstream"),
    Rule("Passenger vehicles", "Cars (", "company_car", _CARS, "combustion"),
    Rule(_WTT_LAND, "WTT- cars (", "company_car", _CARS, "upstream"),
    *_pair(_FREIGHT, _WTT_FREIGHT, "Vans", "freight.van", _CARS),
    # Until 2025 "HGV (all diesel)" and "HGV refrigerated (all diesel)"; renamed in 2026.
    *_hgv("HGV (all", _HGV), *_hgv("HGV (non-refrigerated", _HGV),
    *_hgv("HGV refrigerated", _COLD), *_hgv("HGV (refrigerated", _COLD),
    Rule(_FREIGHT, "Freight flights", "freight.air", _L2, "combustion"),
    Rule(_WTT_FREIGHT, "WTT- freight flights", "freight.air", _L2, "upstream"),
    Rule(_FREIGHT, "Rail", "freight.rail", (), "combustion"),
    Rule(_WTT_FREIGHT, "WTT- rail", "freight.rail", (), "upstream"),
    Rule(_FREIGHT, "Sea tanker", "freight.sea", _L3, "combustion"),
    Rule(_WTT_FREIGHT, "WTT- sea tanker", "freight.sea", _L3, "upstream"),
    Rule(_FREIGHT, "Cargo ship", "freight.sea", _L3, "combustion"),
    Rule(_WTT_FREIGHT, "WTT- cargo ship", "freight.sea", _L3, "upstream"),
    Rule("Refrigerant & other", "", "refrigerant", _L2, "fugitive"),
)

LEFT_OUT_SHEETS = {
    "Delivery vehicles": "the same figures per km stand on the sheet Freighting goods",
    "Managed assets- electricity": "the figures of UK electricity again, for leased assets",
    "Managed assets- vehicles": "the figures of the vehicle sheets again, for leased assets",
    "UK electricity for EVs": "electricity of electric cars is held by the car factor, or metered as electricity",
    "UK electricity T&D for EVs": "electricity of electric cars is held by the car factor, or metered as electricity",
    "SECR kWh pass & delivery vehs": "energy, not emissions",
    "SECR kWh UK electricity for EVs": "energy, not emissions",
}

UNITS = {
    "tonnes": "t", "litres": "L", "cubic metres": "m3", "kWh": "kWh", "kWh (Net CV)": "kWh_LHV",
    "kWh (Gross CV)": "kWh_HHV", "kg": "kg", "km": "km", "passenger.km": "passenger.km", "tonne.km": "tonne.km",
    "Room per night": "room.night", "per FTE Working Hour": "FTE.hour",
}
LEFT_OUT_UNITS = {
    "miles": "the same factor per km stands beside it",
    "million litres": "the same factor per cubic metre stands beside it",
    "GJ": "the same factor per litre or kilogram stands beside it",
}
NET_BASIS_SHEETS = ("Bioenergy", "WTT- bioenergy")
"""Their own text: "All factors are on a net calorific value basis"."""

_WORDS = {
    "Diesel (average biofuel blend)": "diesel", "Diesel (100% mineral diesel)": "diesel.mineral",
    "Petrol (average biofuel blend)": "petrol", "Petrol (100% mineral petrol)": "petrol.mineral",
    "Natural gas (100% mineral blend)": "natural_gas.mineral", "Burning oil": "burning_oil",
    "Aviation spirit": "aviation_spirit", "Aviation turbine fuel": "jet_fuel",
    "Avtur (renewable)": "jet_fuel.renewable", "Marine gas oil": "marine_gas_oil",
    "Marine fuel oil": "marine_fuel_oil", "Coal (industrial)": "coal.industrial",
    "Coal (domestic)": "coal.domestic", "Coal (electricity generation)": "coal.electricity_generation",
    "Coal (electricity generation - home produced coal only)": "coal.electricity_generation_home_produced",
    "Coking coal": "coal.coking", "Biodiesel ME": "biodiesel.me",
    "Biodiesel ME (from used cooking oil)": "biodiesel.me_used_cooking_oil",
    "Biodiesel ME (from tallow)": "biodiesel.me_tallow",
    "Biodiesel HVO": "biodiesel.hvo", "Off road biodiesel": "biodiesel.off_road",
    "Biomethane (compressed)": "biomethane", "Biomethane (liquified)": "biomethane.liquefied",
    "Methanol (bio)": "methanol.bio", "Wood logs": "wood.logs", "Wood chips": "wood.chips",
    "Wood pellets": "wood.pellets", "Grass/straw": "grass_straw",
    "Onsite heat and steam": "steam", "District heat and steam": "district_heat",
    "Local bus (not London)": "bus.local", "Local London bus": "bus.london", "Average local bus": "bus.average",
    "National rail": "national", "International rail": "international", "Light rail and tram": "light",
    "London Underground": "underground", "Regular taxi": "regular", "Black cab": "black_cab",
    "Foot passenger": "foot_passenger", "Car passenger": "car_passenger", "Average (all passenger)": "average",
    "Small car": "small", "Medium car": "medium", "Large car": "large", "Average car": "average",
    "Dual purpose 4X4": "dual_purpose_4x4", "Unknown": "unknown_fuel",
    "Plug-in Hybrid Electric Vehicle": "plug_in_hybrid", "Battery Electric Vehicle": "battery_electric",
    "Domestic, to/from UK": "domestic", "Short-haul, to/from UK": "short_haul", "Long-haul, to/from UK": "long_haul",
    "International, to/from non-UK": "international", "Average passenger": "average", "Economy class": "economy",
    "Premium economy class": "premium_economy", "Business class": "business", "First class": "first",
    "Office Equipment": "office_equipment", "Homeworking (office equipment + heating)": "total",
    "Rigid (>3.5 - 7.5 tonnes)": "rigid_3_5_to_7_5t", "Rigid (>7.5 tonnes-17 tonnes)": "rigid_7_5_to_17t",
    "Rigid (>17 tonnes)": "rigid_over_17t", "Articulated (>3.5 - 33t)": "articulated_3_5_to_33t",
    "Articulated (>33t)": "articulated_over_33t",
    "All rigids": "rigid_average", "All artics": "articulated_average", "All HGVs": "average",
    "Average non-refrigerated rigids": "rigid_average", "Average non-refrigerated artics": "articulated_average",
    "Average non-refrigerated HGVs": "average", "Average refrigerated rigids": "rigid_average",
    "Average refrigerated artics": "articulated_average", "Average refrigerated HGVs": "average",
    "Class I (up to 1.305 tonnes)": "class_i", "Class II (1.305 to 1.74 tonnes)": "class_ii",
    "Class III (1.74 to 3.5 tonnes)": "class_iii", "Average (up to 3.5 tonnes)": "average",
    "0% Laden": "laden_0", "50% Laden": "laden_50", "100% Laden": "laden_100", "Average laden": "",
    "Primary material production": "", "Re-used": "reused", "Open-loop source": "open_loop_source",
    "Closed-loop source": "closed_loop_source", "Re-use": "re_use", "Open-loop": "open_loop_recycling",
    "Closed-loop": "closed_loop_recycling", "Combustion": "combustion",
    "Incineration with energy recovery": "combustion", "With RF": "", "Without RF": "",
}

_FOLDED = {label.casefold(): word for label, word in _WORDS.items()}


def words(label: pd.Series) -> pd.Series:
    """
    A label of the workbook as one word of an activity; labels without a name of their own become a slug.
    """
    distinct = pd.Series(label.unique(), dtype="str")
    # The flat file and the full set write some labels in another case.
    names = distinct.str.casefold().map(_FOLDED)
    return label.map(dict(zip(distinct, names.where(names.notna(), slug(distinct)), strict=True))).astype("str")


def activities(cells: pd.DataFrame, rule: Rule) -> pd.Series:
    """
    The activity of each figure of one rule's table.
    """
    if rule.stem == "refrigerant":
        return "refrigerant." + cells["level2"].map(word)
    stem = pd.Series(rule.stem, index=cells.index, dtype="str")
    return joined(stem, *(words(cells[label]) for label in rule.labels), joint=".")
