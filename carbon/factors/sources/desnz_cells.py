"""The UK conversion factors (DESNZ), full set or flat file, as one long table of figures, each with its cell.

Full set: layout, the same since 2024: one sheet an activity, several tables a sheet, each with its own header row
("Activity | labels ... | Unit | [Year] | kg CO2e ..."); labels only on the first row of a group; fuel or load as a
column group one row above the header. Methane and nitrous oxide are in kg CO2e.
Flat file: sheet "Factors by Category", one line per figure and gas, the last digit of the ID naming the gas; a
transcription as JSON has the same fields. Editions before 2023 have no ID, the gas column is headed "GHG", and some
sheets had other names.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from python_calamine import CalamineWorkbook

from carbon.core.errors import FileRefused

COLUMNS = ["sheet", "row", "level1", "level2", "level3", "unit", "group", "co2e", "co2", "ch4", "n2o", "cell"]
TOTAL = "kg CO2e"
GASES = {"kg CO2e of CO2 per unit": "co2", "kg CO2e of CH4 per unit": "ch4", "kg CO2e of N2O per unit": "n2o"}
_FIGURES = {TOTAL: "co2e"} | GASES
Grid = npt.NDArray[Any]
SHEET = "Factors by Category"
_VALUE = "GHG Conversion Factor "
_LEVELS = {"Level 1": "sheet", "Level 2": "level1", "Level 3": "level2", "Level 4": "level3", "UOM": "unit",
           "Column Text": "group"}
_GAS_OF = {"CO2e": "co2e", "CO2": "co2", "CH4": "ch4", "N2O": "n2o"}
"""Gas column without its unit: "kg CO2e of CH4 per unit" (2023), "kg CO2e of CH4" (2022), "kg CH4" (before), all of
them kg CO2e.
"""
_OF_UNIT = ("Energy - Gross CV", "Energy - Net CV", "Volume", "Tonnes")
"""Column groups of fuels before 2022, which repeat the unit."""
_NOW_NAMED = {
    "WTT- UK & overseas elec": "WTT- UK electricity", "WTT- business travel (air)": "WTT- business travel- air",
    "WTT- business travel (sea)": "WTT- business travel- sea",
    "WTT- pass vehs & travel (land)": "WTT- pass vehs & travel- land",
    "UK electricity for Evs": "UK electricity for EVs",
    "Passenger and delivery vehicles- kWh factors": "SECR kWh pass & delivery vehs",
}


def read_cells(path: Path) -> tuple[int, pd.DataFrame]:
    """Read the edition and all figures of a full-set workbook.

    Returns
    -------
    int, DataFrame
        The edition year, and one row per figure: its sheet, labels, unit, column group and cell; `co2e` and the
        three gases [kg CO2e per unit], NaN where the cell is empty.

    Raises
    ------
    FileRefused
        The workbook has no sheet "Fuels" or names no year.
    """
    workbook = CalamineWorkbook.from_path(str(path))
    if "Fuels" not in workbook.sheet_names:
        raise FileRefused(f"{path.name}: not a full set, it has no sheet \"Fuels\"", code="not_desnz_full_set",
                          what_to_do="download the full set of the UK Government GHG conversion factors")
    grids = {name: _grid(workbook, name) for name in workbook.sheet_names}
    tables = [table for name, grid in grids.items() for table in _tables(name, grid)]
    return _edition(grids["Fuels"], path), pd.concat(tables, ignore_index=True)[COLUMNS]


def _grid(workbook: CalamineWorkbook, name: str) -> Grid:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return np.array(rows, dtype=object).reshape(len(rows), -1)


def _text(grid: Grid) -> Grid:
    # Trailing and doubled spaces in labels are the publisher's; they mean nothing.
    return np.array([[" ".join(str(cell).split()) for cell in row] for row in grid], dtype=object)


def _edition(fuels: Grid, path: Path) -> int:
    rows, columns = np.nonzero(fuels == "Year:")
    if len(rows) == 0:
        raise FileRefused(f"{path.name}: no cell \"Year:\" on the sheet \"Fuels\"", code="no_edition",
                          what_to_do="check that the file is the publisher's own")
    return int(fuels[rows[0], columns[0] + 1])


def _tables(sheet: str, grid: Grid) -> Iterator[pd.DataFrame]:
    text = _text(grid)
    heads = [row for row in range(len(text)) if "Unit" in text[row] and any(c in _FIGURES for c in text[row])]
    for head in heads:
        unit = int(np.nonzero(text[head] == "Unit")[0][0])
        empty = np.nonzero(text[head + 1:, unit] == "")[0]
        last = head + 1 + int(empty[0]) if len(empty) else len(text)
        above = text[head - 1: head] if head else np.full((1, text.shape[1]), "", dtype=object)
        yield from _blocks(sheet, grid[head + 1: last], np.vstack([above, text[head: last]]), unit, first_row=head + 2)


def _blocks(sheet: str, body: Grid, text: Grid, unit: int, *, first_row: int) -> Iterator[pd.DataFrame]:
    """Yield one table a column group; `text` begins with the group row and the header row."""
    groups, head, rows = text[0], text[1], np.arange(first_row, first_row + len(body))
    labels = _labels(text[2:, :unit])
    figures = [c for c in range(unit + 1, len(head)) if head[c] in _FIGURES]
    starts = [c for c in figures if head[c] == TOTAL] or figures[:1]
    for start, end in zip(starts, [*starts[1:], len(head)], strict=True):
        group_columns = [c for c in range(unit + 1, start + 1) if groups[c]]
        columns = {_FIGURES[head[c]]: pd.to_numeric(pd.Series(body[:, c]), errors="coerce").astype("float64")
                   for c in figures if start <= c < end}
        missing = {name: float("nan") for name in _FIGURES.values() if name not in columns}
        yield pd.DataFrame({**labels, "sheet": sheet, "row": rows, "unit": text[2:, unit].astype(str),
                            "group": str(groups[group_columns[-1]]) if group_columns else "",
                            "cell": [f"{sheet}!{_letter(start)}{row}" for row in rows], **columns, **missing})


def _labels(text: Grid) -> dict[str, list[str]]:
    """Fill labels down: one holds until the next; a new label on a higher level ends those below it."""
    labels: list[list[str]] = []
    current = ["", "", ""]
    for row in text:
        for level in range(text.shape[1]):
            if row[level]:
                current = [*current[:level], str(row[level]), *[""] * (2 - level)]
        labels.append(current)
    return {f"level{level + 1}": [row[level] for row in labels] for level in range(3)}


def _letter(column: int) -> str:
    first, last = divmod(column, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def read_flat_cells(path: Path) -> tuple[int, pd.DataFrame]:
    """Read the edition and all figures of a flat file, in the shape of `read_cells`; `cell` is the line's ID.

    Raises FileRefused: No column "GHG Conversion Factor <year>".
    """
    lines = _json(path) if ".json" in path.suffixes else _workbook(path)
    values = [c for c in lines.columns if str(c).startswith(_VALUE)]
    if len(values) != 1:
        raise FileRefused(f"{path.name}: no column \"{_VALUE}<year>\"", code="not_desnz_flat",
                          what_to_do="download the flat file of the UK Government GHG conversion factors")
    text = lines.astype("str").apply(lambda c: c.str.strip().str.replace(r"\s+", " ", regex=True))
    text = text.rename(columns={"GHG": "GHG/Unit"})
    text = text[text["Level 2"].ne("")]
    # Ten decimals: 0.21233000000000002 is a spreadsheet's binary noise.
    text = text.assign(value=pd.to_numeric(text[values[0]], errors="coerce").round(10), key=_keys(text))
    return int(values[0].removeprefix(_VALUE)), _wide(text)


def _keys(lines: pd.DataFrame) -> pd.Series:
    """Return what the lines of one figure's gases share: their ID but its last digit, or all their labels."""
    if "ID" in lines:
        return lines["ID"].str.rsplit("_", n=1).str[0]
    return lines[[*_LEVELS, "Scope"]].agg("|".join, axis=1)


