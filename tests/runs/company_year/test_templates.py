"""The notebook that a report was made with stays at hand, and no other is taken for it."""

from __future__ import annotations

import pytest

from carbon.core.errors import RunError
from carbon.params.files.project import Project, sha256_of
from carbon.runs.company_year.templates import keep_template, template_of


def test_an_older_notebook_is_taken_from_the_ledger_and_an_altered_copy_is_not(tmp_path):
    """The project's own while it has the hash; then the copy; an altered copy, or none, is refused in words."""
    project = Project(tmp_path)
    own = tmp_path / "notebooks" / "annual_report.ipynb"
    own.parent.mkdir()
    own.write_text("first")
    manifest = {"dependencies": {"notebook": {"notebooks/annual_report.ipynb": sha256_of(own)}}}
    keep_template(project, "alpha", manifest["dependencies"]["notebook"])
    assert template_of(project, "alpha", manifest) == own

    own.write_text("second")
    copy = template_of(project, "alpha", manifest)
    assert copy.parent == tmp_path / "data" / "ledger" / "alpha" / "notebooks" and copy.read_text() == "first"
    with pytest.raises(RunError, match="changed while it ran"):
        keep_template(project, "beta", manifest["dependencies"]["notebook"])
    copy.write_text("third")
    with pytest.raises(RunError, match="neither the project's own nor kept in data/ledger/alpha/notebooks"):
        template_of(project, "alpha", manifest)


def test_a_notebook_outside_the_project_is_never_taken(tmp_path):
    """A manifest that names a path above the project, with the right hash of what lies there."""
    outside = tmp_path / "evil.ipynb"
    outside.write_text("x")
    project = Project(tmp_path / "project")
    with pytest.raises(RunError, match="neither the project's own"):
        template_of(project, "alpha", {"dependencies": {"notebook": {"../evil.ipynb": sha256_of(outside)}}})
