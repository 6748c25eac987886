"""Verbs on records: check and classify."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from carbon.cli.options import Json, company_years, print_json, say


def check(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files or folders.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="purchases, energy, travel, fec, params, ...")] = None,
    company: Annotated[str | None, typer.Option("--company", help="Read with this company's params.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Reporting year.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="A warning is a failure.")] = False,
    as_json: Json = False,
) -> None:
    """Read records, account for every row; compare a whole company-year with the years before it.

    Example: carbon check data/raw/petit-studio/2024/000000000FEC20241231.txt --kind fec --json

    Exit codes: 0 all accepted, 1 rows rejected (with --strict, a warning), 2 a file refused.
    """
    from carbon.records.files.check import check as check_records
    from carbon.records.files.check import exit_code

    result, code = check_records(paths or [], kind=kind, company=company, year=year, strict=strict)
    if kind is None and all(path.is_dir() for path in paths or []):
        _compare(result)
        code = exit_code(result, strict=strict)
    if (kind == "params" and _refuse_policies(result)) or (kind is None and _refuse_rules(result, company)):
        code = 2
    if as_json:
        print_json(result)
    else:
        for line in (*_lines(result), *_next(result, code, in_project=kind is None)):
            say(line)
    raise typer.Exit(code)


def _compare(result: dict[str, Any]) -> None:
    """Add what the company-years that were read were compared with, and their breaches, among the warnings too."""
    from carbon.accounting.compared import compared
    from carbon.records.params.project import find_project

    parts = [Path(file["path"]).parts for file in result["files"]]
    company_years = sorted({(p[2], int(p[3])) for p in parts if p[:2] == ("data", "raw") and p[3:4] and p[3].isdigit()})
    result["expected"], warnings = compared(company_years, find_project())
    result["warnings"] += warnings


def _refuse_policies(result: dict[str, Any]) -> bool:
    """Refuse parameter files, valid in themselves, that name a release, source or region which no factor has."""
    from carbon.accounting.company import library_for
    from carbon.core.errors import CarbonError, FileRefused
    from carbon.records.files.checked import refused_file
    from carbon.records.params.load import load_company
    from carbon.records.params.project import Project

    has_refusal = False
    for place, file in enumerate(result["files"]):
        path = Path(file["path"]).resolve()
        if file["refused"] or path.name == "runs.yml" or path.parent.name != "params":
            continue
        try:
            project = Project(path.parent.parent)
            library_for(load_company(project, path.stem), project)
        except CarbonError as wrong:
            refusal = FileRefused(wrong.what, code="params_refused", what_to_do=wrong.hint)
            result["files"][place], has_refusal = refused_file(file["path"], "params", refusal), True
    return has_refusal


def _refuse_rules(result: dict[str, Any], company: str | None) -> bool:
    """Add a refusal for each company of a project whose rules or decisions name an activity that no factor is for."""
    from carbon.accounting.named_activities import unknown_activities
    from carbon.core.errors import FileRefused
    from carbon.records.files.checked import refused_file
    from carbon.records.params.project import find_project

    paths = [Path(file["path"]).parts for file in result["files"]]
    companies = [company] if company else sorted({p[2] for p in paths if p[:2] == ("data", "raw") and len(p) > 3})
    errors = {c: unknown_activities(find_project(), c) for c in companies}
    result["files"] += [refused_file(f"params/{c}.yml", "params",
                                     FileRefused(error.what, code="activity_unknown", what_to_do=error.hint))
                        for c, error in errors.items() if error is not None]
    return any(error is not None for error in errors.values())


def _lines(result: dict[str, Any]) -> list[str]:
    lines = []
    for file in result["files"]:
        if file["refused"]:
            refusal = file["refused"]
            reason = refusal["reason"].removeprefix(f"{file['path']}: ")
            lines.append(f"{file['path']}: refused ({refusal['code']}): {reason}; {refusal['what_to_do']}"
                         f"{_pasted([refusal['paste']])}")
            continue
        totals = ", ".join(f"{value} {unit}" for unit, value in file["totals"].items())
        lines.append(f"{file['path']} ({file['kind']}): {file['rows_read']} read, {file['rows_accepted']} accepted "
                     f"including {file['rows_excluded']} excluded, {file['rows_rejected']} rejected"
                     f"{'; ' if totals else ''}{totals}")
    lines = [*dict.fromkeys(lines), *_rejects(result["rejects"]), *_warnings(result["warnings"])]
    return lines + _compared_lines(result.get("expected", ()))


def _pasted(pastes: Iterable[str]) -> str:
    """Return the lines to paste below a cause, "" without any."""
    from carbon.core.params.answers import together

    text = together(pastes)
    return "".join(f"\n      {line}" for line in text.splitlines())


def _rejects(rejects: list[dict[str, Any]]) -> list[str]:
    """Return one line a cause of the rejects, with an example; a cause of one row is that row."""
    import pandas as pd

    from carbon.records.kinds.causes import rejects_by_cause

    if not rejects:
        return []
    # The files of a company, such as its reported years, are read with each of its years.
    causes = rejects_by_cause(pd.DataFrame(rejects).drop_duplicates()).to_dict("records")
    return [(f"  {r['example']}: {r['column']} = {r['value']!r}: {r['reason']} ({r['code']}); {r['what_to_do']}"
             if r["rows"] == 1 else
             f"  {r['rows']:,} times in {r['files']}, {r['column']}: {r['reason']} ({r['code']}); {r['what_to_do']}; "
             f"e.g. {r['example']}: {r['value']!r}") + _pasted(r["pastes"]) for r in causes]


def _warnings(warnings: list[dict[str, Any]]) -> list[str]:
    """Return one line a cause of the warnings, with the first of them."""
    import pandas as pd

    from carbon.records.kinds.causes import warnings_by_cause

    if not warnings:
        return []
    causes = warnings_by_cause(pd.DataFrame(warnings).drop_duplicates()).to_dict("records")
    more = ["" if w["times"] == 1 else f", {w['times']} times" for w in causes]
    pastes = {w["text"]: w.get("paste", "") for w in warnings}
    return [f"warning ({w['code']}{times}): {w['text']}{_pasted([pastes[w['text']]])}"
            for w, times in zip(causes, more, strict=True)]


def _compared_lines(compared: Iterable[dict[str, Any]]) -> list[str]:
    """Return what each company-year was compared with; those that cannot be for one error share its line."""
    by_error: dict[str, list[str]] = {}
    for one in compared:
        what = f"{one['company']}/{one['year']}"
        by_error.setdefault(one["error"] or what, []).append(what if one["error"] else _compared_line(one))
    return [lines[0] if error in lines[0] else
            f"{', '.join(lines)}: compared with no earlier year: {error.splitlines()[0]}"
            for error, lines in by_error.items()]


def _compared_line(one: dict[str, Any]) -> str:
    """Return what a company-year was compared with, and whether a run fails for its breaches."""
    years = ", ".join(map(str, one["compared_with"]))
    fails = "; `carbon run` does not publish it until the breaches are corrected or accepted" if one["fails"] else ""
    compared = f"compared with {years}" if years else "no earlier year to compare with"
    return f"{one['company']}/{one['year']}: {compared}{fails}"


def _next(result: dict[str, Any], code: int, *, in_project: bool) -> list[str]:
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


def classify(
    what: Annotated[str | None, typer.Argument(metavar="[C/Y]", help="company/year; default: all in runs.yml.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="Write the open lines to this CSV file, to be filled in.")] = None,
    decide: Annotated[Path | None, typer.Option(help="Save the decisions of a filled sheet, CSV or XLSX.")] = None,
    author: Annotated[str, typer.Option(help="Who decided, where the sheet does not state it.")] = "",
    evidence: Annotated[str, typer.Option(help="Evidence for the decisions, where the sheet gives none.")] = "",
    as_json: Json = False,
) -> None:
    """List unclassified lines by amount, with proposals. JSON: one object, or without C/Y a list of them.

    Example: carbon classify petit-studio/2024

    Exit codes: 0 nothing open, 1 lines open.
    """
    from carbon.cli.desk import Bulk
    from carbon.cli.desk import classify as desk
    from carbon.core.errors import UsageError

    if (sheet or decide) and what is None:
        raise UsageError("A sheet is of one company and year", hint="carbon classify company/2024 --sheet open.csv")
    if sheet and decide:
        raise UsageError("--sheet and --decide at once", hint="write the sheet first, fill it in, then --decide it")
    bulk = Bulk(sheet, decide, author, evidence)
    desks = [desk(*one, as_json=as_json, bulk=bulk) for one in company_years(what)]
    if as_json:
        values = [desk_values for desk_values, _ in desks]
        print_json(values if what is None else values[0])
    raise typer.Exit(max((still_open for _, still_open in desks), default=0))
