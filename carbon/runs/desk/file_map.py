"""What a file is taken for: its kind, each column with a reason, what must be asked, and its entry under `files:`.

The reader itself is asked. What it proves is not asked again; what it refuses or rejects, and params can answer
(`params.shapes.answers`), is a question whose key is the place of the answer in the entry, such as `columns.amount`.
Nothing else is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from carbon.core.display import Displayed, as_html
from carbon.core.errors import FileRefused, UsageError
from carbon.core.text import instead
from carbon.params.shapes import answers
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.files import FEC, kind_names
from carbon.records.files.file import DAYS, grids_of, read_file, sources_of
from carbon.records.files.file_read import FileRead
from carbon.records.grids.delimited import national_page
from carbon.records.headings.matching import TEMPLATE, Headings, key_of
from carbon.records.kinds.contract import KINDS
from carbon.runs.desk import map_offers
from carbon.runs.desk.checked import facts_of_cell, facts_of_file
from carbon.runs.desk.map_entry import EVERY_ROW, NONE, ROWS, Given, entry_of
from carbon.runs.desk.map_offers import CORE, FIXED, Offer, Sheet, offers_for

SHOWN, MOST_WORDS, MOST_DAYS = 3, 40, 5000
"""Samples of a column; distinct words of a column that are asked for one by one; days that are looked at for years."""
UNCLEAR = "row_unclear"
ALSO_ASKED = {"freight_incomplete": ("mass", "distance", "origin", "destination"), "place_unknown": ("distance",),
              "place_ambiguous": ("distance",), UNCLEAR: ("return",),
              "nights_missing": ("nights",), "site_unknown": ("country",)}
"""Cause of a reject -> columns that are not needed of every file, but would have settled it."""


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
    rows_read, rows_accepted, rows_rejected and totals once the file is read, `days` their first and last, `rejects` one
    line a cause, `assumed` one a default of the company that is taken.
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
    days: tuple[pd.Timestamp, ...] = ()
    sites: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        table = pd.DataFrame([(t.heading, ", ".join(t.samples), t.column or "not read", t.why) for t in self.columns],
                             columns=["heading", "samples", "taken for", "why"])
        return as_html(f"{self.name}: {self.kind or 'kind not known'}", table,
                       notes=[*(q.asks for q in self.questions), *self.assumed, self.refused])


def map_file(file: Given, kind: str = "") -> FileMap:
    """Return what a file is taken for, with the answers given so far.

    Raises UsageError: An answer that the entry cannot hold.
    """
    kind = kind or file.answers.get("kind", "") or (file.base.kind if file.base else "")
    try:
        of_source = _of_source(file, kind)
        if of_source is not None:
            return of_source
        return _of_kind(kind, "declared" if file.base else "stated", file) if kind else _any_kind(file)
    except FileRefused as refused:
        return FileMap(file.name, kind, refused=str(refused))


def _of_source(file: Given, kind: str) -> FileMap | None:
    """Return the file as the source that is confirmed, or the question of its source; None where none is known."""
    name = file.answers.get("source", "")
    if name:
        return None if name == NONE else _of_kind(file.profile(name).kind, f"source {name}", file)
    if file.base is not None and file.base.source is not None:
        return None
    profiles = [p for p in sources_of(file.path, FilePattern(pattern="*", kind=kind), file.project)
                if kind in ("", p.kind)]
    if not profiles:
        return None
    maps = {p.name: _of_kind(p.kind, "", file.with_answer("source", p.name)) for p in profiles}
    first = maps[profiles[0].name]
    offers = [Offer(p.name, f"{p.software}: {p.export}{_size(maps[p.name])}") for p in profiles]
    question = Question("source", "Its headings are those of a known software. Which one wrote it?",
                        (*offers, Offer(NONE, "another one: each column is asked")))
    return _open(question, first, profiles[0].name)


def _size(one: FileMap) -> str:
    return f"; {one.rows['rows_accepted']:,} of {one.rows['rows_read']:,} rows are read" if one.rows else ""


def _open(question: Question, likely_map: FileMap, called: str) -> FileMap:
    """Return a file with a first question, and those that follow the likely answer: a sheet asks all of it at once."""
    further = tuple(replace(q, asks=f"If {called}: {q.asks}") for q in likely_map.questions)
    return FileMap(likely_map.name, why=f"below as {called}", columns=likely_map.columns, days=likely_map.days,
                   questions=(question, *further), years=likely_map.years, sites=likely_map.sites)


def _any_kind(file: Given) -> FileMap:
    """Return the file as the only kind that reads all its rows; else the question of its kind."""
    kinds = map_offers.kinds_by_headings(file.path, file.name, file.options)
    maps = {kind: _of_kind(kind, "the only kind that reads all its rows", file) for kind in kinds[:4]}
    whole_maps = [m for m in maps.values() if m.rows and not m.rows["rows_rejected"] and not m.questions]
    if len(whole_maps) == 1 and (len(maps) == 1 or not any(m.rows for k, m in maps.items() if k != whole_maps[0].kind)):
        return whole_maps[0]
    offers = [Offer(kind, _size(m).removeprefix("; ") or
                    f"{sum(bool(t.column) for t in m.columns)} of {len(m.columns)} headings are known")
              for kind, m in maps.items()]
    question = Question("kind", "What are its rows?",
                        (*offers, *(Offer(kind, "") for kind in CORE if kind not in maps)))
    if not maps:
        return replace(_of_kind(CORE[0], "", file), kind="", why="", entry={}, questions=(question,), refused="")
    first = next(iter(maps.values()))
    return _open(question, first, first.kind)


def _of_kind(kind: str, why: str, file: Given) -> FileMap:
    if kind not in kind_names():
        raise UsageError(f"Unknown kind {kind!r}", hint=instead(kind, kind_names()))
    options, sheet, file_read = file.options(kind), None, None
    taken_for = FileMap(file.name, kind, why, entry_of(file.pattern, kind, file.base, file.answers))
    try:
        sheet = _sheet(file, options) if kind != FEC else None
        sites = tuple(_texts(sheet, "site")[:MOST_WORDS])
        taken_for = replace(taken_for, columns=_taken(sheet) if sheet is not None else (), sites=sites)
        file_read = read_file(file.path, file.name, options, file.context)
    except FileRefused as refused:
        questions = tuple(_of_refusal(refused, sheet, file, kind))
        return replace(taken_for, questions=questions, refused="" if questions else str(refused), days=_days(sheet),
                       years=tuple(sorted(_years(pd.Series(_texts(sheet, *DAYS), dtype="str")))))
    questions, causes = _of_rejects(file_read, sheet, file, kind)
    days = pd.to_datetime(pd.concat([file_read.records[c] for c in ("period_start", "period_end")
                                     if c in file_read.records] or
                                    [pd.Series(dtype="datetime64[s]")])).dropna()
    out = file_read.ledger.loc[file_read.ledger["code"] == "out_of_year", "value"]
    return replace(
        taken_for, questions=questions, rejects=causes, days=(days.min(), days.max()) if len(days) else (),
        years=tuple(sorted({*map(int, days.dt.year)} | _years(out))),
        rows={c: getattr(file_read, c) for c in ("rows_read", "rows_accepted", "rows_rejected", "totals")},
        assumed=tuple(f"no column `{a['column']}`: {a['rows']:,} rows are taken as {a['value']} ({a['reason']})"
                      for a in file_read.assumptions))


def _texts(sheet: Sheet | None, *columns: str) -> list[str]:
    """Return the different cells below the headings of some columns, as far as the file has them."""
    if sheet is None:
        return []
    places = sheet.headings.match(sheet.cells)[0]
    return [text for c in columns if c in places for text in sheet.samples(places[c], MOST_DAYS)]


def _days(sheet: Sheet | None) -> tuple[pd.Timestamp, ...]:
    """Return the first and last day in the columns of days of a file that is not read yet; () without one."""
    places = sheet.headings.match(sheet.cells)[0] if sheet is not None else {}
    days = [day for c in DAYS if sheet is not None and c in places for day in sheet.days(places[c])]
    return (pd.Timestamp(min(days)), pd.Timestamp(max(days))) if days else ()


def _years(texts: pd.Series) -> set[int]:
    return {int(y) for y in texts.str.extract(r"((?:19|20)\d{2})")[0].dropna()}


def _sheet(file: Given, options: FilePattern) -> Sheet:
    contract = KINDS[options.kind]
    grids = grids_of(file.path, file.name, options, contract, [], file.context.home)
    return Sheet.of(grids[0], Headings(contract, options), tuple(g.sheet for g in grids))


def _taken(sheet: Sheet) -> tuple[Taken, ...]:
    """Return each column with its samples, what it is read as, and why."""
    options, contract = sheet.headings.options, sheet.headings.contract
    columns, _, twice = sheet.headings.match(sheet.cells)
    column_at = {p: c for c, p in columns.items() if c not in twice}
    declared = {key_of(p): c for c, h in options.columns.items() for p in TEMPLATE.findall(h) or [h]}
    person = contract.unread_persons(options.columns)
    lines = []
    for place, heading in enumerate(sheet.cells):
        samples = tuple(sheet.samples(place, SHOWN))
        column = declared.get(key_of(heading)) or column_at.get(place, "")
        why = (("source" if options.source else "declared in params") if key_of(heading) in declared else
               "names a person: not read unless declared" if column in person else
               "heading known" + ("" if sheet.holds(column, place) else ", but its cells do not fit")
               if column else "may be " + ", ".join(c for c, p in twice.items() if place in p)
               if any(place in p for p in twice.values()) else "heading not known")
        if heading or samples:
            lines.append(Taken(heading, samples, "" if column in person else column, why))
    return tuple(lines)


def _of_refusal(refused: FileRefused, sheet: Sheet | None, file: Given, kind: str) -> Iterator[Question]:
    """Yield the questions that a refusal comes down to; none where params cannot answer it."""
    facts = facts_of_file(file.name, None, file.defaults.get("currency", "")) | refused.facts
    if refused.code in ("columns_missing", "header_missing") and sheet is not None:
        offers = map_offers.layout_offers(sheet, file)
        if offers:
            yield Question("layout", "A line has several quantities. What is each of their columns?", offers)
    if refused.columns and sheet is not None:
        yield from _of_columns(refused, sheet, file)
        return
    keys = ["header_row"] if refused.code == "header_missing" else [*_open_keys(refused.code, facts)]
    if any(key.startswith("swears.") for key in keys):  # another column may be the one that needs no statement
        keys = [f"columns.{KINDS[kind].measure[0]}", *keys]
    for key in (k for k in keys if k not in file.answers):
        known_answer = answers.answer(refused.code, facts)
        offers = _offers(key, sheet, file, facts)
        if offers or not key.startswith("columns."):
            yield Question(key, "Which line has the headings?" if refused.code == "header_missing" else
                           _asks(refused.what, known_answer, offers), offers)


def _of_columns(refused: FileRefused, sheet: Sheet, file: Given) -> Iterator[Question]:
    contract = sheet.headings.contract
    rivals = sheet.headings.match(sheet.cells)[2] if refused.code == "columns_ambiguous" else {}
    if any(len({key_of(sheet.cells[p]) for p in places}) < len(places) for places in rivals.values()):
        return  # one heading twice: no name tells the two columns apart
    if contract.measure[0] in refused.columns and sheet.headings.options.header_row is None and \
            len(sheet.may_be_headings()) > 1 and not offers_for(contract.measure[0], sheet, {}):
        yield Question("header_row", "Which line has the headings?", _offers("header_row", sheet, file, {}))
        return
    names = refused.columns if rivals else _of_periods(refused.columns, sheet)
    for c in sorted(names, key=lambda c: (c != contract.measure[0], c)):
        sites = f" Sites: {', '.join(_texts(sheet, 'site')[:MOST_WORDS])}" if c == "country" and \
            _texts(sheet, "site") else ""
        yield Question(f"columns.{c}", f"Which column is `{c}`?{sites}" if not rivals else
                       refused.what.removeprefix(f"{sheet.grid.sheet}: "),
                       tuple(Offer(sheet.cells[p], "") for p in rivals.get(c, ())) or
                       offers_for(c, sheet, file.defaults))


def _of_periods(columns: tuple[str, ...], sheet: Sheet) -> tuple[str, ...]:
    """Return missing columns with the ends of a period that are not known in place of a day, where two hold days."""
    day = sheet.headings.contract.name_of.get("date")
    if "date" not in columns or day is None or sheet.headings.contract.dated != "period":
        return columns
    fitting = [i for i, cell in enumerate(sheet.cells) if cell and sheet.fits(day, i)]
    known_columns = sheet.headings.match(sheet.cells)[0]
    ends = [c for c in ("period_start", "period_end") if c not in known_columns] if len(fitting) > 1 else ["date"]
    return (*(c for c in columns if c != "date"), *ends)


def _open_keys(code: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the places in a file's entry that the answer of a cause leaves open."""
    known_answer = answers.answer(code, facts)
    for group, value in known_answer.entry.items() if known_answer is not None else ():
        if group in (answers.ASKED, "skip_rows_where"):
            yield from (f"{ROWS}.{heading} = {word}" for heading, words in value.items() for word in words
                        if answers.ASKED not in (heading, word))
        elif group in ("columns", "constants"):
            yield from (f"columns.{column}" for column in value)
        elif group == "values":
            yield from (f"values.{column}.{word}" for column, words in value.items() for word in words)
        elif group == "swears":
            yield f"swears.{value[0]['what']}"
        elif group != "pattern":
            yield group


