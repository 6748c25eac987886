"""UK Government GHG Conversion Factors for Company Reporting (DESNZ): full set and flat file.

The files give methane and nitrous oxide in kg CO2e (AR5: 28, 265; until 2022 AR4: 25, 298); here they become kg of
gas. Parts that the publisher prints on separate sheets (combustion, well-to-tank, losses) are put together again under
one element. Flights: combustion is the figure without radiative forcing; the difference to the figure with it is the
part "contrails".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from carbon.core.countries import country_code
from carbon.core.errors import TableError
from carbon.factors.sources import desnz_cells
from carbon.factors.sources.imported import Imported, imported, joined, slug
from carbon.factors.sources.refrigerants import pure, word

GWPS = {"AR5GWP100": (28.0, 265.0), "AR4GWP100": (25.0, 298.0)}
"""GWP set -> CH4, N2O: the publisher's own, sheet "Refrigerant & other", rows Methane and Nitrous oxide."""
_AR5_SINCE = 2023
LICENCE = "Open Government Licence v3.0"
_GASES = ["co2", "ch4", "n2o"]
_LABELS = ["level1", "level2", "level3", "group"]
_NON_KYOTO = "Emissions including only non-Kyoto products"
_HOTEL = "from the Hotel Footprinting Tool, as the publisher prints it; per occupied room"
_OVERSEAS = "overseas electricity: its shares and upstream rest on figures of the IEA; the sheet ended in 2022"
_COUNTRIES = {"UK (London)": "GB-LND", "Hong Kong, China": "HK", "Korea": "KR", "Macau, China": "MO",
              "Taiwan, China": "TW", "China (Hong Kong)": "HK", "Slovak Republic": "SK"}
"""Names on the sheet of hotels that are no country's usual one."""
_NO_COUNTRIES = ("Caribbean Region", "Germany (Northern region)", "Germany (Southern region)")
_ELECTRIC_CAR = "holds the UK grid electricity of the car and its losses; "


@dataclass(frozen=True)
class Rule:
    """Figures of one table: `sheet`, first label starting with `level1`; activity = stem + the named labels."""

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
    Rule("WTT- UK electricity", "WTT- UK electricity", "electricity", (), "upstream"),
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
    "Delivery vehicles": "the same figures per km are on the sheet Freighting goods",
    "Managed assets- electricity": "the figures of UK electricity again, for leased assets",
    "Managed assets- vehicles": "the figures of the vehicle sheets again, for leased assets",
    "UK electricity for EVs": "electricity of electric cars is held by the car factor, or metered as electricity",
    "UK electricity T&D for EVs": "electricity of electric cars is held by the car factor, or metered as electricity",
    "SECR kWh pass & delivery vehs": "energy, not emissions",
    "SECR kWh UK electricity for EVs": "energy, not emissions",
}

UNITS = {
    "tonnes": "t", "litres": "L", "Litres": "L", "cubic metres": "m3", "kWh": "kWh", "kWh (Net CV)": "kWh_LHV",
    "kWh (Gross CV)": "kWh_HHV", "kg": "kg", "km": "km", "passenger.km": "passenger.km", "tonne.km": "tonne.km",
    "Room per night": "room.night", "per FTE Working Hour": "FTE.hour",
}
LEFT_OUT_UNITS = {
    "miles": "the same factor per km is also published",
    "million litres": "the same factor per cubic metre is also published",
    "GJ": "the same factor per litre or kilogram is also published",
}
NET_BASIS_SHEETS = ("Bioenergy", "WTT- bioenergy")
"""Their note: "All factors are on a net calorific value basis"."""

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
    "Closed-loop": "closed_loop_recycling", "Reuse": "re_use", "Open loop": "open_loop_recycling",
    "Closed loop": "closed_loop_recycling", "Combustion": "combustion",
    "Incineration with energy recovery": "combustion", "With RF": "", "Without RF": "",
}

_FOLDED = {label.casefold(): word for label, word in _WORDS.items()}


def _words(label: pd.Series) -> pd.Series:
    """Return a label of the workbook as one word of an activity; labels without a name of their own become a slug."""
    distinct = pd.Series(label.unique(), dtype="str")
    # The flat file and the full set write some labels in another case.
    names = distinct.str.casefold().map(_FOLDED)
    return label.map(dict(zip(distinct, names.where(names.notna(), slug(distinct)), strict=True))).astype("str")


