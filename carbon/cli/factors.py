"""`carbon factors`: the library from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carbon.cli.options import Json, find_project, print_json, rows, say, show_table

if TYPE_CHECKING:
    from carbon.factors import Library

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The emission-factor library.")
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
    """
    All factors of a release.

    Example: carbon factors list --activity electricity --region FR --json
    """
    table = _library(release).table
    table = table[table["activity"].str.startswith(activity)]
    table = table[table["region"] == region] if region else table
    if as_json:
        print_json(rows(table))
    else:
        show_table(table[list(SHOWN)])
        say(f"{len(table):,} factors")


@app.command("search")
def search(words: Annotated[list[str], typer.Argument(help="Words of the activity, its label or its source.")],
           release: Release = None, as_json: Json = False) -> None:
    """
    Factors by words.

    Example: carbon factors search laptop france

    Exit codes: 0 found, 1 none.
    """
    from carbon import factors

    table = factors.search(" ".join(words), _library(release))
    if as_json:
        print_json(rows(table))
    else:
        show_table(table[[c for c in FOUND if c in table]])
    raise typer.Exit(int(len(table) == 0))


@app.command("show")
def show(factor_id: Annotated[str, typer.Argument(help="A factor_id or element_id.")],
         release: Release = None, as_json: Json = False) -> None:
    """
    One factor with its parts, source, page and licence.

    Example: carbon factors show gb-elec-2024
    """
    from carbon import factors

    found = factors.show(factor_id, _library(release))
    if as_json:
        print_json({"release": found.release, "factors": rows(found.factors), "sources": rows(found.source)})
    else:
        say(repr(found))


@app.command("import")
def import_factors(path: Annotated[Path, typer.Argument(help="The publisher's file, as downloaded.")],
                   source: Annotated[str, typer.Option("--source", help="Which publisher's format.")],
                   as_json: Json = False) -> None:
    """
    Read a publisher's official file into params/shared/factors/.

    Example: carbon factors import base-carbone.csv --source ademe_base_carbone
    """
    from carbon.runs.factor_import import import_file

    written = import_file(find_project(), path.absolute(), source)
    if as_json:
        print_json(written)
        return
    say(f"{written['factors']:,} factors of {written['rows_kept']:,} rows written to {written['path']}")
    for line in written["left_out"]:
        say(f"  left out: {line['rows']:,} rows, {line['reason']}")


@app.command("diff")
def diff(a: Annotated[str, typer.Argument(metavar="RELEASE_A")], b: Annotated[str, typer.Argument(metavar="RELEASE_B")],
         as_json: Json = False) -> None:
    """
    Factors added, removed and changed between two releases.

    Example: carbon factors diff 2025.0 2026.0

    Exit codes: 0 equal, 1 different.
    """
    from carbon.factors.diff import compare

    table = compare(_library(a).table, _library(b).table)
    if as_json:
        print_json(rows(table))
    else:
        show_table(table[["change", "factor_id", "old_co2e_kg", "new_co2e_kg", "change_pct", "columns"]])
    raise typer.Exit(int(len(table) > 0))
