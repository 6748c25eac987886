"""ADEME Base Carbone, 67 columns: a CSV (Windows-1252, semicolons, decimal commas with exponents), or a workbook.

An element is one "Elément" line (its total) followed by "Poste" lines (its stages) with the same id. Where every
stage has a known part and they add up to the total, the parts are kept and the total is left out; else the total is
kept, unsplit, and the stages are left out: never both. Stages that miss the printed total, by rounding or by more, are
noted with the difference. Archived and withdrawn elements, negative figures (avoided
emissions, storage) and units the package does not know are left out, with the reason.

Gas columns are in kg CO2e by a GWP set that the file does not state: only CO2 is carried as a gas.

An element has the name of data/base_carbone_names.csv, else that of its category's group and its French words
(data/base_carbone_groups.csv), else "base_carbone.<id>". A heat or cold network is a region of its own
("FR-city-name"); where its comment states the combustion, the rest of its life cycle is its upstream.
"""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache
from pathlib import Path

import babel
import pandas as pd
from python_calamine import CalamineWorkbook

from carbon.core import packaged
from carbon.core.errors import FileRefused
from carbon.core.text import fold
from carbon.factors import printed_totals
from carbon.factors.candidates import canonical_unit
from carbon.factors.sources.imported import Imported, imported, joined, slug

SOURCE_ID, EDITION = "ademe_base_carbone_23", "23.x"
_PACKAGED = ("23", "6")
"""Edition whose ids have no second number: the one that the package reads."""
LICENCE = "Licence Ouverte / Open Licence 2.0"
ENCODING, COLUMNS = "cp1252", 67
_TOLERANCE = 0.02
"""Published figures carry three digits: stages may miss their total by that much."""
_NAMES = {
    "Type Ligne": "line", "Identifiant de l'élément": "id", "Type de l'élément": "kind",
    "Statut de l'élément": "status", "Nom base français": "base", "Nom attribut français": "attribute",
    "Nom frontière français": "boundary", "Unité français": "unit_text", "Localisation géographique": "place",
    "Sous-localisation géographique français": "subplace", "Date de modification": "modified",
    "Période de validité": "validity", "Incertitude": "uncertainty", "Type poste": "stage",
    "Nom poste français": "stage_name", "Total poste non décomposé": "total", "CO2f": "co2", "CO2b": "biogenic",
    "Code de la catégorie": "category", "Programme": "programme", "Commentaire français": "comment",
}
# What the publisher writes after "kgCO2e/", where core.units does not read it or reads it wrongly: "mL" is a metre.
_UNITS = {
    "keuro": ("EUR", 0.001), "k€": ("EUR", 0.001), "euro": ("EUR", 1.0), "€": ("EUR", 1.0),
    "passager.km": ("passenger.km", 1.0), "peq.km": ("passenger-equivalent.km", 1.0), "t.km": ("tonne.km", 1.0),
    "tonne de déchets": ("t", 1.0), "appareil": ("unit", 1.0), "unité": ("unit", 1.0), "Kg": ("kg", 1.0),
    "kWh PCI": ("kWh_LHV", 1.0), "kWh PCS": ("kWh_HHV", 1.0), "GJ PCI": ("GJ_LHV", 1.0), "GJ PCS": ("GJ_HHV", 1.0),
    "m2": ("m2", 1.0), "m²": ("m2", 1.0), "m2 SHON": ("m2", 1.0), "repas": ("meal", 1.0),
    "m² SHON": ("m2", 1.0), "m² de paroi": ("m2", 1.0), "m² de sol": ("m2", 1.0), "m² de toiture": ("m2", 1.0),
    "mL": ("m", 1.0), "m de route": ("m", 1.0), "livre": ("unit", 1.0), "kg BioGNC": ("kg", 1.0),
    "kWhPCI": ("kWh_LHV", 1.0), "kg de poids net": ("kg", 1.0), "kg de poids vif": ("kg", 1.0),
}
_PLACES = {
    "France continentale": "FR", "France": "FR", "Monde": "GLO", "Europe": "EU27", "Union Européenne": "EU27",
    "Corée du sud": "KR", "Guadeloupe": "GP", "Martinique": "MQ", "Guyane": "GF", "La Réunion": "RE", "Réunion": "RE",
    "Mayotte": "YT",
}
NETWORKS = "network"
"""Word of data/base_carbone_groups.csv for a network of heat or cold."""
_SIGNS = {r"\.0$": "", "=<": " max ", "<": " moins de ", ">": " plus de "}
"""What a name would lose: 2021.0 is 2021; "< 400 TPL" and "> 400 TPL" are two things."""
_TREATMENTS = {"Recyclage": "closed_loop_recycling", "Incinération": "combustion", "Stockage": "landfill",
               "Fin de vie": "average", "Méthanisation": "anaerobic_digestion", "Compostage": "composting"}
