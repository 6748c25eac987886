"""The annual report."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from carbon.accounting import inventories
from carbon.accounting.years.history import Inventories
from carbon.core.errors import UsageError
from carbon.records.files.digital import read_digital
from carbon.reports.exhibits.actions import levers_of_company
from carbon.reports.exhibits.annual import SHEETS, AnnualReport, annual_report
from carbon.reports.exhibits.registry import EXHIBITS, is_shown
from carbon.reports.page.html import render_pages

ROOT = Path(__file__).parents[3]
QUICK = {("petit-studio", "en"), ("petit-studio", "fr")}
PAGES = [pytest.param(company, language, marks=[] if (company, language) in QUICK else [pytest.mark.torture])
         for company in ("petit-studio", "nuage-logiciels", "cap-conseil") for language in ("en", "fr")]
"""Every company in both languages at length."""
FIRST = ("nuage-logiciels", 2022)
YEARS = [pytest.param(company, year, marks=[] if (company, year) == FIRST else [pytest.mark.torture])
         for company in ("petit-studio", "nuage-logiciels", "cap-conseil") for year in range(2022, 2026)]
"""Every year that `make report` publishes at length; a first year without accounts always."""
NAMES = (*SHEETS[:1], "plain", "things", *SHEETS[1:], "travel_rule", "signoff")
ENGLISH = re.compile(r"\b(the|of|and|with|by|from|are|not|purchases?|average|market|based|flights?|grid|losses|"
                     r"upstream|published|values|rejected|excluded|computed|reported|set aside|goods|years)\b", re.I)
FRENCH = re.compile(r"\b(le|la|les|des|du|et|avec|sans|une|est|sont|aux|dans|sur|pas|achat|année|données|facteurs?|"
                    r"rejeté|exclu|écarté|calculé|réseau|amont|fabrication|voiture|ordinateur)\b", re.I)
QUOTED = ("Inventory", "CC BY", "GHG Protocol", "Open Data", "Our World in Data", "Department for", "Ember and",
          "SDES and", "Poste ", "!")
"""Names of publishers and of standards, and places in their files: they have no other language."""
VOID = {"br", "hr", "img", "input", "meta", "link"}


class Said(HTMLParser):
    """Texts of a page that claim to be in its language: not of code, and not of a part in a named language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        foreign = tag in ("style", "code") or (tag != "html" and bool(named.get("lang")))
        self.texts += [str(named[k]) for k in ("alt", "aria-label") if named.get(k)]
        if tag not in VOID:
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(foreign for _, foreign in self._open):
            self.texts.append(data.strip())


def own_texts(company: str) -> str:
    """Everything that the company wrote itself: params, records and its ledger, in whatever language it likes."""
    files = [ROOT / "params" / f"{company}.yml"]
    for folder in (ROOT / "params" / company, ROOT / "data" / "raw" / company, ROOT / "data" / "ledger" / company):
        files += [p for p in folder.rglob("*") if p.suffix in (".yml", ".csv", ".txt", ".jsonl", ".json")]
    return _plain(" ".join(p.read_text(encoding="utf-8", errors="replace") for p in files).replace("CO2e", "CO₂e"))


def _plain(text: str) -> str:
    """Without ids, paths and codes, which are nobody's language, on one line."""
    return " ".join(word for word in text.split() if not re.search(r"[_/@>]|\w\.\w|-\w+-", word))


def foreign_texts(pages: dict[str, str], language: str, company: str) -> list[str]:
    own = own_texts(company)
    wrong = ENGLISH if language == "fr" else FRENCH
    found = []
    for text in dict.fromkeys(t for html in pages.values() for t in Said(html).texts):
        parts = [part.strip(" ;.") for part in re.split(r"[;:.][\s\u202f]|[\s\u00a0\u202f][;:]|\(|\)", _plain(text))]
        named = any(name in text for name in QUOTED)
        if not named and any(wrong.search(part) and part not in own for part in parts):
            found.append(text)
    return found


@pytest.fixture(scope="module")
def histories():
    return {}


@pytest.mark.parametrize(("company", "language"), PAGES)
def test_a_page_speaks_one_language(histories, notebook_of, company: str, language: str, monkeypatch):
    """No word of the other language stands in any page of an example company, but for what the company itself wrote."""
    monkeypatch.setenv("CARBON_PROJECT", str(ROOT))
    history = histories.setdefault(company, inventories(company, until=2025))
    inventory = history.inventories[2025]
    inventory = replace(inventory, params=inventory.params.model_copy(update={"language": language}))
    report = AnnualReport(inventory, history, levers_of_company(company), read_digital(company))
    pages = render_pages(notebook_of(report, NAMES), title=company, is_shown=is_shown, language=language)

    assert foreign_texts(pages, language, company) == []


@pytest.mark.parametrize(("company", "year"), [("../etc", 2024), ("", 2024), ("A B", 2024), (7, 2024), ("a", "2024"),
                                               ("a", True), ("a", 24), ("a", 2024.0)])
def test_parameters_of_the_notebook_are_checked_again(company, year):
    """papermill passes what it is given: the first call refuses anything but a slug and a year."""
    with pytest.raises(UsageError):
        annual_report(company, year)


@pytest.mark.parametrize(("company", "year"), YEARS)
def test_every_exhibit_of_an_example_year_can_be_made(company, year):
    """A report is published whole or not at all: no exhibit may raise or print NaN."""
    report = annual_report(company, year)
    for name in EXHIBITS:
        exhibit = report.exhibit(name)
        picture, html = exhibit.svg, exhibit._repr_html_()
        assert picture is None or "<svg" in picture, name
        assert ">nan<" not in html.lower(), name


def test_a_year_of_which_nothing_counts_has_every_exhibit(make, history_of):
    """Where every row was rejected, each exhibit is there, empty or without a figure; none fails."""
    nothing = make(lambda a: a.iloc[:0], targets=[])
    years = history_of(nothing).table
    history = Inventories(nothing.company, years[years["year"] == nothing.year].assign(status="no records"),
                          {nothing.year: nothing})
    report = AnnualReport(nothing, history)
    failed = {}
    for name in SHEETS:
        try:
            report.exhibit(name)._repr_html_()
        except Exception as error:
            failed[name] = repr(error)
    assert failed == {}
    assert report.trajectory_notes().table["value"].str.contains("no year has a figure").any()
