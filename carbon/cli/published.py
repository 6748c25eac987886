"""Verbs on published sets: verify, seal, explain, diff, review, audit, file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbon.cli.options import COMPANY_YEAR, Json, company_year, company_years, find_project, note, print_json, say


def verify(
    path: Annotated[Path | None, typer.Argument(metavar="[C/Y | PATH]", help="company/year, or a path: data/processed, "
                                                "a company, a year or a set.")] = None,
    anchor: Annotated[Path | None, typer.Option("--anchor", metavar="FILE",
                                                help="Seals to hold the sets against.")] = None,
    signers: Annotated[Path | None, typer.Option("--signers", metavar="FILE", help="Keys you trust, in the layout of "
                                                 "ssh-keygen's allowed_signers.")] = None,
    signer: Annotated[str, typer.Option("--signer", metavar="NAME", help="Whose signature the seals need.")] = "",
    as_json: Json = False,
) -> None:
    """Recompute the hashes of every published set, and compare its identity with every place that names it.

    What this proves, and against whom: docs/evidence.md.

    Example: carbon verify data/processed/petit-studio

    Exit codes: 0 all intact, 1 damaged or not as sealed, 2 no set or no seal.
    """
    from carbon.runs.review.anchor import check_seals
    from carbon.runs.review.verify import verify as verify_sets

    project = find_project()
    if path is not None and not path.exists() and COMPANY_YEAR.match(path.as_posix()):
        path = project.processed(*company_year(path.as_posix()))
    rows = verify_sets(project, None if path is None else path.absolute())
    seals, broken = check_seals(project, anchor, signers=signers, signer=signer) if anchor else ([], [])
    if as_json:
        print_json({"sets": rows, "seals": seals, "seals_broken": broken})
    else:
        for row in rows:
            say(f"{row['path']}: {'intact' if row['whole'] else 'DAMAGED'}, identity {row['identity'] or 'unknown'}, "
                f"named by {', '.join(row['named_by']) or 'nothing here'}")
            for problem in row["problems"]:
                say(f"  {problem}")
        say(f"{sum(row['whole'] for row in rows)} of {len(rows)} sets intact")
        for line in seals:
            say(f"{'NOT AS SEALED: ' if line in broken else ''}{line}")
    raise typer.Exit(int(bool(broken) or not all(row["whole"] for row in rows)))


def seal(
    what: Annotated[str | None, typer.Argument(metavar="[C/Y]", help="E.g. petit-studio/2024; default: all in "
                                               "runs.yml.")] = None, *,
    by: Annotated[str, typer.Option("--by", help="Who seals.")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Append the lines to a file.")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE",
                                             help="Sign the file with this private SSH key.")] = None,
    as_json: Json = False,
) -> None:
    """Write the identity of published sets as lines for a commit, a ticket or a mail, outside the project.

    Example: carbon seal petit-studio/2024 --by Reviewer --to seals.txt

    Exit codes: 0 sealed, 2 no complete set, or the key could not sign.
    """
    from carbon.core.errors import UsageError
    from carbon.runs.review.anchor import seal as seal_set
    from carbon.runs.review.anchor import write_seals

    if key is not None and to is None:
        raise UsageError("--key signs a file", hint="name it: --to FILE")
    project = find_project()
    seals = [seal_set(project, company, year, by=by) for company, year in company_years(what)]
    if to is not None:
        write_seals(to, seals, key=key)
    if as_json:
        print_json({"seals": [one.line() for one in seals], "sets": [vars(one) for one in seals]})
    else:
        for one in seals:
            say(one.line())


def explain(
    figure: Annotated[str, typer.Argument(help="A figure id, e.g. petit-studio/2024/scope2-market.")],
    rows: Annotated[int, typer.Option("--rows", min=1, help="Largest rows shown.")] = 10,
    as_json: Json = False,
) -> None:
    """Trace a figure to its rows, factors and sources, from the published folder alone.

    Example: carbon explain petit-studio/2024/energy/electricity

    Exit codes: 0 traced, 2 unknown id.
    """
    from carbon.runs.review.explain import explain as explain_figure

    explanation = explain_figure(find_project(), figure)
    if as_json:
        print_json(explanation.as_json())
    else:
        say(explanation.text(rows))


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="company/year, company/year@digest or a folder.")],
    b: Annotated[str, typer.Argument(metavar="B", help="What A is compared with.")],
    as_json: Json = False,
) -> None:
    """Split the change of each total between two sets of one company into inputs, factors, params and code.

    A change of the factor release is one of factors, and the factors that moved most are named. A figure without
    records is null, and its state states why.

    Example: carbon diff petit-studio/2023 petit-studio/2024

    Exit codes: 0 equal, 1 different, 2 no such set, or sets of two companies.
    """
    from carbon.runs.review.diff import compare

    comparison = compare(find_project(), a, b)
    if as_json:
        print_json(comparison.as_json())
    else:
        say(comparison.text())
    raise typer.Exit(int(not comparison.equal))


def review(
    what: Annotated[str | None, typer.Argument(metavar="[C/Y or PATH]", help="Default: all in runs.yml.")] = None,
    nbval: Annotated[bool, typer.Option(help="Also run plain nbval over the published notebook.")] = True,
    stranger: Annotated[bool, typer.Option("--stranger", help="PATH is a received set, wherever it is.")] = False,
    execute: Annotated[bool, typer.Option("--execute-confined", help="Execute the notebook of a received set: no "
                                          "network, inputs read-only, with limits; Linux only.")] = False,
    sign: Annotated[str, typer.Option("--sign", metavar="STATE", help="accepted, questioned or reopened: sign instead "
                                      "of executing.")] = "",
    figure: Annotated[str, typer.Option("--figure", help="What is signed; default: the report.")] = "report",
    by: Annotated[str, typer.Option("--by", help="Who signs.")] = "",
    remark: Annotated[str, typer.Option("--note", help="Why.")] = "",
    as_json: Json = False,
) -> None:
    """Execute a published notebook again and compare the results; of a received set, nothing unless asked for.

    Example: carbon review petit-studio/2024

    Sign: carbon review petit-studio/2024 --sign accepted --by NAME --note TEXT [--figure scope3]

    Exit codes: 0 same, 1 differs, 2 cannot be compared.
    """
    if sign:
        _sign(what, sign, figure, by, remark, as_json=as_json)
        return
    from carbon.cli.progress import reporter
    from carbon.runs.review.review import review as review_sets

    project = find_project(writes=True)
    with reporter(project, as_json=as_json) as live:
        sheets = review_sets(project, what, nbval=nbval, stranger=stranger, execute=execute, reporter=live)
    if as_json:
        print_json({"reviews": [sheet.as_json() for sheet in sheets]})
    else:
        for sheet in sheets:
            say(sheet.text())
            if sheet.path:
                note(f"sheet: {sheet.path}")
    raise typer.Exit(max(sheet.exit_code for sheet in sheets))


def _sign(what: str | None, state: str, figure: str, by: str, remark: str, *, as_json: bool) -> None:
    from dataclasses import asdict

    from carbon.runs.publish.signoff import sign
    from carbon.runs.schedule.index_page import refresh_index

    project = find_project(writes=True)
    signature = sign(project, *company_year(what or ""), figure=figure, state=state, by=by, note=remark)
    refresh_index(project)
    if as_json:
        print_json({"signed": asdict(signature)})
    else:
        say(f"{what}: {signature.figure} {signature.state} by {signature.by} on {signature.set}")


def audit(
    what: Annotated[str, typer.Argument(metavar="C/Y", help="E.g. petit-studio/2024.")], *,
    sample: Annotated[int, typer.Option("--sample", min=1, help="How many draws.")] = 25,
    seed: Annotated[int, typer.Option("--seed", help="The assurer's own number: it decides which rows are drawn.")],
    as_json: Json = False,
) -> None:
    """Draw rows by their kilograms for an assurer, and compute every total by a second path.

    Writes a workbook and a page in English and French to data/ledger/<company>/audits/: for each drawn row the source
    cell, the record, the activity, the factor with its page and the kilograms, and blanks to tick.

    Example: carbon audit petit-studio/2024 --sample 25 --seed 20260401

    Exit codes: 0 every total and drawn row agrees, 1 one differs, 2 no set, or it cannot be computed.
    """
    from carbon.runs.review.audit import audit as audit_set

    found = audit_set(find_project(writes=True), *company_year(what), sample=sample, seed=seed)
    if as_json:
        print_json(found.as_json())
    else:
        say(found.text())
    raise typer.Exit(int(not found.agrees))


def file(
    what: Annotated[str | None, typer.Argument(metavar="[C/Y]", help="E.g. petit-studio/2024; default: all in "
                                               "runs.yml.")] = None, *,
    format: Annotated[str, typer.Option("--format", metavar="F", help="ghg_protocol, beges_v5, esrs_e1, iso_14064_1, "
                                        "vsme or datapoints.")],
    check: Annotated[bool, typer.Option("--check", help="List what is missing before it can be sent; write nothing."
                                        )] = False,
    as_json: Json = False,
) -> None:
    """Write the published set as a filing: XLSX and CSV, with a reconciliation that closes to zero; VSME as XBRL-JSON.

    JSON: one object, or without C/Y a list of them.

    Example: carbon file petit-studio/2024 --format beges_v5

    Exit codes: 0 filed, 1 with --check: something is missing, 2 no set, unknown format, or a figure the framework
    cannot place.
    """
    from carbon.runs.company_year.filing import file_set
    from carbon.runs.publish.sets import read_manifest

    if check:
        _check_filings(what, format, as_json)
        return
    project, filings = find_project(writes=True), []
    for company, year in company_years(what):
        folder = file_set(project, company, year, format)
        manifest = read_manifest(folder, key="filing")
        filings.append({"path": project.name_of(folder), "format": format, "set": manifest["set"],
                        "framework_version": manifest["framework_version"], "files": manifest["outputs"]})
        if not as_json:
            say(f"{company}/{year}: {manifest['framework_version']}")
            for name in sorted(manifest["outputs"]):
                say(f"  {project.name_of(folder / name)}")
    if as_json:
        print_json(filings if what is None else filings[0])


def _check_filings(what: str | None, format: str, as_json: bool) -> None:
    from carbon.runs.company_year.filing import missing_of

    project = find_project()
    missing_lines = {(company, year): missing_of(project, company, year, format)
                     for company, year in company_years(what)}
    if as_json:
        filings = [{"company": company, "year": year, "format": format, "missing": lines}
                   for (company, year), lines in missing_lines.items()]
        print_json(filings if what is None else filings[0])
    for (company, year), lines in {}.items() if as_json else missing_lines.items():
        say(f"{company}/{year}, {format}: {len(lines)} missing")
        for line in lines:
            say(f"  {line['what']}: {line['text']}")
            for answer in line["params"].splitlines():
                say(f"      {answer}")
    if any(missing_lines.values()):
        raise typer.Exit(1)
