"""The whole way on a new project: init, check, run, verify, explain, diff, review, by the verbs themselves."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Ended, carbon
from data_packages import check_package

YEAR = "my-company/2024"


def as_json(done: Ended) -> Any:
    return json.loads(done.stdout)


@pytest.fixture
def published(published_once, tmp_path):
    """A copy of it to spoil."""
    root = tmp_path / "copy"
    shutil.copytree(published_once, root, symlinks=True)
    return root


def test_a_new_project_checks_runs_and_verifies(published):
    """`init` leaves a project that is accepted as it stands; a second run has nothing to do."""
    checked = as_json(carbon(published, "check", "--json"))
    assert [f["rows_rejected"] for f in checked["files"]] == [0, 0, 0]
    rows = as_json(carbon(published, "run", "--json"))["runs"]
    assert [row["status"] for row in rows] == ["skipped"]
    assert rows[0]["rows_read"] == 10 and rows[0]["rows_set_aside"] == 1
    verified = carbon(published, "verify", "--json")
    assert verified.returncode == 0 and as_json(verified)["sets"][0]["whole"]
    assert "0 to run, 1 up to date" in carbon(published, "run", "--dry-run").stdout


def test_explain_leads_from_the_figure_to_line_factor_and_publication(published_once):
    """Scope 2 of 12,300 kWh: two lines of one file, one factor with its page and source, and the sum of the rows."""
    found = as_json(carbon(published_once, "explain", f"{YEAR}/scope2-location", "--json"))
    assert [(r["source_file"], r["source_line"]) for r in found["rows"]] == [
        ("data/raw/my-company/2024/energy.csv", 2), ("data/raw/my-company/2024/energy.csv", 3)]
    factor = found["rows"][0]["kg_per_unit"]
    # 6,400 kWh + 5,900 kWh = 12,300 kWh, by one factor
    assert found["co2e_kg"] == pytest.approx(12_300 * factor, rel=1e-12)
    assert found["factors"][0]["page"] and found["sources"][0]["title"] and found["release"] == "2026.2"
    text = carbon(published_once, "explain", f"{YEAR}/scope2-location").stdout
    assert "energy.csv line 2" in text and "Sources:" in text
    assert carbon(published_once, "explain", f"{YEAR}/nonsense").returncode == 2
    assert carbon(published_once, "explain", "my-company/1999/scope1").returncode == 2


def test_a_set_is_a_data_package_that_the_manifest_covers(published_once):
    """datapackage.json has every other file of the set, its statements hold, and no hash of the set is without it."""
    folder = published_once / "data" / "processed" / YEAR / "current"
    package = json.loads((folder / "datapackage.json").read_text())
    check_package(package, folder)
    outputs = json.loads((folder / "manifest.json").read_text())["outputs"]
    assert {resource["path"] for resource in package["resources"]} == outputs.keys() - {"datapackage.json"}
    assert "datapackage.json" in outputs and package["id"] == YEAR


def test_verify_names_the_file_that_changed(published):
    """One byte of one file: exit 1 and its name; no set at all: exit 2."""
    path = published / "data" / "processed" / YEAR / "current" / "workbook.xlsx"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    done = carbon(published, "verify", "--json")
    assert done.returncode == 1
    problem = as_json(done)["sets"][0]["problems"]
    assert len(problem) == 1 and problem[0].startswith("workbook.xlsx: its bytes have changed since it was published; ")
    shutil.rmtree(published / "data" / "processed")
    done = carbon(published, "verify", "--json")
    assert done.returncode == 2 and as_json(done)["error"]["type"] == "UsageError"


def test_a_changed_record_is_stale_published_and_explained_by_diff(published):
    """900 kWh more on one line: the plan names the file, the diff puts the whole change on inputs."""
    before = (published / "data" / "processed" / YEAR / "current").readlink().name.removeprefix("set-")
    records = published / "data" / "raw" / YEAR / "energy.csv"
    records.write_text(records.read_text().replace(",6400,", ",7300,"))
    assert "inputs: data/raw/my-company/2024/energy.csv changed" in carbon(published, "run", "--dry-run").stdout
    assert carbon(published, "run").returncode == 0
    done = carbon(published, "diff", f"{YEAR}@{before}", YEAR, "--json")
    assert done.returncode == 1
    lines = {line["figure"]: line for line in as_json(done)["figures"]}
    assert lines["scope2-location"]["inputs_t"] == pytest.approx(
        lines["scope2-location"]["a_t"] * 900 / 12_300, rel=1e-9)
    for line in lines.values():
        assert sum(line[f"{c}_t"] for c in ("inputs", "factors", "params", "code")) == pytest.approx(line["change_t"])
        assert line["factors_t"] == line["params_t"] == line["code_t"] == 0
    assert carbon(published, "diff", YEAR, YEAR).returncode == 0


def test_review_finds_no_fault_in_an_untouched_report_nor_does_nbval(published):
    """Executed again, the report says the same; plain nbval agrees; the sheet is in the ledger."""
    done = carbon(published, "review", YEAR, "--json")
    sheet = as_json(done)["reviews"][0]
    assert done.returncode == 0, sheet
    assert sheet["verdict"] == "same" and sheet["nbval"]["passed"]
    assert (published / sheet["path"]).read_text().startswith("<!doctype html>")


LONG = pytest.mark.torture


@pytest.mark.parametrize("spoil", ["input", pytest.param("params", marks=LONG), pytest.param("page", marks=LONG),
                                   pytest.param("table", marks=LONG)])
def test_review_names_what_was_tampered_with(published, spoil):
    """A record, a method choice, a number on the page, a value in a table: differs, and the right thing is named."""
    current = published / "data" / "processed" / YEAR / "current"
    if spoil == "input":
        path = published / "data" / "raw" / YEAR / "energy.csv"
        path.write_text(path.read_text().replace(",6400,", ",6401,"))
        expected = f"{YEAR}/scope2-location"
    elif spoil == "params":
        path = published / "params" / "my-company.yml"
        path.write_text(path.read_text().replace("non_co2: as_published", "non_co2: none"))
        expected = f"{YEAR}/3.6"
    elif spoil == "page":
        path = current / "annual_report.html"
        text = path.read_text()
        at = text.index('data-value="', text.index(f'data-figure-id="{YEAR}/scope3"'))
        path.write_text(text[:at] + 'data-value="7' + text[at + 12:])
        expected = "annual_report.html"
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = current / "emissions.parquet"
        table = pq.read_table(path).to_pandas()
        table.loc[1, "co2e_kg"] += 1.0
        pq.write_table(pa.Table.from_pandas(table), path)
        expected = "emissions.parquet row 2"
    done = carbon(published, "review", YEAR, "--no-nbval", "--json")
    sheet = as_json(done)["reviews"][0]
    assert done.returncode == 1
    named = {row["figure_id"] for row in sheet["moved"]} | {f["where"] for f in sheet["findings"]}
    assert expected in named
    if spoil == "page":
        assert f"{YEAR}/scope3" in {f["figure_id"] for f in sheet["findings"]}


@pytest.mark.torture
def test_the_isolated_engine_gives_the_same_bytes(published_once, published):
    """A kernel process in another folder, time zone and locale: every published byte is the same."""
    shutil.rmtree(published / "data" / "processed")
    done = subprocess.run([sys.executable, "-m", "carbon.cli", "run", "--isolated"], cwd=published, capture_output=True,
                          env={**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "7"})
    assert done.returncode == 0, done.stderr
    one, two = ({p.name: p.read_bytes() for p in (root / "data" / "processed" / YEAR / "current").resolve().iterdir()}
                for root in (published_once, published))
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_three_audiences_are_published_from_one_run(published):
    """The company's own page and the two others, hashed in the manifest, each with its fixed link and the same
    totals.
    """
    year = published / "data" / "processed" / YEAR
    outputs = json.loads((year / "current" / "manifest.json").read_text())["outputs"]
    pages = {"annual_report.html", "annual_report.public.html", "annual_report.governance.html"}

    assert pages == {name for name in outputs if name.endswith(".html")}
    assert all((year / name).readlink() == Path("current", name) for name in pages)
    key = f'data-figure-id="{YEAR}/total-location"'
    totals = {re.search(f'{key} data-value="([^"]+)"', (year / name).read_text()).group(1) for name in pages}
    assert len(totals) == 1


APRIL = {"2024-01-01,2024-06-30": "2024-04-01,2024-09-30", "2024-07-01,2024-12-31": "2024-10-01,2025-03-31",
         "2024-01-31": "2024-04-30", "2024-03-04": "2024-04-04"}
"""Days of the example's records -> days of a year from April."""


