"""A company's params on top of shared files."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.errors import ParamsError
from carbon.params.files.load import load_company
from carbon.params.files.project import Project
from carbon.params.files.sources import mentions, read_extended
from carbon.runs.desk.new_project import make_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose only company has moved all but two lines of its params to a shared file."""
    make_project(tmp_path / "p", company="trust-a")
    found = Project(tmp_path / "p")
    own = found.params_file("trust-a")
    text = "".join(line for line in own.read_text().splitlines(keepends=True) if not line.startswith("company:"))
    (found.root / "params/shared/trusts.yml").write_text(text)
    own.write_text("company: trust-a\nextends: shared/trusts.yml\nname: {en: The first trust}\n")
    return found


def test_two_lines_on_a_shared_file_are_the_params_that_the_whole_file_was(project, tmp_path):
    """What a company extends counts as if it were written in its own file; its own values are the uppermost."""
    make_project(tmp_path / "whole", company="trust-a")
    whole = load_company(Project(tmp_path / "whole"), "trust-a")
    extended = load_company(project, "trust-a")

    assert extended.name == {"en": "The first trust"}
    assert extended.model_copy(update={"name": whole.name}) == whole


def test_mappings_merge_and_other_values_are_replaced(project):
    """Of a mapping each key counts from the uppermost file; a list is never joined; an empty value takes one back."""
    shared = project.root / "params/shared"
    (shared / "low.yml").write_text("sites: {paris: FR, lyon: FR}\nemployees: {2023: 4, 2024: 5}\nfiles: [{kind: a}]\n")
    (shared / "high.yml").write_text("sites: {lyon: BE}\nfiles: [{kind: b}, {kind: c}]\n")
    path = project.root / "params/x.yml"
    path.write_text("extends: [shared/low.yml, shared/high.yml]\nemployees: {2024: null, 2025: 6}\n")

    file = read_extended(path, project)

    assert file.values == {"sites": {"paris": "FR", "lyon": "BE"}, "employees": {"2023": "4", "2025": "6"},
                           "files": [{"kind": "b"}, {"kind": "c"}]}
    assert file.place(("sites", "paris")) == "params/shared/low.yml:1"
    assert file.place(("sites", "lyon")) == "params/shared/high.yml:1"
    assert file.place(("files", 1, "kind")) == "params/shared/high.yml:2"
    assert file.place(("employees", "2025")) == "params/x.yml:2"


def test_a_fault_in_a_shared_file_is_named_there(project):
    """The message has the file and the line in which the value stands, not those of the company that extends it."""
    shared = project.root / "params/shared/trusts.yml"
    shared.write_text(shared.read_text().replace("currency: EUR", "currency: euro"))
    line = next(n for n, text in enumerate(shared.read_text().splitlines(), 1) if text.startswith("currency: euro"))

    with pytest.raises(ParamsError, match=f"params/shared/trusts.yml:{line}: `currency` = 'euro'"):
        load_company(project, "trust-a")


@pytest.mark.parametrize(("extends", "shared", "said"), [
    ("shared/none.yml", "", "params/shared/none.yml: no such file"),
    ("../secret.yml", "", "is no file of params/shared/"),
    ("shared/a.yml", "extends: shared/a.yml\n", "extends itself"),
    ("shared/a.yml", "company: b\n", "a shared file names a company"),
    ("{a: b}", "", "is no file of params/shared/"),
])
def test_what_cannot_be_extended_is_refused(project, extends: str, shared: str, said: str):
    """A file that is not there or not shared, a circle and a shared company are refused by name."""
    (project.root / "params/shared/a.yml").write_text(shared)
    project.params_file("trust-a").write_text(f"company: trust-a\nextends: {extends}\n")

    with pytest.raises(ParamsError) as refused:
        load_company(project, "trust-a")
    assert said in str(refused.value)


def test_instruments_of_a_shared_file_are_seen_by_the_search_for_claims(project):
    """A word that stands only in the shared file is a word of the company: certificates of sisters are compared."""
    assert not mentions(project, "trust-a", b"decisions_from")
    shared = project.root / "params/shared/trusts.yml"
    shared.write_text(shared.read_text() + "decisions_from: [trust-b]\n")
    assert mentions(project, "trust-a", b"decisions_from")
