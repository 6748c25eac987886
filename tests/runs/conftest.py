"""A thin project in a temporary folder: tiny notebooks, a few rows a company-year."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import yaml

from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.runs.desk.new_project import make_project
from carbon.runs.schedule.session import Options, RunSummary, run

SOURCE = "fake_content:of_rows"
PARAMETERS = 'company = "alpha"\nyear = 2024'
PARAMS = """
company: {company}
name: {{en: {company}}}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2019
gwp: AR5GWP100
fx: transaction_date
scope2_headline: location-based
factors: {{release: 2026.1, regions: {{}}, vintage: {{later: allow, max_gap: 5}}, price_basis: as_is,
  deflator: none}}
travel: {{flight_bands: desnz, non_co2: none, rail: {{other: rail.national}}, flight_detour_km: 0, rail_detour: 1.2,
  road_detour: 1.3}}
files: []
"""
SHOW = 'import pandas as pd\npd.DataFrame({"company": [company], "year": [year]})'


def notebook(*sources: str, parameters: str | None = PARAMETERS) -> nbformat.NotebookNode:
    """A notebook of these code cells after its parameters cell."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    if parameters is not None:
        cells.insert(0, nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"  # nbformat draws them
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python"}})


class ThinProject:
    """A project on disk with a handle on its parts."""

    def __init__(self, root: Path, companies: dict[str, list[int]]) -> None:
        self.project = Project(root)
        self.root = root
        for company, years in companies.items():
            for year in years:
                self.rows(company, year, 10.0, 2.5)
            (root / "params").mkdir(exist_ok=True)
            (root / "params" / f"{company}.yml").write_text(PARAMS.format(company=company))
        self.write_runs(companies)
        self.cells(SHOW)

    def rows(self, company: str, year: int, *kg: float) -> None:
        folder = self.project.raw(company, year)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rows.csv").write_text("co2e_kg\n" + "".join(f"{x}\n" for x in kg))

    def write_runs(self, companies: dict[str, list[int]], **more: object) -> None:
        entries = [{"company": c, "years": y} for c, y in companies.items()]
        (self.root / "params" / "runs.yml").write_text(
            yaml.safe_dump({"notebook": "notebooks/annual_report.ipynb", "runs": entries, "timeout_s": 60, **more}))

    def cells(self, *sources: str, parameters: str | None = PARAMETERS) -> None:
        (self.root / "notebooks").mkdir(exist_ok=True)
        nbformat.write(notebook(*sources, parameters=parameters), self.root / "notebooks" / "annual_report.ipynb")

    def run(self, **options: object) -> RunSummary:
        return run(self.project, load_runs(self.project), Options(**{"source": SOURCE, **options}))  # type: ignore[arg-type]

    def files(self) -> dict[str, bytes]:
        """Every published byte, by path: side files that hold times are left out."""
        processed = self.root / "data" / "processed"
        found = (p for p in sorted(processed.rglob("*")) if p.is_file() and not p.is_symlink())
        return {p.relative_to(processed).as_posix(): p.read_bytes() for p in found
                if p.name not in ("run.json", "run_journal.jsonl")}


@pytest.fixture
def thin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ThinProject]:
    """A maker of thin projects, by default two companies with one year each; `like` a folder: in a copy of it."""
    paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))

    def make(name: str = "project", companies: dict[str, list[int]] | None = None, like: Path | None = None
             ) -> ThinProject:
        root = tmp_path / name
        if like is None:
            root.mkdir()
        else:
            shutil.copytree(like, root, symlinks=True)
        return ThinProject(root, companies or {"alpha": [2024], "beta": [2024]})

    return make


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for thin projects as they were published: not to be changed."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def published_thin(thin: Callable[..., ThinProject], kept: Path) -> Callable[[dict[str, list[int]]], ThinProject]:
    """A maker of thin projects that are published: the first of some companies is run, the others are copies of it."""
    def make(companies: dict[str, list[int]]) -> ThinProject:
        like = kept / "-".join(f"{company}-{year}" for company, years in companies.items() for year in years)
        if like.exists():
            return thin(companies=companies, like=like)
        first = thin(companies=companies)
        assert first.run().exit_code == 0
        shutil.copytree(first.root, like, symlinks=True)
        return first

    return make


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project made by `carbon init` and published by `carbon run`, once for all workers: not to be changed."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    root, published = shared / "real" / "project", shared / "real" / "published"
    root.parent.mkdir(exist_ok=True)
    with (root.parent / "lock").open("w") as lock:
        # The worker that comes first publishes, the other waits for it; a failure is met by both.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not published.exists():
            shutil.rmtree(root, ignore_errors=True)
            _publish(root)
            published.touch()
    return root


def _publish(root: Path) -> None:
    make_project(root, example=True)
    summary = run(Project(root), load_runs(Project(root)))
    assert summary.exit_code == 0, summary.rows
