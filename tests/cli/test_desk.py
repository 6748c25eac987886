"""`carbon classify`: the desk shown, its sheet, and what is saved."""

import json

import pandas as pd
import pytest

from carbon.cli import desk as verb
from carbon.core.errors import UsageError

RUN = "petit-studio/2024"


@pytest.mark.parametrize(("share", "shown"), [(1.0, "100.00 %"), (0.99999, "99.99 %"), (0.3333, "33.33 %"),
                                              (0.00001, "< 0.01 %"), (0.0, "0.00 %")])
def test_what_is_not_all_is_not_a_hundred_percent(share, shown):
    """Shares are rounded down: an open line never disappears in a rounded figure."""
    assert verb._percent(share) == shown


def test_open_lines_are_shown_and_exit_one(project, carbon):
    """The line, its amount and the next step; as JSON the same as plain values."""
    text = carbon("classify", RUN)
    assert text.exit_code == 1 and "462.00 EUR in 3 rows" in text.stdout and "--sheet FILE.csv" in text.stdout
    values = json.loads(carbon("classify", RUN, "--json").stdout)
    assert (values["company"], values["year"], values["decisions"]) == ("petit-studio", 2024, 0)
    assert values["open"][0]["amount"] == 462.0


def test_a_filled_sheet_becomes_decisions_and_closes_the_desk(project, carbon):
    """Written once, filled in, decided: exit 0 and nothing is open; the same name is not overwritten."""
    assert carbon("classify", RUN, "--sheet", "open.csv").exit_code == 1
    assert isinstance(carbon("classify", RUN, "--sheet", "open.csv").exception, UsageError)
    sheet = pd.read_csv("open.csv", dtype="str", keep_default_na=False)
    sheet.assign(exclude="a refund of another company").to_csv("open.csv", index=False)
    who = ("--author", "A. Analyst", "--evidence", "invoices")
    done = carbon("classify", RUN, "--decide", "open.csv", *who)
    assert done.exit_code == 0 and "1 decisions saved" in done.output
    assert carbon("classify", RUN).exit_code == 0


@pytest.mark.parametrize(("words", "message"), [
    (("--sheet", "a.csv"), "A sheet is of one company and year"),
    ((RUN, "--sheet", "a.csv", "--decide", "b.csv"), "--sheet and --decide at once"),
    ((RUN, "--sheet", "a.xlsx"), "the sheet is written as CSV"),
])
def test_options_that_exclude_each_other_are_errors(project, carbon, words, message):
    """Nothing is written where it is not clear what is asked."""
    done = carbon("classify", *words)
    assert isinstance(done.exception, UsageError) and message in str(done.exception)
    assert not (project / "a.csv").exists()


def test_nothing_is_saved_without_a_confirmation(monkeypatch):
    """Answers given and then not confirmed leave no decision."""
    from carbon.core.ledgers import DECISIONS
    from carbon.runs.desk.classify import Desk

    line = {"supplier": "Nuage", "account": "0613", "category": "IT", "currency": "EUR", "wording": "Hébergement",
            "rows": 1, "amount": 9.0, "share": 1.0}
    offer = {"supplier": "Nuage", "account": "0613", "category": "IT", "currency": "EUR", "rank": 1,
             "activity": "it.server", "scope3_category": 2, "kind": "", "score": 0.5, "reason": ""}
    desk = Desk("acme", 2024, pd.DataFrame([line]), pd.DataFrame([offer]), DECISIONS.empty(), {"EUR": 0.0})
    monkeypatch.setattr("carbon.runs.desk.classify.known_activities", lambda *_: set())
    monkeypatch.setattr("typer.prompt", lambda text, **_: "1" if "number" in text else "A. Analyst")
    monkeypatch.setattr("typer.confirm", lambda *_: False)
    assert verb._ask(None, desk).empty
    monkeypatch.setattr("typer.confirm", lambda *_: True)
    assert verb._ask(None, desk)["activity"].tolist() == ["it.server"]
