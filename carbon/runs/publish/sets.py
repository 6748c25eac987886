"""The protocol of a published set: stage next to the target, manifest last, one rename, one switch.

<year>/.stage-<pid>-<random>/    written file by file, each fsynced
<year>/set-<digest>.sha256       the identity of the set (`publish.identity`)
<year>/set-<digest>/             the complete stage, renamed
<year>/current -> set-<digest>   replaced last: the only switch
"""

from __future__ import annotations

import json
import math
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from carbon.core.errors import RunError, UsageError
from carbon.core.text import instead
from carbon.params.files.project import sha256_of
from carbon.runs.publish import durable
from carbon.runs.publish.identity import MANIFEST, RECORD, identity, indented, record, record_of, recorded, short

if TYPE_CHECKING:
    import pandas as pd

    from carbon.params.files.project import Project

CURRENT = "current"
NOTEBOOK, WORKBOOK, TABLES_BOOK = "annual_report.ipynb", "workbook.xlsx", "tables.xlsx"
FIXED_LINKS = ("annual_report.html", NOTEBOOK)
OTHER_PAGES = "annual_report.*.html"
"""Pages for further audiences; each that a set has gets its fixed link."""
CHANGED = "its bytes have changed since it was published"
UNREADABLE = "it cannot be read by this user, so it is not checked (`row_files_mode` in params/runs.yml)"
LINK = "a link: what it leads to is no file of the set"
KEPT_SETS = 3
Switch = tuple[Path, int] | None
STAGE, ASIDE, SET, SIGNED = ".stage-", ".aside-", "set-", "signed.json"
STATES = "figure_states"
"""Key of the manifest: why a figure without a number has none. Sets of earlier releases lack it."""
PARAMS_BUT_RELEASE = "params_but_release"
"""Key of the manifest's settings: sha256 of those params of the company that move emissions, without the name of the
factor release.
"""
SIZE = "size"
"""Key of the run summary: employees, revenue and currency of the year, and the GWP set."""
SUMS = "sums_of_columns"
"""Key of the settings: entries of `files:` with several headings in one column; `carbon explain` names their cells."""
UNJUDGED = "unjudged"
"""Key of the settings where the years of a target do not compare: target -> why; no filing judges it either."""
STARTS = "reporting_year_starts"
"""Key of the settings where reporting years are no calendar years: their first day, e.g. "04-01"."""
_PLAIN_NAME = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*", re.ASCII)
"""Names that a manifest may give to files: below its own folder, whatever sent it."""
FILINGS = "filings"
"""Folder of a set for what was filed from it: one folder a format, each with a manifest of its own."""
FILED = "manifest.sha256"
"""File of a filing with the hash of its manifest, which nothing else covers; filings of earlier releases lack it."""
DATA_PACKAGE = "datapackage.json"
"""Description of the files of a set for other programs; sets of earlier releases lack it."""


class Stage:
    """A folder next to its target that becomes a set, or disappears: leaving the `with` block removes what is left."""

    def __init__(self, year_folder: Path) -> None:
        self.path = year_folder / f"{STAGE}{os.getpid()}-{secrets.token_hex(4)}"
        self.outputs: dict[str, str] = {}

    def __enter__(self) -> Stage:
        self.path.mkdir()
        return self

    def write(self, name: str, data: bytes, *, mode: int = durable.PUBLIC) -> Path:
        """Write one output of the set; its hash, read back from the disk, goes to the manifest."""
        path = self.path / name
        if path.parent != self.path:
            path.parent.mkdir(exist_ok=True)
        durable.write_file(path, data, mode=mode)
        self.outputs[name] = sha256_of(path)
        return path

    def write_manifest(self, manifest: Mapping[str, Any]) -> str:
        """Write the manifest, the last file of the set, and fsync the stage's folders; returns its sha256."""
        path = self.path / MANIFEST
        durable.write_file(path, _text({**manifest, "outputs": self.outputs}))
        for folder in sorted({(self.path / name).parent for name in self.outputs} | {self.path}, reverse=True):
            durable.fsync_folder(folder)
        return sha256_of(path)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        durable.remove_tree(self.path)


