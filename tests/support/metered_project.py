"""A project of one company with one electricity meter, a bill a month, for as many years as a test asks for."""

from __future__ import annotations

import shutil
from calendar import monthrange
from collections.abc import Sequence
from pathlib import Path

from carbon.params.files.project import Project

TEMPLATE = Path(__file__).parents[2] / "carbon" / "runs" / "data" / "new_project"
HEAD = "period_start,period_end,site,country,carrier,quantity,unit,supplier"
COMPANY = "my-company"
USUAL = 500.0


def metered_project(root: Path, years: Sequence[int]) -> Project:
    """A new project in which each of these years has 500 kWh a month and nothing else."""
    shutil.copytree(TEMPLATE, root)
    shutil.rmtree(root / "data")
    (root / "data" / "ledger" / COMPANY).mkdir(parents=True)
    params = root / "params" / f"{COMPANY}.yml"
    text = params.read_text(encoding="utf-8")
    params.write_text("\n".join(line for line in text.splitlines() if line.strip()) + "\n", encoding="utf-8")
    project = Project(root)
    for year in years:
        bills(project, year)
    return project


def bills(project: Project, year: int, *, kwh: float = USUAL, months: int = 12) -> None:
    """Write the bills of a year."""
    folder = project.raw(COMPANY, year)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{year}-{m:02}-01,{year}-{m:02}-{monthrange(year, m)[1]},office,FR,electricity,{kwh},kWh,Grid"
             for m in range(1, months + 1)]
    (folder / "energy.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


def expect(project: Project, *entries: str) -> None:
    """Add lines to the company's `expected`."""
    params = project.params_file(COMPANY)
    listed = "".join(f"  - {entry}\n" for entry in entries)
    params.write_text(params.read_text(encoding="utf-8") + f"expected:\n{listed}", encoding="utf-8")