"""Beginning of the boundary of a waste element -> the treatment in its name."""
_COMBUSTION = re.compile(r"combustion sans ACV = (\d+(?:,\d+)?) ?kgCO2/kWh")
"""What the comment on a network states: kg CO2 of the combustion per kWh."""
_STAGES = (
    ("combustion", "combustion"), ("amont", "upstream"), ("transport et distribution", "losses"),
    ("fabrication", "manufacture"), ("intrants", "manufacture"), ("energie", "manufacture"),
    ("transport", "manufacture"), ("fin de vie", "end_of_life"), ("utilisation", "use"),
    ("emissions fugitives", "fugitive"), ("fuites", "fugitive"),
)
"""Start of "Type poste" -> part."""


def import_base_carbone(path: Path, *, only_named: bool = False) -> Imported:
    """Import the factors of a Base Carbone export [kg CO2e per unit].

    Validity: `valid_to` is the year in the file's free string; `valid_from` the data year where
    the element names one, else the year of its last change (for elements of the table of names: the same year).

    Parameters
    ----------
    only_named
        Leave out elements that neither the table of names nor a group of their category names.

    Raises
    ------
    FileRefused
        Not 67 columns, or columns are missing.
    """
    lines = _read(Path(path))
    lines = _measured(lines).assign(reason="")
    lines = lines.assign(reason=_reason(lines, only_named))
    lines = lines.assign(reason=_split(lines), gap=_gap(lines))
    kept_rows = lines[lines["reason"].eq("")].reset_index(drop=True)
    left_rows = lines[lines["reason"].ne("")].assign(example=lambda x: x["line"] + " " + x["id"] + " " + x["base"])
    table = _of_edition(_with_combustion(_columns(kept_rows), kept_rows["comment"]), Path(path).name)
    return imported(table, read=len(lines), kept=len(kept_rows), left_out=left_rows)


