"""Filings of every format."""

from __future__ import annotations

import dataclasses
import io
import re
from typing import Any

import openpyxl
import pytest
from example_filings import COUNTS, each_example, example

from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import LOCATION
from carbon.core.text import LIVE
from carbon.reports.filings import FORMATS, filing, reconciliation
from carbon.reports.words.language import Words, strings


@each_example
def test_every_format_keeps_the_total_of_the_example_companies(company: str, year: int):
    """BEGES and ISO count scope 2 location-based, GHG Protocol and ESRS by the headline method: no gram more or
    less.
    """
    inv = example(company, year)
    method = {"beges_v5": LOCATION, "iso_14064_1": LOCATION, "vsme": LOCATION}
    for name, count in COUNTS.items():
        found = count(inv)
        assert found.total_t == inv.total(method.get(name, inv.params.scope2_headline)) / 1000
        assert (found.counted["line"] != "").all()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_of_a_filing(make: Any, history: Any, format: str, language: str):
    """A workbook with frozen headings and real numbers, a CSV a table, no live formula, the same bytes twice."""
    hostile = make(lambda a: a.assign(supplier="=1+1", site="@lyon"), language=language, name={language: "=Atelier"})
    made = filing(format, hostile, history)
    files = made.files()
    book = openpyxl.load_workbook(io.BytesIO(files[f"{format}.xlsx"]))

    assert files == filing(format, hostile, history).files()
    assert book.sheetnames == [made.words(f"filing.tab.{name}") for name in made.tables]
    assert {sheet.freeze_panes for sheet in book} == {"B4"}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    assert all(c.quotePrefix for c in cells if isinstance(c.value, str) and LIVE.match(c.value))
    assert any(isinstance(c.value, float) for c in cells)
    assert not any(cell.startswith(("=", "@")) for name in files if name.endswith(".csv")
                   for line in files[name].decode().splitlines() for cell in line.split(","))


def test_what_is_missing_before_a_filing_is_sent_is_listed(make: Any, history: Any):
    """A line without records and one with a part of its figure, with its reason; a category that the company excludes
    with a reason is answered; the transition plan of BEGES without a line; what ESRS lists as not stated, whole.
    """
    company = make(language="fr")
    states = company.table["status"].mask(company.table["category"] == 4, "no records").mask(
        company.table["scope"] == "1", "partly: lpg")
    company = dataclasses.replace(company, table=company.table.assign(status=states))
    words, esrs = Words("fr"), filing("esrs_e1", company, history)
    found = {name: filing(name, company, history).missing() for name in ("ghg_protocol", "beges_v5")}
    lines = found["ghg_protocol"]
    assert any(words.term("status", "no records") in text for text in lines["text"])
    assert any(text.endswith("lpg") for text in lines["text"])
    assert not any("no survey yet" in text for text in lines["text"])
    plan = found["beges_v5"].set_index("what")["text"]
    assert plan[words("filing.sheet.transition_plan")] == words("filing.empty", company=company.company)
    assert plan[words("filing.missing.identity")].startswith("Non renseigné")
    stated = esrs.tables["not_stated"]
    assert {*stated["text"]} <= {*esrs.missing()["text"]} and len(stated)


def test_datapoints_lack_what_their_lines_lack(make: Any, history: Any):
    """The tidy table of all formats has no sheet of lines of its own: a part of a figure there is missing too."""
    company = make()
    states = company.table["status"].mask(company.table["scope"] == "1", "partly: lpg")
    missing = filing("datapoints", dataclasses.replace(company, table=company.table.assign(status=states)),
                     history).missing()
    scope1 = missing[missing["what"].str.contains("scope=1")]
    assert len(scope1) and scope1["text"].str.startswith(Words("en").term("status", "partly")).all()


def test_categories_by_type_of_data_sum_to_the_categories(inventory: Any, history: Any):
    """Each tier of a category has its tonnes, and the shares of a category are 1."""
    made = filing("ghg_protocol", inventory, history).tables
    by_tier, lines = made["data_types"], made["lines"].set_index("category")["co2e_t"]
    for number, of in by_tier.groupby("category"):
        assert of["co2e_t"].sum() == pytest.approx(lines[number], rel=1e-12)
        assert of["share"].sum() == pytest.approx(1.0)
    assert {"spend", "physical average"} <= {*by_tier["tier"]}


def test_another_format_is_refused(inventory: Any, history: Any):
    """A format that does not exist, and a pair without a total to compare."""
    with pytest.raises(UsageError, match="xbrl"):
        filing("xbrl", inventory, history)
    with pytest.raises(UsageError, match="datapoints"):
        reconciliation(inventory, "ghg_protocol", "datapoints")


def test_each_sheet_of_a_filing_has_a_name_that_a_spreadsheet_takes():
    """In both languages, for every sheet that has a title: at most 31 characters, none that Excel forbids, no code, and
    no name twice.
    """
    for language in ("en", "fr"):
        sheets = [key.removeprefix("filing.sheet.") for key in strings() if key.startswith("filing.sheet.")]
        tabs = [Words(language)(f"filing.tab.{name}") for name in sheets]
        assert [tab for tab in tabs if len(tab) > 31 or re.search(r"[\[\]:*?/\\_]", tab) or tab[0].islower()] == []
        assert len(set(tabs)) == len(sheets)
