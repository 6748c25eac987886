"""Each chart of each page of each example company has an id, and `carbon explain` of it answers with its numbers."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

import carbon as cb
from carbon.accounting import inventory
from carbon.accounting.explain import OF_CHART
from carbon.accounting.views import named_suppliers
from carbon.cli import app
from carbon.core.errors import RunError, UsageError
from carbon.core.schemas import HISTORY
from carbon.params.files.project import Project
from carbon.reports.page.audiences import AUDIENCES
from carbon.runs.publish.sets import read_manifest
from carbon.runs.review import explain as explain_module
from carbon.runs.review.explain import explain
from carbon.runs.review.published import NOT_HELD

ROOT = Path(__file__).parents[3]
COMPANIES = ("petit-studio", *(pytest.param(c, marks=pytest.mark.torture) for c in ("nuage-logiciels", "cap-conseil")))
"""The larger ones at length."""
YEAR = 2025
FIGURE = re.compile(r'<figure(?: class="pair")?( data-figure-id="([^"]+)")?>(.*?)</figure>', re.DOTALL)


@pytest.fixture(scope="session")
def examples(tmp_path_factory):
    """A project of the example companies; their last year is published when first asked for."""
    root = tmp_path_factory.mktemp("examples")
    for part in ("params", "data/raw", "data/ledger"):
        shutil.copytree(ROOT / part, root / part)
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "annual_report.ipynb", root / "notebooks")
    runs = root / "params" / "runs.yml"
    runs.write_text(runs.read_text(encoding="utf-8").replace("pdf: true", "pdf: false"), encoding="utf-8")
    return root


def folder(root: Path, company: str) -> Path:
    """The set in force of the company's last year, published when first asked for."""
    current = root / "data" / "processed" / company / str(YEAR) / "current"
    if not current.exists():
        done = subprocess.run([sys.executable, "-m", "carbon.cli", "run", "--only", f"{company}/{YEAR}"], cwd=root,
                              text=True, capture_output=True, env={**os.environ, "CARBON_PROJECT": ""})
        assert done.returncode == 0, done.stderr
    return current


def pages(root: Path, company: str) -> dict[str, str]:
    found = {p.name: p.read_text(encoding="utf-8") for p in folder(root, company).glob("annual_report*.html")}
    assert len(found) == len(AUDIENCES)
    return found


def numbers_beside(root: Path, company: str) -> dict[str, list[float]]:
    """Of each chart of the published notebook: the numbers of the table beside it."""
    notebook = nbformat.read(folder(root, company) / "annual_report.ipynb", as_version=4)
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs if "metadata" in o]
    charts = {o.metadata["carbon"]["figure_id"] for o in outputs if "image/svg+xml" in o.get("data", {})}
    tables = {o.metadata["carbon"]["figure_id"]: o.data["text/html"] for o in outputs
              if "text/html" in o.get("data", {}) and o.metadata.get("carbon", {}).get("figure_id") in charts}
    return {name: [float(v) for v in re.findall(r'data-value="([^"]+)"', html)] for name, html in tables.items()}


@pytest.mark.parametrize("company", COMPANIES)
def test_every_chart_of_every_page_is_explained_with_its_numbers(examples, company: str, monkeypatch):
    """Each picture is in a figure with an id of its own, wide and narrow; `carbon explain ID` gives the printed
    numbers: of the smallest company every third, of the others, in the long form, all.
    """
    shown = {name: FIGURE.findall(html) for name, html in pages(examples, company).items()}
    assert all(html.count("<svg") == 2 * len(shown[name]) for name, html in pages(examples, company).items())
    ids = [identifier for figures in shown.values() for _, identifier, _ in figures]
    assert all(ids) and all(len({i for _, i, _ in f}) == len(f) for f in shown.values())
    beside = numbers_beside(examples, company)
    assert set(beside) == set(ids) and len(beside) >= 12
    monkeypatch.chdir(examples)

    for identifier, printed in [*beside.items()][::3 if company == COMPANIES[0] else 1]:
        done = CliRunner().invoke(app, ["explain", identifier, "--json"])
        assert done.exit_code == 0, done.output
        found = json.loads(done.stdout)
        numbers = [v for line in found["table"] for v in line.values() if isinstance(v, int | float)]
        # Fitted medians and intervals are printed with six digits.
        assert sorted(numbers) == pytest.approx(sorted(printed), rel=1e-5), identifier
        assert found["formula"] and found["files"]
        assert found["rows"] or identifier.endswith(("fleet_ages", "thresholds"))


