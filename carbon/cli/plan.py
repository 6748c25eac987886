"""`carbon plan`: a draft of a company's plan, and the outcome of the adopted one; `carbon adopt` puts it on record."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carbon.cli.options import Json, Language, find_project, note, print_json, rows, say, show_words

if TYPE_CHECKING:
    import pandas as pd

    from carbon.levers.company import CompanyPlan
    from carbon.levers.record import Followed

COMPANY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


Company = Annotated[str, typer.Argument(metavar="C", help="A company with params/<company>/levers.yml.")]
Probability = Annotated[float | None, typer.Option(
    "--probability", help="P of keeping all limits that the plan must reach, e.g. 0.8; else that of levers.yml.")]


def plan(company: Company, probability: Probability = None, language: Language = "en", as_json: Json = False) -> None:
    """Find the least-cost plan that meets the targets, with its probability. A draft: nothing is recorded.

    Example: carbon plan nuage-logiciels --probability 0.8

    Exit codes: 0 every target is met, 1 out of reach (the closest plan is printed), 2 usage or environment.
    """
    _made(company, probability, language, as_json, adopt_it=False)


def adopt(company: Company, probability: Probability = None, language: Language = "en", as_json: Json = False) -> None:
    """Adopt the plan: record it in data/ledger/<company>/plans, where later years are held against it.

    Example: carbon adopt nuage-logiciels

    Exit codes: 0 every target is met, 1 out of reach (the closest plan is recorded), 2 usage or environment.
    """
    _made(company, probability, language, as_json, adopt_it=True)


def actions(
    what: Annotated[str, typer.Argument(metavar="C/Y", help="company/year.")], language: Language = "en",
    as_json: Json = False,
) -> None:
    """Hold the actions of actions.yml against the adopted plan at the end of a year: dates, money, tonnes.

    Example: carbon actions petit-studio/2025

    Exit codes: 0 printed, 2 usage or environment.
    """
    from carbon.accounting import inventories
    from carbon.cli.options import company_year
    from carbon.core.errors import UsageError
    from carbon.reports.exhibits.followed import actions_at_year_end, actions_followed_table, adopted_actions
    from carbon.reports.words.language import Words
    from carbon.reports.words.phrases import phrase

    (company, year), project, words = company_year(what), find_project(), Words(language)
    adopted = adopted_actions(company, project=project)
    if adopted is None:
        raise UsageError(f"{company} has no actions: params/{company}/actions.yml does not exist or is all comments",
                         hint="docs/how-to/levers.md shows one")
    by_year = inventories(company, until=year, project=project).inventories
    if year not in by_year:
        raise UsageError(f"{company} has no records of {year}", hint=f"years: {', '.join(map(str, by_year))}")
    year_end = actions_at_year_end(adopted, by_year[year], by_year, language)
    assert year_end is not None
    if as_json:
        print_json({"company": company, "year": year, "on": str(year_end.on), "currency": year_end.currency, **{
            name: rows(getattr(year_end, name)) for name in ("table", "steps", "indicators", "evidence")},
            "notes": list(year_end.notes)})
        return
    show_words(actions_followed_table(year_end, words, 2), language, "title.actions", company=company, on=year_end.on)
    years = words.years_note(year, by_year[year].params.reporting_year_starts)
    for line in (*year_end.notes, *([years] if years else [])):
        say(f"- {phrase(line, language)}")


def _made(company: str, probability: float | None, language: str, as_json: bool, *, adopt_it: bool) -> None:
    from carbon.core.errors import UsageError
    from carbon.levers.company import plan as make
    from carbon.levers.record import record_of
    from carbon.params.files.levers import plan_files
    from carbon.params.files.load import load_company
    from carbon.reports.words.language import Words
    from carbon.reports.words.phrases import phrase
    from carbon.runs.desk.plan_ledger import keep_plan

    words = Words(language)  # rejects an unknown language before a plan is recorded
    if COMPANY.fullmatch(company) is None:
        raise UsageError(f"{company!r} is not a company", hint="name one of params/, without .yml")
    project = find_project(writes=adopt_it)
    result = make(company, probability=probability, project=project)
    adopted = plan_files(company, project=project)
    path, is_new = keep_plan(project, record_of(result)) if adopt_it else (adopted[-1] if adopted else None, False)
    name, earlier = None if path is None else project.name_of(path), _before(result, project)
    if as_json:
        print_json({**_figures(result, language), "followed": _followed(earlier), "path": name, "recorded": is_new})
    else:
        _show(result, earlier, language)
        starts = load_company(project, company).reporting_year_starts
        if years := words.years_note(result.basis.year, starts):
            note(years)
        if isinstance(earlier, str) and name and not is_new:
            note(words("plan.no_earlier", year=result.basis.year, reason=phrase(earlier, language)))
        key = ("recorded" if is_new else "as_adopted") if adopt_it else "draft" if name else "first_draft"
        note(words(f"plan.{key}", path=name, company=company))
    raise typer.Exit(int(not result.plan.meets or (result.likely is not None and not result.likely.reached)))


def _before(result: CompanyPlan, project: Any) -> Followed | str:
    """Compare the plan recorded for the last inventory's year with that inventory, or return why it cannot be."""
    from carbon.core.errors import CarbonError
    from carbon.levers.record import follow

    try:
        return follow(result.company, result.basis.year, project=project)
    except CarbonError as none:
        return none.what


