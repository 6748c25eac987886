"""What a release lists is what it was cut with: tables of factors, shared tables, and all packaged tables cited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from carbon.core import packaged
from carbon.core.errors import TableError, UsageError
from carbon.factors import release_tables

ROOT = Path(__file__).resolve().parents[2]
LOAD = "from carbon.factors import library; print(len(library.load({!r}).table))"
WORDS = {"headings.csv", "words.csv", "synonyms.csv", "factor_labels.csv", "digital_strings.csv", "filing_strings.csv",
         "governance_strings.csv",
         "answers.csv", "audit_strings.csv", "workbook.csv",
         "phrases.csv", "plan_strings.csv", "strings.csv", "kinds.csv", "kind_columns.csv", "rules.csv",
         "messages.csv", "marks.csv", "offers.csv", "ranges.csv", "sums.csv", "word_sources.csv"}
"""Rules and words of reading, of search and of readers: a change of them is a change of the code, whose hash a set has.
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the package whose bytes may be changed."""
    root = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT / "carbon", root / "carbon", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def ask(root: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", command], cwd=root, text=True, capture_output=True,
                          env={**os.environ, "PYTHONPATH": str(root)})


@pytest.mark.parametrize("release", ["2026.1", "2026.2"])
@pytest.mark.parametrize(("table", "old", "new"), [
    ("factors/data/grid_losses.csv", b"US,2023,0.042", b"US,2023,0.024"),
    ("factors/data/grid_basis.csv", b"ember,generation", b"ember,delivered"),
    ("core/data/heat_contents.csv", b"111/100", b"112/100"),
    ("core/data/zones.csv", b"US-eGRID-AKGD", b"US-eGRID-AKGE"),
    ("core/data/units.csv", b"therm,energy,105505585.262", b"therm,energy,105480400"),
    ("activities/data/ev_consumption.csv", b"0.2", b"0.3"),
])
def test_a_changed_byte_of_a_table_that_moves_figures_is_refused(copy, release, table, old, new):
    """A loss share, a basis, a heat content, a zone, a unit, a kWh a km: none changes under a cut release."""
    path = copy / "carbon" / table
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    try:
        run = ask(copy, LOAD.format(release))
        assert run.returncode != 0 and path.name in run.stderr and "TableError" in run.stderr
    finally:
        path.write_bytes(content)


def test_a_set_has_another_name_when_a_loss_share_changes(copy):
    """The hash of the packaged tables, which names a set, follows the shares of losses."""
    command = "from carbon.runs.publish.hashing import packaged_tables_hash; print(packaged_tables_hash())"
    path = copy / "carbon/factors/data/grid_losses.csv"
    content = path.read_bytes()
    before = ask(copy, command).stdout
    path.write_bytes(content.replace(b"US,2023,0.042", b"US,2023,0.024", 1))
    after = ask(copy, command).stdout
    path.write_bytes(content)
    assert before and after and before != after


def test_each_release_reads_the_shares_that_it_lists(copy):
    """A later release with other shares leaves those of the cut ones as they are: each reads its own file."""
    data = copy / "carbon/factors/data"
    listed = (data / "releases.yml").read_bytes()
    for end in ("csv", "yml"):
        content = (data / f"grid_losses.{end}").read_bytes()
        (data / f"losses_2099.{end}").write_bytes(content.replace(b"US,2023,0.042", b"US,2023,0.024", 1))
    releases = yaml.safe_load(listed)
    releases["2099.1"] = {**releases["2026.2"], "status": "open"}
    releases["2099.1"]["shared"] = {**releases["2026.2"]["shared"], "grid_losses": {"file": "losses_2099.csv"}}
    releases["2099.1"]["shared"]["grid_losses"]["sha256"] = ""
    (data / "releases.yml").write_text(yaml.safe_dump(releases))
    run = ask(copy, "from carbon.factors.grid_basis import loss_shares\n"
                    "for r in ('2026.1', '2026.2', '2099.1'):\n"
                    "    t = loss_shares(r); print(t[t.region.eq('US') & t.year.eq(2023)].loss_share.item())")
    (data / "releases.yml").write_bytes(listed)
    assert run.stdout.split() == ["0.042", "0.042", "0.024"], run.stderr


def test_every_packaged_table_is_pinned_or_named():
    """Each CSV or Parquet table of the package has its hash in its citation or in releases.yml, or is words."""
    assert packaged.changed_tables() == ()
    in_releases = {listing["file"] for entry in release_tables.releases_listed().values()
                   for part in ("tables", "shared") for listing in entry[part].values()}
    for path in sorted(p for end in ("csv", "parquet") for p in (ROOT / "carbon").glob(f"*/data/*.{end}")):
        pins = "".join(p.read_text() for p in path.parent.glob("*.yml"))
        assert (packaged.file_sha256(f"carbon.{path.parts[-3]}", f"data/{path.name}") in pins
                or path.name in WORDS or path.name in in_releases), path


def test_an_unlisted_table_is_named():
    """A release without a shared table is an error, not a figure without losses."""
    with pytest.raises(TableError, match=r"2026\.2 lists no table prices"):
        release_tables.shared_table("2026.2", "prices")
    with pytest.raises(UsageError, match=r"No factor release '1999\.1'"):
        release_tables.entry_of("1999.1")


def test_a_library_made_by_hand_reads_the_newest_tables():
    """Factors of the analyst's own are of no release: what a kWh of a source is stays known."""
    assert release_tables.shared_table("", "grid_basis") == release_tables.shared_table("2026.2", "grid_basis")
