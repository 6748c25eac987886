"""`carbon map` and `cb.map`: files on the desk, answers by keys, a form or a sheet, and the entries that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import ParamsError, UsageError
from carbon.params.files.load import companies, load_company
from carbon.params.files.project import Project, find_project
from carbon.params.shapes.company import CompanyParams, FilePattern
from carbon.records.files.company import claims_of, context_of
from carbon.records.kinds.contract import ProjectContext
from carbon.runs.desk.file_map import FileMap, Question, map_file
from carbon.runs.desk.map_entry import Given, constant_of, entry_of
from carbon.runs.desk.map_form import WITHOUT, MapForm
from carbon.runs.desk.map_offers import Offer
from carbon.runs.desk.params_text import difference, entry_lines, with_entry
from carbon.runs.desk.sheet import cells_of
from carbon.runs.publish import write_atomic

YEAR = "year"
"""Key of the one question whose answer is no part of the entry."""
SHEET = ("file", "key", "question", "may_be", "answer")
"""Headings of the sheet of questions."""


@dataclass(eq=False, repr=False)
class OpenFile(Given):
    """One file on the desk, and the answers about it so far."""

    notes: dict[str, str] = field(default_factory=dict)
    map: FileMap = field(default_factory=lambda: FileMap(""))
    asks_year: bool = False
    years: tuple[int, ...] = ()
    """Years of a new project that the file is for."""

    def read(self) -> FileMap:
        """Read the file with the answers so far."""
        self.map = map_file(self)
        return self.map

    def answer(self, question: Question, text: str) -> FileMap:
        """Take one answer, the number of an offer or the value itself, and read the file again.

        Raises UsageError: The answer is not accepted; it is dropped.
        """
        text = text.strip()
        is_offered = text in [offer.answer for offer in question.offers]
        if not is_offered and text.isdigit() and 1 <= int(text) <= len(question.offers):
            text = question.offers[int(text) - 1].answer
        if question.key == YEAR:
            self.years = tuple(int(y) for y in re.findall(r"\b(?:19|20)\d{2}\b", text))
            return self.map
        before, map_before = dict(self.answers), self.map
        self.answers[question.key] = text
        try:
            self.read()
            again = next((q.asks for q in self.map.questions if q.key == question.key), self.map.refused)
            if again and not map_before.refused:
                raise UsageError(f"{question.key} = {text!r} is not accepted: {again}", hint="answer again")
        except UsageError:
            self.answers, self.map = before, map_before
            raise
        why = next((o.why for o in question.offers if o.answer == text), "")
        is_constant = question.key.startswith("columns.") and constant_of(text) is not None
        key = question.key.replace("columns.", "constants.") if is_constant else question.key
        self.notes[key] = why if why and not why.startswith("e.g.") else ""
        return self.map

    @property
    def questions(self) -> list[Question]:
        """What is open: about the file, and for a new project its year where its rows are of several."""
        years = self.map.years
        of_year = [Question(YEAR, f"Rows of {', '.join(str(y) for y in years)}: for which year, or years, is the file?",
                            tuple(Offer(str(y), "") for y in years))] if len(years) > 1 else []
        return [*self.map.questions, *(of_year if self.asks_year and not self.years else [])]

    @property
    def entry(self) -> dict[str, Any]:
        """The entry under `files:` as params hold it."""
        if not self.map.kind:
            return {}
        options = FilePattern.model_validate(self.map.entry)
        return {k: v for k, v in options.model_dump(mode="json", exclude_defaults=True).items() if k in self.map.entry}

    @property
    def new_keys(self) -> dict[str, Any]:
        """What the entry has that params do not have yet, with its pattern."""
        if self.base is None:
            return self.entry
        before = entry_of(self.pattern, self.base.kind, self.base, {})
        return {"pattern": self.pattern} | {
            key: {k: v for k, v in value.items() if before.get(key, {}).get(k) != v} if isinstance(value, dict) else
            value for key, value in self.entry.items() if before.get(key) != value}

    @property
    def is_settled(self) -> bool:
        """Whether the file is read and nothing is asked."""
        return bool(self.map.rows) and not self.questions and not self.map.refused


@dataclass(eq=False, repr=False)
class Desk(Displayed):
    """Files that are being mapped; `company` is whose params the entries go into, "" where none is known."""

    files: list[OpenFile]
    project: Project | None = None
    company: str = ""

    @property
    def open(self) -> list[tuple[OpenFile, Question]]:
        """Every open question, file by file."""
        return [(one, question) for one in self.files for question in one.questions]

    @property
    def unsettled(self) -> list[OpenFile]:
        """Files with an open question, refused, or with rows that are rejected."""
        return [one for one in self.files if not one.is_settled or one.map.rows["rows_rejected"]]

    def settle(self, answers: Mapping[str, Mapping[str, str]]) -> None:
        """Take answers by file and key, then read each file again.

        Raises UsageError: No such file on the desk, or an answer that its entry cannot hold.
        """
        unknown = sorted(set(answers) - {one.name for one in self.files})
        if unknown:
            raise UsageError(f"No file {unknown[0]!r} here", hint=f"files: {', '.join(o.name for o in self.files)}")
        for one in self.files:
            for key, text in answers.get(one.name, {}).items():
                question = next((q for q in one.questions if q.key == key), Question(key, ""))
                one.answer(question, text)

    def params_before_and_after(self) -> tuple[str, str]:
        """Return the text of the company's params as it is, and with the entries of all settled files.

        Raises UsageError: No company is known; ParamsError: see `params_text.with_entry`.
        """
        if self.project is None or not self.company:
            raise UsageError("No company to write for", hint="put the files into data/raw/<company>/<year>/, or give "
                             "--company")
        path = self.project.params_file(self.company)
        before = after = path.read_text(encoding="utf-8")
        for one in self.files:
            if one.is_settled and (one.base is None or one.answers):
                after = with_entry(after, one.new_keys, {"": f"{one.name}, as `carbon map` read it", **one.notes},
                                   self.project.name_of(path))
        return before, after

    def diff(self) -> str:
        """Return what would change in the company's params; errors as there."""
        before, after = self.params_before_and_after()
        return difference(before, after, f"params/{self.company}.yml")

    def save(self) -> Path | None:
        """Write the entries of settled files into the company's params; None where nothing changes."""
        before, after = self.params_before_and_after()
        if before == after or self.project is None:
            return None
        path = self.project.params_file(self.company)
        write_atomic(path, after.encode("utf-8"))
        try:
            load_company(self.project, self.company)
        except ParamsError:
            write_atomic(path, before.encode("utf-8"))
            raise
        return path

    def yaml(self) -> str:
        """Return the entries of all files whose kind is known as lines of YAML; what is open is a comment each."""
        parts = []
        for one in self.files:
            parts += [entry_lines(one.entry, one.notes)] if one.entry else []
            parts += [f"  # {line}\n" for line in open_lines(one)]
        return "files:\n" + "".join(parts)

    def sheet(self) -> pd.DataFrame:
        """Return one row for each open question, with an empty column `answer`."""
        rows = [(one.name, q.key, q.asks, " / ".join(o.answer for o in q.offers), "") for one, q in self.open]
        return pd.DataFrame(rows, columns=[*SHEET], dtype="str")

    def write_sheet(self, path: Path) -> int:
        """Write the questions as CSV or XLSX for a colleague, and return their number."""
        from carbon.reports.export import new_book, to_csv_bytes, write_column
        from carbon.reports.words.cells import Cells

        table = self.sheet()
        if path.suffix.lower() not in (".csv", ".xlsx"):
            raise UsageError(f"{path.name}: the sheet is CSV or XLSX", hint="end its name in .csv or .xlsx")
        if path.exists():
            raise UsageError(f"{path.name} is there already", hint="it may hold answers: take another name")
        data = b"\xef\xbb\xbf" + to_csv_bytes(table)
        if path.suffix.lower() == ".xlsx":
            book, formats = new_book(out := BytesIO())
            sheet = book.add_worksheet("questions")
            sheet.set_column(0, len(SHEET) - 1, 32)
            for place, heading in enumerate(SHEET):
                write_column(sheet, (0, place), heading, heading, Cells.of(table[heading]), formats)
            book.close()
            data = out.getvalue()
        write_atomic(path, data)
        return len(table)

    def read_sheet(self, path: Path) -> int:
        """Take the answers of a filled sheet and return their number; rows without an answer stay open.

        Raises FileRefused, ParamsError: The sheet cannot be read; UsageError: see `settle`.
        """
        table = cells_of(path, SHEET, "`carbon map FILE --sheet NEW.csv` writes such a sheet", ("answer",))
        filled = table[table["answer"].str.strip() != ""]
        by_file: dict[str, dict[str, str]] = {}
        for row in filled.to_dict("records"):
            by_file.setdefault(row["file"], {})[row["key"]] = row["answer"].strip()
        self.settle(by_file)
        return len(filled)

    def __repr__(self) -> str:
        return one_line(f"Desk({len(self.files)} files of {self.company or 'no company'}; {len(self.open)} questions "
                        f"open; {sum(one.is_settled for one in self.files)} files settled)")

    def _repr_html_(self) -> str:
        return "".join(one.map._repr_html_() for one in self.files) + f"<p>{escape(WITHOUT)}</p>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Return the fields where ipywidgets is installed, and the tables that stay in a page without a kernel."""
        plain_views = {"text/plain": repr(self), "text/html": self._repr_html_()}
        try:
            view = MapForm(self).box._repr_mimebundle_()
        except ImportError:
            return plain_views
        return {**(view[0] if isinstance(view, tuple) else view), **plain_views}


