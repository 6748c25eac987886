"""Source profiles: how exports of known software are read; one YAML file each, packaged or in params/shared/sources.

A profile is read only where a file names it, or where `carbon check` seeks the source of a file. A company's params are
read on top of shared files too: `extends`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import pydantic

from carbon.core import packaged
from carbon.core.errors import ParamsError
from carbon.core.text import spelled_like
from carbon.params.files.project import Project
from carbon.params.files.strict_yaml import YamlFile, merged, parse_yaml, read_text, read_yaml
from carbon.params.shapes.faults import Key
from carbon.params.shapes.files import FilePattern
from carbon.params.shapes.source import SourceProfile

_PACKAGE, _PACKAGED = "carbon.params", "data/sources"
FOLDER = "params/shared/sources"
_NAMED = re.compile(r"\bsource:\s*[\"']?([a-z0-9-]+)")
_TAKEN = ("kind", "recognised_by", "not_with", "reads")
_EITHER = (("columns", "constants"), ("constants", "columns"))


@dataclass(frozen=True)
class Source:
    """A profile with its file, and the packaged version that it replaces."""

    profile: SourceProfile
    file: YamlFile
    sha256: str
    replaces: int | None = None

    @property
    def is_packaged(self) -> bool:
        """Return whether the profile comes with the package."""
        return not self.file.name.startswith(FOLDER)

    @property
    def label(self) -> str:
        """Return name, place, version and hash: "xero (packaged, version 1, sha256 0123456789ab)"."""
        place = "packaged" if self.is_packaged else self.file.name
        instead = "" if self.replaces is None else f", in place of the packaged version {self.replaces}"
        return f"{self.profile.name} ({place}, version {self.profile.version}, sha256 {self.sha256[:12]}{instead})"

    def reads(self) -> dict[str, Any]:
        """Return what the profile gives an entry of `files`."""
        return {"kind": self.profile.kind, "recognised_by": [*self.profile.recognised_by],
                "not_with": [*self.profile.not_with], **self.file.values.get("reads", {})}


def source_names(project: Project | None) -> list[str]:
    """Return the names of all packaged profiles and of those of the project."""
    return sorted(_packaged_names() | ({p.stem for p in (project.root / FOLDER).glob("*.yml")} if project else set()))


def all_sources(project: Project | None) -> Iterator[Source]:
    """Yield every source, by name."""
    return (source_of(name, project) for name in source_names(project))


def source_of(name: str, project: Project | None) -> Source:
    """Return a source: the project's profile of this name, else the packaged one.

    Raises ParamsError: There is neither, or the profile is not sound.
    """
    own_path = project.root / FOLDER / f"{name}.yml" if project else None
    is_packaged = name in _packaged_names()
    if own_path is not None and own_path.is_file():
        replaced = _packaged(name) if is_packaged else None
        own_source = _checked(read_text(own_path, f"{FOLDER}/{name}.yml"), f"{FOLDER}/{name}.yml")
        return own_source if replaced is None else Source(
            own_source.profile, own_source.file, own_source.sha256, replaced.profile.version)
    if not is_packaged:
        near_names = spelled_like(name, source_names(project), cutoff=0.4)
        raise ParamsError(f"unknown source {name!r}", hint=f"did you mean {', '.join(near_names)}? all: "
                          "`carbon params --sources`" if near_names else "all: `carbon params --sources`")
    return _packaged(name)


@cache
def _packaged_names() -> frozenset[str]:
    return frozenset(PurePosixPath(name).stem for name in packaged.names(_PACKAGE, _PACKAGED, ".yml"))


def _packaged(name: str) -> Source:
    file = f"{_PACKAGED}/{name}.yml"
    return _checked(packaged.read_text(_PACKAGE, file), f"carbon/params/{file}")


@cache
def _checked(text: str, name: str) -> Source:
    file = parse_yaml(text, name)
    if not isinstance(file.values, dict):
        raise ParamsError(f"{name}:1: must be keys and values", hint=f"edit {name}")
    try:
        profile = SourceProfile.model_validate(file.values)
    except pydantic.ValidationError as wrong:
        faults = [": ".join(filter(None, [file.place(error["loc"]), ".".join(map(str, error["loc"])),
                                          error["msg"].removeprefix("Value error, ")]))
                  for error in wrong.errors(include_url=False)]
        raise ParamsError("\n".join(faults), hint=f"edit {name}; see docs/how-to/add-a-source.md") from None
    if profile.name != PurePosixPath(name).stem:
        raise ParamsError(f"{file.place(('name',))}: `name: {profile.name}` is not the file's name",
                          hint=f"write `name: {PurePosixPath(name).stem}` or rename the file")
    return Source(profile, file, sha256(text.encode()).hexdigest())


def with_sources(file: YamlFile, project: Project) -> YamlFile:
    """Return params in which each entry of `files` with a `source` has what its profile reads below its own keys.

    Raises ParamsError: A source is unknown, or its profile is not sound.
    """
    entries = file.values.get("files") if isinstance(file.values, dict) else None
    if not isinstance(entries, list) or not any(isinstance(e, dict) and e.get("source") for e in entries):
        return file
    values, lines, files = [], dict(file.lines), dict(file.files)
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("source"), str):
            values.append(entry)
            continue
        try:
            source = source_of(entry["source"], project)
        except ParamsError as wrong:
            raise ParamsError(f"{file.place(('files', number, 'source'))}: {wrong.what}", hint=wrong.hint) from None
        values.append(_with_source(entry, source))
        for key, line in source.file.lines.items():
            at = ("files", number, *(key[1:] if key[:1] == ("reads",) else key))
            if key and key[0] in _TAKEN and len(at) > 2 and at not in lines:
                lines[at], files[at] = line, source.file.name
    return YamlFile(file.name, {**file.values, "files": values}, lines, files)


def _with_source(entry: dict[str, Any], source: Source) -> dict[str, Any]:
    below = source.reads()
    for one, other in _EITHER:
        # A column that the entry states in one way is not stated by the profile in the other.
        if isinstance(entry.get(one), dict) and other in below:
            below[other] = {c: v for c, v in below[other].items() if c not in entry[one]}
    return {**merged(entry, below), "source": source.label}


def resolved(options: FilePattern, project: Project | None = None) -> FilePattern:
    """Return options whose `source` is a mere name with what its profile reads below their own keys.

    Raises ParamsError: See `source_of`.
    """
    if options.source is None or "(" in options.source:
        return options
    source = source_of(options.source, project)
    return FilePattern.model_validate(_with_source(options.model_dump(exclude_unset=True), source))


def packaged_sources(files: Iterable[str], project: Project) -> dict[str, str]:
    """Return "source <name>" and hash of each packaged profile that parameter files name."""
    names = {name for text in files for name in _NAMED.findall(text)} & set(source_names(project))
    named_sources = [source_of(name, project) for name in sorted(names)]
    return {f"source {s.profile.name}": s.sha256 for s in named_sources if s.is_packaged}


EXTENDS = "extends"
_SHARED = re.compile(r"shared/[A-Za-z0-9][A-Za-z0-9_-]*\.yml")


def read_extended(path: Path, project: Project, name: str = "") -> YamlFile:
    """Read a parameter file with the shared files that it extends below it.

    `extends: shared/sector.yml`, or a list of such files, a later one over the former. Mappings are merged key by key;
    any other value is taken from the uppermost file that has it; an empty value takes the shared one back.

    Raises ParamsError: A file is refused (see `read_yaml`), is not in params/shared/, extends itself, or names a
    company.
    """
    return with_sources(extend(read_yaml(path, name or project.name_of(path)), project), project)


def mentions(project: Project, company: str, word: bytes) -> bool:
    """Tell whether a company's params may hold a word: its own file, or any shared one where it extends some."""
    own_bytes = project.params_file(company).read_bytes()
    shared = (project.root / "params" / "shared").glob("*.yml") if EXTENDS.encode() in own_bytes else ()
    return word in own_bytes or any(word in path.read_bytes() for path in shared if path.is_file())


