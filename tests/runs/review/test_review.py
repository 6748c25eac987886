"""A reviewer's doubt is answered: one thing changed anywhere is found and the figure it touches is named; nothing
changed is no finding. Inputs, factors and params are reviewed by executing again; of stored outputs, one execution
serves all.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from carbon.core.errors import UsageError
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project, sha256_of
from carbon.runs.company_year.job import Job
from carbon.runs.company_year.journal import Journal
from carbon.runs.company_year.publication import fill_stage
from carbon.runs.company_year.stale import dependencies
from carbon.runs.publish import Stage
from carbon.runs.publish.hashing import FileHashes
from carbon.runs.publish.identity import identity, record
from carbon.runs.publish.parquet import read_table, to_parquet
from carbon.runs.publish.sets import current_set, damage
from carbon.runs.review.rerun import WORK, compared, review_again
from carbon.runs.review.review import Sheet, review
from carbon.runs.review.verify import with_rows
from carbon.runs.schedule.index_page import write_index
from carbon.runs.schedule.session import SOURCE, run

COMPANY, YEAR = "my-company", 2024
WHAT = f"{COMPANY}/{YEAR}/"
FACTOR = ("factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,price_year,price_basis,tier,label,"
          "edition,evidence\nhost-2024,hosting.of_mine,FR,EUR,0.031,2024,2024,AR5GWP100,2024,purchaser,supplier-specific,Host,"
          "statement,invented p. 7\n")
RULE = """rules:
  - {id: host, when: {supplier: ["Cabinet Imaginaire"]}, activity: hosting.of_mine, reason: by its own statement}
"""
SOURCES = {  # what is changed -> figures that must move, figures that must not
    "energy.csv": ({"scope2-location", "total-location", "site/office"}, {"scope1", "3.1", "3.6"}),
    "purchases.csv": ({"3.1", "scope3", "total-location"}, {"scope1", "scope2-location", "3.6"}),
    "travel.csv": ({"3.6", "scope3", "total-location"}, {"scope1", "scope2-location", "3.1"}),
    "factors.csv": ({"3.1", "scope3", "total-location"}, {"scope1", "scope2-location", "3.6"}),
    "my-company.yml": ({"3.6", "scope3", "total-location"}, {"scope1", "scope2-location", "3.1"}),
}


@pytest.fixture(scope="module")
def published(published_once, tmp_path_factory) -> Path:
    """A project with a factor of its own, published."""
    root = tmp_path_factory.mktemp("review") / "project"
    shutil.copytree(published_once, root, symlinks=True)
    # A journey by its two ends: its length depends on params.
    with (root / "data" / "raw" / COMPANY / str(YEAR) / "travel.csv").open("a") as file:
        file.write("2024-11-04,rail,Lyon,Marseille,,1,yes,1,,,,FR,T1\n")
    # The host of its own: a factor that can be tampered with, as the packaged ones cannot.
    rules = root / "params" / COMPANY / "rules.yml"
    (rules.parent / "factors.csv").write_text(FACTOR)
    rules.write_text(re.sub(r"(?m)^rules:\n", RULE, rules.read_text(), count=1))
    summary = run(Project(root), load_runs(Project(root)))
    assert summary.exit_code == 0, summary.rows
    return root


def in_a_child(root: Path, work: Callable[[], Any]) -> Any:
    """What `work` returns, in a forked process: a notebook leaves its traces in the process that runs it."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.environ["CARBON_PROJECT"] = str(root)
        try:
            told = json.dumps(work())
        except BaseException as error:
            told = json.dumps({"error": f"{type(error).__name__}: {error}"})
        with os.fdopen(write, "w") as out:
            out.write(told)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told_by:
        text = told_by.read()
    os.waitpid(pid, 0)
    told = json.loads(text)
    assert "error" not in told, told
    return told


def job(root: Path, folder: Path) -> Job:
    return Job(str(root), COMPANY, YEAR, "carbon", 600, 0, SOURCE, work=WORK, folder=str(folder))


