"""A company's params on top of shared files: `extends`, and the file and line of each value."""

from __future__ import annotations

import re
from pathlib import Path

from carbon.core.errors import ParamsError
from carbon.records.params.project import Project
from carbon.records.params.sources import with_sources
from carbon.records.params.strict_yaml import Key, YamlFile, merged, read_yaml

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
