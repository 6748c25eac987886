"""Facts that params and the path of a file state of rows, and whether the rows of a word count."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.contract import ProjectContext
from carbon.records.rules.declared import fold_glob

YEAR = {"first_day": pd.Timestamp(2024, 1, 1), "last_day": pd.Timestamp(2024, 12, 31), "declared": True}
ROWS = [{"Stav": "x"}, {"Stav": "x"}, {"Stav": "dobropis", "amount": "4"}, {"Stav": "vratka", "amount": "3"}]


def test_every_row_belongs_to_the_company(verdict):
    """Rows take the company of the project, with a warning where they name several; a group keeps their own."""
    rows = [{"company": "Acme"}, {"company": "Other"}]
    one = verdict("purchases", *rows, project=ProjectContext("acme", **YEAR))
    group = verdict("purchases", *rows, project=ProjectContext("acme", group=True, **YEAR))
    assert (one.records["company"].tolist(), one.warned) == (["acme", "acme"], {"companies_several"})
    assert group.records["company"].tolist() == ["Acme", "Other"]


def test_the_country_is_that_of_the_site(tmp_path, verdict):
    """Without a country in the file, the site's counts; a site that params do not list is a reject."""
    from carbon.params.shapes.company import FilePattern
    from carbon.records.files.file import read_file

    path = tmp_path / "e.csv"
    path.write_text("period_start;period_end;site;carrier;quantity;unit\n2024-01-01;2024-01-31;lyon;electricity;5;kWh\n"
                    "2024-01-01;2024-01-31;nice;electricity;6;kWh\n")
    context = ProjectContext("acme", sites={"lyon": "FR"}, **YEAR)
    read = read_file(path, "e.csv", FilePattern(pattern="*", kind="energy"), context)
    assert read.records["country"].tolist() == ["FR"]
    assert read.rejects[["source_line", "code"]].to_numpy().tolist() == [[3, "site_unknown"]]


def test_rows_that_differ_from_their_path(verdict):
    """A column that contradicts the path is a reject; days of another year of the folder are listed."""
    site = ProjectContext("acme", from_path={"site": "Paris"}, **YEAR)
    assert set(verdict("energy", {}, {"site": "paris", "meter": "B"}, project=site).rejected.values()) == {
        "path_conflict"}
    month = ProjectContext("acme", from_path={"year": "2024", "month": "2"}, **YEAR)
    assert "path_differs" in verdict("energy", {}, project=month).warned


def test_rows_that_params_declare(verdict):
    """A declared subtotal is excluded, whatever its case and accents."""
    rows = [{}, {"supplier": "SOUS-TOTAL Été"}]
    assert verdict("purchases", *rows, options={"skip_rows_where": {"supplier": ["sous-total*"]}}).excluded == {
        3: "subtotal"}
    assert fold_glob("  ÉTÉ  * ") == "ete *"


@pytest.mark.parametrize("option", ["skip_rows_where", "count_rows_where", "minus_rows_where"])
def test_a_column_that_is_not_there_refuses_the_file(verdict, option):
    """A statement on a column that the file lacks states nothing: whoever wrote it meant another."""
    assert verdict("purchases", {}, options={option: {"Nature": ["x"]}}).refused == "columns_missing"


def test_each_word_has_its_answer(verdict):
    """Of one column some words count, some below zero, some not at all; what is answered is asked no more."""
    read = verdict("purchases", *ROWS, options={"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {
        "stav": ["DOBROPIS"]}, "skip_rows_where": {"Stav": ["vratka"]}})
    assert read.records["amount"].tolist() == [10.25, 10.25, -4.0]
    assert (read.rejected, read.excluded) == ({}, {5: "subtotal"})


def test_a_row_below_zero_is_not_turned_twice(verdict):
    """Where the number has its sign already, either the file or params are wrong."""
    rows = [{"Stav": "x"}, {"Stav": "x"}, {"Stav": "dobropis", "amount": "-4"}]
    answers = {"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {"Stav": ["dobropis"]}}
    assert verdict("purchases", *rows, options=answers).rejected == {4: "minus_already"}


def test_a_mark_that_params_answer_counts(verdict):
    """"Cancelled" may be the name of a department that pays: the company decides."""
    rows = [{"Status": "Posted"}, {"Status": "Cancelled"}]
    assert verdict("purchases", *rows).rejected == {3: "row_withdrawn"}
    assert verdict("purchases", *rows, options={"count_rows_where": {"Status": ["cancel*"]}}).rejected == {}


def test_a_column_without_a_heading_is_answered_by_its_blank_name(verdict):
    """A blank heading is named as it is written: by nothing."""
    rows = [{"": "", "amount": "1"}, {"": "", "amount": "2"}, {"": "zrušené", "amount": "3"}]
    assert verdict("purchases", *rows).rejected == {4: "row_unclear"}
    assert verdict("purchases", *rows, options={"skip_rows_where": {"": ["zrusene"]}}).excluded == {4: "subtotal"}


def test_journeys_below_zero(verdict):
    """A refunded journey takes its trips off."""
    rows = [{"Stav": "x", "trips": "2"}, {"Stav": "x"}, {"Stav": "vratka"}]
    read = verdict("travel", *rows, options={"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {
        "Stav": ["vratka"]}})
    assert read.records["trips"].tolist() == [2, 1, -1]