def changed_numbers(text: str, draw: random.Random, pattern: str) -> str:
    """One number that `pattern` finds, a few percent more."""
    found = draw.choice(list(re.finditer(pattern, text)))
    value = float(found.group(1)) * (1 + draw.uniform(0.002, 0.5))
    # Two decimals: three could be a thousand, and would rightly be refused.
    return text[: found.start(1)] + (f"{value:.2f}" if value > 1 else f"{value:.5f}") + text[found.end(1) :]


# The power bill of purchases.csv is set aside for the meter: it moves nothing, and is no case here.
SOURCE_NUMBERS = {"energy.csv": r"electricity,(\d+),", "purchases.csv": r"(?:software|legal),.*,(\d+\.\d\d),EUR",
                  "travel.csv": r",(430),km", "factors.csv": r"EUR,(0\.031),",
                  "my-company.yml": r"rail_detour: (1\.2)"}


def source_changes(count: int) -> list[tuple[str, int]]:
    """(file, seed) of each change, all files in turn."""
    return [(list(SOURCES)[n % len(SOURCES)], n) for n in range(count)]


def review_of_source(root: Path, tmp_path: Path, name: str, seed: int) -> dict[str, Any]:
    path = next(p for p in root.rglob(name) if "processed" not in p.parts)
    kept = path.read_text()
    try:
        path.write_text(changed_numbers(kept, random.Random(seed), SOURCE_NUMBERS[name]))
        return in_a_child(root, lambda: review_again(job(root, tmp_path)).summary)
    finally:
        path.write_text(kept)


@pytest.mark.parametrize("count", [2, pytest.param(40, marks=pytest.mark.torture)])
def test_a_change_of_inputs_factors_or_params_is_found_with_its_figures(published, tmp_path, count):
    """One number of one file: the file is named, the figures that it feeds have moved, those it does not feed have
    not.
    """
    for name, seed in source_changes(count):
        found = review_of_source(published, tmp_path, name, seed)
        moved = {row["figure_id"].removeprefix(WHAT) for row in found["moved"]}
        must, must_not = SOURCES[name]
        assert name in " ".join(found["changed"].values()), (name, seed, found["changed"])
        assert must <= moved and not moved & must_not, (name, seed, moved)
        assert any(row["figure_id"].removeprefix(WHAT) in must for row in found["findings"]), (name, seed)


@pytest.fixture(scope="module")
def again(published, tmp_path_factory) -> Iterator[Path]:
    """What the published notebook gives when it is executed again."""
    folder = tmp_path_factory.mktemp("again")

    def execute() -> str:
        project = Project(published)
        found = dependencies(project, load_runs(project), COMPANY, YEAR, hashes=FileHashes(published))
        with Stage(folder) as stage:
            fill_stage(stage, job(published, folder), project, found, lambda rejects: None)
            shutil.copytree(stage.path, folder / "now")
        return "done"

    assert in_a_child(published, execute) == "done"
    yield folder


def spoil_page(folder: Path, draw: random.Random, name: str) -> tuple[str, str]:
    text = (folder / name).read_text()
    cells = re.finditer(rf'data-figure-id="({WHAT}[^"]+)"(?:(?!data-figure-id)[^>])*>?[^<]*?'
                        r'(?:<(?!/tr)[^>]*>)*?<?[^<>]*?data-value="([^"]+)"', text)
    cell = draw.choice([c for c in cells if c.group(2) not in ("0.0", "")])
    value = repr(float(cell.group(2)) * 1.01)
    (folder / name).write_text(text[: cell.start(2)] + value + text[cell.end(2) :])
    return name, cell.group(1)