def _json(path: Path) -> pd.DataFrame:
    raw = path.read_bytes()
    rows = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    return pd.DataFrame(rows, dtype=object)


def _workbook(path: Path) -> pd.DataFrame:
    workbook = CalamineWorkbook.from_path(str(path))
    if SHEET not in workbook.sheet_names:
        raise FileRefused(f"{path.name}: no sheet \"{SHEET}\"", code="not_desnz_flat",
                          what_to_do="download the flat file of the UK Government GHG conversion factors")
    rows = workbook.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    head = next((at for at, row in enumerate(rows[:20]) if {"Scope", "UOM"} <= {str(cell).strip() for cell in row}), 0)
    lines = pd.DataFrame(rows[head + 1:], columns=[" ".join(str(c).split()) for c in rows[head]], dtype=object)
    return lines.assign(line=range(head + 2, len(rows) + 1))


def _wide(text: pd.DataFrame) -> pd.DataFrame:
    gas = text["GHG/Unit"].str.removesuffix(" per unit").str.removeprefix("kg ").str.removeprefix("CO2e of ")
    gas = gas.map(_GAS_OF)
    heads = text.drop_duplicates("key").set_index("key").rename(columns=_LEVELS)
    by_gas = {name: text[gas.eq(name)].set_index("key")["value"] for name in _GAS_OF.values()}
    table = heads.assign(**{name: values.reindex(heads.index) for name, values in by_gas.items()})
    table = table.reset_index(names="cell")
    if "ID" not in table:
        table = table.assign(cell=SHEET + "!row " + table["line"])
    # The last label of power and heat is the unit or the year of its data again.
    again = table["level3"].str.fullmatch(r"kWh|20\d\d(\.0)?")
    table = table.assign(group=table["group"].mask(table["group"].isin(_OF_UNIT), ""),
                         level3=table["level3"].mask(again, ""))
    # Homeworking prints its label one level lower than the full set.
    lower = table["level1"].eq("")
    table = table.assign(level1=table["level1"].mask(lower, table["level2"]), sheet=table["sheet"].replace(_NOW_NAMED),
                         level2=table["level2"].mask(lower, ""), row=range(len(table)))
    return table[COLUMNS]
