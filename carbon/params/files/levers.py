"""Levers of a company, params/<company>/levers.yml, its actions, actions.yml, and the plans in its ledger."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from carbon.core.display import Displayed
from carbon.core.errors import ParamsError, UsageError
from carbon.params.files.load import check_params, load_company
from carbon.params.files.project import Project, find_project
from carbon.params.files.strict_yaml import read_yaml
from carbon.params.shapes.actions import ActionFile
from carbon.params.shapes.levers import LeverFile
from carbon.params.shapes.plan_record import PlanRecord

FILE, ACTIONS = "levers.yml", "actions.yml"
PLANS = "plans"
"""Folder of the company's ledger: one file a plan, in the order of their numbers."""
_PLAN_FILE = re.compile(r"\d{4}-\d{3,}\.json")


@dataclass(frozen=True, repr=False)
class LeverRecords(Displayed):
    """file: checked content; name: path in the project, for errors; sha256 of the bytes read."""

    company: str
    name: str
    sha256: str
    file: LeverFile


def _stated(path: Path) -> bool:
    """Return whether a file holds more than comments: `carbon init` writes one that is all comments."""
    return path.is_file() and any(line.strip() and not line.lstrip().startswith("#")
                                  for line in path.read_text(encoding="utf-8", errors="replace").splitlines())


def read_levers(company: str, *, project: Project | None = None) -> LeverRecords:
    """Read the levers and plan parameters of one company.

    Raises UsageError: The company has no such file; ParamsError: The file is refused: file, line, lever, field and
    value are named.
    """
    project = project or find_project()
    path = project.params_folder(company) / FILE
    name = project.name_of(path)
    if path.is_file() and not _stated(path):
        raise UsageError(f"{company} has no levers: {name} is all comments",
                         hint="take the # away and fill it in; `carbon levers check` reads it")
    if not path.is_file():
        load_company(project, company)  # a company that is not there is another fault than one without levers
        raise UsageError(f"{company} has no levers: {name} does not exist", hint="docs/how-to/levers.md shows one")
    file = check_params(read_yaml(path, name), LeverFile)
    return LeverRecords(company, name, sha256(path.read_bytes()).hexdigest(), file)


def read_actions(company: str, *, project: Project | None = None) -> ActionFile | None:
    """Read the actions of one company; None where it has no actions.yml, or one of comments alone.

    Raises ParamsError: The file is refused: file, line, action, field and value are named; an action realises a lever
    that neither levers.yml nor a recorded plan has.
    """
    project = project or find_project()
    path = project.params_folder(company) / ACTIONS
    if not _stated(path):
        return None
    name = project.name_of(path)
    file = check_params(read_yaml(path, name), ActionFile)
    ids = {v.id for plan in read_plans(company, project=project) for v in plan.levers}
    ids |= set(read_levers(company, project=project).file.levers) if _stated(path.with_name(FILE)) else set()
    for id_, action in file.actions.items():
        if action.lever and action.lever not in ids:
            raise ParamsError(f"{name}: action {id_}, lever: {action.lever!r} is in no levers.yml or recorded plan",
                              hint=f"one of {', '.join(sorted(ids))}, or leave it out" if ids else
                              "leave `lever` out: the company has no levers")
    return file


def plan_files(company: str, *, project: Project | None = None) -> list[Path]:
    """Return the files of a company's recorded plans, in the order in which they were recorded.

    Raises ParamsError: Another file is among them.
    """
    project = project or find_project()
    folder = project.ledger(company) / PLANS
    paths = sorted(p for p in folder.glob("*") if p.name[0] != ".") if folder.is_dir() else []
    strange = [p for p in paths if not _PLAN_FILE.fullmatch(p.name)]
    if strange:
        raise ParamsError(f"{project.name_of(strange[0])} is not a recorded plan",
                          hint="the ledger is append-only: move other files out of it")
    return sorted(paths, key=lambda p: int(p.stem.partition("-")[2]))


def read_plans(company: str, *, project: Project | None = None) -> list[PlanRecord]:
    """Read the recorded plans of a company, oldest first; an empty list where it has not recorded any.

    Raises ParamsError: A file was changed after it was recorded, or is not a plan.
    """
    project = project or find_project()
    return [_plan(path, project.name_of(path)) for path in plan_files(company, project=project)]


def record_digest(plan: PlanRecord) -> str:
    """Return the sha256 of a record's content, by which a later change of its file is noticed."""
    text = json.dumps(plan.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plan(path: Path, name: str) -> PlanRecord:
    hint = "the ledger is append-only: restore the file from version control"
    try:
        content = json.loads(path.read_bytes())
        plan, digest = PlanRecord.model_validate(content["plan"]), content["digest"]
    except (ValueError, KeyError, TypeError, ValidationError):
        raise ParamsError(f"{name} is not a recorded plan", hint=hint) from None
    if digest != record_digest(plan):
        raise ParamsError(f"{name} was changed after it was recorded", hint=hint)
    return plan
