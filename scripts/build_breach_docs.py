"""Write what the tool prints of ten human errors into docs/how-to/something-looks-wrong.md.

    python scripts/build_breach_docs.py

Each error is put into a copy of an example company's records for 2025, which is compared with its years before. A block
that begins with `<!-- breach: NAME -->` is replaced by the breach with the most tonnes at stake.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import carbon as cb
from carbon.accounting.company import inventory_of, library_of
from carbon.accounting.expectations.expected import Past
from carbon.accounting.expectations.words import facts
from carbon.params.files.project import Project
from carbon.records.files.company import read_company

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "how-to" / "something-looks-wrong.md"
COMPANY, YEAR, EARLIER = "petit-studio", 2025, (2022, 2023, 2024)
BLOCK = re.compile(r"<!-- breach: (\w+) -->\n```text\n.*?\n```", re.DOTALL)
FILES = {"electricite.csv": "utf-8", "gaz.csv": "iso-8859-15", "deplacements.csv": "utf-8",
         "000000000FEC20251231.txt": "iso-8859-15"}
Cell = Callable[[str], str]


def _number(cell: str) -> float:
    return float("".join(c for c in cell.replace(",", ".") if c in "0123456789."))


def times(factor: float) -> Cell:
    """Return a change of a cell to a number so many times as large; a cell without a number stays."""
    return lambda cell: f"{_number(cell) * factor:.2f}".replace(".", ",") if cell[:1].isdigit() else cell


def column(text: str, name: str, change: Cell, *, where: Mapping[str, str] | None = None) -> str:
    """Return the text of a file with the cells of one column changed, in the rows that have the words of `where`."""
    head, *lines = [line.split(";") for line in text.split("\n")]
    at = head.index(name)
    for cells in lines:
        row = dict(zip(head, cells, strict=False))
        if len(cells) == len(head) and all(row[key] == word for key, word in (where or {}).items()):
            cells[at] = change(cells[at])
    return "\n".join(";".join(cells) for cells in (head, *lines))


def until(text: str, day: str) -> str:
    """Return a ledger up to a day, its entries of later days missing."""
    head, *lines = text.split("\n")
    return "\n".join([head, *(line for line in lines if line and line.split("\t")[3] <= day)]) + "\n"


def without(text: str, part: str) -> str:
    """Return the text of a file without the lines that hold a part."""
    return "\n".join(line for line in text.split("\n") if part not in line)


ERRORS: dict[str, tuple[str, Callable[[str], str]]] = {
    "watt_hours": ("electricite.csv", lambda text: column(text, "Quantité", times(1000))),
    "megawatt_hours": ("gaz.csv", lambda text: text.replace(";kWh PCS;", ";MWh PCS;")),
    "cubic_metres": ("gaz.csv", lambda text: text.replace(";kWh PCS;", ";m3;")),
    "a_digit_too_many": ("gaz.csv", lambda text: text.replace(";2 875;", ";28 750;")),
    "a_comma_lost": ("electricite.csv", lambda text: column(text, "Montant HT", times(100))),
    "distance": ("deplacements.csv", lambda text: column(text, "Distance (km)", times(10), where={"Moyen": "train"})),
    "nights": ("deplacements.csv", lambda text: column(text, "Nuits", times(10))),
    "cut_off": ("000000000FEC20251231.txt", lambda text: until(text, "20250930")),
    "twice": ("deplacements.csv", lambda text: text.rstrip("\n") + "\n" + text.split("\n", 1)[1]),
    "no_flights": ("deplacements.csv", lambda text: without(text, ";avion;")),
}
"""Name -> the file that is wrong and what is wrong with it."""


def copy_of(folder: Path) -> Project:
    """Return a project of the example company alone, whose files may be changed."""
    for part in ("params", "data/raw", "data/ledger"):
        shutil.copytree(ROOT / part / COMPANY, folder / part / COMPANY)
    shutil.copy(ROOT / "params" / f"{COMPANY}.yml", folder / "params")
    years = ", ".join(map(str, (*EARLIER, YEAR)))
    (folder / "params" / "runs.yml").write_text(
        f"notebook: notebooks/annual_report.ipynb\nruns: [{{company: {COMPANY}, years: [{years}]}}]\n")
    return Project(folder)


def breaches_by_error() -> dict[str, pd.DataFrame]:
    """Return the breaches of each error, most tonnes at stake first."""
    past = Past({year: cb.inventory(COMPANY, year, project=Project(ROOT)).measures for year in EARLIER})
    with TemporaryDirectory() as folder:
        project = copy_of(Path(folder))
        return {name: _breaches(project, past, *error) for name, error in ERRORS.items()}


def _breaches(project: Project, past: Past, name: str, change: Callable[[str], str]) -> pd.DataFrame:
    path = project.raw(COMPANY, YEAR) / name
    right = path.read_bytes()
    text = right.decode(FILES[name])
    wrong = change(text)
    if wrong == text:
        raise ValueError(f"{name}: nothing was changed")
    path.write_bytes(wrong.encode(FILES[name]))
    try:
        records = read_company(COMPANY, YEAR, project=project)
        inventory = inventory_of(records, library_of(records, project))
    finally:
        path.write_bytes(right)
    return replace(inventory, past=lambda: past).breaches()


def filled(page: str, breaches: Mapping[str, pd.DataFrame]) -> str:
    """Return the page with the words of each breach in its block."""
    def block(match: re.Match[str]) -> str:
        first = {str(key): value for key, value in breaches[match[1]].iloc[0].to_dict().items()}
        return f"<!-- breach: {match[1]} -->\n```text\nwarning ({first['code']}): {facts(first)}\n```"
    return BLOCK.sub(block, page)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), breaches_by_error()), encoding="utf-8")
