"""Every value of a company's params with the file and line that gives it, or that it is a default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carbon.records.params.extended import read_extended
from carbon.records.params.load import check_company, params_file_of
from carbon.records.params.project import Project
from carbon.records.params.strict_yaml import Key, YamlFile

DEFAULT = "default"


@dataclass(frozen=True)
class Origin:
    """One value: its key, the value as it counts, and `file:line`, or "default" where no file gives it."""

    key: str
    value: Any
    place: str


def origins(project: Project, company: str) -> list[Origin]:
    """Return every value of params/<company>.yml and of the shared files it extends, in the order of the schema.

    Tables and files of params/<company>/ are not in it: they have no defaults and extend nothing.

    Raises ParamsError: A file is refused: see `load_company`.
    """
    path = params_file_of(project, company)
    file = read_extended(path, project)
    params = check_company(file, path.stem)
    return list(_leaves(params.model_dump(mode="json"), (), file))


def _leaves(value: Any, key: Key, file: YamlFile) -> Iterator[Origin]:
    if not value or not isinstance(value, (list, dict)):
        yield Origin(".".join(map(str, key)), value, file.place(key) if key in file.lines else DEFAULT)
        return
    for name, item in enumerate(value) if isinstance(value, list) else value.items():
        yield from _leaves(item, (*key, name), file)
