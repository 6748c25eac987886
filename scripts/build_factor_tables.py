"""Write the packaged factor tables, carbon/factors/data/<release>/<theme>.csv, from the publishers' files.

    python scripts/build_factor_tables.py --release 2026.2 --base 2026.1 [--data ../shared/data ...] [--cut] [--again]

Each table has its citation next to it (<theme>.yml). A cut release is refused: its tables never change again, except
with --again before it is published. With --base, tables whose rows the base release has are listed from its folder;
what is new stands in <theme>_added.csv: the package does not hold a row twice. Older editions whose file is not at hand
keep the rows that the release has of them.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import factor_blends
import factor_cloud
import factor_devices
import factor_extracts
import factor_pages
import pandas as pd
import yaml
from pin_tables import shared_listing

from carbon.core import packaged, schemas
from carbon.core.errors import UsageError
from carbon.factors.sources import (
    agribalyse,
    base_carbone,
    car_labelling,
    desnz,
    egrid,
    ember,
    epa_hub,
    epa_supply_chain,
    spend_models,
)
from carbon.factors.sources.imported import Imported, complete
from carbon.factors.sources.refrigerants import ASHRAE

HERE = Path(__file__).parent
FOLDER = HERE.parent / "carbon" / "factors" / "data"
EMBER_SINCE = 2000
"""Before, Europe alone."""
EUROPE, SUPPLY = "figaro_2026", "figaro_supply_2026"
ALONE = {EUROPE: "purchases_eu", SUPPLY: "purchases_supply"}
"""Sources in tables of their own, which can be taken out: docs/decisions/0040-figaro-is-packaged.md, 0056."""
NOT_REPEATED = {
    "a ratio per euro: tables of spend": lambda t: t["unit"].eq("EUR"),
    "a set of a third party (Base IMPACTS), not of Licence Ouverte": lambda t: t["notes"].str.contains("Base IMPACT"),
    "food of AGRIBALYSE 3.1: edition 3.2 is packaged": lambda t: t["activity"].str.startswith("base_carbone."),
    "the same figure is packaged from Impact CO2, whose total and vehicle it splits": lambda t: t["activity"].isin(
        [f"rail.{name}" for name in ("tgv", "ter", "rer", "intercites", "metro", "tram")]) & t["valid_from"].ge(2022),
    "the same flight without contrails: the part contrails is a part of its own": lambda t: t["label"].str.contains(
        "SANS trainées"),
}
"""What the whole Base Carbone holds and the package does not: reason -> rows."""
OLDER = {
    **{f"desnz_{year}": (f"desnz/{name}", desnz.import_flat) for year, name in {
        2018: "Conversion_factors_2018_-_Flat_file__for_automatic_processing_only__v01-01.xls",
        2019: "conversion-factors-2019-flat-file-v01-02.xls",
        2020: "Conversion_Factors_2020_-_Flat_file__for_automatic_processing_only_.xlsx",
        2021: "conversion-factors-2021-flat-file-automatic-processing.xls",
        2022: "ghg-conversion-factors-2022-flat-format.xls",
        2023: "ghg-conversion-factors-2023-flat-file-update.xlsx"}.items()},
    "epa_egrid_2021": ("egrid/eGRID2021_summary_tables.xlsx", egrid.import_egrid),
    base_carbone.SOURCE_ID: ("base_carbone/Base_Carbone_V23.6-v2.xlsx", partial(
        base_carbone.import_base_carbone, only_named=True)),
}
"""Older editions and larger extracts: source_id -> file and importer. Not in the folder of every builder."""
CORE = re.compile(
    r"electricity|natural_gas|diesel|petrol|lpg|burning_oil|gas_oil|fuel_oil|propane|butane|coal\.(industrial|domestic)"
    r"|wood\.(logs|chips|pellets)|biodiesel\.hvo|steam|district_heat|flight\..+|rail\.\w+|bus\.\w+|coach|ferry\.\w+"
    r"|taxi\.\w+|motorbike\.\w+|(company_)?car\.(small|medium|large|average)\.\w+|hotel_night|homeworking\.\w+"
    r"|freight\.(van\.average|hgv\.average|hgv\.\w+_average)(\.\w+)?|freight\.(rail|air\.\w+)|water\.(supply|treatment)"
    r"|waste\.(household_residual_waste|commercial_and_industrial_waste|paper_and_board_\w+|glass|plastics_average_plastics"
    r"|metal_\w+|organic_\w+|weee_mixed)\.\w+")
"""Activities that the packaged tables carry of older editions: what most companies measure; the importers read all."""
CORE_UNITS = ["kWh", "kWh_HHV", "kWh_LHV", "L", "t", "m3", "kg", "km", "passenger.km", "tonne.km", "room.night",
              "FTE.hour", "vehicle.km"]

THEMES = {
    "electricity": ["electricity"], "heat": ["district_heat", "steam", "district_cooling"],
    "refrigerants": ["refrigerant"], "food": ["food", "farm"], "cloud": ["cloud"],
    "travel": ["flight", "rail", "car", "company_car", "company_motorbike", "motorbike", "taxi", "bus", "coach",
               "ferry"],
    "freight": ["freight"], "purchases_fr": ["purchase.nace", "purchase.ademe2018"],
    "purchases_us": ["purchase.naics"], "it_equipment": ["it", "data_transfer"], "water_waste": ["water", "waste"],
    "materials": ["material", "building", "furniture"], "hotels": ["hotel_night", "meal"],
    "homeworking": ["homeworking"],
}
"""First words of an activity -> the table it stands in; all others are fuels."""


def main() -> None:
    """Read every source, sort its factors into themes, write tables, citations and the release's entry."""
    given = _arguments()
    releases = yaml.safe_load((FOLDER / "releases.yml").read_text()) if (FOLDER / "releases.yml").exists() else {}
    if releases.get(given.release, {}).get("status") == "cut" and not given.again:
        raise UsageError(f"Release {given.release} is cut: its tables never change", hint="name a new release")
    imports = dict(_imports(given.data))
    base = releases[given.base]["tables"] if given.base else {}
    held, older = _rows_of(base), {}
    tables = [*(i.table for i in imports.values()), factor_extracts.read(given.data[0]),
              factor_devices.read(given.data[0]), factor_pages.read()]
    table = complete(_refrigerants(pd.concat(tables, ignore_index=True)))
    if given.base:
        # The extract of 117 lines has damaged accents: beyond the base release the whole file is read.
        damaged = table["source_id"].eq(base_carbone.SOURCE_ID) & ~table["factor_id"].isin(held["factor_id"])
        table = table[~damaged]
        older = _older(given, table)
        table = pd.concat([table, *(rows for rows, _ in older.values()), factor_cloud.read(given.data[0]),
                           factor_blends.read(set(table["activity"]))], ignore_index=True)
        table = table.drop_duplicates("factor_id")
    left_out = _left_out(imports, {f"{source} ({OLDER[source][0]})": entry for source, (_, entry) in older.items()},
                         given.release)
    written = _write(table, held, base, given)
    (FOLDER / given.release / "left_out.yml").write_text(left_out)
    releases[given.release] = {"status": "cut" if given.cut else "open", "tables": written, "shared": shared_listing(),
                               "renamed": _renamed(table, held)}
    if given.base:
        releases[given.release]["composed"] = factor_blends.compositions(set(held["activity"]))
    if given.cut:
        _end_open_releases(releases, given.release)
    (FOLDER / "releases.yml").write_text(yaml.dump(releases, Dumper=_Plain, sort_keys=True))
    print(_counts(table).to_string())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", default=[HERE.parents[1] / "shared" / "data"])
    parser.add_argument("--release", required=True)
    parser.add_argument("--base", default="")
    parser.add_argument("--cut", action="store_true")
    parser.add_argument("--again", action="store_true")
    return parser.parse_args()


