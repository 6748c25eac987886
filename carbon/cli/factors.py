"""`carbon factors`: the library from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbon.cli.options import Json, print_json, rows, say, show_table

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The emission-factor library.")
Release = Annotated[str | None, typer.Option("--release", help="Factor release; default: the newest packaged one.")]
SHOWN = ("factor_id", "activity", "part", "region", "valid_from", "unit", "co2e_kg", "gwp_set", "source_id")


def _library(release: str | None):  # type: ignore[no-untyped-def]
    from carbon import factors

    return factors.load(release) if release else factors.load()


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
    from carbon.factors.search import search as search_factors

    table = search_factors(" ".join(words), _library(release))
    if as_json:
        print_json(rows(table))
    else:
        show_table(table[[c for c in SHOWN if c in table]])
    raise typer.Exit(int(len(table) == 0))


@app.command("show")
def show(factor_id: Annotated[str, typer.Argument(help="A factor_id or element_id.")],
         release: Release = None, as_json: Json = False) -> None:
    """
    One factor with its parts, source, page and licence.

    Example: carbon factors show gb-elec-2024
    """
    from carbon.core.errors import UsageError

    library = _library(release)
    table = library.table[(library.table["factor_id"] == factor_id) | (library.table["element_id"] == factor_id)]
    if len(table) == 0:
        raise UsageError(f"No factor {factor_id!r} in release {library.release}", hint="carbon factors search WORDS")
    sources = library.sources[library.sources["source_id"].isin(table["source_id"])]
    if as_json:
        print_json({"release": library.release, "factors": rows(table), "sources": rows(sources)})
        return
    for record in [*rows(table), *rows(sources)]:
        for name, value in record.items():
            if value not in ("", None):
                say(f"{name:>18}  {value}")
        say("")


@app.command("import")
def import_factors(path: Annotated[Path, typer.Argument(help="The publisher's file, as downloaded.")],
                   source: Annotated[str, typer.Option("--source", help="Which publisher's format.")],
                   as_json: Json = False) -> None:
    """
    Read a publisher's official file into params/shared/factors/.

    Example: carbon factors import base-carbone.csv --source ademe_base_carbone
    """
    from carbon.runs.factor_import import import_file

    written = import_file(path, source)
    if as_json:
        print_json(written)
    else:
        say(f"{written['factors']:,} factors written to {written['path']}")


@app.command("diff")
def diff(a: Annotated[str, typer.Argument(metavar="RELEASE_A")], b: Annotated[str, typer.Argument(metavar="RELEASE_B")],
         as_json: Json = False) -> None:
    """
    Factors added, removed and changed between two releases.

    Example: carbon factors diff 2025.0 2026.0

    Exit codes: 0 equal, 1 different.
    """
    one, two = _library(a).table.set_index("factor_id"), _library(b).table.set_index("factor_id")
    both = one.index.intersection(two.index)
    changed = both[(one.loc[both, "co2e_kg"] != two.loc[both, "co2e_kg"]).to_numpy()]
    found = {"added": sorted(two.index.difference(one.index)), "removed": sorted(one.index.difference(two.index)),
             "changed": sorted(changed)}
    if as_json:
        print_json(found)
    else:
        for word, ids in found.items():
            say(f"{word}: {len(ids)}" + "".join(f"\n  {i}" for i in ids))
    raise typer.Exit(int(any(found.values())))
