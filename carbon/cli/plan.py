"""`carbon plan`: the least-cost plan of a company, kept in its ledger, beside what became of the last one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carbon.cli.options import Json, find_project, note, print_json, rows, say, show_table

if TYPE_CHECKING:
    import pandas as pd

    from carbon.levers.company import CompanyPlan
    from carbon.levers.record import Followed

COMPANY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def plan(company: Annotated[str, typer.Argument(metavar="C", help="A company with params/<company>/levers.yml.")],
         language: Annotated[str, typer.Option("--language", help="Labels of the levers: en or fr.")] = "en",
         as_json: Json = False) -> None:
    """
    The least-cost plan that meets the targets, with its probability; kept in data/ledger/<company>/plans.

    Example: carbon plan nuage-logiciels

    Exit codes: 0 every target is met, 1 out of reach (the closest plan is printed), 2 usage or environment.
    """
    from carbon.core.errors import UsageError
    from carbon.levers.company import plan as make
    from carbon.levers.record import record_of
    from carbon.reports.words import Words
    from carbon.runs.plan_ledger import keep_plan

    Words(language)  # refused before a plan is put on record
    if COMPANY.fullmatch(company) is None:
        raise UsageError(f"{company!r} is not a company", hint="name one of params/, without .yml")
    project = find_project()
    made = make(company, project=project)
    kept, written = keep_plan(project, record_of(made))
    before = _before(made, project)
    if as_json:
        print_json({**_figures(made, language), "followed": _followed(before), "path": project.name_of(kept),
                    "recorded": written})
    else:
        _show(made, before, language)
        note(f"{'recorded' if written else 'as recorded'} in {project.name_of(kept)}")
    raise typer.Exit(int(not made.plan.meets))


def _before(made: CompanyPlan, project: Any) -> Followed | str:
    """
    The plan recorded for the year of the last inventory, against that inventory; the reason where there is none.
    """
    from carbon.core.errors import CarbonError
    from carbon.levers.record import follow

    try:
        return follow(made.company, made.basis.year, project=project)
    except CarbonError as none:
        return none.what


def _figures(made: CompanyPlan, language: str) -> dict[str, Any]:
    from carbon.reports import plan_tables as tables

    chosen = made.plan
    return {
        "company": made.company, "years": [made.params.first_year, made.params.last_year], "status": chosen.status,
        "meets": chosen.meets, "gap": chosen.gap if chosen.gap < float("inf") else None,
        "shortfall_t": chosen.shortfall_kg / 1000, "cost": chosen.cost, "currency": made.params.currency,
        "price_year": made.params.price_year, "levers": rows(tables.plan_table(made, language=language)),
        "not_planned": rows(tables.not_planned_table(made, language=language)),
        "limits": rows(tables.limits_table(made)), "chance": _rows(lambda: made.chance.table),
        "tracks": rows(tables.tracks_table(made)),
        "last_tonne": _rows(made.last_tonne), "robust": _rows(made.price_of_reliability),
        "orders": rows(made.compare()),
        "choices": rows(tables.choice_table(made)),
    }


def _rows(call: Callable[[], pd.DataFrame]) -> list[dict[str, Any]] | dict[str, str]:
    """
    A table, or why there is none: the plan stands without it.
    """
    from carbon.core.errors import MethodError

    try:
        return rows(call())
    except MethodError as cannot:
        return {"reason": cannot.what}


def _followed(found: Followed | str) -> dict[str, Any] | None:
    from carbon.reports.plan_tables import followed_table

    if isinstance(found, str):
        return None
    return {"year": found.year, "levers": rows(followed_table(found)), "notes": list(found.notes)}


def _show(made: CompanyPlan, before: Followed | str, language: str) -> None:
    from carbon.reports import plan_tables as tables

    say(str(made))
    if not made.plan.meets:
        say(f"Out of reach: the closest plan is {made.plan.shortfall_kg / 1000:,.1f} t above its limits.")
    _table(tables.plan_table(made, language=language)[["label", "start", "cut_t", "capex", "running_per_year", "npv"]],
           f"What is done ({made.params.currency} of {made.params.price_year})")
    _table(tables.limits_table(made), "Targets, and how likely they are met")
    if isinstance(before, str):
        note(f"no earlier plan to hold against {made.basis.year}: {before}")
        return
    _table(tables.followed_table(before, language=language), f"The plan recorded for {before.year}, and what happened")
    for line in before.notes:
        say(f"- {line}")


def _table(table: pd.DataFrame, title: str) -> None:
    show_table(table, title=title)
