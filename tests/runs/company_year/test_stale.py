"""Which company-years run and why; what stops everything and what stops one."""

from __future__ import annotations

import hashlib
import json

import pytest

from carbon.core.errors import UsageError
from carbon.records.params.load import load_runs
from carbon.runs.company_year.job import SKIPPED, Outcome
from carbon.runs.company_year.journal import Journal
from carbon.runs.company_year.stale import changed_names, company_years, make_plan
from carbon.runs.publish import durable
from carbon.runs.publish.hashing import PIECE_BYTES, FileHashes, code_hash, files_below
from carbon.runs.publish.sets import current_set, read_manifest
from carbon.runs.schedule.session import preflight


@pytest.fixture
def published(thin):
    """A project with one published company-year."""
    code_hash()
    project = thin(companies={"alpha": [2023, 2024]})
    project.rows("alpha", 2023, 1.0)
    assert project.run().exit_code == 0
    return project


def reasons(project, **options) -> dict[str, tuple[str, ...]]:
    plan = make_plan(project.project, load_runs(project.project), **options)
    # A checkout that is edited while the tests run has other code than the published set: not what is tested here.
    return {p.key: tuple(why for why in p.reasons if why != "code: changed") for p in plan}


def test_a_year_runs_when_what_it_depends_on_has_changed_and_says_what(published):
    """Own and earlier records, params, notebook; not later records, reviews, or the number of workers."""
    project, root = published, published.root
    assert reasons(project) == {"alpha/2023": (), "alpha/2024": ()}
    project.write_runs({"alpha": [2023, 2024]}, workers=1)
    (root / "data" / "ledger" / "alpha" / "reviews").mkdir(parents=True)
    (root / "data" / "ledger" / "alpha" / "reviews" / "x.json").write_text("{}")
    assert reasons(project) == {"alpha/2023": (), "alpha/2024": ()}

    project.rows("alpha", 2024, 7.0)
    word = "inputs: data/raw/alpha/2024/rows.csv changed"
    assert reasons(project) == {"alpha/2023": (), "alpha/2024": (word,)}
    project.rows("alpha", 2024, 10.0, 2.5)
    assert reasons(project) == {"alpha/2023": (), "alpha/2024": ()}
    project.rows("alpha", 2023, 7.0)
    assert all("data/raw/alpha/2023/rows.csv changed" in why[0] for why in reasons(project).values())
    project.rows("alpha", 2023, 1.0)

    (root / "params" / "alpha").mkdir()
    (root / "params" / "alpha" / "fx.csv").write_text("x\n")
    assert reasons(project)["alpha/2023"] == ("params: params/alpha/fx.csv added",)
    (root / "params" / "alpha" / "fx.csv").unlink()
    project.cells("1")
    assert reasons(project)["alpha/2024"] == ("notebook: notebooks/annual_report.ipynb changed",)


def test_a_damaged_or_forced_set_runs_again(published):
    """One byte of the set in force, or --force."""
    folder = current_set(published.project.processed("alpha", 2024))
    path = folder / "emissions.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    assert reasons(published)["alpha/2024"] == (
        "damaged: emissions.parquet: its bytes have changed since it was published",)
    assert reasons(published, only=["alpha/2023"], force=True) == {"alpha/2023": ("forced",)}
    assert published.run().exit_code == 0
    assert reasons(published) == {"alpha/2023": (), "alpha/2024": ()}
    assert read_manifest(folder)["company"] == "alpha"


def test_what_concerns_all_stops_before_any_work(thin):
    """An unknown notebook parameter, no notebook, an unknown company in --only, a company-year named twice: exit 2."""
    project = thin()
    project.write_runs({"alpha": [2024]}, parameters={"colour": "red"})
    with pytest.raises(UsageError, match="no parameter `colour`"):
        project.run()
    project.write_runs({"alpha": [2024]})
    with pytest.raises(UsageError, match="--only gamma is not in"):
        project.run(only=("gamma",))
    (project.root / "notebooks" / "annual_report.ipynb").unlink()
    with pytest.raises(UsageError, match="does not exist"):
        project.run()
    project.write_runs({"alpha": [2024, 2024]})
    with pytest.raises(UsageError, match="alpha/2024 twice"):
        company_years(load_runs(project.project))
    assert not list(project.root.rglob("set-*"))


