"""`carbon init`: a folder that `carbon run` understands: one company's params, headings to fill in, notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import takewhile
from pathlib import Path
from typing import Any

from babel.numbers import get_territory_currencies

import carbon
from carbon.core.countries import codes, country_code
from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.params.files.schemas import FOLDER, modeline, schemas
from carbon.params.files.strict_yaml import parse_yaml
from carbon.params.shapes.local_text import LANGUAGES
from carbon.params.shapes.types import company_fault
from carbon.runs.desk.new_digital import NOTEBOOK, digital_estate, digital_notebook, first_steps, language_of
from carbon.runs.publish import write_file

NOTEBOOKS = ("annual_report.ipynb", "1_inventory.ipynb", "4_data_quality.ipynb", "7_plan.ipynb")
OPENED_BY_HAND = {"1_inventory.ipynb": "petit-studio", "4_data_quality.ipynb": "nuage-logiciels",
                  "7_plan.ipynb": "nuage-logiciels"}
"""Notebooks for the analyst, with the example company that they are written for."""
THEIR_OWN = "## Last year's plan"
"""A new company has no adopted plan of a year ago: its notebook ends before."""
OF_ANY_PLAN = {'limit="scope-3"': "limit=made.plan.problem.limits[-1].name", "by_stream(2030)":
               "by_stream(made.params.last_year)", "Scope 3: the cut": "The last target: the cut", " The levers are in "
               "`params/nuage-logiciels/levers.yml`; the company and every figure in it are invented.": ""}
"""Words of the notebook of the plan for the example company alone, and those for any."""
EMPTY_FOLDERS = ("data/ledger", "data/processed", "params/shared")
COMPANY, TITLE, YEAR, HOME = "my-company", "My Company", 2024, "FR"
OTHER = "OTHER"
"""Any country without a line in countries.yml."""
YEARS = range(1990, 2101)
_EURO = 1999
"""First year of the euro, before which no rate of a currency that it replaced is known."""


@dataclass(frozen=True, repr=False)
class Exports(Displayed):
    """Files of a new project by name, `files:` as YAML, sites with country, years; days of no calendar year."""

    files: dict[str, bytes]
    entries: str
    sites: dict[str, str]
    years: tuple[int, ...]
    days: tuple[date, ...] = ()


def make_project(folder: Path, *, company: str = COMPANY, year: int = YEAR, example: bool = False,
                 country: str = HOME, exports: Exports | None = None, digital: bool = False,
                 language: str = "") -> list[str]:
    """Write a new project and return the names of its files.

    `company`, `year`: Name of the company in params and folders, and the first reporting year. `example`: Three small
    invented files instead of headings only: a project that runs without a change. `country`: Code, by which the params
    start with factors, currency and grid (`defaults_of`). `exports`: Files of the company and what is known of them,
    instead of headings only. `digital`: With the files of its digital estate (`new_digital`). `language`: "en" or "fr",
    of these files and of the report; default: that of the country.

    Raises UsageError: The folder is not empty: nothing of anyone is overwritten. A name, a year, a country or a
    language that is not accepted.
    """
    if language not in ("", *LANGUAGES):
        raise UsageError(f"{language!r} is no language of reports", hint=f"--language {' or '.join(LANGUAGES)}")
    if fault := company_fault(company):
        raise UsageError(f"{company!r} is not a name for folders and params: {fault}",
                         hint="--company NAME, e.g. --company atelier-exemple")
    if year not in YEARS:
        raise UsageError(f"{year} is not a reporting year", hint=f"{YEARS.start} to {YEARS.stop - 1}")
    facts = defaults_of(country, year)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder", hint="name a new folder: carbon init DIR")
    files = {_named(name, company, year): _of_country(_filled_in(name, data, company, year, example), country, facts)
             for name, data in _template()}
    spoken = language or language_of(country)
    estate = digital_estate(company, country, spoken) if digital else {}
    if exports is not None:
        files = {name: _of_exports(name, data, company, exports) for name, data in files.items()
                 if not name.startswith("data/raw/")} | exports.files
    if estate or language:
        params = f"params/{company}.yml"
        files[params] = files[params].replace(b"\nlanguage: en ", f"\nlanguage: {spoken} ".encode())
    if estate:
        files["START.md"] += _filled_in("START.md", first_steps(spoken), company, year, example)
    files = {name: _modeline(name) + data for name, data in (files | estate).items()}
    files |= {name: json.dumps(schema, indent=1).encode() + b"\n" for name, schema in schemas().items()}
    files |= {f"notebooks/{name}": _for_company(name, company, year) for name in NOTEBOOKS}
    if estate:
        files[f"notebooks/{NOTEBOOK}"] = digital_notebook(notebook(NOTEBOOK), company, year, spoken)
    for name in EMPTY_FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, data in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, data)
    return sorted(files)


@cache
def defaults_of(country: str, year: int | None = None) -> dict[str, Any]:
    """Return what the params of a country start with: currency, `also` in use, chain, other, life_cycle_grid.

    `year`: A Croatian ledger of 2022 is in kuna. None: today.

    Raises UsageError: No code of a country with a currency in use.
    """
    on = date(max(year, _EURO), 12, 31) if year else date.today()
    currencies = get_territory_currencies(country, on, on) if country in codes() else []
    if not currencies:
        raise UsageError(f"{country!r} is not the code of a country",
                         hint=f"--country {country_code(country) or 'CODE, e.g. SE for Sweden'}")
    text = (resources.files("carbon.runs") / "data" / "countries.yml").read_text(encoding="utf-8")
    lines = parse_yaml(text, "countries.yml").values
    facts = {key: [country if code == OTHER else code for code in codes]
             for key, codes in lines.get(country, lines[OTHER]).items()}
    return {**facts, "currency": currencies[0], "also": currencies[1:]}


def _of_country(data: bytes, country: str, facts: Mapping[str, Any]) -> bytes:
    """Return a file of the template, which is French, with the defaults of a country."""
    if country == HOME:
        return data
    either = f" or {' or '.join(facts['also'])}, by the company's books;" if facts["also"] else ""
    home, own_sources = defaults_of(HOME), "".join(f"{source}, " for source in facts.get("sources", ()))
    words = [(f"other: [{', '.join(home['other'])}]", f"other: [{', '.join(facts['other'])}]"),
             (f"    {HOME}: [{', '.join(home['chain'])}]", f"    {country}: [{', '.join(facts['chain'])}]"),
             (f"life_cycle_grid: [{HOME}]", f"life_cycle_grid: [{', '.join(facts['life_cycle_grid'])}]"),
             (f"country: {HOME} ", f"country: {country} "), (f"currency: {home['currency']} #",
                                                             f"currency: {facts['currency']} #{either}"),
             (f"{{office: {HOME}}}", f"{{office: {country}}}"), (f",{HOME},", f",{country},"),
             ("allow_mixed_gwp: [", f"allow_mixed_gwp: [{own_sources}"), ("prefer: [", f"prefer: [{own_sources}"),
             (f",{HOME}\n", f",{country}\n"), (f",{home['currency']},", f",{facts['currency']},")]
    text = data.decode("utf-8")
    for before, after in words:
        text = text.replace(before, after)
    return text.encode("utf-8")


def _of_exports(name: str, data: bytes, company: str, exports: Exports) -> bytes:
    """Return a parameter file of the template with the entries, sites and years that exports have."""
    text = data.decode("utf-8")
    if name == f"params/{company}.yml":
        listed = re.search(r"(?m)^files:\n(?:  - .*\n)+", text)
        sites = "\n".join(f"  {json.dumps(site, ensure_ascii=False)}: {country}" for site, country in
                          exports.sites.items())
        text = text.replace(listed[0] if listed else "files:\n", exports.entries)
        text = re.sub(r"(?m)^sites: .*$", lambda _: "sites: # each name in the column `site`, with its country\n"
                      + sites, text) if sites else text
        if exports.days:  # which of them are the company's year is not proved
            first, last = exports.days
            note = f'"?" # its first day, "MM-DD": rows are of {first:%Y-%m-%d} to {last:%Y-%m-%d}; {last.year} is the'
            text = text.replace('starts: "01-01"', f"starts: {note} year that ends in {last.year}")
    elif name == "params/runs.yml":
        text = re.sub(r"years: \[[^\]]*\]", f"years: [{', '.join(map(str, exports.years))}]", text)
    return text.encode("utf-8")


def _modeline(name: str) -> bytes:
    """Return the first line of a parameter file, by which an editor finds its schema; nothing for other files."""
    path = Path(name)
    if path.suffix != ".yml" or path.parts[0] != "params":
        return b""
    depth = len(path.parts) - 2
    stem = path.stem if depth or path.stem == "runs" else "company"
    return modeline(stem, depth=depth).encode() if f"{FOLDER}/{stem}.json" in schemas() else b""


def _named(text: str, company: str, year: int) -> str:
    """Return a string of the template for this company: its name, its year and the year after it."""
    title = TITLE if company == COMPANY else company.replace("-", " ").title()
    named_text = text.replace(COMPANY, company).replace(TITLE, title)
    return re.sub(rf"\b({YEAR}|{YEAR + 1})\b", lambda y: str(int(y[0]) + year - YEAR), named_text)


def _filled_in(name: str, data: bytes, company: str, year: int, example: bool) -> bytes:
    """Return a file of the template for this company; of raw files only the headings, unless the example is wanted."""
    text = _named(data.decode("utf-8"), company, year)
    if name.startswith("data/raw/") and not example:
        text = text[: text.index("\n") + 1]
    return text.encode("utf-8")


def _for_company(name: str, company: str, year: int) -> bytes:
    """Return a notebook with the name of this company and without outputs; the parameterised one is not changed."""
    data = notebook(name)
    if name not in OPENED_BY_HAND:
        return data
    content = json.loads(data)
    theirs = OPENED_BY_HAND[name]
    content["cells"] = list(takewhile(lambda cell: not "".join(cell["source"]).startswith(THEIR_OWN), content["cells"]))
    for cell in content["cells"]:
        lines = [line.replace(theirs, company).replace(str(YEAR), str(year)) for line in cell["source"]]
        for example, own_text in OF_ANY_PLAN.items():
            lines = [line.replace(example, own_text) for line in lines]
        cell["source"] = [line.replace(" The company is invented.", "") for line in lines]
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _template() -> Iterator[tuple[str, bytes]]:
    root = resources.files("carbon.runs") / "data" / "new_project"
    folders = [("", root)]
    while folders:
        prefix, folder = folders.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                folders.append((f"{prefix}{entry.name}/", entry))
            elif not entry.name.startswith("."):
                yield f"{prefix}{entry.name}", entry.read_bytes()


def notebook(name: str) -> bytes:
    """Return a notebook shipped with the package: inside it when installed, next to it in a checkout.

    Raises UsageError: The installation has none.
    """
    package = Path(carbon.__file__).parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    raise UsageError(f"This installation has no notebook {name}", hint="reinstall the package")
