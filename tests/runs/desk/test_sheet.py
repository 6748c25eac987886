"""Many decisions at once: what the desk writes comes back as it was filled in, and nothing else is decided."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from carbon.cli import desk as verb
from carbon.core.errors import ParamsError
from carbon.core.ledgers import DECISIONS
from carbon.runs.desk.classify import Desk
from carbon.runs.desk.sheet import read_sheet, sheet_of, write_sheet

DAY = pd.Timestamp(2024, 5, 6)
HOSTS = {"supplier": "=Nuage; SARL", "account": "0613", "category": "IT", "wording": "Hébergement"}
ODD = {"supplier": "Zut", "account": "", "category": "", "wording": "divers"}


@pytest.fixture
def desk():
    lines = pd.DataFrame([{**HOSTS, "currency": "EUR", "rows": 2, "amount": 90.0, "share": 1.0},
                          {**HOSTS, "currency": "USD", "rows": 1, "amount": 5.5, "share": 1.0},
                          {**ODD, "currency": "EUR", "rows": 1, "amount": 1.0, "share": 0.1}])
    offers = [{**{k: HOSTS[k] for k in ("supplier", "account", "category")}, "currency": c, "rank": n, "activity": a,
               "scope3_category": g, "kind": "", "score": 0.5, "reason": ""}
              for c in ("EUR", "USD") for n, (a, g) in enumerate([("purchase.nace.J62_63", 1), ("it.server", 2)], 1)]
    return Desk("acme", 2024, lines, pd.DataFrame(offers), DECISIONS.empty(), {"EUR": 0.5, "USD": 0.0})


def filled(desk, path, *answers, form="csv"):
    """The sheet with an answer (activity, category, exclude) in each row, as a spreadsheet saves it."""
    table = sheet_of(desk)
    for row, answer in enumerate(answers):
        table.loc[row, ["activity", "scope3_category", "exclude"]] = answer
    if form == "xlsx":
        table.to_excel(path, index=False, engine="xlsxwriter",
                       engine_kwargs={"options": {"strings_to_formulas": False}})
    else:
        table.to_csv(path, index=False, sep=";", encoding="cp1252")
    return read_sheet(path, desk, author="A. Analyst", evidence="invoices", day=DAY)


def test_the_sheet_asks_once_for_all_currencies(desk, tmp_path):
    """One row for lines that differ only in their currency, the amount of each named, and what was written comes
    back.
    """
    path = tmp_path / "open.csv"
    assert write_sheet(desk, path) == 2
    assert sheet_of(desk)["amounts"].tolist() == ["90.00 EUR + 5.50 USD", "1.00 EUR"]
    assert b"'=Nuage; SARL" in path.read_bytes()  # no spreadsheet runs it
    assert len(read_sheet(path, desk, author="A", evidence="e", day=DAY)) == 0
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[0, "activity"] = "1"
    table.to_csv(path, index=False)
    assert read_sheet(path, desk, author="A", evidence="e", day=DAY)["supplier"].tolist() == ["=Nuage; SARL"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_answers_become_decisions(desk, tmp_path, form):
    """A number takes the proposal with its category, an exclusion needs none; texts keep their zeros and signs."""
    decided = filled(desk, tmp_path / f"sheet.{form}", ["2", "", ""], ["", "", "a loan"], form=form)

    assert decided.to_dict("records") == [
        {"supplier": "=Nuage; SARL", "account": "0613", "category": "IT", "activity": "it.server", "scope3_category": 2,
         "exclude": "", "author": "A. Analyst", "decided_on": DAY, "evidence": "invoices"},
        {"supplier": "Zut", "account": "", "category": "", "activity": "", "scope3_category": 0, "exclude": "a loan",
         "author": "A. Analyst", "decided_on": DAY, "evidence": "invoices"}]


def test_an_activity_by_its_name(desk, tmp_path):
    """A proposal by its name brings its category, any other activity needs one; a row left blank stays open."""
    assert filled(desk, tmp_path / "a.csv", ["purchase.nace.J62_63", "", ""])["scope3_category"].tolist() == [1]
    own = filled(desk, tmp_path / "b.csv", ["", "", ""], ["purchase.nace.M73", "1", ""])
    assert own[["supplier", "activity"]].values.tolist() == [["Zut", "purchase.nace.M73"]]


@pytest.mark.parametrize(("answer", "message"), [
    (["3", "", ""], "row 2 names proposal 3"), (["purchase.nace.M73", "", ""], "row 2 has the scope 3 category ''"),
    (["purchase.nace.M73", "one", ""], "scope 3 category 'one'")])
def test_an_answer_that_cannot_be_used(desk, tmp_path, answer, message):
    """A proposal that is not there and a category that is missing are refused with the row."""
    with pytest.raises(ParamsError, match=message):
        filled(desk, tmp_path / "a.csv", answer)


def test_a_row_of_no_open_line(desk, tmp_path):
    """A supplier changed in the sheet, and one decided meanwhile, are refused: the decision would be about nothing."""
    done = Desk(desk.company, desk.year, desk.open[desk.open["supplier"] == "Zut"], desk.proposals, desk.saved, {})
    filled(desk, tmp_path / "a.csv", ["1", "", ""])
    with pytest.raises(ParamsError, match="1 rows match no open line"):
        read_sheet(tmp_path / "a.csv", done, author="A", evidence="e", day=DAY)


def test_a_file_that_is_no_sheet(desk, tmp_path):
    """Another table is refused by name."""
    (tmp_path / "a.csv").write_text("supplier;amount\nZut;1\n")
    with pytest.raises(ParamsError, match=r"a\.csv lacks the headings supplier, account, category, activity"):
        read_sheet(tmp_path / "a.csv", desk, author="A", evidence="e", day=DAY)


def test_questions_at_the_terminal(desk, monkeypatch):
    """A line in two currencies is asked for once, an unknown activity is asked for again, and nothing is lost by
    either.
    """
    answers = iter(["purchase.nace.J62", "1", "purchase.nace.M73", 1, "A. Analyst", "invoices"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr("typer.confirm", lambda *_: True)
    monkeypatch.setattr("carbon.runs.desk.classify.known_activities", lambda *_: {"purchase.nace.M73"})

    decided = verb._ask(None, desk)

    assert decided[["supplier", "activity", "scope3_category"]].values.tolist() == [
        ["=Nuage; SARL", "purchase.nace.J62_63", 1], ["Zut", "purchase.nace.M73", 1]]


def decided(desk, path, **cells):
    """The decisions of a sheet whose first row has these cells."""
    table = sheet_of(desk)
    for column, value in cells.items():
        table.loc[0, column] = value
    table.to_csv(path, index=False)
    return read_sheet(path, desk, author="A", evidence="e", day=DAY).iloc[0]


def test_a_kind_of_no_purchase_is_an_exclusion_that_names_it(desk, tmp_path):
    """The kind comes first in the reason, with the reason of the sheet or its own; an unknown kind is rejected."""
    assert decided(desk, tmp_path / "a.csv", kind="tax", exclude="road tax")["exclude"] == "tax: road tax"
    assert decided(desk, tmp_path / "b.csv", kind="grant")["exclude"] == "grant: grants and donations"
    with pytest.raises(ParamsError, match="kind 'gift'"):
        decided(desk, tmp_path / "c.csv", kind="gift")


def test_capital_is_a_purchase_of_category_2(desk, tmp_path):
    """Capital goods are bought: an activity is needed, the category is 2 unless the row names another."""
    row = decided(desk, tmp_path / "a.csv", kind="capital", activity="purchase.nace.C28")
    assert (row["activity"], row["scope3_category"], row["exclude"]) == ("purchase.nace.C28", 2, "")


def test_a_star_decides_all_of_a_category_and_must_be_about_some_line(desk, tmp_path):
    """"*" is all of a column; a category that no purchase has is rejected, as is a purchase whose name is "*"."""
    row = decided(desk, tmp_path / "a.csv", supplier="*", account="*", kind="internal")
    assert row[["supplier", "account", "category"]].tolist() == ["*", "*", "IT"]
    with pytest.raises(ParamsError, match="match no open line"):
        decided(desk, tmp_path / "b.csv", supplier="*", account="*", category="Travel", kind="internal")
    starred = replace(desk, lines=pd.DataFrame([{"supplier": "*", "account": "", "category": "IT"}]))
    with pytest.raises(ParamsError, match="for a name"):
        decided(starred, tmp_path / "c.csv", supplier="*", account="*", kind="internal")