def _figures(result: CompanyPlan, language: str) -> dict[str, Any]:
    from carbon.reports.tables import plan as tables

    best_plan = result.plan
    return {
        "company": result.company, "years": [result.params.first_year, result.params.last_year],
        "status": best_plan.status, "meets": best_plan.meets,
        "gap": best_plan.gap if best_plan.gap < float("inf") else None,
        "shortfall_t": best_plan.shortfall_kg / 1000, "cost": best_plan.cost, "currency": result.params.currency,
        "price_year": result.params.price_year, "levers": rows(tables.plan_table(result, language=language)),
        "not_planned": rows(tables.not_planned_table(result, language=language)),
        "limits": rows(tables.limits_table(result)), "chance": _rows(lambda: result.chance.table),
        "net_cost": result.plan.cost_text(),
        "verdicts": rows(tables.sentences(result.verdicts(), "verdict", language=language)),
        "start_now": rows(tables.sentences(result.start_now(), "reason", language=language)),
        "statement": rows(result.plan.statement()), "probability": _likely(result),
        "tracks": rows(tables.tracks_table(result)),
        "last_tonne": _rows(result.last_tonne), "robust": _rows(result.price_of_reliability),
        "orders": rows(result.compare()),
        "choices": rows(tables.choice_table(result)),
    }


def _rows(call: Callable[[], pd.DataFrame]) -> list[dict[str, Any]] | dict[str, str]:
    """Return a table, or the reason why it cannot be made: the plan is valid without it."""
    from carbon.core.errors import MethodError

    try:
        return rows(call())
    except MethodError as cannot:
        return {"reason": cannot.what}


def _likely(result: CompanyPlan) -> dict[str, Any] | None:
    likely_one = result.likely
    return None if likely_one is None else {
        "asked": likely_one.asked, "p": likely_one.p, "reached": likely_one.reached, "text": likely_one.text()}


def _followed(plan: Followed | str) -> dict[str, Any] | None:
    from carbon.reports.tables.plan import followed_table

    if isinstance(plan, str):
        return None
    return {"year": plan.year, "levers": rows(followed_table(plan)), "notes": list(plan.notes)}


def _show(result: CompanyPlan, earlier: Followed | str, language: str) -> None:
    import pandas as pd

    from carbon.levers.result import left_words
    from carbon.reports.tables import plan as tables
    from carbon.reports.words.language import Words
    from carbon.reports.words.phrases import phrase

    params = result.params
    lines = pd.DataFrame({"text": result.sentences()})
    say("\n  ".join([tables.headline(result, language=language),
                     *tables.sentences(lines, "text", language=language)["text"]]))
    if not result.plan.meets:
        pieces = pd.DataFrame({"text": [result.plan.shortfall_text(), *left_words(result.plan.left()).split("; ")]})
        short, *left = tables.sentences(pieces, "text", language=language)["text"]
        say(Words(language)("plan.out_of_reach", short=short, left="; ".join(left)))
    show_words(tables.terminal_table(result, language=language), language, "title.levers",
               currency=params.currency, price_year=params.price_year, until=params.costs_until)
    show_words(tables.limits_table(result, language=language), language, "title.limits")
    now = tables.sentences(result.start_now(), "reason", language=language)
    show_words(now[["lever", "reason"]], language, "title.start_now", year=params.first_year)
    if isinstance(earlier, str):
        return
    show_words(tables.followed_table(earlier, language=language), language, "title.followed", year=earlier.year)
    for line in earlier.notes:
        say(f"- {phrase(line, language)}")