def test_the_companys_own_audience_is_annual_report_html_and_its_years_are_named_by_their_months(published):
    """`audience: public` in params: annual_report.html is the public page. A company whose year begins in April: every
    page of it, the index and its filing state once what "2025" is, wherever else the number appears alone.
    """
    path = published / "params" / "my-company.yml"
    text = path.read_text().replace('reporting_year_starts: "01-01"', 'reporting_year_starts: "04-01"')
    path.write_text(text.replace("base_year: 2024", "base_year: 2025") + "\naudience: public\n")
    raw = published / "data" / "raw" / "my-company"
    (raw / "2024").rename(raw / "2025")
    for file in (raw / "2025").glob("*.csv"):
        records = file.read_text()
        for old, new in APRIL.items():
            records = records.replace(old, new)
        file.write_text(records)
    runs = published / "params" / "runs.yml"
    runs.write_text(runs.read_text().replace("2024", "2025"))
    done = carbon(published, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    year = published / "data" / "processed" / "my-company" / "2025"

    assert '<body class="public edition">' in (year / "annual_report.html").read_text()
    assert {p.name for p in year.glob("annual_report.*.html")} == {"annual_report.performance.html",
                                                                   "annual_report.governance.html"}
    note = "Each year is a reporting year and bears the number of the year it ends in: 2025 (April 2024 to March 2025)."
    pages = [*year.glob("annual_report*.html"), published / "data" / "processed" / "index.html"]
    assert len(pages) == 4
    for page in pages:
        assert page.read_text().count(note) == 1, page.name
    assert '<th scope="row">2025 (April 2024 to March 2025)</th>' in pages[-1].read_text()
    filed = as_json(carbon(published, "file", "my-company/2025", "--format", "ghg_protocol", "--json"))
    assert any(note in file.read_text() for file in (published / filed["path"]).glob("*about*.csv")), filed


@pytest.mark.parametrize("name", ["annual_report.html", "annual_report.public.html", "annual_report.governance.html",
                                  "workbook.xlsx", "tables.xlsx"])
def test_a_page_that_shows_another_total_is_not_published(published, name):
    """The check of a stage reads every page: a total that its rows do not give stops the run."""
    from carbon.core.errors import RunError
    from carbon.runs.company_year.reconcile import Reconciled

    current = published / "data" / "processed" / YEAR / "current"
    company, year = YEAR.split("/")
    headline = json.loads((current / "manifest.json").read_text())["settings"]["scope2_headline"]
    check = Reconciled(company, int(year), headline)
    check(current, {})
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(current / name)
        cell = next(cell for sheet in book for row in sheet.iter_rows() if f"{YEAR}/scope3" in [c.value for c in row]
                    for cell in row if isinstance(cell.value, float))
        cell.value += 1.0
        book.save(current / name)
    else:
        text = (current / name).read_text()
        at = text.index('data-value="', text.index(f'data-figure-id="{YEAR}/scope3"'))
        (current / name).write_text(text[:at] + 'data-value="7' + text[at + 12:])

    with pytest.raises(RunError, match=re.escape(name)):
        check(current, {})
