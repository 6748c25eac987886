"""Which company-years there are, and which are missing or stale, by the content of everything a set depends on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from carbon.core.errors import CarbonError, UsageError
from carbon.core.text import instead
from carbon.params.files.load import load_company
from carbon.params.files.project import Project
from carbon.params.files.sources import mentions, packaged_sources
from carbon.params.shapes.company import CompanyParams, RunParams
from carbon.records.files.claims import claim_files
from carbon.records.grids.sources import check_size
from carbon.runs.notebook.parameters import check_parameters, declared_parameters
from carbon.runs.publish.hashing import (
    FileHashes,
    code_hash,
    files_below,
    package_versions,
    packaged_tables_hash,
    sha256_value,
)
from carbon.runs.publish.identity import MANIFEST, identity, recorded, short
from carbon.runs.publish.sets import current_set, damage, read_manifest
from carbon.runs.publish.signoff import AUDITS, REVIEWS, SIGNATURES, Signature, in_force

PARTS = ("inputs", "params", "factors", "notebook", "code", "packages", "parameters")
"""What a set depends on, and so the words of `--dry-run` and of `carbon diff`."""
PACKAGED = "packaged tables"
DAMAGED = "damaged: "
UNRECORDED = "its identity was not recorded when it was published"
NOTEBOOKS, VIEWS = "notebooks", "views"
LEDGER_OUTPUTS = {REVIEWS, AUDITS, "plans", VIEWS, NOTEBOOKS, SIGNATURES}
"""What a set writes to data/ledger/<company>/, and so is never an input of one."""
DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Planned:
    """One company-year: what its set depends on, and why it must run (empty when the current set is up to date)."""

    company: str
    year: int
    dependencies: dict[str, Any]
    reasons: tuple[str, ...]
    error: str = ""
    """Why it cannot run at all, e.g. its params file is missing."""
    kept: str = ""
    """Why it is not run although it is stale: it is signed."""
    doubted: bool = False
    """The current set has another identity than the journal."""

    @property
    def key(self) -> str:
        """Return the key "company/year"."""
        return f"{self.company}/{self.year}"

    @property
    def digest(self) -> str:
        """Return the name of the set with these dependencies."""
        return digest(self.company, self.year, self.dependencies)


def digest(company: str, year: int, dependencies: Mapping[str, Any]) -> str:
    """Return the name of the set with these dependencies."""
    return sha256_value({"company": company, "year": year, **dependencies})[:DIGEST_LENGTH]


def company_years(runs: RunParams, only: Iterable[str] = ()) -> list[tuple[str, int]]:
    """List the company-years of runs.yml, sorted; with `only`, those named (`company` or `company/year`).

    Raises UsageError: One is listed twice in runs.yml, or a name of `only` is not in it.
    """
    listed = [(entry.company, year) for entry in runs.runs for year in entry.years]
    twice = sorted({f"{c}/{y}" for c, y in listed if listed.count((c, y)) > 1})
    if twice:
        raise UsageError(f"params/runs.yml names {', '.join(twice)} twice", hint="keep one entry of each")
    wanted_names = set(only)
    if not wanted_names:
        return sorted(listed)
    unknown = wanted_names - {f"{c}/{y}" for c, y in listed} - {c for c, _ in listed}
    if unknown:
        names = [*(f"{c}/{y}" for c, y in sorted(listed)), *sorted({c for c, _ in listed})]
        raise UsageError(f"--only {', '.join(sorted(unknown))} is not in params/runs.yml",
                         hint=instead(min(unknown), names))
    return sorted((c, y) for c, y in listed if c in wanted_names or f"{c}/{y}" in wanted_names)


def make_plan(project: Project, runs: RunParams, *, only: Iterable[str] = (), force: bool = False,
              identities: Mapping[str, str] | None = None) -> list[Planned]:
    """Plan every company-year of `only`: the hashes of what it depends on, and the reasons to run it.

    `identities` are those that the journal names, by <company>/<year>/<set>.
    """
    check_notebook(project, runs)
    hashes = FileHashes(project.root)
    return [plan_one(project, runs, company, year, hashes=hashes, force=force, identities=identities or {})
            for company, year in company_years(runs, only)]


def plan_one(project: Project, runs: RunParams, company: str, year: int, *, hashes: FileHashes | None = None,
             force: bool = False, identities: Mapping[str, str] = MappingProxyType({})) -> Planned:
    """Plan one company-year."""
    try:
        depends_on = dependencies(project, runs, company, year, hashes=hashes or FileHashes(project.root))
    except (CarbonError, OSError) as error:
        return Planned(company, year, {}, ("cannot run",), str(error))
    reasons = stale_reasons(project.processed(company, year), depends_on)
    doubt = _doubt(current_set(project.processed(company, year)), identities, f"{company}/{year}")
    reasons = (*(("forced",) if force else ()), *reasons, *((doubt,) if doubt else ()))
    signature = in_force(project, company, year)
    if signature is not None and reasons and current_set(project.processed(company, year)) is not None:
        return _kept(Planned(company, year, depends_on, reasons), signature)
    try:
        # Parsed only for what will run: an unchanged params file was loaded when its set was published.
        if reasons:
            load_company(project, company)
    except CarbonError as refused:
        return Planned(company, year, depends_on, reasons, str(refused))
    return Planned(company, year, depends_on, reasons, doubted=bool(doubt))


def _doubt(folder: Path | None, identities: Mapping[str, str], key: str) -> str:
    """Return why the current set is not the one that the journal names; "" without a word of the journal."""
    journalled = identities.get(f"{key}/{folder.name}") if folder else None
    if folder is None or journalled is None or not (folder / MANIFEST).is_file() or identity(folder) == journalled:
        return ""
    return f"{DAMAGED}{MANIFEST}: its identity is {short(identity(folder))}, the journal has {short(journalled)}"


def _kept(planned: Planned, signature: Signature) -> Planned:
    """Return a signed company-year as it is planned: not run, and failed where what was signed is no longer there."""
    signed = f"signed by {signature.by} on {signature.at[:10]}, not run again: {'; '.join(planned.reasons)}"
    if any(reason.startswith(DAMAGED) for reason in planned.reasons):
        return replace(planned, error=f"{signed}\nHint: restore the signed set from a copy (`carbon verify` names "
                                      "what differs), or --reopen it with a reason")
    return replace(planned, reasons=(), kept=signed)


def check_notebook(project: Project, runs: RunParams) -> None:
    """Check that the notebook of runs.yml exists and declares every parameter that it will get.

    Raises UsageError: Nothing can run: names the notebook, or the parameter.
    """
    path = project.root / runs.notebook
    try:
        notebook = json.loads(path.read_bytes())
        declared = declared_parameters(notebook)
    except FileNotFoundError as error:
        raise UsageError(f"The notebook {runs.notebook} does not exist",
                         hint="`notebook:` in params/runs.yml") from error
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise UsageError(f"{runs.notebook} is not a notebook: {error}",
                         hint="open and save it in JupyterLab") from error
    check_parameters({**runs.parameters, "company": "", "year": 0}, declared)


def dependencies(project: Project, runs: RunParams, company: str, year: int, *, hashes: FileHashes) -> dict[str, Any]:
    """Return everything that the set of a company-year depends on, as hashes and plain values."""
    notebook = project.root / runs.notebook
    if not project.params_file(company).is_file():
        raise UsageError(f"params/{company}.yml does not exist", hint="every company of params/runs.yml needs one")
    return {
        "inputs": hashes.of(_input_files(project, company, year)),
        "params": params_hashes(project, company, hashes),
        "factors": {PACKAGED: packaged_tables_hash(),
                    **hashes.of(files_below(project.root / "params" / "shared" / "factors"))},
        "notebook": hashes.of([notebook]),
        "code": code_hash(),
        "packages": package_versions(),
        "parameters": {**runs.parameters, "company": company, "year": year},
    }


def _input_files(project: Project, company: str, year: int) -> list[Path]:
    """List raw files of this and earlier years (the report shows them), of no year, and the company's ledger."""
    raw = files_below(project.root / "data" / "raw" / company,
                      leave_out=lambda name: name.isdigit() and int(name) > year)
    ledger = files_below(project.ledger(company), leave_out=LEDGER_OUTPUTS.__contains__)
    claims = claim_files(project, company, partial(_instrument_files, project))
    for path in raw:
        check_size(path.stat().st_size, project.name_of(path))  # hashing reads it too
    return raw + _sisters_decisions(project, company) + claims + ledger


