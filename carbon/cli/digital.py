"""`carbon digital`, `service` and `indicators`: pages for staff; a service from ten answers; the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carbon.cli.options import Json, company_year, find_project, note, print_json, rows, say, show_table

if TYPE_CHECKING:
    import pandas as pd

    from carbon.digital.services.service import Service
    from carbon.scorecards.company import Indicators

indicators_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The KPI catalogue. "
                              "Example: carbon indicators show petit-studio --year 2025")
Company = Annotated[str, typer.Argument(metavar="[C]", help="A company of params/; default: those of runs.yml.")]
Year = Annotated[int | None, typer.Option("--year", help="Reporting year; default: the company's last in runs.yml.")]


def service(
    file: Annotated[Path, typer.Argument(help="Ten answers in YAML, e.g. params/<company>/service.yml.")],
    company: Annotated[str, typer.Option("--company", help="Company whose factors and criteria are used; without it "
                                         "the packaged ones, and the result lists them.")] = "",
    host: Annotated[list[str] | None, typer.Option("--host", metavar="ZONE", help="Another country to host in, as a "
                                                   "lever; may be repeated.")] = None,
    criteria: Annotated[Path | None, typer.Option("--criteria", metavar="CSV", help="Factors of further criteria, "
                                                  "layout of factors_multicriteria.csv.")] = None,
    boavizta: Annotated[bool, typer.Option("--boavizta", help="Further criteria from your own installation of "
                                           "boaviztapi.")] = False,
    as_json: Json = False,
) -> None:
    """Estimate the order of magnitude of a digital service from ten answers.

    Example: carbon service params/petit-studio/service.yml

    Exit codes: 0 estimated, 2 an answer is not accepted or a zone has no grid factor.
    """
    from carbon.digital.company import service_of
    from carbon.digital.services.standalone import standalone_choices, standalone_service
    from carbon.records.files.digital import read_answers, read_digital
    from carbon.reports.tables.digital import budget_lines
    from carbon.reports.words.language import Words

    answers, hosts = read_answers(file), tuple(host or ())
    factors = _criteria(criteria, boavizta=boavizta)
    if company:
        from dataclasses import replace

        result = service_of(replace(read_digital(company), service=answers), hosts=hosts, factors=factors)
    else:
        result = standalone_service(answers, hosts=hosts, factors=factors)
    if as_json:
        print_json({**_service(result), "choices": {} if company else standalone_choices()})
        return
    say(result.words)
    show_table(result.by("tier"))
    show_table(budget_lines(result, Words("en")), title="Share of one person's yearly budget of the planet's limits")
    show_table(result.levers()[["label", "from_value", "to_value", "avoided_co2e_kg", "share"]])
    for line in result.notes:
        say(f"- {line}")


def _criteria(file: Path | None, *, boavizta: bool) -> pd.DataFrame | None:
    from carbon.core.digital_tables import MULTICRITERIA
    from carbon.core.errors import UsageError
    from carbon.factors.sources.boavizta import read_boavizta
    from carbon.records.files.digital import read_digital_table

    if file is not None and boavizta:
        raise UsageError("--criteria and --boavizta are two sources of the same factors", hint="give one of them")
    if boavizta:
        return read_boavizta().table
    if file is not None and not file.is_file():
        raise UsageError(f"{file} does not exist", hint="docs/how-to/responsible-digital.md shows its layout")
    return None if file is None else read_digital_table(file, MULTICRITERIA)


def _service(result: Service) -> dict[str, Any]:
    """Return the JSON object of a service: climate, every criterion and a person's budget; not covered is null."""
    *numbers, is_covered = result.total()
    value, low, high = (n if n == n else None for n in numbers)  # JSON has no NaN
    return {"service_id": result.answers.service_id, "co2e_kg": value, "low_co2e_kg": low, "high_co2e_kg": high,
            "covered": is_covered, "tiers": rows(result.by("tier")), "steps": rows(result.by("step")),
            "criteria": rows(result.budgets()), "levers": rows(result.levers()),
            "defaults": dict(result.answers.defaults), "notes": list(result.notes)}


def digital(
    what: Annotated[str, typer.Argument(metavar="C/Y", help="E.g. petit-studio/2025.")], *,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the pages go; made if it is not there.")],
    language: Annotated[str, typer.Option("--language", help="en or fr; default: the company's own.")] = "",
    as_json: Json = False,
) -> None:
    """Write the page on responsible digital, a public sheet of at most three figures, and the poster of a laptop.

    Each is one HTML file that makes no request and prints on A4.

    Example: carbon digital petit-studio/2025 --to pages

    Exit codes: 0 written, 2 the company has no digital tables, or its year cannot be computed.
    """
    from carbon.reports.digital_pages import digital_pages, digital_report
    from carbon.runs.publish import write_atomic

    pages = digital_pages(digital_report(*company_year(what), language=language))
    to.mkdir(parents=True, exist_ok=True)
    for name, html in pages.items():
        write_atomic(to / name, html.encode("utf-8"))
    if as_json:
        print_json({"pages": [str(to / name) for name in pages]})
    else:
        for name in pages:
            say(str(to / name))


