"""The page on responsible digital, a public sheet of at most three figures, and the poster of a laptop.

Each is one offline file without scripts or requests; all three print on A4.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from carbon.accounting.company import inventory
from carbon.accounting.years.history import history_of, years_of
from carbon.core import packaged
from carbon.core.errors import CarbonError, UsageError
from carbon.digital.devices.factors import MODEL
from carbon.digital.devices.fleet import Fleet
from carbon.params.files.project import find_project
from carbon.records.files.digital import read_digital
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.headline import company_name
from carbon.reports.page.audiences import PUBLIC
from carbon.reports.page.html import CSP, SECTION, blocks, render_blocks
from carbon.reports.page.template import template
from carbon.reports.tables.scorecard import indicator_lines
from carbon.reports.words.language import Words
from carbon.scorecards.company import Indicators, baseline_years

PAGE, SHEET, POSTER = "responsible_digital.html", "public_sheet.html", "laptop_poster.html"
SECTIONS = {
    "week": ("next_step",),
    "fleet": ("fleet_story", "fleet", "fleet_ages", "fleet_purchases", "fleet_exits", "fleet_longer"),
    "services": ("services", "service_tiers", "service_budget", "service_levers", "service_defaults"),
    "trips": ("travel_rule", "routes", "thresholds"),
    "contracts": ("contracts", "hosts"),
    "paths": ("indicator_paths", "governance_paths"),
    "twice": ("reconciled", "digital_files", "digital_missing"),
}
"""Sections of the page -> their exhibits; the notebook on responsible digital shows the same ones."""
AT_MOST = 3
"""Figures of the public sheet."""
LONGER_YEARS = 8.0
LAPTOP = "laptop"


def digital_report(company: str, year: int, *, language: str = "") -> AnnualReport:
    """Return the report of one company-year; of its earlier years only those from which indicators start.

    Raises CarbonError: What `carbon.inventory` raises.
    """
    of_year, digital = inventory(company, year), read_digital(company)
    inventories = {year: of_year}
    with suppress(CarbonError):  # of a catalogue or a year that is refused: the page states which start has no data
        for before in sorted(baseline_years(digital) & {*years_of(find_project(), company, until=year - 1)}):
            inventories[before] = inventory(company, before)
    return AnnualReport(of_year, history_of(company, inventories, of_year.reported, until=year), digital=digital,
                        language=language)


def digital_pages(report: AnnualReport) -> dict[str, str]:
    """Return the three pages of a company-year by their file name.

    Raises UsageError: The company has no digital table and no digital parameter file.
    """
    digital = report.digital
    if digital is None or not (digital.tables or digital.refused or digital.fleet or digital.policies
                               or digital.service or digital.indicators):
        raise UsageError(f"{report.inventory.company} has no digital tables and no digital parameters",
                         hint="`carbon init DIR --digital` lays them out for a new project; what each holds: "
                              "docs/how-to/responsible-digital.md")
    return {PAGE: staff_page(report), SHEET: public_sheet(report), POSTER: laptop_poster(report)}


def staff_page(report: AnnualReport) -> str:
    """Return the page on responsible digital: each section of `SECTIONS` that has something to show."""
    from nbformat import v4

    cells = []
    for name, exhibits in SECTIONS.items():
        outputs = [v4.new_output("display_data", data=data, metadata=metadata) for exhibit in exhibits
                   if report.exhibit(exhibit).html != "" for data, metadata in report.exhibit(exhibit).outputs()]
        if outputs:
            cells += [v4.new_markdown_cell("", metadata={"tags": [f"{SECTION}{name}"]}),
                      v4.new_code_cell(outputs=outputs)]
    words = report.words
    # Charts and tables are open, but the table of a chart.
    content = [replace(block, figure_id="", is_lead=block.is_lead or block.kind == "figure" or block.role != "twin")
               for block in blocks(v4.new_notebook(cells=cells), words)]
    return render_blocks(
        content, title=company_name(report.inventory, words), subtitle=str(report.inventory.year),
        years_note=" ".join(filter(None, [
            words.years_note(report.inventory.year, report.year_starts), words("digital_page.units")])),
        language=words.language, audience="staff", kicker=words("digital_page.kicker"),
        footer=[words("digital_page.terms")])


def public_sheet(report: AnnualReport) -> str:
    """Return one A4 page of at most three public indicators, each with its start, its target and where it is."""
    words, indicators = report.words, report.indicators_found.result
    cards = [] if indicators is None else _cards(indicators, words)
    key = {0: "sheet.title_none", 1: "sheet.title_one"}.get(len(cards), "sheet.title")
    return _a4(report, title=words(key, count=len(cards)), cards=cards,
               notes=[words("sheet.calculated", year=report.inventory.year)] if cards else [words("sheet.none")])


def _cards(indicators: Indicators, words: Words) -> list[dict[str, Any]]:
    lines = indicator_lines(indicators, PUBLIC, words).head(AT_MOST)
    starts = indicators.catalogue.table.set_index("id")["baseline_date"].astype("str")
    years = [starts[name][:4] for name in indicators.scorecard(PUBLIC)["indicator_id"].head(AT_MOST)]
    return [{"label": line.indicator, "figure": line.value_now, "note": line.progress_status,
             "lines": [words("sheet.at_start", year=year, value=line.value_start),
                       words("sheet.goal", value=line.goal)]}
            for line, year in zip(lines.itertuples(index=False), years, strict=True)]


def laptop_poster(report: AnnualReport) -> str:
    """Return one A4 page on the carbon of a laptop of the company's stock: making it, keeping it, using it."""
    words, fleet = report.words, report.fleet_found.result
    facts = None if fleet is None else laptop(fleet)
    if facts is None:
        return _a4(report, title=words("poster.title"), notes=[words("poster.none")])
    number, to_make, today = words.significant, facts["made"], facts["years"]
    lives = [today, *([LONGER_YEARS] if today < LONGER_YEARS else [])]
    bars = [{"text": words("poster.a_year", kg=number(to_make / life), years=words.tick(life)), "share": today / life}
            for life in lives]
    bars.append({"text": words("poster.use", kg=number(facts["use"])), "share": facts["use"] * today / to_make})
    longest = max(bar["share"] for bar in bars)
    card = {"label": "", "figure": f"{number(to_make)} kg", "note": words("poster.before"),
            "lines": [words("poster.range", low=number(facts["low"]), high=number(facts["high"]))]}
    message = [] if len(lives) == 1 else [words(
        "poster.longer", years=words.tick(LONGER_YEARS), today=words.tick(today),
        share=words.percent(1 - today / LONGER_YEARS, 0))]
    how = words("poster.how" if facts["from_models"] else "poster.how_average", count=words.number(facts["count"]),
                from_models=words.number(facts["from_models"]), grid=facts["grid"])
    return _a4(report, title=words("poster.title"), cards=[card], notes=[words("poster.what"), how], message=message,
               bars=[{**bar, "percent": f"{100 * bar['share'] / longest:.1f}"} for bar in bars])