def _activities(cells: pd.DataFrame, rule: Rule) -> pd.Series:
    if rule.stem == "refrigerant":
        return "refrigerant." + cells["level2"].map(word)
    stem = pd.Series(rule.stem, index=cells.index, dtype="str")
    return joined(stem, *(_words(cells[label]) for label in rule.labels), joint=".")


def import_full_set(path: Path) -> Imported:
    """Import the factors of a full-set workbook (2024, 2025, 2026).

    Raises FileRefused: Not a full set.
    """
    edition, cells = desnz_cells.read_cells(Path(path))
    return to_factors(cells, edition=edition, form="full set")


def import_flat(path: Path) -> Imported:
    """Import a flat file: the publisher's workbook (editions since 2016), or its transcription as JSON (`.json.gz`).

    A file that holds scope 3 only has no combustion part; its upstream figures are then left out, with that reason.
    """
    edition, cells = desnz_cells.read_flat_cells(Path(path))
    return to_factors(cells, edition=edition, form="flat file")


def to_factors(cells: pd.DataFrame, *, edition: int, form: str) -> Imported:
    """Return the figures of `read_cells` as factors, each one kept or left out with its reason."""
    cells = cells.assign(reason=_reason(cells), example=cells["cell"])
    outside = cells[cells["sheet"].eq("Outside of scopes")]
    named_cells = _named(cells[cells["reason"].eq("")], outside, edition)
    orphans = _without_main_part(named_cells)
    named_cells = named_cells[~orphans.reindex(named_cells.index).to_numpy()]
    used_cells = set(named_cells["cell"]) | set(named_cells["partner"]) | set(named_cells["biogenic_cell"])
    open_rows = cells["reason"].eq("") & ~cells["cell"].isin(used_cells)
    cells = cells.assign(reason=cells["reason"].mask(open_rows, "upstream of a figure this file does not give"))
    is_kept = cells["reason"].eq("") | cells["cell"].isin(used_cells)
    table = _columns(named_cells, edition, form, _gwp_set(cells, edition))
    return imported(table, read=len(cells), kept=int(is_kept.sum()), left_out=cells[~is_kept])


def _gwp_set(cells: pd.DataFrame, edition: int) -> str:
    """Return the edition's GWP set; a file that prints another methane or nitrous oxide is not the publisher's."""
    expected = "AR5GWP100" if edition >= _AR5_SINCE else "AR4GWP100"
    gas = cells[cells["sheet"].eq("Refrigerant & other") & cells["level2"].isin(["Methane", "Nitrous oxide"])]
    if not set(gas["co2e"].dropna()) <= set(GWPS[expected]):
        raise TableError(f"Edition {edition}: methane and nitrous oxide are not those of {expected}",
                         rows=gas[["cell", "level2", "co2e"]], hint="check that the file is the publisher's own")
    return expected


def _reason(cells: pd.DataFrame) -> pd.Series:
    """Return why a figure is no factor; empty where it is one."""
    sheets = {rule.sheet for rule in RULES}
    reason = cells["sheet"].map(LEFT_OUT_SHEETS).fillna("").astype("str")
    reason = reason.mask(reason.eq("") & cells["sheet"].eq("Outside of scopes"), "biogenic CO2 of a unit not kept")
    unit = cells["unit"].map(LEFT_OUT_UNITS).fillna("").astype("str")
    reason = reason.mask(reason.eq("") & unit.ne(""), unit)
    total = cells["group"].eq("Total emissions including non-Kyoto products")
    reason = reason.mask(reason.eq("") & total, "the sum of the Kyoto and the non-Kyoto figure")
    empty = cells["co2e"].isna() & cells["sheet"].ne("Outside of scopes")
    reason = reason.mask(reason.eq("") & empty, "empty cell: no value published, which is not zero")
    overseas = cells["level1"].str.contains("overseas electricity")
    reason = reason.mask(reason.eq("") & overseas, _OVERSEAS)
    mixed = cells["level1"].str.startswith("Montreal protocol -")
    reason = reason.mask(reason.eq("") & mixed, "Kyoto and other gases in one figure")
    reason = reason.mask(reason.eq("") & cells["level2"].isin(_NO_COUNTRIES), "a region, not a country")
    known_sheet = cells["sheet"].isin({*sheets, *LEFT_OUT_SHEETS, "Outside of scopes"})
    return reason.mask(reason.eq("") & ~known_sheet, "a sheet this importer does not know")


