"""Requests that narrow an interval, as a workbook to send, and its answers as lines of uncertainty.csv."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pydantic

from carbon.accounting.result import Inventory
from carbon.core.errors import ParamsError
from carbon.core.text import make_inert
from carbon.core.units import KG_PER_T
from carbon.emissions.uncertainty.requests import requests_of
from carbon.emissions.uncertainty.shown import shown_ends
from carbon.params.shapes.faults import fault_words
from carbon.params.shapes.uncertainty import StatedUncertainty
from carbon.reports.tables.plan import with_headings
from carbon.reports.words.language import Words
from carbon.runs.desk.sheet import cells_of
from carbon.runs.publish import write_atomic

ANSWERS = ("percent", "low_percent", "high_percent", "evidence")
"""Empty columns that whoever is asked fills in, as in params/<company>/uncertainty.csv."""
KEYS = ("of", "id")
READ_BY_PEOPLE = ["who", "ask", "effort", "interval_now_t", "interval_after_t"]
"""Columns of the sheet in the words of who is asked; of, id and the headings are read back as they are."""


def requests_sheet(inventory: Inventory, *, n: int = 20) -> pd.DataFrame:
    """Return the requests for the headline total as a sheet: who, ask, tonnes, intervals, columns to fill in."""
    figure = f"total-{inventory.params.scope2_headline.removesuffix('-based')}"
    table = requests_of(inventory.uncertainty(), figure, n)
    total = inventory.uncertainty().of(figure).value_kg / KG_PER_T
    ends = {"now": ("low_kg", "high_kg"), "after": ("low_after_kg", "high_after_kg")}
    intervals = {name: ["{:g} to {:g}".format(*shown_ends(low / KG_PER_T, total, high / KG_PER_T))
                    for low, high in zip(table[columns[0]], table[columns[1]], strict=True)]
             for name, columns in ends.items()}
    return table[["of", "id", "who", "ask", "effort", "rows"]].assign(
        co2e_t=table["co2e_kg"] / KG_PER_T, interval_now_t=intervals["now"], interval_after_t=intervals["after"],
        narrows=table["narrows"], **dict.fromkeys(ANSWERS, ""))


def write_requests(inventory: Inventory, path: Path, *, n: int = 20, language: str = "en") -> int:
    """Write the requests as a workbook and return the number of its lines.

    language: Of the title and of what people read; in another one than English a line above the headings explains them.
    """
    from carbon.reports.export import new_book

    table, out, words = requests_sheet(inventory, n=n), BytesIO(), Words(language)
    shown = with_headings(table[READ_BY_PEOPLE], language=language)
    table[READ_BY_PEOPLE] = shown.to_numpy()
    heads = [list(table.columns)]
    if language != "en":
        heads.insert(0, ["" if c in KEYS else words(f"column.{c}") for c in table.columns])
    book, _ = new_book(out)
    sheet = book.add_worksheet("requests")
    sheet.write_string(0, 0, words("title.requests_sheet"))
    for at, names in enumerate(heads, start=1):
        sheet.write_row(at, 0, names)
    for column, values in enumerate(table[c] for c in table.columns):
        for row, value in enumerate(values.tolist(), start=1 + len(heads)):
            if isinstance(value, str):
                sheet.write_string(row, column, make_inert(value))
            else:
                sheet.write_number(row, column, value)
    sheet.freeze_panes(1 + len(heads), 2)
    book.close()
    write_atomic(Path(path), out.getvalue())
    return len(table)


def read_answers(path: Path) -> list[StatedUncertainty]:
    """Return the answers of a workbook, checked as lines of uncertainty.csv; lines without an answer stay open.

    Raises FileRefused: The file cannot be read with certainty; ParamsError: Headings are missing, or an answer is of a
    line that uncertainty.csv cannot state, or no valid statement, e.g. without evidence; the row is named.
    """
    path = Path(path)
    lines = cells_of(path, (*KEYS, *ANSWERS), "keep one sheet with the headings that write_requests wrote")
    answers = [(line, {c: line[c] for c in ANSWERS if line[c]}) for line in lines.to_dict("records")]
    return [_answer(line, cells, f"{path.name}, row {line['row']}") for line, cells in answers if cells]


def save_answers(answers: list[StatedUncertainty], path: Path) -> int:
    """Add answers to params/<company>/uncertainty.csv and return the number of its lines; a later answer replaces one.

    Raises ParamsError: The file that is there has other columns, or cells that its headings do not name.
    """
    path, columns = Path(path), list(StatedUncertainty.model_fields)
    lines: dict[tuple[str, str], dict[str, str]] = {}
    if path.is_file():
        old = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        if strange := sorted(set(old.columns) - set(columns)):
            raise ParamsError(f"{path.name} has unknown columns {strange}", hint=f"columns: {', '.join(columns)}")
        lines = {(of, id_): dict(zip(old.columns, cells, strict=True)) for of, id_, cells in zip(
            old["of"], old["id"], old.to_numpy(dtype=object).tolist(), strict=True)}
    for answer in answers:
        given_fields = answer.model_dump(exclude_defaults=True)
        lines[answer.of, answer.id] = {c: _written(c, v) for c, v in given_fields.items()}
    used_columns = [c for c in columns if c in {*KEYS, *ANSWERS} or any(line.get(c) for line in lines.values())]
    table = pd.DataFrame([{c: line.get(c, "") for c in used_columns} for line in lines.values()], columns=used_columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, table.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    return len(table)


def _written(column: str, value: object) -> str:
    """Return a value as uncertainty.csv has it; of percentages below 1 with their sign, without which it asks."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:g} %" if column in ANSWERS and 0 < abs(value) < 1 else f"{value:g}"


def _answer(line: Mapping[Any, str], given_cells: dict[str, str], where: str) -> StatedUncertainty:
    if not line.get("of"):
        raise ParamsError(f"{where}: this answer belongs in other params than uncertainty.csv ({line.get('ask', '')})",
                          hint="a contract, a factor or a rate goes into its own file; clear the cells of the answer")
    try:
        return StatedUncertainty.model_validate({"of": line["of"], "id": line["id"], **given_cells})
    except pydantic.ValidationError as wrong:
        raise ParamsError(f"{where}: {fault_words(wrong, of_all='row')}", hint="give percent, or low_percent with "
                          "high_percent, as 12.5, and the evidence") from None