def _rows_of(tables: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Return the factors of the listed tables as the library reads them."""
    contents = [packaged.typed_csv((FOLDER / entry["file"]).read_bytes(), schemas.FACTORS.columns, entry["file"])
                for entry in tables.values()]
    return complete(pd.concat(contents, ignore_index=True)) if contents else schemas.FACTORS.empty()


def _older(given: argparse.Namespace, newest: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, dict[str, Any]]]:
    """Return, by source, the core of an older edition and what was left out of its file.

    Core are activities that the newest editions have too: a word of its own starts no series.
    """
    known = set(newest["activity"])
    folder = FOLDER / given.release
    files = {f.stem: {"file": f.relative_to(FOLDER).as_posix()} for f in sorted(folder.glob("*_added.csv"))}
    kept, path_kept = _rows_of(files), folder / "left_out.yml"
    left = yaml.safe_load(path_kept.read_text()) if path_kept.exists() else {}
    found = {}
    for source, (name, read) in OLDER.items():
        path = _found(given.data, name)
        if path is None:
            print(f"{name} is not at hand: {source} keeps the rows of release {given.release}")
            found[source] = kept[kept["source_id"].eq(source)], left[f"{source} ({name})"]
            continue
        file = read(path)
        if source == base_carbone.SOURCE_ID:
            found[source] = _all_named(file)
            continue
        is_core = file.table["activity"].str.fullmatch(CORE) & file.table["unit"].isin(CORE_UNITS)
        rows = file.table[is_core & file.table["activity"].isin(known)]
        found[source] = rows, _entry(file, len(rows))
    return found


def _all_named(file: Imported) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return what the whole Base Carbone names and the package may hold, and the account of the rest."""
    rows, entry = file.table, _entry(file, file.kept)
    for reason, is_left in NOT_REPEATED.items():
        left = rows[is_left(rows)]
        rows = rows.drop(left.index)
        if len(left):
            entry["left_out"].append({"reason": reason, "rows": len(left), "example": str(left["label"].iloc[0])})
            entry["rows_kept"] -= len(left)
    return rows, entry


def _entry(file: Imported, packaged_rows: int) -> dict[str, Any]:
    """Return what a file held and was not taken; of an older edition only the core is."""
    lines = [{"reason": str(r.reason), "rows": int(r.rows), "example": str(r.example)}
             for r in file.left_out.itertuples()]
    others = file.kept - packaged_rows
    lines += [{"reason": "not of the core that is packaged of older editions: `carbon factors import` reads it",
               "rows": others, "example": ""}] * (others > 0)
    return {"rows_read": file.read, "rows_kept": file.read - sum(line["rows"] for line in lines), "left_out": lines}


def _found(folders: list[Path], name: str) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def _refrigerants(table: pd.DataFrame) -> pd.DataFrame:
    """One source a refrigerant: the one with a composition, which follows any GWP set; ASHRAE numbers beside the
    gases.
    """
    gas = table["part"].eq("fugitive")
    composed = set(table.loc[gas & table["source_id"].str.startswith("epa_hub"), "activity"])
    table = table[~(gas & table["activity"].isin(composed) & ~table["source_id"].str.startswith("epa_hub"))]
    word = table["activity"].str.removeprefix("refrigerant.")
    twins = table[table["part"].eq("fugitive") & word.isin(ASHRAE)]
    number = twins["activity"].str.removeprefix("refrigerant.").map(ASHRAE)
    end = "-as-" + number
    twins = twins.assign(activity="refrigerant." + number, factor_id=twins["factor_id"] + end,
                         element_id=twins["element_id"] + end, notes="the same gas under its ASHRAE number")
    return pd.concat([table, twins], ignore_index=True)


class _Plain(yaml.SafeDumper):
    """Every entry written out: no anchors in a file that people read."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _imports(folders: list[Path]) -> Iterator[tuple[str, Imported]]:
    data = folders[0]
    for name in ("2026-full-set", "2025-full-set", "2024-full_set__for_advanced_users__v1_1"):
        yield f"desnz_{name[:4]}", desnz.import_full_set(data / f"desnz/ghg-conversion-factors-{name}.xlsx")
    for edition in (2025, 2024):
        yield f"epa_hub_{edition}", epa_hub.import_hub(data / f"epa_hub/ghg-emission-factors-hub-{edition}.xlsx")
    yield ember.SOURCE_ID, ember.import_ember(data / "owid_ember/carbon-intensity-electricity.csv", since=EMBER_SINCE)
    yield base_carbone.SOURCE_ID, base_carbone.import_base_carbone(
        data / "base_carbone_sample/Base_Carbone_Test.csv", only_named=True)
    french = spend_models.import_model("sdes", data / "sdes_ges501/sdes_ges501_fr_nace_a64_2022_2023.csv")
    european = spend_models.import_model(EUROPE, data / "figaro/figaro_demand_2023.csv")
    yield "sdes_ges501", french
    supplied = spend_models.import_model(SUPPLY, HERE / "figaro_emission_factors_26ed_2023.csv")
    for name, model in ((EUROPE, european), (SUPPLY, supplied)):  # these copies have codes alone
        yield name, replace(model, table=_named(model.table, french.table))
    yield agribalyse.SOURCE_ID, agribalyse.import_agribalyse(data / "agribalyse/agribalyse-31-detail-par-etape.csv")
    yield car_labelling.SOURCE_ID, car_labelling.import_car_labelling(
        data / "ademe_car_labelling/ademe-car-labelling.csv.gz")
    yield "epa_supply_chain_1_3", epa_supply_chain.import_supply_chain(
        data / "epa_supply_chain/SupplyChainGHGEmissionFactors_v1.3.0_NAICS_CO2e_USD2022.csv")


def _named(table: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return factors of NACE industries with the names that another table gives the same activities."""
    return table.assign(label=table["activity"].map(like.drop_duplicates("activity").set_index("activity")["label"]))


def _left_out(imports: dict[str, Imported], older: dict[str, dict[str, Any]], release: str) -> str:
    """What each file held and was not taken, by reason; and what was not taken from the extracts."""
    files = {source: _entry(i, i.kept) for source, i in imports.items()} | older
    files |= {name: entry for name, entry in yaml.safe_load((HERE / "factor_left_out.yml").read_text()).items()
              if entry.pop("since", release) <= release}
    return yaml.safe_dump(files, sort_keys=False, allow_unicode=True, width=110)


def _end_open_releases(releases: dict[str, dict[str, Any]], cut: str) -> None:
    """A release that was open until this cut stays as another name of the cut tables; its own files go."""
    for name in [n for n, entry in releases.items() if entry["status"] == "open"]:
        releases[name] = {"status": "open", "tables": dict(releases[cut]["tables"]), "shared": shared_listing()}
        shutil.rmtree(FOLDER / name, ignore_errors=True)


def _theme(activity: pd.Series) -> pd.Series:
    first = {word: theme for theme, words in THEMES.items() for word in words}
    one, two = activity.str.split(".").str[0], activity.str.split(".").str[:2].str.join(".")
    return two.map(first).fillna(one.map(first)).fillna("fuels").astype("str")


def _write(table: pd.DataFrame, held: pd.DataFrame, base: dict[str, dict[str, str]],
           given: argparse.Namespace) -> dict[str, dict[str, str]]:
    folder = FOLDER / given.release
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.csv"), *folder.glob("*.yml")):
        old.unlink()
    _check_base(table, held)
    fresh = table[~table["factor_id"].isin(held["factor_id"])]
    written = dict(base)
    for theme, rows in fresh.groupby(fresh["source_id"].map(ALONE).fillna(_theme(fresh["activity"]))):
        name = f"{theme}_added" if theme in base else str(theme)
        content = _csv(rows.sort_values("factor_id")).encode()
        (folder / f"{name}.csv").write_bytes(content)
        (folder / f"{name}.yml").write_text(_citation(name, rows, given.data))
        written[name] = {"file": f"{given.release}/{name}.csv", "sha256": sha256(content).hexdigest()}
    return written


def _check_base(table: pd.DataFrame, held: pd.DataFrame) -> None:
    """A row of the base release that the sources no longer give the same needs a table of its own: not yet needed."""
    now = table.set_index("factor_id").reindex(held["factor_id"])
    moved = held["co2e_kg"].to_numpy() != now["co2e_kg"].to_numpy()
    if moved.any():
        raise UsageError(f"{int(moved.sum())} rows of the base release have other figures in the sources",
                         rows=held[moved])


def _renamed(table: pd.DataFrame, held: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return element_id -> names, where a row of the base release was named wrongly: the row is read under the new one.

    The file of the base release keeps its bytes.
    """
    now = table.set_index("factor_id")["activity"].reindex(held["factor_id"]).to_numpy()
    other = held.assign(now=now)[held["activity"].to_numpy() != now]
    return {r.element_id: {"was": r.activity, "is": r.now} for r in other.drop_duplicates("element_id").itertuples()}


def _csv(rows: pd.DataFrame) -> str:
    flags = {c: rows[c].map({True: "true", False: "false"}) for c in ("life_cycle", "kyoto")}
    return rows.assign(**flags).to_csv(index=False, lineterminator="\n")


def _citation(theme: str, rows: pd.DataFrame, folders: list[Path]) -> str:
    known = yaml.safe_load((HERE / "factor_sources.yml").read_text())
    entries = {source: {**known[source], "rows": int(count), "sha256": {
        file: _hash(file, folders, known[source]) for file in known[source]["files"]}}
        for source, count in rows["source_id"].value_counts().sort_index().items()}
    for entry in entries.values():
        entry.pop("files")
        entry.pop("hashes", None)
    return yaml.safe_dump({"title": f"Emission factors: {theme}", "sources": entries,
                           "left_out": "by source in left_out.yml"}, sort_keys=False,
                          allow_unicode=True, width=110)


def _hash(file: str, folders: list[Path], source: dict[str, Any]) -> str:
    """Return the sha256 of a source's file; where it is not at hand, the one noted with the source."""
    path = _found([*folders, HERE], file)
    found = sha256(path.read_bytes()).hexdigest() if path else ""
    noted = source.get("hashes", {}).get(file, found)
    if noted != (found or noted):
        raise UsageError(f"{file} is not the file whose sha256 is noted in factor_sources.yml",
                         hint="compare the copies")
    return str(noted)


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    theme = _theme(table["activity"])
    pairs = table.drop_duplicates(["activity", "region"])
    counts = pd.DataFrame({"factors": theme.value_counts(), "pairs": _theme(pairs["activity"]).value_counts()})
    return pd.concat([counts, counts.sum().to_frame("all").T])


if __name__ == "__main__":
    main()