def test_what_concerns_one_company_stops_that_one_alone(thin):
    """A typo in its params, a missing records file: its reason is named, the other is published, exit 1."""
    project = thin(companies={"alpha": [2024], "beta": [2024], "gamma": [2024]})
    path = project.root / "params" / "beta.yml"
    path.write_text(path.read_text().replace("gwp: AR5GWP100", "gwp: AR5"))
    (project.project.raw("gamma", 2024) / "rows.csv").unlink()
    summary = project.run()
    rows = {row["company"]: row for row in summary.rows}
    assert summary.exit_code == 1 and rows["alpha"]["status"] == "ok"
    assert "params/beta.yml" in rows["beta"]["reason"] and "gwp" in rows["beta"]["reason"]
    assert "rows.csv" in rows["gamma"]["reason"]


def test_an_output_folder_that_cannot_be_written_is_found_first(tmp_path):
    """A file where the folder should be: refused before any work (mode bits do not bind root)."""
    (tmp_path / "processed").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        preflight(tmp_path / "processed")


def test_the_journal_survives_a_torn_line_and_the_summary_lists_everything(tmp_path):
    """The last whole line of a key counts; a key without one is pending."""
    journal = Journal(tmp_path)
    journal.plan([("a", 2024), ("b", 2024)])
    with journal.path.open("a") as file:
        file.write('{"company": "a", "year": 2024, "status": "ok"}\n{"company": "b", "ye')
    journal.plan([("c", 2024)])
    rows = journal.write_summary([("b", 2024), ("a", 2024), ("c", 2024), ("d", 2024)])
    assert [(r["company"], r["status"]) for r in rows] == [
        ("a", "ok"), ("b", "pending"), ("c", "pending"), ("d", "pending")]
    assert json.loads((tmp_path / "run_summary.json").read_text())["runs"] == rows


def test_changes_are_named_three_at_most():
    """Added, removed, changed; more than three are counted."""
    assert changed_names({"a": 1, "b": 1}, {"b": 2, "c": 1}) == "a removed, b changed, c added"
    assert changed_names({}, {str(n): n for n in range(5)}) == "0 added, 1 added, 2 added and 2 more"


def test_every_regular_file_below_a_folder_is_found_but_caches_and_links(tmp_path):
    """Sorted by the parts of the path; what is left out at the first level is left out with all that is in it, and only
    there.
    """
    for name in ("b/2025/rows.csv", "b.csv", "b/2024/.hidden", "b/2024/__pycache__/x.pyc", "2025/rows.csv",
                 ".DS_Store"):
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw" / name).write_text(name)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.csv").write_text("x")
    (tmp_path / "raw" / "link.csv").symlink_to("b.csv")
    (tmp_path / "raw" / "folder").symlink_to(tmp_path / "elsewhere")
    found = files_below(tmp_path / "raw", leave_out=lambda name: name == "2025")

    assert [path.relative_to(tmp_path / "raw").as_posix() for path in found] == [
        "b/2024/.hidden", "b/2025/rows.csv", "b.csv"]
    assert files_below(tmp_path / "nowhere") == []
    assert list(FileHashes(tmp_path).of([found[2], found[0], found[2]])) == ["raw/b.csv", "raw/b/2024/.hidden"]


def test_large_files_have_the_hashes_of_their_bytes(tmp_path):
    """Files longer than one piece, several at once beside a short one: each hash is that of the whole file."""
    data = {"a": bytes(PIECE_BYTES * 2 + 7), "b": b"b" * PIECE_BYTES + b"end", "c": b"short", "d": b""}
    for name, content in data.items():
        (tmp_path / name).write_bytes(content)
    hashes = FileHashes(tmp_path).of(tmp_path / name for name in data)

    assert hashes == {name: hashlib.sha256(content).hexdigest() for name, content in data.items()}


def test_what_needs_no_run_is_journalled_in_one_step(tmp_path):
    """Hundreds of company-years that are up to date wait for the disk once, and each has its line."""
    journal, steps = Journal(tmp_path), []
    durable.fault = lambda step, path: steps.append(step)
    try:
        journal.ended(*(Outcome("alpha", year, SKIPPED) for year in range(2000, 2100)))
    finally:
        durable.fault = None

    assert steps == ["append", "fsync"]
    assert [state["year"] for state in journal.last().values()] == list(range(2000, 2100))
