"""Many companies that differ in a few values: a table with a line each, written out as the parameter file of each.

The files are what runs, hashes and reviewers read; the table is where they are edited.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from carbon.core.errors import ParamsError
from carbon.params.files.company_overrides import read_strings
from carbon.params.files.load import check_company
from carbon.params.files.project import Project
from carbon.params.files.sources import extend
from carbon.params.files.strict_yaml import parse_yaml, read_text

WRITTEN = "# Written from {table} by `carbon params --write`: edit the table, not this file.\n"
_KEY = re.compile(r"[a-z_0-9]+(\.[^.]+)*")
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")


def company_files(project: Project, table: Path) -> dict[Path, str]:
    """Return the parameter file of each line of a table of companies (CSV, UTF-8).

    Its headings are `company` and keys of params with their levels joined by dots (`extends`, `name.en`,
    `employees.2024`, `sites.main.country`); an empty cell is not given. Lists are for the shared file.

    Raises ParamsError: A heading is no key, a company is there twice or has a file that was not written from the table,
    or a file would be refused: each cause once, and nothing is written.
    """
    name = project.name_of(table)
    files, faults = {}, []
    for line, values in _lines(table, name):
        company = str(values["company"])
        path = project.params_file(company)
        if path in files:
            faults.append(f"{name}:{line}: company {company!r} is on an earlier line as well")
        elif path.is_file() and not read_text(path, path.name).startswith(
                WRITTEN.format(table=name).split("by", maxsplit=1)[0]):
            faults.append(f"{name}:{line}: params/{company}.yml was not written from the table")
        files[path] = WRITTEN.format(table=name) + yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
        try:
            check_company(extend(parse_yaml(files[path], project.name_of(path)), project), company)
        except ParamsError as wrong:
            faults += wrong.what.splitlines()
    if faults:
        raise ParamsError("\n".join(dict.fromkeys(faults)), hint=f"correct {name} or the shared file it extends; "
                          "move a file of your own away, or take its company off the table")
    return files


def _lines(table: Path, name: str) -> list[tuple[int, dict[str | int, Any]]]:
    cells = read_strings(table, name)
    headings = cells.columns.tolist()
    wrong_headings = [heading for heading in headings if not _KEY.fullmatch(heading)]
    if wrong_headings or "company" not in headings:
        raise ParamsError(f"{name}:1: headings must be `company` and keys of params, each once"
                          + (f"; not {', '.join(map(repr, wrong_headings))}" if wrong_headings else ""),
                          hint="e.g. company,extends,name.en,country,employees.2024")
    return [(line, _nested(headings, row)) for line, *row in cells.itertuples(name=None)]


def _nested(headings: list[str], cells: list[str]) -> dict[str | int, Any]:
    values: dict[str | int, Any] = {"company": ""}
    for heading, cell in zip(headings, cells, strict=True):
        if not cell:
            continue
        *levels, last = heading.split(".")
        inner = values
        for level in levels:
            inner = inner.setdefault(level, {})
        inner[_number(last)] = _number(cell)
    return values


def _number(text: str) -> str | int:
    """Return a whole number without quotes in the file: editors that know the schema expect one."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text
