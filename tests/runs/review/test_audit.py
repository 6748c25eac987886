"""An assurer's sample: drawn by kilograms, traced from the cell of a file to the kilograms, with blanks to tick."""

from __future__ import annotations

import json
import re
import shutil
import stat
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from carbon.cli import app
from carbon.core.errors import RunError, UsageError
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.runs.company_year.stale import make_plan
from carbon.runs.publish.sets import current_set
from carbon.runs.review.audit import TICKS, audit, draw


def test_a_row_is_drawn_as_often_as_its_kilograms_say():
    """Over many seeds a row of w of W kg is drawn in w x n / W of the samples; one above the interval always."""
    weights = {"large": 60.0, **{f"small{n}": float(n + 1) for n in range(8)}, "none": 0.0}
    seeds, sample = 4000, 4
    times = Counter(name for seed in range(seeds) for name in draw(weights, sample, seed))
    for name, size in weights.items():
        expected = min(1.0, size * sample / 96.0)
        assert times[name] / seeds == pytest.approx(expected, abs=0.03), name
    assert times["large"] == seeds and draw(weights, sample, 1) == draw(weights, sample, 1)
    with pytest.raises(RunError, match="nothing can be drawn"):
        draw({"none": 0.0}, 1, 1)


@pytest.fixture(scope="module")
def project(published_once, tmp_path_factory):
    """A published project of its own, to write sheets into."""
    root = tmp_path_factory.mktemp("audited") / "project"
    shutil.copytree(published_once, root, symlinks=True)
    return Project(root)


@pytest.fixture(scope="module")
def year(project) -> tuple[str, int]:
    folder = next(path for path in sorted((project.root / "data" / "processed").glob("*/*/current")))
    return folder.parent.parent.name, int(folder.parent.name)


def test_each_drawn_row_leads_from_its_cell_to_its_kilograms(project, year):
    """The cell of the raw file is the amount of the record; quantity x conversion x factor is the published figure."""
    found = audit(project, *year, sample=25, seed=3)
    table = found.table
    assert found.agrees and 1 <= table["item"].nunique() <= 25 and len(found.totals) >= 4
    assert (table["kg_reperformed"] - table["quantity"] * table["conversion"] * table["factor_kg"]).abs().max() < 1e-9
    at_cell = table[table["cell"] != ""].drop_duplicates("item")
    assert len(at_cell) >= table["item"].nunique() / 2
    for row in at_cell.to_dict("records"):
        line = (project.root / row["source_file"]).read_bytes().splitlines()[row["source_line"] - 1]
        assert row["cell_value"].encode("latin-1", "ignore") in line, row
    three, again, *others = (audit(project, *year, sample=3, seed=seed).table for seed in (3, 3, 4, 5, 6))
    assert again.equals(three) and not all(other.equals(three) for other in others)


def test_a_sample_leaves_the_set_up_to_date(project, year):
    """The sheets are no input of the set: after an audit nothing runs again."""
    audit(project, *year, sample=5, seed=2)
    [planned] = make_plan(project, load_runs(project), only=[f"{year[0]}/{year[1]}"])
    assert planned.reasons == () and not planned.error


def test_the_sheets_are_private_and_hold_every_drawn_line(project, year):
    """A workbook and a page in each language, mode 0600; the columns to tick are empty, all others filled."""
    found = audit(project, *year, sample=10, seed=5)
    endings = [".en.xlsx", ".en.html", ".fr.xlsx", ".fr.html"]
    assert ["".join(Path(path).suffixes[-2:]) for path in found.paths] == endings
    for name in found.paths:
        path = project.root / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            assert text.count("☐") == 4 * len(found.table) and found.identity in text
            # Nothing that an assurer ticks is folded, and what was drawn is no opening that the eye is spared.
            assert 'class="fold"' not in text and "edition" not in re.search(r'<body class="([^"]*)"', text)[1]
            hidden = re.findall(r"([^{}]*section:first-of-type > \.lead) \{ position: absolute", text)
            assert hidden and all(one.strip().startswith(".edition ") for rule in hidden for one in rule.split(","))
        else:
            rows = list(openpyxl.load_workbook(path)["sample"].iter_rows(min_row=4, values_only=True))
            assert len(rows) == len(found.table) and all(not any(row[-len(TICKS):]) for row in rows)
            assert all(row[0] for row in rows)


def test_a_file_that_changed_since_is_named_and_not_read(project, year, tmp_path):
    """The cell of another file than the published one proves nothing: the sheet says that it changed, or is gone."""
    root = tmp_path / "project"
    shutil.copytree(project.root, root, symlinks=True)
    files = sorted(set(audit(Project(root), *year, sample=25, seed=3).table["source_file"]))
    for name in files:
        (root / name).write_bytes((root / name).read_bytes() + b"\n")
    assert set(audit(Project(root), *year, sample=25, seed=3).table["cell_value"]) == {"file changed"}
    (root / files[0]).unlink()
    table = audit(Project(root), *year, sample=25, seed=3).table
    assert set(table.loc[table["source_file"] == files[0], "cell_value"]) == {"file gone"}


def test_no_sample_is_drawn_of_a_damaged_or_absent_set(project, year, tmp_path):
    """A set whose bytes are not those of its manifest is no population; nor is a year that was never published."""
    root = tmp_path / "project"
    shutil.copytree(project.root, root, symlinks=True)
    table = current_set(Project(root).processed(*year)) / "activities.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    with pytest.raises(RunError, match="is damaged"):
        audit(Project(root), *year, sample=5, seed=1)
    with pytest.raises(UsageError, match="no published set"):
        audit(Project(root), year[0], 1999, sample=5, seed=1)


def test_the_verb_answers_with_every_row_and_both_totals(project, year, monkeypatch):
    """--json has the drawn rows, the totals by two paths and the sheets; the exit code is 0 where all agree."""
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("CARBON_PROJECT", str(project.root))
    done = CliRunner().invoke(app, ["audit", f"{year[0]}/{year[1]}", "--sample", "5", "--seed", "9", "--json"])
    assert done.exit_code == 0, done.output
    value = json.loads(done.stdout)
    assert value["agrees"] and len(value["rows"]) >= 5 and all(total["agrees"] for total in value["totals"])
    assert len(value["paths"]) == 4 and value["limit_share"] == pytest.approx(0.599, abs=1e-3)
