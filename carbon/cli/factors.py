"""`carbon factors`: the library from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carbon.cli.options import Json, find_project, note, print_json, project_of, rows, say, show_table
from carbon.core.text import instead

if TYPE_CHECKING:
    import pandas as pd

    from carbon.factors import Library

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The emission-factor library. "
                  "Example: carbon factors search laptop france")
Release = Annotated[str | None, typer.Option("--release", help="Factor release; default: the newest packaged one.")]
FOUND = ("element_id", "activity", "region", "valid_from", "unit", "co2e_kg", "parts", "source_id", "label")
SHOWN = ("factor_id", "activity", "part", "region", "valid_from", "unit", "co2e_kg", "gwp_set", "source_id")


def _library(release: str | None) -> Library:
    from carbon import factors

    library: Library = factors.load(release)
    return library


@app.command("list")
def list_factors(activity: Annotated[str, typer.Option("--activity", help="Only activities that start so.")] = "",
                 region: Annotated[str, typer.Option("--region", help="Only this region.")] = "",
                 release: Release = None, as_json: Json = False) -> None:
    """List all factors of a release.

    Example: carbon factors list --activity electricity --region FR --json
    """
    library = _library(release)
    table = library.table[library.table["activity"].str.startswith(activity)]
    table = table[table["region"] == region] if region else table
    if as_json:
        print_json(rows(table))
    else:
        show_table(table[list(SHOWN)])
        say(f"{len(table):,} factors")
        if table.empty:
            note(f"Hint: {_no_such(library, activity, region)}")


def _no_such(library: Library, activity: str, region: str) -> str:
    """Return what to write instead of an activity, or of a region, that no factor has."""
    activities = sorted(set(library.table["activity"]))
    if activity and not any(name.startswith(activity) for name in activities):
        return instead(activity, activities, otherwise="`carbon factors search WORDS` finds activities")
    regions = set(library.table.loc[library.table["activity"].str.startswith(activity), "region"])
    return f"{region!r} has none; {instead(region, sorted(regions))}"


@app.command("search")
def search(words: Annotated[list[str], typer.Argument(help="Words of the activity, its label or its source.")],
           region: Annotated[str, typer.Option("--region", help="Whose factors come first, e.g. FR.")] = "",
           release: Release = None, as_json: Json = False) -> None:
    """Find factors by words, in English or French.

    Where no factor has all the words, those that have most are shown, with the words left out.

    Example: carbon factors search gaz naturel kWh PCS --region FR

    Exit codes: 0 found, 1 none.
    """
    from carbon import factors

    library = _library(release)
    table = factors.search(" ".join(words), library, region=region)
    if as_json:
        print_json(rows(table))
    else:
        show_table(table[[c for c in FOUND if c in table]])
        if left_out := ", ".join(dict.fromkeys(table["left_out"][table["left_out"] != ""])):
            say(f"No factor has all the words; left out: {left_out}")
        zeros = library.table[library.table["element_id"].isin(table.loc[table["co2e_kg"].eq(0), "element_id"])]
        for text in dict.fromkeys(zeros["notes"][zeros["notes"] != ""]):
            say(f"0 kg: {text}")
        if table.empty:
            say("Nothing has these words. Try one broader word, in English (food, printing, transport): purchases by "
                "amount are known by branch, not by article.")
    raise typer.Exit(int(len(table) == 0))


@app.command("show")
def show(factor_id: Annotated[str, typer.Argument(help="A factor_id or element_id.")],
         release: Release = None, as_json: Json = False) -> None:
    """Show one factor with its parts, source, page and licence.

    Example: carbon factors show desnz-2024-gb-electricity-kwh
    """
    from carbon import factors

    factor = factors.show(factor_id, _library(release))
    if as_json:
        print_json({"release": factor.release, "factors": rows(factor.factors), "sources": rows(factor.source)})
    else:
        say(str(factor))


@app.command("import")
def import_factors(source: Annotated[str, typer.Argument(help="Which publisher's format, e.g. base_carbone, desnz.")],
                   path: Annotated[Path, typer.Argument(metavar="FILE", help="The publisher's file, as downloaded.")],
                   as_json: Json = False) -> None:
    """Read a publisher's official file into params/shared/factors/.

    Example: carbon factors import base_carbone base-carbone.csv
    """
    from carbon.runs.desk.factors import import_file

    report = import_file(find_project(writes=True), path.absolute(), source)
    if as_json:
        print_json(report)
        return
    say(f"{report['factors']:,} factors of {report['rows_kept']:,} rows written to {report['path']}")
    for line in report["left_out"]:
        say(f"  left out: {line['rows']:,} rows, {line['reason']}")
    say("Nothing uses it yet: name it under `factors.imported` in a company's params, "
        "or see what it would move with `carbon factors diff`")


@app.command("compare")
def compare(activity: Annotated[str, typer.Argument(help="A purchase by money, e.g. purchase.nace.C28.")],
            regions: Annotated[list[str] | None, typer.Option("--region", help="Only this country; repeat it.")] = None,
            years: Annotated[list[int] | None, typer.Option("--year", help="Year of the invoice; repeat it.")] = None,
            currency: Annotated[str, typer.Option("--currency", help="Currency of the invoice.")] = "EUR",
            figure: Annotated[Path | None, typer.Option("--figure", help="Also draw it: an .svg or .png file.")] = None,
            release: Annotated[str | None, typer.Option("--release", help="A release, or RELEASE+TABLE.")] = None,
            as_json: Json = False) -> None:
    """Show one purchase by model, country and year, per unit of money paid before VAT, each step named.

    Example: carbon factors compare purchase.nace.C28 --region DE --region FR --year 2025 --figure machines.svg

    Exit codes: 0 found, 1 no model has it.
    """
    from carbon.runs.desk.factors import models_compared

    table = models_compared(activity, regions=regions or [], years=years or [], currency=currency, release=release,
                            figure=figure)
    if as_json:
        print_json(rows(table))
    elif table.empty:
        say(f"No model has a factor of {activity} for these countries and years.")
        note(f"Hint: {_no_such(_library(None), activity, '')}")
    else:
        show_table(table.drop(columns=["activity", "factor_id"]))
        if figure is not None:
            say(f"drawn: {figure.name}")
    raise typer.Exit(int(table.empty))


CHANGES = ["change", "factor_id", "old_co2e_kg", "new_co2e_kg", "change_pct", "columns"]
MOVES = ["company", "year", "activity", "unit", "region", "quantity", "old_elements", "new_elements", "old_t", "new_t",
         "moved_t", "why"]


@app.command("diff")
def diff(old: Annotated[str, typer.Argument(metavar="OLD", help="A release, or RELEASE+TABLE of shared factors.")],
         new: Annotated[str, typer.Argument(metavar="NEW", help="The same for the other side.")],
         runs: Annotated[Path | None, typer.Option("--runs", help="Also the tonnes moved in its reports.")] = None,
         markdown: Annotated[bool, typer.Option("--markdown", help="Tables as Markdown.")] = False,
         as_json: Json = False) -> None:
    """List factors added, removed and changed, and the tonnes they move in each company's report; nothing is adopted.

    Example: carbon factors diff 2026.1 2026.1+desnz-2026 --runs params/runs.yml

    Exit codes: 0 equal, 1 different, 2 no such release or table.
    """
    from carbon.params.files.load import load_runs
    from carbon.runs.desk.factors import factors_changed, moved_in_runs

    project = find_project() if runs is None else project_of(runs)
    table = factors_changed(project, old, new)
    effect = None if runs is None else moved_in_runs(project, old, new, load_runs(project), progress=note)
    if as_json:
        print_json({"factors": rows(table), **({} if effect is None else {
            "moved": rows(effect.moves), "by_run": rows(effect.by_run()), "failed": effect.failed})})
    else:
        _print(table[CHANGES], markdown, "No factor differs.")
        if effect is not None:
            _print(effect.moves[MOVES], markdown, "No report moves.")
            _print(effect.by_run(), markdown, "")
            for run, why in effect.failed.items():
                say(f"{run}: not compared: {why}")
    raise typer.Exit(int(len(table) > 0 or (effect is not None and len(effect.moves) > 0)))


def _print(table: pd.DataFrame, markdown: bool, nothing: str) -> None:
    from carbon.factors.diff import to_markdown

    if table.empty:
        say(nothing)
    elif markdown:
        say(to_markdown(table))
    else:
        show_table(table)