@indicators_app.command("check")
def check(company: Company = "", year: Year = None, as_json: Json = False) -> None:
    """List every rule that a company's catalogue and its values break; without a company, of every company in runs.yml.

    Example: carbon indicators check petit-studio

    Exit codes: 0 valid, 1 an error, which hides its indicator; warnings alone are valid.
    """
    import pandas as pd

    from carbon.scorecards.company import company_check

    tables = []
    for name, of in _companies(company, year):
        broken = _found(name, of).violations if of else company_check(name)
        tables.append(broken.assign(company=name))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["company", "severity"])
    table.insert(0, "company", table.pop("company"))
    if as_json:
        print_json(rows(table))
    elif len(table):
        show_table(table)
    else:
        say(f"{company or 'all companies'}: no rule is broken")
    raise typer.Exit(int((table["severity"] == "error").any()))


@indicators_app.command("show")
def show(company: Company = "", year: Year = None, audience: Annotated[str, typer.Option(
        "--audience", help="public, performance or governance.")] = "public",
         language: Annotated[str, typer.Option("--language", help="en or fr.")] = "en", as_json: Json = False) -> None:
    """Show one audience's scorecard of one year; without a company, of every company in runs.yml.

    Example: carbon indicators show petit-studio --year 2025 --audience performance
    """
    from carbon.reports.tables.scorecard import scorecard_table, scorecard_title

    values = []
    for name, of in _companies(company, year):
        values_of_year = _found(name, _named(name, of))
        card = scorecard_table(values_of_year, audience, language=language)
        if as_json:
            audience_rows = values_of_year.table[values_of_year.table["audience"] == audience]
            values += [{"company": name, "year": of, **row} for row in rows(audience_rows)]
            continue
        title = scorecard_title(values_of_year, audience, language=language)
        say(title if company else f"{name}: {title}")
        show_table(card)
    if as_json:
        print_json(values)


@indicators_app.command("export")
def export(company: Annotated[str, typer.Argument(metavar="C", help="A company of params/.")],
           file: Annotated[Path, typer.Argument(help="The workbook to write (.xlsx); it must not exist.")],
           year: Year = None, as_json: Json = False) -> None:
    """Write what an auditor or an independent verifier needs: commitments, indicators, years, rows, rules and evidence.

    Example: carbon indicators export petit-studio dossier.xlsx --year 2025

    Exit codes: 0 written, 2 the file exists, or the company has no indicators.
    """
    from carbon.cli.options import find_project as project_of
    from carbon.core.errors import UsageError
    from carbon.runs.desk.dossier import write_dossier

    if file.exists() or file.suffix != ".xlsx":
        raise UsageError(f"{file} exists, or is no .xlsx", hint="name a new workbook")
    (name, of), = _companies(company, year)
    sheets = write_dossier(project_of(), name, _named(name, of), file)
    if as_json:
        print_json({"path": str(file), "sheets": sheets})
    else:
        say(f"{file}: {', '.join(f'{sheet} {lines}' for sheet, lines in sheets.items())}")


def _found(name: str, year: int) -> Indicators:
    from carbon.accounting.company import inventory
    from carbon.scorecards.company import indicators

    return indicators(name, year, inventory=inventory(name, year))


def _named(name: str, year: int) -> int:
    from carbon.core.errors import UsageError

    if not year:
        raise UsageError(f"params/runs.yml does not name {name}, so its last year is not known", hint="give --year")
    return year


def _companies(company: str, year: int | None) -> list[tuple[str, int]]:
    """Return the company and year asked for; else those of runs.yml that keep a catalogue, in their last year.

    Year 0: a company that runs.yml does not name.

    Raises UsageError: No company keeps a catalogue.
    """
    from carbon.core.errors import UsageError
    from carbon.params.files.load import load_runs
    from carbon.records.files.digital import read_digital

    if company and year:
        return [(company, year)]
    years_of = {entry.company: entry.years for entry in load_runs(find_project()).runs}
    if company:
        return [(company, max(years_of.get(company, [0])))]
    companies = [(name, year or max(years)) for name, years in years_of.items()]
    bare = [name for name, _ in companies if read_digital(name).indicators is None]
    if bare:
        note(f"without indicators.yml: {', '.join(bare)}")
    if len(bare) == len(companies):
        raise UsageError("no company of params/runs.yml has an indicators.yml", hint="`carbon init --digital` writes a "
                         "params/<company>/indicators.yml to start from")
    return [(name, of) for name, of in companies if name not in bare]
