"""`carbon init` for one's own company: headings to fill, notebooks that ask for it, the next step stated each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from carbon.core.errors import UsageError
from carbon.runs.desk.new_project import make_project

COMPANY, YEAR = "atelier-exemple", 2025


def carbon(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "carbon.cli", *arguments], cwd=root, text=True, capture_output=True,
                          env={**os.environ, "CARBON_PROJECT": ""})


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("init") / "project"
    make_project(folder, company=COMPANY, year=YEAR)
    return folder


def test_the_project_is_the_company_s_own(root):
    """Name and year are in folders, params and runs; nothing of the template's company is left."""
    files = [p for p in root.rglob("*") if p.is_file()]
    assert (root / f"params/{COMPANY}.yml").is_file() and (root / f"data/raw/{COMPANY}/{YEAR}").is_dir()
    texts = {p: p.read_text(encoding="utf-8") for p in files if p.suffix in (".yml", ".md", ".csv")}
    assert [p.name for p, text in texts.items() if "my-company" in text or "2024" in text] == []
    assert "Atelier Exemple" in texts[root / f"params/{COMPANY}.yml"]


def test_raw_files_hold_headings_only(root):
    """One line each: not one invented figure of the example gets into a company's own inventory."""
    raw = sorted((root / "data/raw").rglob("*.csv"))
    assert [p.name for p in raw] == ["energy.csv", "purchases.csv", "travel.csv"]
    assert [p.read_text(encoding="utf-8").count("\n") for p in raw] == [1, 1, 1]


def test_notebooks_ask_for_the_company_and_keep_no_figure_of_another(root):
    """Code names the company and the year; outputs of the example companies are gone."""
    for name in ("1_inventory", "4_data_quality"):
        cells = nbformat.read(root / f"notebooks/{name}.ipynb", as_version=4).cells
        code = [c for c in cells if c.cell_type == "code"]
        assert any(f'cb.inventory("{COMPANY}", {YEAR})' in c.source for c in code)
        assert [c for c in code if c.outputs or c.execution_count] == []
        assert not any(other in c.source for c in cells for other in ("petit-studio", "nuage-logiciels", "invented"))


def test_check_says_the_next_step_each_time(root):
    """Headings only: write rows. A bad row: correct it. All accepted: classify, then run."""
    folder = root / f"data/raw/{COMPANY}/{YEAR}"
    done = carbon(root, "check")
    assert done.returncode == 2 and "Next: write rows under the headings" in done.stdout
    energy = folder / "energy.csv"
    headings = {p: p.read_text(encoding="utf-8") for p in folder.iterdir()}
    (folder / "purchases.csv").unlink()
    (folder / "travel.csv").unlink()
    try:
        line = "2025-01-01,2025-12-31,office,FR,electricity,{},kWh,\n"
        energy.write_text(headings[energy] + line.format("12 kW"), encoding="utf-8")
        done = carbon(root, "check")
        assert done.returncode != 0 and "Next: correct" in done.stdout
        energy.write_text(headings[energy] + line.format("5900"), encoding="utf-8")
        done = carbon(root, "check")
        assert done.returncode == 0 and "Next: carbon classify " in done.stdout and "C/Y" not in done.stdout
        assert "Next" not in carbon(root, "check", "--json").stdout
    finally:
        for path, text in headings.items():
            path.write_text(text, encoding="utf-8")


def test_what_params_would_refuse_is_refused_before_anything_is_written(tmp_path):
    """A name with a slash or capitals, a year beyond the calendar, a folder with something in it."""
    for company, year in (("../x", 2024), ("My Company", 2024), ("x", 12), ("", 2024)):
        with pytest.raises(UsageError):
            make_project(tmp_path / "new", company=company, year=year)
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="not an empty folder"):
        make_project(tmp_path)


def test_the_verb_lists_what_it_wrote_and_says_what_comes_next(tmp_path):
    """On the screen the next step, in JSON the files alone."""
    shown = carbon(tmp_path, "init", "a").stdout
    assert "START.md" in shown and "Next:" in shown
    written = json.loads(carbon(tmp_path, "init", "b", "--json").stdout)["written"]
    assert "params/my-company.yml" in written and all((tmp_path / "b" / name).is_file() for name in written)