def open_lines(one: OpenFile) -> list[str]:
    """Return what is open about a file, a line each: questions with their offers, refusals, and causes of rejects."""
    lines = [f"? {q.key}: {q.asks}" + (f" One of: {', '.join(o.answer for o in q.offers)}" if q.offers else "")
             for q in one.questions]
    return [" ".join(line.split()) for line in (*lines, one.map.refused, *one.map.rejects) if line]


def open_desk(paths: Iterable[Path], *, kind: str = "", company: str = "", year: int | None = None,
              project: Project | None = None) -> Desk:
    """Return the files on a desk, each read as it is understood without an answer.

    Raises UsageError: No such file or company; files of several companies.
    """
    places = [path.absolute() for path in paths]
    missing = [path for path in places if not path.is_file()]
    if missing:
        raise UsageError(f"{missing[0].name}: no such file", hint="carbon map FILE...")
    project = project or _project_around(places) or (find_project() if company else None)
    owners = {_owner(project, path) for path in places} if project else set()
    names = {owner for owner, _ in owners if owner} if not company else {company}
    if len(names) > 1:
        raise UsageError(f"The files are of several companies: {', '.join(sorted(names))}", hint="map them one by one")
    company = next(iter(names), "")
    params = load_company(project, company) if project and company else None
    files = [_open_file(path, project, params, year) for path in places]
    for one in files:
        one.answers |= {"kind": kind} if kind else {}
        one.read()
    return Desk(files, project, company)