def put_in_force(stage: Stage, digest: str, *, doubted: bool = False) -> Path:
    """Rename a complete stage to `set-<digest>` and switch `current` to it.

    A set of that name that verifies is kept; one that is damaged, `doubted`, or of an identity that nothing recorded is
    moved aside where it differs.

    Raises RunError: The stage has no manifest, or the set of that name differs from what the same inputs gave now.
    """
    if not (stage.path / MANIFEST).is_file():
        raise RunError(f"{stage.path.name} has no manifest: it is not a complete set")
    year_folder = stage.path.parent
    target = year_folder / f"{SET}{digest}"
    if target.exists() and (damage(target) or not _is_proved(target, stage, doubted)):
        durable.replace(target, year_folder / f"{ASIDE}{os.getpid()}-{secrets.token_hex(4)}")
    if target.exists():
        _same_or_raise(stage, target)
    else:
        record(target, identity(stage.path))
        durable.replace(stage.path, target)
    # The switch dates the set: the three newest are those that were current last.
    os.utime(target)
    durable.replace_link(year_folder / CURRENT, target.name)
    _link_reports(year_folder, target)
    return target


def _is_proved(target: Path, stage: Stage, doubted: bool) -> bool:
    """Return whether a set is the recorded one, or the one that the same inputs give now, which is recorded then."""
    if identity(target) != identity(stage.path):
        return bool(recorded(target)) and not doubted
    record(target, identity(target))
    return True


def _link_reports(year_folder: Path, target: Path) -> None:
    """Make the fixed links to the reports of the current set; remove links to pages that it no longer has."""
    others = [path.name for path in target.glob(OTHER_PAGES)]
    for name in (*FIXED_LINKS, *sorted(others)):
        durable.replace_link(year_folder / name, f"{CURRENT}/{name}")
    for link in year_folder.glob(OTHER_PAGES):
        if link.is_symlink() and link.name not in others:
            link.unlink(missing_ok=True)


def _same_or_raise(stage: Stage, target: Path) -> None:
    old, new = read_manifest(target), read_manifest(stage.path)
    differing = sorted(name for name in old["outputs"].keys() | new["outputs"].keys()
                       if old["outputs"].get(name) != new["outputs"].get(name))
    if differing or old != new:
        raise RunError(f"The same inputs, parameters, factors and code gave other bytes than {target.name}: "
                       f"{', '.join(differing) or MANIFEST}",
                       hint="the notebook prints a time, an address or an unseeded draw, or the machine differs; "
                            "the current set was kept")


def read_manifest(folder: Path, *, key: str = "digest") -> dict[str, Any]:
    """Read the manifest of a set; with `key` "filing", of a filing.

    Raises RunError: It is missing or not the JSON object it must be.
    """
    path = folder / MANIFEST
    try:
        # One that is no file, e.g. a pipe, is never opened.
        text = path.read_text("utf-8") if path.is_file() else ""
        manifest = json.loads(text, parse_constant=_number, parse_float=_number)
        if isinstance(manifest[key], str) and all(map(_PLAIN_NAME.fullmatch, manifest["outputs"])):
            return {**manifest, "outputs": dict(manifest["outputs"])}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunError(f"{path} cannot be read: {type(error).__name__}", hint="publish again: carbon run") from error
    raise RunError(f"{path} is not a manifest", hint="publish again: carbon run")


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text} is no number of JSON")
    return number


def damage(folder: Path) -> list[str]:
    """List what is wrong with a set: a manifest other than the recorded one, files that differ, lack or are extra."""
    try:
        manifest = read_manifest(folder)
    except RunError:
        return [f"{MANIFEST}: missing or unreadable"]
    outputs = manifest["outputs"]
    file_names = set(_names_below(folder, ""))
    extra = file_names - outputs.keys() - {MANIFEST, SIGNED}
    filed = {name for name in extra if name.startswith(f"{FILINGS}/")}
    problems = [f"{_shown(name)}: not in the manifest" for name in sorted(extra - filed)]
    problems += [f"{name}: {LINK}" for name in (MANIFEST, SIGNED) if (folder / name).is_symlink()]
    return (_manifest_damage(folder, manifest) + problems + _changed(folder, outputs)
            + _filing_damage(folder, filed, is_recorded=DATA_PACKAGE in outputs))


def _shown(name: str) -> str:
    """Return a name as a message gives it: one that looks like another, or holds a line end, is escaped."""
    return name if name.isascii() and name.isprintable() else ascii(name)


