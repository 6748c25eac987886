"""Parameter files: strict YAML checked against params/shapes, each error with file, line, key, value and remedy."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pydantic

from carbon.core.errors import ParamsError, UsageError
from carbon.core.text import instead, spelled_like
from carbon.params.files.company_tables import TABLES
from carbon.params.files.project import Project
from carbon.params.files.sources import read_extended
from carbon.params.files.strict_yaml import YamlFile, badly_written, parse_yaml, read_text, read_yaml
from carbon.params.shapes import company as schema
from carbon.params.shapes.answers import ASKED
from carbon.params.shapes.company import CompanyParams, RunParams
from carbon.params.shapes.faults import Key, place_of, words_of
from carbon.params.shapes.files import FEC, KIND_ROWS, FilePattern, kind_names
from carbon.params.shapes.local_text import in_report_language

_M = TypeVar("_M", bound=schema.Model)
_RULES = "rules"
_OF_RECORDS = ("country", "currency", "reporting_year_starts", "sites")
"""Keys of params without which no file can be read."""
_ONE_BY_ONE = (*_OF_RECORDS, "travel", "language", "name", "vehicles", "flight_bands", "uncertainty", "instruments")


def load_runs(project: Project) -> RunParams:
    """Read params/runs.yml. Raises ParamsError: The file is refused: file, line, key and value are named."""
    name = project.name_of(project.runs_file)
    runs = _runs(read_text(project.runs_file, name), name)
    if not any("*" in entry.company for entry in runs.runs):
        return runs
    entries = []
    for entry in runs.runs:
        fitting = fnmatch.filter(companies(project), entry.company) if "*" in entry.company else [entry.company]
        if not fitting:
            raise ParamsError(f"{name}: no company of params/ fits `{entry.company}`",
                              hint=f"companies here: {', '.join(companies(project)) or 'none'}")
        entries += [entry.model_copy(update={"company": company}) for company in fitting]
    return runs.model_copy(update={"runs": entries})


@lru_cache(maxsize=4)
def _runs(text: str, name: str) -> RunParams:
    """Check runs.yml against its schema once, though it is read at each step of each company-year."""
    return check_params(parse_yaml(text, name), RunParams)


def params_file_of(project: Project, company: str) -> Path:
    """Return params/<company>.yml.

    Raises UsageError: No such company in the project; the one that was meant is named.
    """
    folder, name = project.root / "params", f"{company}.yml"
    # As the folder spells it. Names alone: a Path of each would take longer than the file, where there are hundreds.
    listed = name != "runs.yml" and folder.is_dir() and name in os.listdir(folder)  # noqa: PTH208
    if not listed or not (folder / name).is_file():
        raise UsageError(f"No company {company!r}: params/{company}.yml does not exist",
                         hint=instead(company, companies(project)))
    return project.params_file(company)


def load_company(project: Project, company: str) -> CompanyParams:
    """Read params/<company>.yml, with the rules of params/<company>/rules.yml before its own.

    Raises UsageError: No such company in the project; ParamsError: A file is refused: file, line, key and value are
    named.
    """
    path = params_file_of(project, company)
    params = check_company(read_extended(path, project), path.stem)
    for with_file in FURTHER.values():
        params = with_file(params, project)
    return params


def readable_part(project: Project, company: str) -> tuple[CompanyParams | None, list[tuple[str, ParamsError]]]:
    """Return what records can be read with of params that `load_company` refuses, and each refused file with its error.

    The part is None where a key of `_OF_RECORDS` is refused; entries of `files` that are refused are in it without a
    kind, and no key is in it by which no file is read.
    """
    path, causes = project.params_file(company), []
    part = None
    try:
        file = read_extended(path, project)
        part = _part(file, company)
        check_company(file, path.stem)
    except ParamsError as wrong:
        causes.append((project.name_of(path), wrong))
    rest = part or CompanyParams.model_construct(company=company, language="en", travel=None)
    for name, with_file in FURTHER.items():
        try:
            rest = with_file(rest, project)
        except ParamsError as wrong:
            causes.append((project.name_of(project.params_folder(company) / name), wrong))
    return part and rest, causes


def _part(file: YamlFile, company: str) -> CompanyParams | None:
    values = file.values if isinstance(file.values, dict) else {}
    sound_values: dict[str, Any] = {"language": "en", "name": {}, "travel": schema.Travel.model_construct()}
    for name in _ONE_BY_ONE:
        field = CompanyParams.model_fields[name]
        form: Any = Annotated[field.annotation, field]
        with suppress(pydantic.ValidationError):
            value = values[name] if name in values else field.get_default(call_default_factory=True)
            sound_values[name] = pydantic.TypeAdapter(form).validate_python(value)
    if not {*_OF_RECORDS} <= {*sound_values}:
        return None
    return CompanyParams.model_construct(**{**sound_values, "company": company, "files": [*_entries(values)]})


def _entries(values: dict[str, Any]) -> Iterator[FilePattern]:
    """Yield the entries of `files`; one that is refused claims its files with no kind."""
    listed = values.get("files")
    for entry in [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else ():
        try:
            options = FilePattern.model_validate(entry)
            is_sound = options.kind in kind_names() and not [*_asked({"files": [entry]})]
        except pydantic.ValidationError:
            is_sound = False
        yield options if is_sound else FilePattern.model_construct(pattern=str(entry.get("pattern")), kind="")


def check_company(file: YamlFile, name: str) -> CompanyParams:
    """Check the values of a company's file against its name and the kinds of records.

    Raises ParamsError: See `check_params`; or `company` is not the file's name, or a kind of records is unknown.
    """
    params = check_params(file, CompanyParams)
    if params.company != name:
        raise ParamsError(f"{file.place(('company',))}: `company: {params.company}` is not the file's name",
                          hint=f"write `company: {name}` or rename the file")
    kinds_named = [*((("files", i, "kind"), f.kind, kind_names()) for i, f in enumerate(params.files)),
                   *((("max_rejected_share", k), k, tuple(KIND_ROWS)) for k in params.max_rejected_share)]
    faults = [f"{file.place(_known(path, file))}: `{'.'.join(map(str, path))}`: unknown kind {kind!r}"
              f"{_near('purchases' if kind == FEC else kind, known_kinds)}"
              for path, kind, known_kinds in kinds_named if kind not in known_kinds]
    if faults:
        raise ParamsError("\n".join(faults), hint=f"edit {file.edited}; kinds: {', '.join(kind_names())}")
    return params


def _near(word: str, names: Sequence[str]) -> str:
    nearest_names = spelled_like(word, names, n=1, cutoff=0.5)
    return f"; did you mean {nearest_names[0]!r}?" if nearest_names else ""


def companies(project: Project) -> list[str]:
    """Return the names of all companies with a parameter file, sorted."""
    folder = project.root / "params"
    return sorted(p.stem for p in folder.glob("*.yml") if p.name != "runs.yml" and p.is_file())


def params_files(project: Project, company: str) -> list[Path]:
    """Return every file of params that a company's result depends on: its own, its folder's, and the shared ones."""
    folders = [project.params_folder(company), project.root / "params" / "shared"]
    inside = [p for f in folders if f.is_dir() for p in sorted(f.rglob("*")) if p.is_file() and p.name[0] != "."]
    return [project.params_file(company), *inside]


def _with_rules(params: CompanyParams, project: Project) -> CompanyParams:
    """Return params with the rules of rules.yml before its own."""
    path = project.params_folder(params.company) / "rules.yml"
    if not path.exists():
        return params
    file = read_yaml(path, project.name_of(path))
    if not isinstance(file.values, dict) or set(file.values) != {_RULES}:
        raise ParamsError(f"{file.name}:1: must hold the one key `{_RULES}`", hint=f"start the file with `{_RULES}:`")
    try:
        values = {**dict(file.values), "language": params.language}
        localised = replace(file, values=in_report_language(values, only=_RULES))
    except ValueError as error:
        raise ParamsError(f"{file.name}: {error}", hint=f"edit {file.name}") from None
    rules = [*check_params(localised, RuleFile).rules, *params.rules]
    twice = sorted({r.id for r in rules if sum(r.id == o.id for o in rules) > 1})
    if twice:
        raise ParamsError(f"{file.name}: rule id {twice[0]!r} is given twice", hint="give each rule its own id")
    return params.model_copy(update={_RULES: rules})


class RuleFile(schema.Model):
    """params/<company>/rules.yml."""

    rules: list[schema.Rule]


FURTHER: dict[str, Callable[[CompanyParams, Project], CompanyParams]] = {"rules.yml": _with_rules, **TABLES}
"""Files of params/<company>/ that are part of its params -> params with what the file states."""


def check_params(file: YamlFile, model: type[_M]) -> _M:
    """Check the values of a file against a model, and return it.

    Raises ParamsError: All faults of the file, one a line: `file:line: key = value: what; what to do`.
    """
    if not isinstance(file.values, dict):
        raise ParamsError(f"{file.name}:1: must be keys and values", hint="write `key: value` lines")
    faults = {key: _line(file, key, value, form) for key, value, form in badly_written(file.values, model)}
    faults |= {key: _line(file, key, ASKED, "is not answered yet: write the answer") for key in _asked(file.values)}
    try:
        checked = model.model_validate(file.values)
    except pydantic.ValidationError as wrong:
        for error in wrong.errors(include_url=False):
            where = place_of(error)
            faults.setdefault(_known(where, file) or where, _fault(file, error, model))
        checked = None
    if checked is None or faults:
        raise ParamsError("\n".join(dict.fromkeys(faults.values())), hint=f"edit {file.edited}")
    return checked


def _asked(value: Any, key: Key = ()) -> Iterator[Key]:
    """Yield the keys that are, or whose value is, still the question of an answer that was pasted."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in inside:
        if inner == ASKED or (name == ASKED and len(key) == 2 and key[0] == "files"):
            yield (*key, name)
        yield from _asked(inner, (*key, name))


