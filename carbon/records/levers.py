"""
What could be done, as a company writes it: params/<company>/levers.yml.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from carbon.core.errors import UsageError
from carbon.core.lever_params import LeverFile
from carbon.records.params import check_params
from carbon.records.project import Project, find_project
from carbon.records.strict_yaml import read_yaml

FILE = "levers.yml"


@dataclass(frozen=True)
class LeverRecords:
    """
    file: checked content; name: path in the project, for errors; sha256 of the bytes read.
    """

    company: str
    name: str
    sha256: str
    file: LeverFile


def has_levers(company: str, *, project: Project | None = None) -> bool:
    """
    Whether the company keeps params/<company>/levers.yml.
    """
    return ((project or find_project()).params_folder(company) / FILE).is_file()


def read_levers(company: str, *, project: Project | None = None) -> LeverRecords:
    """
    The levers and plan parameters of one company.

    Raises
    ------
    UsageError
        The company has no such file.
    ParamsError
        The file is refused: file, line, lever, field and value are named.
    """
    project = project or find_project()
    path = project.params_folder(company) / FILE
    name = project.name_of(path)
    if not path.is_file():
        raise UsageError(f"{company} has no levers: {name} does not exist", hint="docs/how-to/levers.md shows one")
    file = check_params(read_yaml(path, name), LeverFile)
    return LeverRecords(company, name, sha256(path.read_bytes()).hexdigest(), file)
