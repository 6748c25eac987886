"""`carbon classify`: what waits for a decision, and the questions that make one."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carbon.cli.options import find_project, note, rows, say
from carbon.core.text import instead

if TYPE_CHECKING:
    import pandas as pd

    from carbon.params.files.project import Project
    from carbon.runs.desk.classify import Desk

KEYS = ("supplier", "account", "category", "currency")
SHOWN = 20


@dataclass(frozen=True)
class Bulk:
    """Where to write the sheet of open lines, or which filled sheet to take decisions from."""

    sheet: Path | None = None
    decide: Path | None = None
    author: str = ""
    evidence: str = ""
    by: str = ""
    """Group the open lines by category, account or supplier alone."""


def requests(
    company: str, year: int, *, sheet: Path | None, answers: Path | None, language: str = "en"
) -> dict[str, Any]:
    """Write the requests that narrow the total to a workbook, or take its answers into uncertainty.csv; returns them.

    Nothing is written unless every answer of the workbook is valid.
    """
    from carbon.accounting import inventory
    from carbon.params.files.load import load_company
    from carbon.runs.desk.requests import read_answers, requests_sheet, save_answers, write_requests

    project = find_project()
    load_company(project, company)  # answers for a company that is not there would make a folder of its name
    if answers is not None:
        statements, path = read_answers(answers), project.params_folder(company) / "uncertainty.csv"
        return {"answers": len(statements), "lines": save_answers(statements, path) if statements else 0,
                "path": project.name_of(path)}
    inv = inventory(company, year, project=project)
    table = requests_sheet(inv)
    if sheet is not None:
        write_requests(inv, sheet, language=language)
    return {"requests": rows(table), "path": None if sheet is None else str(sheet)}


def classify(company: str, year: int, *, as_json: bool, bulk: Bulk | None = None) -> tuple[dict[str, Any], int]:
    """Show the desk; at a terminal, ask for decisions and save them.

    Returns the desk as plain values, and the exit code.

    `as_json`: nothing is shown or asked.
    """
    from carbon.runs.desk.classify import open_desk

    project, bulk = find_project(writes=not as_json), bulk or Bulk()
    desk = open_desk(project, company, year, by=bulk.by)
    if bulk.sheet is not None:
        _write_sheet(desk, bulk.sheet)
        return _values(desk), int(len(desk.open) > 0)
    if bulk.decide is not None:
        desk = _save(project, desk, _filled(desk, bulk))
    if as_json or bulk.decide is not None:
        if not as_json:
            _show(desk)
        return _values(desk), int(len(desk.open) > 0)
    _show(desk)
    if len(desk.open) and not sys.stdin.isatty():
        say(f"\nNext: answer at a terminal, or fill in a sheet (carbon classify {company}/{year} --sheet FILE.csv), or "
            f"write rules in params/{company}/rules.yml (`carbon factors search WORDS` finds activities), then carbon "
            "run")
    elif len(desk.open):
        desk = _save(project, desk, _ask(project, desk))
    return _values(desk), int(len(desk.open) > 0)


def _values(desk: Desk) -> dict[str, Any]:
    return {"company": desk.company, "year": desk.year, "open": rows(desk.open), "proposals": rows(desk.proposals),
            "decisions": len(desk.saved), "decisions_taken_over": desk.taken_over, "classified_share": desk.classified,
            "charts": rows(desk.charts), "not_learnt": desk.not_learnt}


def _write_sheet(desk: Desk, path: Path) -> None:
    from carbon.core.errors import UsageError
    from carbon.runs.desk.sheet import write_sheet

    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path.name}: the sheet is written as CSV", hint="end its name in .csv")
    if path.exists():
        raise UsageError(f"{path.name} is there already", hint="it may hold decisions: take another name, or remove it")
    note(f"{write_sheet(desk, path)} lines written to {path.name}; fill in activity (or 1, 2, 3 for a proposal) and "
         f"scope3_category, or exclude with the reason, then: carbon classify {desk.company}/{desk.year} --decide "
         f"{path.name} --author YOU --evidence WHAT_YOU_LOOKED_AT")


def _filled(desk: Desk, bulk: Bulk) -> pd.DataFrame:
    import pandas as pd

    from carbon.runs.desk.sheet import read_sheet

    assert bulk.decide is not None
    return read_sheet(bulk.decide, desk, author=bulk.author, evidence=bulk.evidence, day=pd.Timestamp.now().normalize())


def _save(project: Project, desk_before: Desk, decisions: pd.DataFrame) -> Desk:
    """Save decisions, print what they changed and return the desk as it is afterwards."""
    from carbon.runs.desk.classify import open_desk, save_decisions

    if decisions.empty:
        note("No decision is saved")
        return desk_before
    path = save_decisions(project, desk_before.company, decisions)
    desk_after = open_desk(project, desk_before.company, desk_before.year, by=desk_before.by)
    share = "; ".join(f"{c}: {_percent(desk_before.classified.get(c, 0))} -> {_percent(s)}"
                      for c, s in desk_after.classified.items())
    note(f"{len(decisions)} decisions saved in {project.name_of(path)}; classified before -> after, {share}")
    return desk_after


def _show(desk: Desk) -> None:
    groups = f"{len(desk.open)} group{'' if len(desk.open) == 1 else 's'} of lines"
    sister_note = f", {desk.taken_over} taken over from sister companies" if desk.taken_over else ""
    say(f"{desk.company}/{desk.year}: {groups} without a rule, {len(desk.saved)} decisions saved{sister_note}"
        + "".join(f"; {_percent(share)} of the amount in {c} is classified" for c, share in desk.classified.items()))
    for chart in desk.charts.to_dict("records"):
        say(f"{chart['column']} reads like {chart['name']} ({_percent(chart['share'])} of the amount without a rule, "
            f"{_percent(chart['decided'])} decided): to confirm it, write `account_map: {chart['name']}` in "
            f"params/{desk.company}.yml")
    if len(desk.open) and desk.not_learnt:
        say(f"proposals come from words alone: {desk.not_learnt}")
    for line in desk.open.head(SHOWN).to_dict("records"):
        lines = f"{line['rows']:,} row{'' if line['rows'] == 1 else 's'}"
        say(f"\n{line['amount']:,.2f} {line['currency']} in {lines} ({_percent(line['share'])}): "
            f"{line['supplier'] or '-'} | {line['account'] or '-'} | {line['category'] or '-'} | {line['wording']}")
        for offer in _offers(desk, line):
            what = f"no purchase: {offer['kind']}" if offer["kind"] else (
                f"{offer['activity']} (category {offer['scope3_category']})")
            say(f"  {offer['rank']}. {what}, " f"score {offer['score']:.2f}: {offer['reason']}")
    if len(desk.open) > SHOWN:
        say(f"\n... and {len(desk.open) - SHOWN} more")


def _percent(share: float) -> str:
    """Round down: what is not all is not 100 %; what is not nothing is not 0."""
    return "< 0.01 %" if 0 < share < 0.0001 else f"{math.floor(share * 10_000 + 1e-6) / 100:.2f} %"


def _offers(desk: Desk, line: Any) -> list[Any]:
    proposals = desk.proposals
    for key in KEYS:
        proposals = proposals[proposals[key] == line[key]]
    return list(proposals.to_dict("records"))


def _ask(project: Project, desk: Desk) -> pd.DataFrame:
    """Ask one question a group, then author and evidence once, then a confirmation; nothing is saved without it. A
    decision holds in every currency: lines that differ only in it are asked for once.
    """
    import pandas as pd
    import typer

    from carbon.activities.classification.decisions import DECISIONS
    from carbon.runs.desk.classify import known_activities

    activities = known_activities(project, desk.company)
    decisions = []
    for line in desk.open.drop_duplicates(list(KEYS[:3])).to_dict("records"):
        say(f"\n{line['supplier']} | {line['account']} | {line['category']} | {line['wording']}")
        offers = _offers(desk, line)
        answer = typer.prompt("number of a proposal, an activity, x to exclude, s to skip, q to end", default="s")
        while answer not in {"q", "s", "x", *activities, *(str(o["rank"]) for o in offers)}:
            say("neither an activity of the library nor the number of a proposal; " + instead(
                answer, sorted(activities), otherwise="`carbon factors search WORDS` finds activities"))
            answer = typer.prompt("number of a proposal, an activity, x, s or q", default="s")
        if answer == "q":
            break
        decision = _decision(line, answer, offers)
        decisions += [decision] if decision else []
    if not decisions:
        return DECISIONS.empty()
    author, evidence = typer.prompt("author"), typer.prompt("evidence (what you looked at)")
    if not typer.confirm(f"Save {len(decisions)} decisions?"):
        return DECISIONS.empty()
    today = pd.Timestamp.now().normalize()
    table = pd.DataFrame(decisions).assign(author=author, decided_on=today, evidence=evidence)
    return DECISIONS.validate(table.astype({"decided_on": "datetime64[s]", "scope3_category": "int64"}))


def _decision(line: Any, answer: str, offers: list[Any]) -> dict[str, Any] | None:
    import click
    import typer

    from carbon.activities.classification.charts import no_purchase
    from carbon.runs.desk.sheet import no_purchase_reason

    keys, kinds = {key: line[key] for key in ("supplier", "account", "category")}, ", ".join(no_purchase()["kind"])
    if answer == "s":
        return None
    if answer == "x":
        reason = typer.prompt(f"reason of the exclusion, after its kind if it has one (tax: ...; {kinds})")
        return {**keys, "activity": "", "scope3_category": 0, "exclude": reason}
    if answer.isdigit() and 1 <= int(answer) <= len(offers):
        offer = offers[int(answer) - 1]
        if offer["kind"]:
            return {**keys, "activity": "", "scope3_category": 0,
                    "exclude": no_purchase_reason(offer["kind"], "", "the proposal")}
        return {**keys, "activity": offer["activity"], "scope3_category": int(offer["scope3_category"]), "exclude": ""}
    category = typer.prompt("scope 3 category (1 to 15)", type=click.IntRange(1, 15))
    return {**keys, "activity": answer, "scope3_category": category, "exclude": ""}
