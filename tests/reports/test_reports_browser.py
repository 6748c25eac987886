"""The pages in a real browser: nothing requested, nothing in the console, no overflow, readable by everyone."""

from __future__ import annotations

import os
import shutil

import pytest

from carbon.reports.html import render
from carbon.reports.index import render_index

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CHROMIUM = os.environ.get("CARBON_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
WIDTHS = (390, 800, 1280)
A4_TEXT = 673
"""210 mm less two margins of 16 mm, in CSS pixels."""
HOSTILE = "<script>window.carbonPwned=1</script><img src=x onerror=window.carbonPwned=1>"


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None and os.environ.get("CARBON_BROWSER") != "required":
        pytest.skip("Chromium is not installed: pages were not looked at in a browser")
    if CHROMIUM is None:
        pytest.fail("CARBON_BROWSER=required, but Chromium was not found")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """
    Open a page from a file; what it says in the console and asks for is kept in `page.found`.
    """
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
def report_page(make, report_of, notebook_of, pages) -> str:
    """
    A report in which names are long and hostile; made once.
    """
    if not pages:
        inventory = make(lambda a: a.assign(supplier=a["supplier"].where(a["supplier"] == "", HOSTILE + "x" * 60)))
        pages["report"] = render(notebook_of(report_of(inventory)), title="Atelier Exemple", subtitle="2024",
                                 language="en")
    return pages["report"]


def index_page() -> str:
    rows = [{"company": c, "year": y, "status": "ok" if y < 2025 else "failed", "reason": HOSTILE, "rows_read": 12_345,
             "rows_rejected": 3, "co2e_t": {"total-location": 1000.0 + y, "total-market": 990.0}, "gap_t": 3.5}
            for c in ("atelier-exemple", "cap-exemple") for y in range(2021, 2026)]
    return render_index(rows)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("which", ["report", "index"])
def test_a_page_is_quiet_and_fits(open_page, report_page, which: str, width: int):
    """
    No request, no console message, no script of the data, no horizontal overflow at three widths.
    """
    page = open_page(report_page if which == "report" else index_page(), width)

    assert page.found == []
    assert page.evaluate("window.carbonPwned") is None
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 100)")


@pytest.mark.parametrize("which", ["report", "index"])
def test_axe_finds_no_serious_violation(open_page, report_page, which: str):
    """
    axe-core: 0 serious or critical violations, folded tables opened.
    """
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(report_page if which == "report" else index_page(), bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    violations = Axe().run(page).response["violations"]
    serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in violations if v["impact"] in ("serious", "critical")]

    assert serious == []


def test_the_index_is_searched(open_page):
    """
    Typing a company or a year leaves the rows that have both; accents and case do not matter.
    """
    page = open_page(index_page())
    page.fill("#search", "CÂP 2023")

    assert page.locator("tbody tr:visible").count() == 1
    assert "2023" in page.locator("tbody tr:visible").inner_text()
    page.fill("#search", "nothing like it")
    assert page.locator("#none").is_visible()


def test_the_index_is_whole_without_a_script(open_page):
    """
    With scripts off every row shows and no dead search field does.
    """
    page = open_page(index_page(), java_script_enabled=False)

    assert page.locator("tbody tr:visible").count() == 10
    assert not page.locator("#search").is_visible()


def test_a_report_opens_within_a_second(open_page, report_page):
    """
    First view at most one second.
    """
    page = open_page(report_page)

    assert page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") < 1000


def test_a_report_prints_on_a4_with_its_folded_tables(open_page, report_page):
    """
    The PDF has several pages, and on paper a folded table is unfolded.
    """
    page = open_page(report_page)
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    page.emulate_media(media="print")

    page.set_viewport_size({"width": A4_TEXT, "height": 1000})
    # A page that is wider than the paper is printed smaller as a whole.
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_TEXT
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") > 3
    assert page.locator("details.twin table").first.bounding_box()["height"] > 40
