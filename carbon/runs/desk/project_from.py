"""`carbon init --from FILES`: a project proposed from a folder of exports; what is not certain stays a comment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from carbon.core.errors import UsageError
from carbon.records.files.company import inside
from carbon.records.grids.sources import is_data_file
from carbon.records.kinds.contract import ProjectContext
from carbon.runs.desk.file_maps import Desk, OpenFile, open_lines, pattern_of
from carbon.runs.desk.map_entry import constant_of
from carbon.runs.desk.new_project import Exports, defaults_of, make_project
from carbon.runs.desk.params_text import entry_lines

MOST_DAYS_OF_A_YEAR, OF_ONE_BILL = 400, pd.Timedelta(days=62)
SITE, COUNTRY = "office", "columns.country"
"""Site that is offered where a file of meters names none; key of the question of the country."""


def desk_of(paths: Iterable[Path], *, company: str, country: str, year: int | None = None) -> tuple[Desk, list[str]]:
    """Return the exports of a new company on a desk, and the names of files that hold no data.

    `paths`: Files, or folders with files. `year`: Of all files; None: by the dates in each, and a file of several years
    is asked for.

    Raises UsageError: No such file, no data file, two files of one name, or no such country.
    """
    currency = defaults_of(country, year)["currency"]
    places = [file for path in paths for file in (inside(path) if path.is_dir() else [path])]
    data = [path for path in places if is_data_file(path)]
    missing = [path for path in places if not path.is_file()]
    names = [path.name for path in data]
    again = {name for name in names if names.count(name) > 1}
    if missing or not data or again:
        what = f"{missing[0].name}: no such file" if missing else "No data file" if not data else \
            f"two files are called {min(again)}"
        raise UsageError(f"{what} to make a project from", hint="carbon init DIR --from FOLDER")
    context = ProjectContext(company, declared=True, home=frozenset({country}), currency=currency)
    offered = {"currency": currency, "country": country, "site": SITE}
    files = [OpenFile(path, path.name, pattern_of(path.name, year), context, defaults=offered, asks_year=True,
                      years=(year,) if year else ()) for path in data]
    desk = Desk(files)
    for one in files:
        one.read()
    return desk, [path.name for path in places if not is_data_file(path)]


def locate(desk: Desk) -> dict[str, str]:
    """Return each site with the country that was answered for every row of its file, and let the site state it there.

    A site that comes later is then rejected until params give its country, where a value for every row would hide it.
    """
    sites: dict[str, str] = {}
    for one in desk.files:
        country = constant_of(one.answers.get(COUNTRY, ""))
        if country and one.map.sites and all(sites.get(site, country) == country for site in one.map.sites):
            sites |= dict.fromkeys(one.map.sites, country)
            del one.answers[COUNTRY]
    for one in desk.files:
        if sites and one.context.sites != sites:
            one.context = replace(one.context, sites=sites)
            one.read()
    return sites


def years_of(one: OpenFile, desk: Desk) -> tuple[int, ...]:
    """Return the years that a file is copied to: as answered, that of its dates, or the only one of the others."""
    own_years = one.years or (one.map.years if len(one.map.years) == 1 else ())
    others = {y for other in desk.files for y in (other.years or other.map.years) if len(other.map.years) <= 1}
    return own_years or (tuple(others) if len(others) == 1 and not one.map.years else ())


def write_project(folder: Path, desk: Desk, *, company: str, country: str, digital: bool = False,
                  language: str = "") -> list[str]:
    """Write the project of a desk of exports, `digital` with its digital estate, and return the names of its files.

    Files are copied into data/raw/<company>/<year>/; the entry of a file with an open question is a comment.

    Raises UsageError: A file whose year is not known; see also `make_project`.
    """
    sites = locate(desk) or {SITE: country}
    years = {one.name: years_of(one, desk) for one in desk.files}
    without = [name for name, of_file in years.items() if not of_file]
    if without:
        raise UsageError(f"{without[0]}: the year of its rows is not certain", hint="answer `year`, or give --year")
    copies = {f"data/raw/{company}/{year}/{one.name}": one.path.read_bytes() for one in desk.files
              for year in years[one.name]}
    all_years = tuple(sorted({year for of_file in years.values() for year in of_file}))
    entries = "files:\n" + "".join(_lines(one, years[one.name]) for one in desk.files)
    if not any(one.is_settled for one in desk.files):
        entries = entries.replace("files:\n", "files: []\n", 1)
    exports = Exports(copies, entries, sites, all_years, _days_of_no_calendar_year(desk, all_years))
    return make_project(folder, company=company, year=all_years[0], country=country, digital=digital,
                        language=language, exports=exports)


def _days_of_no_calendar_year(desk: Desk, years: tuple[int, ...]) -> tuple[pd.Timestamp, ...]:
    """Return the first and last day of exports of a year that begins in another month; () where nothing proves it."""
    days = [day for one in desk.files for day in one.map.days]
    if not days or len(years) > 1 or (max(days) - min(days)).days > MOST_DAYS_OF_A_YEAR:
        return ()
    january, new_year = (pd.Timestamp(year, 1, 1) for year in (years[0], years[0] + 1))
    is_other = min(days) < january - OF_ONE_BILL or max(days) >= new_year + OF_ONE_BILL
    return (min(days), max(days)) if is_other else ()


def _lines(one: OpenFile, years: tuple[int, ...]) -> str:
    """Return the entry of a file, or its entry and its questions as comments."""
    notes = {"": f"{one.name}: kind {one.map.why or 'not known'}", **one.notes}
    entry = entry_lines({**(one.entry or {"kind": "?"}), "pattern": pattern_of(one.name, years[-1])}, notes)
    if one.is_settled:
        return entry
    lines = [*entry.splitlines(), *(f"  {line}" for line in open_lines(one)), f"  answer: carbon map {one.name}"]
    return "".join(f"  # {line.removeprefix('  ').removeprefix('# ')}\n" for line in lines)
