"""Every block of code on the pages runs in a scratch project, settings pass the loader; what is not run is named."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from carbon.cli import app
from carbon.core.errors import CarbonError
from carbon.params.files.levers import read_plans
from carbon.params.files.project import Project
from carbon.params.files.sources import resolved
from carbon.params.files.strict_yaml import read_yaml
from carbon.params.shapes.actions import Action
from carbon.params.shapes.boundary import Answer
from carbon.params.shapes.commitments import Commitments
from carbon.params.shapes.company import BaseYearPolicy, CompanyParams, FilePattern, FilingParams, Instrument, Rule
from carbon.params.shapes.counted_twice import CountedTwice
from carbon.params.shapes.digital import ServiceAnswers
from carbon.params.shapes.expected import Accepted
from carbon.params.shapes.heat_contents import HeatContent
from carbon.params.shapes.levers import LeverEntry, PlanParams
from carbon.params.shapes.sites import Site
from carbon.params.shapes.source import SourceProfile
from carbon.scorecards.catalogue import catalogue

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```\s*?\n(?:\s*<!-- exits ([\d ]+) -->)?", re.MULTILINE | re.DOTALL)
SHELL, PYTHON = ("sh", "bash", "console"), ("python",)
TUTORIAL = DOCS / "tutorial" / "first-inventory.md"
PLAN = DOCS / "tutorial" / "first-plan.md"
TWELVE = DOCS / "tutorial" / "responsible-digital.md"
NOT_RUN = {
    "text": "what is shown, not typed: trees of files, what needs Airflow or other machines, as the page states; the "
            "sessions at a terminal of own-exports.md are calls of tests/runs/desk/test_project_from.py",
    "json": "what a program gets, not what it types; tests/cli holds the keys of each verb to the page",
    "csv": "files to paste; tests/accounting/test_worked_examples.py reads and counts each of them",
    "cron": "read by cron; its command is `carbon run`, which is tested",
    "ini": "read by systemd; its command is `carbon run`, which is tested",
}
"""Languages of blocks that no test runs, and why."""
README_SHELL = "make report, make test: what every build runs"
SETTINGS: dict[str, Callable[[Any], Any]] = {
    "files": lambda found: [resolved(FilePattern.model_validate({"kind": "energy", **v})) for v in found],
    "levers": lambda found: [LeverEntry.model_validate(v) for v in found.values()],
    "plan": PlanParams.model_validate,
    "actions": lambda found: [Action.model_validate(v) for v in found.values()],
    "base_year_policy": BaseYearPolicy.model_validate,
    "filing": FilingParams.model_validate,
    "instruments": lambda found: [Instrument.model_validate(v) for v in found],
    "factors": lambda found: [HeatContent.model_validate(v) for v in found["heat_contents"]],
    "expected": lambda found: [Accepted.model_validate(v) for v in found],
    "boundary": lambda found: [Answer.model_validate(v) for v in found],
    "counted_twice": lambda found: [CountedTwice.model_validate(v) for v in found],
    "sites": lambda found: [Site.model_validate(v) for v in found.values()],
    "indicators": lambda found: len(catalogue({"indicators": found}).table),
    "formulas": lambda found: not any(
        formula.fault for formula in catalogue({"indicators": [], "formulas": found}).formulas.values()),
    "commitments": lambda found: Commitments.model_validate({"commitments": found}).commitments,
}
"""What a block of YAML is, by its one key."""


TWINS = {"premier-inventaire": TUTORIAL, "rapports": DOCS / "how-to" / "reports.md", "numerique-responsable": TWELVE}
"""French pages of `docs/fr` with the code of an English one, which runs."""


def pages() -> list[Path]:
    return [README, *sorted(p for p in DOCS.rglob("*.md") if p.stem not in TWINS)]


@pytest.mark.parametrize("name", TWINS)
def test_a_french_page_has_the_code_of_its_english_twin(name):
    """What the English page runs line by line holds for the French one: every block is the same."""
    french, english = (BLOCK.findall(p.read_text(encoding="utf-8")) for p in (DOCS / "fr" / f"{name}.md", TWINS[name]))
    assert french == english


def blocks(page: Path, languages: tuple[str, ...]) -> list[tuple[str, list[int]]]:
    """Code of the page's blocks in these languages, and the exit codes each announces: of its last line, or of each."""
    found = []
    for indent, language, code, exits in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language in languages:
            lines = [line.removeprefix(indent).removeprefix("$ ") for line in code.splitlines()]
            found.append(("\n".join(lines), [int(e) for e in exits.split()] or [0]))
    return found


