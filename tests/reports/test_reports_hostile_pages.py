"""The pages on what will be done and on responsible digital: text of levers, devices and routes stays text."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import load_workbook
from text_of_page import render

from carbon.accounting import inventories
from carbon.cli.options import printable
from carbon.records.files.digital import read_digital
from carbon.reports.exhibits import actions
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.registry import is_shown
from carbon.reports.export import to_csv_bytes, to_xlsx_bytes
from carbon.reports.page.audiences import AUDIENCES
from carbon.reports.page.exhibit import Exhibit
from carbon.reports.page.signoff import render_signoff
from carbon.runs.review.meaning import Finding
from carbon.runs.review.review import Sheet

HOSTILE = "</td><script>window.carbonPwned=1</script><img src=x onerror=alert(1)>\" onmouseover=\"alert(1)"
FORMULA = "=HYPERLINK(\"https://evil.example\")"
DIGITAL = ("fleet", "fleet_ages", "service", "travel_rule", "routes", "thresholds", "indicators_public",
           "indicators_performance", "indicators_governance")
PLANNED = ("actions", "plan_targets", "wedges", "calendar")


@pytest.fixture(scope="module")
def hostile():
    """An example company whose levers and devices bear hostile names."""
    history = inventories("petit-studio", until=2025)
    levers = actions.levers_of_company("petit-studio")
    named = {id_: lever.model_copy(update={"label": {"en": HOSTILE, "fr": HOSTILE}, "evidence": HOSTILE})
             for id_, lever in levers.file.levers.items()}
    file = levers.file.model_copy(update={"levers": named})
    records = read_digital("petit-studio")
    assets = records.table("assets")
    free = [c for c in ("brand", "model", "site", "serial") if c in assets]
    records = replace(records, tables={**records.tables, "assets": assets.assign(**dict.fromkeys(free, HOSTILE))})
    return AnnualReport(history.inventories[2025], history, replace(levers, file=file), records)


def spoiled(exhibit: Exhibit) -> Exhibit:
    """The exhibit with hostile text in every text cell of its table."""
    texts = [c for c in exhibit.table.columns if pd.api.types.is_string_dtype(exhibit.table[c])]
    return replace(exhibit, table=exhibit.table.assign(**dict.fromkeys(texts, HOSTILE)))


@pytest.mark.parametrize("name", [*PLANNED, *DIGITAL])
def test_hostile_text_of_a_table_is_shown_not_run(hostile, page, name):
    """Names of levers, devices, routes, indicators: in the table's own text, and in every cell put there afterwards."""
    made = getattr(hostile, name)()
    assert page(made._repr_html_()).live == []
    if made.html is None and any(pd.api.types.is_string_dtype(made.table[c]) for c in made.table):
        found = page(spoiled(made)._repr_html_())
        assert found.live == []
        assert "window.carbonPwned=1" in "".join(found.text)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_whole_page_of_each_audience_is_inert(hostile, notebook_of, page, audience, monkeypatch):
    """What the report makes of hostile levers and trips, rendered for each audience: nothing alive, the name
    readable.
    """
    monkeypatch.setattr(AnnualReport, "_picture", lambda *_: "<svg/>")
    found = page(render(notebook_of(hostile, (*PLANNED, *DIGITAL)), title=HOSTILE,
                        is_shown=is_shown, language="fr", audience=audience))
    assert found.live == []
    assert "window.carbonPwned=1" in "".join(found.text)


def test_tables_of_these_pages_are_exported_inert(hostile):
    """A lever called like a formula is text in CSV and XLSX."""
    table = spoiled(hostile.actions()).table.replace(HOSTILE, FORMULA)
    assert b"'=HYPERLINK" in to_csv_bytes(table) and b",=HYPERLINK" not in to_csv_bytes(table)
    book = load_workbook(BytesIO(to_xlsx_bytes({"actions": table}, words=hostile.words, titles={"actions": "actions"})))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []


def test_signatures_and_reviews_stay_text(page):
    """A signer's name and note are text on the page; a review's findings are plain values and plain text."""
    lines = [{"figure": HOSTILE, "state": "accepted", "by": HOSTILE, "note": HOSTILE, "set": HOSTILE,
              "at": "2026-01-02T03:04:05+00:00", "identity": "", "current": False}]
    found = page(render_signoff("atelier-exemple", 2024, "accepted", lines, language="fr"))
    assert found.live == [] and "".join(found.text).count("window.carbonPwned=1") == 4

    finding = Finding(*[f"\x1b[31m{HOSTILE}"] * 5).as_json()
    sheet = Sheet("petit-studio", 2025, found={"findings": [finding], "moved": [], "changed": {"code": "\x1b[2J"}})
    assert sheet.exit_code == 1
    assert "\x1b" not in printable(sheet.text())  # what `say` writes
