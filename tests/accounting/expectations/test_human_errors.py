"""Human errors in files of three invented firms, with verdicts in `errors.csv`: a few each time, all as torture.

first_year: "breach" (or refused), "shown" (on the first page by a list), or "none" (nothing in its records tells).
"""

from __future__ import annotations

import dataclasses
import functools
import random
import re
import tempfile
from pathlib import Path

import invented_firms
import pandas as pd
import pytest
from human_errors import with_error

from carbon.accounting.company import inventory
from carbon.accounting.expectations.expected import Past, expected_of
from carbon.accounting.result import Inventory
from carbon.core.errors import CarbonError
from carbon.params.files.project import Project
from carbon.reports.exhibits.unexpected import to_check
from carbon.reports.words.language import Words

ERRORS = pd.read_csv(Path(__file__).with_name("errors.csv"), dtype=str, keep_default_na=False).to_dict("records")
SOME = random.Random(22).sample([line for line in ERRORS if line["firm"] == "nursery"], 2)
"""A few of one firm, each time the same."""
LISTS = r"(?:No records at all of|No spend at all on|\d+ people are employed|Read as zero throughout)[^<]*"
FACT = r"rows in \d+ of 12 months|of the amounts below zero|largest row"


def of_year(firm: str, year: int, files: invented_firms.Tables) -> Inventory:
    """The inventory of one year alone."""
    with tempfile.TemporaryDirectory() as folder:
        invented_firms.write(Path(folder), firm, year, files)
        made = inventory(firm, year, project=Project(Path(folder)))
        assert len(made.measures)  # before the folder is gone
        return dataclasses.replace(made, past=Past)


@functools.cache
def honest(firm: str) -> Inventory:
    """The firm's year without an error."""
    return of_year(firm, 2024, invented_firms.tables(firm, 2024))


@functools.cache
def past(firm: str) -> Past:
    """The measures of three years before."""
    files = {year: invented_firms.tables(firm, year) for year in invented_firms.YEARS}
    return Past({year: of_year(firm, year, of).measures for year, of in files.items()})


def lines(made: Inventory) -> dict[str, str]:
    """The lines of a first page, by what they are of; amounts of the smaller streams a line each."""
    page = str(to_check(made, Words("en"), 1)).replace("\u00a0", " ")
    found = [line for line in re.findall("<li>([^<]*)", page) if "would go unnoticed" not in line]
    small = [part for line in found if line.startswith("Smaller: ") for part in line[9:].rstrip(".").split("; ")]
    large = [line.partition(":")[::2] for line in found if not line.startswith("Smaller: ")]
    amounts = [re.match(r"(.*?) (-?[\d.,]+ \S+)$", part) for part in small]
    return dict(large) | {amount[1]: amount[2] for amount in amounts if amount}


def shown(made: Inventory, firm: str) -> list[str]:
    """What the page has that it has not of the honest year: a kind or group, an amount three times off, odd rows."""
    before, now, found = lines(honest(firm)), lines(made), []
    for name, line in now.items():
        earlier = before.get(name, "")
        if re.fullmatch(LISTS, name):
            more = {*line.rstrip(".").split("; ")} - {*earlier.rstrip(".").split("; ")}
            found += [f"{name}: {more}"] if more or name not in before else []
            continue
        ratio = number(line) / number(earlier) if number(earlier) else 1.0
        odd = {*re.findall(FACT, line)} - {*re.findall(FACT, earlier)}
        found += [f"{name}: x {ratio:.3g} {odd or ''}"] if odd or not 1 / 3 < ratio < 3 else []
    return found


def number(line: str) -> float:
    """The amount of a line."""
    amount = re.match(r"\s*(-?[\d.,]+) ", f"{line} ")
    return float(amount[1].replace(",", "")) if amount else 0.0


def verdict(line: dict[str, str]) -> str:
    """How a first year has an error."""
    firm = line["firm"]
    try:
        made = of_year(firm, 2024, with_error(invented_firms.tables(firm, 2024), line))
    except CarbonError:
        return "breach"
    return "breach" if len(made.breaches()) else "shown" if shown(made, firm) else "none"


@pytest.mark.parametrize("line", SOME, ids=[line["error"] for line in SOME])
def test_an_error_of_a_first_year_is_on_its_first_page(line: dict[str, str]):
    """Refused, a breach or on a list of the page, as the table has it."""
    assert verdict(line) == line["first_year"]


@pytest.mark.torture
@pytest.mark.parametrize("firm", invented_firms.MADE)
def test_an_honest_year_of_a_firm_has_no_breach(firm: str):
    """With its past and without: whatever is said of it is shown, and nothing is claimed."""
    assert not len(honest(firm).breaches())
    assert not len(expected_of(honest(firm), honest(firm).measures, past(firm)).breaches)


@pytest.mark.torture
@pytest.mark.parametrize("line", ERRORS, ids=[f"{line['firm']}: {line['error']}" for line in ERRORS])
def test_each_error_is_where_the_table_has_it(line: dict[str, str]):
    """Without a past as `first_year` has it; with one refused or a breach, but for the few of `with_past`."""
    assert verdict(line) == line["first_year"]
    try:
        made = of_year(line["firm"], 2024, with_error(invented_firms.tables(line["firm"], 2024), line))
    except CarbonError:
        return
    found = expected_of(made, made.measures, past(line["firm"])).breaches
    assert bool(len(found)) == (line["with_past"] == "breach")