def test_words_that_are_no_quantity_are_lines_of_the_ledger(tmp_path):
    """Each word has its reason; blind to case and runs of space, and 0 stays a record."""
    (tmp_path / "a.csv").write_text("site;A (t);B (t);C (t);D (t)\ns;Not  applicable;0;n/a;3\n")
    one = read_file(tmp_path / "a.csv", "a.csv", FilePattern.model_validate({
        "pattern": "*", "kind": "waste", "period": ["2024-01-01", "2024-12-31"],
        "constants": {"country": "GB", "treatment": "landfill"},
        "layout": {"columns": {f"{c} (t)": {"material": c} for c in "ABCD"},
                   "not_available": {"not applicable": "no such stream", "N/A": "unknown"}}}),
        ProjectContext("acme", declared=True))
    assert one.rejects.empty
    assert one.ledger[["record_id", "reason"]].to_numpy().tolist() == [
        ["a.csv:B2", "'not applicable' is no quantity: no such stream"], ["a.csv:D2", "'N/A' is no quantity: unknown"]]
    assert one.records["quantity"].tolist() == [0, 3]


ONE = ProjectContext("acme", sites={"lyon": "FR"}, declared=True, home=frozenset({"FR"}), currency="EUR")
TWO = ProjectContext("acme", sites={"lyon": "FR", "bonn": "DE"}, declared=True, home=frozenset({"FR", "DE"}),
                     currency="EUR")
BARE = ProjectContext("acme", declared=True, home=frozenset({"FR"}), currency="EUR")
POWER = "period_start,period_end,carrier,quantity,unit\n2024-01-01,2024-01-31,electricity,100,kWh\n"
BOUGHT = "date,supplier,category,amount,description\n2024-01-05,Mill,paper,12.50,x\n"
RAIL = "date,mode,origin,destination,distance,distance_unit\n2024-01-05,rail,,,400,km\n"


def read(tmp_path, text, kind, project, name="f.csv"):
    """Return what is read of a text as a file of a project."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_file(tmp_path / name, name, FilePattern(pattern="*", kind=kind), project)


@pytest.mark.parametrize(("text", "kind", "taken"), [
    (POWER, "energy", {"country": "FR", "site": "lyon"}), (BOUGHT, "purchases", {"currency": "EUR"}),
    (RAIL, "travel", {"passengers": "1", "trips": "1", "cabin_class": "none"})], ids=["energy", "purchases", "travel"])
def test_a_silent_file_takes_the_defaults_of_the_company(tmp_path, text, kind, taken):
    """Each absent column has the company's value in the records, and is an assumption with its number of rows."""
    found = read(tmp_path, text, kind, ONE)
    assert {a["column"]: a["value"] for a in found.assumptions} == taken
    assert all(a["rows"] == 1 and a["reason"] for a in found.assumptions) and not len(found.rejects)
    (row,) = found.records.to_dict("records")
    assert all(row[c] == (float(v) if v.isdigit() else "" if v == "none" else v) for c, v in taken.items())


@pytest.mark.parametrize(("text", "kind", "project"), [
    (POWER, "energy", TWO),  # two sites
    (POWER.replace("carrier", "site,carrier").replace("electricity", "berlin,electricity"), "energy", BARE),
    (BOUGHT.replace("description", "Amount incl. (USD)"), "purchases", ONE),
    (BOUGHT.replace("description", "Cur.").replace(",x", ",GBP"), "purchases", ONE),
    ("Ledger in GBP,,,,\n" + BOUGHT, "purchases", ONE),
    (RAIL.replace("distance_unit", "distance_unit,Heads").replace("km", "km,3"), "travel", ONE),
    (RAIL.replace("rail,,", "air,CDG,JFK"), "travel", ONE),  # a flight has a cabin
    ("date,nights\n2024-01-05,2\n", "hotel_nights", BARE),  # a hotel may be anywhere
], ids=["two sites", "sites unknown", "heading", "column", "title", "heads", "flight", "hotel"])
def test_a_file_that_may_speak_is_asked(tmp_path, text, kind, project):
    """Nothing is taken where two values are possible, or where a heading, a title or a column may hold the value."""
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, text, kind, project)
    assert refused.value.code == "columns_missing" and refused.value.facts["columns"]