@pytest.mark.parametrize("company", COMPANIES)
def test_a_chart_of_emission_rows_is_the_sum_of_its_rows(examples, company: str):
    """kg of the rows = 1000 x tonnes of the table: scope 3 by category, travel by mode, suppliers, energy by month."""
    project, checked = Project(examples), 0
    assert folder(examples, company).is_dir()
    for name in OF_CHART:
        found = explain(project, f"{company}/{YEAR}/{name}")
        heading = next(c for c in found.table if str(c).strip() == "t CO₂e")
        tonnes = found.table[heading].astype(float)
        if name == "chart/scopes":
            # the headline total is one line of the table
            assert any(math.isclose(found.co2e_kg, 1000 * t, rel_tol=1e-12) for t in tonnes)
        elif name in ("chart/icicle", "chart/icicle_public"):
            # each level is the sum of the next: the scopes alone are the total
            scopes = found.table.iloc[:, 0].astype(str).str.contains("/scope")
            assert found.co2e_kg == pytest.approx(1000 * math.fsum(tonnes[scopes]), rel=1e-9)
        else:
            assert found.co2e_kg == pytest.approx(1000 * math.fsum(tonnes.dropna()), rel=1e-9)
        assert math.fsum(found.rows["co2e_kg"]) == pytest.approx(found.co2e_kg, rel=1e-12)
        assert len(found.factors) and len(found.sources)
        checked += 1
    assert checked == 7


def test_what_a_company_states_is_explained_by_name_and_a_wrong_name_is_answered(examples):
    """Revenue, a target by its id and a year of the history; what the set has not is named with the nearest."""
    project, of = Project(examples), f"{COMPANIES[0]}/{YEAR}"
    manifest = read_manifest(folder(examples, COMPANIES[0]))
    target = manifest["settings"]["targets"][-1]
    named = explain(project, f"{of}/target/{target['id']}")
    base = explain(project, f"{of}/history/{target['base_year']}")

    assert f"target {target['id']}: " in named.formula and len(named.rows)
    assert set(base.table["year"]) == {target["base_year"]} and len(base.sources) and len(base.files)
    assert explain(project, f"{of}/gap/{target['id']}").co2e_kg == pytest.approx(
        float(named.rows.set_index("year").loc[YEAR, "gap_kg"]))
    revenue = explain(project, f"{of}/revenue").table
    assert revenue.iloc[0].tolist() == [YEAR, *(manifest["summary"]["size"][k] for k in ("revenue", "currency"))]
    for wrong, hint in (("target/none", target["id"]), ("history/1900", "history/")):
        with pytest.raises(UsageError) as refused:
            explain(project, f"{of}/{wrong}")
        assert hint in refused.value.hint


def test_a_published_set_is_opened_as_an_inventory(examples, monkeypatch):
    """Its totals, pivots and explanations are those of the computed year; what needs records names the call for it."""
    root, of = examples, ("petit-studio", YEAR)
    assert folder(root, of[0]).is_dir()
    monkeypatch.chdir(root)
    opened, computed = cb.published(*of), inventory(*of, project=Project(root))
    opened.emissions["co2e_kg"] *= 2  # a copy: no total of the set changes
    for method in ("location-based", "market-based"):
        opened.rows(scope2_method=method)["co2e_kg"] *= 2
        assert opened.total(method) == computed.total(method)
        pivots = [one.pivot("supplier", "quarter", scope2_method=method) for one in (opened, computed)]
        pd.testing.assert_frame_equal(*pivots)
    assert opened.explain("scope1").co2e_kg == computed.explain("scope1").co2e_kg
    assert str(opened) == str(computed) and opened.explore().total_kg == computed.explore().total_kg
    assert len(opened.breaches()) == len(computed.breaches()) and "Breaches" in opened._repr_html_()
    named = {"pairs", "misses", "reported", "boundary_warned"}
    assert named <= NOT_HELD, "an empty table reads as no pair, no miss, nothing that came or went"
    for ask in (*(partial(getattr, opened, name) for name in sorted(NOT_HELD)), lambda: named_suppliers(opened),
                lambda: opened.pivot("route", scope2_method="market-based")):
        with pytest.raises(UsageError, match=re.escape(f"cb.inventory('petit-studio', {YEAR})")):
            ask()


