"""The result of `carbon check` as lines for people: each cause once, what to do, and the lines of params to paste."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.activities.causes import cause_of, file_pattern, rejects_by_cause, warnings_by_cause
from carbon.cli.tables import Column, table_lines
from carbon.core.periods import days_in_words
from carbon.params.shapes.answers import together

_PASTED = 6
"""Answers that are shown of one cause; the JSON has one for each row."""
_EXAMPLES = 5
"""Lines of a file that are shown of one cause."""


def lines_of(result: Mapping[str, Any], *, every: bool = False, width: int | None = None) -> list[str]:
    """Return the lines of a result for a terminal of a width; with `every`, one for each excluded row."""
    lines = list(_file_lines([file for file in result["files"] if not file["refused"]], width))
    lines += [_refused(file) for file in result["files"] if file["refused"]]
    lines += [f"  {file['path']}: no column `{line['column']}`: {line['rows']:,} rows are taken as {line['value']} "
              f"({line['reason']})" for file in result["files"] for line in file.get("assumptions", ())]
    lines = [*dict.fromkeys(lines), *_excluded(result["files"], every=every)]
    refusals = result.get("refusals", ())
    reasons = {refusal["reason"] for refusal in refusals}
    # A breach for which a run refuses the year, and a year that cannot be computed, is stated there.
    warnings = [w for w in result["warnings"] if not any(
        w["text"].partition(";")[0] in reason or reason in w["text"] for reason in reasons)]
    lines += [*_rejects(result["rejects"]), *_warnings(warnings), *_refusals(refusals)]
    return lines + _compared_lines(result.get("expected", ()), reasons)


def _file_lines(files: Iterable[Mapping[str, Any]], width: int | None) -> Iterator[str]:
    """Yield the table of the files that were read, each once: below its folder, or in a pipe with its path."""
    unlike = list({file["path"]: file for file in files}.values())
    if not unlike:
        return
    folders = ["" if width is None else Path(file["path"]).parent.as_posix() for file in unlike]
    totals = [", ".join(f"{_thousands(value)} {unit}" for unit, value in file["totals"].items()) for file in unlike]
    columns = [Column("file", [file["path"] if width is None else Path(file["path"]).name for file in unlike]),
               Column("kind", [file["kind"] for file in unlike]),
               *(Column(heading, [f"{file[f'rows_{heading}']:,}" for file in unlike], number=True)
                 for heading in ("read", "accepted", "excluded", "rejected")), Column("totals", totals)]
    above = ""
    for number, line in table_lines(columns, width):
        if number >= 0 and folders[number] != above:
            above = folders[number]
            yield f"{above}:"
        yield line


def _thousands(number: str) -> str:
    """Return an exact decimal with marks of thousands; every digit is kept."""
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    units, point, rest = digits.partition(".")
    return f"{sign}{int(units):,}{point}{rest}" if units.isdigit() else number


def _refused(file: Mapping[str, Any]) -> str:
    refusal = file["refused"]
    reason = refusal["reason"].removeprefix(f"{file['path']}: ")
    return (f"{file['path']}: refused ({refusal['code']}): {reason}; {refusal['what_to_do']}"
            f"{_pasted([refusal.get('paste', '')])}")


def _pasted(pastes: Iterable[str]) -> str:
    """Return the lines to paste below a cause, "" without any; of many words, those of the first."""
    distinct = [text for text in dict.fromkeys(pastes) if text]
    more = [f"# ... and {len(distinct) - _PASTED} more of this kind"] if len(distinct) > _PASTED else []
    return "".join(f"\n      {line}" for line in (*together(distinct[:_PASTED]).splitlines(), *more))


def _excluded(files: Iterable[Mapping[str, Any]], *, every: bool) -> list[str]:
    """Return one line a cause of the rows that were understood and do not count, or one a row."""
    tables = {file["path"]: file["excluded"] for file in files if len(file.get("excluded", ()))}
    if not tables:
        return []
    table = pd.concat([pd.DataFrame(rows).assign(source_file=name) for name, rows in tables.items()], ignore_index=True)
    shown_amount = [_amount(*pair) for pair in zip(table["amount"], table["unit"], strict=True)]
    if every:
        return [f"  {file}:{line}: excluded ({code}): {reason}{amount}" for file, line, code, reason, amount in zip(
            *(table[c] for c in ("source_file", "source_line", "code", "reason")), shown_amount, strict=True)]
    causes = {reason: cause_of(str(reason)) for reason in table["reason"].unique()}
    table = table.assign(cause=table["reason"].map(causes), files=table["source_file"].map(file_pattern))
    lines = []
    for (files_of, code, _), rows in table.groupby(["files", "code", "cause"], sort=False, observed=True):
        sums = rows.groupby("unit", observed=True)["amount"].sum(min_count=1)
        amounts = "".join(_amount(amount, unit) for unit, amount in sums.items())
        reasons = rows["reason"].unique()
        reason = reasons[0] if len(reasons) == 1 else causes[reasons[0]]
        at = ", ".join(map(str, rows["source_line"].head(_EXAMPLES)))
        more = ", ..." if len(rows) > _EXAMPLES else ""
        lines.append(f"  {len(rows):,} excluded in {files_of} ({code}): {reason}{amounts}; line{'s' * (len(rows) > 1)} "
                     f"{at}{more}")
    return lines


def _amount(amount: Any, unit: Any) -> str:
    return "" if pd.isna(amount) else f"; {amount:,.10g} {unit or ''}".rstrip()


def _refusals(refusals: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what a run refuses besides rows and files; company-years that share a cause share its line."""
    of: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for one in refusals:
        # The shares of each year differ, and params accept one.
        reason = "" if one["code"] == "rejected_share" else cause_of(one["reason"]) if one["paste"] else one["reason"]
        of.setdefault((one["code"], reason, one["what_to_do"], one["paste"]), []).append(one)
    return [", ".join(f"{o['company']}/{o['year']}" for o in same) + f": `carbon run` refuses it ({key[0]}): "
            f"{same[0]['reason']}; {same[0]['what_to_do']}{_pasted([same[0]['paste']])}" for key, same in of.items()]