def _manifest_damage(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """List what is wrong with the manifest itself, which no other file of the set covers."""
    if (folder / MANIFEST).read_bytes() != _text(manifest):
        return [f"{MANIFEST}: its text is not as it is written when published"]
    sha256, published = identity(folder), recorded(folder)
    if published not in ("", sha256):
        return [f"{MANIFEST}: its identity is {short(sha256)}, {record_of(folder).name} has {short(published)}"]
    return []


def _text(manifest: Mapping[str, Any]) -> bytes:
    # A half of a character, which no UTF-8 holds, is never the text of a manifest.
    return indented(manifest, errors="replace")


def _names_below(folder: str | Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _names_below(entry.path, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name


def _filing_damage(folder: Path, filed: set[str], *, is_recorded: bool) -> list[str]:
    """List what is wrong with the filings of a set; each has a manifest of its own, and `is_recorded` its hash."""
    problems = []
    for format in sorted({name.split("/")[1] for name in filed}):
        below = f"{FILINGS}/{format}/"
        try:
            manifest = read_manifest(folder / below, key="filing")
        except RunError:
            problems.append(f"{_shown(below + MANIFEST)}: missing or unreadable")
            continue
        outputs = manifest["outputs"]
        if (folder / below / MANIFEST).read_bytes() != _text(manifest):
            problems.append(f"{below}{MANIFEST}: its text is not as it is written when filed")
        if (manifest["filing"], manifest.get("set", folder.name)) != (format, folder.name):
            problems.append(f"{below}{MANIFEST}: it is that of {manifest['filing']} of {manifest.get('set')}")
        if manifest.get("set_manifest") != identity(folder):
            problems.append(f"{below}{MANIFEST}: it was made from the set {short(str(manifest.get('set_manifest')))}, "
                            f"this one is {short(identity(folder))}")
        record_file = folder / below / FILED
        is_hash = record_file.is_file() and not record_file.is_symlink() and \
            record_file.read_bytes() == filed_line(identity(folder / below))
        if not is_hash and (is_recorded or os.path.lexists(record_file)):
            problems.append(f"{below}{FILED}: it is not the hash of {MANIFEST}")
        extra = ({name.removeprefix(below) for name in filed if name.startswith(below)} - outputs.keys()
                 - {MANIFEST, FILED})
        problems += [f"{below}{_shown(name)}: not in its manifest" for name in sorted(extra)]
        problems += [f"{below}{problem}" for problem in _changed(folder / below, outputs)]
    return problems


def filed_line(sha256: str) -> bytes:
    """Return the content of the file with the hash of a filing's manifest, in the layout of `sha256sum --check`."""
    return f"{sha256}  {MANIFEST}\n".encode()


def _changed(folder: Path, outputs: Mapping[str, str]) -> list[str]:
    problems = []
    for name, sha256 in sorted(outputs.items()):
        path = folder / name
        if path.is_symlink():
            problems.append(f"{name}: {LINK}")
        elif not path.is_file():
            problems.append(f"{name}: missing")
        elif not os.access(path, os.R_OK):
            problems.append(f"{name}: {UNREADABLE}")
        elif sha256_of(path) != sha256:
            problems.append(f"{name}: {CHANGED}")
    return problems


def is_as_published(folder: Path, name: str, manifest: Mapping[str, Any]) -> bool:
    """Return whether a file of a set exists with the hash in its manifest."""
    path = folder / name
    return path.is_file() and sha256_of(path) == manifest["outputs"].get(name)


def published_table(folder: Path, name: str) -> pd.DataFrame:
    """Read a table of a published set and check it against the manifest.

    Raises TableError, RunError: It is not in the manifest, missing or damaged.
    """
    from carbon.runs.publish.parquet import read_table

    sha256 = read_manifest(folder)["outputs"].get(f"{name}.parquet")
    if sha256 is None:
        raise RunError(f"{folder.name} has no table {name}", hint="publish again with carbon run")
    if (folder / f"{name}.parquet").exists() and not os.access(folder / f"{name}.parquet", os.R_OK):
        raise RunError(f"{name}.parquet of {folder.name} holds rows, and this user may not read it",
                       hint="ask its owner; a group may with `row_files_mode: 0640` in params/runs.yml")
    return read_table(folder / f"{name}.parquet", sha256=sha256)


def current_set(year_folder: Path) -> Path | None:
    """Return the folder of the current set, or None."""
    try:
        name = str((year_folder / CURRENT).readlink())
    except OSError:
        return None
    folder = year_folder / name
    # Only a set next to the link counts: a link that leads elsewhere is no output of a run.
    is_set = name == Path(name).name and name.startswith(SET) and not folder.is_symlink()
    return folder if is_set and folder.is_dir() else None


def whole_set(project: Project, company: str, year: int) -> Path:
    """Return the current set of a company-year, once every byte of it is found as published.

    Raises UsageError: It has no published set; RunError: The set is damaged: the places.
    """
    folder = current_set(project.processed(company, year))
    if folder is None:
        raise no_set(project, f"{company}/{year}")
    if problems := damage(folder):
        raise RunError(f"{company}/{year} is damaged: {'; '.join(problems[:3])}",
                       hint="`carbon verify` names the rows; publish again with `carbon run --force`")
    return folder


def no_set(project: Project, what: str) -> UsageError:
    """Return the error of a company-year that has no published set: with the published one that was meant, if any."""
    published = [f"{link.parent.parent.name}/{link.parent.name}" for link in sorted(
        (project.root / "data" / "processed").glob(f"*/*/{CURRENT}"))]
    return UsageError(f"{what} has no published set",
                      hint=instead(what, published, otherwise="publish with `carbon run`"))


def sets_in_force(project: Project, path: Path | None = None) -> list[Path]:
    """List the folders of the current sets below a path: data/processed, a company, a year, or one set.

    Raises UsageError: There is no published set.
    """
    start = path or project.root / "data" / "processed"
    if start.name == CURRENT:
        start = current_set(start.parent) or start
    if (start / MANIFEST).exists() or start.name.startswith(SET):
        return [start]
    links = [start / CURRENT] if (start / CURRENT).is_symlink() else sorted(
        path for path in start.rglob(f"{CURRENT}*") if path.name == CURRENT)  # a plain name skips links to nowhere
    folders = [folder for link in links if link.is_symlink() and (folder := current_set(link.parent))]
    broken = [link for link in links if link.is_symlink() and current_set(link.parent) is None]
    if not folders and not broken:
        if start.name.isdigit():  # a year of a company
            raise no_set(project, f"{start.parent.name}/{start.name}")
        raise UsageError(f"No published set below {project.name_of(start)}", hint="publish with `carbon run`")
    return folders + [link.parent for link in broken]


def last_switch(year_folder: Path) -> Switch:
    """Return the current set and when it became current [ns], also again; None without one."""
    folder = current_set(year_folder)
    return (folder, folder.stat().st_mtime_ns) if folder else None


def stage_of(year_folder: Path) -> str:
    """Return in words how far the run of a company-year is, by what its stage holds."""
    stages = list(year_folder.glob(f"{STAGE}*"))
    if not stages:
        return "hashing inputs"
    file_names = {path.name for stage in stages for path in stage.glob("*")}
    return "notebook" if NOTEBOOK not in file_names else "checks" if WORKBOOK in file_names else "tables and pages"


def has_leftovers(year_folder: Path) -> bool:
    """Return whether a dead run left a stage, a temporary name or a lock file here."""
    return any(_leftovers(year_folder)) or (year_folder / ".lock").exists()


def _leftovers(year_folder: Path) -> list[Path]:
    prefixes = (STAGE, ASIDE, durable.TEMPORARY)
    return [path for path in year_folder.iterdir() if path.name.startswith(prefixes)] if year_folder.is_dir() else []


def clean_leftovers(year_folder: Path) -> None:
    """Remove what dead runs left; call it with the lock held, when every leftover is a dead run's."""
    for path in _leftovers(year_folder):
        durable.remove_tree(path)


def prune(year_folder: Path) -> list[str]:
    """Remove all sets but the current one, signed ones and the last three; returns the names removed."""
    in_force = current_set(year_folder)
    sets = sorted((path for path in year_folder.glob(f"{SET}*") if path.is_dir()),
                  key=lambda path: path.stat().st_mtime_ns, reverse=True)
    superseded = [path for path in sets if path != in_force and not (path / SIGNED).exists()]
    removed = superseded[KEPT_SETS:]
    for path in removed:
        durable.remove_tree(path)
    for path in year_folder.glob(f"{SET}*{RECORD}"):
        if not path.with_suffix("").exists():
            durable.remove_tree(path)
    return [path.name for path in removed]
