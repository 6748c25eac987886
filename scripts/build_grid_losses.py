"""Write carbon/factors/data/grid_losses.csv: shares of electricity lost in transmission and distribution.

    python scripts/build_grid_losses.py [--data ../shared/data ...]

The sources are named in grid_losses.yml, with what was left out. A share is of what the grid was supplied with
(`basis` supply: kWh lost = kWh used x share / (1 - share)), or of the country's own output (`basis` output: the same
only where little is imported or exported).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from babel.core import get_global
from build_factor_tables import FOLDER, HERE, _found
from python_calamine import CalamineWorkbook

from carbon.factors.sources import egrid

HUB, EGRID = "epa_hub/ghg-emission-factors-hub-2025.xlsx", "egrid/eGRID2021_summary_tables.xlsx"
WORLD_BANK = "world_bank/electricity_losses_pct.csv"
COLUMNS = ["region", "year", "loss_share", "basis", "source_id", "page"]
SINCE, MOST = 2000, 0.30
"""Above, most of the output is stolen, or most of the supply imported: no share of what a company uses."""
_AREAS = {"EUU": "EU27", "WLD": "GLO", "XKX": "XK"}


def main() -> None:
    """Read the three files and write the table, sorted by region, year and source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", default=[HERE.parents[1] / "shared" / "data"])
    folders = parser.parse_args().data
    tables = [_hub(_path(folders, HUB)), _summary(_path(folders, EGRID)), _world_bank(_path(folders, WORLD_BANK))]
    table = pd.concat(tables, ignore_index=True)[COLUMNS]
    # One share a region and year: from its first share of the supply on, a region has no share of the output.
    first = table["region"].map(table[table["basis"].eq("supply")].groupby("region")["year"].min())
    table = table[table["basis"].eq("supply") | ~table["year"].ge(first)].sort_values(["region", "year"])
    table.assign(loss_share=table["loss_share"].round(6)).to_csv(FOLDER / "grid_losses.csv", index=False,
                                                                  lineterminator="\n")
    print(table["source_id"].value_counts().to_string())


def _path(folders: list[Path], name: str) -> Path:
    path = _found(folders, name)
    if path is None:
        raise SystemExit(f"{name} is in none of {', '.join(map(str, folders))}")
    return path


def _hub(path: Path) -> pd.DataFrame:
    """Table 6 of the Hub of 2025: eGRID2023, column "Grid Gross Loss (%)", shares despite its heading."""
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Emission Factors Hub").to_python(
        skip_empty_area=False)
    start = next(at for at, row in enumerate(cells) if row[1] == "Table 6")
    rows = [(str(row[2]).strip(), row[10], at + 1) for at, row in enumerate(cells[start:start + 40], start)
            if isinstance(row[10], float)]
    return _shares(pd.DataFrame(rows, columns=["acronym", "loss_share", "row"]), 2023, "Emission Factors Hub!K")


def _summary(path: Path) -> pd.DataFrame:
    year, rows = egrid.read_rows(path)
    last = max(column for column in rows if isinstance(column, int))
    return _shares(pd.DataFrame({"acronym": rows[1], "loss_share": rows[last], "row": rows["row"]}), year, "Table 1!R")


def _shares(rows: pd.DataFrame, year: int, page: str) -> pd.DataFrame:
    rows = rows.assign(loss_share=pd.to_numeric(rows["loss_share"], errors="coerce")).dropna(subset="loss_share")
    us = rows["acronym"].isin([egrid.US, "US Average"])
    return rows.assign(region=("US-eGRID-" + rows["acronym"]).mask(us, "US"), year=year, basis="supply",
                       source_id=f"epa_egrid_{year}", page=page + rows["row"].astype("str"))


def _world_bank(path: Path) -> pd.DataFrame:
    lines = pd.read_csv(path, dtype="str", keep_default_na=False)
    region = lines["Country_Code"].map({code: _alpha2(code) for code in lines["Country_Code"].unique()}).astype("str")
    lines = lines.assign(region=region, year=lines["Year"].astype("int64"), basis="output", source_id="world_bank_wdi",
                         loss_share=lines["Electricity_Loss_Percentage"].astype("float64") / 100,
                         page="EG.ELC.LOSS.ZS:" + lines["Country_Code"] + ":" + lines["Year"])
    return lines[region.ne("") & lines["year"].ge(SINCE) & lines["loss_share"].gt(0) & lines["loss_share"].le(MOST)]


def _alpha2(code: str) -> str:
    codes = [c for c in get_global("territory_aliases").get(code, []) if len(c) == 2]
    return _AREAS.get(code) or (codes[0] if len(codes) == 1 else "")


if __name__ == "__main__":
    main()
