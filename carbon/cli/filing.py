"""`carbon file`: a published company-year in the tables of a framework."""

from __future__ import annotations

from typing import Annotated

import typer

from carbon.cli.options import Json, company_years, find_project, print_json, say


def file(
    what: Annotated[str | None, typer.Argument(metavar="[C/Y]", help="E.g. petit-studio/2024; default: all in "
                                               "runs.yml.")] = None, *,
    format: Annotated[str, typer.Option("--format", metavar="F", help="ghg_protocol, beges_v5, esrs_e1, iso_14064_1 or "
                                        "datapoints.")],
    as_json: Json = False,
) -> None:
    """
    The set in force as a filing: XLSX and CSV, with a reconciliation that closes to zero. JSON: one object, or without
    C/Y a list of them.

    Example: carbon file petit-studio/2024 --format beges_v5

    Exit codes: 0 filed, 2 no set, unknown format, or a figure the framework cannot place.
    """
    from carbon.runs.filing import file_set
    from carbon.runs.publish.sets import read_manifest

    project, filed = find_project(), []
    for company, year in company_years(what):
        folder = file_set(project, company, year, format)
        manifest = read_manifest(folder, key="filing")
        filed.append({"path": project.name_of(folder), "format": format, "set": manifest["set"],
                      "framework_version": manifest["framework_version"], "files": manifest["outputs"]})
        if not as_json:
            say(f"{company}/{year}: {manifest['framework_version']}")
            for name in sorted(manifest["outputs"]):
                say(f"  {project.name_of(folder / name)}")
    if as_json:
        print_json(filed if what is None else filed[0])
