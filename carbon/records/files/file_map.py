"""What a file is taken for: its kind, each column with a reason, what must be asked, and its entry under `files:`.

The reader itself is asked. What it proves is not asked again; what it refuses or rejects, and params can answer, is a
question whose key is the place of the answer in the entry, such as `columns.amount`. Nothing else is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pydantic

from carbon.core.display import Displayed, as_html
from carbon.core.errors import FileRefused, UsageError
from carbon.core.params.company import FilePattern
from carbon.records.files.file import DAYS, grids_of, read_file
from carbon.records.files.map_offers import Offer, Sheet, constant_of, kinds_by_headings, offers_for, word_offers
from carbon.records.headings.matching import TEMPLATE, Headings, key_of
from carbon.records.kinds.contract import PERSON, TEXT, Contract
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.kinds.registry import FEC, KINDS, kind_names

CORE = ("purchases", "energy", "travel")
"""Kinds that are always offered."""
SHOWN, MOST_WORDS, MOST_DAYS = 3, 40, 5000
"""Samples of a column; distinct words of a column that are asked for one by one; days that are looked at for years."""
ASKED = {
    "separator_unknown": "separator", "separator_ambiguous": "separator", "encoding_unknown": "encoding",
    "encoding_uncertain": "encoding", "sheets_unclear": "sheet", "sheets_overlap": "sheet", "sheet_missing": "sheet",
    "header_missing": "header_row", "number_ambiguous": "decimal", "date_ambiguous": "date_format",
    "duplicate": "duplicates", "tariffs_unread": "columns.quantity", "multiplier_unread": "columns.quantity",
    "amount_with_tax": "columns.amount", "amount_split": "columns.amount", "decimals_implied": "columns.amount",
    "currency_of_another_amount": "columns.currency", "sign_ambiguous": "columns.amount"}
"""Cause of the reader -> the key of params that answers it."""
ALSO_ASKED = {"freight_incomplete": ("mass", "distance"), "place_unknown": ("distance",),
              "distance_unit_missing": ("distance_unit",)}
"""Cause of a reject -> columns that are not needed of every file, but would have settled it."""
FIXED = {
    "decimal": (Offer(",", "a decimal comma"), Offer(".", "a decimal point")),
    "date_format": (Offer("day_first", "day before month"), Offer("month_first", "month before day")),
    "duplicates": (Offer("keep", "equal rows are separate records"), Offer("reject", "all but the first go")),
    "separator": (Offer(";", ""), Offer(",", ""), Offer("|", "")),
    "encoding": (Offer("cp1252", "Windows, Western Europe"), Offer("utf-8", ""), Offer("cp1250", "Central Europe"))}


@dataclass(frozen=True, repr=False)
class Question(Displayed):
    """What a person must state: `key` is the place of the answer in the file's entry, `offers` what it may be."""

    key: str
    asks: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, repr=False)
class Taken(Displayed):
    """One column of the file: what it is read as ("" where it is not read) and why."""

    heading: str
    samples: tuple[str, ...]
    column: str
    why: str


@dataclass(frozen=True, repr=False)
class FileMap(Displayed):
    """One file as it is understood so far.

    `entry` is what params need to state; `questions` are open, `refused` is what no key of params answers; `rows` has
    rows_read, rows_accepted, rows_rejected and totals once the file is read, `rejects` one line a cause.
    """

    name: str
    kind: str = ""
    why: str = ""
    entry: dict[str, Any] = field(default_factory=dict)
    columns: tuple[Taken, ...] = ()
    questions: tuple[Question, ...] = ()
    refused: str = ""
    rows: dict[str, Any] = field(default_factory=dict)
    rejects: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    sites: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        table = pd.DataFrame([(t.heading, ", ".join(t.samples), t.column or "not read", t.why) for t in self.columns],
                             columns=["heading", "samples", "taken for", "why"])
        return as_html(f"{self.name}: {self.kind or 'kind not known'}", table,
                       notes=[*(q.asks for q in self.questions), self.refused])