def _instrument_files(project: Project, params: CompanyParams, year: int) -> list[Path]:
    from carbon.records.files.company import instrument_files  # pandas: only where another company has instruments

    return [path for path, _ in instrument_files(project, params, year)]


def _sisters_decisions(project: Project, company: str) -> list[Path]:
    """List the decision files of all other companies if the params name `decisions_from` any: at least those used."""
    if not mentions(project, company, b"decisions_from"):
        return []
    company_file = project.decisions_file(company)
    return sorted(path for path in company_file.parent.parent.glob(f"*/{company_file.name}") if path != company_file)


def params_files(project: Project, company: str) -> list[Path]:
    """List the parameter files that a company's set depends on."""
    params = project.root / "params"
    shared = files_below(params / "shared", leave_out=lambda name: name == "factors")
    return [project.params_file(company), *files_below(params / company), *shared]


def params_hashes(project: Project, company: str, hashes: FileHashes) -> dict[str, str]:
    """Return the hashes of a company's parameter files and of the packaged source profiles that they name."""
    files = params_files(project, company)
    if not mentions(project, company, b"source:"):
        return hashes.of(files)
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files if path.suffix == ".yml"]
    return {**hashes.of(files), **packaged_sources(texts, project)}


def stale_reasons(year_folder: Path, depends_on: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why the current set is not up to date: "missing", "damaged", or what has changed."""
    in_force = current_set(year_folder)
    if in_force is None:
        return ("missing",)
    problems = damage(in_force)
    if problems:
        return (f"{DAMAGED}{problems[0]}",)
    if not recorded(in_force):
        return (UNRECORDED,)
    old = read_manifest(in_force).get("dependencies", {})
    return tuple(f"{part}: {changed_names(old.get(part), depends_on[part])}" for part in PARTS
                 if old.get(part) != depends_on[part])


def changed_names(old: Any, new: Any) -> str:
    """Describe the entries that differ between two values of one part."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return "changed"
    words = [f"{name} {_verb(name, old, new)}" for name in sorted(old.keys() | new.keys())
             if old.get(name) != new.get(name)]
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def _verb(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if name not in old:
        return "added"
    return "changed" if name in new else "removed"