def _named(cells: pd.DataFrame, outside: pd.DataFrame, edition: int) -> pd.DataFrame:
    tables = [_one_rule(cells, rule) for rule in RULES]
    table = pd.concat([t for t in tables if len(t)], ignore_index=True)
    table = _with_biogenic(_flights(table), outside)
    basis = table["sheet"].isin(NET_BASIS_SHEETS) & table["unit"].eq("kWh")
    unit = table["unit"].map(UNITS).astype("str").mask(basis, "kWh_LHV")
    region = _region(table)
    element = joined(pd.Series(f"desnz-{edition}", index=table.index, dtype="str"), region.str.lower(),
                     table["activity"], slug(unit.str.replace(".", "_")))
    return table.assign(unit=unit, region=region, element_id=element)


def _one_rule(cells: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    mine = cells[cells["sheet"].eq(rule.sheet) & cells["level1"].str.startswith(rule.level1)]
    table = mine.assign(activity=_activities(mine, rule), part=rule.part, partner="", biogenic_cell="")
    if rule.stem == "company_car":
        # Upstream of a car that is charged holds grid electricity, which the company meters itself.
        electric = table["group"].isin(["Plug-in Hybrid Electric Vehicle", "Battery Electric Vehicle"])
        return table[~(electric & (rule.part == "upstream"))]
    return table


def _flights(table: pd.DataFrame) -> pd.DataFrame:
    """Turn figures without and with radiative forcing into combustion and contrails; well-to-tank is in both."""
    with_rf = table[table["group"].eq("With RF")]
    without_rf = table[table["group"].eq("Without RF")]
    pairs = with_rf.merge(without_rf[["activity", "part", "unit", "co2e", "cell"]], on=["activity", "part", "unit"],
                          suffixes=("", "_plain"), validate="one_to_one")
    gap = (pairs["co2e"] - pairs["co2e_plain"]).round(5)
    contrails = pairs.assign(co2e=gap, partner=pairs["cell"], cell=pairs["cell_plain"], part="contrails",
                             **dict.fromkeys(_GASES, float("nan")))
    contrails = contrails[pairs["part"].eq("combustion")].drop(columns=["co2e_plain", "cell_plain"])
    upstream = pairs.loc[pairs["part"].eq("upstream"), ["cell", "cell_plain"]]
    partner = without_rf["cell"].map(dict(zip(upstream["cell_plain"], upstream["cell"], strict=True)))
    rest = table[~table["group"].isin(["With RF", "Without RF"])]
    return pd.concat([rest, without_rf.assign(partner=partner.fillna("")), contrails], ignore_index=True)


def _with_biogenic(table: pd.DataFrame, outside: pd.DataFrame) -> pd.DataFrame:
    """Add the biogenic CO2 [kg per unit] of combustion, from the sheet "Outside of scopes". The sheet has no kWh figure
    with a named basis for forecourt fuels: there the figure per tonne is carried over by the ratio of the fuel's own
    factors, kg per kWh / kg per tonne.
    """
    biogenic_rows = outside.assign(fuel=slug(outside["level2"]))[["fuel", "unit", "co2", "cell"]].dropna(subset="co2")
    fuel = slug(table["level2"])
    table = table.drop(columns="biogenic_cell").assign(fuel=fuel).merge(
        biogenic_rows.rename(columns={"co2": "biogenic", "cell": "biogenic_cell"}), on=["fuel", "unit"], how="left",
        validate="many_to_one")
    burnt = table["part"].eq("combustion")
    table["biogenic"] = table["biogenic"].where(burnt)
    tonne = table[burnt & table["unit"].eq("tonnes")].set_index("activity")[["biogenic", "co2e"]]
    ratio = tonne["biogenic"] / tonne["co2e"]
    carried_over = table["co2e"] * table["activity"].map(ratio)
    kwh = burnt & table["sheet"].eq("Fuels") & table["unit"].str.startswith("kWh (")
    return table.assign(biogenic=table["biogenic"].fillna(carried_over.where(kwh)).fillna(0.0),
                        biogenic_cell=table["biogenic_cell"].where(burnt).fillna(""))


def _region(table: pd.DataFrame) -> pd.Series:
    hotel = table["activity"].eq("hotel_night")
    gas = table["part"].eq("fugitive")
    country = _countries(table.loc[hotel, "level2"])
    return pd.Series("GB", index=table.index, dtype="str").mask(gas, "GLO").mask(hotel, country.reindex(table.index))


def _countries(names: pd.Series) -> pd.Series:
    codes = names.map({name: _COUNTRIES.get(name) or country_code(name) for name in names.unique()}).astype("str")
    if codes.eq("").any():
        unknown = names[codes.eq("")].drop_duplicates().to_frame("country")
        raise TableError(f"{len(unknown)} country names are not known", rows=unknown,
                         hint="add the name to factors/sources/desnz.py")
    return codes


def _without_main_part(rows: pd.DataFrame) -> pd.Series:
    main = rows["part"].isin(["combustion", "total", "fugitive"])
    return ~rows["element_id"].isin(rows.loc[main, "element_id"])


def _columns(rows: pd.DataFrame, edition: int, form: str, gwp_set: str) -> pd.DataFrame:
    ch4, n2o = GWPS[gwp_set]
    burnt = rows["part"].isin(["combustion", "losses"])
    gas = rows["part"].eq("fugitive")
    return pd.DataFrame({
        "factor_id": _factor_id(rows), "element_id": rows["element_id"], "activity": rows["activity"],
        "label": joined(*(rows[c] for c in _LABELS), joint=", "), "part": rows["part"], "region": rows["region"],
        "valid_from": edition, "valid_to": edition, "unit": rows["unit"], "co2e_kg": rows["co2e"],
        "gwp_set": pd.Series(gwp_set, index=rows.index).mask(rows["activity"].eq("hotel_night"), ""),
        "biogenic_co2_kg": rows["biogenic"], "co2_kg": rows["co2"].where(burnt),
        "ch4_nonfossil_kg": (rows["ch4"] / ch4).where(burnt),
        "n2o_kg": (rows["n2o"] / n2o).where(burnt), "kyoto": ~(gas & rows["group"].eq(_NON_KYOTO)),
        "composition": rows["level2"].map(pure).where(gas & ~rows["level1"].str.endswith("lends"), ""),
        "source_id": f"desnz_{edition}", "edition": f"{edition} {form}", "licence": LICENCE,
        "page": joined(rows["partner"].where(rows["part"].eq("contrails"), ""), rows["cell"], joint=" minus "),
        "verification": "official_file_copy", "notes": _notes(rows),
    })


def _factor_id(rows: pd.DataFrame) -> pd.Series:
    twin = rows["sheet"].eq("WTT- UK electricity") & rows["level1"].str.contains("T&D")
    twin |= rows["sheet"].eq("WTT- heat and steam") & rows["level1"].str.contains("distribution")
    other = rows["part"].eq("fugitive") & rows["group"].eq(_NON_KYOTO)
    tail = pd.Series("", index=rows.index, dtype="str").mask(twin, "of-losses").mask(other, "non-kyoto")
    return joined(rows["element_id"], rows["part"].str.replace("_", "-"), tail)


def _notes(rows: pd.DataFrame) -> pd.Series:
    notes = pd.Series("", index=rows.index, dtype="str")
    notes = notes.mask(rows["activity"].eq("hotel_night"), _HOTEL)
    plug_in = rows["group"].isin(["Plug-in Hybrid Electric Vehicle", "Battery Electric Vehicle"])
    notes = notes.mask(plug_in & rows["activity"].str.startswith("car."), _ELECTRIC_CAR.strip("; "))
    company_cars = plug_in & rows["activity"].str.startswith("company_car.")
    notes = notes.mask(company_cars, "electricity of the car is not in here: it is metered as electricity")
    air = rows["part"].eq("contrails")
    notes = notes.mask(air, "with radiative forcing minus without; the 8 % distance uplift is inside")
    waste = rows["activity"].str.startswith("waste.") & ~rows["activity"].str.endswith("landfill")
    notes = notes.mask(waste, "recycled-content boundary: collection and transport only")
    return notes.mask(rows["activity"].eq("burning_oil"), "kerosene, as UK homes burn it")