def spoil_output(folder: Path, draw: random.Random) -> tuple[str, str]:
    """A number of a table in the notebook, e.g. the one behind a figure; its figure's id or its exhibit's name."""
    path = folder / "annual_report.ipynb"
    notebook = json.loads(path.read_text())
    places = [(number, output) for number, cell in enumerate(notebook["cells"], start=1)
              for output in cell.get("outputs", []) if 'data-value="' in "".join(output["data"].get("text/html", ""))]
    number, output = draw.choice(places)
    html = "".join(output["data"]["text/html"])
    cell = draw.choice(list(re.finditer(r'data-value="([^"]+)"', html)))
    output["data"]["text/html"] = f"{html[: cell.start(1)]}{float(cell.group(1)) * 1.01 + 1!r}{html[cell.end(1) :]}"
    path.write_text(json.dumps(notebook))
    own = output["metadata"]["carbon"]
    # A table's line has the id; a number within a sentence has its own.
    start = max(html.rfind("<tr", 0, cell.start(1)), 0) or html.rfind("<", 0, cell.start(1))
    of_line = re.findall(r'data-figure-id="([^"]+)"', html[start : html.find(">", cell.start(1))])
    return f"cell {number}", (of_line or [own["figure_id"] or own["name"]])[-1]


def spoil_table(folder: Path, draw: random.Random) -> tuple[str, str]:
    names = [p.name for p in sorted(folder.glob("*.parquet"))]
    tables = {name: read_table(folder / name) for name in names}
    numbers = [(name, column) for name, table in tables.items() for column in table.select_dtypes("float").columns
               if table[column].notna().any()]
    name, column = draw.choice(numbers)
    table = tables[name]
    row = draw.choice(list(table.index[table[column].notna()]))
    table.loc[row, column] = table.loc[row, column] * 1.01 + 1
    (folder / name).write_bytes(to_parquet(table))
    return f"{name} row {row + 1}", ""


