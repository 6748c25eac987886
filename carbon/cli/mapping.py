"""Verb `map`: what the columns of a file are taken for, its questions, and the entry of params that it makes."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carbon.cli.options import Json, note, print_json, printable, say

if TYPE_CHECKING:
    from carbon.runs.desk.file_map import FileMap, Question
    from carbon.runs.desk.file_maps import Desk, OpenFile

WIDTH = 80
STEPS = "number, a heading, = before a value for every row, s to skip, q to end"


def map_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports of one company.")],
    kind: Annotated[str, typer.Option("--kind", help="purchases, energy, travel, fec ..., where it is known.")] = "",
    company: Annotated[str, typer.Option("--company", help="Whose params; else that of data/raw/COMPANY.")] = "",
    year: Annotated[int | None, typer.Option("--year", help="Reporting year; else that of the folder.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="Write the questions to this CSV or XLSX file.")] = None,
    answers: Annotated[Path | None, typer.Option(help="Take the answers of a filled sheet.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Save without a question what is settled; guess nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Show what each column is taken for and why, ask what the file does not prove, write the entry into params.

    Example: carbon map data/raw/petit-studio/2024/deplacements.csv

    Exit codes: 0 all read and nothing open, 1 a question, a refusal or rejected rows left, 2 no such file or company.
    """
    from carbon.runs.desk.file_maps import open_desk

    desk = open_desk(files, kind=kind, company=company, year=year)
    if answers is not None:
        desk.read_sheet(answers)
    if as_json:
        print_json(_values(desk))
    else:
        ask(desk, at_terminal=sys.stdin.isatty() and not (yes or sheet or answers))
    if sheet is not None:
        note(f"{desk.write_sheet(sheet)} questions written to {sheet}; fill in the column answer, then: carbon map "
             f"{' '.join(map(str, files))} --answers {sheet}")
    elif not as_json or yes:
        save(desk, yes=yes, quiet=as_json)
    raise typer.Exit(int(bool(desk.unsettled)))


def init_from(folder: Path, paths: list[Path], *, company: str, country: str, year: int | None,
              sheets: tuple[Path | None, Path | None], digital: bool, language: str, as_json: bool) -> None:
    """Propose a project from exports, ask what they do not prove, and write it; exit 1 where questions stay open."""
    from carbon.core.errors import UsageError
    from carbon.runs.desk.project_from import desk_of, write_project

    at_terminal = sys.stdin.isatty() and not as_json and not any(sheets)
    if not country and not at_terminal:
        raise UsageError("The country of the company is not stated", hint="--country CODE, e.g. FR")
    country = country or typer.prompt("Country of the company (its code, e.g. FR)")
    desk, skipped = desk_of(paths, company=company, country=country, year=year)
    for name in skipped:
        note(f"{name} is no data file and was left")
    new_sheet, filled = sheets
    if filled is not None:
        desk.read_sheet(filled)
    if not as_json:
        ask(desk, at_terminal=at_terminal)
    if new_sheet is not None:
        note(f"{desk.write_sheet(new_sheet)} questions written to {new_sheet}; fill in the column answer, then call "
             f"again with --answers {new_sheet} in place of --sheet")
        raise typer.Exit(1)
    new_files = write_project(folder, desk, company=company, country=country, digital=digital, language=language)
    if as_json:
        print_json({"root": str(folder), "written": new_files, **_values(desk)})
    else:
        say(f"\nA project in {folder}:")
        for name in (f"params/{company}.yml", *(n for n in new_files if n.startswith("data/raw"))):
            say(f"  {name}")
        say("Next: cd there, carbon " + ("map each file with a question" if desk.unsettled else "check"))
    raise typer.Exit(int(bool(desk.unsettled)))


def ask(desk: Desk, *, at_terminal: bool) -> None:
    """Show each file; `at_terminal`, ask its questions one by one, each with what is known by then."""
    for one in desk.files:
        _show(one)
        skipped: set[str] = set()
        while at_terminal and (left := [q for q in one.questions if q.key not in skipped]):
            answer = _answer(one, left[0])
            if answer == "q":
                break
            skipped |= {left[0].key} if answer == "s" else set()
        for line in _outcome(one):
            say(line)


def save(desk: Desk, *, yes: bool, quiet: bool = False) -> None:
    """Show the change of params and write it once it is confirmed, with `yes` at once."""
    if not desk.company:
        if not quiet:
            say(f"\nFor params/<company>.yml, where the file is below data/raw/<company>/<year>/:\n{desk.yaml()}")
        return
    diff = desk.diff()
    if not quiet and diff:
        say(f"\n{diff}")
    if diff and (yes or (sys.stdin.isatty() and typer.confirm("Save this?"))):
        path = desk.save()
        note(f"Saved in {desk.project.name_of(path)}" if path and desk.project else "Nothing to save")
    elif diff and not quiet:
        note("Not saved; --yes saves what is settled")


def _answer(one: OpenFile, question: Question) -> str:
    """Ask one question until the answer is accepted; return what was typed."""
    from carbon.core.errors import UsageError

    say("\n" + textwrap.fill(question.asks, WIDTH))
    for number, offer in enumerate(question.offers, start=1):
        say(f"  {number}. {offer.answer}" + (f"  ({offer.why})" if offer.why else ""))
    while True:
        text = str(typer.prompt(STEPS, default="1" if len(question.offers) == 1 else "s")).strip()
        if text in ("s", "q"):
            return text
        try:
            one.answer(question, text)
        except UsageError as wrong:
            say(str(wrong))
            continue
        return text


def _show(one: OpenFile) -> None:
    """Print the columns of a file: heading, samples, what it is read as and why."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    file_map: FileMap = one.map
    say(f"\n{one.name}: {file_map.kind or 'kind not known'}" + (f" ({file_map.why})" if file_map.why else ""))
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, share in (("heading", 3), ("samples", 4), ("taken for", 2), ("why", 3)):
        grid.add_column(name, overflow="fold", ratio=share)
    for column in file_map.columns:
        grid.add_row(*(Text(printable(t)) for t in (column.heading, ", ".join(column.samples), column.column or "-",
                                                    column.why)))
    if file_map.columns:
        Console(width=None if sys.stdout.isatty() else WIDTH).print(grid)


def _outcome(one: OpenFile) -> list[str]:
    """Return lines for people: rows and sums, then what is open."""
    from carbon.runs.desk.file_maps import open_lines

    rows = one.map.rows
    totals = ", ".join(f"{value} {unit}" for unit, value in rows["totals"].items()) if rows else ""
    rows_line = [f"  {rows['rows_read']:,} rows read, {rows['rows_accepted']:,} accepted, {rows['rows_rejected']:,} "
                 f"rejected{'; ' if totals else ''}{totals}"] if rows else []
    return [*rows_line, *(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="      ")
                          for line in (*one.map.assumed, *open_lines(one)))]


def _values(desk: Desk) -> dict[str, Any]:
    """Return the desk as plain values: columns, questions, entries, and the YAML that they make."""
    files = [{"file": one.name, "kind": one.map.kind, "why": one.map.why,
              "columns": [vars(column) for column in one.map.columns],
              "questions": [{"key": q.key, "asks": q.asks, "offers": [vars(o) for o in q.offers]}
                            for q in one.questions],
              "refused": one.map.refused or None, "rejects": one.map.rejects, "assumed": one.map.assumed,
              **one.map.rows, "entry": one.entry}
             for one in desk.files]
    return {"company": desk.company or None, "files": files, "yaml": desk.yaml(),
            "diff": desk.diff() if desk.company else None}
