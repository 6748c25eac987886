"""The page on responsible digital, the public sheet and the poster of a laptop."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from carbon.core.digital_tables import SERVICE, SERVICE_USE
from carbon.core.errors import UsageError
from carbon.core.units import KG_PER_T
from carbon.digital.devices.fleet import Fleet
from carbon.params.shapes.digital import ServicesParams
from carbon.records.files.digital import read_digital
from carbon.reports import digital_pages
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.digital_page import NEEDED
from carbon.reports.words.language import Words
from carbon.reports.words.magnitude import magnitude
from carbon.reports.words.sentence import tonnes

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "5_responsible_digital.ipynb"
COMPANIES = ["petit-studio", *(pytest.param(c, marks=pytest.mark.torture) for c in ("nuage-logiciels", "cap-conseil"))]
A4 = 1123
"""Of the height of a sheet [CSS pixel]."""


def plain(text: str) -> str:
    """A text with plain spaces."""
    return re.sub("[\u00a0\u202f]", " ", text)


@pytest.fixture(scope="module")
def report() -> AnnualReport:
    return digital_pages.digital_report("petit-studio", 2025)


@pytest.fixture(scope="module")
def made(report):
    return digital_pages.digital_pages(report)


def test_the_page_has_each_section_and_exhibit_of_its_list(report, made, page):
    """Every exhibit with something to show is there under its title, in the reader's language; no id of `explain`."""
    html, words = made[digital_pages.PAGE], report.words
    for section, names in digital_pages.SECTIONS.items():
        assert f'id="{section}"' in html
        shown = [report.exhibit(name) for name in names]
        assert [e.name for e in shown if e.html is None and e.title not in html] == []
    assert f"({words('page.chart')})</summary>" not in html and html.count("<figure") >= 6  # each chart is seen
    body = html.partition("<body")[2].partition(">")[0]
    assert 'class="staff' in body and "edition" not in body  # so is the first title
    assert "carbon explain" not in html and plain(words("digital_page.units")) in plain("".join(page(html).text))
    assert '<html lang="fr">' in html and "default-src" in html


def test_the_sheet_has_the_start_of_an_indicator_of_the_inventory(report):
    """Emissions per person of the base year are computed from its inventory: no start of "no data" on the wall."""
    words, table = report.words, report.indicators_found.result.table.set_index("indicator_id")
    assert table.loc["total_per_employee_public", "baseline"] > 0
    sheet = digital_pages.public_sheet(report)
    assert words("sheet.at_start", year="2022", value=words("scorecard.no_data")) not in sheet


def test_the_notebook_shows_what_the_page_shows():
    """The cells of the notebook are the exhibits of the page, section by section and in order."""
    cells = json.loads(NOTEBOOK.read_bytes())["cells"]
    shown: dict[str, list[str]] = {}
    for cell in cells:
        for tag in cell["metadata"].get("tags", []):
            if tag.startswith("section-"):
                shown[tag.removeprefix("section-")] = []
        call = re.fullmatch(r"report\.(\w+)\(\)", "".join(cell["source"]))
        if call:
            shown[list(shown)[-1]].append(call[1])
    assert {name: tuple(names) for name, names in shown.items()} == digital_pages.SECTIONS


def test_the_public_sheet_has_at_most_three_figures(report, made, page):
    """Each public indicator with its start, its year and its target; none of those for the teams."""
    text = "".join(page(made[digital_pages.SHEET]).text)
    public = report.exhibit("indicators_public").table
    assert 0 < len(public) <= digital_pages.AT_MOST
    assert all(value in text for value in (*public["indicator"], *public["value_now"], *public["progress_status"]))
    assert "Point de départ en 2022" in text
    assert report.exhibit("indicators_performance").table["indicator"].iloc[0] not in text


def test_a_company_without_a_public_figure_says_so(report, page):
    """What another figure contradicts is no public figure; the sheet states that there is none."""
    made = report.indicators_found.result
    bare = replace(report)
    bare.__dict__["indicators_found"] = report.indicators_found._replace(
        result=replace(made, contradicted=frozenset(made.table["evidence"])))
    text = "".join(page(digital_pages.public_sheet(bare)).text)
    assert report.words("sheet.none") in text and "Point de départ" not in text


def test_the_poster_divides_what_was_made_by_the_years(report, made, page):
    """185.1 kg to make each laptop; 185.1 / 6 = 30.8 kg a year today, 185.1 / 8 = 23.1: a quarter less."""
    facts = digital_pages.laptop(report.fleet_found.result)
    text = plain("".join(page(made[digital_pages.POSTER]).text))
    assert (round(facts["made"], 1), facts["years"]) == (185.1, 6.0)
    assert "185 kg" in text and "30,8 kg par an si je le garde 6 ans" in text and "23,1 kg" in text
    assert "25 % de moins par an" in text
    without = replace(report)
    without.__dict__["fleet_found"] = report.fleet_found._replace(result=None)
    assert report.words("poster.none") in digital_pages.laptop_poster(without)