def entry_of(pattern: str, kind: str, base: FilePattern | None, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the entry under `files:` that an earlier entry and answers by key make."""
    entry: dict[str, Any] = {} if base is None else base.model_dump(mode="json", exclude_defaults=True)
    entry |= {"pattern": pattern, "kind": kind}
    for key, answer in answers.items():
        group, _, rest = key.partition(".")
        constant = constant_of(answer) if group == "columns" else None
        if constant is not None:
            entry.setdefault("constants", {})[rest] = constant
        elif group in ("columns", "constants"):
            entry.setdefault(group, {})[rest] = answer
        elif group == "values":
            column, _, word = rest.partition(".")
            entry.setdefault("values", {}).setdefault(column, {})[word] = answer
        elif group != "kind":
            entry[group] = answer
    return entry


def map_file(path: Path, name: str, *, pattern: str, context: ProjectContext, kind: str = "",
             answers: Mapping[str, str] | None = None, base: FilePattern | None = None,
             defaults: Mapping[str, str] | None = None) -> FileMap:
    """Return what a file is taken for, with the answers given so far.

    Parameters
    ----------
    answers
        By key of a question, e.g. {"columns.amount": "{Soll} - {Haben}", "columns.currency": "every row: EUR"}.
    base
        The entry that params have already; its keys hold.
    defaults
        Column -> a value of the company's params that is offered, never taken.

    Raises
    ------
    UsageError
        An answer that the entry cannot hold.
    """
    answers = dict(answers or {})
    kind = kind or answers.get("kind", "") or (base.kind if base else "")
    try:
        if kind:
            return _of_kind(path, name, kind, f"{'declared' if base else 'stated'}",
                            _Given(pattern, context, answers, base, defaults or {}))
        return _any_kind(path, name, _Given(pattern, context, answers, base, defaults or {}))
    except FileRefused as refused:
        return FileMap(name, kind, refused=str(refused))


@dataclass(frozen=True)
class _Given:
    pattern: str
    context: ProjectContext
    answers: Mapping[str, str]
    base: FilePattern | None
    defaults: Mapping[str, str]

    def options(self, kind: str) -> FilePattern:
        try:
            return FilePattern.model_validate(entry_of(self.pattern, kind, self.base, self.answers))
        except pydantic.ValidationError as wrong:
            first = wrong.errors(include_url=False)[0]
            raise UsageError(f"`{'.'.join(map(str, first['loc']))}` = {first['input']!r}: {first['msg']}",
                             hint="answer again") from None


def _any_kind(path: Path, name: str, facts: _Given) -> FileMap:
    """Return the file as the only kind that reads all its rows; else the question of its kind."""
    kinds = kinds_by_headings(path, name, facts.options)
    maps = {kind: _of_kind(path, name, kind, "the only kind that reads all its rows", facts) for kind in kinds[:4]}
    whole_maps = [m for m in maps.values() if m.rows and not m.rows["rows_rejected"] and not m.questions]
    if len(whole_maps) == 1 and (len(maps) == 1 or not any(m.rows for k, m in maps.items() if k != whole_maps[0].kind)):
        return whole_maps[0]
    offers = [Offer(kind, f"{m.rows['rows_accepted']:,} of {m.rows['rows_read']:,} rows are read" if m.rows else
                    f"{sum(bool(t.column) for t in m.columns)} of {len(m.columns)} headings are known")
              for kind, m in maps.items()]
    offers += [Offer(kind, "") for kind in CORE if kind not in maps]
    kind = Question("kind", "What are its rows?", tuple(offers))
    if not maps:
        return FileMap(name, questions=(kind,))
    # What is asked next is known for the likeliest kind: a sheet that a colleague fills asks all of it at once.
    first = next(iter(maps.values()))
    further = tuple(replace(q, asks=f"If {first.kind}: {q.asks}") for q in first.questions)
    return FileMap(name, why=f"below as {first.kind}", columns=first.columns, questions=(kind, *further),
                   years=first.years, sites=first.sites)


def _of_kind(path: Path, name: str, kind: str, why: str, facts: _Given) -> FileMap:
    if kind not in kind_names():
        raise UsageError(f"Unknown kind {kind!r}", hint=f"one of {', '.join(kind_names())}")
    options = facts.options(kind)
    entry = entry_of(facts.pattern, kind, facts.base, facts.answers)
    taken_columns: tuple[Taken, ...] = ()
    sheet: Sheet | None = None
    sites: tuple[str, ...] = ()
    try:
        sheet = _sheet(path, name, options) if kind != FEC else None
        taken_columns = _taken(sheet) if sheet is not None else ()
        sites = tuple(_texts(sheet, "site")[:MOST_WORDS])
        read_rows = read_file(path, name, options, facts.context)
    except FileRefused as refused:
        questions = tuple(replace(q, asks=f"{q.asks} Sites: {', '.join(sites)}") if q.key == "columns.country" and sites
                          else q for q in _of_refusal(refused, sheet, facts, KINDS.get(kind)))
        return FileMap(name, kind, why, entry, taken_columns, questions, refused="" if questions else str(refused),
                       years=tuple(sorted(_years(pd.Series(_texts(sheet, *DAYS), dtype="str")))), sites=sites)
    rows = {c: getattr(read_rows, c) for c in ("rows_read", "rows_accepted", "rows_rejected", "totals")}
    questions, causes = _of_rejects(read_rows.rejects, sheet)
    records = read_rows.records
    days = pd.to_datetime(pd.concat([records[c] for c in ("period_start", "period_end") if c in records] or
                                    [pd.Series(dtype="datetime64[s]")])).dropna()
    out = read_rows.ledger.loc[read_rows.ledger["code"] == "out_of_year", "value"]
    return FileMap(name, kind, why, entry, taken_columns, questions, rows=rows, rejects=causes,
                   years=tuple(sorted({int(y) for y in days.dt.year} | _years(out))),
                   sites=sites)


def _texts(sheet: Sheet | None, *columns: str) -> list[str]:
    """Return the different cells below the headings of some columns, as far as the file has them."""
    if sheet is None:
        return []
    places = sheet.headings.match(sheet.cells)[0]
    return [text for c in columns if c in places for text in sheet.samples(places[c], MOST_DAYS)]


def _years(texts: pd.Series) -> set[int]:
    return {int(y) for y in texts.str.extract(r"((?:19|20)\d{2})")[0].dropna()}


def _sheet(path: Path, name: str, options: FilePattern) -> Sheet:
    contract = KINDS[options.kind]
    grids = grids_of(path, name, options, contract, [])
    headings = Headings(contract, options)
    return Sheet.of(grids[0], headings, tuple(g.sheet for g in grids))


def _taken(sheet: Sheet) -> tuple[Taken, ...]:
    """Return each column with its samples, what it is read as, and why."""
    options, contract = sheet.headings.options, sheet.headings.contract
    columns, _, twice = sheet.headings.match(sheet.cells)
    column_at = {p: c for c, p in columns.items() if c not in twice}
    declared = {key_of(p): c for c, h in options.columns.items() for p in TEMPLATE.findall(h) or [h]}
    person = {f.name for f in contract.fields if f.reads == PERSON and f.name not in options.columns}
    lines = []
    for place, heading in enumerate(sheet.cells):
        samples = tuple(sheet.samples(place, SHOWN))
        column = declared.get(key_of(heading)) or column_at.get(place, "")
        why = ("declared in params" if key_of(heading) in declared else
               "names a person: not read unless declared" if column in person else
               "heading known" + ("" if sheet.holds(column, place) else ", but its cells do not fit")
               if column else "may be " + ", ".join(c for c, p in twice.items() if place in p)
               if any(place in p for p in twice.values()) else "heading not known")
        if heading or samples:
            lines.append(Taken(heading, samples, "" if column in person else column, why))
    return tuple(lines)


def _of_refusal(refused: FileRefused, sheet: Sheet | None, facts: _Given,
                contract: Contract | None) -> tuple[Question, ...]:
    """Return the questions that a refusal comes down to; none where params cannot answer it."""
    if refused.columns and sheet is not None and contract is not None:
        rivals = sheet.headings.match(sheet.cells)[2] if refused.code == "columns_ambiguous" else {}
        if any(len({key_of(sheet.cells[p]) for p in places}) < len(places) for places in rivals.values()):
            return ()  # one heading twice: no name tells the two columns apart
        names = refused.columns if rivals else _of_periods(refused.columns, sheet)
        return tuple(Question(f"columns.{c}", f"Which column is `{c}`?"
                              if not rivals else refused.what.removeprefix(f"{sheet.grid.sheet}: "),
                              tuple(Offer(sheet.cells[p], "") for p in rivals.get(c, ())) or
                              offers_for(c, sheet, facts.defaults))
                     for c in sorted(names, key=lambda c: (c != contract.measure[0], c)))
    key = ASKED.get(refused.code, "")
    if not key or key in facts.answers:
        return ()
    column = key.partition(".")[2]
    if column and (sheet is None or contract is None or column not in contract.name_of):
        return ()
    offers = offers_for(column, sheet, facts.defaults, again=True) if column and sheet else FIXED.get(key, ())
    if key == "header_row" and sheet is not None:
        offers = tuple(Offer(str(sheet.grid.lines[i]), " | ".join(filter(None, row))[:60])
                       for i, row in enumerate(sheet.grid.head()[:12]) if sum(map(bool, row)) > 1)
    if key == "sheet" and sheet is not None:
        offers = tuple(Offer(name, "") for name in sheet.names)
    asks = "Which line has the headings?" if key == "header_row" else f"{refused.what}. Which `{column or key}` holds?"
    return (Question(key, asks, offers),)


def _of_rejects(rejects: pd.DataFrame, sheet: Sheet | None) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """Return the questions that rejects come down to, and one line for each cause that params cannot answer."""
    questions: dict[str, Question] = {}
    causes = []
    for cause, rows in rejects.groupby(["code", "column"], sort=False):
        code, column = map(str, cause)
        first, key = rows.iloc[0], ASKED.get(code, "")
        words = rows["value"].drop_duplicates()
        spec = sheet.headings.contract.name_of.get(column) if sheet is not None else None
        if code == f"{column}_unknown" and spec is not None and spec.reads != TEXT and len(words) <= MOST_WORDS:
            questions |= {q.key: q for q in (Question(
                f"values.{column}.{word}", f"What `{column}` is {word!r}? ({(rows['value'] == word).sum():,} rows)",
                word_offers(spec, word)) for word in words)}
        elif sheet is not None and (columns := _unread(ALSO_ASKED.get(code, ()), sheet)):
            questions |= {f"columns.{c}": Question(f"columns.{c}", f"Which column is `{c}`? {first['reason']}",
                                                   offers_for(c, sheet, {})) for c in columns}
        elif key and "." not in key:
            questions[key] = Question(key, f"{column} {first['reason']}", FIXED[key])
        else:
            causes.append(f"{len(rows):,} x {column or 'row'}: {first['reason']} ({code}); {first['what_to_do']}; "
                          f"e.g. line {first['source_line']}: {first['value']!r}")
    return tuple(questions.values()), tuple(causes)


def _unread(columns: tuple[str, ...], sheet: Sheet) -> list[str]:
    """Return those of some columns that the kind has and nothing of the file is read as."""
    places, units_here, _ = sheet.headings.match(sheet.cells)
    given = {*places, *units_here, *sheet.headings.options.columns, *sheet.headings.options.constants}
    return [c for c in columns if c in sheet.headings.contract.name_of and c not in given]


def _of_periods(columns: tuple[str, ...], sheet: Sheet) -> tuple[str, ...]:
    """Return missing columns with the two ends of a period instead of a day, where two columns hold days."""
    day = sheet.headings.contract.name_of.get("date")
    if "date" not in columns or day is None or sheet.headings.contract.dated != "period":
        return columns
    fitting = [i for i, cell in enumerate(sheet.cells) if cell and sheet.fits(day, i)]
    ends = ("period_start", "period_end") if len(fitting) > 1 else ("date",)
    return (*(c for c in columns if c != "date"), *ends)
