"""
The UK full set (DESNZ) as one long table of figures, each with the cell it stands in.

Layout, the same since 2024: one sheet an activity, several tables a sheet, each with its own header row
("Activity | labels ... | Unit | [Year] | kg CO2e ..."); labels only on the first row of a group; fuel or load as a
column group one row above the header. Methane and nitrous oxide are in kg CO2e.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from carbon.core.errors import FileRefused

COLUMNS = ["sheet", "row", "level1", "level2", "level3", "unit", "group", "co2e", "co2", "ch4", "n2o", "cell"]
TOTAL = "kg CO2e"
GASES = {"kg CO2e of CO2 per unit": "co2", "kg CO2e of CH4 per unit": "ch4", "kg CO2e of N2O per unit": "n2o"}


def read_cells(path: Path) -> tuple[int, pd.DataFrame]:
    """
    Edition and all figures of a full-set workbook.

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
    sheets = {name: _frame(workbook, name) for name in workbook.sheet_names}
    tables = [table for name, frame in sheets.items() for table in _tables(name, frame)]
    return _edition(sheets["Fuels"], path), pd.concat(tables, ignore_index=True)[COLUMNS]


def _frame(workbook: CalamineWorkbook, name: str) -> pd.DataFrame:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return pd.DataFrame(rows, dtype=object)


def _edition(fuels: pd.DataFrame, path: Path) -> int:
    place = fuels.eq("Year:").stack()
    hits = place[place].index
    if len(hits) == 0:
        raise FileRefused(f"{path.name}: no cell \"Year:\" on the sheet \"Fuels\"", code="no_edition",
                          what_to_do="check that the file is the publisher's own")
    row, column = hits[0]
    return int(fuels.loc[row, column + 1])


def _tables(sheet: str, frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    text = frame.map(lambda cell: " ".join(str(cell).split()))
    heads = text.index[text.eq("Unit").any(axis=1) & text.isin([TOTAL, *GASES]).any(axis=1)]
    for head in heads:
        unit = text.columns[text.loc[head].eq("Unit")][0]
        empty = text.index[(text.index > head) & text[unit].eq("")]
        body = slice(head + 1, (empty[0] if len(empty) else len(text)) - 1)
        yield from _columns(sheet, frame, text, head, unit, body)


def _columns(sheet: str, frame: pd.DataFrame, text: pd.DataFrame, head: int, unit: int,
             body: slice) -> Iterator[pd.DataFrame]:
    labels = _labels(text.loc[body, : unit - 1])
    groups = text.loc[head - 1].where(text.columns > unit, "").replace("", pd.NA).ffill().fillna("")
    starts = [c for c in text.columns if c > unit and text.loc[head, c] == TOTAL]
    lone = [] if starts else [c for c in text.columns if text.loc[head, c] in GASES]
    for start in starts or lone:
        parts = {GASES[text.loc[head, c]]: c for c in text.columns[start:start + 4] if _of(text, head, c, start)}
        figures = {name: pd.to_numeric(frame.loc[body, column], errors="coerce")
                   for name, column in ({"co2e": start} if starts else {} | {}).items()}
        figures |= {name: pd.to_numeric(frame.loc[body, column], errors="coerce") for name, column in parts.items()}
        rows = labels.index + 1
        yield labels.assign(sheet=sheet, row=rows, unit=text.loc[body, unit], group=groups[start],
                            cell=sheet + "!" + _letter(start) + rows.astype("str"),
                            **{"co2e": float("nan"), "co2": float("nan"), "ch4": float("nan"),
                               "n2o": float("nan")} | figures)


def _of(text: pd.DataFrame, head: int, column: int, start: int) -> bool:
    between = text.loc[head, start + 1 : column]
    return text.loc[head, column] in GASES and not between.eq(TOTAL).any()


def _labels(text: pd.DataFrame) -> pd.DataFrame:
    # A label holds until the next one; a new label on a higher level ends those below it.
    labels = pd.DataFrame({f"level{k}": "" for k in (1, 2, 3)}, index=text.index)
    above = pd.Series(0, index=text.index)
    for level, column in enumerate(text.columns, start=1):
        given = text[column].replace("", pd.NA)
        block = above.ne(above.shift()).cumsum()
        labels[f"level{level}"] = given.groupby(block).ffill().fillna("")
        above = above + text[column].ne("").cumsum()
    return labels


def _letter(column: int) -> str:
    first, last = divmod(column, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)
