"""`carbon service` and `carbon indicators`: a service from ten answers; the catalogue checked and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbon.cli.options import Json, print_json, rows, say, show_table

indicators_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The KPI catalogue.")
Company = Annotated[str, typer.Argument(help="A company of params/.")]
Year = Annotated[int, typer.Option("--year", help="Reporting year.")]


def service(file: Annotated[Path, typer.Argument(help="Ten answers in YAML, e.g. params/<company>/service.yml.")],
            company: Annotated[str, typer.Option("--company", help="Company whose choice of factors is used.")],
            as_json: Json = False) -> None:
    """
    Order of magnitude of a digital service from ten answers.

    Example: carbon service params/petit-studio/service.yml --company petit-studio
    """
    from dataclasses import replace

    from carbon.digital.company import service_of
    from carbon.records.digital import read_answers, read_digital

    result = service_of(replace(read_digital(company), service=read_answers(file)))
    tiers, levers = result.by("tier"), result.levers()
    if as_json:
        *numbers, whole = result.total()
        # Not covered at all is null: JSON has no NaN.
        value, low, high = (n if n == n else None for n in numbers)
        print_json({"service_id": result.answers.service_id, "co2e_kg": value, "low_co2e_kg": low,
                    "high_co2e_kg": high, "covered": whole, "tiers": rows(tiers), "levers": rows(levers),
                    "defaults": dict(result.answers.defaults), "notes": list(result.notes)})
        return
    say(result.words)
    show_table(tiers)
    show_table(levers[["label", "from_value", "to_value", "avoided_co2e_kg", "share"]])
    for note in result.notes:
        say(f"- {note}")


@indicators_app.command("check")
def check(company: Company, as_json: Json = False) -> None:
    """
    Every rule that a company's catalogue breaks.

    Example: carbon indicators check petit-studio

    Exit codes: 0 valid, 1 an error; warnings alone are valid.
    """
    from carbon.indicators.company import company_check

    table = company_check(company)
    if as_json:
        print_json(rows(table))
    elif len(table):
        show_table(table)
    else:
        say(f"{company}: no rule is broken")
    raise typer.Exit(int((table["severity"] == "error").any()))


@indicators_app.command("show")
def show(company: Company, year: Year, audience: Annotated[str, typer.Option(
        "--audience", help="public, performance or governance.")] = "public",
         language: Annotated[str, typer.Option("--language", help="en or fr.")] = "en", as_json: Json = False) -> None:
    """
    One audience's scorecard of one year.

    Example: carbon indicators show petit-studio --year 2025 --audience performance
    """
    from carbon.indicators.company import indicators
    from carbon.inventory.company import inventory

    found = indicators(company, year, inventory=inventory(company, year))
    if as_json:
        print_json(rows(found.table[found.table["audience"] == audience]))
        return
    card = found.scorecard(audience, language=language)
    say(card.title)
    show_table(card.table)