def _of_edition(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table with ids of the edition that the file's name states, so that two editions can be compared."""
    stated = re.search(r"[Vv](\d+)[._](\d+)", name)
    if stated is None or stated.groups() == _PACKAGED:
        return table
    source = f"ademe_base_carbone_{stated[1]}_{stated[2]}"
    ids = {c: table[c].str.replace(SOURCE_ID.replace("_", "-"), source.replace("_", "-"), n=1, regex=False)
           for c in ("factor_id", "element_id")}
    return table.assign(**ids, source_id=source, edition=".".join(stated.groups()))


def _read(path: Path) -> pd.DataFrame:
    lines = _workbook(path) if path.suffix == ".xlsx" else _csv(path)
    missing = [c for c in _NAMES if c not in lines.columns]
    if len(lines.columns) != COLUMNS or missing:
        raise FileRefused(f"{path.name}: {len(lines.columns)} columns, {COLUMNS} expected; missing {missing[:5]}",
                          code="not_base_carbone", what_to_do="export the Base Carbone as CSV, all columns")
    return lines[list(_NAMES)].rename(columns=_NAMES)


def _csv(path: Path) -> pd.DataFrame:
    content = path.read_bytes()
    # A file saved again as UTF-8 keeps its layout.
    encoding = "utf-8-sig" if _is_utf8(content) else ENCODING
    return pd.read_csv(io.BytesIO(content), sep=";", encoding=encoding, dtype="str", keep_default_na=False)


def _workbook(path: Path) -> pd.DataFrame:
    """Read the first sheet of a workbook as the CSV writes it: whole numbers without a point, days first in dates."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)

    def written(cell: object) -> str:
        """Return a cell in words."""
        if isinstance(cell, date):
            return f"{cell:%d/%m/%Y}"
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)

    return pd.DataFrame([[written(cell) for cell in row] for row in rows[1:]], columns=rows[0], dtype="str")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _measured(lines: pd.DataFrame) -> pd.DataFrame:
    names = packaged.read_csv("carbon.factors", "data/base_carbone_names.csv").rename(
        columns={"valid_from": "named_year", "valid_to": "named_end", "region": "named_region"})
    table = lines.merge(names, on="id", how="left", validate="many_to_one")
    table = table.fillna({"activity": "", "named_year": "", "named_end": "", "notes": ""})
    is_by_group = table["activity"].eq("")
    table = table.assign(activity=table["activity"].mask(is_by_group, _group_names(lines)),
                         start=_first_year(lines).where(is_by_group, 0))
    unit, scale = _units(lines["unit_text"])
    total, co2, biogenic = (_number(lines[c]) * scale for c in ("total", "co2", "biogenic"))
    end = pd.to_numeric(table["named_end"]).fillna(_last_year(lines)).astype("int64")
    return table.assign(unit=unit, kg=total, co2_kg=co2, biogenic_kg=biogenic, part=_parts(lines),
                        region=_regions(lines), last=end,
                        percent=_number(lines["uncertainty"]))


def _group_names(lines: pd.DataFrame) -> pd.Series:
    """Return the names of elements of known categories: the group's first word and the element's words."""
    groups = packaged.read_csv("carbon.factors", "data/base_carbone_groups.csv")
    starts = dict(zip(groups["category"], groups["head"], strict=True))
    # Categories are few: one look-up for each distinct one.
    head_of = {category: next((head for start, head in starts.items() if category.startswith(start)), "")
               for category in lines["category"].unique()}
    heads = [head_of[category] for category in lines["category"]]
    named = lines.assign(head=pd.Series(heads, index=lines.index, dtype="str"))[[bool(head) for head in heads]]
    if named.empty:
        return pd.Series("", index=lines.index, dtype="str")
    words = [named[c].replace(_SIGNS, regex=True) for c in ("base", "attribute", "boundary")]
    names = named["head"].astype("str") + "." + slug(joined(*words))
    is_cold = named["base"].str.startswith("Réseau de froid")
    names = names.mask(named["head"].eq(NETWORKS), is_cold.map({True: "district_cooling", False: "district_heat"}))
    is_waste = named["head"].eq("waste")
    return names.mask(is_waste, _waste_names(named[is_waste])).reindex(lines.index, fill_value="")


def _waste_names(lines: pd.DataFrame) -> pd.Series:
    """Return the names of wastes by material and the treatment of the boundary; "" for what is avoided."""
    treatment = lines["boundary"].str.extract("^(" + "|".join(_TREATMENTS) + ")")[0].map(_TREATMENTS).fillna("")
    kind = lines["boundary"].str.replace(r"^(?:Fin de vie(?: moyenne(?: filière)?)?|\w+)|- Impacts$", "", regex=True)
    names = "waste." + slug(joined(lines["base"], lines["attribute"], kind)) + "." + treatment
    return names.where(treatment.ne("") & lines["boundary"].str.endswith("- Impacts"), "")


def _first_year(lines: pd.DataFrame) -> pd.Series:
    """Return the year from which an element named by its group is valid: its data year, else its last change."""
    data_year = pd.to_numeric(lines["boundary"].str.extract(r"^(20\d\d)(?:\.0)?$")[0], errors="coerce").fillna(0)
    return data_year.where(data_year.gt(0), _years(lines["modified"])).astype("int64")


def _last_year(lines: pd.DataFrame) -> pd.Series:
    # Without a validity: the year in which the publisher last touched the element.
    stated_year = _years(lines["validity"])
    return stated_year.where(stated_year.gt(0), _years(lines["modified"]))


def _reason(lines: pd.DataFrame, only_named: bool) -> pd.Series:
    checks = [
        (lines["kind"].ne("Facteur d'émission"), "not an emission factor"),
        (~lines["status"].str.startswith("Valide"), "archived or withdrawn"),
        (lines["kg"].isna(), "no figure"),
        (lines["kg"].lt(0), "negative: avoided or stored, never netted"),
        (lines["unit"].eq(""), "a unit this package does not know"),
        (lines["last"].eq(0), "no year of validity or of change"),
        (lines["region"].eq(""), "a place this package does not know"),
        (only_named & lines["activity"].eq(""), "no name in the library's vocabulary"),
    ]
    reason = lines["reason"]
    for fails, why in checks:
        reason = reason.mask(reason.eq("") & fails, why)
    return reason


def _split(lines: pd.DataFrame) -> pd.Series:
    """Leave out, for each element, either its total or its stages; returns the reasons."""
    stage = lines["line"].eq("Poste")
    valid = lines["reason"].eq("")
    by_id = lines.assign(stage=stage, bad=stage & (~valid | lines["part"].eq("")),
                         stage_kg=lines["kg"].where(stage, 0.0)).groupby("id")
    total = lines["id"].map(lines[~stage & valid].drop_duplicates("id").set_index("id")["kg"])
    gap = (by_id["stage_kg"].transform("sum") - total).abs()
    is_split = by_id["stage"].transform("any") & ~by_id["bad"].transform("any") & gap.le(_TOLERANCE * total.abs())
    reason = lines["reason"].mask(valid & ~stage & is_split, "total of an element whose parts are kept")
    lone_stage = valid & stage & ~is_split
    unsplit, unknown = lone_stage & total.notna(), by_id["bad"].transform("any")
    reason = reason.mask(unsplit & unknown, "part of an element kept as its total: unknown parts")
    reason = reason.mask(unsplit & ~unknown, "part of an element kept as its total: the stages sum to another figure")
    return reason.mask(lone_stage & total.isna(), "part of an element that is not kept")


def _gap(lines: pd.DataFrame) -> pd.Series:
    """Return the note on each element whose stages miss its printed total; "" elsewhere."""
    stage = lines["line"].eq("Poste")
    sums = lines[stage].groupby("id")["kg"].sum(min_count=1)
    totals = lines[~stage].drop_duplicates("id").set_index("id")["kg"].reindex(sums.index)
    notes = {i: printed_totals.note(kg, total) for i, kg, total in zip(sums.index, sums, totals, strict=True)}
    return pd.Series([notes.get(i, "") for i in lines["id"]], index=lines.index, dtype="str")


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    element = SOURCE_ID.replace("_", "-") + "-" + rows["id"]
    number = rows.groupby("id").cumcount().astype("str")
    stage = rows["line"].eq("Poste")
    grouped = rows["start"].where(rows["start"].gt(0) & rows["start"].lt(rows["last"]), rows["last"])
    first = pd.to_numeric(rows["named_year"]).fillna(grouped).astype("int64")
    money = rows["unit"].eq("EUR")
    return pd.DataFrame({
        "factor_id": element.mask(stage, element + "-" + rows["part"].str.replace("_", "-") + "-" + number),
        "element_id": element,
        "activity": rows["activity"].where(rows["activity"].ne(""), "base_carbone." + rows["id"]),
        "label": joined(*(rows[c] for c in ("base", "attribute", "boundary", "stage", "stage_name")), joint=", "),
        "part": rows["part"].where(stage, "total"), "region": rows["region"], "valid_from": first,
        "valid_to": rows["last"].clip(lower=first), "unit": rows["unit"], "co2e_kg": rows["kg"], "gwp_set": "",
        "co2_kg": rows["co2_kg"], "biogenic_co2_kg": rows["biogenic_kg"].fillna(0).clip(lower=0),
        "uncertainty_pct": rows["percent"], "price_year": rows["last"].where(money, 0),
        "price_basis": pd.Series("", index=rows.index, dtype="str").mask(money, "purchaser"),
        "life_cycle": rows["unit"].eq("kWh") & ~stage, "source_id": SOURCE_ID, "edition": EDITION,
        "page": joined("id " + rows["id"], rows["stage"], joint=", Poste "), "licence": LICENCE,
        "verification": "official_file_copy", "notes": _notes(rows, stage),
    })


def _notes(rows: pd.DataFrame, stage: pd.Series) -> pd.Series:
    unsplit = pd.Series("unsplit", index=rows.index, dtype="str").mask(stage, "")
    uptake = pd.Series("", index=rows.index, dtype="str").mask(rows["biogenic_kg"].lt(0), "biogenic uptake not counted")
    validity = "validity in the source: " + rows["validity"]
    weight = rows["unit_text"].str.extract(r"(poids vif|poids net)")[0].map(
        {"poids vif": "per kg of live weight", "poids net": "per kg as eaten"}).fillna("")
    programme = ("programme: " + rows["programme"]).mask(rows["programme"].eq(""), "")
    return joined(unsplit, rows["notes"], weight, rows["gap"], validity, programme, uptake, joint="; ")


def _number(text: pd.Series) -> pd.Series:
    """Read decimal commas and exponents: "5,92E-3" is 0.00592; NaN where empty."""
    return pd.to_numeric(text.str.strip().str.replace(",", "."), errors="coerce")


def _years(validity: pd.Series) -> pd.Series:
    """Read the year of a free string: "déc-18", "20/12/2021", "Année 2022", "31-mars-21"; 0 if it has no year."""
    four = validity.str.extract(r"((?:19|20)\d{2})")[0]
    two = validity.str.extract(r"(?:^|[^\d])(\d{2})$")[0]
    return pd.to_numeric(four.fillna("20" + two), errors="coerce").fillna(0).astype("int64")


def _units(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the canonical unit ("" where unknown) and the scale of strings such as "kgCO2e/keuro"."""
    unit_of = {t: _unit(t) for t in text.unique()}
    return text.map(lambda t: unit_of[t][0]).astype("str"), text.map(lambda t: unit_of[t][1]).astype("float64")


def _unit(text: str) -> tuple[str, float]:
    head, _, per = text.partition("/")
    if head.replace(" ", "").casefold() != "kgco2e" or not per:
        return "", 1.0
    return _UNITS.get(per.strip()) or (canonical_unit(per.strip()), 1.0)


def _regions(lines: pd.DataFrame) -> pd.Series:
    """Return ISO alpha-2, EU27 or GLO of the two place columns, the network of heat or cold; "" where unknown."""
    place, subplace = lines["place"], lines["subplace"]
    place_names = subplace.where(place.str.startswith("Autre pays") | place.eq("Outre-mer"), place)
    # Places are few: one look-up for each distinct word.
    region_of = {name: _PLACES.get(name) or _countries().get(fold(name), "") for name in place_names.unique()}
    regions = place_names.map(region_of).astype("str")
    is_network = lines["base"].str.match("Réseau de (?:chaleur|froid)$")
    is_named = lines["attribute"].str.match(r'"?[\dAB]+, ')
    name = slug(lines["attribute"].str.replace(r'^"?[\dAB]+, ', "", regex=True)).str.replace("_", "-")
    # A default for networks that the list lacks is no average of the country.
    networks = ("FR-" + name.str.slice(0, 77).str.strip("-")).where(is_named & regions.eq("FR"), "")
    return regions.mask(is_network, networks)


def _with_combustion(table: pd.DataFrame, comment: pd.Series) -> pd.DataFrame:
    """Split networks whose comment states the combustion: the rest of the life cycle is upstream, never below zero."""
    stated = comment.str.extract(_COMBUSTION)[0].str.replace(",", ".").astype("float64")
    is_network = table["activity"].isin(["district_heat", "district_cooling"]) & table["part"].eq("total")
    can_split = is_network & stated.le(table["co2e_kg"])
    burnt = table[can_split].assign(
        factor_id=lambda x: x["element_id"] + "-combustion", part="combustion", co2e_kg=stated[can_split],
        co2_kg=float("nan"), life_cycle=False, notes=lambda x: x["notes"].str.removeprefix("unsplit; "))
    rest = burnt.assign(factor_id=burnt["element_id"] + "-upstream", part="upstream", notes=burnt["notes"]
                        + "; the life cycle minus the combustion that the comment states, losses inside",
                        co2e_kg=(table["co2e_kg"] - stated)[can_split].round(8))
    return pd.concat([table[~can_split], burnt, rest], ignore_index=True)


def _parts(lines: pd.DataFrame) -> pd.Series:
    """Return the part of each stage line; "" where the stage is unknown or mixes two parts."""
    stage = lines["stage"].str.casefold()
    part = pd.Series("", index=lines.index, dtype="str")
    for start, name in _STAGES:
        part = part.mask(part.eq("") & stage.str.startswith(start), name)
    stage_names = lines["stage_name"].str.casefold()
    part = part.mask(stage_names.str.contains("condensation"), "contrails")
    part = part.mask(part.eq("manufacture") & stage_names.eq("distribution"), "distribution")
    # The electricity of a train, "à la centrale": what drives it, no manufacture.
    drives = lines["category"].str.startswith("Transport") & stage.str.startswith("energie")
    part = part.mask(drives, "combustion")
    freight = part.eq("losses") & ~lines["unit_text"].str.contains("kWh")
    return part.mask(freight, "distribution")


@cache
def _countries() -> dict[str, str]:
    territories = babel.Locale("fr").territories
    return {fold(str(name)): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
