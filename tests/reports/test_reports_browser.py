"""The pages in a real browser: nothing requested, nothing in the console, no overflow, readable by everyone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from breaches_found import EACH, SOLD, breaches
from portfolios import portfolio_of

from carbon.accounting import inventories
from carbon.records.files.digital import read_digital
from carbon.reports.exhibits.actions import levers_of_company
from carbon.reports.exhibits.annual import SHEETS, AnnualReport, annual_report
from carbon.reports.exhibits.registry import is_shown
from carbon.reports.page.audiences import AUDIENCES, GOVERNANCE, PERFORMANCE, PUBLIC
from carbon.reports.page.edition import SCALES, Printed, edition, is_too_long, page_numbers
from carbon.reports.page.html import render_pages
from carbon.reports.page.index import render_index
from carbon.reports.page.multiples import Small
from carbon.reports.page.portfolio import render_portfolio
from carbon.reports.page.signoff import render_signoff

pytestmark = pytest.mark.browser
WIDTHS = (320, 800, 1280)
PAGES = (*AUDIENCES, "index", "signoff")
NAMES = (*SHEETS[:1], "plain", "findings", "things", *SHEETS[1:], "travel_rule", "signoff")
A4_TEXT = 658
"""210 mm less two margins of 18 mm, in CSS pixels."""
SHEET = b"/Type /Page\n"
AS_PRINTED = Printed((dt.date(2025, 1, 1), dt.date(2025, 12, 31)), "a1b2" * 16, "accepted", "2026-02-03",
                     dt.date(2026, 2, 12))
HOSTILE = "<script>window.carbonPwned=1</script><img src=x onerror=window.carbonPwned=1>"


@pytest.fixture
def open_page(browser, tmp_path):
    """Open a page from a file; what it says in the console and asks for is kept in `page.found`."""
    contexts = []

    def opened(html: str, width: int = 1280, **options):
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.found = []
        page.on("console", lambda message: page.found.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: page.found.append(f"error: {error}"))
        page.on("request", lambda r: None if r.url.startswith((file.as_uri(), "data:")) else page.found.append(r.url))
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def pages(request):
    return {}


@pytest.fixture
def page_of(make, report_of, notebook_of, pages):
    """A report in which names are long and hostile, for each audience; the index; a page of signatures. Made once."""
    if not pages:
        inventory = make(lambda a: a.assign(supplier=a["supplier"].where(a["supplier"] == "", HOSTILE + "x" * 60)))
        found = breaches(*EACH, SOLD | {"key": HOSTILE + "x" * 60}, {"accepted": HOSTILE, "cause": HOSTILE})
        inventory = dataclasses.replace(inventory, found=found)
        notebook = notebook_of(report_of(inventory), NAMES)
        pages.update(render_pages(notebook, title="Atelier Exemple", subtitle="2024", is_shown=is_shown, language="en"))
        pages.update(index=index_page(), signoff=signoff_page())
    return pages.__getitem__


@pytest.fixture
def whole_pages(notebook_of, published_names, pages):
    """The report of an example company with its plan, its devices and its indicators, in French."""
    if "whole" not in pages:
        history = inventories("petit-studio", until=2025)
        report = AnnualReport(history.inventories[2025], history, levers_of_company("petit-studio"),
                              read_digital("petit-studio"))
        pages["whole"] = render_pages(notebook_of(report, published_names), title="Petit Studio",
                                      is_shown=is_shown, language="fr")
    return pages["whole"]


def index_page() -> str:
    rows = [{"company": c, "year": y, "status": "ok" if y < 2025 else "failed", "reason": HOSTILE, "rows_read": 12_345,
             "rows_rejected": 3, "co2e_t": {"total-location": 1000.0 + y, "total-market": 990.0}, "gap_t": 3.5,
             "pages": ["public", "governance"], "files": ["pdf", "workbook"], "signoff": "questioned", "signatures": 1,
             "signed_on": "2026-01-02", "review": f"{y}-20260102T030405Z.html"}
            for c in ("atelier-exemple", "cap-exemple") for y in range(2021, 2026)]
    small = Small(HOSTILE, {y: 1000.0 + y for y in range(2015, 2025)}, frozenset(range(2015, 2021)),
                  {2019: 3019.0, 2030: 1500.0})
    return render_index(rows, smalls={"atelier-exemple": small, "cap-exemple": small})


def signoff_page() -> str:
    lines = [{"figure": "report", "state": "accepted", "by": HOSTILE, "note": HOSTILE + "x" * 90, "set": "set-1",
              "at": "2026-01-02T03:04:05+00:00", "identity": "a" * 64, "current": True}]
    return render_signoff("atelier-exemple", 2024, "accepted", lines, language="en")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("which", PAGES)
def test_a_page_is_quiet_and_fits(open_page, page_of, which: str, width: int):
    """No request, no console message, no script of the data, no horizontal overflow at three widths."""
    page = open_page(page_of(which), width)

    assert page.found == []
    assert page.evaluate("window.carbonPwned") is None
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 100)")


@pytest.mark.parametrize("which", [PERFORMANCE, GOVERNANCE, PUBLIC])
def test_what_is_to_check_is_on_the_first_screens(open_page, page_of, which: str):
    """Breaches are in words before the first card is out of sight, and each link of the page leads to a place of it."""
    page = open_page(page_of(which))
    top = page.evaluate("document.querySelector('.check').getBoundingClientRect().top")
    dead = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
                         ".filter(id => !document.getElementById(id))")

    assert top < 900 and dead == []
    assert (page.evaluate("!!document.getElementById('table-breaches')")) == (which != PUBLIC)


def test_of_many_breaches_the_charts_are_on_the_first_screen(open_page, make, report_of, notebook_of):
    """Three in sight, six counted, rejected rows and what to ask: both charts begin in the upper 560 pixels of 900."""
    report = report_of(dataclasses.replace(make(), found=breaches(*EACH)))
    page = open_page(render_pages(notebook_of(report, ("section-answer", "headline", "years", "icicle")), language="en",
                                  title="Atelier Exemple", subtitle="2024", is_shown=is_shown)[PERFORMANCE])
    tops = page.evaluate("[...document.querySelectorAll('figure')].map(f => f.getBoundingClientRect().top)")
    assert len(tops) == 2 and max(tops) < 560
    assert page.locator(".check li").count() == 4 and page.locator(".rejected").bounding_box()["y"] < min(tops)


@pytest.mark.parametrize("which", [*PAGES, "whole", "whole, dark"])
def test_axe_finds_no_serious_violation(open_page, page_of, whole_pages, which: str):
    """axe-core: 0 serious or critical violations, folded tables opened, on a light and on a dark ground."""
    from axe_playwright_python.sync_playwright import Axe

    ground = {"color_scheme": "dark" if which.endswith("dark") else "light"}
    page = open_page(whole_pages[PERFORMANCE] if "whole" in which else page_of(which), bypass_csp=True, **ground)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    violations = Axe().run(page).response["violations"]
    serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in violations if v["impact"] in ("serious", "critical")]

    assert serious == []


def test_the_index_is_searched(open_page):
    """Typing a company or a year leaves the rows that have both; accents and case do not matter."""
    page = open_page(index_page())
    page.fill("#search", "CÂP 2023")

    assert page.locator("tbody tr:visible").count() == 1
    assert "2023" in page.locator("tbody tr:visible").inner_text()
    assert page.locator(".multiples li:visible").count() == 1
    page.fill("#search", "nothing like it")
    assert page.locator("#none").is_visible()
    assert page.locator(".multiples li:visible").count() == 0


def test_the_index_is_whole_without_a_script(open_page):
    """With scripts off every row shows, ten years; no dead search field does."""
    page = open_page(index_page(), java_script_enabled=False)

    assert page.locator("tbody tr:visible").count() == 10
    assert not page.locator("#search").is_visible()


def test_the_comparison_of_companies_is_sorted_and_searched(open_page):
    """On a narrow phone without overflow: by a click the highest ratio first, then the lowest, what has none last;
    words that only one company has leave its row.
    """
    companies = [*portfolio_of([2.0, 90.0, *[3.0] * 7]), *portfolio_of([1.0], name="alone", currency="SEK")]
    page = open_page(render_portfolio(companies), 320)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    rows, heads = page.locator(".sortable tbody tr"), page.locator(".sortable thead button")
    first = [(heads.nth(7).click(), rows.first.inner_text(), rows.last.inner_text())[1:] for _ in range(2)]
    assert [text.split()[0] for pair in first for text in pair] == ["body-1", "alone-0", "body-0", "alone-0"]
    page.fill("#search", "sek 2024")
    assert page.locator(".sortable tbody tr:visible").count() == 1 and not page.locator("#none").is_visible()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_whole_report_is_small_and_opens_within_a_second(open_page, whole_pages, audience: str):
    """At most 2 MB; painted and loaded in at most one second; no overflow on a phone."""
    assert len(whole_pages[audience].encode()) <= 2_000_000
    page, painted, loaded = first_view(open_page, whole_pages[audience])
    for _ in range(2):  # other tests share the machine: the best of three
        if max(painted, loaded) >= 1000:
            page, painted, loaded = first_view(open_page, whole_pages[audience])

    assert 0 < painted < 1000
    assert 0 < loaded < 1000
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def first_view(open_page, html: str):
    """A page on a phone, and the milliseconds until it was painted and until it was loaded.

    The page's own policy forbids what Playwright waits with, so the question is asked again and again from outside.
    """
    page = open_page(html, 375)
    painted: list[float] = []
    for _ in range(100):
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint').map(p => p.startTime)")
        if painted:
            break
        page.wait_for_timeout(50)
    return page, painted[0], page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")


WORDS = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility()).flatMap(e => [...e.childNodes])
  .filter(n => n.nodeType === 3 && !n.parentElement.matches('details:not([open]) > :not(summary) *'))
  .reduce((words, n) => words + n.data.split(/\\s+/).filter(w => w).length, 0)"""
