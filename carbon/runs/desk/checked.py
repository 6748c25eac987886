"""What was read as the JSON object of the public contract: files, rejects, warnings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import pandas as pd

from carbon.activities.causes import cells_of
from carbon.core import schemas, units, vocabulary
from carbon.core.errors import CarbonError, FileRefused
from carbon.core.text import fold
from carbon.params.shapes import answers
from carbon.params.shapes.files import FEC, FilePattern, kind_names
from carbon.records.files.file_read import FileRead, Outcome
from carbon.records.kinds.contract import DIGITAL, KINDS, NUMBER, UNIT
from carbon.records.kinds.messages import Warned, refusal

Checked = dict[str, Any]
OK, REJECTED, REFUSED = 0, 1, 2
SHARE, BREACH = "rejected_share", "breach"
"""Codes of refusals by which a run refuses figures, and nothing that it reads."""
_PLACE = re.compile(r"(?P<file>[^:\n]*?\.\w{2,7})(?:#[^:,]+)?(?:, line [\d,]+|:\d+)?(?=: |, )")
_MISSPELT = 0.9
"""Likeness of two words from which one may be the other misspelt."""
_REJECT_COLUMNS = ("source_file", "source_sheet", "source_line", "column", "value", "amount", "unit", "code", "reason",
                   "what_to_do", "stage")


def empty() -> Checked:
    """Return the object of `carbon check --json` before any file is read."""
    return {"files": [], "rejects": [], "warnings": []}


def exit_code(result: Mapping[str, Any], *, strict: bool = False) -> int:
    """Return 0 where all rows are accepted, 1 for rejected rows or refused figures (or, if strict, a warning), 2 for a
    refused file or anything else that a run refuses.
    """
    refusals = {refusal["code"] for refusal in result.get("refusals", ())}
    if refusals - {SHARE, BREACH} or any(file["refused"] for file in result["files"]):
        return REFUSED
    rejected = refusals or any(file["rows_rejected"] for file in result["files"])
    return REJECTED if rejected or (strict and result["warnings"]) else OK


def as_object(outcomes: Sequence[Outcome], kind: str = "", *, notices: Sequence[Warned] = (), company: str = "",
              currency: str = "") -> Checked:
    """Return the object of `carbon check --json`: files with counts and totals, rejects, warnings.

    A file whose rows cannot be summed is refused as well. Each reject, refusal and warning has `paste`: the lines of
    params that answer it, "" where none do.

    `outcomes`: A file without an entry of params would be declared by its own name.
    `kind`: Of all files; else each is of the kind of its entry.
    `notices`: Warnings that are of no single file.
    `currency`: Of the company.
    """
    checked, facts = empty(), dict[str, dict[str, Any]]()
    for name, options, outcome in outcomes:  # one after the other: a file of several kinds has an entry for each
        facts[name] = facts_of_file(name, options, currency)
        file_kind = kind or (options.kind if options is not None else "")
        of_file = _answered(_unanswered(name, file_kind, outcome), file_kind, company, facts[name] | (
            outcome.facts if isinstance(outcome, FileRefused) else {}))
        for key, lines in of_file.items():
            checked[key] += lines
    of_notices: list[dict[str, Any]] = []
    for notice in notices:
        place = _PLACE.match(notice.text)
        name = place["file"] if place else ""
        lines = empty() | {"warnings": [{"code": notice.code, "text": notice.text}]}
        of_notices += _answered(lines, "", company, facts.get(name) or facts_of_file(name, None, currency))["warnings"]
    return checked | {"warnings": of_notices + checked["warnings"]}


def _answered(checked: Checked, kind: str, company: str, facts: Mapping[str, Any]) -> Checked:
    """Return the object of one file, read as one kind, with the lines to paste against each of its causes."""
    @cache
    def paste(code: str, column: str = "", value: str = "") -> str:
        known_facts = {**facts, **facts_of_cell(kind, code, column, value)}
        return answers.paste(company, [answers.answer(code, known_facts)])

    for file in checked["files"]:
        if file["refused"]:
            file["refused"]["paste"] = answers.paste(company, [answers.answer(file["refused"]["code"], facts)])
    for reject in checked["rejects"]:
        reject["paste"] = paste(reject["code"], reject["column"] or "", reject["value"] or "")
    for warning in checked["warnings"]:
        warning["paste"] = paste(warning["code"])
    return checked


def facts_of_file(name: str, options: FilePattern | None, currency: str) -> dict[str, Any]:
    """Return what a file and its entry of params, if it has one, state to the answers of its causes."""
    below = name.split("/", 4)[-1] if name.startswith("data/raw/") else name.rpartition("/")[2]
    is_digital = name.split("/")[3:4] == ["digital"]  # data/raw/<company>/digital/...: tables of their own
    return {"file": below, "pattern": options.pattern if options is not None else below,
            "kind_by_name": options.kind if is_digital and options is not None else "",
            "kinds": ", ".join(k for k in kind_names() if (k in DIGITAL) == is_digital), "currency": currency}


def _unanswered(name: str, kind: str, outcome: FileRead | FileRefused) -> Checked:
    """Return the object of one file without the lines to paste."""
    if isinstance(outcome, FileRefused):
        return empty() | {"files": [refused_file(name, kind, outcome, outcome.code)]}
    try:
        counts, rejects = _file(outcome), plain_rejects(outcome.rejects)
    except (ArithmeticError, ValueError) as wrong:
        # Sums are made here for the first time: an error in them refuses the file as well.
        return empty() | {"files": [refused_file(name, kind, refusal(
            "unreadable.sums", name, kind=type(wrong).__name__, wrong=str(wrong)[:120]), "unreadable")]}
    warnings = [{"code": w.code, "text": w.text} for w in dict.fromkeys(outcome.warnings)]
    return {"files": [counts], "rejects": rejects, "warnings": warnings}


def _file(file_read: FileRead) -> dict[str, Any]:
    # A class 2 line of a FEC goes on to category 2, but it is no class 6 spend: no part of the totals shown here.
    aside = int((~file_read.kept_rows["account"].str.startswith("6")).sum()) if file_read.kind == FEC else 0
    return {"path": file_read.name, "kind": file_read.kind, "rows_read": file_read.rows_read,
            "rows_accepted": file_read.rows_accepted, "rows_excluded": file_read.rows_excluded + aside,
            "rows_rejected": file_read.rows_rejected, "totals": file_read.totals, "refused": None,
            "assumptions": file_read.assumptions,
            "excluded": file_read.ledger[file_read.ledger["outcome"] == "excluded"]}


def refused_file(name: str, kind: str, error: CarbonError, code: str) -> dict[str, Any]:
    """Return the entry of a file that is refused: no rows, no totals, and the reason."""
    return {"path": name, "kind": kind, "rows_read": 0, "rows_accepted": 0, "rows_excluded": 0, "rows_rejected": 0,
            "totals": {}, "assumptions": [], "excluded": schemas.LEDGER.empty(),
            "refused": {"code": code, "reason": error.what, "what_to_do": error.hint, "paste": ""}}


def facts_of_cell(kind: str, code: str, column: str, value: str) -> dict[str, str]:
    """Return what a cell states to an answer: its word, the nearest that is known, and a column that marks its row."""
    if code not in answers.codes() and code not in (f"{column}_unknown", "unit_dimension"):
        return {}
    unit = units.find(value) if code == "unit_dimension" else None
    if unit is not None and unit.dimension == "power":
        return {"answered_by": "power_stated"}
    is_word = not any(letter.isdigit() for letter in value)
    field = KINDS[kind].name_of.get(column) if kind in KINDS else None
    near_words: list[str] = []
    if field is not None and value:
        near_words = (vocabulary.nearest(field.words, value) if field.words else
                      units.nearest(value, field.dimensions) if field.reads == UNIT else [])
    few_words = vocabulary.few(field.words) if field is not None and field.words else []
    choices = near_words if len(near_words) > 1 else few_words
    # A misspelling is proposed; what may mean several things is asked.
    is_misspelt = bool(near_words) and SequenceMatcher(None, fold(near_words[0]), fold(value)).ratio() >= _MISSPELT
    is_here = is_word and value and (field is None or field.reads != NUMBER)  # a total's word is in another column
    return {"column": column, "value": value, "nearest": near_words[0] if is_misspelt else "",
            "choices": ", ".join(choices), "by": column if is_here else "", "word": value if is_word else ""}


def plain_exclusions(checked: Checked) -> Checked:
    """Return the object with the excluded rows of each file as plain values, line by line."""
    names = ("source_sheet", "source_line", "code", "reason", "amount", "unit")
    return checked | {"files": [file | {"excluded": _plain(file["excluded"], names)} for file in checked["files"]]}


def plain_rejects(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rejects (`schemas.REJECTS`) as plain values, with the stage at which each row ended."""
    return _plain(table.assign(cell=cells_of(table["record_id"])), (*_REJECT_COLUMNS, "cell"))


def _plain(table: pd.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    rows = zip(*(table[name].tolist() for name in names), strict=True)
    return [{name: _json(name, value) for name, value in zip(names, row, strict=True)} for row in rows]


def _json(column: str, value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return None if value == "" and column in ("source_sheet", "unit", "column", "cell") else value


def sound_text(value: Any) -> Any:
    """Return the object with stray bytes of file names as escapes: a name need not be UTF-8, JSON must be."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {k: sound_text(v) for k, v in value.items()}
    return [sound_text(v) for v in value] if isinstance(value, list) else value