def _name(page: Path) -> str:
    return page.relative_to(ROOT).with_suffix("").as_posix()


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """`carbon` on the path, no project of ours in the way."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "CARBON_PROJECT": "", "MPLBACKEND": "agg", "NO_COLOR": "1"}


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the example project, with the few files that the pages speak of."""
    for name in ("params", "data/raw", "data/ledger"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "annual_report.ipynb", tmp_path / "notebooks")
    header = "company,date,supplier,category,description,amount,currency,country"
    (tmp_path / "invoices.csv").write_text(f"{header}\nc,2024-05-02,Fictif,rent,office,100.00,EUR,FR\n", "utf-8")
    events = (ROOT / "data/ledger/cap-conseil/base_year_events.csv").read_text("utf-8").splitlines()
    sale = [line.rpartition(",")[0] for line in events if line.startswith(("event_id,", "divestment-cap-formation,"))]
    (tmp_path / "sale.csv").write_text("\n".join(sale).replace("divestment-cap-formation", "sale-of-a-branch") + "\n",
                                       encoding="utf-8")
    ledger = pd.DataFrame({"activity": "electricity", "unit": "kWh", "scope": "2", "category": 0, "region": "FR",
                           "year": 2024, "company": ["a", "b"], "quantity": [100.0, 250.0]})
    ledger.to_parquet(tmp_path / "ledger.parquet", index=False)
    ledger.to_csv(tmp_path / "ledger.csv", index=False)
    digital = (DOCS / "how-to/responsible-digital.md").read_text("utf-8")
    for name, start in (("answers.yml", "service_id:"), ("own.csv", "item,step,")):
        code = next(c for _, _, c, _ in BLOCK.findall(digital) if c.startswith(start))
        (tmp_path / name).write_text(code, encoding="utf-8")
    return tmp_path


def test_every_block_is_run_or_named():
    """A block in a language nobody runs or names would look tested and not be."""
    used = {language for page in pages() for _, language, _, _ in BLOCK.findall(page.read_text("utf-8"))}
    assert used - {*SHELL, *PYTHON, "yaml", *NOT_RUN} == set()
    assert all(re.fullmatch(r"make \w+ .*", line) for code, _ in blocks(README, SHELL) for line in code.splitlines())
    assert README_SHELL and blocks(README, PYTHON) == blocks(DOCS / "index.md", PYTHON)  # run there


@pytest.fixture
def typed(tmp_path, monkeypatch) -> Callable[..., list[tuple[str, str]]]:
    """Type the lines of a page in a folder, each ending with the exit code it announces: (line, output) of each."""
    def lines_of(page: Path, folder: Path = tmp_path) -> list[tuple[str, str]]:
        monkeypatch.chdir(folder)
        monkeypatch.delenv("CARBON_PROJECT", raising=False)
        return [(line, _typed(line, code, monkeypatch))
                for block, exits in blocks(page, SHELL) for line, code in _announced(block, exits)]

    return lines_of


def _announced(code: str, exits: list[int]) -> Iterator[tuple[str, int]]:
    """The lines of a block with their exit codes; a here-document is one line with what opens it."""
    lines = [one[0] for one in re.finditer(r"^.*<<'END'\n(?:.*\n)*?END$|^.*\S.*$", code, re.MULTILINE)]
    return zip(lines, exits if len(exits) == len(lines) else [*[0] * (len(lines) - 1), exits[-1]], strict=True)