def test_all_published_sets_are_one_long_table(examples, monkeypatch):
    """Scopes and categories in tonnes with the state of each; an unknown company or year is answered with those there
    are, and a set whose bytes changed raises.
    """
    where = folder(examples, "petit-studio")
    monkeypatch.chdir(examples)
    table = cb.published()
    of_one = table[(table["company"] == "petit-studio") & (table["year"] == YEAR)]
    assert of_one["co2e_t"].tolist() == pytest.approx((of_one["co2e_kg"] / 1000).tolist(), nan_ok=True)
    assert of_one["employees"].eq(13).all() and of_one["currency"].eq("EUR").all()
    assert of_one["revenue"].eq(1_510_000).all()
    assert of_one["co2e_kg"].isna().tolist() == (of_one["rows"] == 0).tolist() and len(of_one) == 18
    with pytest.raises(UsageError, match="did you mean petit-studio"):
        cb.published("petit-studo", YEAR)
    with pytest.raises(UsageError, match=f"published years: {YEAR}"):
        cb.published("petit-studio", 1999)
    emissions = where / "emissions.parquet"
    whole = emissions.read_bytes()
    emissions.write_bytes(whole[:-9] + b"x" + whole[-8:])
    try:
        for ask in (cb.published, lambda: cb.published("petit-studio", YEAR)):
            with pytest.raises(RunError, match=r"emissions\.parquet"):
                ask()
    finally:
        emissions.write_bytes(whole)


def test_every_drawing_of_the_index_is_explained_with_its_numbers(examples):
    """Each small drawing has the id of a chart; its tonnes are the sums of the scopes that `carbon explain` gives."""
    folder(examples, "petit-studio")
    html = (examples / "data" / "processed" / "index.html").read_text(encoding="utf-8").replace("<wbr>", "")
    drawn = re.findall(r'<svg[^>]*aria-label="([^"]+)" data-figure-id="([^"]+)"', html)
    assert len(drawn) == html.count("<svg") > 0
    for alternative, identifier in drawn:
        assert f"carbon explain {identifier}<" in html
        table = explain(Project(examples), identifier).table
        year, _, tonnes, _ = table.columns
        named = re.findall(r"(\d{4}) ([\d,]+\.\d) t CO", alternative.replace("\u00a0", " "))
        assert len(named) == 2
        for one, shown in named:
            total = math.fsum(table.loc[table[year].astype(str) == one, tonnes])
            assert float(shown.replace(",", "")) == pytest.approx(total, abs=0.05001)


def test_the_page_says_how_to_ask(examples):
    """The caption carries the command; the public page keeps the id for machines only."""
    found = pages(examples, "petit-studio")
    assert f"carbon explain petit-studio/{YEAR}/chart/fleet_ages<" in found["annual_report.html"]
    public = found["annual_report.public.html"]
    assert "carbon explain" not in public and f'data-figure-id="petit-studio/{YEAR}/chart/years"' in public


def test_an_unknown_chart_and_a_changed_workbook_are_refused(examples, tmp_path):
    """A misspelt id names the known ones; a table that may have been changed is not printed as if it were published."""
    project = Project(examples)
    assert folder(examples, "petit-studio").is_dir()
    with pytest.raises(UsageError, match="is not a chart"):
        explain(project, f"petit-studio/{YEAR}/chart/nonsense")
    shutil.copytree(examples, tmp_path / "copy", symlinks=True)
    book = folder(tmp_path / "copy", "petit-studio") / "tables.xlsx"
    book.write_bytes(book.read_bytes() + b"x")
    with pytest.raises(UsageError, match="has changed since it was published"):
        explain(Project(tmp_path / "copy"), f"petit-studio/{YEAR}/chart/bridge")


def test_an_inventory_explains_charts_of_its_own_rows(monkeypatch):
    """`inv.explain("chart/travel")` is the sum of the travel rows; a chart of several years is not the inventory's."""
    monkeypatch.setenv("CARBON_PROJECT", str(ROOT))
    inv = inventory("petit-studio", YEAR)
    rows = inv.emissions[(inv.emissions["kind"] == "travel") & inv.emissions["kyoto"]]
    assert inv.explain("chart/travel").co2e_kg == pytest.approx(math.fsum(rows["co2e_kg"]))
    with pytest.raises(UsageError, match="is not a figure"):
        inv.explain("chart/bridge")


def test_a_gap_that_the_report_does_not_judge_is_explained_as_such(monkeypatch):
    """1,000 kg in 2020, half of it by 2030: 700 kg in 2024 are 100 kg under the pathway; the boundary is not known."""
    lines = [("c", year, "1", 0, "", kg, "computed", "AR5", "b", "") for year, kg in ((2020, 1000.0), (2024, 700.0))]
    table = pd.DataFrame(lines, columns=list(HISTORY.columns))
    monkeypatch.setattr(explain_module, "published_table", lambda *_: table)
    target = {"id": "t", "label": {"en": "T"}, "scopes": ["1"], "scope2_method": "location-based", "base_year": 2020,
              "target_year": 2030, "reduction": 0.5}
    for gap_t, is_said in ((-0.1, False), (None, True)):
        manifest = {"settings": {"targets": [target]}, "summary": {"gap_t": gap_t}, "release": "r"}
        found = explain_module._explain_target("c", 2024, "gap", Path(), manifest)
        assert found.co2e_kg == pytest.approx(-100)
        assert ("does not judge this gap" in found.formula) == is_said