@pytest.mark.parametrize(("text", "one_way"), [
    (RAIL.replace(",,,400,km", ",Lyon,Paris,,").replace("distance,distance_unit", "x,y"), True),
    (RAIL, False),  # its distance is stated
    (RAIL.replace("distance,distance_unit", "return,y").replace(",,,400,km", ",Lyon,Paris,yes,"), False),
], ids=["towns", "distance", "returns"])
def test_kilometres_between_towns_are_one_way_where_nothing_states_a_return(tmp_path, text, one_way):
    """Half of each journey there and back is missing then: it is an assumption, with its rows."""
    assumed = {a["column"]: a["reason"] for a in read(tmp_path, text, "travel", ONE).assumptions}
    assert (assumed.get("return") == "one way") == one_way


def test_a_file_of_another_currency_by_its_name_is_asked(tmp_path):
    """ledger_USD.csv is not in the company's euros."""
    with pytest.raises(FileRefused, match="may speak of it"):
        read(tmp_path, BOUGHT, "purchases", ONE, name="ledger_USD.csv")


def test_what_the_file_states_goes_before_the_default(tmp_path):
    """A currency next to the number, in its heading or in a column of its own is the row's; a blank cell is asked."""
    for text in (BOUGHT.replace("12.50", "12.50 USD"), BOUGHT.replace("amount", "Amount (USD)"),
                 BOUGHT.replace("amount", "amount,currency").replace("12.50", "12.50,USD")):
        found = read(tmp_path, text, "purchases", ONE)
        assert found.assumptions == [] and found.records["currency"].tolist() == ["USD"], text
    found = read(tmp_path, BOUGHT.replace("amount", "amount,currency").replace("12.50", "12.50,"), "purchases", ONE)
    assert found.rejects["code"].tolist() == ["currency_missing"] and found.assumptions == []


def test_a_file_alone_has_no_defaults(tmp_path):
    """Without a project nothing is declared: the file must have all columns."""
    with pytest.raises(FileRefused, match="missing columns"):
        read(tmp_path, POWER, "energy", ProjectContext())


SURVEY = "date,headcount,answers,mode,distance,distance_unit,days\n2024-12-31,20,10,car,30,km,200\n"


@pytest.mark.parametrize(("heading", "ways", "expected"), [
    ("distance", "", "one_way"), ("distance domicile-travail", "", "one_way"),
    ("Round trip km", "", "asked"), ("Daily distance", "", "asked"), ("km par jour", "", "asked"),
    ("Daily distance", "both_ways", "both_ways"), ("km par jour", "aller", "one_way")])
def test_kilometres_of_a_day_are_not_taken_for_one_way(tmp_path, heading, ways, expected):
    """A way to work counts twice: where params declare which heading it is, they state whether it is of both ways."""
    (tmp_path / "f.csv").write_text(SURVEY.replace("distance,", f"{heading},", 1), encoding="utf-8")
    known = heading.startswith("distance")
    options = FilePattern(pattern="*", kind="commuting", columns={} if known else {"distance": heading},
                          constants={"ways": ways} if ways else {})
    if expected == "asked":
        with pytest.raises(FileRefused, match="`ways`"):
            read_file(tmp_path / "f.csv", "f.csv", options, ONE)
        return
    found = read_file(tmp_path / "f.csv", "f.csv", options, ONE)
    assert found.records["ways"].tolist() == [expected if ways else ""]
    assert [a["value"] for a in found.assumptions if a["column"] == "ways"] == ([] if ways else [expected])


@pytest.mark.parametrize(("heading", "cells", "code"), [
    ("Trip", ("round trip", "round trip"), "columns_missing"), ("Trajet", ("A/R", "aller"), "columns_missing"),
    ("ways", ("both_ways", ""), "ways_missing"), ("Remarks", ("by bike in summer", "round trip"), ""),
    ("ways", ("both_ways", "one_way"), "")])
def test_a_column_that_states_ways_is_asked(tmp_path, heading, cells, code):
    """"round trip" under an unknown heading would count twice, and a blank next to "both_ways" is no one way."""
    text = SURVEY.replace("days\n", f"days,{heading}\n").replace("200\n", f"200,{cells[0]}\n")
    (tmp_path / "f.csv").write_text(text + f"2024-12-31,20,9,rail,40,km,200,{cells[1]}\n", encoding="utf-8")
    options = FilePattern(pattern="*", kind="commuting")
    if code == "columns_missing":
        with pytest.raises(FileRefused, match="may speak of it"):
            read_file(tmp_path / "f.csv", "f.csv", options, ONE)
        return
    assert read_file(tmp_path / "f.csv", "f.csv", options, ONE).rejects["code"].tolist() == ([code] if code else [])
