"""US EPA GHG Emission Factors Hub (2024, 2025): one sheet, twelve tables, each found by its "Table N" cell.

Traps of the layout: kg CO2 next to *grams* of CH4 and N2O; higher heating values; short tons, scf, US gallons,
miles; eGRID in lb/MWh; group rows between data; footnote letters glued to labels; "NA" is a string. Combustion only, no
upstream. Waste figures (table 9) are in tonnes CO2e per short ton, with two decimals and AR4 GWPs, as its note states.

Refrigerants (tables 11 and 12): CO2e follows the GWP set through the composition; a blend's printed GWP is not used
(R-424A's is not the sum of its own composition). A blend with a gas outside the GWP sets (propane ...) is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from carbon.core import gases
from carbon.core.errors import FileRefused
from carbon.factors.sources.imported import Imported, complete, imported, joined, slug
from carbon.factors.sources.refrigerants import known, pure, word

UNITS = {
    "short ton": "short ton", "scf": "scf", "gallon": "US gallon", "vehicle-mile": "mile",
    "passenger-mile": "passenger.mile", "short ton-mile": "short ton.mile",
}

WAYS = {
    "recycled": "recycling", "landfilled": "landfill", "combusted": "combustion", "composted": "composting",
    "anaerobically_digested_dry_digestate_with_curing": "anaerobic_digestion_dry",
    "anaerobically_digested_wet_digestate_with_curing": "anaerobic_digestion_wet",
}
"""Slug of a waste column -> treatment."""

RENAMED = {
    "Natural Gas": "natural_gas", "Propane": "propane", "Propane Gas": "propane.gas", "Butane": "butane",
    "Distillate Fuel Oil No. 2": "heating_oil", "Liquefied Petroleum Gases (LPG)": "lpg",
    "Residual Fuel Oil No. 6": "fuel_oil", "Kerosene": "kerosene", "Motor Gasoline": "petrol.stationary",
    "Kerosene-Type Jet Fuel": "jet_fuel.stationary", "Aviation Gasoline": "aviation_spirit.stationary",
    "Anthracite": "coal.anthracite", "Bituminous": "coal.bituminous", "Sub-bituminous": "coal.sub_bituminous",
    "Lignite": "coal.lignite", "Mixed (Commercial Sector)": "coal.commercial",
    "Mixed (Electric Power Sector)": "coal.electricity_generation", "Mixed (Industrial Coking)": "coal.coking",
    "Mixed (Industrial Sector)": "coal.industrial", "Coal Coke": "coal.coke",
    "Petroleum Coke (Solid)": "petroleum_coke", "Wood and Wood Residuals": "wood.residuals",
    "Landfill Gas": "landfill_gas", "Biodiesel (100%)": "biodiesel.100", "Ethanol (100%)": "bioethanol",
    "Diesel Fuel, mobile": "diesel", "Motor Gasoline, mobile": "petrol",
    "Aviation Gasoline, mobile": "aviation_spirit",
    "Kerosene-Type Jet Fuel, mobile": "jet_fuel", "Compressed Natural Gas (CNG), mobile": "cng",
    "Liquefied Natural Gas (LNG), mobile": "lng", "Liquefied Petroleum Gases (LPG), mobile": "lpg.mobile",
    "Residual Fuel Oil, mobile": "marine_fuel_oil", "Steam and Heat": "steam",
    "Passenger Car": "car.average.unknown_fuel", "Light-Duty Truck": "car.light_truck.unknown_fuel",
    "Motorcycle": "motorbike.average", "Intercity Rail - Northeast Corridor": "rail.intercity_northeast_corridor",
    "Intercity Rail - Other Routes": "rail.intercity_other_routes",
    "Intercity Rail - National Average": "rail.national", "Commuter Rail": "rail.commuter",
    "Transit Rail (i.e. Subway, Tram)": "rail.underground", "Bus": "bus.average",
    "Air Travel - Short Haul (< 300 miles)": "flight.under_300mi.average",
    "Air Travel - Medium Haul (>= 300 miles, < 2300 miles)": "flight.300_2300mi.average",
    "Air Travel - Long Haul (>= 2300 miles)": "flight.over_2300mi.average",
    "Medium- and Heavy-Duty Truck": "freight.hgv.average", "Rail": "freight.rail",
    "Waterborne Craft": "freight.sea.average", "Aircraft": "freight.air.average",
}

SHEET = "Emission Factors Hub"
LICENCE = "US Government work, public domain (17 USC 105)"
GWP_SET, CH4, N2O = "AR5GWP100", 28.0, 265.0
KG_PER_LB, KWH_PER_MMBTU = 0.45359237, 1055.05585262 / 3.6
"""International pound; International Table Btu."""
_GRID = "US-eGRID-"
_BY_YEAR = "grams per vehicle-mile by model year, to be added to a fuel's CO2: not a factor on its own"
_COMBUSTION = "combustion only, no upstream"
_CO2_ONLY = "CO2 only; combustion only, no upstream"
_BIOGENIC_ONLY = "biogenic CO2 alone: the CH4 and N2O of its use are not in this table, and are not zero"
Cells = pd.DataFrame
ALWAYS = (1990, 9999)
"""A composition does not age."""
_UNKNOWN = "a gas of it is in no GWP set of this package"


def import_hub(path: Path) -> Imported:
    """Import the factors of a Hub workbook.

    One row read is one figure with its gases. Kept: stationary (per unit of fuel and per kWh HHV), mobile CO2, eGRID
    total output, steam, freight, waste, travel, and refrigerants whose gases are all in the GWP sets.

    Raises FileRefused: No sheet "Emission Factors Hub" or a table is missing.
    """
    cells = _sheet(Path(path))
    edition = _edition(cells)
    tables = {n: _table(cells, n) for n in range(1, 13)}
    rows = pd.concat([reader(tables[n]).assign(table=n) for n, reader in _READERS.items()], ignore_index=True)
    rows = rows.assign(example="row " + rows["row"].astype("str") + ": " + rows["label"], edition=edition)
    kept_rows = rows[rows["reason"].eq("")]
    parts = [complete(_columns(kept_rows, edition)), complete(_refrigerant_columns(kept_rows, edition))]
    table = pd.concat(parts, ignore_index=True)
    return imported(table, read=len(rows), kept=len(kept_rows), left_out=rows[rows["reason"].ne("")])


def _sheet(path: Path) -> Cells:
    workbook = CalamineWorkbook.from_path(str(path))
    if SHEET not in workbook.sheet_names:
        raise FileRefused(f"{path.name}: no sheet \"{SHEET}\"", code="not_epa_hub",
                          what_to_do="download the workbook of the GHG Emission Factors Hub")
    rows = workbook.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    return pd.DataFrame(rows, dtype=object).map(lambda cell: " ".join(str(cell).split()))


def _edition(cells: Cells) -> int:
    # "an update from the 2024 version" is on the sheet of 2025.
    previous = cells.iloc[:12][2].str.extract(r"an update from the (\d{4}) version")[0].dropna()
    if previous.empty:
        raise FileRefused("The Hub's edition is not named on its sheet", code="no_edition",
                          what_to_do="use the publisher's own file")
    return int(previous.iloc[0]) + 1


def _table(cells: Cells, number: int) -> Cells:
    titles = cells.index[cells[1].str.fullmatch(r"Table \d+")]
    mine = cells.index[cells[1].eq(f"Table {number}")]
    if len(mine) == 0:
        # The edition of 2024 has no tables 11 and 12.
        return cells.iloc[0:0]
    later_titles = titles[titles > mine[0]]
    return cells.loc[mine[0]: (later_titles[0] - 1 if len(later_titles) else len(cells))]


def _rows(cells: Cells, figures: dict[str, pd.Series], *, label: pd.Series, unit: pd.Series | str,
          group: pd.Series | str = "", reason: pd.Series | str = "", figure: str = "") -> pd.DataFrame:
    empty = {name: float("nan") for name in ("co2", "ch4", "n2o", "co2e") if name not in figures}
    return pd.DataFrame({"row": cells.index + 1, "label": label, "unit": unit, "group": group, "reason": reason,
                         "figure": figure, "composition": "", **figures, **empty}, index=cells.index)


def _gas(cells: Cells, columns: tuple[int, int, int], scale: float = 1.0) -> dict[str, pd.Series]:
    """Return kg of CO2, CH4 and N2O from columns of kg, g and g."""
    co2, ch4, n2o = (pd.to_numeric(cells[c], errors="coerce") for c in columns)
    return {"co2": co2 * scale, "ch4": ch4 / 1000 * scale, "n2o": n2o / 1000 * scale}


def _stationary(cells: Cells) -> pd.DataFrame:
    heads = cells[3].where(cells[3].str.startswith("mmBtu per "))
    per = heads.str.removeprefix("mmBtu per ").ffill()
    group = cells[2].where(cells[3].eq("") & cells[4].eq("") & cells[2].ne("")).ffill().fillna("")
    data = pd.to_numeric(cells[4], errors="coerce").notna() & cells[2].ne("")
    body = cells[data]
    heat = _rows(body, _gas(body, (4, 5, 6), 1 / KWH_PER_MMBTU), label=body[2], unit="kWh_HHV", group=group[data],
                 figure="converted from mmBtu (HHV)")
    physical = body[pd.to_numeric(body[7], errors="coerce").notna()]
    unit = per[physical.index].map(UNITS)
    per_fuel = _rows(physical, _gas(physical, (7, 8, 9)), label=physical[2], unit=unit, group=group[physical.index])
    return pd.concat([heat, per_fuel])


def _mobile(cells: Cells) -> pd.DataFrame:
    body = cells[pd.to_numeric(cells[3], errors="coerce").notna()]
    label = body[2] + ", mobile"
    bio = body[2].isin(["Biodiesel (100%)", "Ethanol (100%)"])
    reason = pd.Series("", index=body.index, dtype="str").mask(bio, _BIOGENIC_ONLY)
    return _rows(body, {"co2": pd.to_numeric(body[3])}, label=label, unit=body[4].map(UNITS), group="Mobile",
                 reason=reason)


def _by_model_year(cells: Cells) -> pd.DataFrame:
    figures = cells[[4, 5, 6]].apply(pd.to_numeric, errors="coerce").notna().sum(axis=1)
    body = cells[figures.ge(2) | (figures.ge(1) & pd.to_numeric(cells[4], errors="coerce").notna())]
    label = (body[2].where(body[2].ne("")).ffill().fillna("") + " " + body[3]).str.strip()
    return _rows(body, {}, label=label, unit="mile", reason=_BY_YEAR)


def _egrid(cells: Cells) -> pd.DataFrame:
    body = cells[pd.to_numeric(cells[4], errors="coerce").notna()]
    pounds = {name: pd.to_numeric(body[c]) * KG_PER_LB / 1000 for name, c in (("co2", 4), ("ch4", 5), ("n2o", 6))}
    label = body[2].where(body[2].eq("US Average"), body[2] + " " + body[3])
    total = _rows(body, pounds, label=label, unit="kWh", group="eGRID " + body[2], figure="converted from lb/MWh")
    marginal = _rows(body, {}, label=label, unit="kWh", reason="non-baseload rate: not for an inventory (its own note)")
    losses = body[pd.to_numeric(body[10], errors="coerce").notna()] if 10 in body else body.iloc[0:0]
    share = _rows(losses, {}, label=losses[2], unit="", reason="grid loss share, not an emission factor")
    return pd.concat([total, marginal, share])


def _steam(cells: Cells) -> pd.DataFrame:
    body = cells[pd.to_numeric(cells[3], errors="coerce").notna()]
    return _rows(body, _gas(body, (3, 4, 5)), label=body[2], unit="mmBtu")


def _transport(cells: Cells) -> pd.DataFrame:
    body = cells[pd.to_numeric(cells[3], errors="coerce").notna()]
    return _rows(body, _gas(body, (3, 4, 5)), label=body[2].str.replace(r"\s*[A-E]$", "", regex=True),
                 unit=body[6].map(UNITS))


def _freight(cells: Cells) -> pd.DataFrame:
    rows = _transport(cells)
    is_repeated = rows["label"].isin(["Passenger Car", "Light-Duty Truck"])
    return rows.assign(reason=rows["reason"].mask(is_repeated, "the same figure is in table 10"))


def _waste(cells: Cells) -> pd.DataFrame:
    head = cells.index[cells[2].eq("Material")][0]
    ways = cells.loc[head, 3:8].str.replace(r"(?<=[a-z)])[A-F]$", "", regex=True)
    body = cells.loc[head + 1:]
    body = body[body[2].ne("") & body[3].str.fullmatch(r"NA|[\d.eE+-]+")]
    tables = []
    for column, way in ways.items():
        tonnes = pd.to_numeric(body[column], errors="coerce")
        reason = pd.Series("", index=body.index, dtype="str").mask(tonnes.isna(), "NA: the way does not exist")
        tables.append(_rows(body, {"co2e": tonnes * 1000}, label=body[2] + ", " + way.lower(), unit="short ton",
                            reason=reason, group=way))
    return pd.concat(tables)


def _gwps(cells: Cells) -> pd.DataFrame:
    body = cells[pd.to_numeric(cells[4], errors="coerce").notna()] if 4 in cells else cells
    return _refrigerants(body, body[2].map(pure) if len(body) else body.get(2), 11)


def _blends(cells: Cells) -> pd.DataFrame:
    body = cells[pd.to_numeric(cells[3], errors="coerce").notna()] if 3 in cells else cells
    return _refrigerants(body, body[4].map(_composition) if len(body) else body.get(2), 12)


_READERS: dict[int, Callable[[Cells], pd.DataFrame]] = {
    1: _stationary, 2: _mobile, 3: _by_model_year, 4: _by_model_year, 5: _by_model_year, 6: _egrid, 7: _steam,
    8: _freight, 9: _waste, 10: _transport, 11: _gwps, 12: _blends,
}
_STEM = {6: "", 7: "", 8: "freight", 9: "waste", 10: ""}


def _columns(kept_rows: pd.DataFrame, edition: int) -> pd.DataFrame:
    rows = kept_rows[kept_rows["table"].le(10)].reset_index(drop=True)
    grid = rows["table"].eq(6)
    waste = rows["table"].eq(9)
    biomass = rows["group"].str.contains("Biomass") | rows["label"].str.contains(r"Biodiesel|Ethanol \(")
    co2 = rows["co2"].mask(biomass, 0.0)
    co2e = rows["co2e"].fillna(co2 + CH4 * rows["ch4"].fillna(0) + N2O * rows["n2o"].fillna(0))
    subregion = rows["group"].str.removeprefix("eGRID ")
    region = pd.Series("US", index=rows.index).mask(grid & subregion.ne("US Average"), _GRID + subregion)
    source = pd.Series(f"epa_hub_{edition}", index=rows.index).mask(grid, f"epa_egrid_{edition - 2}")
    year = pd.Series(edition, index=rows.index).mask(grid, edition - 2).astype("int64")
    activity = _activity(rows)
    element = joined(source.str.replace("_", "-"), region.str.lower(), activity, slug(rows["unit"]))
    return pd.DataFrame({
        "factor_id": element, "element_id": element, "activity": activity, "label": rows["label"],
        "part": pd.Series("combustion", index=rows.index).mask(waste, "total"), "region": region, "valid_from": year,
        "valid_to": year, "unit": rows["unit"], "co2e_kg": co2e,
        "gwp_set": pd.Series(GWP_SET, index=rows.index).mask(waste, "AR4GWP100"),
        "co2_kg": co2, "ch4_nonfossil_kg": rows["ch4"], "n2o_kg": rows["n2o"],
        "biogenic_co2_kg": rows["co2"].where(biomass, 0.0), "source_id": source,
        "edition": f"Hub {edition}", "page": f"{SHEET}!row " + rows["row"].astype("str") + " (Table "
        + rows["table"].astype("str") + ")", "licence": LICENCE, "verification": "official_file_copy",
        "notes": _notes(rows),
    })


def _activity(rows: pd.DataFrame) -> pd.Series:
    names = rows["label"].map(RENAMED)
    stem = rows["table"].map(_STEM).fillna("").astype("str")
    plain_names = slug(rows["label"].str.replace(r"\(.*?\)", "", regex=True))
    ways = rows["label"].str.rsplit(", ", n=1)
    waste = slug(ways.str[0]) + "." + slug(ways.str[-1]).replace(WAYS)
    plain_names = plain_names.mask(rows["table"].eq(9), waste).mask(rows["table"].eq(6), "electricity")
    return names.where(names.notna(), joined(stem, plain_names, joint=".")).astype("str")


def _notes(rows: pd.DataFrame) -> pd.Series:
    kind = pd.Series(_COMBUSTION, index=rows.index, dtype="str").mask(rows["table"].eq(2), _CO2_ONLY)
    kind = kind.mask(rows["table"].eq(9), "source in tonnes CO2e per short ton, two decimals, AR4 GWPs")
    return joined(kind, rows["figure"], joint="; ")


def _refrigerants(body: Cells, composition: pd.Series | None, table: int) -> pd.DataFrame:
    if composition is None or body.empty:
        return _rows(body, {}, label=body.get(2, pd.Series(dtype="str")), unit="kg")
    reason = pd.Series("", index=body.index, dtype="str").mask(composition.eq(""), _UNKNOWN)
    reason = reason.mask(body[2].eq("Methane"), "methane: its origin must be named, fossil or not")
    return _rows(body, {}, label=body[2], unit="kg", reason=reason, group=f"Table {table}").assign(
        composition=composition)


def _composition(text: str) -> str:
    parts = [part.strip().split("% ", 1) for part in text.split(",")]
    if not all(known(name.strip()) for _, name in parts):
        return ""
    return ";".join(f"{name.strip()}:{round(float(share) / 100, 6):g}" for share, name in parts)


def _refrigerant_columns(kept_rows: pd.DataFrame, edition: int) -> pd.DataFrame:
    """Return refrigerants by the kg: a Kyoto row, a non-Kyoto row, or both where a blend has both."""
    rows = kept_rows[kept_rows["table"].ge(11)]
    halves = pd.concat([rows.assign(kyoto=True), rows.assign(kyoto=False)], ignore_index=True)
    part = [gases.blend_gwp(c, GWP_SET, kyoto=k) for c, k in zip(halves["composition"], halves["kyoto"], strict=True)]
    halves = halves.assign(co2e_kg=part)
    halves = halves[halves["co2e_kg"].gt(0)].sort_values(["table", "row", "kyoto"], ascending=[True, True, False])
    name = halves["label"].map(word)
    element = f"epa-hub-{edition}-glo-refrigerant-" + name
    return pd.DataFrame({
        "factor_id": (element + "-fugitive").mask(~halves["kyoto"], element + "-fugitive-non-kyoto"),
        "element_id": element, "activity": "refrigerant." + name, "label": halves["label"] + " leakage",
        "part": "fugitive", "region": "GLO", "valid_from": ALWAYS[0], "valid_to": ALWAYS[1], "unit": "kg",
        "co2e_kg": halves["co2e_kg"], "gwp_set": GWP_SET, "composition": halves["composition"],
        "kyoto": halves["kyoto"], "source_id": f"epa_hub_{edition}", "edition": f"Hub {edition}",
        "page": "Emission Factors Hub!row " + halves["row"].astype("str") + " (Table "
        + halves["table"].astype("str") + ")", "licence": LICENCE, "verification": "official_file_copy",
        "notes": "CO2e by composition and GWP set",
    })