def _typed(line: str, code: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a line: `carbon` in this process, what it writes to a file as its shell would, all others by bash."""
    program, *words = shlex.split(line, comments=True) if "<<" not in line else ("bash",)
    if program == "cd":
        monkeypatch.chdir(words[0])
        return ""
    if program != "carbon":
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # papermill of this environment
        done = subprocess.run(["bash", "-euc", line], text=True, capture_output=True, timeout=300,
                              env=os.environ | {"PATH": path})
        assert done.returncode == code, (line, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout
    target = words[words.index(">") + 1] if ">" in words else None
    run = CliRunner().invoke(app, words[:words.index(">")] if target else words)
    error = run.exception if not isinstance(run.exception, SystemExit) else None
    assert (2 if isinstance(error, CarbonError) else run.exit_code) == code, (line, run.output[-2000:], error)
    if target:
        Path(target).write_text(run.stdout, encoding="utf-8")
    return f"{run.output}{error or ''}"


def test_the_tutorial_runs_line_by_line(typed, tmp_path):
    """From an empty folder and three files to a report, with the exit codes the page announces."""
    outputs = "".join(output for _, output in typed(TUTORIAL))
    page = tmp_path / "my-project/data/processed/atelier-exemple/2025/annual_report.html"
    assert page.is_file() and "Atelier Exemple" in page.read_text(encoding="utf-8")
    assert "Imprimerie Fictive" in outputs  # classify asked for it
    assert "total-location = " in outputs


def test_a_first_plan_is_adopted_by_the_lines_of_its_page(typed):
    """From an empty folder to a recorded plan with three levers; the page counts its commands right."""
    lines = [(line, output) for line, output in typed(PLAN) if line.startswith("carbon")]
    commands, outputs = [line for line, _ in lines], dict(lines)
    assert "3 levers" in outputs["carbon levers check my-company"]
    [plan] = read_plans("my-company", project=Project(Path.cwd()))
    assert plan.meets and sorted(v.id for v in plan.levers) == ["fewer-flights", "fewer-licences", "led"]
    assert commands.index("carbon adopt my-company") == 4
    assert "five commands and two edits" in PLAN.read_text(encoding="utf-8")
    assert "facilities manager" in outputs["carbon actions my-company/2024"]


def test_twelve_people_have_their_pages_by_the_lines_of_the_tutorial(typed):
    """From an empty folder and seven French files to three pages; commands, files and answers are as many as the page
    counts, every row is accepted, and no figure but the manufacture of devices has a second one.
    """
    lines = typed(TWELVE)
    commands = [output for line, output in lines if line.startswith("carbon")]
    files = sum(line.count("cat > data/raw/") for line, _ in lines)
    assert (len(commands), files) == (4, 7)
    answers = re.search(r"commands, seven\s+files and (\w+) answers", TWELVE.read_text(encoding="utf-8"))
    assert answers and answers[1] == "nine"
    rows = [line.split() for line in commands[1].splitlines() if ".csv " in line or ".xlsx " in line]
    assert len(rows) >= files and {row[5] for row in rows} == {"0"} and "100.00 % of the amount" in commands[2]
    page, sheet, poster = (Path("pages", name).read_text(encoding="utf-8") for name in (
        "responsible_digital.html", "public_sheet.html", "laptop_poster.html"))
    assert page.count("discordant") == 1 and "Atelier Douze" in page and "40\u202f%" in sheet and "185 kg" in poster


AT_LENGTH = ("reports.md", "levers.md", "scheduled-runs.md", "classify-purchases.md")
"""Pages whose lines publish, plan or schedule several companies: half a minute each, tried in the long form."""


@pytest.mark.parametrize("page", [
    pytest.param(p, marks=[pytest.mark.torture] if p.name in AT_LENGTH else [])
    for p in pages() if blocks(p, SHELL) and p not in (README, TUTORIAL, PLAN, TWELVE)], ids=_name)
def test_shell_of_a_page_runs_line_by_line(page, typed, project):
    """Each line of a how-to ends with the exit code the page announces, 0 where it announces none."""
    assert typed(page, project)


@pytest.mark.parametrize("page", [
    pytest.param(p, marks=[pytest.mark.torture] if p.name == "ask.md" else [])  # its calls are tested one by one
    for p in pages() if blocks(p, PYTHON) and p != README], ids=_name)
def test_python_of_a_page_runs_in_order(page, monkeypatch, project):
    """All Python blocks of a page, as one session on a copy of the example project."""
    code = "\n".join(code for code, _ in blocks(page, PYTHON))
    if "duckdb" in code:
        pytest.importorskip("duckdb", reason="duckdb is not installed: the page on big ledgers was not run")
    monkeypatch.chdir(project)
    monkeypatch.delenv("CARBON_PROJECT", raising=False)
    exec(compile(code, _name(page), "exec"), {"__name__": "__page__"})


def test_settings_on_the_pages_are_valid(tmp_path):
    """Every block of YAML passes the strict loader and the schema of its file: each key is accepted."""
    seen = []
    for page in pages():
        for code, _ in blocks(page, ("yaml",)):
            (tmp_path / "block.yml").write_text(f"rules:\n{code}" if code.startswith("- ") else code, encoding="utf-8")
            values = read_yaml(tmp_path / "block.yml", f"{_name(page)}").values
            seen += [_validated(values)]
    assert set(seen) >= {*SETTINGS, "rules", "service_id"}


def _validated(values: dict[str, Any]) -> str:
    key = next(iter(values))
    if key == "rules":
        assert all(Rule.model_validate(rule) for rule in values["rules"])
    elif key == "name":
        assert SourceProfile.model_validate(values)
    elif key == "service_id":
        assert ServiceAnswers.model_validate(values)
    elif key == "revenue":
        assert set(values) <= set(CompanyParams.model_fields)
    else:
        assert set(values) == {key} and SETTINGS[key](values[key])
    return key


def test_a_broken_block_would_be_seen():
    """Blocks are found with their announced exit code, indented ones too."""
    found = BLOCK.findall("1. x\n\n   ```sh\n   carbon check\n   ```\n\n<!-- exits 2 -->\n\n```python\nx = 1\n```\n")
    assert [(language, exits) for _, language, _, exits in found] == [("sh", "2"), ("python", "")]