def _offers(key: str, sheet: Sheet | None, file: Given, facts: Mapping[str, Any]) -> tuple[Offer, ...]:
    """Return what may be the answer of a question."""
    group, _, column = key.partition(".")
    if group == "encoding" and (page := national_page(file.context.home)):
        return (Offer(page, "usual where the company is"), *FIXED[group])
    if sheet is None or group in FIXED:
        names = str(facts.get("sheets", "")) if group == "sheet" else ""
        return tuple(Offer(name, "") for name in names.split(", ") if name) or FIXED.get(group, ())
    if group == "columns":
        is_known = column in sheet.headings.contract.name_of
        return offers_for(column, sheet, file.defaults, again=True) if is_known else ()
    if group == "header_row":
        return tuple(Offer(str(line), " | ".join(cells)[:60]) for line, cells in sheet.may_be_headings())
    if group == "period" and file.context.first_day is not None and file.context.last_day is not None:
        return (Offer(f"{file.context.first_day:%Y-%m-%d} {file.context.last_day:%Y-%m-%d}", "the reporting year"),)
    if group == "layout":
        return map_offers.curve_offers(sheet, file)
    return tuple(Offer(name, "") for name in sheet.names) if group == "sheet" else ()


def _asks(what: str, known_answer: answers.Answer | None, offers: tuple[Offer, ...]) -> str:
    choice = known_answer.choice if known_answer is not None and not offers else ""
    return f"{what}{': ' if choice else ''}{choice}"