"""Words that a page shows with everything folded."""


def test_the_public_page_has_five_hundred_words(open_page, whole_pages):
    """At most 500 words before anything is unfolded."""
    assert open_page(whole_pages[PUBLIC]).evaluate(WORDS) <= 500


BOXES = """() => [...document.querySelectorAll('.drawing svg')].filter(svg => svg.checkVisibility()).flatMap(svg => {
  const frame = svg.getBoundingClientRect(), text = e => e.getBoundingClientRect();
  const shown = [...svg.querySelectorAll('text')].map(e => [e.textContent, text(e)]);
  const out = shown.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1
    || b.bottom > frame.bottom + 1).map(([t]) => 'outside: ' + t);
  const on = shown.flatMap(([t, a], i) => shown.slice(i + 1).filter(([, b]) => Math.min(a.right, b.right)
    - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
    .map(([u]) => t + ' on ' + u));
  const cut = frame.right > document.documentElement.clientWidth + 1 ? ['cut: ' + svg.ariaLabel] : [];
  return [...out, ...on, ...cut]; })"""
"""Texts of the drawings that leave their drawing or lie on another, and drawings that leave the page."""


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_drawings_are_whole_at_every_width(open_page, whole_pages, width: int):
    """On a phone, at 200 % and on a screen, all of it unfolded: no text outside its drawing or on another."""
    page = open_page(whole_pages[PERFORMANCE], width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.evaluate(BOXES) == []


def test_a_section_opens_on_one_screen(open_page, whole_pages):
    """With everything folded a report has at most twelve screens of 800 pixels, and unfolded every line. Both charts
    of the opening, with key and years, are on the first screen.
    """
    page = open_page(whole_pages[PERFORMANCE])
    charts = page.evaluate("[...document.querySelectorAll('section:first-of-type > figure')].map(f => f.offsetTop)")
    years = page.evaluate("Math.max(...[...document.querySelectorAll('figure .narrow text')].filter("
                          "t => t.textContent === '2030').map(t => t.getBoundingClientRect().bottom).slice(0, 1))")
    assert len(charts) == 2 and max(charts) < 450 and 0 < years < 900
    rows = "[...document.querySelectorAll('tbody tr')].filter(r => r.checkVisibility()).length"
    folded, height = page.evaluate(rows), page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert height < 12 * 800
    assert page.evaluate(rows) == page.evaluate("document.querySelectorAll('tbody tr').length") > folded


def test_the_keyboard_reaches_the_report(open_page, page_of):
    """The first tab stop leads past the heading to the report; the next ones are visible and named."""
    page = open_page(page_of(PERFORMANCE))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#report"
    for _ in range(4):
        page.keyboard.press("Tab")
        named = "document.activeElement.innerText || document.activeElement.getAttribute('aria-label')"
        assert page.evaluate(named) and page.evaluate("document.activeElement.getBoundingClientRect().width") > 0


def printed(open_page, html: str) -> tuple[bytes, dict[str, int]]:
    """The edition of a page as PDF, and the pages of its sections in a print that has them in its contents: at the
    first scale of which the sheets are not too many, as a run prints it.
    """
    for scale in SCALES:
        numbers: dict[str, int] = {}
        for _ in range(2):
            page = open_page(edition(html, AS_PRINTED, numbers, scale))
            pdf = page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
            before, numbers = numbers, page_numbers(html, pdf)
        assert numbers == before
        if not is_too_long(html, pdf):
            break
    return pdf, numbers


def check_edition(open_page, of_audience) -> None:
    """What holds of both editions of a report: their pages, tags and outline, and the pages that the contents give."""
    pdf, numbers = printed(open_page, of_audience[PERFORMANCE])
    sections = re.findall(r'data-page="(\w+)"', of_audience[PERFORMANCE])
    of_sections = [numbers[name] for name in sections]
    assert sections and of_sections == sorted(of_sections) and of_sections[0] == 2
    assert 3 < pdf.count(SHEET) <= 12 and numbers[sections[-1]] <= pdf.count(SHEET)
    assert b"/StructTreeRoot" in pdf and b"/Outlines" in pdf
    # The heading of each section is on the page that the contents give.
    sheets = re.findall(rb"(\d+) 0 obj\s*<<\s*/Type /Page\n", pdf)
    headings = dict(re.findall(rb"/Title \(([ -~]+)\)\s*/Dest \[(\d+) 0 R", pdf))
    titles = dict(re.findall(r'<h2 id="(\w+)-title">([ -~]+)</h2>', of_audience[PERFORMANCE]))
    held = {name: sheets.index(headings[title.encode()]) + 1 for name, title in titles.items() if name in numbers}
    assert held and held == {name: numbers[name] for name in held}
    public, _ = printed(open_page, of_audience[PUBLIC])
    assert public.count(SHEET) == 2 and b"/StructTreeRoot" in public


def test_a_report_is_printed_as_two_editions(open_page, page_of, whole_pages):
    """Two pages for the public and at most twelve with contents, tagged; of a whole report in French, and of one in
    English with long names, which is no wider than the paper: it would be printed smaller as a whole.
    """
    # A lead of some lines more leaves the contents on the cover.
    more = f"{'Nouvelles éditions des facteurs publiés. ' * 3}Hors trajectoire"
    long = whole_pages[PERFORMANCE].replace("Hors trajectoire", more, 1)
    check_edition(open_page, whole_pages | {PERFORMANCE: long})
    page = open_page(whole_pages[PERFORMANCE], A4_TEXT)
    page.emulate_media(media="print")
    assert page.locator("span.trace").count() > 0 == page.locator(".trace:visible").count()  # no id is printed
    page = open_page(page_of(PERFORMANCE), A4_TEXT)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_TEXT
    assert page.locator("details.twin").first.bounding_box() is None
    assert 1 < page.pdf(prefer_css_page_size=True).count(SHEET) <= 12


@pytest.mark.torture
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels", "cap-conseil"])
def test_every_example_is_printed_as_two_editions(open_page, notebook_of, published_names, company, language):
    """The same of each example company in both languages, with its plan and its digital records."""
    report = annual_report(company, 2025, language=language)
    check_edition(open_page, render_pages(notebook_of(report, published_names), title=company, is_shown=is_shown,
                                          language=language))