def test_a_company_without_digital_tables_is_told_what_to_do(report, monkeypatch):
    """The pages name the command that lays the tables out; a part that lacks its files is listed with them."""
    records = report.digital
    none = replace(records, tables={}, fleet=None, policies=None, service=None, indicators=None)
    with pytest.raises(UsageError, match="no digital tables") as error:
        digital_pages.digital_pages(replace(report, digital=none))
    assert "carbon init DIR --digital" in error.value.hint
    half = replace(report, digital=replace(records, tables={k: v for k, v in records.tables.items() if k != "hosting"},
                                           service=None))
    table = half.exhibit("digital_missing").table
    assert table["shown_part"].tolist() == ["Service numérique", "Hébergement"]
    sections = {name: digital_pages.SECTIONS[name] for name in ("services", "twice")}
    monkeypatch.setattr(digital_pages, "SECTIONS", sections)
    html = digital_pages.staff_page(half)
    assert 'id="services"' not in html and 'id="twice"' in html  # nothing to show: no heading alone
    assert "params/petit-studio/service.yml" in table["needed"].iloc[0]
    assert len(NEEDED) == 7 and report.exhibit("digital_missing").html == ""


@pytest.mark.parametrize("company", COMPANIES)
def test_no_thing_has_two_figures(company: str, report, page):
    """Read from the pages: trips, devices, electricity and indicators have one figure wherever they are shown, but in
    the table that lists both with the cause.
    """
    of = report if company == "petit-studio" else digital_pages.digital_report(company, 2025)
    words, fleet = of.words, of.fleet_found.result
    cells = {name: of.exhibit(name).table for name in (
        "travel", "energy", "fleet", "fleet_ages", "fleet_exits", "scopes", "contracts", "reconciled",
        "indicators_performance")}
    trips = of.trips_found.result
    story = "".join(page(str(of.exhibit("fleet_story")._repr_html_())).text)
    by_mode = cells["travel"].set_index("mode")["co2e_t"]
    rail = sum(t for mode, t in by_mode.items() if mode.startswith("rail"))

    judged = trips.kg("actual") / KG_PER_T
    left = sum(int(n) for n in re.findall(r"(\d+) records of travel", " ".join(trips.notes)))
    assert judged == pytest.approx(by_mode["air"] + rail) or left
    assert magnitude(trips.kg("actual"), words) in "".join(page(str(of.exhibit("travel_rule")._repr_html_())).text)
    stock, bought, retired = (int(cells["fleet"][c].iloc[-1]) for c in ("stock", "bought", "retired"))
    assert stock == cells["fleet_ages"]["units"].sum() and retired == cells["fleet_exits"]["units"].sum()
    assert all(words.number(n) in story for n in (stock, bought, retired))
    _agree(cells, fleet, of.inventory.params.employees[2025])
    twice = cells["reconciled"]
    assert (twice["cause"].str.len() > 0).where(twice["verdict"] == words("reconciled.differs"), True).all()


def _agree(cells: dict[str, pd.DataFrame], fleet: Fleet, people: float) -> None:
    """The parts of indicators are those of the tables."""
    parts = cells["indicators_performance"]["parts"].str.extract(r"^(?P<above>.*?) / .*? \((?P<formula>.*)\)$")
    above = parts.set_index("formula")["above"].dropna()
    stock = [t for f, t in above.items() if "embodied" in f or "fabrication du parc" in f]
    words = Words("fr" if any("," in t or "\u202f" in t for t in above) else "en")
    assert [_number(t) for t in stock] == [float(f"{fleet.embodied_kg:.0f}")], words
    total = cells["scopes"].set_index("scope")["co2e_t"]
    headline = [_number(t) for f, t in above.items() if "1 to 3" in f or "1 à 3" in f]
    assert headline and any(abs(headline[0] - t) <= 0.5 for t in total.loc[["total"]]), tonnes
    metered = cells["energy"]
    kwh = metered.loc[metered["carrier"] == "electricity", "energy_kwh"].sum()
    assert cells["contracts"]["kwh"].sum() == pytest.approx(kwh)
    assert people > 0