def laptop(fleet: Fleet) -> dict[str, Any] | None:
    """Return the mean of the laptops in stock that have a footprint: made, low, high, use [kg CO2e, the last a year],
    years (planned life, whole), count, from_models (with a footprint of their model), grid; None without any.
    """
    rows = fleet.devices[fleet.devices["in_stock"] & (fleet.devices["category"] == LAPTOP)]
    rows = rows[rows["embodied_kg"].notna()]
    if rows.empty:
        return None
    means = rows[["embodied_kg", "low_kg", "high_kg", "kwh", "planned_years"]].mean()
    return {"made": means["embodied_kg"], "low": means["low_kg"], "high": means["high_kg"],
            "use": means["kwh"] * fleet.grid.kg_per_kwh, "years": float(round(means["planned_years"])),
            "count": len(rows), "from_models": int((rows["tier"] == MODEL).sum()),
            "grid": f"{fleet.grid.zone} {fleet.grid.year}"}


def _a4(report: AnnualReport, **content: Any) -> str:
    words: Words = report.words
    return template("digital_a4.html.j2").render(
        words=words, csp=CSP,
        css=Markup(packaged.read_text("carbon.reports", "templates/digital_a4.css")),  # noqa: S704  (packaged text)
        company=company_name(report.inventory, words), year=report.inventory.year,
        kicker=words("digital_page.kicker"), **content)
