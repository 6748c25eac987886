"""The folders of a project: the one with params/runs.yml, and those inside it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from carbon.core.display import Displayed
from carbon.core.errors import UsageError

DECISIONS_FILE = "decisions.csv"
_MARK = Path("params") / "runs.yml"
Files = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, repr=False)
class Project(Displayed):
    """One project folder."""

    root: Path

    @property
    def runs_file(self) -> Path:
        """params/runs.yml: the companies and years to run."""
        return self.root / _MARK

    def params_file(self, company: str) -> Path:
        """Return params/<company>.yml."""
        return self.root / "params" / f"{company}.yml"

    def params_folder(self, company: str) -> Path:
        """Return params/<company>/: rules, levers, factors of the company."""
        return self.root / "params" / company

    def table_file(self, company: str, name: str) -> Path:
        """Return params/<company>/<name>, or where it is not there params/shared/<name>."""
        own = self.params_folder(company) / name
        return own if own.is_file() else self.root / "params" / "shared" / name

    def raw(self, company: str, year: int) -> Path:
        """Return data/raw/<company>/<year>/: the files that the company sent, never edited."""
        return self.root / "data" / "raw" / company / str(year)

    def reported(self, company: str) -> Path:
        """Return data/raw/<company>/reported/: inventories of several years that are known only as totals."""
        return self.root / "data" / "raw" / company / "reported"

    def digital(self, company: str) -> Path:
        """Return data/raw/<company>/digital/: tables of the digital estate."""
        return self.root / "data" / "raw" / company / "digital"

    def processed(self, company: str, year: int) -> Path:
        """Return data/processed/<company>/<year>/: published sets."""
        return self.root / "data" / "processed" / company / str(year)

    def ledger(self, company: str) -> Path:
        """Return data/ledger/<company>/, which is append-only: events, decisions, plans, reviews."""
        return self.root / "data" / "ledger" / company

    def decisions_file(self, company: str) -> Path:
        """Return data/ledger/<company>/decisions.csv: how people classified purchases."""
        return self.ledger(company) / DECISIONS_FILE

    def state_of(self, company: str) -> Files:
        """Return path, size and time of each file that an inventory of a company is made from: any change shows."""
        folders = [self.root / "params", self.root / "data" / "ledger", self.raw(company, 0).parent]
        files = [f"{at}{os.sep}{name}" for folder in folders for at, _, names in os.walk(folder) for name in names]
        states = [(path, os.lstat(path)) for path in sorted(files)]
        return tuple((path, state.st_size, state.st_mtime_ns) for path, state in states)

    def name_of(self, path: Path) -> str:
        """Return a path as tables give it: relative to the project and with forward slashes."""
        try:
            return path.absolute().relative_to(self.root.absolute()).as_posix()
        except ValueError:
            return path.as_posix()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_project(start: str | Path | None = None) -> Project:
    """Find the project around a folder.

    The nearest parent of `start` (default: the working folder) with params/runs.yml; else the folder named by
    CARBON_PROJECT; else the checkout this package is installed from, if it is a project.

    Raises UsageError: There is no such folder.
    """
    start_folder = Path.cwd() if start is None else Path(start).absolute()
    declared = os.environ.get("CARBON_PROJECT", "")
    candidates = [start_folder, *start_folder.parents]
    if start is None:
        candidates += [Path(declared).absolute()] if declared else []
        candidates.append(Path(__file__).resolve().parents[3])
    for folder in candidates:
        if (folder / _MARK).is_file():
            return Project(folder)
    raise UsageError(
        f"No carbon project around {start_folder.name or start_folder}: no parent folder has {_MARK.as_posix()}",
        hint="go to the project's folder, set CARBON_PROJECT to it, or make one with `carbon init DIR`",
    )