def extend(file: YamlFile, project: Project, below: tuple[str, ...] = ()) -> YamlFile:
    """Put a file's values over those of the shared files that it names. Raises ParamsError: See `read_extended`."""
    if not isinstance(file.values, dict) or EXTENDS not in file.values:
        return file
    below_it: YamlFile | None = None
    for shared in _named(file):
        name = f"params/{shared}"
        if name in (*below, file.name):
            raise ParamsError(f"{file.place((EXTENDS,))}: {shared} extends itself", hint="remove it from `extends`")
        shared_file = read_yaml(project.root / name, name)
        if isinstance(shared_file.values, dict) and "company" in shared_file.values:
            raise ParamsError(f"{shared_file.place(('company',))}: a shared file names a company",
                              hint="move `company` to the files that extend it")
        shared_file = extend(shared_file, project, (*below, file.name))
        below_it = shared_file if below_it is None else _over(shared_file, below_it)
    own_file = YamlFile(file.name, {k: v for k, v in file.values.items() if k != EXTENDS}, file.lines)
    return own_file if below_it is None else _over(own_file, below_it)


def _named(file: YamlFile) -> list[str]:
    value = file.values[EXTENDS]
    names = value if isinstance(value, list) else [value]
    for name in names:
        if not isinstance(name, str) or not _SHARED.fullmatch(name):
            raise ParamsError(f"{file.place((EXTENDS,))}: `extends` = {name!r} is no file of params/shared/",
                              hint="write e.g. `extends: shared/sector.yml`")
    return names


def _over(upper: YamlFile, lower: YamlFile) -> YamlFile:
    replaced: set[Key] = set()
    values = merged(upper.values, lower.values, (), replaced)
    lines = {key: line for key, line in lower.lines.items()
             if not any(key[:n] in replaced for n in range(1, len(key) + 1))}
    files = {key: lower.files.get(key, lower.name) for key in lines}
    own_keys = {key for key in upper.lines if key}
    return YamlFile(upper.name, values, {**lines, **upper.lines},
                    {**{key: name for key, name in files.items() if key not in own_keys}, **upper.files})