def _number(text: str) -> float:
    plain = re.sub("[\u00a0\u202f ]", "", text)
    return float(plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", plain) else plain.replace(",", "."))


@pytest.fixture
def opened(browser, tmp_path):
    """Open one page after another in one tab, folded tables opened; what they ask for is in `asked`."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True).new_page()
    page.asked = []
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else page.asked.append(r.url))

    def open_in(name: str, html: str):
        (tmp_path / name).write_text(html, encoding="utf-8")
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="light")
        page.goto((tmp_path / name).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        return page

    yield open_in
    page.context.close()


def violations(page, **options) -> list[str]:
    """The rules of axe that a page breaks."""
    from axe_playwright_python.sync_playwright import Axe

    return [v["id"] for v in Axe().run(page, **options).response["violations"]]


@pytest.mark.browser
def test_the_pages_are_read_on_a_phone_and_printed(made, opened):
    """axe finds nothing, folded tables included; no request is made, nothing overflows a phone; sheet and poster are
    one page of A4 each, and on a wide dark screen without pale text.
    """
    for name, html in made.items():
        page = opened(name, html)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
        assert violations(page) == [], name
        assert page.asked == []
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
        assert (pdf.count(b"/Type /Page\n") == 1) == (name != digital_pages.PAGE), name
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="dark")
        # The page for staff, of seconds, has its dark and wide screens in the next test.
        assert name == digital_pages.PAGE or violations(page, options={"runOnly": ["color-contrast"]}) == [], name


@pytest.mark.browser
@pytest.mark.torture
@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels", "cap-conseil"])
def test_axe_finds_nothing_in_any_language_width_or_ground(company, opened):
    """Every rule of axe on the three pages of each example: French and English, 390 and 1280 px, light and dark."""
    report, broken = digital_pages.digital_report(company, 2025), []
    for language, (name, html) in [(of, page) for of in ("fr", "en") for page in digital_pages.digital_pages(
            replace(report, language=of)).items()]:
        page = opened(name, html)
        for width, ground in ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=ground)
            broken += [(language, name, width, ground, rule) for rule in violations(page)]
    assert broken == []


def test_the_report_can_speak_another_language_than_the_company(report):
    """The same figures in English words."""
    english = replace(report, language="en")
    assert english.exhibit("fleet").table["device"].iloc[-1] == "all"
    assert english.exhibit("fleet").table["stock"].equals(report.exhibit("fleet").table["stock"])
    assert read_digital("petit-studio").fleet is not None


def typed(table, row):
    """A table of one row, of which some cells are given."""
    blank, kinds = {"text": "", "day": pd.NaT}, {"text": "str", "day": "datetime64[s]"}
    cells = {name: row.get(name, blank.get(kind, float("nan"))) for name, kind in table.columns.items()}
    return pd.DataFrame([cells]).astype({n: kinds.get(kind, "float64") for n, kind in table.columns.items()})


def test_services_of_a_table_are_listed_with_what_is_not_covered(report):
    """A company that keeps a table of services has each version on the page, "at least" where a part has no factor, in
    the chart too; levers, budget and defaults of both services name theirs, and a default of both is one line.
    """
    row = {"service": "Portail", "version": "2", "users": 1000.0, "hours_per_user": 10.0, "gb_per_user": 2.0,
           "servers": 2.0, "disks": 4.0}
    call = {"service": "Portail", "item": "ai", "detail": "a model of nobody", "quantity": 5.0,
            "period_start": pd.Timestamp("2025-01-01"), "period_end": pd.Timestamp("2025-12-31")}
    services, uses = (typed(SERVICE, row), typed(SERVICE_USE, call))
    digital = replace(report.digital, tables={**report.digital.tables, "services": services, "service_uses": uses})
    both = replace(report, digital=digital)
    lines = both.exhibit("services").table
    line = lines[lines["service"] == "Portail"].iloc[0]
    assert line["impact"].startswith(report.words("magnitude.at_least", value="", unit="")[:8])
    assert line["version"] == "2" and line["per_user"] and line["reason"]
    found, words = both.services_found.result, report.words
    assert len(found.by_service) == 2 and not found.covered
    assert both.service().table["impact"].iloc[-1] == magnitude(
        found.co2e_kg, words, *found.by_service[["low_co2e_kg", "high_co2e_kg"]].sum(), at_least=True)
    assert f">{words('digital_figure.partly')}<" in plain(both.service_tiers().svg)
    assert set(both.exhibit("service_levers").table["service"]) == {"Portail", "site-vitrine", ""}
    assert both.exhibit("service_budget").table["service"].unique().tolist() == [
        "Portail", "site-vitrine", words("service.all")]
    assert "Portail 2, site-vitrine" in both.exhibit("service_defaults").table["service"].tolist()


def test_a_table_of_services_has_the_parts_of_a_file_of_answers(report):
    """The ten answers of service.yml typed as a row of services.csv give the same figures in the same exhibits: 6
    visits of 2.4 MB are 0.0144 GB, 4 of 64 virtual processors 0.0625 servers, two copies of 0.5 TB on 8 TB 0.125 disks.
    """
    row = {"service": "site-vitrine", "users": 60_000.0, "hours_per_user": 0.4, "gb_per_user": 0.0144, "zone": "FR",
           "servers": 0.0625, "disks": 0.125, "pue": 1.25, "datacentre_zone": "FR"}
    policies = report.digital.policies.model_copy(update={"services": ServicesParams(allocation="active_hours")})
    alone = replace(report, digital=replace(report.digital, service=None, policies=policies, tables={
        **report.digital.tables, "services": typed(SERVICE, row)}))
    for name in ("service", *digital_pages.SECTIONS["services"]):
        expected = report.exhibit(name).table
        assert len(expected) and alone.exhibit(name).table.drop(columns="saved_share", errors="ignore").equals(
            expected.drop(columns="saved_share", errors="ignore")), name
    assert alone.exhibit("service_tiers").svg and "service_id" not in alone.exhibit("digital_missing").table
