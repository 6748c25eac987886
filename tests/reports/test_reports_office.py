"""Workbooks as LibreOffice opens, prints and saves them: where it is installed."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import python_calamine
from example_filings import ROOT, example
from made_company import METERED, made_inventory

import carbon as cb
from carbon.params.files.levers import read_plans
from carbon.params.files.project import find_project
from carbon.reports.export import tables_book
from carbon.reports.filings import filing
from carbon.reports.workbook import workbook

OFFICE = shutil.which("soffice")
TEMPLATE = "VSME-Digital-Template-1.3.0.xlsx"
SHARED = next((folder / "shared" / "data" / "vsme" for folder in Path(__file__).parents
               if (folder / "shared" / "data" / "vsme").is_dir()), None)
PAGES, PAGE = 15, re.compile(rb"/Type\s*/Page\b(?!s)")
ERROR = re.compile(r"#(REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)|Err:\d+")
FILLED = ("Table of Contents & Validation", "General Information", "Environmental Disclosures")
"""Sheets of the template that are filled; the first has its checks."""
YEAR = "2024-01-01,2024-12-31,lyon"
pytestmark = [pytest.mark.torture, pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")]


def converted(folder: Path, books: dict[str, bytes], to: str) -> dict[str, Path]:
    """Return what LibreOffice makes of workbooks, opened without a window."""
    made = folder / to
    made.mkdir(exist_ok=True)
    for name, data in books.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    subprocess.run([str(OFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", to,
                    "--outdir", made, *(folder / f"{name}.xlsx" for name in books)],
                   check=True, capture_output=True, timeout=300)
    return {name: made / f"{name}.{to}" for name in books}


def cells(path: Path, sheets: tuple[str, ...] = ()) -> dict[tuple[str, int, int], Any]:
    """Return the values that the cells of a workbook show, by sheet, row and column."""
    book = python_calamine.load_workbook(str(path))
    return {(name, row, column): value for name in sheets or book.sheet_names
            for row, line in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1)
            for column, value in enumerate(line, start=1) if value != ""}


def is_same(value: Any, other: Any) -> bool:
    """Return whether two cells are equal, numbers to the 15 digits that LibreOffice saves."""
    return value == (pytest.approx(other, rel=1e-14) if isinstance(other, float) else other)


def test_the_workbook_of_a_report_prints_and_comes_back(tmp_path: Path, make: Any, report_of: Any):
    """The workbook for finance is printed on fifteen pages at most, in both languages; saved again by LibreOffice, it
    and the long tables have every sheet, every value and every chart, and no error.
    """
    report = report_of(make())
    books = {"workbook": workbook(report), "tables": tables_book(report),
             "classeur": workbook(dataclasses.replace(report, language="fr"))}
    pages = {name: len(PAGE.findall(path.read_bytes())) for name, path in converted(tmp_path, books, "pdf").items()}
    again = converted(tmp_path, books, "xlsx")

    assert all(8 < pages[name] <= PAGES for name in ("workbook", "classeur")), pages
    for name, path in again.items():
        before, after = cells(tmp_path / f"{name}.xlsx"), cells(path)
        assert {place: (before.get(place), after.get(place)) for place in before | after
                if not is_same(before.get(place), after.get(place))} == {}
        assert not any(ERROR.match(str(value)) for value in after.values())
    charts = [[len(sheet._charts) for sheet in openpyxl.load_workbook(path)]
              for path in (tmp_path / "workbook.xlsx", again["workbook"])]
    assert charts[0] == charts[1] and sum(charts[0]) >= 4


@pytest.mark.skipif(SHARED is None, reason="EFRAG's files are not beside the project")
def test_the_filled_template_is_computed_by_libreoffice(tmp_path: Path):
    """LibreOffice computes the filled template of VSME anew: its own checks of energy and greenhouse gases are OK, each
    number is the one that was written, and no cell has an error that the empty template has not.
    """
    assert SHARED is not None
    empty = (SHARED / TEMPLATE).read_bytes()
    files = {"energy": f"{METERED}{YEAR},electricity,1000,kWh,x,m1\n{YEAR},natural_gas,9000,kWh_HHV,x,m2\n"
                       f"{YEAR},electricity.solar_pv,0,kWh,x,m3\n"}
    company = made_inventory(tmp_path / "project", files, vsme_module="basic", identifier="EUID:FRX.1", targets="[]")
    years = SimpleNamespace(recalculated=False, table=company.table.assign(gwp="AR5GWP100", boundary="", source=""))
    filled = filing("vsme", company, years, template=(TEMPLATE, empty)).attached["vsme-template-1.3.0.xlsx"]
    books = converted(tmp_path, {"empty": empty, "filled": filled}, "xlsx")
    again, written = cells(books["filled"], FILLED), cells(tmp_path / "filled.xlsx", FILLED)

    checks = {again[FILLED[0], row, 2]: again[FILLED[0], row, 3] for row in (6, 20, 22, 23, 24)}
    assert set(checks.values()) == {"OK"}, checks
    assert {place: (value, again.get(place)) for place, value in written.items()
            if isinstance(value, float) and not is_same(again.get(place), value)} == {}
    errors = [{place: value for place, value in of.items() if ERROR.match(str(value))}
              for of in (cells(books["empty"], FILLED), again)]
    assert errors[0] == errors[1]


@pytest.mark.skipif(SHARED is None, reason="EFRAG's files are not beside the project")
def test_the_filled_template_of_each_example_has_no_open_check_but_what_the_company_did_not_state(tmp_path: Path):
    """Identity, module, energy, greenhouse gases, intensity, targets and main actions of each example are OK in
    LibreOffice; cap-conseil alone, whose target is market-based, has no location-based one: it is told so.
    """
    assert SHARED is not None
    project, empty = find_project(ROOT), (TEMPLATE, (SHARED / TEMPLATE).read_bytes())
    made = {name: filing("vsme", example(name, 2024), cb.inventories(name, project=project).restated(),
                         plans=read_plans(name, project=project), template=empty)
            for name in ("petit-studio", "nuage-logiciels", "cap-conseil")}
    books = converted(tmp_path, {name: one.attached["vsme-template-1.3.0.xlsx"] for name, one in made.items()}, "xlsx")
    checks, open_checks = (6, 12, 20, 21, 22, 23, 24, 53, 54, 55), {}
    for name, path in books.items():
        of_book = cells(path, FILLED)
        open_checks[name] = {row for row in checks if of_book[FILLED[0], row, 3] != "OK"}

    assert open_checks == {"petit-studio": set(), "nuage-logiciels": set(), "cap-conseil": {20, 23, 24}}
    told = made["cap-conseil"].missing().set_index("text")["what"]
    assert "GrossLocationBasedScope2GreenhouseGasEmissions (TargetYearMember)" in told[
        told.index.str.startswith("No target of params is on exactly these scopes")].iloc[0]
