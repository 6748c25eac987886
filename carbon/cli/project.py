"""Verbs on a project: init, run, lab."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carbon.cli.options import Json, find_project, note, print_json, project_of, say
from carbon.core.errors import UsageError

if TYPE_CHECKING:
    from carbon.params.files.project import Project

NO_TOKEN = re.compile(r"--(ServerApp|IdentityProvider|NotebookApp)\.token=(['\"]{2})?")
"""An option of JupyterLab that takes its token away."""


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    company: Annotated[str, typer.Option("--company", help="Name in folders and params: a-z, 0-9, -.")] = "my-company",
    year: Annotated[int | None, typer.Option("--year", help="First reporting year; with --from that of all files.")]
    = None,
    country: Annotated[str, typer.Option("--country", help="Country of the company, as its code of two letters.")] = "",
    exports: Annotated[list[Path] | None, typer.Option("--from", metavar="FILES", help="A folder of exports, or files: "
                       "propose the whole project from them.")] = None,
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", help="Further files of --from.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="With --from: write its questions to this CSV or XLSX.")] = None,
    answers: Annotated[Path | None, typer.Option(help="With --from: take the answers of a filled sheet.")] = None,
    example: Annotated[bool, typer.Option("--example", help="With three small invented files: runs as it is.")] = False,
    digital: Annotated[bool, typer.Option("--digital", help="With the digital estate: a file with headings for each of "
                                          "its tables, and its choices.")] = False,
    language: Annotated[str, typer.Option("--language", help="Of these files and of the report, en or fr; default: fr "
                                          "for FR, else en.")] = "",
    as_json: Json = False,
) -> None:
    """Make a new project: one company's params to read, files with headings to fill, and the notebooks.

    Example: carbon init my-project --from exports/ --company atelier-exemple --country FR

    Exit codes: 0 made, 1 made with questions that are open, 2 the folder is not empty, or not a name or a year.
    """
    from carbon.runs.desk.new_digital import speaks_french_too
    from carbon.runs.desk.new_project import HOME, YEAR, make_project

    if digital and not (language or as_json) and speaks_french_too(country):
        note(f"The files are in English; --language fr lays them out in French, an official language of {country} too")
    if exports:
        from carbon.cli.mapping import init_from

        init_from(folder, [*exports, *(more or [])], company=company, country=country, year=year,
                  sheets=(sheet, answers), digital=digital, language=language, as_json=as_json)
        return
    files = make_project(folder, company=company, year=year or YEAR, example=example, country=country or HOME,
                         digital=digital, language=language)
    if as_json:
        print_json({"root": str(folder), "written": files})
        return
    say(f"A project in {folder}:")
    for name in files:
        say(f"  {name}")
    say("Next: cd there, " + ("carbon run" if example else "fill in the files of data/raw, then carbon check")
        + "; START.md has every step")


def run(
    runs_file: Annotated[Path | None, typer.Argument(metavar="[params/runs.yml]",
                                                     help="The schedule; its project is used.")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="C/Y", help="Only this company or company/year; "
                                                   "may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run what is up to date as well.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would run and why; run nothing.")] = False,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Runs at a time; default: cores.")] = None,
    timeout: Annotated[int | None, typer.Option("--timeout", min=1, help="Limit of one company-year [s].")] = None,
    memory: Annotated[int, typer.Option("--memory", min=0, help="Limit of one company-year [MiB]; 0: none.")] = 0,
    isolated: Annotated[bool, typer.Option("--isolated", help="Run each notebook in its own kernel process.")] = False,
    reopen: Annotated[str | None, typer.Option("--reopen", metavar="REASON", help="Run a signed year again; needs "
                                               "--only.")] = None,
    scheduler: Annotated[str, typer.Option("--scheduler", metavar="ADDRESS", help="Dask scheduler, e.g. "
                                           "tcp://host:8786; needs carbon-trajectory[dask].")] = "",
    as_json: Json = False,
) -> None:
    """Publish the annual reports that are missing or stale.

    Example: carbon run params/runs.yml --only petit-studio/2024 --dry-run

    Exit codes: 0 all published, 1 some failed or locked, 2 nothing was done, 130/143 interrupted.
    """
    from carbon.runs.schedule.execute import start_ahead

    project = find_project(writes=not dry_run) if runs_file is None else project_of(runs_file)
    selected = tuple(only or ())
    if dry_run:
        _print_plan(project, selected, force=force, as_json=as_json)
        return
    with nullcontext() if isolated or scheduler else start_ahead(project.root, workers, memory) as parent:
        from carbon.cli import summary
        from carbon.cli.progress import reporter
        from carbon.params.files.load import load_runs
        from carbon.runs.schedule.session import Options
        from carbon.runs.schedule.session import run as run_session

        options = Options(only=selected, force=force, workers=workers, timeout=timeout, memory_mb=memory,
                          isolated=isolated, scheduler=scheduler, reopen=reopen, parent=parent)
        params = load_runs(project)
        with reporter(project, as_json=as_json) as live:
            result = run_session(project, params, options, live)
    if as_json:
        print_json(summary.as_json(result))
    else:
        summary.print_summary(result)
    raise typer.Exit(result.exit_code)


def _print_plan(project: Project, selected: tuple[str, ...], *, force: bool, as_json: bool) -> None:
    from carbon.cli import summary
    from carbon.params.files.load import load_runs
    from carbon.runs.company_year.journal import Journal
    from carbon.runs.company_year.stale import make_plan

    journal = Journal(project.root / "data" / "processed")
    plan = make_plan(project, load_runs(project), only=selected, force=force, identities=journal.identities())
    if as_json:
        print_json({"plan": summary.plan_rows(plan)})
    else:
        say(summary.plan_text(plan))


def lab(context: typer.Context, as_json: Json = False) -> None:
    """Open JupyterLab on the project; with --json, print the folder and the command before it starts.

    Options of JupyterLab are passed on. As root it runs too, with the token that its address has.

    Example: carbon lab --no-browser --port 8890
    """
    import os
    import sys

    root, is_root = find_project().root, getattr(os, "geteuid", lambda: 1)() == 0
    options = [*context.args, *(["--allow-root"] if is_root and "--allow-root" not in context.args else [])]
    if is_root and (open_to_all := [o for o in options if NO_TOKEN.fullmatch(o)]):
        raise UsageError(f"{open_to_all[0]} as root: whoever reaches the port would be root",
                         hint="leave it out, or start JupyterLab as another user")
    command = [sys.executable, "-m", "jupyter", "lab", f"--notebook-dir={root}", *options]
    if as_json:
        print_json({"root": str(root), "command": command})
        sys.stdout.flush()
    os.execve(sys.executable, command, {**os.environ, "CARBON_PROJECT": str(root)})  # noqa: S606 - fixed command
