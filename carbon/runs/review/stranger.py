"""A set from elsewhere: judged by what is in it; its notebook is executed only when that is asked for, and confined.

What the confined notebook gives back is a notebook, as data. Tables, pages and the workbook come from a second confined
process that runs this package alone, over the inputs that were sent.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carbon.core.errors import CarbonError, RunError, UsageError
from carbon.params.files.project import Project
from carbon.runs.company_year.reconcile import Reconciled, figures_of
from carbon.runs.company_year.templates import template_of
from carbon.runs.publish.identity import MANIFEST
from carbon.runs.publish.parquet import read_table
from carbon.runs.publish.sets import NOTEBOOK, damage, read_manifest
from carbon.runs.review import confine
from carbon.runs.review.identities import company_year_of
from carbon.runs.review.meaning import Finding
from carbon.runs.review.rerun import altered_cells, compared, found_unexecuted, same_kg
from carbon.runs.review.verify import with_rows

FITS = ("a received set: its files fit its manifest and one another, {notebook}, and nothing of it was executed{why}; "
        "hold its identity against the one you were given (carbon verify --anchor)")
NBVAL = ("-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "--noconftest", "-c",
         "/dev/null")
"""Plain nbval without conftest.py and settings: a file next to a set is code that nobody reviewed."""
READ = ("params", "notebooks", "data/raw", "data/ledger")
"""Folders of the sender's project that are read in the confinement."""
INSIDE = ("-m", "carbon.runs.review.inside")
NBVAL_PLACE = f"nbval/{NOTEBOOK}"
"""Alone in a folder: Python imports what is next to a notebook."""


def judge(own_project: Project, path: Path, *, execute: bool, nbval: bool) -> dict[str, Any]:
    """Return company, year, reason, found and nbval of the review of a received set.

    Raises UsageError: The path is no published set.
    """
    folder = path if path.is_dir() else path.parent
    try:
        manifest = read_manifest(folder)
    except CarbonError as error:
        raise UsageError(f"{path} is no published set: it has no {MANIFEST} that can be read",
                         hint="a folder set-<digest>, or company/year of this project") from error
    key = company_year_of(manifest)
    if key is None:
        raise UsageError(f"{path} is no published set: its {MANIFEST} names no company-year", hint="ask for it again")
    sheet: dict[str, Any] = {"company": key[0], "year": key[1], "reason": "", "nbval": {}}
    problems = with_rows(folder, damage(folder))
    if problems:
        return {**sheet, "found": found_unexecuted(folder, problems)}
    template, whose = _template(own_project, key[0], manifest, folder)
    findings = _contradictions(folder, key, manifest)
    findings += altered_cells(template, manifest, folder) if template else []
    if findings:
        return {**sheet, "found": found_unexecuted(folder, [], findings)}
    why = _why_not(folder, key, template) if execute else " (--execute-confined was not given)"
    if why or template is None:
        return {**sheet, "found": found_unexecuted(folder, []), "reason": FITS.format(notebook=whose, why=why)}
    return sheet | _executed(folder, key, manifest, template, whose, nbval=nbval)


def _template(own_project: Project, company: str, manifest: Mapping[str, Any], folder: Path) -> tuple[Path | None, str]:
    """Return the notebook that a manifest names, of this project or of what was sent, and a sentence on it."""
    for project, whose in ((own_project, "this project"), (_sent(folder), "the sender")):
        try:
            if project is not None:
                return template_of(project, company, manifest), f"its cells are those of the notebook of {whose}"
        except (RunError, KeyError, TypeError, ValueError, AttributeError):
            continue
    return None, "the notebook that its manifest names was not sent, so its cells were compared with none"


def _sent(folder: Path) -> Project | None:
    """Return the project around a received set; None where the set was sent alone."""
    parents = folder.absolute().parents
    is_project = len(parents) > 4 and (parents[4] / "params" / "runs.yml").is_file()
    return Project(parents[4]) if is_project else None