def _project_around(paths: list[Path]) -> Project | None:
    try:
        return find_project(paths[0].parent) if paths else find_project()
    except UsageError:
        return None


def _owner(project: Project | None, path: Path) -> tuple[str, str]:
    """Return company and year of a file below data/raw/; "" where it is elsewhere."""
    parts = Path(project.name_of(path)).parts if project else ()
    if project and parts[:2] == ("data", "raw") and len(parts) > 4 and parts[2] in companies(project):
        return parts[2], parts[3]
    return "", ""


def _open_file(path: Path, project: Project | None, params: CompanyParams | None, year: int | None) -> OpenFile:
    _, of_path = _owner(project, path)
    year = year or (int(of_path) if of_path.isdigit() else None)
    if project is None or params is None:
        return OpenFile(path, path.name, pattern_of(path.name, year), ProjectContext(declared=True))
    folder = project.raw(params.company, year) if year else path.parent
    below = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    claims = claims_of(params, below, year or 0)
    return OpenFile(path, below, claims[0].pattern if len(claims) == 1 else pattern_of(below, year),
                    context_of(params, year), claims[0] if len(claims) == 1 else None, defaults_of(params),
                    project=project)


def defaults_of(params: CompanyParams) -> dict[str, str]:
    """Return the values of the company that are offered for every row of a file."""
    site = {"site": next(iter(params.sites))} if len(params.sites) == 1 else {}
    return {"currency": params.currency, "country": params.country, **site}


def pattern_of(name: str, year: int | None) -> str:
    """Return the pattern that next year's file of the same name fits too: "ledger-2024.csv" is "ledger-{year}.csv"."""
    escaped = re.sub(r"([*?\[])", r"[\1]", name)
    return escaped.replace(str(year), "{year}") if year else escaped


def map(*paths: str | Path, kind: str = "", company: str = "", year: int | None = None) -> Desk:
    """Return files on a desk, whose fields in a notebook ask what the files do not prove; `save` writes into params.

    `kind`: Of all files, where it is known: "purchases", "energy", "travel" ... `company`, `year`: Whose params the
    entries go into; for files below data/raw/<company>/<year>/ the folder states them.

    Raises UsageError: No such file or company.
    """
    return open_desk([Path(p) for p in paths], kind=kind, company=company, year=year)

