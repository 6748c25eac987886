"""`carbon file`: a filing stands whole in the set it was made from, and `carbon verify` knows it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
import typer
import yaml
from command_line import carbon

from carbon.cli import published
from carbon.core.errors import RunError, UsageError
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.runs.company_year import filing
from carbon.runs.company_year.filing import file_set
from carbon.runs.company_year.stale import dependencies
from carbon.runs.publish.hashing import FileHashes
from carbon.runs.publish.sets import current_set, damage, published_table, read_manifest
from carbon.runs.review.explain import explain
from carbon.runs.review.verify import verify

COMPANY, YEAR = "my-company", 2024
WHAT = f"{COMPANY}/{YEAR}"


@pytest.fixture(scope="module")
def root(published_once, tmp_path_factory):
    """A copy of the published project, to file into."""
    root = tmp_path_factory.mktemp("filing") / "project"
    shutil.copytree(published_once, root, symlinks=True)
    return root


def current(root: Path) -> Path:
    folder = current_set(Project(root).processed(COMPANY, YEAR))
    assert folder is not None
    return folder


def test_the_verb_files_into_the_set_and_verify_stays_true(root):
    """One JSON value with the files and hashes; the set's own manifest is untouched; the totals are the published
    ones.
    """
    manifest = (current(root) / "manifest.json").read_bytes()
    done = carbon(root, "file", WHAT, "--format", "ghg_protocol", "--json")
    found = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    folder = root / found["path"]
    assert folder == current(root) / "filings" / "ghg_protocol"
    assert {*found["files"], "manifest.json", "manifest.sha256"} == {path.name for path in folder.iterdir()}
    assert (current(root) / "manifest.json").read_bytes() == manifest
    assert [row["whole"] for row in verify(Project(root))] == [True]
    with (folder / "ghg_protocol-lines.csv").open(encoding="utf-8", newline="") as file:
        lines = {row["figure_id"]: row["co2e_t"] for row in csv.DictReader(file)}
    published = json.loads(manifest)["figures"]
    assert lines[f"{WHAT}/scope1"] == "" and not published[f"{WHAT}/scope1"], "no records are no zero"
    assert float(lines[f"{WHAT}/total-market"]) == published[f"{WHAT}/total-market"] / 1000


@pytest.mark.parametrize("format", ["beges_v5", "esrs_e1", "iso_14064_1", "datapoints", "vsme"])
def test_every_format_can_be_filed_twice_with_the_same_bytes(root, format):
    """Filing again replaces the folder by an equal one, and leaves nothing else behind."""
    first = file_set(Project(root), COMPANY, YEAR, format)
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    second = file_set(Project(root), COMPANY, YEAR, format)

    assert {path.name: path.read_bytes() for path in second.iterdir()} == before
    assert not [p.name for p in current(root).parent.iterdir() if p.name.startswith((".stage", ".aside", ".lock"))]
    assert damage(current(root)) == []


def test_every_fact_of_vsme_leads_to_the_rows_of_its_set(root):
    """Each fact has an id, each id is one that `carbon explain` answers, and the set is that of the manifest."""
    folder = file_set(Project(root), COMPANY, YEAR, "vsme")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    document = json.loads((folder / "vsme-xbrl.json").read_text(encoding="utf-8"))
    figures = {figure for fact in document["facts"].values() for figure in fact["carbon:figures"]}

    assert document["documentInfo"]["carbon:set"] == manifest["set_manifest"]
    assert all(fact["carbon:figures"] for fact in document["facts"].values())
    for figure in figures:
        assert explain(Project(root), figure).figure_id == figure
    assert manifest["templates"] == {}


def test_what_is_missing_fits_one_screen_with_the_lines_of_params_that_answer_it(root, capsys, monkeypatch):
    """`carbon file --check`: at most 40 lines for each format, and each answer is YAML that params take."""
    formats = ("ghg_protocol", "beges_v5", "esrs_e1", "iso_14064_1", "vsme")
    missing = {name: filing.missing_of(Project(root), COMPANY, YEAR, name) for name in formats}
    monkeypatch.setattr(published, "find_project", lambda: Project(root))
    monkeypatch.setattr(filing, "missing_of", lambda project, company, year, format: missing[format])
    for name, of in missing.items():
        with pytest.raises(typer.Exit):
            published._check_filings(WHAT, name, as_json=False)
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) <= 40 and lines[0].startswith(f"{WHAT}, {name}: "), name
        answers = [line["params"] for line in of if line["params"]]
        assert answers and all(isinstance(yaml.safe_load(text), dict) for text in answers), name


def test_a_filing_has_the_totals_and_the_intervals_of_its_set(root):
    """The total of BEGES is the published one to the last bit, with the interval of the set; another total raises."""
    output = filing.filing_of(Project(root), COMPANY, YEAR, current(root), "beges_v5", of_set="")
    line = output.tables["lines"].set_index("post").loc["total"]
    intervals = published_table(current(root), "intervals").set_index("figure")
    assert line["co2e_t"] == read_manifest(current(root))["figures"][f"{WHAT}/total-location"] / 1000
    assert line["low_t"] == intervals.loc["total-location", "low_kg"] / 1000
    with pytest.raises(RunError, match="The totals of beges_v5 are"):
        filing._refuse_other_totals(output, {f"{WHAT}/total-location": 1.0})


def test_two_templates_are_one_too_many(root):
    """Which one to fill is not guessed."""
    for version in ("1.2.0", "1.3.0"):
        (root / "params" / f"VSME-Digital-Template-{version}.xlsx").write_bytes(b"")
    try:
        with pytest.raises(UsageError, match="2 VSME templates in params/"):
            file_set(Project(root), COMPANY, YEAR, "vsme")
    finally:
        for path in (root / "params").glob("*.xlsx"):
            path.unlink()


@pytest.mark.parametrize("spoil", ["flip", "add", "unmanifest"])
def test_verify_names_a_filing_that_changed(root, spoil):
    """A flipped byte, a file more, a lost manifest: each is named."""
    folder = file_set(Project(root), COMPANY, YEAR, "beges_v5")
    if spoil == "flip":
        (folder / "beges_v5.xlsx").write_bytes(b"x" + (folder / "beges_v5.xlsx").read_bytes()[1:])
        expected = "filings/beges_v5/beges_v5.xlsx: its bytes have changed since it was published"
    elif spoil == "add":
        (folder / "more.csv").write_text("a\n")
        expected = "filings/beges_v5/more.csv: not in its manifest"
    else:
        (folder / "manifest.json").unlink()
        expected = "filings/beges_v5/manifest.json: missing or unreadable"
    try:
        assert verify(Project(root))[0]["problems"] == [expected]
        with pytest.raises(RunError, match="damaged"):
            file_set(Project(root), COMPANY, YEAR, "beges_v5")
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def test_params_that_changed_since_are_refused(root):
    """A filing states the choices its figures were made with: other params, no filing."""
    path = root / "params" / f"{COMPANY}.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n# another word\n", encoding="utf-8")
    try:
        with pytest.raises(RunError, match=f"params/{COMPANY}.yml changed"):
            file_set(Project(root), COMPANY, YEAR, "ghg_protocol")
    finally:
        path.write_text(text, encoding="utf-8")


def test_what_is_not_published_or_not_a_format_is_usage(root):
    """Exit 2, nothing written."""
    with pytest.raises(UsageError, match="no published set"):
        file_set(Project(root), COMPANY, 1999, "ghg_protocol")
    done = carbon(root, "file", WHAT, "--format", "xbrl")
    assert done.returncode == 2 and "xbrl" in done.stderr
    assert not (current(root) / "filings" / "xbrl").exists()


def test_params_that_name_a_packaged_source_are_those_of_the_publication(root, tmp_path, monkeypatch):
    """The set depends on the packaged profile too: unchanged, it is no change of the params that refuses a filing."""
    copy = tmp_path / "project"
    shutil.copytree(root, copy, symlinks=True)
    project, params = Project(copy), copy / "params" / f"{COMPANY}.yml"
    params.write_text(params.read_text() + "# as published\n#  source: aws-cur\n")
    depends_on = dependencies(project, load_runs(project), COMPANY, YEAR, hashes=FileHashes(copy))
    assert "source aws-cur" in depends_on["params"]
    monkeypatch.setattr(filing, "read_manifest", lambda folder: {"dependencies": depends_on, "outputs": {}})
    monkeypatch.setattr(filing, "published_table", lambda folder, name: name)
    inventory, _ = filing.published_inventory(project, COMPANY, YEAR, current(copy))
    assert inventory.ledger == "ledger"
