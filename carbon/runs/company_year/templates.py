"""The notebook that each report was made with, kept by its hash: an older set stays reviewable.

data/ledger/<company>/notebooks/<sha256>.ipynb
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carbon.core.errors import RunError
from carbon.params.files.project import Project, sha256_of
from carbon.runs.company_year.stale import NOTEBOOKS
from carbon.runs.publish import write_atomic


def keep_template(project: Project, company: str, notebook: Mapping[str, str]) -> None:
    """Keep the notebook of a set, {path: SHA-256}, in the company's ledger.

    Raises RunError: The file has other bytes by now.
    """
    [(name, sha256)] = notebook.items()
    copy = copy_of(project, company, sha256)
    if copy.is_file() and sha256_of(copy) == sha256:
        return
    if sha256_of(project.root / name) != sha256:
        raise RunError(f"{name} changed while it ran; nothing was published", hint="run again when it is at rest")
    copy.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(copy, (project.root / name).read_bytes())


def template_of(project: Project, company: str, manifest: Mapping[str, Any]) -> Path:
    """Return the notebook that a manifest names: the project's own, or the copy kept when the set was published.

    Raises RunError: Neither has the hash in the manifest. Nothing else is executed in its place.
    """
    [(name, sha256)] = manifest["dependencies"]["notebook"].items()
    project_file, copy = project.root / name, copy_of(project, company, sha256)
    for path in (project_file, copy):
        if path.is_file() and path.resolve().is_relative_to(project.root.resolve()) and sha256_of(path) == sha256:
            return path
    raise RunError(f"the notebook that the manifest names, {name} of {sha256[:12]}, is neither the project's own nor "
                   f"kept in {project.name_of(copy.parent)}",
                   hint="take it from version control; no other notebook is executed in its place")


def copy_of(project: Project, company: str, sha256: str) -> Path:
    """Return the path of the copy that is kept of a notebook."""
    return project.ledger(company) / NOTEBOOKS / f"{sha256}.ipynb"