def _of_rejects(file_read: FileRead, sheet: Sheet | None, file: Given,
                kind: str) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """Return the questions that rejects come down to, and one line for each cause that params cannot answer."""
    questions: dict[str, Question] = {}
    causes = []
    of_file = facts_of_file(file.name, None, file.defaults.get("currency", ""))
    for cause, rows in file_read.rejects.groupby(["code", "column"], sort=False):
        code, column = map(str, cause)
        open_questions = {}
        itself = (Offer(column, "with a meaning for each of its words"),) if code == UNCLEAR else ()
        settling = {f"columns.{c}": Question(f"columns.{c}", f"Which column is `{c}`? {rows.iloc[0]['reason']}",
                                             offers_for(c, sheet, file.defaults) or itself)
                    for c in _unread(ALSO_ASKED.get(code, ()), sheet)
                    } if sheet is not None else {}
        # No cell of the column can be what its heading names: another column is, or a value for every row.
        is_misfit = not settling and len(rows) == file_read.rows_read and sheet is not None and \
            column in sheet.headings.contract.name_of
        if is_misfit and code.endswith("_unknown") and (its_question := _of_another_column(column, rows, sheet, file)):
            questions |= its_question
            continue
        for word in rows["value"].drop_duplicates().head(MOST_WORDS + 1):
            facts = of_file | facts_of_cell(kind, code, column, word)
            for key in [*_open_keys(code, facts)] or ([f"columns.{column}"] if is_misfit else []):
                open_questions[key] = _of_word(key, code, rows, rows[rows["value"] == word], sheet, file)
        if len(open_questions) > MOST_WORDS or {*open_questions} & {*file.answers}:
            open_questions = {}
        if settling or open_questions:
            questions |= open_questions | settling if code == UNCLEAR else settling | open_questions
        else:
            first = rows.iloc[0]
            causes.append(f"{len(rows):,} x {column or 'row'}: {first['reason']} ({code}); {first['what_to_do']}; "
                          f"e.g. line {first['source_line']}: {first['value']!r}")
    return tuple(questions.values()), tuple(causes)