def _rejects(rejects: list[dict[str, Any]]) -> list[str]:
    """Return one line a cause of the rejects, with an example; a cause of one row is that row."""
    if not rejects:
        return []
    # The files of a company, such as its reported years, are read with each of its years.
    table = pd.DataFrame(rejects).drop_duplicates()
    table["unit"] = table["unit"].fillna("")
    amounts: dict[Any, str] = {}
    for line in rejects_by_cause(table, by=("unit",)).to_dict("records"):
        amounts[_key(line)] = amounts.get(_key(line), "") + _amount(line["amount"], line["unit"])
    return [(f"  {r['example']}: {r['column']} = {r['value']!r}: {r['reason']} ({r['code']}); {r['what_to_do']}"
             f"{amounts[_key(r)]}" if r["rows"] == 1 else
             f"  {r['rows']:,} times in {r['files']}, {r['column']}: {r['reason']} ({r['code']}); {r['what_to_do']}"
             f"{amounts[_key(r)]}; e.g. {r['example']}: {r['value']!r}") + _pasted(r.get("pastes", ()))
            for r in rejects_by_cause(table).to_dict("records")]


def _key(cause: Mapping[Any, Any]) -> tuple[str, ...]:
    return cause["code"], cause["files"], cause["column"], cause_of(cause["reason"], cause["value"])


def _warnings(warnings: list[dict[str, Any]]) -> list[str]:
    """Return one line a cause of the warnings, with the first of them."""
    if not warnings:
        return []
    causes = warnings_by_cause(pd.DataFrame(warnings).drop_duplicates()).to_dict("records")
    more = ["" if w["times"] == 1 else f", {w['times']} times" for w in causes]
    pastes = {w["text"]: w.get("paste", "") for w in warnings}
    return [f"warning ({w['code']}{times}): {w['text']}{_pasted([pastes[w['text']]])}"
            for w, times in zip(causes, more, strict=True)]


def _compared_lines(compared: Iterable[dict[str, Any]], refused: set[str]) -> list[str]:
    """Return what each company-year was compared with; those that cannot be for one error share its line, which is
    left out where the error is among the refusals.
    """
    by_error: dict[str, list[str]] = {}
    for one in compared:
        if one["error"] in refused:
            continue
        what = f"{one['company']}/{one['year']}"
        by_error.setdefault(one["error"] or what, []).append(what if one["error"] else _compared_line(one))
    return [lines[0] if error in lines[0] else
            f"{', '.join(lines)}: compared with no earlier year: {error.splitlines()[0]}"
            for error, lines in by_error.items()]


def _compared_line(one: dict[str, Any]) -> str:
    """Return what a company-year was compared with, and whether a run fails for its breaches."""
    years = ", ".join(map(str, one["compared_with"]))
    compared = f"compared with {years}" if years else "no earlier year to compare with"
    fails = "; `carbon run` does not publish it until the breaches are corrected or accepted" if one["fails"] else ""
    return f"{one['company']}/{one['year']}{_days(one)}: {compared}{fails}"


def _days(one: Mapping[str, Any]) -> str:
    """Return what a reporting year means that is not the calendar's: " = 1 April 2021 to 31 March 2022"."""
    first, last = map(pd.Timestamp, one.get("days") or ("2000-01-01", "2000-12-31"))
    is_calendar = (first.month, first.day) == (1, 1)
    return "" if is_calendar else f" = {days_in_words(first, last)}"


def next_step(result: Mapping[str, Any], code: int, *, in_project: bool) -> list[str]:
    """Return the next step towards the first inventory of a project."""
    codes = {file["refused"]["code"] for file in result["files"] if file["refused"]}
    if "no_rows" in codes:
        return ["Next: write rows under the headings; a file without any is deleted, and its line under `files` in "
                "params as well"]
    if codes or code == 1:
        return ["Next: correct the files named above, or declare in params how they are written; `carbon check` again"]
    if not in_project or code:
        return []
    # data/raw/<company>/<year>/...: where all files are of one company-year, the line can be typed as it is.
    places = {"/".join(Path(file["path"]).parts[2:4]) for file in result["files"]}
    what = places.pop() if len(places) == 1 else "C/Y"
    return [f"Next: carbon classify {what} for lines without a rule, then carbon run"]
