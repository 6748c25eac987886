"""`carbon events`: a company's ledger of base-year events, and the views of its history that reports use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carbon.cli.options import Json, company_year, find_project, note, print_json, rows, say, show_table

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                  help="Base-year events in data/ledger/<company>, append-only; the views that reports use. "
                       "Example: carbon events list petit-studio")
Company = Annotated[str, typer.Argument(metavar="C", help="A company of params/.")]


@app.command("add")
def add(company: Company,
        file: Annotated[Path, typer.Argument(help="CSV of the events, without the column recorded_on.")],
        as_json: Json = False) -> None:
    """Append the events of a CSV file to the company's ledger, recorded today; no earlier line is changed.

    delta_kg is at the share that the company counts: with equity_share, half of an entity of 40 t is 20 t, and a share
    that rises later is a second event with the difference.

    Example: carbon events add cap-conseil sale.csv

    Exit codes: 0 recorded, 2 refused: nothing was written.
    """
    from datetime import UTC, datetime

    from carbon.core.errors import UsageError
    from carbon.params.files.company_overrides import parse_events
    from carbon.params.files.load import load_company
    from carbon.runs.desk.history_ledger import record_event

    project = find_project(writes=True)
    load_company(project, company)
    if not file.is_file():
        raise UsageError(f"{file}: no such file", hint="give a CSV with the columns of base_year_events.csv, without "
                                                       "recorded_on")
    today = datetime.now(UTC).date()
    lines = parse_events(file.read_bytes(), file.name, recorded_on=today)
    path, event_ids = record_event(project, company, lines.drop(columns="recorded_on"))
    if as_json:
        print_json({"company": company, "added": event_ids, "lines": len(lines), "path": project.name_of(path)})
        return
    say(f"{', '.join(event_ids)}: {len(lines)} lines added to {project.name_of(path)}")
    note("commit the ledger; the next run judges the events by the company's base_year_policy")


@app.command("list")
def list_(company: Company, as_json: Json = False) -> None:
    """List the events recorded for a company, and the views kept for its reports with their hashes.

    Example: carbon events list cap-conseil

    Exit codes: 0 all pinned views match their hash, 1 one does not, 2 the ledger cannot be read.
    """
    from carbon.params.files.company_overrides import read_base_year_events
    from carbon.params.files.load import load_company
    from carbon.runs.desk.history_ledger import pinned_views

    project = find_project()
    load_company(project, company)
    events, _ = read_base_year_events(project, company)
    views = pinned_views(project, company)
    if as_json:
        print_json({"company": company, "events": rows(events), "views": rows(views)})
    else:
        show_table(_short(events), title=f"{company}: base-year events")
        show_table(views, title="Views that reports use")
    raise typer.Exit(int(not views["whole"].all()))


def _short(events: pd.DataFrame) -> pd.DataFrame:
    """Return one line an event; deltas of several scopes and methods are not added up here."""
    groups = events.groupby("event_id", sort=False)
    first = groups.first()
    years = groups["year"].agg(lambda y: f"{y.min()}-{y.max()}")
    return first.assign(years=years, lines=groups.size(), date=first["date"].astype("str"),
                        recorded_on=first["recorded_on"].astype("str")).reset_index()[
        ["event_id", "kind", "date", "entity", "years", "lines", "recorded_on", "reason"]]


@app.command("pin")
def pin(run: Annotated[str, typer.Argument(metavar="C/Y", help="Company and year of the report.")],
        as_json: Json = False) -> None:
    """Keep the views of the history that a year's report uses, as reported and restated, under their hashes.

    Example: carbon events pin cap-conseil/2024

    Exit codes: 0 kept (or kept already), 2 refused: the history moved since without an event.
    """
    from carbon.accounting import inventories
    from carbon.runs.desk.history_ledger import pin_view

    project = find_project(writes=True)
    company, year = company_year(run)
    history = inventories(company, project=project, until=year)
    pins = [(view, *pin_view(project, company, year, view)) for view in (history.view_as_reported, history.restated())]
    if as_json:
        print_json([{"view": view.label, "sha256": view.sha256, "path": project.name_of(path), "written": is_new}
                    for view, path, is_new in pins])
        return
    for view, path, is_new in pins:
        say(f"{view.label}: {view.sha256[:12]} {'kept' if is_new else 'is there already'} in {project.name_of(path)}")