def _of_another_column(column: str, rows: pd.DataFrame, sheet: Sheet | None, file: Given) -> dict[str, Question]:
    """Return the question which column it is, where no cell fits under its heading and another column may be it."""
    key = f"columns.{column}"
    if sheet is None or key in file.answers:
        return {}
    place = sheet.headings.match(sheet.cells)[0].get(column, -1)
    offers = tuple(offer for offer in offers_for(column, sheet, {}) if place < 0 or offer.answer != sheet.cells[place])
    if all(offer.answer.startswith(EVERY_ROW) for offer in offers):
        return {}
    return {key: Question(key, f"Which column is `{column}`? {rows.iloc[0]['reason']}", offers)}


def _unread(columns: tuple[str, ...], sheet: Sheet) -> list[str]:
    """Return those of some columns that the kind has and nothing of the file is read as."""
    places, units_here, _ = sheet.headings.match(sheet.cells)
    stated_columns = {*places, *units_here, *sheet.headings.options.columns, *sheet.headings.options.constants}
    return [c for c in columns if c in sheet.headings.contract.name_of and c not in stated_columns]


def _of_word(key: str, code: str, of_cause: pd.DataFrame, of_word: pd.DataFrame, sheet: Sheet | None,
             file: Given) -> Question:
    """Return the question of one word of a column, with its rows and amounts, or of the whole column."""
    group, _, rest = key.partition(".")
    first = of_word.iloc[0]
    sums = of_word.groupby("unit", observed=True)["amount"].sum(min_count=1).dropna()
    size = ", ".join([f"{len(of_word):,} rows", *(f"{total:,.10g} {unit}".strip() for unit, total in sums.items())])
    if group == ROWS:
        heading, _, word = rest.partition(" = ")
        return Question(key, f"{heading!r} may state which rows count. Do those with {word!r}? ({size})", FIXED[ROWS])
    spec = sheet.headings.contract.name_of.get(rest.partition(".")[0]) if sheet is not None else None
    if group == "values" and spec is not None:
        offers = map_offers.word_offers(spec, first["value"]) or (
            (Offer(file.defaults[spec.name], "of the company"),) if spec.name in file.defaults else ())
        return Question(key, f"What `{first['column']}` is {first['value']!r}? ({size})", offers)
    known_answer = answers.answer(code, facts_of_cell("", code, "", first["value"]))
    offers = _offers(key, sheet, file, {})
    return Question(key, _asks(f"{first['column']}: {of_cause.iloc[0]['reason']}", known_answer, offers), offers)