def _why_not(folder: Path, key: tuple[str, int], template: Path | None) -> str:
    """Return why a received set is not executed; "" where it can be."""
    sender = _sent(folder)
    if sender is None or sender.processed(*key) != folder.absolute().parent or template is None:
        return ": no project with params, data/raw and notebooks was sent around it"
    unable = confine.why_not()
    return f": this system cannot confine it ({unable})" if unable else ""


def _contradictions(folder: Path, key: tuple[str, int], manifest: Mapping[str, Any]) -> list[Finding]:
    """List where pages, notebook, workbook and manifest show other figures than the tables of the set give."""
    try:
        headline = str(manifest["settings"]["scope2_headline"])
        emissions = read_table(folder / "emissions.parquet")
        expected = figures_of(*key, emissions, headline)
        findings = [Finding(f"{MANIFEST} figures", name, str(kg), str(expected.get(name)), "other than its rows give")
                    for name, kg in manifest["figures"].items() if not same_kg(kg, expected.get(name))]
        Reconciled(*key, headline)(folder, {})
    except CarbonError as error:
        place, _, words = str(error.what).partition(": ")
        return [Finding(place, "", words, "", "its files contradict one another")]
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        return [Finding(MANIFEST, "", f"{type(error).__name__}: {error}", "", "is not that of an annual report")]
    return findings


def _executed(folder: Path, key: tuple[str, int], manifest: Mapping[str, Any], template: Path, whose: str, *,
              nbval: bool) -> dict[str, Any]:
    sender = _sent(folder)
    if sender is None:
        raise RunError(f"no project was sent around {folder}")
    request = {"company": key[0], "year": key[1], "parameters": manifest["dependencies"]["parameters"]}

    with tempfile.TemporaryDirectory(prefix="carbon-review-") as private:
        now, lent = Path(private) / folder.name, _lent(Path(private) / "lent", sender, template, folder / NOTEBOOK)
        try:
            executed = _confined("notebook", lent, request).decode("utf-8", "replace")
            tables = _confined("tables", lent, {**request, "executed": executed})
            with tarfile.open(fileobj=io.BytesIO(tables)) as archive:
                archive.extractall(now, filter="data")
            comparison = compared(sender, key, folder, now, [])
        except (CarbonError, tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
            return {"found": found_unexecuted(folder, []), "reason": f"executed, confined, and it failed: {error}"}
        comparison["executed"] = f"the notebook of the sender over the inputs of the sender, confined ({whose})"
        return {"found": comparison, "nbval": _nbval(lent) if nbval else {}}


def _lent(private: Path, sender: Project, template: Path, notebook: Path) -> dict[str, Path]:
    """Copy what is read in the confinement, so that nobody changes it meanwhile and whoever is confined may read it."""
    for name in READ:
        if (sender.root / name).is_dir():
            shutil.copytree(sender.root / name, private / "project" / name, symlinks=True)
    (private / "nbval").mkdir()
    lent = {"project": private / "project", "template.ipynb": private / "template.ipynb",
            NBVAL_PLACE: private / NBVAL_PLACE}
    shutil.copy(template, lent["template.ipynb"])
    shutil.copy(notebook, lent[NBVAL_PLACE])
    for path in private.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    return lent


def _confined(step: str, lent: Mapping[str, Path], request: Mapping[str, Any]) -> bytes:
    """Return what a step gives. Raises RunError: It did not end well."""
    ended = confine.run([*INSIDE, step], lent=lent, given=json.dumps(request).encode())
    if ended.reason:
        raise RunError(f"{step}: {ended.reason}")
    return ended.output


def _nbval(lent: Mapping[str, Path]) -> dict[str, Any]:
    ended = confine.run([*NBVAL, "--rootdir", "/home", f"{confine.LENT}/{NBVAL_PLACE}"], lent=lent)
    return nbval_result(ended.output.decode("utf-8", "replace"), ended.reason)


def nbval_result(output: str, reason: str) -> dict[str, Any]:
    """Return whether nbval passed, and its last line."""
    lines = output.strip().splitlines()
    return {"passed": not reason, "text": lines[-1] if lines else reason or "no output"}