def spoil_workbook(folder: Path, draw: random.Random) -> tuple[str, str]:
    book = openpyxl.load_workbook(folder / "workbook.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if isinstance(cell.value, float)]
    cell = draw.choice(cells)
    cell.value += 1.0
    book.save(folder / "workbook.xlsx")
    return f"sheet '{cell.parent.title}', first row that differs: {cell.row} of", ""


def spoil_manifest(folder: Path, draw: random.Random) -> tuple[str, str]:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    name = draw.choice(sorted(name for name, kg in manifest["figures"].items() if kg))
    manifest["figures"][name] *= 1.01
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return "", name


SPOILERS: list[Callable[[Path, random.Random], tuple[str, str]]] = [
    lambda folder, draw: spoil_page(folder, draw, "annual_report.html"), spoil_output, spoil_table, spoil_workbook,
    lambda folder, draw: spoil_page(folder, draw, "annual_report.public.html"), spoil_output, spoil_manifest]


@pytest.mark.parametrize("count", [7, pytest.param(60, marks=pytest.mark.torture)])
def test_a_change_of_stored_outputs_is_found_with_its_figure(published, again, tmp_path, count):
    """A number of a page, of a table behind a figure, of a published table, the workbook or the manifest: the place and
    the figure are named; nothing is found where nothing changed.
    """
    in_force = current_set(Project(published).processed(COMPANY, YEAR))

    def sheet(folder: Path) -> dict[str, Any]:
        problems = with_rows(folder, damage(folder))
        return compared(Project(published), (COMPANY, YEAR), folder, again / "now", problems)

    untouched = sheet(in_force)
    assert untouched["findings"] == untouched["moved"] == [] and untouched["changed"] == {}
    for seed in range(count):
        folder = tmp_path / f"{in_force.name}-{seed}"
        shutil.copytree(in_force, folder)
        where, figure = SPOILERS[seed % len(SPOILERS)](folder, random.Random(seed))
        told = sheet(folder)
        rows = [*told["findings"], *({**row, "where": "", "what": "", "now": ""} for row in told["moved"])]
        assert any(where in f"{row['where']} {row['what']} {row['now']}" and figure in ("", row["figure_id"])
                   for row in rows), (seed, where, figure, rows)
        shutil.rmtree(folder)


@pytest.mark.torture
def test_untouched_reports_give_no_alarm(published, tmp_path):
    """A hundred reports of other numbers, each published and executed again: nothing is found."""
    root = tmp_path / "project"
    shutil.copytree(published, root, symlinks=True)
    records = root / "data" / "raw" / COMPANY / str(YEAR) / "energy.csv"
    text = records.read_text()
    draw = random.Random(7)
    for n in range(100):
        records.write_text(changed_numbers(text, draw, SOURCE_NUMBERS["energy.csv"]))

        def publish_and_judge() -> dict[str, Any]:
            from carbon.runs.company_year.publication import carry_out

            outcome = carry_out(Job(str(root), COMPANY, YEAR, "carbon", 600, 0, SOURCE))
            journal = Journal(root / "data" / "processed")
            journal.ended(outcome)
            write_index(Project(root), journal.write_summary([(COMPANY, YEAR)]), language="en")
            return {"status": outcome.status, "reason": outcome.reason}

        assert in_a_child(root, publish_and_judge)["status"] == "ok", n
        told = in_a_child(root, lambda: review_again(job(root, tmp_path)).summary)
        assert told["findings"] == told["moved"] == [] and told["changed"] == {}, (n, told)


def reforged(folder: Path, name: str, data: bytes) -> None:
    """Write a file of a set, hash it anew in the manifest, and record the new identity."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["outputs"][name] = sha256_of(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    record(folder, identity(folder))


def test_four_more_lines_in_the_notebook_are_shown_and_nothing_is_executed(published, tmp_path, monkeypatch):
    """A set whose notebook halves the flight factors, re-hashed throughout: the cell is shown, its code never runs."""
    root = tmp_path / "project"
    shutil.copytree(published, root, symlinks=True)
    monkeypatch.setenv("CARBON_PROJECT", str(root))
    folder = current_set(Project(root).processed(COMPANY, YEAR))
    canary = tmp_path / "executed"
    notebook = json.loads((folder / "annual_report.ipynb").read_bytes())
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["source"] = [*code["source"], f"\nopen({str(canary)!r}, 'w').close()"]
    reforged(folder, "annual_report.ipynb", (json.dumps(notebook, indent=1, sort_keys=True) + "\n").encode())
    (folder / "conftest.py").write_text(f"open({str(canary)!r}, 'w').close()")

    [sheet] = review(Project(root), WHAT.rstrip("/"), nbval=True)

    assert sheet.exit_code == 1 and "nothing was executed" in sheet.text() and not sheet.nbval
    [cell] = [f for f in sheet.found["findings"] if "is not the template's" in f["what"]]
    assert str(canary) in cell["stored"] and not canary.exists()
    places = {f["where"] for f in sheet.found["findings"]}
    assert {"conftest.py", "run_journal.jsonl", "run_summary.json", "index.html"} <= places
    assert stat.S_IMODE((root / sheet.path).stat().st_mode) == 0o600, "a difference may show a row"

    shutil.copytree(folder, tmp_path / "received" / folder.name)
    [stranger] = review(Project(root), str(tmp_path / "received" / folder.name), nbval=True)
    assert stranger.exit_code == 1 and "nothing was executed" in stranger.text() and not canary.exists()


def test_a_terminal_states_how_many_differences_it_leaves_out():
    """Each difference from shortly before what differs, within 80 columns; those after the first twenty are counted."""
    line = {"where": "cell 3", "figure_id": "", "what": "text/html", "stored": "word " * 90 + "1.56",
            "now": "word " * 90 + "1.61"}
    found = {"identity": "0" * 64, "executed": "n.ipynb", "not_compared": "drawings", "findings": [line] * 23}
    lines = Sheet(COMPANY, YEAR, "", found).text().splitlines()
    assert lines[-1] == "  and 3 more differences: see the sheet, or --json"
    assert max(map(len, lines)) <= 80 and sum("1.56" in text for text in lines) == 20
    assert lines[3:5] == ["  nbval over the published notebook: not run", "  not compared: drawings"]


def test_what_is_no_set_is_answered_in_words(published):
    """A folder of the system, a file, a company-year that is not in runs.yml."""
    for what, words in (("/etc", "is no published set"), ("/etc/hostname", "is no published set"),
                        ("my-company/1999", "is not in params/runs.yml"), ("no/such", "is not in params/runs.yml")):
        with pytest.raises(UsageError, match=words):
            review(Project(published), what, nbval=False)
