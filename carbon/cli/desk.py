"""`carbon classify`: what waits for a decision, and the questions that make one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from carbon.cli.options import find_project, note, rows, say

if TYPE_CHECKING:
    import pandas as pd

    from carbon.runs.desk import Desk

KEYS = ("supplier", "account", "category", "currency")
SHOWN = 20


def classify(company: str, year: int, *, as_json: bool) -> tuple[dict[str, Any], int]:
    """
    Show the desk; at a terminal, ask for decisions and save them. Returns the desk as plain values, and the exit code.

    `as_json`: nothing is shown or asked.
    """
    from carbon.runs.desk import open_desk, save_decisions

    project = find_project()
    desk = open_desk(project, company, year)
    values = {"company": company, "year": year, "open": rows(desk.open), "proposals": rows(desk.proposals),
              "decisions": len(desk.saved)}
    if as_json:
        return values, int(len(desk.open) > 0)
    _show(desk)
    if len(desk.open) == 0:
        return values, 0
    if not sys.stdin.isatty():
        say(f"\nNext: answer at a terminal, or write rules in params/{company}/rules.yml (`carbon factors search "
            "WORDS` finds activities), then carbon run")
        return values, 1
    decided = _ask(desk)
    if len(decided):
        path = save_decisions(project, company, decided)
        note(f"{len(decided)} decisions saved in {project.name_of(path)}")
        desk = open_desk(project, company, year)
    return values, int(len(desk.open) > 0)


def _show(desk: Desk) -> None:
    say(f"{desk.company}/{desk.year}: {len(desk.open)} groups of lines without a rule, "
        f"{len(desk.saved)} decisions saved")
    for line in desk.open.head(SHOWN).to_dict("records"):
        lines = f"{line['rows']:,} row{'' if line['rows'] == 1 else 's'}"
        say(f"\n{line['amount']:,.2f} {line['currency']} in {lines} ({line['share']:.0%}): "
            f"{line['supplier'] or '-'} | {line['account'] or '-'} | {line['category'] or '-'} | {line['wording']}")
        for offer in _offers(desk, line):
            say(f"  {offer['rank']}. {offer['activity']} (category {offer['scope3_category']}), "
                f"score {offer['score']:.2f}: {offer['reason']}")
    if len(desk.open) > SHOWN:
        say(f"\n... and {len(desk.open) - SHOWN} more")


def _offers(desk: Desk, line: Any) -> list[Any]:
    same = desk.proposals
    for key in KEYS:
        same = same[same[key] == line[key]]
    return list(same.to_dict("records"))


def _ask(desk: Desk) -> pd.DataFrame:
    """
    One question a group, then author and evidence once, then a confirmation; nothing is saved without it.
    """
    import pandas as pd
    import typer

    from carbon.activities.decisions import DECISIONS

    found = []
    for line in desk.open.to_dict("records"):
        say(f"\n{line['supplier']} | {line['account']} | {line['category']} | {line['wording']}")
        answer = typer.prompt("number of a proposal, an activity, x to exclude, s to skip, q to end", default="s")
        if answer == "q":
            break
        decision = _decision(line, answer, _offers(desk, line))
        found += [decision] if decision else []
    if not found:
        return DECISIONS.empty()
    author, evidence = typer.prompt("author"), typer.prompt("evidence (what you looked at)")
    if not typer.confirm(f"Save {len(found)} decisions?"):
        return DECISIONS.empty()
    today = pd.Timestamp.now().normalize()
    table = pd.DataFrame(found).assign(author=author, decided_on=today, evidence=evidence)
    return DECISIONS.validate(table.astype({"decided_on": "datetime64[s]", "scope3_category": "int64"}))


def _decision(line: Any, answer: str, offers: list[Any]) -> dict[str, Any] | None:
    import typer

    keys = {key: line[key] for key in ("supplier", "account", "category")}
    if answer == "s":
        return None
    if answer == "x":
        return {**keys, "activity": "", "scope3_category": 0, "exclude": typer.prompt("reason of the exclusion")}
    if answer.isdigit() and 1 <= int(answer) <= len(offers):
        offer = offers[int(answer) - 1]
        return {**keys, "activity": offer["activity"], "scope3_category": int(offer["scope3_category"]), "exclude": ""}
    category = typer.prompt("scope 3 category (1 to 15)", type=int)
    return {**keys, "activity": answer, "scope3_category": category, "exclude": ""}
