"""Write the packaged factor tables, carbon/factors/data/<release>/<theme>.csv, from the publishers' files.

    python scripts/build_factor_tables.py --release 2026.1 [--data ../shared/data] [--cut]

Each table has its citation next to it (<theme>.yml). A cut release is refused: its tables never change again.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import factor_devices
import factor_extracts
import pandas as pd
import yaml

from carbon.core.errors import UsageError
from carbon.factors.sources import base_carbone, desnz, ember, epa_hub, epa_supply_chain, sdes
from carbon.factors.sources.imported import Imported, complete
from carbon.factors.sources.refrigerants import ASHRAE

HERE = Path(__file__).parent
FOLDER = HERE.parent / "carbon" / "factors" / "data"
EMBER_SINCE = 2019

THEMES = {
    "electricity": ["electricity"], "heat": ["district_heat", "steam", "district_cooling"],
    "refrigerants": ["refrigerant"],
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument("--release", required=True)
    parser.add_argument("--cut", action="store_true")
    given = parser.parse_args()
    releases = yaml.safe_load((FOLDER / "releases.yml").read_text()) if (FOLDER / "releases.yml").exists() else {}
    if releases.get(given.release, {}).get("status") == "cut":
        raise UsageError(f"Release {given.release} is cut: its tables never change", hint="name a new release")
    imports = dict(_imports(given.data))
    tables = [*(i.table for i in imports.values()), factor_extracts.read(given.data), factor_devices.read(given.data)]
    table = complete(_refrigerants(pd.concat(tables, ignore_index=True)))
    written = _write(table, given.release, given.data)
    (FOLDER / given.release / "left_out.yml").write_text(_left_out(imports))
    releases[given.release] = {"status": "cut" if given.cut else "open", "tables": written}
    if given.cut:
        _end_open_releases(releases, given.release)
    (FOLDER / "releases.yml").write_text(yaml.dump(releases, Dumper=_Plain, sort_keys=True))
    print(_counts(table).to_string())


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


def _imports(data: Path) -> Iterator[tuple[str, Imported]]:
    for name in ("2026-full-set", "2025-full-set", "2024-full_set__for_advanced_users__v1_1"):
        yield f"desnz_{name[:4]}", desnz.import_full_set(data / f"desnz/ghg-conversion-factors-{name}.xlsx")
    for edition in (2025, 2024):
        yield f"epa_hub_{edition}", epa_hub.import_hub(data / f"epa_hub/ghg-emission-factors-hub-{edition}.xlsx")
    yield ember.SOURCE_ID, ember.import_ember(data / "owid_ember/carbon-intensity-electricity.csv", since=EMBER_SINCE)
    yield base_carbone.SOURCE_ID, base_carbone.import_base_carbone(
        data / "base_carbone_sample/Base_Carbone_Test.csv", only_named=True)
    yield sdes.SOURCE_ID, sdes.import_sdes(data / "sdes_ges501/sdes_ges501_fr_nace_a64_2022_2023.csv")
    yield "epa_supply_chain_1_3", epa_supply_chain.import_supply_chain(
        data / "epa_supply_chain/SupplyChainGHGEmissionFactors_v1.3.0_NAICS_CO2e_USD2022.csv")


def _left_out(imports: dict[str, Imported]) -> str:
    """What each file held and was not taken, by reason; and what was not taken from the extracts."""
    files = {source: {"rows_read": i.read, "rows_kept": i.kept, "left_out": [
        {"reason": str(r.reason), "rows": int(r.rows), "example": str(r.example)} for r in i.left_out.itertuples()]}
        for source, i in imports.items()}
    files |= yaml.safe_load((HERE / "factor_left_out.yml").read_text())
    return yaml.safe_dump(files, sort_keys=False, allow_unicode=True, width=110)


def _end_open_releases(releases: dict[str, dict[str, Any]], cut: str) -> None:
    """A release that was open until this cut stays as another name of the cut tables; its own files go."""
    for name in [n for n, entry in releases.items() if entry["status"] == "open"]:
        releases[name] = {"status": "open", "tables": dict(releases[cut]["tables"])}
        shutil.rmtree(FOLDER / name, ignore_errors=True)


def _theme(activity: pd.Series) -> pd.Series:
    first = {word: theme for theme, words in THEMES.items() for word in words}
    one, two = activity.str.split(".").str[0], activity.str.split(".").str[:2].str.join(".")
    return two.map(first).fillna(one.map(first)).fillna("fuels").astype("str")


def _write(table: pd.DataFrame, release: str, data: Path) -> dict[str, dict[str, str]]:
    folder = FOLDER / release
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for theme, rows in table.groupby(_theme(table["activity"]), sort=True):
        content = _csv(rows.sort_values("factor_id")).encode()
        (folder / f"{theme}.csv").write_bytes(content)
        (folder / f"{theme}.yml").write_text(_citation(str(theme), rows, data))
        written[str(theme)] = {"file": f"{release}/{theme}.csv", "sha256": sha256(content).hexdigest()}
    return written


def _csv(rows: pd.DataFrame) -> str:
    flags = {c: rows[c].map({True: "true", False: "false"}) for c in ("life_cycle", "kyoto")}
    return rows.assign(**flags).to_csv(index=False, lineterminator="\n")


def _citation(theme: str, rows: pd.DataFrame, data: Path) -> str:
    known = yaml.safe_load((HERE / "factor_sources.yml").read_text())
    entries = {source: {**known[source], "rows": int(count), "sha256": {
        file: sha256((data / file).read_bytes()).hexdigest() for file in known[source]["files"]}}
        for source, count in rows["source_id"].value_counts().sort_index().items()}
    for entry in entries.values():
        entry.pop("files")
    return yaml.safe_dump({"title": f"Emission factors: {theme}", "sources": entries,
                           "left_out": "by source in left_out.yml"}, sort_keys=False,
                          allow_unicode=True, width=110)


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    theme = _theme(table["activity"])
    pairs = table.drop_duplicates(["activity", "region"])
    counts = pd.DataFrame({"factors": theme.value_counts(), "pairs": _theme(pairs["activity"]).value_counts()})
    return pd.concat([counts, counts.sum().to_frame("all").T])


if __name__ == "__main__":
    main()
