"""
The UK flat file: one line per figure and gas, the last digit of the ID naming the gas.

Sheet "Factors by Category", header in row 6; a transcription as JSON has the same fields.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from carbon.core.errors import FileRefused
from carbon.factors.sources.desnz_cells import COLUMNS, GASES, TOTAL

SHEET, HEADER_ROW = "Factors by Category", 6
_VALUE = "GHG Conversion Factor "
_LEVELS = {"Level 1": "sheet", "Level 2": "level1", "Level 3": "level2", "Level 4": "level3", "UOM": "unit",
           "Column Text": "group"}


def read_cells(path: Path) -> tuple[int, pd.DataFrame]:
    """
    Edition and all figures, in the shape of `desnz_cells.read_cells`; `cell` is the line's ID.

    Raises
    ------
    FileRefused
        No column "GHG Conversion Factor <year>".
    """
    lines = _json(path) if ".json" in path.suffixes else _workbook(path)
    values = [c for c in lines.columns if str(c).startswith(_VALUE)]
    if len(values) != 1:
        raise FileRefused(f"{path.name}: no column \"{_VALUE}<year>\"", code="not_desnz_flat",
                          what_to_do="download the flat file of the UK Government GHG conversion factors")
    lines = lines[lines["ID"].astype("str").str.strip().ne("")]
    text = lines.astype("str").apply(lambda c: c.str.strip().str.replace(r"\s+", " ", regex=True))
    text = text.assign(value=pd.to_numeric(text[values[0]], errors="coerce"),
                       key=text["ID"].str.rsplit("_", n=1).str[0])
    return int(values[0].removeprefix(_VALUE)), _wide(text)


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
    return pd.DataFrame(rows[HEADER_ROW:], columns=rows[HEADER_ROW - 1], dtype=object)


def _wide(text: pd.DataFrame) -> pd.DataFrame:
    names = {TOTAL: "co2e"} | GASES
    kept = text[text["GHG/Unit"].isin(names)]
    heads = text.drop_duplicates("key").set_index("key").rename(columns=_LEVELS)
    by_gas = {gas: kept[kept["GHG/Unit"].eq(name)].set_index("key")["value"] for name, gas in names.items()}
    table = heads.assign(**{gas: values.reindex(heads.index) for gas, values in by_gas.items()})
    table = table.reset_index(names="cell")
    # Homeworking prints its label one level lower than the full set.
    lower = table["level1"].eq("")
    table = table.assign(level1=table["level1"].mask(lower, table["level2"]),
                         level2=table["level2"].mask(lower, ""), row=range(len(table)))
    return table[COLUMNS]
