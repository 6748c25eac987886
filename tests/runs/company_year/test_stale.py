"""Which company-years run and why; what stops everything and what stops one."""

from __future__ import annotations

import pytest

from carbon.core.errors import UsageError
from carbon.params.files.load import load_runs
from carbon.records.grids.sources import MAX_FILE
from carbon.runs.company_year.journal import Journal
from carbon.runs.company_year.stale import changed_names, company_years, make_plan
from carbon.runs.publish.hashing import code_hash
from carbon.runs.publish.identity import identity, record_of
from carbon.runs.publish.sets import current_set, read_manifest


@pytest.fixture
def published(published_thin):
    """A project with one published company."""
    code_hash()
    return published_thin({"alpha": [2023, 2024]})


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
    project.rows("alpha", 2023, 10.0, 2.5)

    (root / "params" / "alpha").mkdir()
    (root / "params" / "alpha" / "fx.csv").write_text("x\n")
    assert reasons(project)["alpha/2023"] == ("params: params/alpha/fx.csv added",)
    (root / "params" / "alpha" / "fx.csv").unlink()
    project.cells("1")
    assert reasons(project)["alpha/2024"] == ("notebook: notebooks/annual_report.ipynb changed",)


def test_a_set_of_another_identity_than_the_journal_has_runs_again(published):
    """Whoever changes the manifest and its record is met by the journal; without a record nothing is proved."""
    folder = current_set(published.project.processed("alpha", 2024))
    journal = Journal(published.root / "data" / "processed")
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"rows_read": 2', b'"rows_read": 3'))
    record_of(folder).write_text(f"{identity(folder)}  {folder.name}/manifest.json\n")
    assert reasons(published)["alpha/2024"] == ()
    [why] = reasons(published, identities=journal.identities())["alpha/2024"]
    assert why.startswith("damaged: manifest.json: its identity is")
    assert published.run().rows[1]["rows_read"] == 2 and reasons(published)["alpha/2024"] == ()
    record_of(folder).unlink()
    assert reasons(published)["alpha/2024"] == ("its identity was not recorded when it was published",)


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


def test_a_file_above_the_limit_stops_its_company_before_it_is_hashed(thin):
    """A file without blocks, larger than any that is read: its company cannot run, the other one does."""
    project = thin()
    with (project.root / "data" / "raw" / "alpha" / "2024" / "large.csv").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    plan = {p.company: p for p in make_plan(project.project, load_runs(project.project))}
    assert "data/raw/alpha/2024/large.csv: 8.0 GiB; at most 8 GiB are read" in plan["alpha"].error
    assert plan["alpha"].reasons == ("cannot run",) and not plan["beta"].error


def test_changes_are_named_three_at_most():
    """Added, removed, changed; more than three are counted."""
    assert changed_names({"a": 1, "b": 1}, {"b": 2, "c": 1}) == "a removed, b changed, c added"
    assert changed_names({}, {str(n): n for n in range(5)}) == "0 added, 1 added, 2 added and 2 more"