def _fault(file: YamlFile, error: Any, model: type[_M]) -> str:
    path = place_of(error)
    key = ".".join(str(p) for p in path)
    at = file.place(_known(path, file))
    if error["type"] == "missing":
        return f"{at}: key `{key}` is missing: it is required and has no default"
    if error["type"] == "extra_forbidden":
        names = sorted({*_key_names(model, path[:-1])})
        near_names = spelled_like(str(path[-1]), names, n=1, cutoff=0.5)
        return f"{at}: unknown key `{key}`; " + (
            f"did you mean `{near_names[0]}`?" if near_names else f"known here: {', '.join(names)}")
    return _line(file, path, error["input"] if path == error["loc"] else None, words_of(error))


def _line(file: YamlFile, path: tuple[Any, ...], value: Any, what: str) -> str:
    """Return a fault with its place; of a path the keys that the file has, without the parts of a type."""
    keys = _known(path, file)
    key = ".".join(str(p) for p in keys or path)
    value_text = "" if isinstance(value, (dict, list)) or value is None else f" = {str(value)[:80]!r}"
    return f"{file.place(keys)}: {f'`{key}`{value_text}: ' if key else ''}{what}"


def _known(path: tuple[Any, ...], file: YamlFile) -> Key:
    """Return an error's location in the file's own keys: whole numbers are keys of mappings too."""
    prefix: Key = ()
    for part in path:
        for candidate in (part, str(part)):
            if (*prefix, candidate) in file.lines:
                prefix = (*prefix, candidate)
                break
    return prefix


def _key_names(model: type[schema.Model], path: tuple[Any, ...]) -> list[str]:
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_inside(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_inside(annotation: Any) -> type[schema.Model] | None:
    if isinstance(annotation, type) and issubclass(annotation, schema.Model):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        inner_model = _model_inside(inner)
        if inner_model:
            return inner_model
    return None


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
