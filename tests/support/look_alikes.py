"""Look-alike exports: a file of a case, a person who confirms what the map asks, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import yaml

from carbon.core import units
from carbon.core.errors import CarbonError, FileRefused
from carbon.params.files.sources import resolved, source_of
from carbon.params.shapes.company import FilePattern
from carbon.records.files.duplicates import settle_duplicates
from carbon.records.files.file import read_file, read_with_hint, source_hint
from carbon.records.files.file_read import FileRead
from carbon.records.kinds.contract import ProjectContext
from carbon.runs.desk.file_map import FileMap, Question, map_file
from carbon.runs.desk.map_entry import EVERY_ROW, NONE, Given

Case = dict[str, Any]
RIGHT = ("nothing", "source", "map")
"""Ways to a right figure that need no YAML by hand: the kind alone, `source:`, answers that the map offers."""
COUNTED = {"purchases": ("amount", "currency", ""), "energy": ("quantity", "unit", "carrier"),
           "fuel": ("quantity", "unit", "carrier"), "travel": ("distance", "distance_unit", "mode"),
           "hotel_nights": ("nights", "", ""), "water": ("quantity", "unit", ""), "waste": ("quantity", "unit", ""),
           "equipment": ("quantity", "", ""), "freight": ("mass", "mass_unit", "")}
"""Kind -> column of its quantity, of the unit, and of what it is a quantity of."""
GENERAL = ("source_known", "column_absent", "class_unread")
"""Warnings that name headings whatever they are."""
REJECTED_LATER = ("period_repeated", "period_overlap")
"""Warnings of days read twice, which the inventory rejects."""
POINT = ("AU", "CA", "CH", "GB", "IE", "IN", "JP", "KR", "MX", "NZ", "SA", "TH", "US")
"""Countries whose numbers have a decimal point."""
_BASE = {"energy": "kWh", "mass": "kg", "distance": "km", "volume": "L"}
_REPEATED = re.compile(r"\{(\d+) x ([^}]*)\}")


@dataclass(frozen=True)
class Outcome:
    """How a case ended: `way` is one of RIGHT, "typed", "asked", "not read", "caught" or "silent"; `why` for readers.

    `entry` is what params state of the file in the end; None where a person is asked what they do not know.
    """

    way: str
    why: str = ""
    entry: dict[str, Any] | None = None


def cases(folder: Path) -> list[Case]:
    """Return the cases of all files of a folder."""
    return [case | {"file": path.stem} for path in sorted(folder.glob("*.yml"))
            for case in yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))]


def outcome(case: Case, folder: Path) -> Outcome:
    """Return how a case ends for a person who knows the file: read by its kind, by its source, or by the map."""
    path, context = written(case, folder), _company(case)
    last: Outcome | None = None
    for way, entry, why in _attempts(case, path, context):
        last = _judged(case, way, entry, *(_read(path, entry, context) if entry is not None else (None, why)))
        if last.way == "silent" or ("trap" not in case and last.way in (*RIGHT, "typed")):
            break
    assert last is not None
    return last


def outcome_of(case: Case, folder: Path, entry: dict[str, Any] | None) -> Outcome:
    """Return how a case ends with an entry that is known: one reading."""
    path, context = written(case, folder), _company(case)
    entry = entry if entry is not None else {"pattern": "*", "kind": case["kind"]}
    try:
        options = resolved(FilePattern.model_validate(entry))
        read = settle_duplicates([(options, read_file(path, path.name, options, context))], {path.name: ""})[0]
    except FileRefused as refused:
        return _judged(case, "entry", entry, None, str(refused))
    return _judged(case, "entry", entry, read, "")


def written(case: Case, folder: Path) -> Path:
    """Return the file of a case."""
    path = folder / (case["name"] + (".csv" if "text" in case else ".xlsx"))
    if "text" in case:
        path.write_text(_expanded(case["text"]), encoding="utf-8")
        return path
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in case.get("sheets", {"Data": case.get("rows", [])}).items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for line in case.get("hidden", []):
            sheet.row_dimensions[line].hidden = True
    book.save(path)
    return path


def _expanded(text: str) -> str:
    halves = [f"{h:02}:{m:02}" for h in range(24) for m in (0, 30)]
    text = text.replace("{HALF}", ",".join(halves)).replace("{HH50}", ",".join(f"HH{i}" for i in range(1, 51)))
    return _REPEATED.sub(lambda m: ",".join([m[2]] * int(m[1])), text)


def _company(case: Case) -> ProjectContext:
    country, currency, site = case["at"].split(maxsplit=2)
    return ProjectContext("acme", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31"), sites={site: country},
                          declared=True, home=frozenset({country}), currency=currency)


def _attempts(case: Case, path: Path, context: ProjectContext) -> Iterator[tuple[str, dict[str, Any] | None, str]]:
    """Yield each way of reading with the entry that it comes to, the simplest first."""
    yield "nothing", {"pattern": "*", "kind": case["kind"]}, ""
    name = re.search(r"`source: ([\w-]+)`", source_hint(path, FilePattern(pattern="*", kind=case["kind"]), None))
    if "source" in case and name:
        kind = source_of(name[1], None).profile.kind
        yield "source", {"pattern": "*", "kind": kind, "source": name[1], **case["source"]}, ""
        return
    typed, seen = _confirmed(case, path, context)
    if seen.questions:
        is_left = "trap" in case and all(q.key.startswith("rows.") for q in seen.questions)  # those rows are rejects
        first = seen.questions[0]
        yield "asked", seen.entry if is_left else None, f"{first.key}: {first.asks[:150]}"
    elif seen.refused:
        yield "not read", None, seen.refused
    else:
        yield f"typed {typed}" if typed else "map", seen.entry, ""


def _read(path: Path, entry: dict[str, Any], context: ProjectContext) -> tuple[FileRead | None, str]:
    options = resolved(FilePattern.model_validate(entry))
    try:
        read = read_with_hint(read_file(path, path.name, options, context), path, options, None)
        return settle_duplicates([(options, read)], {path.name: ""})[0], ""
    except FileRefused as refused:
        return None, str(refused)


def _confirmed(case: Case, path: Path, context: ProjectContext) -> tuple[str, FileMap]:
    """Return the answers of a person that were on no offer, and the map once all are given."""
    knows, answers, typed = case.get("knows", {}), dict[str, str](), ""
    country, currency, site = case["at"].split(maxsplit=2)
    facts = {"country": country, "currency": currency, "site": site, "company": "acme", "passengers": "1", "trips": "1"}
    knows = {"header_row": "1", "date_format": "month_first" if country == "US" else "day_first",
             "decimal": "." if country in POINT else ","} | knows
    while True:
        seen = map_file(Given(path, path.name, path.name, context, answers=answers,
                              defaults={c: facts[c] for c in ("country", "currency", "site")}), case["kind"])
        new = {}
        is_open = any(q.key == "source" for q in seen.questions)
        for question in seen.questions[:1] if is_open else seen.questions:  # others are those of the likely source
            answer = _answer(question.key, case, knows, facts)
            if question.key == "header_row" and question.offers:
                answer = _line_of_headings(question, knows)
            if answer and question.key not in answers:
                offers = {o.answer for o in question.offers}
                new[question.key] = answer
                if answer not in offers and not answer.startswith(EVERY_ROW):
                    typed += f"{question.key} = {answer} "
        if not new:
            return typed, seen
        answers |= new


def _line_of_headings(question: Question, knows: Mapping[str, str]) -> str:
    """Return the first of the lines on offer with most of the headings that the person knows."""
    return max(question.offers, key=lambda o: sum(len(known) > 1 and known in o.why for known in knows.values())).answer


def _answer(key: str, case: Case, knows: Mapping[str, str], facts: Mapping[str, str]) -> str:
    group, _, rest = key.partition(".")
    if group == "source":
        return NONE  # another software: each column is asked
    if group == "rows":
        return "" if "trap" in case else "count"  # every row of an ordinary file is a record
    if group == "values":
        column, _, word = rest.partition(".")
        return str(case.get("words", {}).get(column, {}).get(word, ""))
    answer = str(knows.get(rest or group, "") or (EVERY_ROW + facts[rest] if rest in facts else ""))
    return EVERY_ROW + answer[1:] if answer.startswith("=") else answer


def _judged(case: Case, way: str, entry: dict[str, Any] | None, read: FileRead | None, refused: str) -> Outcome:
    if read is None:
        code = "caught" if "trap" in case else way if way in ("asked", "not read") else "asked"
        return Outcome(code, refused[:300], entry)
    sums, total = counted(read), {_label(k)[0]: float(v) * _label(k)[1] for k, v in case["total"].items()}
    is_right = {k: round(v, 4) for k, v in sums.items() if v} == {k: round(v, 4) for k, v in total.items() if v}
    causes = _causes(read)
    if "trap" in case:
        caught = is_right or _caught(case, read, causes)
        return Outcome("caught" if caught else "silent", f"{way}: {sums}; {' | '.join(causes)[:300]}", entry)
    if is_right and not read.rows_rejected:
        return Outcome(way.split(" ")[0], way, entry)
    hinted = any(w.code == "source_known" for w in read.warnings) and "source" in case
    return Outcome("asked" if read.rows_rejected or hinted else "silent",
                   f"{way}: {sums} for {total}; {' | '.join(causes)[:300]}", entry)


def counted(read: FileRead) -> dict[str, float]:
    """Return the sums of what counts, by what it is and in one unit a dimension."""
    number, unit, of = COUNTED[read.kind]
    table, sums = read.records, dict[str, float]()
    blank = [""] * len(table)
    numbers = table[number] * (1 + table["return"]) if "return" in table and number == "distance" else table[number]
    for value, what, measured in zip(numbers.tolist(), table[of].tolist() if of else blank,
                                     table[unit].tolist() if unit else blank, strict=True):
        label, ratio = _label(":".join(filter(None, (what, measured))))
        sums[label] = sums.get(label, 0.0) + value * ratio
    return sums


def _label(text: str) -> tuple[str, float]:
    of, _, written_unit = text.rpartition(":")
    unit = written_unit.removesuffix("_HHV").removesuffix("_LHV")
    known = units.find(unit) if unit else None
    base = _BASE.get(known.dimension.partition("_")[0]) if known else None
    if known is None or base is None:
        return ("" if unit in ("unit", "nights") else text, 1.0)
    return f"{of}:{base}", float(known.ratio / units.unit(base).ratio)


def _causes(read: FileRead) -> list[str]:
    columns = [read.rejects[c].tolist() for c in ("code", "source_line", "column", "value", "reason")]
    return [*(" ".join(map(str, reject)) for reject in zip(*columns, strict=True)),
            *(f"{w.code}: {w.text}" for w in read.warnings if w.code not in GENERAL)]


def _caught(case: Case, read: FileRead, causes: list[str]) -> bool:
    """Return whether no row of the trap counts, or a warning names it; without rows, whether anything names it."""
    if case["lines"] and not {*read.records["source_line"]} & {*case["lines"]}:
        return True
    texts = causes[len(read.rejects):] if case["lines"] else causes
    return any(t.startswith(REJECTED_LATER) or str(name).casefold() in t.casefold()
               for name in ("\0", *case["names"]) for t in texts)


def error_of(case: Case, folder: Path) -> Outcome:
    """Return the outcome of a case; an error that is no refusal is one, by its name."""
    try:
        return outcome(case, folder)
    except CarbonError as wrong:
        return Outcome("not read", f"{type(wrong).__name__}: {wrong}")
